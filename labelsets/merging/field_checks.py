"""Which label fields of a dataset can be named, renamed and replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import fiftyone as fo

from ..error_types import MergeError
from .field_names import check_new_name
from .offers import LABEL_LISTS, label_fields, label_type

_OWN_FIELDS = (
    "id",
    "filepath",
    "tags",
    "metadata",
    "media_type",
    "created_at",
    "last_modified_at",
)


def check_sources(other: Any, fields: Mapping[str, str]) -> None:
    """Checks that fields can be brought over from a dataset or view.

    Args:
        other: the dataset or view
        fields: the names of the fields there

    Raises:
        MergeError: if one is missing, or its labels can't be compared
    """
    schema = other.get_field_schema()
    for source in fields:
        if source not in schema:
            raise MergeError(
                f"'{other._root_dataset.name}' has no field {source!r}. "
                f"{comparable(other)}"
            )
        _check_comparable(other, source)


def check_rename(dataset: Any, rename: Mapping[str, str]) -> None:
    """Checks that label fields can be renamed.

    Args:
        dataset: the dataset
        rename: the new names by the old ones

    Raises:
        MergeError: if one can't
    """
    schema = dataset.get_field_schema()
    for old, new in rename.items():
        if old not in schema:
            raise MergeError(f"'{dataset.name}' has no field {old!r} to rename")
        _check_comparable(dataset, old)
        check_free_to_change(dataset, old, "renamed")
        check_new_name(new, reserved_names())
        if new in schema:
            raise MergeError(
                f"'{old}' can't be renamed to '{new}': '{dataset.name}' has that field"
            )
    _check_distinct(rename.values())


def check_targets(
    dataset: Any, targets: Iterable[str], rename: Mapping[str, str], overwrite: bool
) -> list[str]:
    """Checks the names of fields that are to be written.

    Args:
        dataset: the dataset
        targets: the names
        rename: how fields of the dataset will be renamed before
        overwrite: whether fields may be replaced

    Returns:
        the fields that will be replaced

    Raises:
        MergeError: if a name can't be used
    """
    targets = list(targets)
    _check_distinct([*targets, *rename.values()])
    schema = set(dataset.get_field_schema()) - set(rename)
    replaced = []
    for target in targets:
        check_new_name(target, reserved_names())
        if target not in schema:
            continue
        if not overwrite:
            raise MergeError(
                f"'{dataset.name}' already has a field '{target}'. Choose another "
                "name, or overwrite it"
            )
        _check_comparable(dataset, target)
        check_free_to_change(dataset, target, "overwritten")
        replaced.append(target)
    return replaced


def check_free_to_change(dataset: Any, name: str, what: str) -> None:
    """Checks that a field is not read-only and that no run uses it.

    Args:
        dataset: the dataset
        name: the field
        what: what is to be done to it, for the message

    Raises:
        MergeError: if it can't be changed
    """
    if getattr(dataset.get_field(name), "read_only", False):
        raise MergeError(f"'{name}' of '{dataset.name}' is read-only")
    for key, config in _run_configs(dataset):
        for option, value in config.items():
            if option.endswith("field") and str(value).split(".")[0] == name:
                raise MergeError(
                    f"'{name}' can't be {what}: the run '{key}' of '{dataset.name}' "
                    "uses it. Delete that run first"
                )


def reserved_names() -> set[str]:
    """The names of FiftyOne's own sample fields and attributes."""
    return {*_OWN_FIELDS, *dir(fo.Sample)}


def comparable(samples: Any) -> str:
    """The label fields that can be compared, as a sentence."""
    found = ", ".join(f"'{n}' ({kind})" for n, kind in label_fields(samples).items())
    kinds = " and ".join(LABEL_LISTS)
    return f"{kinds} can be compared; there are {found or 'none'}"


def _check_comparable(samples: Any, name: str) -> None:
    kind = label_type(samples, name)
    if kind not in LABEL_LISTS:
        raise MergeError(
            f"'{name}' of '{samples._root_dataset.name}' is a {kind}, which can't be "
            f"compared. {comparable(samples)}"
        )


def _check_distinct(names: Iterable[str]) -> None:
    names = list(names)
    for name in names:
        if names.count(name) > 1:
            raise MergeError(f"Two fields can't both be called '{name}'")


def _run_configs(dataset: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    for keys, info in (
        (dataset.list_runs(), dataset.get_run_info),
        (dataset.list_evaluations(), dataset.get_evaluation_info),
        (dataset.list_brain_runs(), dataset.get_brain_info),
    ):
        for key in keys:
            config = info(key).config
            yield key, config.serialize() if config else {}
