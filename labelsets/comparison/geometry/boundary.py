"""Boundary IoU: the IoU of the inner bands along two outlines."""

from __future__ import annotations

import math
from typing import TypeAlias

import cv2
import numpy as np

from ....zoo.coco.pixel_runs import Mask
from .objects import LARGE_PX
from .pixel_sets import eroded
from .shapes import Box, Runs, Shape, as_runs, common_area

_BAND_SHARE_OF_DIAGONAL = 0.02
"""Cheng et al. 2021, Boundary IoU: 2 % of the image diagonal."""

Band: TypeAlias = tuple[tuple[int, Shape], ...]
"""A band as shapes to add (+1) and to take off (-1)."""


def band_width(height: int, width: int) -> int:
    """Width in px of the band inside an outline, for an image of this size in px."""
    return max(1, round(_BAND_SHARE_OF_DIAGONAL * math.hypot(height, width)))


def is_all_band(shape: Shape, depth: int) -> bool:
    """Whether no point of a shape lies deeper than `depth` px."""
    return min(shape.x1 - shape.x0, shape.y1 - shape.y0) <= 2 * depth


def band(shape: Shape, depth: int) -> Band:
    """The part of a shape within `depth` px of its outline.

    For pixels: those less their `depth`-fold erosion by 3x3 pixels, which is their
    erosion by one square of 2 * depth + 1; what lies outside of the window, and so
    of the picture, is background. For a box: the box less the box `depth` px inside.
    """
    if is_all_band(shape, depth):
        return ((1, shape),)
    if isinstance(shape, Box):
        x0, y0, x1, y1 = shape
        inner = Box(x0 + depth, y0 + depth, x1 - depth, y1 - depth)
        return (1, shape), (-1, inner)
    if isinstance(shape, Runs) or shape.mask.size >= LARGE_PX:
        runs = eroded(as_runs(shape), depth)
        return (1, shape), (-1, Runs(runs, *shape[1:]))
    return ((1, shape._replace(mask=shape.mask ^ _erode(shape.mask, depth))),)


def boundary_iou(a: Shape, b: Shape, depth: int) -> float:
    """Boundary IoU of Cheng et al. 2021: the IoU of the two bands.

    Args:
        a: shape with an area above 0
        b: likewise
        depth: width of the bands in px, see `band_width`

    Returns:
        IoU in [0, 1]
    """
    band_a, band_b = band(a, depth), band(b, depth)
    common = _common(band_a, band_b)
    return common / (_area(band_a) + _area(band_b) - common)


def _common(a: Band, b: Band) -> float:
    return math.fsum(
        sign_a * sign_b * common_area(shape_a, shape_b)
        for sign_a, shape_a in a
        for sign_b, shape_b in b
    )


def _area(of: Band) -> float:
    return math.fsum(sign * common_area(shape, shape) for sign, shape in of)


def _erode(mask: Mask, depth: int) -> Mask:
    square = np.ones((2 * depth + 1, 2 * depth + 1), np.uint8)
    inner = cv2.erode(
        mask.view(np.uint8), square, borderType=cv2.BORDER_CONSTANT, borderValue=(0,)
    )
    return np.asarray(inner, np.uint8).view(bool)
