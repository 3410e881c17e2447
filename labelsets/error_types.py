"""The errors that the rooms of label sets raise, all of them."""

from __future__ import annotations

from typing import Any

from ..zoo.errors import SamaCocoError


class ComparisonError(SamaCocoError, ValueError):
    """A comparison that can't be run, or a run that can't be used, as asked."""


class ClaimedError(ComparisonError):
    """A run, or label fields, that another process works on."""


class AgreementError(ComparisonError):
    """An agreement of label sets that can't be measured as asked."""


class EvaluationError(ComparisonError):
    """Predictions that can't be evaluated as asked."""


class ExportError(ComparisonError):
    """Something that can't be exported as asked, or files that can't be written."""


class MergeError(SamaCocoError, ValueError):
    """A label set can't be brought into a dataset as asked; nothing was written."""


class JoinError(MergeError):
    """Two sides can't be joined by a key, or by any."""


class PolicyError(ComparisonError):
    """A policy that can't be read, or asks for what does not exist."""


class ReconcileWarning(UserWarning):
    """Something that works but is probably not what was meant."""


class OpenItemsError(ComparisonError):
    """Items that neither a verdict nor the policy decides.

    Args:
        message: how many there are, and what can be done
        view: a view of them
    """

    def __init__(self, message: str, view: Any) -> None:
        super().__init__(message)
        self.view = view
