"""Shapes on the image plane, pixel masks and continuous boxes, and their overlap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .objects import Mask


class Pixels(NamedTuple):
    """The pixels of a bool mask (y1 - y0, x1 - x0), each a unit square; edges in px."""

    mask: Mask
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


Shape: TypeAlias = Pixels | Box


def common_area(a: Shape, b: Shape) -> float:
    """Area in px² that two shapes share, looked at in their common window alone."""
    if isinstance(a, Box):
        if isinstance(b, Box):
            width = min(a.x1, b.x1) - max(a.x0, b.x0)
            height = min(a.y1, b.y1) - max(a.y0, b.y0)
            return width * height if width > 0 and height > 0 else 0.0
        return _covered(b, a)
    if isinstance(b, Box):
        return _covered(a, b)
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


def _union(parts: Sequence[Pixels]) -> Pixels:
    x0, y0 = min(part.x0 for part in parts), min(part.y0 for part in parts)
    x1, y1 = max(part.x1 for part in parts), max(part.y1 for part in parts)
    union = np.zeros((y1 - y0, x1 - x0), bool)
    for mask, left, top, right, bottom in parts:
        union[top - y0 : bottom - y0, left - x0 : right - x0] |= mask
    return Pixels(union, x0, y0, x1, y1)


def _cut_apart(whole: Shape, parts: Sequence[Shape]) -> tuple[float, float]:
    """Measures as :func:`whole_and_union`, boxes among the shapes.

    The plane is cut along every edge of a box and along the pixel grid of the masks;
    each cell then lies inside or outside of every shape.
    """
    x_edges = _cuts([(part, part.x0, part.x1) for part in (*parts, whole)])
    y_edges = _cuts([(part, part.y0, part.y1) for part in (*parts, whole)])
    xs, ys = (x_edges[1:] + x_edges[:-1]) / 2, (y_edges[1:] + y_edges[:-1]) / 2
    union = np.zeros((len(ys), len(xs)), bool)
    for part in parts:
        union |= _at(part, xs, ys)
    widths, heights = np.diff(x_edges), np.diff(y_edges)
    inside = heights @ (union & _at(whole, xs, ys)) @ widths
    return float(inside), float(heights @ union @ widths)


def _covered(pixels: Pixels, box: Box) -> float:
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


def _cuts(spans: Sequence[tuple[Shape, float, float]]) -> NDArray[np.float64]:
    edges = [
        np.array([low, high])
        if isinstance(shape, Box)
        else np.arange(low, high + 1, dtype=np.float64)
        for shape, low, high in spans
    ]
    return np.unique(np.concatenate(edges))


def _at(
    shape: Shape, xs: NDArray[np.float64], ys: NDArray[np.float64]
) -> NDArray[np.bool_]:
    in_x = (xs > shape.x0) & (xs < shape.x1)
    in_y = (ys > shape.y0) & (ys < shape.y1)
    inside = in_y[:, None] & in_x
    if isinstance(shape, Pixels):
        columns = np.floor(xs[in_x]).astype(np.int64) - shape.x0
        rows = np.floor(ys[in_y]).astype(np.int64) - shape.y0
        inside[inside] = shape.mask[np.ix_(rows, columns)].ravel()
    return inside
