"""Small attributes of labels read from the database as columns, never their masks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain
from types import NoneType
from typing import Any, NamedTuple

import fiftyone as fo
import numpy as np
from fiftyone import ViewField as F
from numpy.typing import NDArray

from .label_fields import elements_path
from .reading import BrokenLabelError, class_name, read_crowd
from .views.view_internals import select_samples

BOX_ALONE = "box alone"
"""Read as an attribute: whether a label is a box without a mask."""


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


class SampleRows(NamedTuple):
    """Some samples and their labels, as they were at one time.

    Attributes:
        ids: the ids of the samples
        values: a value a sample of every path that was read
        rows: the labels of every field
    """

    ids: list[str]
    values: dict[str, list[Any]]
    rows: list[LabelRows]


def read_rows(
    samples: fo.core.collections.SampleCollection,
    ids: Sequence[str],
    fields: Sequence[str],
    attributes: Iterable[str],
    paths: Sequence[str] = (),
) -> SampleRows:
    """Reads attributes of the labels of some samples, of a view those that it shows.

    Args:
        samples: a dataset or view
        ids: the samples wanted; those that are not there any more are left out
        fields: fields of detections or polylines
        attributes: what to read of labels besides class and id, `BOX_ALONE` too
        paths: what to read of samples
    """
    dataset = samples._root_dataset
    elements = [elements_path(dataset, field) for field in fields]
    attributes = list(dict.fromkeys(["id", "label", *attributes]))
    columns = [_column(path, name) for path in elements for name in attributes]
    read = iter(select_samples(samples, ids).values(["id", *paths, *columns]))
    found = next(read)
    return SampleRows(
        found,
        {path: next(read) for path in paths},
        [
            _flatten(path, found, {name: next(read) for name in attributes})
            for path in elements
        ],
    )


def to_numbers(values: Sequence[Any], whole: bool = False) -> NDArray[np.float64]:
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


def to_codes(names: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    """The different names, and int64 (n,) which of them each one is."""
    codes: dict[str, int] = {}
    found = np.array([codes.setdefault(name, len(codes)) for name in names], np.int64)
    return list(codes), found


def crowd_flag(value: Any) -> float:
    """1 for a crowd, 0 for none, NaN for what can't be told."""
    try:
        return float(read_crowd(value))
    except BrokenLabelError:
        return math.nan


def is_box_alone() -> fo.ViewExpression:
    """Whether a detection is a box without a mask."""
    return ~(F("mask").exists() | F("mask_path").exists())


def _column(path: str, name: str) -> str | fo.ViewExpression:
    """What to read of the labels at a path, an attribute or what is worked out."""
    if name != BOX_ALONE:
        return f"{path}.{name}"
    is_outline = path.endswith(".polylines")
    return F(path).map(F("filled") & False if is_outline else is_box_alone())


def _flatten(path: str, ids: list[str], columns: dict[str, list[Any]]) -> LabelRows:
    on_each = [len(labels or ()) for labels in columns["id"]]
    values = {
        name: list(chain.from_iterable(labels or () for labels in column))
        for name, column in columns.items()
    }
    names, classes = to_codes([class_name(label) for label in values["label"]])
    image = np.repeat(np.arange(len(ids)), on_each)
    return LabelRows(path, ids, image, names, classes, values)


def _is_numeric(kind: type) -> bool:
    """Whether values of a type are numbers, or None; truth values are none."""
    return issubclass(kind, (int, float, NoneType)) and kind is not bool
