"""The pixels of an object as a RLE and as polygons; outlines joined to one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from ....zoo.coco.pixel_runs import PixelRuns

Ring = NDArray[Any]
"""A closed outline of k points: (k, 2), x and y in px."""


def encode_rle(runs: PixelRuns, width: int, height: int) -> dict[str, Any]:
    """The compressed RLE of an object, as COCO's JSON has it.

    Args:
        runs: the object
        width: the width of the image in px
        height: the height of the image in px
    """
    starts = runs.columns * height + runs.tops
    ends = runs.columns * height + runs.bottoms
    turns = np.empty(2 * len(starts) + 2, np.int64)
    turns[0], turns[-1] = 0, width * height
    turns[1:-1:2], turns[2:-1:2] = starts, ends
    goes_on = np.flatnonzero(ends[:-1] == starts[1:])
    turns = np.delete(turns, np.concatenate((2 * goes_on + 2, 2 * goes_on + 3)))
    lengths = np.diff(turns[:-1] if turns[-2] == turns[-1] else turns)
    counts = {"size": [height, width], "counts": lengths.tolist()}
    packed = coco_mask.frPyObjects(counts, height, width)
    return {"size": [height, width], "counts": packed["counts"].decode("ascii")}


def encode_polygons(rings: Sequence[Ring]) -> list[list[int]]:
    """Polygons along the edges of an object's pixels, one for each of its parts.

    Decoded by pycocotools they give the same pixels. COCO's polygons can't have holes:
    an outline goes over a line into each hole and back over it.

    Args:
        rings: the traced outlines of the object

    Returns:
        flat lists x, y, x, y, ... in px
    """
    polygons = []
    for outer, holes in parts_of(rings):
        ring = outer
        for hole in holes:
            ring = join_rings(ring, hole)
        polygons.append(ring.ravel().tolist())
    return polygons


def join_rings(ring: Ring, other: Ring) -> Ring:
    """Two outlines as one that goes from the first to the second and back.

    They are joined where their points are nearest to each other. The line is gone over
    twice, so that an even-odd fill takes no pixel of it.
    """
    near = _nearest(ring, other)
    first, second = ring[: near[0] + 1], ring[near[0] :]
    around = np.concatenate((other[near[1] :], other[: near[1] + 1]))
    return np.concatenate((first, around, second))


def _nearest(ring: Ring, other: Ring) -> tuple[int, int]:
    """The indices of the two points that are nearest to each other."""
    best, found = np.inf, (0, 0)
    step = max(1, (1 << 20) // len(other))
    for start in range(0, len(ring), step):
        apart = ring[start : start + step, None].astype(float) - other[None]
        distances = (apart**2).sum(axis=2)
        place = int(distances.argmin())
        if distances.flat[place] < best:
            best = float(distances.flat[place])
            row, column = divmod(place, len(other))
            found = start + row, column
    return found


def parts_of(rings: Sequence[Ring]) -> list[tuple[Ring, list[Ring]]]:
    """Outer outlines that were traced, the largest first, with the holes in each.

    Such outlines go round their pixels in one direction, and round holes in the
    other: the sign of the area they enclose tells them apart.
    """
    if len(rings) == 1:
        return [(rings[0], [])]
    areas = [_signed_area(ring) for ring in rings]
    by_size = sorted(range(len(rings)), key=lambda i: -abs(areas[i]))
    outer = [i for i in by_size if areas[i] > 0]
    parts: dict[int, list[Ring]] = {i: [] for i in outer}
    for i in by_size:
        if areas[i] <= 0:
            inside = [o for o in outer if len(outer) == 1 or _holds(rings[o], rings[i])]
            parts[inside[-1]].append(rings[i])
    return [(rings[i], holes) for i, holes in parts.items()]


def _signed_area(ring: Ring) -> float:
    """The area that a ring encloses in px², negative where it goes the other way."""
    x, y = ring[:, 0].astype(float), ring[:, 1].astype(float)
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def _holds(outer: Ring, hole: Ring) -> bool:
    """Whether a hole lies in an outline: an outline that is traced may touch it in
    corners alone, so the middle of the hole's first edge is within or without."""
    x, y = (hole[0].astype(float) + hole[1]) / 2
    points = outer.astype(np.float32)
    return cv2.pointPolygonTest(points, (x, y), False) > 0
