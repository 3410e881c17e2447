"""Outlines of masks, as rings that a canvas can fill and stroke."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..comparison import Status

Ring = list[float]
"""A closed ring, flat: x, y, x, y, ... in px of the image."""

TOLERANCE_PX = 0.4
"""How far a simplified outline may lie from the true one; under half a px."""

_SMALL_PX = 96


def mask_rings(mask: NDArray[np.bool_], x: float, y: float) -> list[Ring]:
    """The outer and inner outlines of a mask; filled even-odd they give the mask.

    Args:
        mask: (height, width)
        x: column of the mask's first pixel in the image
        y: row of the mask's first pixel in the image

    Returns:
        the rings, simplified by :data:`TOLERANCE_PX`
    """
    # Contours run through the centres of pixels. Doubling a small mask first brings
    # them within a quarter px of the pixels' edges.
    scale = 2 if max(mask.shape, default=0) <= _SMALL_PX else 1
    pixels = mask.view(np.uint8) if mask.dtype == bool else mask.astype(np.uint8)
    if scale == 2:
        pixels = pixels.repeat(2, axis=0).repeat(2, axis=1)
    contours, _ = cv2.findContours(
        np.ascontiguousarray(pixels), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE
    )
    corner = np.array([x, y]) + 0.5 / scale
    rings = []
    for contour in contours:
        simple = cv2.approxPolyDP(contour, TOLERANCE_PX * scale, True)
        points = simple.reshape(-1, 2) / scale + corner
        if len(points) < 3:
            points = _around(points, 0.5 / scale)
        rings.append(np.round(points, 1).ravel().tolist())
    return rings


def box_ring(box: tuple[float, float, float, float]) -> Ring:
    """The ring of a box given as x, y, width, height in px."""
    x, y, w, h = (float(value) for value in box)
    return [round(v, 1) for v in (x, y, x + w, y, x + w, y + h, x, y + h)]


def _around(points: NDArray[np.float64], margin: float) -> NDArray[np.float64]:
    """A strip around one or two points, so that a line of pixels can be seen."""
    first, last = points[0], points[-1]
    length = float(np.hypot(*(last - first)))
    along = (last - first) / length if length else np.array([1.0, 0.0])
    across = np.array([-along[1], along[0]])
    ends = (first - margin * along, last + margin * along)
    return np.array(
        [
            ends[0] - margin * across,
            ends[1] - margin * across,
            ends[1] + margin * across,
            ends[0] + margin * across,
        ]
    )


def status_palette() -> list[dict[str, str]]:
    """The statuses in order, with colour and description, for a legend."""
    return [
        {"name": str(s), "color": s.color, "description": s.description} for s in Status
    ]
