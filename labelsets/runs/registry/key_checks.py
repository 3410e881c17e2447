"""Whether a key can be that of a comparison: fields are named after it."""

from __future__ import annotations

import re

import fiftyone as fo
from fiftyone import ViewField as F

from ...error_types import ComparisonError
from ...labels.label_fields import comparable_fields, elements_path
from ...labels.views.expressions import any_of
from ..fields import RunFields
from ..run_config import (
    METHOD,
    broken_rename,
    config_of,
    dependents,
    refuse_if_needed,
)
from ..stored_fields import is_leftover

_NAMED = (
    *(fo.Sample, fo.Dataset, fo.DatasetView),
    *(fo.Detection, fo.Detections, fo.Polyline, fo.Polylines),
)
RESERVED = {"self", "cls", "pk", *fo.Sample(filepath="image.jpg").field_names}.union(
    *map(dir, _NAMED)
)
"""What FiftyOne's samples, labels and views have an attribute of."""


def check_key_name(key: object) -> None:
    """Checks that a key is a name that fields can begin with.

    Raises:
        ComparisonError: if it is none
    """
    if not isinstance(key, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", key):
        raise ComparisonError(
            f"The key {key!r} must be letters, digits and underscores, with a letter "
            "first: fields are named after it"
        )


def check_key(
    dataset: fo.Dataset,
    key: str,
    overwrite: bool,
    force: bool = False,
    read_labels: bool = True,
) -> None:
    """Checks that a key names no fields that belong to anything else.

    Args:
        dataset: the dataset
        key: the key
        overwrite: whether a comparison of that key may be replaced
        force (False): whether it may be replaced even if other runs depend on it
        read_labels (True): whether to look for attributes that are not declared too,
            which takes reading all labels

    Raises:
        ComparisonError: if the key can't be used
    """
    check_key_name(key)
    if key in dataset.list_evaluations() or key in dataset.list_brain_runs():
        raise ComparisonError(
            f"'{key}' is the key of an evaluation or brain run; choose another"
        )
    if key in dataset.list_runs():
        _check_own_run(dataset, key, overwrite)
        check_no_dependents(dataset, key, force)
        return
    _check_not_taken_by_rename(dataset, key)
    if is_leftover(dataset, key):
        if not overwrite:
            raise ComparisonError(
                f"The fields of a comparison '{key}' are there, but its run was "
                "deleted where this plugin was not loaded. Delete the comparison to "
                "remove them, pass `overwrite=True` to replace them, or choose another "
                "key"
            )
        return
    _check_fields_are_free(dataset, key, read_labels)


def check_no_dependents(dataset: fo.Dataset, key: str, force: bool) -> None:
    """Checks that no run depends on a comparison that is to be deleted or replaced.

    Raises:
        ComparisonError: if one does and ``force`` is not given
    """
    refuse_if_needed(dependents(dataset, key), f"comparison '{key}'", force)


def _check_own_run(dataset: fo.Dataset, key: str, overwrite: bool) -> None:
    if getattr(dataset.get_run_info(key).config, "method", None) != METHOD:
        raise ComparisonError(f"'{key}' is the key of another kind of run")
    if not overwrite and config_of(dataset, key).finished:
        raise ComparisonError(
            f"There is a comparison '{key}' already. Pass `overwrite=True` to replace "
            "it, or another key"
        )


def _check_not_taken_by_rename(dataset: fo.Dataset, key: str) -> None:
    for other in dataset.list_runs(method=METHOD):
        if config_of(dataset, other).renaming_to == key:
            raise broken_rename(other, key)


def _check_fields_are_free(dataset: fo.Dataset, key: str, read_labels: bool) -> None:
    """Checks that nothing has the names of the fields that a comparison makes."""
    fields = RunFields(key)
    for name in (*fields.on_samples, *fields.all_on_labels):
        if name in RESERVED:
            raise ComparisonError(
                f"The key '{key}' would hide what FiftyOne calls '{name}' of every "
                "sample, label or view; choose another"
            )
    schema = dataset.get_field_schema(flat=True)
    for name in fields.on_samples:
        if name in schema:
            raise ComparisonError(
                f"The key '{key}' would overwrite the field '{name}', which no "
                "comparison made; choose another"
            )
    for field in comparable_fields(dataset):
        path = elements_path(dataset, field)
        found = [name for name in fields.all_on_labels if f"{path}.{name}" in schema]
        if not found and read_labels:
            found = _held_attributes(dataset, path, list(fields.all_on_labels))
        if found:
            raise ComparisonError(
                f"The key '{key}' would overwrite the attribute '{found[0]}' of the "
                f"labels in '{field}', which no comparison made; choose another"
            )


def _held_attributes(dataset: fo.Dataset, path: str, names: list[str]) -> list[str]:
    """Which of some attributes any label has, where the schema does not declare it."""

    def have(chosen: list[str]) -> bool:
        has_any = F(path).filter(any_of([F(name).exists() for name in chosen]))
        return bool(dataset.match(has_any.length() > 0).limit(1).count())

    return [name for name in names if have([name])] if have(names) else []
