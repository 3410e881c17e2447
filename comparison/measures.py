"""Measures of a matched pair beyond its IoU: outline, area, place and vertices."""

from __future__ import annotations

import math

import cv2
import numpy as np

from .boundary import boundary_iou, is_all_band
from .matching import FoundPair
from .overlaps import Overlaps
from .results import Pair
from .shapes import Box, Shape


def measure_pairs(
    found: list[FoundPair], overlaps: Overlaps, band_px: int
) -> list[Pair]:
    """Measures pairs and names them by their place in the input.

    Args:
        found: pairs in canonical order
        overlaps: where the IoUs of the pairs are known
        band_px: width of the band for boundary IoU

    Returns:
        the pairs in the order of the base objects
    """
    ious = overlaps.ious
    pairs = [
        _measure(pair, overlaps, float(ious[pair.base, pair.revised]), band_px)
        for pair in found
    ]
    return sorted(pairs)


def _measure(pair: FoundPair, overlaps: Overlaps, iou: float, band_px: int) -> Pair:
    base, revised = overlaps.base, overlaps.revised
    i, j = pair.base, pair.revised
    area_i, area_j = float(base.areas[i]), float(revised.areas[j])
    vertices_i, vertices_j = int(base.vertices[i]), int(revised.vertices[j])
    shape_i, shape_j = base.shapes[i], revised.shapes[j]
    equal = iou == 1
    return Pair(
        base=int(base.indices[i]),
        revised=int(revised.indices[j]),
        status=pair.status,
        iou=iou,
        boundary_iou=1.0 if equal else _boundary_iou(shape_i, shape_j, iou, band_px),
        area_change=(area_j - area_i) / area_i,
        shift_px=0.0
        if equal
        else math.dist(centroid(shape_i, area_i), centroid(shape_j, area_j)),
        vertex_change=vertices_j - vertices_i if vertices_i and vertices_j else None,
    )


def _boundary_iou(a: Shape, b: Shape, iou: float, band_px: int) -> float:
    if is_all_band(a, band_px) and is_all_band(b, band_px):
        return iou
    return boundary_iou(a, b, band_px)


def centroid(shape: Shape, area: float) -> tuple[float, float]:
    """Mean x and y in px of the points of a shape of this area in px²."""
    if isinstance(shape, Box):
        return (shape.x0 + shape.x1) / 2, (shape.y0 + shape.y1) / 2
    pixels = shape.mask.view(np.uint8)
    height, width = pixels.shape
    by_column = cv2.reduce(pixels, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[0]
    by_row = cv2.reduce(pixels, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[:, 0]
    x = float(by_column @ np.arange(width)) / area
    y = float(by_row @ np.arange(height)) / area
    return shape.x0 + x + 0.5, shape.y0 + y + 0.5
