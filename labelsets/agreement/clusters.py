"""Clusters: objects of an image's label sets that are the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ..comparison import ImageObjects
from ..comparison.overlaps import Overlaps, iou_of
from ..comparison.sides import Side, canonical_sides
from ..comparison.thresholds import Thresholds

LEAST_IOU = 0.5
"""The least IoU of objects of two label sets that may be the same thing."""

_NOTHING = ImageObjects.of([], np.zeros((0, 4)))


@dataclass(frozen=True, slots=True, eq=False)
class ImageClusters:
    """The k objects of all label sets that cover something, crowds left out.

    They are in an order of content, exact copies in that of their label sets.

    Attributes:
        count: the number of clusters; an object without a match is its own cluster
        cluster: int64 (k,), which cluster an object is in, from 0 on
        field: int64 (k,), the place of its label set
        index: int64 (k,), its place in its label set
        side: all objects, crowds too
        place: int64 (k,), its place in ``side``
    """

    count: int
    cluster: NDArray[np.int64]
    field: NDArray[np.int64]
    index: NDArray[np.int64]
    side: Side
    place: NDArray[np.int64]

    def members(self, cluster: int) -> NDArray[np.int64]:
        """Which of the k objects are in a cluster, ascending."""
        return np.flatnonzero(self.cluster == cluster)

    def ious(self, members: NDArray[np.int64]) -> NDArray[np.float64]:
        """IoU of some of the k objects with each other: float64 (m, m), diagonal 1."""
        places = self.place[members].tolist()
        found = np.eye(len(places))
        for one, other in combinations(range(len(places)), 2):
            iou = iou_of(self.side, places[one], self.side, places[other])
            found[one, other] = found[other, one] = iou
        return found


def cluster_objects(sides: Sequence[ImageObjects | None]) -> ImageClusters:
    """Finds the objects of several label sets that are the same thing.

    All pairs of objects of different label sets with an IoU of at least `LEAST_IOU`,
    whatever their classes, are taken by falling IoU, ties by content; each joins the
    clusters of its objects unless a label set would then be in one twice.

    Args:
        sides: the objects of each label set, None for one that has no list of them

    Example::

        before = ImageObjects.of(["cat"], [[10, 10, 40, 20]])
        after = ImageObjects.of(["dog"], [[12, 10, 40, 20]])
        cluster_objects([before, after]).cluster  # [0, 0]
    """
    joined, fields, indices = _joined(sides)
    side, _, _ = canonical_sides(joined, _NOTHING)
    overlaps = Overlaps(side, side, Thresholds(iou=LEAST_IOU))
    field = fields[side.indices]
    rows, columns = overlaps.rows, overlaps.columns
    wanted = (rows < columns) & (field[rows] != field[columns])
    wanted &= ~side.crowds[rows] & ~side.crowds[columns]
    wanted &= overlaps.iou_ceilings >= LEAST_IOU
    overlaps.measure(wanted)
    wanted &= overlaps.ious >= LEAST_IOU
    kept = np.flatnonzero(~side.crowds)
    met = rows[wanted], columns[wanted], overlaps.ious[wanted]
    cluster = _join(*met, field.tolist())[kept]
    numbers, cluster = np.unique(cluster, return_inverse=True)
    return ImageClusters(
        count=len(numbers),
        cluster=cluster,
        field=field[kept],
        index=indices[side.indices][kept],
        side=side,
        place=kept,
    )


def _join(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    ious: NDArray[np.float64],
    fields: list[int],
) -> NDArray[np.int64]:
    """The cluster of each object: the place of its first member."""
    order = np.lexsort((columns, rows, -ious))
    cluster = list(range(len(fields)))
    members = [[place] for place in cluster]
    held = [1 << field for field in fields]
    for one, other in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        first, second = sorted((cluster[one], cluster[other]))
        if first == second or held[first] & held[second]:
            continue
        held[first] |= held[second]
        members[first] += members[second]
        for place in members[second]:
            cluster[place] = first
    return np.array(cluster, np.int64)


def _joined(
    sides: Sequence[ImageObjects | None],
) -> tuple[ImageObjects, NDArray[np.int64], NDArray[np.int64]]:
    """All objects as one side, with the place of their label set and in it."""
    found = [(place, side) for place, side in enumerate(sides) if side is not None]
    if not found:
        nothing = np.zeros(0, np.int64)
        return _NOTHING, nothing, nothing
    parts = [side for _, side in found]
    joined = replace(
        parts[0],
        labels=tuple(label for part in parts for label in part.labels),
        crowds=np.concatenate([part.crowds for part in parts]),
        boxes=np.concatenate([part.boxes for part in parts]),
        masks=tuple(mask for part in parts for mask in part.masks),
        areas=np.concatenate([part.areas for part in parts]),
        vertices=np.concatenate([part.vertices for part in parts]),
    )
    fields = np.repeat([place for place, _ in found], [len(part) for part in parts])
    indices = np.concatenate([np.arange(len(part)) for part in parts])
    return joined, fields.astype(np.int64), indices.astype(np.int64)
