"""Outlines of masks, as rings that a canvas can fill and stroke."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ...labelsets.comparison import Status
from ...zoo.coco.outlines import trace_all
from ...zoo.coco.pixel_runs import PixelRuns
from .viewer_types import StatusInfo

Ring = list[float]
"""A closed ring, flat: x, y, x, y, ... in px of the image."""

Points = NDArray[np.int32]
"""Points of an outline in half px, (n, 2)."""

TOLERANCE_PX = 0.4
"""How far a simplified outline may lie from the true one; under half a px."""

_TINY = 12
"""An outline of at most this many edges keeps every corner."""


def rings_of(objects: Sequence[PixelRuns]) -> list[list[Ring]]:
    """The outer and inner outlines of objects; filled even-odd they give the objects.

    They run along the edges of pixels. Stairs, which slanting outlines are made of,
    are cut through the middles of their steps.

    Args:
        objects: the pixels of each

    Returns:
        the rings of each object, simplified by :data:`TOLERANCE_PX`
    """
    traced = trace_all(objects)
    flat = [ring for rings in traced for ring in rings]
    if not flat:
        return [[] for _ in objects]
    simple = iter(
        cv2.approxPolyDP(points[:, None], 2 * TOLERANCE_PX, True)
        for points in _without_stairs(flat)
    )
    return [[(next(simple) / 2).ravel().tolist() for _ in rings] for rings in traced]


def _without_stairs(rings: Sequence[NDArray[np.int64]]) -> list[Points]:
    """Rings through the middles of the edges of pixels, and through corners.

    A corner is kept where both its sides are longer than an edge: it is no step of a
    stair then. In a ring of few edges all are.

    Args:
        rings: corners in px, int64 (k, 2) each

    Returns:
        points in half px, int32 (n, 2) each
    """
    corners = 2 * np.concatenate(rings).astype(np.int32)
    counts = np.array([len(ring) for ring in rings])
    ends = np.cumsum(counts)
    after = np.arange(1, len(corners) + 1)
    after[ends - 1] = ends - counts
    sides = corners[after] - corners
    lengths = np.abs(sides).sum(axis=1)  # in half px: an edge is 2 long
    before = np.empty_like(after)
    before[after] = np.arange(len(after))
    edges = np.add.reduceat(lengths, ends - counts) // 2
    are_tiny = np.repeat(edges <= _TINY, counts)
    halves = np.sign(sides)
    points = np.stack((corners, corners + halves, corners[after] - halves), axis=1)
    is_corner = ((lengths > 2) & (lengths[before] > 2)) | are_tiny
    kept = np.stack((is_corner, np.ones_like(is_corner), lengths > 2), axis=1)
    kept_counts = np.add.reduceat(kept.sum(axis=1), ends - counts)
    return np.split(points[kept], np.cumsum(kept_counts)[:-1])


def box_ring(box: Sequence[float]) -> Ring:
    """The ring of a box given as x, y, width, height in px."""
    x, y, w, h = (float(value) for value in box)
    return [round(v, 1) for v in (x, y, x + w, y, x + w, y + h, x, y + h)]


def status_palette() -> list[StatusInfo]:
    """The statuses in order, with colour and description, for a legend."""
    return [
        {"name": str(s), "color": s.color, "description": s.description} for s in Status
    ]
