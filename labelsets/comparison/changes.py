"""What else a revision changed in a pair: its area, its place and its vertices.

Measured where it is asked for, not for every pair of every comparison.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np

from ...zoo.coco.pixel_runs import PixelRuns
from .geometry.objects import ImageObjects


class PairChange(NamedTuple):
    """How a revised object differs from the base object it is paired with.

    Attributes:
        area_change: (revised - base) / base area
        shift_px: distance of the centroids
        vertex_change: revised - base count, None where one is unknown
    """

    area_change: float
    shift_px: float
    vertex_change: int | None


def measure_change(
    base: ImageObjects, revised: ImageObjects, place: tuple[int, int]
) -> PairChange:
    """Measures a pair.

    Args:
        base: objects of the earlier label set
        revised: objects of the later label set
        place: the index of the pair's object on either side; neither is degenerate
    """
    i, j = place
    before, after = float(base.areas[i]), float(revised.areas[j])
    return PairChange(
        (after - before) / before,
        math.dist(centroid(base, i), centroid(revised, j)),
        vertex_change(int(base.vertices[i]), int(revised.vertices[j])),
    )


def vertex_change(base: int, revised: int) -> int | None:
    """The difference of two counts of vertices, None where one is 0, for unknown."""
    return revised - base if base and revised else None


def centroid(objects: ImageObjects, index: int) -> tuple[float, float]:
    """Mean x and y in px of the points of an object that covers any."""
    x, y, width, height = objects.boxes[index].tolist()
    mask, area = objects.masks[index], float(objects.areas[index])
    if mask is None:
        return x + width / 2, y + height / 2
    if isinstance(mask, PixelRuns):
        lengths = mask.bottoms - mask.tops
        middles = (mask.bottoms + mask.tops) / 2
        mean_x = float(mask.columns @ lengths) / area
        return mean_x + 0.5, float(middles @ lengths) / area
    pixels = mask.view(np.uint8)
    rows, columns = pixels.shape
    by_column = cv2.reduce(pixels, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[0]
    by_row = cv2.reduce(pixels, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[:, 0]
    mean_x = float(by_column @ np.arange(columns)) / area
    mean_y = float(by_row @ np.arange(rows)) / area
    return x + mean_x + 0.5, y + mean_y + 0.5
