"""The matching of two sides, step by step, on overlaps alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .assignment import assign
from .groups import FoundGroup, find_groups
from .overlaps import Overlaps
from .statuses import Status


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What counts as the same object.

    Attributes:
        iou: least IoU of a pair
        low_iou: least IoU of a displaced pair
        cover: least share of a part's area inside its whole

    Raises:
        ValueError: unless 0 < low_iou <= iou <= 1 and 0 < cover <= 1
        TypeError: if one is no number
    """

    iou: float = 0.5
    low_iou: float = 0.1
    cover: float = 0.5

    def __post_init__(self) -> None:
        for name in ("iou", "low_iou", "cover"):
            if not isinstance(getattr(self, name), int | float):
                raise TypeError(
                    f"threshold {name} {getattr(self, name)!r}; expected a number"
                )
        if not 0 < self.low_iou <= self.iou <= 1:
            raise ValueError(
                f"thresholds low_iou {self.low_iou} and iou {self.iou}; "
                "expected 0 < low_iou <= iou <= 1"
            )
        if not 0 < self.cover <= 1:
            raise ValueError(f"threshold cover {self.cover}; expected 0 < cover <= 1")


class FoundPair(NamedTuple):
    """A base and a revised object, as places in the canonical order of their sides."""

    base: int
    revised: int
    status: Status


class Matching:
    """Pairs and groups of an image; each step works on what the former left.

    Attributes:
        pairs: in the order they were found
        groups: in the order they were formed
    """

    def __init__(
        self, overlaps: Overlaps, turned: bool, thresholds: Thresholds
    ) -> None:
        self.overlaps = overlaps
        self.pairs: list[FoundPair] = []
        self.groups: list[FoundGroup] = []
        self._turned = turned
        self._base_left = np.ones(len(overlaps.base), bool)
        self._revised_left = np.ones(len(overlaps.revised), bool)
        if len(overlaps.base) and len(overlaps.revised):
            self._run(thresholds)

    def _run(self, thresholds: Thresholds) -> None:
        overlaps = self.overlaps
        base, revised = overlaps.base, overlaps.revised
        same_class = base.classes[:, None] == revised.classes
        same_crowd = base.crowds[:, None] == revised.crowds
        likely = overlaps.iou_ceilings >= thresholds.iou

        overlaps.measure(same_class & likely)
        close = overlaps.ious >= thresholds.iou
        self._pair(close & same_crowd, Status.REFINED)
        self._pair(close & ~same_crowd, Status.RECROWDED)

        overlaps.measure(self._both_left() & ~same_class & likely)
        close = overlaps.ious >= thresholds.iou
        self._pair(close & ~same_class, Status.RELABELED)

        self._group(same_class, thresholds.cover)

        near = same_class & (overlaps.iou_ceilings >= thresholds.low_iou)
        overlaps.measure(self._both_left() & near)
        near &= overlaps.ious >= thresholds.low_iou
        self._pair(near & (overlaps.ious < thresholds.iou), Status.DISPLACED)

    def _both_left(self) -> NDArray[np.bool_]:
        return self._base_left[:, None] & self._revised_left

    def _pair(self, allowed: NDArray[np.bool_], status: Status) -> None:
        rows, columns = np.nonzero(allowed & self._both_left())
        if len(rows) == 0:
            return
        ious = self.overlaps.ious[rows, columns]
        chosen = assign(rows, columns, ious, self._turned)
        rows, columns = rows[chosen], columns[chosen]
        self._base_left[rows] = False
        self._revised_left[columns] = False
        for row, column, iou in zip(
            rows.tolist(), columns.tolist(), ious[chosen].tolist(), strict=True
        ):
            equal = status is Status.REFINED and iou == 1
            self.pairs.append(
                FoundPair(row, column, Status.IDENTICAL if equal else status)
            )

    def _group(self, same_class: NDArray[np.bool_], cover: float) -> None:
        self.groups = find_groups(
            self.overlaps, same_class, self._base_left, self._revised_left, cover
        )
        for whole_in_base, whole, parts in self.groups:
            wholes_left, parts_left = self._base_left, self._revised_left
            if not whole_in_base:
                wholes_left, parts_left = parts_left, wholes_left
            wholes_left[whole] = False
            parts_left[parts] = False
