"""Intersections and IoUs of the pairs of an image that can be matched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .geometry.shapes import Box, common_area
from .sides import Side
from .thresholds import Thresholds

SAME_BOX_PX = 0.01
"""Boxes of which no edge differs by more are the same box: files keep few decimals."""

_ROUNDING_PX = 1e-9
_ROUNDING = 1e-12
"""Of the IoU of a box and a mask; less than a pixel of an image of 10^12 px."""
_TOGETHER = 1 << 20
"""How many pairs are looked at together to find those that overlap."""


class Overlaps:
    """The k pairs of a base and a revised object that can reach a threshold.

    What the windows and areas of a pair allow at most tells which they are; a pair
    costs pixels only once it is asked for. Memory grows with these pairs, not with
    the product of both sides.

    Args:
        base: the base objects
        revised: the revised objects
        thresholds: what is to be reached; by default every pair counts whose windows
            overlap

    Attributes:
        base: the base objects
        revised: the revised objects
        rows: int64 (k,), the base object of each pair; pairs are sorted by it,
        columns: int64 (k,), and by the revised object
        same_class: bool (k,)
        common_ceilings: float64 (k,), px²: what an intersection can't exceed
        iou_ceilings: float64 (k,), what an IoU can't exceed
        commons: float64 (k,), intersections in px², 0 where not measured
        ious: float64 (k,), 0 where not measured
    """

    def __init__(
        self, base: Side, revised: Side, thresholds: Thresholds | None = None
    ) -> None:
        self.base, self.revised = base, revised
        found = [
            _likely_pairs(base, revised, rows, columns, thresholds)
            for rows, columns in _stripes(base.bounds, revised.bounds)
        ]
        pairs = found[0]
        if len(found) > 1:
            pairs = _Pairs(*map(np.concatenate, zip(*found, strict=True)))
            pairs = pairs.at(np.lexsort((pairs.columns, pairs.rows)))
        self.rows, self.columns = pairs.rows, pairs.columns
        self.same_class = pairs.same_class
        self.common_ceilings, self.iou_ceilings = pairs.commons, pairs.ious
        are_boxes = base.are_boxes[self.rows] & revised.are_boxes[self.columns]
        self.commons = np.where(are_boxes, pairs.commons, 0.0)
        self.ious = np.where(are_boxes, pairs.ious, 0.0)
        self._is_open = ~are_boxes

    def measure(self, wanted: NDArray[np.bool_]) -> None:
        """Measures the pairs set in `wanted`, bool (k,), that are not yet."""
        pairs = np.flatnonzero(wanted & self._is_open)
        if len(pairs) == 0:
            return
        rows, columns = self.rows[pairs], self.columns[pairs]
        shapes_a, shapes_b = self.base.shapes, self.revised.shapes
        common = np.array(
            [
                common_area(shapes_a[row], shapes_b[column])
                for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
            ]
        )
        union = self.base.areas[rows] + self.revised.areas[columns] - common
        ious = common / union
        ious[ious > 1 - _ROUNDING] = 1
        self.commons[pairs] = common
        self.ious[pairs] = ious
        self._is_open[pairs] = False


def iou_of(a: Side, index_a: int, b: Side, index_b: int) -> float:
    """The IoU of any two objects, given by their places in the order of their sides."""
    one, other = a.shapes[index_a], b.shapes[index_b]
    if isinstance(one, Box) and isinstance(other, Box):
        off = max(abs(x - y) for x, y in zip(one, other, strict=True))
        if off <= SAME_BOX_PX + _ROUNDING_PX:
            return 1.0
    common = common_area(one, other)
    iou = float(common / (a.areas[index_a] + b.areas[index_b] - common))
    return 1.0 if iou > 1 - _ROUNDING else iou


class _Pairs(NamedTuple):
    """Pairs, and what their windows and areas allow at most, as in `Overlaps`."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    same_class: NDArray[np.bool_]
    commons: NDArray[np.float64]
    ious: NDArray[np.float64]

    def at(self, places: NDArray[Any]) -> _Pairs:
        """Some of the pairs, chosen by flags or places."""
        return _Pairs(
            self.rows[places],
            self.columns[places],
            self.same_class[places],
            self.commons[places],
            self.ious[places],
        )


def _stripes(
    a: NDArray[np.float64], b: NDArray[np.float64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Groups of windows that may overlap as far as x goes.

    Args:
        a: float64 (n, 4), x0, y0, x1, y1 in px
        b: float64 (m, 4), likewise

    Yields:
        places in a, places in b
    """
    if len(a) * len(b) <= _TOGETHER:
        yield np.arange(len(a)), np.arange(len(b))
        return
    order, others = np.argsort(a[:, 0]), np.argsort(b[:, 0])
    lefts = b[others, 0]
    farthest = np.maximum.accumulate(b[others, 2])
    step = max(1, _TOGETHER // len(b))
    for start in range(0, len(a), step):
        rows = order[start : start + step]
        low, high = a[rows, 0].min() - SAME_BOX_PX, a[rows, 2].max() + SAME_BOX_PX
        yield (
            rows,
            others[np.searchsorted(farthest, low) : np.searchsorted(lefts, high)],
        )


def _likely_pairs(
    base: Side,
    revised: Side,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    thresholds: Thresholds | None,
) -> _Pairs:
    """The pairs among some objects that can reach a threshold."""
    a, b = base.bounds[rows][:, None], revised.bounds[columns][None]
    edge_x = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    edge_y = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    near = np.nonzero((edge_x > -SAME_BOX_PX) & (edge_y > -SAME_BOX_PX))
    commons = np.maximum(edge_x[near], 0) * np.maximum(edge_y[near], 0)
    rows, columns = rows[near[0]], columns[near[1]]
    areas_a, areas_b = base.areas[rows], revised.areas[columns]
    least = np.minimum(areas_a, areas_b)
    commons = np.minimum(commons, least)
    ious = commons / (areas_a + areas_b - commons)
    off = np.abs(base.bounds[rows] - revised.bounds[columns]).max(axis=1, initial=0)
    are_boxes = base.are_boxes[rows] & revised.are_boxes[columns]
    ious[are_boxes & (off <= SAME_BOX_PX + _ROUNDING_PX)] = 1
    same_class = base.classes[rows] == revised.classes[columns]
    pairs = _Pairs(rows, columns, same_class, commons, ious)
    if thresholds is None:
        return pairs.at(ious > 0)
    kept = (ious >= thresholds.low_iou) | (commons / least >= thresholds.cover)
    kept = (kept & same_class) | (ious >= thresholds.iou)
    return pairs.at(kept)
