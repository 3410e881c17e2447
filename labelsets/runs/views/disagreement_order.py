"""Samples in order of disagreement, read page by page from the index of a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import fiftyone as fo
from bson import ObjectId

from ...labels.views.view_internals import is_generated, without_projection
from ..fields import COUNTED, RunFields

Samples: TypeAlias = fo.core.collections.SampleCollection

_FIRST_PAGE, _LARGEST_PAGE = 16, 1_024


def next_sample(
    view: Samples, key: str, sample_id: str | None = None, step: int = 1
) -> str | None:
    """The next sample of a view in order of disagreement, the greatest first.

    Args:
        view: the samples; of patches, those that they are cut from
        key: the key of the comparison
        sample_id: the sample to start behind; None to start with the first. So does
            one that was not compared
        step: 1 for the next, -1 for the previous

    Returns:
        its id; None at the end
    """
    whole = whole_samples(view)
    for page in pages_behind(whole, key, _place(view, key, sample_id), step, 1):
        if ids := page.values("id"):
            return str(ids[0])
    return None


def sample_pages(
    view: Samples, key: str, sample_id: str | None = None, step: int = 1
) -> Iterator[list[str]]:
    """The ids of the samples behind one, page by page, more on each.

    Args:
        view: as in :func:`next_sample`
        key: likewise
        sample_id: likewise
        step: likewise
    """
    whole, field = whole_samples(view), RunFields(key).disagreement
    place, size = _place(view, key, sample_id), _FIRST_PAGE
    while True:
        found: list[tuple[str, float]] = []
        for page in pages_behind(whole, key, place, step, size):
            found += zip(*page.values(["id", field]), strict=True)
        if not found:
            return
        yield [id for id, _ in found[:size]]
        id, value = found[:size][-1]
        place, size = (value, id), min(2 * size, _LARGEST_PAGE)


def pages_behind(
    view: Samples, key: str, place: tuple[float, str] | None, step: int, size: int
) -> list[fo.DatasetView]:
    """The samples behind a place: first those that disagree as much, then the others.

    Each is a range of the index that `stored_fields.declare_fields` creates, so that
    the database sorts nothing.

    Args:
        view: the samples, with all their fields
        key: the key of the comparison
        place: a disagreement and a sample's id; None for before the first
        step: 1 for the next, -1 for the previous
        size: how many samples are wanted at most, of each
    """
    field = RunFields(key).disagreement
    by_value, by_id = {field: -step, "_id": step}, {"_id": step}
    ranges: list[tuple[dict[str, Any], dict[str, int]]]
    if place is None:
        # a comparison with a number leaves out samples that were not compared
        ranges = [({field: {"$gte": float("-inf")}}, by_value)]
    else:
        value, id = place
        further, beyond = ("$lt", "$gt") if step > 0 else ("$gt", "$lt")
        ranges = [
            ({field: value, "_id": {beyond: ObjectId(id)}}, by_id),
            ({field: {further: value}}, by_value),
        ]
    return [
        view.mongo([{"$match": those}, {"$sort": order}, {"$limit": size}])
        for those, order in ranges
    ]


def most_varied_sample(view: Samples, key: str) -> str | None:
    """The sample with the most kinds of differences, then the greatest disagreement.

    Args:
        view: the samples, with all their fields
        key: the key of the comparison

    Returns:
        its id; None where none was compared
    """
    fields = RunFields(key)
    found = [
        {"$cond": [{"$gt": [f"${fields.count(status)}", 0]}, 1, 0]}
        for status in COUNTED
    ]
    order = {"kinds": -1, fields.disagreement: -1, "_id": 1}
    first = view.mongo(
        [
            {"$match": {fields.disagreement: {"$gte": float("-inf")}}},
            {"$set": {"kinds": {"$add": found}}},
            {"$sort": order},
            {"$limit": 1},
        ]
    )
    return next(iter(first.values("id")), None)


def whole_samples(view: Samples) -> Samples:
    """The samples of a view with all their fields; of patches, those behind them."""
    if is_generated(view):
        return view._root_dataset.select(sorted(set(view.values("sample_id"))))
    return without_projection(view)


def _place(view: Samples, key: str, sample_id: str | None) -> tuple[float, str] | None:
    """Where a sample stands in the order."""
    if sample_id is None:
        return None
    sample = view._root_dataset.select(sample_id)
    (value,) = sample.values(RunFields(key).disagreement) or [None]
    return None if value is None else (value, sample_id)
