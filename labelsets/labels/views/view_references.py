"""The fields that a view reads: what its stages name, not the values they look for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import fiftyone as fo

from .view_internals import view_stages

RELATIVE = "$$"
"""What a path begins with that is of a label, or of what is not known."""

_VALUES = frozenset(
    (
        *("labels", "ids", "instance_ids", "tags", "values", "map", "sample_ids"),
        *("frame_ids", "group_ids", "slices", "media_type", "brain_key", "meta_filter"),
    )
)
"""Parameters of stages that hold values, and name no fields of samples."""

_LOGICAL = ("$and", "$or", "$nor", "$not", "$elemMatch")
"""The operators of a query under which keys are names of fields again."""


def fields_read(samples: fo.core.collections.SampleCollection) -> set[str]:
    """The paths of all fields that the stages of a view name.

    A tag, a class or an id that is called like a field is none. Of MongoDB pipelines,
    which may say anything, every word counts as one.

    Args:
        samples: a dataset or view

    Returns:
        paths such as ``ground_truth.detections.label``; those of an attribute of
        labels, or of what is not known, begin with `RELATIVE`
    """
    return {path for stage in view_stages(samples) for path in _of_stage(stage)}


def _of_stage(stage: Mapping[str, Any]) -> Iterator[str]:
    is_pipeline = str(stage["_cls"]).endswith(".Mongo")
    for name, value in stage["kwargs"]:
        if is_pipeline:
            yield from (f"{RELATIVE}.{text.lstrip('$')}" for text in _texts(value))
        elif name not in _VALUES and not (name == "query" and isinstance(value, str)):
            yield from _of_parameter(value)


def _of_parameter(value: Any) -> Iterator[str]:
    """What a parameter of a stage names: by itself, in a list, or in expressions."""
    if isinstance(value, str):
        yield value if value.startswith(RELATIVE) else value.lstrip("$")
    elif isinstance(value, Mapping):
        if {"_cls", "kwargs"} <= value.keys():
            yield from _of_stage(value)
        else:
            yield from _of_query(value)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _of_parameter(one)


def _of_query(value: Any, prefix: str = "") -> Iterator[str]:
    """What a query names, in which keys without a ``$`` are fields."""
    if isinstance(value, list | tuple):
        for one in value:
            yield from _of_query(one, prefix)
    if not isinstance(value, Mapping):
        return
    for name, one in value.items():
        if name in _LOGICAL:
            yield from _of_query(one, prefix)
        elif name.startswith("$"):
            yield from _of_expression({name: one})
        else:
            yield prefix + name
            yield from _of_query(one, f"{RELATIVE}.")


def _of_expression(value: Any) -> Iterator[str]:
    """What an expression names, in which text that begins with ``$`` is a field."""
    if isinstance(value, str) and value.startswith("$"):
        yield value if value.startswith(RELATIVE) else value[1:]
    elif isinstance(value, Mapping):
        for name, one in value.items():
            if name != "$literal":
                yield from _of_expression(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _of_expression(one)


def _texts(value: Any) -> Iterator[str]:
    """All text in a JSON-plain value, the names in mappings too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
