"""The matching of two sides, step by step, on overlaps alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .assignment import assign
from .groups import FoundGroup, find_groups
from .overlaps import Overlaps
from .statuses import Status
from .thresholds import Thresholds


class FoundPair(NamedTuple):
    """A base and a revised object that are the same, as a pair of `Overlaps`."""

    pair: int
    status: Status


class Matching:
    """Pairs and groups of an image; each step works on what the former left.

    Attributes:
        pairs: in the order they were found
        groups: in the order they were formed
    """

    def __init__(
        self, overlaps: Overlaps, revised_first: bool, thresholds: Thresholds
    ) -> None:
        self.overlaps = overlaps
        self.pairs: list[FoundPair] = []
        self.groups: list[FoundGroup] = []
        self._revised_first = revised_first
        self._base_left = np.ones(len(overlaps.base), bool)
        self._revised_left = np.ones(len(overlaps.revised), bool)
        if len(overlaps.rows):
            self._run(thresholds)

    def _run(self, thresholds: Thresholds) -> None:
        overlaps, same_class = self.overlaps, self.overlaps.same_class
        base_crowds = overlaps.base.crowds[overlaps.rows]
        same_crowd = base_crowds == overlaps.revised.crowds[overlaps.columns]
        likely = overlaps.iou_ceilings >= thresholds.iou

        overlaps.measure(same_class & likely)
        close = same_class & (overlaps.ious >= thresholds.iou)
        self._pair(close & same_crowd, Status.REFINED)
        self._pair(close & ~same_crowd, Status.RECROWDED)

        overlaps.measure(self._both_left() & ~same_class & likely)
        close = overlaps.ious >= thresholds.iou
        self._pair(close & ~same_class, Status.RELABELED)

        self._group(thresholds.cover)

        near = same_class & (overlaps.iou_ceilings >= thresholds.low_iou)
        overlaps.measure(self._both_left() & near)
        near &= overlaps.ious >= thresholds.low_iou
        self._pair(near & (overlaps.ious < thresholds.iou), Status.DISPLACED)

    def _both_left(self) -> NDArray[np.bool_]:
        rows, columns = self.overlaps.rows, self.overlaps.columns
        both: NDArray[np.bool_] = self._base_left[rows] & self._revised_left[columns]
        return both

    def _pair(self, allowed: NDArray[np.bool_], status: Status) -> None:
        pairs = np.flatnonzero(allowed & self._both_left())
        if len(pairs) == 0:
            return
        rows, columns = self.overlaps.rows[pairs], self.overlaps.columns[pairs]
        ious = self.overlaps.ious[pairs]
        chosen = assign(rows, columns, ious, self._revised_first)
        self._base_left[rows[chosen]] = False
        self._revised_left[columns[chosen]] = False
        for pair, iou in zip(
            pairs[chosen].tolist(), ious[chosen].tolist(), strict=True
        ):
            is_equal = status is Status.REFINED and iou == 1
            self.pairs.append(FoundPair(pair, Status.IDENTICAL if is_equal else status))

    def _group(self, cover: float) -> None:
        self.groups = find_groups(
            self.overlaps, self._base_left, self._revised_left, cover
        )
        for group in self.groups:
            wholes_left, parts_left = self._base_left, self._revised_left
            if not group.whole_in_base:
                wholes_left, parts_left = parts_left, wholes_left
            wholes_left[group.whole] = False
            parts_left[group.parts] = False
