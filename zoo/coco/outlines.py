"""Outlines to pixels and back: rings filled even-odd, pixels traced at their edges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from .pixel_runs import NO_RUNS, PixelRuns, even_odd, runs_from_switches
from .run_lengths import switches, unpack_counts

Ring = NDArray[np.float64]
"""A closed ring of k points: float64 (k, 2), x and y in px."""

DECIMALS = 6
"""Points are rounded to a millionth of a px before they are drawn. A coordinate that
was divided by the image's size and multiplied by it again comes back as it was, and
the ties of pycocotools, which counts in fifths of a px, fall as they did."""


def fill_rings(rings: Sequence[Ring], width: int, height: int) -> PixelRuns:
    """The pixels of an image that an odd number of rings covers.

    Each ring is rasterised as COCO's polygons are, by pycocotools. A ring of fewer
    than three points covers nothing.

    Args:
        rings: the outlines of one object
        width: the width of the image in px
        height: the height of the image in px
    """
    flat = [np.round(r, DECIMALS).ravel().tolist() for r in rings if len(r) >= 3]
    if not flat:
        return NO_RUNS
    drawn = coco_mask.frPyObjects(flat, height, width)
    places = [switches(unpack_counts(one["counts"])) for one in drawn]
    found = places[0] if len(places) == 1 else even_odd(places)
    return runs_from_switches(found, height)


def trace(runs: PixelRuns) -> list[NDArray[np.int64]]:
    """The outer and inner outlines of an object along the edges of its pixels.

    :func:`fill_rings` gives the same pixels again. Pixels that touch at a corner alone
    are in one ring.

    Args:
        runs: the object

    Returns:
        rings of k corners each, int64 (k, 2), x and y in px
    """
    return trace_all([runs])[0]


def trace_all(objects: Sequence[PixelRuns]) -> list[list[NDArray[np.int64]]]:
    """The outlines of several objects, see :func:`trace`, in less time together."""
    found: list[list[NDArray[np.int64]]] = [[] for _ in objects]
    if not any(len(runs.columns) for runs in objects):
        return found
    tails, heads, owners = _level_edges(objects)
    order, starts = _follow(_next_edges(tails, heads, owners))
    points = np.stack((tails[order], heads[order]), axis=1).reshape(-1, 2)
    rings = np.split(points, 2 * starts[1:])
    for owner, ring in zip(owners[order[starts]].tolist(), rings, strict=True):
        found[owner].append(ring)
    return found


def _level_edges(
    objects: Sequence[PixelRuns],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The m level edges of outlines, as long as they go, inside to their right hand.

    Returns:
        where each begins, int64 (m, 2), where it ends, and the index of its object
    """
    owners = np.repeat(np.arange(len(objects)), [len(o.columns) for o in objects])
    parts = zip(*objects, strict=True)
    columns, tops, bottoms = (np.concatenate(part) for part in parts)
    upper = _joined_edges(columns, tops, owners)
    right, left, below = _joined_edges(columns, bottoms, owners)
    edges = zip(upper, (left, right, below), strict=True)
    tails, heads, found = (np.concatenate(part) for part in edges)
    return tails, heads, found


def _joined_edges(
    columns: NDArray[np.int64], rows: NDArray[np.int64], owners: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Edges a pixel long, joined where they go on: left ends, right ends, owners."""
    order = np.lexsort((columns, rows, owners))
    x, y, owner = columns[order], rows[order], owners[order]
    breaks = (np.diff(x) != 1) | (np.diff(y) != 0) | (np.diff(owner) != 0)
    first = np.flatnonzero(np.concatenate(([True], breaks)))
    last = np.append(first[1:], len(x)) - 1
    left = np.stack((x[first], y[first]), axis=1)
    right = np.stack((x[last] + 1, y[first]), axis=1)
    return left, right, owner[first]


def _next_edges(
    tails: NDArray[np.int64], heads: NDArray[np.int64], owners: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Of each level edge the one that follows it on its outline, int64 (m,).

    Upright edges join corners that are neighbours in a column, two by two. Where two
    corners are at one place, the upright edge above it goes on along the level edge
    of what lies below it, so that both are in one ring.
    """
    count = len(owners)
    points = np.concatenate((tails, heads))
    is_below = np.tile(heads[:, 0] < tails[:, 0], 2)
    order = np.lexsort((is_below, points[:, 1], points[:, 0], np.tile(owners, 2)))
    partners = np.empty(2 * count, np.int64)
    partners[order[::2]], partners[order[1::2]] = order[1::2], order[::2]
    return partners[count:]


def _follow(
    following: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Orders the m elements of a permutation by its cycles.

    Returns:
        int64 (m,): the elements, cycle by cycle, and int64 (k,): where each begins
    """
    after = following.tolist()
    order: list[int] = []
    starts = []
    for first in range(len(after)):
        place = first
        if after[place] < 0:
            continue
        starts.append(len(order))
        while (then := after[place]) >= 0:
            order.append(place)
            after[place] = -1
            place = then
    return np.array(order, np.int64), np.array(starts, np.int64)
