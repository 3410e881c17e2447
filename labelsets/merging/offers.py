"""The fields of two datasets that can be merged, and the names a form offers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import fiftyone as fo

from .field_names import GENERIC_NAMES, name_prefix, offered_name, source_prefix

LABEL_LISTS = {"Detections": "detections", "Polylines": "polylines"}
"""The label types that can be compared -> their list of labels."""

_KEY_KINDS = {
    fo.IntField: "whole numbers",
    fo.StringField: "text",
    fo.ObjectIdField: "ids",
}


def label_fields(samples: Any) -> dict[str, str]:
    """The fields that can be compared: name -> label type."""
    return {
        name: kind
        for name in samples.get_field_schema()
        if (kind := label_type(samples, name)) in LABEL_LISTS
    }


def key_fields(samples: Any) -> dict[str, str]:
    """The fields that can be a key, likely ones first: name -> what they hold."""
    kinds = {n: key_kind(f) for n, f in samples.get_field_schema().items()}
    names = sorted(
        (n for n, kind in kinds.items() if kind),
        key=lambda n: (n != "coco_id", not n.endswith("_coco_id"), n),
    )
    return {name: kinds[name] for name in names}


def offered_fields(
    dataset: Any, other: Any, rename: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The label fields of the other side, with the names to offer.

    Args:
        dataset: the dataset to merge into
        other: the other side
        rename: how fields of this dataset are to be renamed

    Returns:
        the name here of every field; an empty string if no good one is free
    """
    prefix = _prefix(other)
    if not prefix or prefix == _prefix(dataset):
        prefix = name_prefix(other._root_dataset.name)
    taken = (set(dataset.get_field_schema()) | set((rename or {}).values())) - set(
        rename or {}
    )
    names: dict[str, str] = {}
    for name in label_fields(other):
        names[name] = offered_name(name, prefix, taken | set(names.values()))
    return names


def offered_renames(dataset: Any) -> dict[str, str]:
    """Names for this dataset's fields whose names don't tell their source.

    Args:
        dataset: the dataset

    Returns:
        the new name of every such field; an empty string if none can be offered
    """
    prefix = _prefix(dataset)
    taken = dataset.get_field_schema()
    return {
        name: offered_name(name, prefix, taken) if prefix else ""
        for name in label_fields(dataset)
        if name in GENERIC_NAMES
    }


def key_kind(field: Any) -> str:
    """What a key field holds; an empty string if it can't be a key."""
    return next((k for cls, k in _KEY_KINDS.items() if isinstance(field, cls)), "")


def label_type(samples: Any, name: str) -> str:
    """The type of a field, of labels or not."""
    field = samples.get_field_schema().get(name)
    kind = getattr(field, "document_type", None)
    return kind.__name__ if kind else type(field).__name__


def _prefix(samples: Any) -> str:
    root = samples._root_dataset
    path = samples.first().filepath or ""
    return source_prefix(root.name, PurePath(path).parts, root.info)
