"""Sets of pixels as runs: what they share, what they cover together, and their inside.

A run begins at `column * STRIDE + top`, so that each question is one about sorted
whole numbers, and takes time by the number of runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ....zoo.coco.pixel_runs import PixelRuns

STRIDE = 1 << 32
"""More than any row is apart from another, in px."""

Spans: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Sorted starts and ends, int64 (n,) each, of spans that neither overlap nor touch."""


def shared_area(a: PixelRuns, b: PixelRuns) -> int:
    """How many pixels two sets share."""
    if len(a.columns) < len(b.columns):
        a, b = b, a
    starts, ends = _spans(b)
    return int((_covered_before(ends, a) - _covered_before(starts, a)).sum())


def shared(a: PixelRuns, b: PixelRuns) -> PixelRuns:
    """The pixels that two sets share."""
    return _runs(_intersect(_spans(a), _spans(b)))


def united(sets: Sequence[PixelRuns]) -> PixelRuns:
    """The pixels that are in any of some sets, of which there must be one."""
    spans = [_spans(one) for one in sets]
    starts, ends = (np.concatenate(part) for part in zip(*spans, strict=True))
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    apart = starts[1:] > ends[:-1]
    first = np.concatenate(([True], apart))[: len(starts)]
    last = np.concatenate((apart, [True]))[: len(starts)]
    return _runs((starts[first], ends[last]))


def eroded(pixels: PixelRuns, depth: int) -> PixelRuns:
    """The pixels that lie in the middle of a square of 2 * depth + 1 of the set.

    Runs are shortened at both ends. What is then in all of 2 * depth + 1 columns side
    by side is found by doubling: what is in the first n of them and, n columns on, in
    the next n is in the first 2 * n.
    """
    columns, tops, bottoms = pixels
    long = bottoms - tops > 2 * depth
    left = PixelRuns(columns[long], tops[long] + depth, bottoms[long] - depth)
    found, reach = _spans(left), 1
    while reach < 2 * depth + 1 and len(found[0]):
        step = min(reach, 2 * depth + 1 - reach)
        found = _intersect(found, _moved(found, -step))
        reach += step
    return _runs(_moved(found, depth))


def _spans(pixels: PixelRuns) -> Spans:
    places = pixels.columns * STRIDE
    return places + pixels.tops, places + pixels.bottoms


def _runs(spans: Spans) -> PixelRuns:
    starts, ends = spans
    columns = (starts + STRIDE // 2) // STRIDE
    return PixelRuns(columns, starts - columns * STRIDE, ends - columns * STRIDE)


def _moved(spans: Spans, columns: int) -> Spans:
    starts, ends = spans
    return starts + columns * STRIDE, ends + columns * STRIDE


def _intersect(a: Spans, b: Spans) -> Spans:
    starts = np.concatenate((a[0][_within(a[0], b)], b[0][_within(b[0], a)]))
    ends = np.concatenate((a[1][_within(a[1] - 1, b)], b[1][_within(b[1] - 1, a)]))
    return np.unique(starts), np.unique(ends)


def _within(places: NDArray[np.int64], spans: Spans) -> NDArray[np.bool_]:
    starts, ends = spans
    if not len(starts):
        return np.zeros(len(places), bool)
    before = np.searchsorted(starts, places, side="right") - 1
    within: NDArray[np.bool_] = (before >= 0) & (places < ends[before])
    return within


def _covered_before(places: NDArray[np.int64], pixels: PixelRuns) -> NDArray[np.int64]:
    """How many pixels of a set lie before each of some places, int64 (n,)."""
    starts, ends = _spans(pixels)
    if not len(starts):
        return np.zeros_like(places)
    lengths = ends - starts
    sums = np.concatenate(([0], np.cumsum(lengths)))
    before = np.searchsorted(starts, places, side="right") - 1
    partly = np.minimum(places - starts[before], lengths[before])
    found: NDArray[np.int64] = np.where(before >= 0, sums[before] + partly, 0)
    return found
