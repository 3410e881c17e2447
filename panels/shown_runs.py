"""The comparisons that can be shown."""

from __future__ import annotations

from dataclasses import dataclass

import fiftyone as fo

from ..labelsets import ComparisonError, RunFields, list_comparisons, require_comparison
from ..labelsets.labels.label_fields import elements_path


@dataclass(frozen=True)
class ShownRun:
    """A comparison, and where its labels are.

    Attributes:
        key: its key
        sides: the base and the revised field
        paths: the paths of their labels
    """

    key: str
    sides: tuple[str, str]
    paths: tuple[str, str]

    @property
    def fields(self) -> RunFields:
        """The fields that it made."""
        return RunFields(self.key)


def find_run(dataset: fo.Dataset, key: str) -> ShownRun | None:
    """A comparison; None if it is gone, unfinished, or a field that it compared is."""
    try:
        config = require_comparison(dataset, key)
        base, revised = config.base_field, config.revised_field
        paths = elements_path(dataset, base), elements_path(dataset, revised)
    except ComparisonError:
        return None
    return ShownRun(key, (base, revised), paths)


def list_runs(dataset: fo.Dataset) -> list[str]:
    """The keys of the comparisons that can be shown."""
    keys = list_comparisons(dataset, finished=True)
    return [key for key in keys if find_run(dataset, key)]
