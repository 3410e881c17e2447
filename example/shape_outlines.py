"""Outlines of painted figures: masks, polygons of few vertices, and RLE."""

from collections.abc import Iterable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from .canvas import SCALE, Canvas
from .stage import Figure

Mask = NDArray[np.bool_]
Polygons = list[list[float]]

_LEAST_AREA = 5.0
"""Smaller visible pieces of an object are not outlined, in px²."""


def painted_mask(canvas: Canvas, figures: Iterable[Figure]) -> Mask:
    """What is seen of the figures, bool of the canvas's painted shape."""
    seen = np.zeros(canvas.owners.shape, bool)
    for figure in figures:
        left, top, right, bottom = figure.box
        window = np.s_[top:bottom, left:right]
        seen[window] |= canvas.owners[window] == figure.owner
    return seen


def picture_mask(painted: Mask) -> Mask:
    """The mask at the picture's own size, (height, width)."""
    height, width = painted.shape[0] // SCALE, painted.shape[1] // SCALE
    share = painted.reshape(height, SCALE, width, SCALE).mean((1, 3))
    return np.asarray(share > 0.5)


def bridged(mask: Mask, gap_px: int) -> Mask:
    """The mask with gaps up to ``gap_px`` wide filled, as one draws round a group."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap_px, gap_px))
    framed = np.pad(mask.astype(np.uint8), gap_px)
    closed = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, kernel)
    return np.asarray(closed[gap_px:-gap_px, gap_px:-gap_px] > 0)


def polygons(
    mask: Mask, scale: int, most: int, shift: tuple[int, int] = (0, 0)
) -> Polygons:
    """Outline every piece of a mask that has ``scale`` pixels to a picture px.

    An object gets ``most`` vertices or fewer; a small one in proportion to its
    outline's length. ``shift`` moves the result right and down, in px.
    """
    found, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    pieces = [c for c in found if cv2.contourArea(c) >= _LEAST_AREA * scale**2]
    length = sum(cv2.arcLength(piece, True) for piece in pieces)
    height, width = mask.shape[0] / scale, mask.shape[1] / scale
    wanted = min(most, most * length / scale / 140)
    outlines: Polygons = []
    for piece in pieces:
        share = max(5, round(wanted * cv2.arcLength(piece, True) / length))
        points = (_thinned(piece, share).reshape(-1, 2) + 0.5) / scale + shift
        points = np.clip(points, 0, (width, height)).round(2)
        if len(points) >= 3:
            outlines.append([float(value) for value in points.ravel()])
    return outlines


def _thinned(contour: NDArray[Any], most: int) -> NDArray[Any]:
    """The least simplified contour that has ``most`` vertices or fewer."""
    low, high = 0.2, cv2.arcLength(contour, True) / 4
    best = cv2.approxPolyDP(contour, high, True)
    for _ in range(14):
        middle = (low + high) / 2
        thin = cv2.approxPolyDP(contour, middle, True)
        if len(thin) > most:
            low = middle
        else:
            high, best = middle, thin
    return np.asarray(best)


def counts(mask: Mask) -> dict[str, Any]:
    """Uncompressed RLE, column by column, background first, as COCO's crowds have."""
    flat = np.concatenate(([False], mask.ravel(order="F")))
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    runs = np.diff(np.concatenate(([0], edges, [mask.size])))
    return {"counts": [int(run) for run in runs], "size": [int(n) for n in mask.shape]}


def rle(segmentation: Any, height: int, width: int) -> dict[str, Any]:
    """The compressed RLE that pycocotools makes of either kind of segmentation."""
    coded = coco_mask.frPyObjects(segmentation, height, width)
    merged: dict[str, Any] = (
        coco_mask.merge(coded) if isinstance(coded, list) else coded
    )
    return merged
