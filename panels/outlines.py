"""Outlines of masks, as rings that a canvas can fill and stroke."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..comparison import Status

Ring = list[float]
"""A closed ring, flat: x, y, x, y, ... in px of the image."""

Points = NDArray[Any]
"""Points of outlines, whole numbers of half px: (n, 2), or (n, 1, 2) from OpenCV."""

TOLERANCE_PX = 0.4
"""How far a simplified outline may lie from the true one; under half a px."""

_TINY = 12
"""Up to so many edges an outline keeps every corner."""

_BLOCK = np.ones((3, 3), np.uint8)


def rings_of(
    masks: Sequence[NDArray[np.bool_]], corners: Sequence[tuple[float, float]]
) -> list[list[Ring]]:
    """The outer and inner outlines of masks; filled even-odd they give the masks.

    They run along the edges of pixels. Stairs, which slanting outlines are made of,
    are cut through the middles of their steps.

    Args:
        masks: each (height, width)
        corners: column and row of each mask's first pixel in the image

    Returns:
        the rings of each mask, simplified by :data:`TOLERANCE_PX`
    """
    traced = [_trace(mask) for mask in masks]
    contours = [contour for found in traced for contour in found]
    if not contours:
        return [[] for _ in masks]
    simple = [
        cv2.approxPolyDP(points, 2 * TOLERANCE_PX, True)[:, 0]
        for points in _edge_points(contours)
    ]
    counts = [len(found) for found in traced]
    lengths = [len(points) for points in simple]
    shifts = np.repeat(np.repeat(np.array(corners, float), counts, axis=0), lengths, 0)
    flat = (np.concatenate(simple) / 2 + shifts).ravel().tolist()
    ends = 2 * np.cumsum(lengths)
    rings = [flat[e - 2 * n : e] for e, n in zip(ends, lengths, strict=True)]
    ends = np.cumsum(counts)
    return [rings[e - n : e] for e, n in zip(ends, counts, strict=True)]


def _trace(mask: NDArray[np.bool_]) -> list[Points]:
    """The pixels that border on others, on a grid of half px.

    Contours run through the centres of pixels. On this grid, on which a pixel of the
    mask takes in its edges and corners, they run along these.
    """
    height, width = mask.shape
    halves = np.zeros((2 * height + 1, 2 * width + 1), np.uint8)
    halves[1::2, 1::2] = mask
    cv2.dilate(halves, _BLOCK, halves)
    contours, _ = cv2.findContours(halves, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return list(contours)


def _edge_points(contours: Sequence[Points]) -> list[Points]:
    """The middles of the edges that contours follow, and their corners.

    A corner is among them where both its sides are longer than an edge: it is no step
    of a stair then.
    """
    every = np.concatenate(contours)[:, 0]
    owner = np.repeat(np.arange(len(contours)), [len(c) for c in contours])
    is_middle = (every.sum(axis=1) & 1).astype(bool)  # one coordinate is odd
    middles, owner = every[is_middle], owner[is_middle]
    lengths = np.bincount(owner, minlength=len(contours))
    ends = np.cumsum(lengths)
    after = np.arange(1, len(middles) + 1)
    after[ends - 1] = ends - lengths
    before = np.empty_like(after)
    before[after] = np.arange(len(middles))
    level = (middles[:, 0] & 1).astype(bool)
    turns = level != level[after]
    long = (level == level[before]) & (level[after] == level[after[after]])
    at = np.flatnonzero(turns & (long | (lengths[owner] <= _TINY)))
    (x, y), (next_x, next_y) = middles[at].T, middles[after[at]].T
    corners = np.where(level[at], (next_x, y), (x, next_y)).T
    points = np.insert(middles, at + 1, corners, axis=0)
    lengths += np.bincount(owner[at], minlength=len(contours))
    return np.split(points, np.cumsum(lengths)[:-1])


def box_ring(box: Sequence[float]) -> Ring:
    """The ring of a box given as x, y, width, height in px."""
    x, y, w, h = (float(value) for value in box)
    return [round(v, 1) for v in (x, y, x + w, y, x + w, y + h, x, y + h)]


def status_palette() -> list[dict[str, str]]:
    """The statuses in order, with colour and description, for a legend."""
    return [
        {"name": str(s), "color": s.color, "description": s.description} for s in Status
    ]
