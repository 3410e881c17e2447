"""Pixels of an image as runs down its columns: small where a mask is large.

A shape of 20,000 x 20,000 px fills 400 MB as a mask and less than 1 MB as runs, and
what is computed from runs is exact and takes time by their number.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Switches = NDArray[np.int64]
"""Where a frame, read column by column, turns from outside to inside and back: int64
(2k,) places x * height + y, strictly ascending."""

_STRIPE = 1 << 22
"""How many pixels of a mask are looked at together."""


class PixelRuns(NamedTuple):
    """The pixels of an object as n runs, sorted by column and top.

    Runs of a column neither overlap nor touch.

    Attributes:
        columns: int64 (n,), the column of each run, px
        tops: int64 (n,), its first row, px
        bottoms: int64 (n,), the row after its last, px
    """

    columns: NDArray[np.int64]
    tops: NDArray[np.int64]
    bottoms: NDArray[np.int64]

    @property
    def area(self) -> int:
        """The number of pixels."""
        return int((self.bottoms - self.tops).sum())

    @property
    def window(self) -> tuple[int, int, int, int]:
        """x0, y0, x1, y1 in px, the ends left out; zeros where there is no pixel."""
        if not len(self.columns):
            return 0, 0, 0, 0
        x0, x1 = int(self.columns[0]), int(self.columns[-1]) + 1
        return x0, int(self.tops.min()), x1, int(self.bottoms.max())


NO_RUNS = PixelRuns(*np.zeros((3, 0), np.int64))


def runs_from_switches(switches: Switches, height: int) -> PixelRuns:
    """Runs from the switches of a frame of this height in px."""
    if not len(switches):
        return NO_RUNS
    starts, ends = switches[::2], switches[1::2]
    first, tops = np.divmod(starts, height)
    last, bottoms = np.divmod(ends - 1, height)
    bottoms += 1
    spans = last - first + 1
    if (spans == 1).all():
        return PixelRuns(first, tops, bottoms)
    heads = np.cumsum(spans) - spans
    columns = np.repeat(first - heads, spans) + np.arange(spans.sum())
    all_tops, all_bottoms = np.zeros_like(columns), np.full_like(columns, height)
    all_tops[heads] = tops
    all_bottoms[heads + spans - 1] = bottoms
    return PixelRuns(columns, all_tops, all_bottoms)


def even_odd(places: Iterable[Switches]) -> Switches:
    """The switches of what an odd number of shapes in one frame covers.

    Args:
        places: of each shape, places where it turns, in any order; turns at the same
            place undo each other
    """
    found, counts = np.unique(np.concatenate([*places]), return_counts=True)
    odd: Switches = found[counts % 2 == 1]
    return odd


def runs_from_mask(mask: Mask, x: int = 0, y: int = 0) -> PixelRuns:
    """Runs from a mask.

    Args:
        mask: bool (height, width)
        x: the column of its first pixel
        y: the row of its first pixel
    """
    height, width = mask.shape
    if not mask.size:
        return NO_RUNS
    step = max(1, _STRIPE // height)
    found = []
    for left in range(0, width, step):
        stripe = np.ascontiguousarray(mask[:, left : left + step]).view(np.uint8)
        by_column = np.zeros((stripe.shape[1], height + 1), np.uint8)
        by_column[:, :-1] = cv2.transpose(stripe)
        turns = np.diff(by_column.ravel(), prepend=np.uint8(0))
        columns, rows = np.divmod(np.flatnonzero(turns), height + 1)
        found.append((columns[::2] + left, rows[::2], rows[1::2]))
    columns, tops, bottoms = (np.concatenate(part) for part in zip(*found, strict=True))
    return PixelRuns(columns + x, tops + y, bottoms + y)


def mask_from_runs(runs: PixelRuns, window: tuple[int, int, int, int]) -> Mask:
    """The pixels in a window.

    Args:
        runs: an object
        window: x0, y0, x1, y1 in px, the ends left out

    Returns:
        a C-contiguous bool array (y1 - y0, x1 - x0)
    """
    x0, y0, x1, y1 = window
    cut = cut_runs(runs, window)
    height, width = y1 - y0, x1 - x0
    offsets = (cut.columns - x0) * height - y0
    ends = np.zeros(2 * len(offsets) + 2, np.int64)
    ends[1:-1:2], ends[2:-1:2] = offsets + cut.tops, offsets + cut.bottoms
    ends[-1] = height * width
    values = (np.arange(len(ends) - 1) % 2).astype(np.uint8)
    by_column = np.repeat(values, np.diff(ends)).reshape(width, height)
    if not by_column.size:
        return np.zeros((height, width), bool)
    return np.asarray(cv2.transpose(by_column)).view(bool)


def cut_runs(runs: PixelRuns, window: tuple[int, int, int, int]) -> PixelRuns:
    """The runs in a window x0, y0, x1, y1 in px, the ends left out."""
    x0, y0, x1, y1 = window
    columns, tops, bottoms = runs
    a, b, c, d = runs.window
    if x0 <= a and y0 <= b and c <= x1 and d <= y1:
        return runs
    low, high = np.searchsorted(columns, (x0, x1))
    tops = np.maximum(tops[low:high], y0)
    bottoms = np.minimum(bottoms[low:high], y1)
    kept = tops < bottoms
    return PixelRuns(columns[low:high][kept], tops[kept], bottoms[kept])
