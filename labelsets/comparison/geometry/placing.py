"""Where a label lies: masks placed in the image's own resolution, boxes cut to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....zoo.coco.masks import has_shape_of_box
from ....zoo.coco.pixel_runs import Mask

_DECIMALS = 9
"""Coordinates that were divided by the image's size and multiplied by it again come
back to within a billionth of a px."""

_STRIPE = 1 << 20
"""How many pixels of a resized mask are computed at once."""

Box = tuple[float, float, float, float]
Window = tuple[int, int, int, int]


def cut_box(box: Sequence[float], width: float, height: float) -> Box:
    """The part of a box x, y, width, height in px that lies in the image.

    What lies outside has a width or height of 0 or less.
    """
    x, y, w, h = box
    left, top = max(x, 0.0), max(y, 0.0)
    return left, top, min(x + w, width) - left, min(y + h, height) - top


def place_mask(
    mask: NDArray[Any], box: Sequence[float], size: tuple[int, int] | None = None
) -> tuple[Mask, int, int]:
    """Places a mask in its image, in the resolution of the image.

    A mask whose shape is within a pixel of its box's is placed as it is at the box's
    rounded corner, and so is one that was cut at the borders of the image, as
    importers cut them, at the corner of what is left of the box. Any other is resized
    to the box's rounded corners: linearly, and cut at 0.5.

    Args:
        mask: (height, width), nonzero inside
        box: x, y, width, height in px, finite
        size: height and width of the image in px; what lies outside is cut off

    Returns:
        the bool mask, and the column and row of its first pixel in the image
    """
    inside = mask if mask.dtype == bool else mask != 0
    x, y, *extent = box
    if size is None and x == int(x) and y == int(y) and [*mask.shape[::-1]] == extent:
        return inside, int(x), int(y)  # placed before, as most are
    corners = _rounded_corners(box)
    left, top, *_ = corners
    window = corners if size is None else _cut(corners, size)
    if has_shape_of_box(mask.shape, box):
        corners = left, top, left + mask.shape[1], top + mask.shape[0]
        window = corners if size is None else _cut(corners, size)
    elif size is not None and has_shape_of_box(mask.shape, cut_box(box, *size[::-1])):
        left, top = max(left, 0), max(top, 0)
        window = _cut((left, top, left + mask.shape[1], top + mask.shape[0]), size)
    else:
        return _resize(inside, corners, window), window[0], window[1]
    x0, y0, x1, y1 = window
    return inside[y0 - top : y1 - top, x0 - left : x1 - left], x0, y0


def _rounded_corners(box: Sequence[float]) -> Window:
    x, y, w, h = box
    return (
        round(round(x, _DECIMALS)),
        round(round(y, _DECIMALS)),
        round(round(x + w, _DECIMALS)),
        round(round(y + h, _DECIMALS)),
    )


def _cut(window: Window, size: tuple[int, int]) -> Window:
    """A window in the image; one without pixels begins in it too."""
    height, width = size
    x0, y0, x1, y1 = window
    x0, y0 = min(max(x0, 0), width), min(max(y0, 0), height)
    return x0, y0, max(min(x1, width), x0), max(min(y1, height), y0)


def _resize(mask: Mask, corners: Window, window: Window) -> Mask:
    """The part in a window of a mask that is resized to a place."""
    left, top, right, bottom = corners
    x0, y0, x1, y1 = window
    if not mask.size or left >= right or top >= bottom or x0 >= x1 or y0 >= y1:
        return np.zeros((0, 0), bool)
    rows, columns = mask.shape
    first, second, share = _neighbours(x0 - left, x1 - left, columns, right - left)
    wide = mask[:, first] * (1 - share) + mask[:, second] * share
    first, second, share = _neighbours(y0 - top, y1 - top, rows, bottom - top)
    resized = np.empty((y1 - y0, x1 - x0), bool)
    step = max(1, _STRIPE // (x1 - x0))
    for start in range(0, len(resized), step):
        part = slice(start, start + step)
        weight = share[part, None]
        values = wide[first[part]] * (1 - weight) + wide[second[part]] * weight
        resized[part] = values >= 0.5 - 1e-9
    return resized


def _neighbours(
    start: int, stop: int, pixels: int, length: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """The two pixels that each place of a line lies between, and how near the second.

    Args:
        start: the first place
        stop: the place after the last
        pixels: how many pixels are stretched over the line
        length: of the line, px
    """
    centers = (np.arange(start, stop) + 0.5) * pixels / length - 0.5
    centers = np.clip(centers, 0, pixels - 1)
    first = np.floor(centers).astype(np.int64)
    return first, np.minimum(first + 1, pixels - 1), centers - first


def is_finite(box: Sequence[float]) -> bool:
    """Whether a box has a place: four finite numbers."""
    return all(map(math.isfinite, box))
