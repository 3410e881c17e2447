"""The items of a comparison that show best what a status means, found by the database.

Of each image the most telling item of a status comes first; further items of an image
only follow where there are too few images.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import fiftyone as fo

from ...comparison import Status
from ...comparison.counting.object_sizes import SMALL_AREA
from ...labels.views.shown_labels import aggregate_shown
from ...runs.fields import RunFields

SHOWABLE = tuple(s for s in Status if s is not Status.DEGENERATE)
"""The statuses of objects that cover something."""

CHANGES = tuple(s for s in SHOWABLE if s is not Status.IDENTICAL)
"""The statuses that are shown where none are asked for."""

_MOST_VERTICES = 1 << 53

Expression = Any
"""What MongoDB computes: a document, the path of a value, or a value."""


class ChosenItem(NamedTuple):
    """An item: the id of its sample, and what its labels have as ``<key>_item``."""

    sample_id: str
    item: str


@dataclass(frozen=True)
class _Ranking:
    """What makes an item of a status telling: the greatest values come first.

    Attributes:
        side: 0 or 1, the side whose labels of the status are ranked
        first: the first value of a label, `$$label`
        second: the second, where the first is equal
        by_parts: whether an item has several such labels; how many is the first value
    """

    side: int
    first: Expression
    second: Expression
    by_parts: bool = False


def choose_items(
    samples: fo.core.collections.SampleCollection,
    fields: RunFields,
    paths: Sequence[str],
    statuses: Sequence[Status],
    number: int,
) -> dict[Status, list[ChosenItem]]:
    """The most telling items of each status, the most telling first.

    - refined: the greatest change in the number of vertices, times 1 - boundary IoU,
      so that it can be seen; where the number is not known, the lowest boundary IoU
    - relabeled: the highest IoU
    - split and merged: the most parts, so crowds taken apart come first
    - all others: the largest area

    Items whose objects are small, under 32² px, come last.

    Args:
        samples: the dataset, or a view of its samples with all their fields
        fields: the fields of the comparison
        paths: the paths of the labels of base and revised
        statuses: the statuses
        number: how many items of each at most

    Returns:
        the items of each status that has any
    """
    rankings = {status: _ranking(status, fields, paths) for status in statuses}
    branches = {s: _candidates(s, r, fields, paths) for s, r in rankings.items()}
    by_image = [
        {"$group": {"_id": "$sample", "rank": {"$max": "$rank"}}},
        {"$project": {"_id": 0, "sample": "$_id", "rank": 1}},
    ]
    best = {s: [*found, *by_image, *_first(number)] for s, found in branches.items()}
    chosen = _run(samples, fields, paths, best)
    few = [s for s in statuses if 0 < len(chosen[s]) < number]
    if few:
        further = {s: [*branches[s], *_first(2 * number)] for s in few}
        for status, items in _run(samples, fields, paths, further).items():
            new = [item for item in items if item not in chosen[status]]
            chosen[status] += new[: number - len(chosen[status])]
    return {status: items for status, items in chosen.items() if items}


def _ranking(status: Status, fields: RunFields, paths: Sequence[str]) -> _Ranking:
    area, iou = f"$$label.{fields.area}", f"$$label.{fields.iou}"
    if status is Status.REFINED:
        boundary_iou = _number(f"$$label.{fields.boundary_iou}", None)
        differing = {"$subtract": [1, boundary_iou]}
        change = {"$multiply": [_vertex_change(fields, paths[1]), differing]}
        return _Ranking(0, change, differing)
    if status is Status.RELABELED:
        return _Ranking(0, iou, area)
    if status is Status.SPLIT:
        return _Ranking(1, None, None, by_parts=True)
    if status is Status.MERGED:
        return _Ranking(0, None, None, by_parts=True)
    return _Ranking(1 if status is Status.ADDED else 0, area, iou)


def _candidates(
    status: Status, ranking: _Ranking, fields: RunFields, paths: Sequence[str]
) -> list[Expression]:
    """Stages that give a document an item: its sample, and a rank to sort by."""
    path = paths[ranking.side]
    is_of_status = {"$eq": [f"$$label.{fields.status}", str(status)]}
    labels = {"$filter": {"input": _list(path), "as": "label", "cond": is_of_status}}
    values = {
        "item": f"$$label.{fields.item}",
        "area": _number(f"$$label.{fields.area}"),
        "first": ranking.first,
        "second": ranking.second,
    }
    stages: list[Expression] = [
        {"$match": {f"{path}.{fields.status}": str(status)}},
        {
            "$project": {
                "label": {"$map": {"input": labels, "in": values, "as": "label"}}
            }
        },
        {"$unwind": "$label"},
    ]
    if ranking.by_parts:
        whole = {"sample": "$_id", "item": "$label.item"}
        parts = {"first": {"$sum": 1}, "area": {"$sum": "$label.area"}}
        label = {"item": "$_id.item", "first": "$first", "second": "$area"}
        stages += [
            {"$group": {"_id": whole, **parts}},
            {"$project": {"_id": "$_id.sample", "label": {**label, "area": "$area"}}},
        ]
    rank = {
        "is_seen": {"$gte": ["$label.area", SMALL_AREA]},
        "first": {"$ifNull": ["$label.first", None]},
        "second": {"$ifNull": ["$label.second", None]},
        "item": "$label.item",
    }
    return [*stages, {"$project": {"_id": 0, "sample": "$_id", "rank": rank}}]


def _first(number: int) -> list[Expression]:
    return [{"$sort": {"rank": -1, "sample": 1}}, {"$limit": number}]


def _run(
    samples: fo.core.collections.SampleCollection,
    fields: RunFields,
    paths: Sequence[str],
    branches: dict[Status, list[Expression]],
) -> dict[Status, list[ChosenItem]]:
    """What each branch gives, from one reading of the samples, masks left out."""
    names = ("_id", "num_vertices", *fields.on_labels)
    wanted = {f"{path}.{name}": 1 for path in paths for name in names}
    facets = {str(status): stages for status, stages in branches.items()}
    (found,) = aggregate_shown(samples, [{"$project": wanted}, {"$facet": facets}])
    return {
        status: [
            ChosenItem(str(one["sample"]), one["rank"]["item"])
            for one in found[str(status)]
        ]
        for status in branches
    }


def _vertex_change(fields: RunFields, facing: str) -> Expression:
    """By how much the number of vertices of a base label changed; null if unknown."""
    is_partner = {"$eq": [{"$toString": "$$other._id"}, f"$$label.{fields.partner}"]}
    others = {"$filter": {"input": _list(facing), "as": "other", "cond": is_partner}}
    counts = [_vertices(f"$${who}.num_vertices") for who in ("partner", "label")]
    change = {"$abs": {"$subtract": counts}}
    return {"$let": {"vars": {"partner": {"$first": others}}, "in": change}}


def _vertices(value: Expression) -> Expression:
    known = [{"$gt": [_number(value), 0]}, {"$lt": [_number(value), _MOST_VERTICES]}]
    return {"$cond": [{"$and": known}, value, None]}


def _number(value: Expression, otherwise: float | None = 0) -> Expression:
    return {"$cond": [{"$isNumber": value}, value, otherwise]}


def _list(path: str) -> Expression:
    return {"$ifNull": [f"${path}", []]}
