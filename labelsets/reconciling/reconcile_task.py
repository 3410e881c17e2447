"""A reconciliation to do, with checked parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import fiftyone as fo
from fiftyone import ViewField as F

from ...zoo.errors import ArgumentError, one_of
from ..error_types import ComparisonError, PolicyError
from ..labels.fiftyone_internals import refresh
from ..labels.label_fields import check_images, elements_path
from ..labels.views.view_internals import without_projection
from ..runs.fields import RunFields
from ..runs.registry.registered import require_comparison
from .column_reader import ColumnReader, not_compared
from .copying import default_field
from .decisions.policies import OPEN, Policy
from .decisions.policy_documents import check_classes, read_policy
from .item_reading import known_classes
from .reconciled_runs import ReconcileRunConfig, check_new_field

Samples: TypeAlias = fo.core.collections.SampleCollection


@dataclass(frozen=True)
class Task:
    """A reconciliation with checked parameters.

    Attributes:
        samples: the samples
        ids: their ids
        policy: what decides
        config: the parameters of its run
        field: the name of the field that is made
    """

    samples: Samples
    ids: list[str]
    policy: Policy
    config: ReconcileRunConfig
    field: str

    @property
    def dataset(self) -> fo.Dataset:
        """The dataset."""
        return self.samples._root_dataset

    @property
    def paths(self) -> tuple[str, str]:
        """The paths of the labels of base and revised."""
        base, revised = self.config.base_field, self.config.revised_field
        return elements_path(self.dataset, base), elements_path(self.dataset, revised)

    @property
    def open_take(self) -> str:
        """What is taken of open items; nothing where they are refused."""
        return "neither" if self.config.open == "refuse" else self.config.open

    def reader(self) -> ColumnReader:
        """What reads the labels of both fields."""
        return ColumnReader(self.config.comparison, self.paths)


def check_task(
    samples: Samples,
    key: str,
    policy: Any,
    field: str | None,
    open: str | None,
    overwrite: bool,
) -> Task:
    """Checks all that can be checked without reading labels.

    Args:
        samples: a dataset or view
        key: the key of the comparison
        policy: what :func:`read_policy` takes
        field: the field to make; None for the default one
        open: what to take of items that nothing decides; None for what the policy
            says, else ``refuse``
        overwrite: whether a finished reconciliation of the field may be replaced

    Raises:
        PolicyError: if the policy can't be used
        ComparisonError: if the comparison, the samples or the field can't be used
    """
    dataset = samples._root_dataset
    refresh(dataset)
    read = read_policy(policy)
    try:
        chosen = open if open is not None else read.open or "refuse"
        one_of(chosen, OPEN, "value of open")
    except ArgumentError as error:
        raise PolicyError(str(error)) from None
    compared = require_comparison(dataset, key)
    sides = compared.base_field, compared.revised_field
    check_images(samples)
    if read.rules:
        check_classes(read, known_classes(dataset, sides, key))
    name = field or default_field(dataset, sides)
    if name in sides:
        raise ComparisonError(f"'{name}' is one of the compared fields; name another")
    check_new_field(dataset, name, overwrite)
    config = ReconcileRunConfig(key, *sides, read.to_dict(), chosen)
    ids = list(dict.fromkeys(samples.values("id")))
    if not ids:
        raise ComparisonError("There are no samples to reconcile: the view is empty")
    check_compared(samples, key)
    return Task(samples, ids, read, config, name)


def check_compared(samples: Samples, key: str) -> None:
    """Checks that all samples were compared.

    Raises:
        ComparisonError: if one was not
    """
    field = RunFields(key).disagreement
    missing = without_projection(samples).match(~F(field).exists())
    count = missing.count()
    if count:
        raise not_compared(key, count, missing.limit(1).values("id")[0])
