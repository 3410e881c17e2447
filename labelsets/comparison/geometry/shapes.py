"""Shapes on the image plane, pixels and continuous boxes, and their overlap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ....zoo.coco.pixel_runs import Mask, PixelRuns, mask_from_runs, runs_from_mask
from . import pixel_sets


class Pixels(NamedTuple):
    """The pixels of a bool mask (y1 - y0, x1 - x0), each a unit square; edges in px."""

    mask: Mask
    x0: int
    y0: int
    x1: int
    y1: int


class Runs(NamedTuple):
    """The same for pixels as runs, and the edges of their window, in px."""

    runs: PixelRuns
    x0: int
    y0: int
    x1: int
    y1: int


class Box(NamedTuple):
    """An upright rectangle; edges in px, continuous."""

    x0: float
    y0: float
    x1: float
    y1: float


Shape: TypeAlias = Pixels | Runs | Box


def common_area(a: Shape, b: Shape) -> float:
    """Area in px² that two shapes share, looked at in their common window alone."""
    if isinstance(a, Box):
        return _box_and(a, b)
    if isinstance(b, Box):
        return _box_and(b, a)
    if isinstance(a, Runs) or isinstance(b, Runs):
        return float(pixel_sets.shared_area(_runs_in(a, b), _runs_in(b, a)))
    mask_a, ax, ay, ax1, ay1 = a
    mask_b, bx, by, bx1, by1 = b
    x0 = ax if ax > bx else bx
    y0 = ay if ay > by else by
    x1 = ax1 if ax1 < bx1 else bx1
    y1 = ay1 if ay1 < by1 else by1
    if x0 >= x1 or y0 >= y1:
        return 0.0
    window_a = mask_a[y0 - ay : y1 - ay, x0 - ax : x1 - ax]
    window_b = mask_b[y0 - by : y1 - by, x0 - bx : x1 - bx]
    return float(np.count_nonzero(window_a & window_b))


def box_pixels(box: Box) -> Pixels:
    """The pixels whose centres a box holds."""
    x0, y0, x1, y1 = (int(np.ceil(edge - 0.5)) for edge in box)
    inside = np.ones((max(y1 - y0, 0), max(x1 - x0, 0)), bool)
    return Pixels(inside, x0, y0, max(x0, x1), max(y0, y1))


def whole_and_union(whole: Shape, parts: Sequence[Shape]) -> tuple[float, float]:
    """Measures the union of parts against a whole.

    Returns:
        area of the union inside the whole, and area of the union, px²
    """
    masks = [part for part in parts if isinstance(part, Pixels)]
    if len(masks) == len(parts) and isinstance(whole, Pixels):
        union = _union(masks)
        return common_area(union, whole), float(np.count_nonzero(union.mask))
    return _cut_apart(whole, parts)


def as_runs(shape: Pixels | Runs) -> PixelRuns:
    """The pixels of a shape as runs in the image."""
    if isinstance(shape, Runs):
        return shape.runs
    return runs_from_mask(shape.mask, shape.x0, shape.y0)


def as_pixels(shape: Pixels | Runs) -> Pixels:
    """The pixels of a shape as a mask, however large."""
    if isinstance(shape, Pixels):
        return shape
    window = shape[1:]
    return Pixels(mask_from_runs(shape.runs, window), *window)


def _box_and(a: Box, b: Shape) -> float:
    if isinstance(b, Box):
        width = min(a.x1, b.x1) - max(a.x0, b.x0)
        height = min(a.y1, b.y1) - max(a.y0, b.y0)
        return width * height if width > 0 and height > 0 else 0.0
    return _covered(b.runs, a) if isinstance(b, Runs) else _covered_mask(b, a)


def _covered_mask(pixels: Pixels, box: Box) -> float:
    columns = np.arange(
        max(pixels.x0, int(np.floor(box.x0))), min(pixels.x1, int(np.ceil(box.x1)))
    )
    rows = np.arange(
        max(pixels.y0, int(np.floor(box.y0))), min(pixels.y1, int(np.ceil(box.y1)))
    )
    if len(columns) == 0 or len(rows) == 0:
        return 0.0
    widths = np.minimum(columns + 1, box.x1) - np.maximum(columns, box.x0)
    heights = np.minimum(rows + 1, box.y1) - np.maximum(rows, box.y0)
    window = pixels.mask[
        rows[0] - pixels.y0 : rows[-1] + 1 - pixels.y0,
        columns[0] - pixels.x0 : columns[-1] + 1 - pixels.x0,
    ]
    return float(heights @ window @ widths)


def _covered(runs: PixelRuns, box: Box) -> float:
    columns, tops, bottoms = runs
    widths = np.minimum(columns + 1, box.x1) - np.maximum(columns, box.x0)
    heights = np.minimum(bottoms, box.y1) - np.maximum(tops, box.y0)
    return float(np.maximum(widths, 0) @ np.maximum(heights, 0))


def _runs_in(shape: Pixels | Runs, other: Shape) -> PixelRuns:
    """The pixels of a shape in the window of another."""
    if isinstance(shape, Runs):
        return shape.runs
    mask, x, y, _, _ = shape
    x0, y0 = max(int(other.x0), x), max(int(other.y0), y)
    x1, y1 = max(int(other.x1), x0), max(int(other.y1), y0)
    return runs_from_mask(mask[y0 - y : y1 - y, x0 - x : x1 - x], x0, y0)


def _union(parts: Sequence[Pixels]) -> Pixels:
    x0, y0 = min(part.x0 for part in parts), min(part.y0 for part in parts)
    x1, y1 = max(part.x1 for part in parts), max(part.y1 for part in parts)
    union = np.zeros((y1 - y0, x1 - x0), bool)
    for mask, left, top, right, bottom in parts:
        union[top - y0 : bottom - y0, left - x0 : right - x0] |= mask
    return Pixels(union, x0, y0, x1, y1)


def _cut_apart(whole: Shape, parts: Sequence[Shape]) -> tuple[float, float]:
    """Measures as :func:`whole_and_union`, boxes or runs among the shapes.

    The plane is cut along every edge of a box and of a run. On the grid of these cuts
    each shape is a set of cells, which runs describe as they describe pixels.
    """
    runs = [None if isinstance(s, Box) else as_runs(s) for s in (*parts, whole)]
    shapes = list(zip((*parts, whole), runs, strict=True))
    xs = _cuts([(s.x0, s.x1) if r is None else _column_edges(r) for s, r in shapes])
    ys = _cuts([(s.y0, s.y1) if r is None else _row_edges(r) for s, r in shapes])
    *cells, all_of_whole = (_cells(shape, r, xs, ys) for shape, r in shapes)
    union = pixel_sets.united(cells)
    inside = pixel_sets.shared(union, all_of_whole)
    return _measured(inside, xs, ys), _measured(union, xs, ys)


def _column_edges(runs: PixelRuns) -> NDArray[np.int64]:
    return np.concatenate((runs.columns, runs.columns + 1))


def _row_edges(runs: PixelRuns) -> NDArray[np.int64]:
    return np.concatenate((runs.tops, runs.bottoms))


def _cuts(edges: Sequence[Sequence[float] | NDArray[np.int64]]) -> NDArray[np.float64]:
    return np.unique(np.concatenate([np.asarray(e, np.float64) for e in edges]))


def _cells(
    shape: Shape,
    runs: PixelRuns | None,
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
) -> PixelRuns:
    """The cells of a grid that a shape covers, numbered like pixels."""
    if runs is None:
        left, right = np.searchsorted(xs, (shape.x0, shape.x1))
        top, bottom = np.searchsorted(ys, (shape.y0, shape.y1))
        columns = np.arange(left, right)
        return PixelRuns(
            columns, np.full_like(columns, top), np.full_like(columns, bottom)
        )
    first = np.searchsorted(xs, runs.columns)
    spans = np.searchsorted(xs, runs.columns + 1) - first
    heads = np.cumsum(spans) - spans
    columns = np.repeat(first - heads, spans) + np.arange(spans.sum())
    tops, bottoms = np.searchsorted(ys, runs.tops), np.searchsorted(ys, runs.bottoms)
    order = np.argsort(columns, kind="stable")
    return PixelRuns(
        columns[order], np.repeat(tops, spans)[order], np.repeat(bottoms, spans)[order]
    )


def _measured(
    cells: PixelRuns, xs: NDArray[np.float64], ys: NDArray[np.float64]
) -> float:
    """The area of cells in px²."""
    widths = np.diff(xs)[cells.columns]
    return float(widths @ (ys[cells.bottoms] - ys[cells.tops]))
