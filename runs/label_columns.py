"""Small attributes of labels read from the database as arrays, never their masks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain
from types import NoneType
from typing import Any, NamedTuple

import fiftyone as fo
import numpy as np
from numpy.typing import NDArray

from ..comparison.census import LabelColumns
from ..comparison.rebuilding import NO_STATUS, STATUSES, ComparedColumns
from .deriving import DERIVABLE, fill
from .fields import RunFields, elements_path
from .reading import BrokenLabelError, class_name, read_crowd

COUNTED = ("iscrowd", "area", "num_polygons", "num_vertices")
_CODES = {str(status): code for code, status in enumerate(STATUSES)}


class LabelRows(NamedTuple):
    """The n labels of a field of some samples.

    Attributes:
        path: the path of the labels
        samples: the ids of all samples, those without labels included
        image: int64 (n,), index of the sample
        names: class names
        classes: int64 (n,), index of the class
        values: n values of every attribute that was read
    """

    path: str
    samples: Sequence[str]
    image: NDArray[np.int64]
    names: Sequence[str]
    classes: NDArray[np.int64]
    values: dict[str, list[Any]]

    def keys(self) -> list[tuple[str, str]]:
        """The id of the sample, and that of the label, of each label."""
        samples = map(self.samples.__getitem__, self.image.tolist())
        return list(zip(samples, self.values["id"], strict=True))


class Batch(NamedTuple):
    """Some samples and their labels, as they were at one time.

    Attributes:
        ids: the ids of the samples
        values: a value a sample of every path that was read
        rows: the labels of every field
    """

    ids: list[str]
    values: dict[str, list[Any]]
    rows: list[LabelRows]


def read_batch(
    samples: fo.core.collections.SampleCollection,
    ids: Sequence[str],
    fields: Sequence[str],
    attributes: Iterable[str],
    paths: Sequence[str] = (),
) -> Batch:
    """Reads attributes of the labels of some samples, of a view those that it shows.

    Args:
        samples: a dataset or view
        ids: the samples wanted; those that are not there any more are left out
        fields: fields of detections or polylines
        attributes: what to read of labels besides class and id
        paths: what to read of samples
    """
    dataset = samples._root_dataset
    elements = [elements_path(dataset, field) for field in fields]
    attributes = list(dict.fromkeys(["id", "label", *attributes]))
    wanted = ["id", *paths, *(f"{p}.{name}" for p in elements for name in attributes)]
    columns = iter(samples.select(list(ids)).values(wanted))
    found = next(columns)
    return Batch(
        found,
        {path: next(columns) for path in paths},
        [
            _flatten(path, found, {name: next(columns) for name in attributes})
            for path in elements
        ],
    )


def _flatten(path: str, ids: list[str], columns: dict[str, list[Any]]) -> LabelRows:
    on_each = [len(labels or ()) for labels in columns["id"]]
    values = {
        name: list(chain.from_iterable(labels or () for labels in column))
        for name, column in columns.items()
    }
    codes: dict[str, int] = {}
    classes = [
        codes.setdefault(class_name(label), len(codes)) for label in values["label"]
    ]
    return LabelRows(
        path,
        ids,
        np.repeat(np.arange(len(ids)), on_each),
        list(codes),
        np.array(classes, np.int64),
        values,
    )


def census_columns(dataset: fo.Dataset, rows: LabelRows) -> LabelColumns:
    """What a census counts, what labels lack filled in where that is exact."""
    crowds = np.array(
        [math.nan if v is None else _crowd(v) for v in rows.values["iscrowd"]]
    )
    columns = {
        name: _numbers(rows.values[name], whole=name != "area") for name in DERIVABLE
    }
    derived = fill(dataset, rows.path, rows.keys(), columns)
    return LabelColumns(
        images=len(rows.samples),
        image=rows.image,
        names=rows.names,
        classes=rows.classes,
        crowds=crowds,
        areas=columns["area"],
        polygons=columns["num_polygons"],
        vertices=columns["num_vertices"],
        derived=derived,
    )


def compared_columns(
    rows: LabelRows, fields: RunFields, hidden_crowds: set[tuple[int, str]]
) -> ComparedColumns:
    """What a comparison wrote on the labels."""
    values = rows.values
    return ComparedColumns(
        image=rows.image,
        names=rows.names,
        classes=rows.classes,
        crowds=np.array([_crowd(flag) == 1 for flag in values["iscrowd"]], bool),
        statuses=np.array(
            [_CODES.get(status, NO_STATUS) for status in values[fields.status]],
            np.int64,
        ),
        ids=values["id"],
        partners=values[fields.partner],
        ious=_numbers(values[fields.iou]),
        boundary_ious=_numbers(values[fields.boundary_iou]),
        areas=_numbers(values[fields.area]),
        hidden_crowds=hidden_crowds,
    )


def _crowd(value: Any) -> float:
    """1 for a crowd, 0 for none, NaN for what can't be told."""
    try:
        return float(read_crowd(value))
    except BrokenLabelError:
        return math.nan


def _numbers(values: Sequence[Any], whole: bool = False) -> NDArray[np.float64]:
    """Finite numbers from 0 on as they are, all else as NaN.

    Args:
        values: what stands in the database, None for nothing
        whole (False): whether numbers with a fraction are taken for nothing too
    """
    if not all(map(_is_numeric, set(map(type, values)))):
        values = [v if _is_numeric(type(v)) else None for v in values]
    try:
        numbers = np.array(values, np.float64)
    except OverflowError:
        numbers = np.array([None if abs(v or 0) > 2**62 else v for v in values], float)
    known = np.isfinite(numbers) & (numbers >= 0)
    if whole:
        known &= numbers == np.rint(numbers)
    return np.where(known, numbers, np.nan)


def _is_numeric(kind: type) -> bool:
    """Whether values of a type are numbers, or None; truth values are none."""
    return issubclass(kind, (int, float, NoneType)) and kind is not bool
