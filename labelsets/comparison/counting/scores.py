"""Panoptic quality of a revision, as counts that add up exactly in any order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..fixed_point import SCORE_ONE

DECIMALS = 12
"""Of a disagreement: what float64 holds of a sum, without the traces of how it does."""


@dataclass(frozen=True, slots=True)
class PanopticQuality:
    """Counts behind the panoptic quality of Kirillov et al. 2019; they add with `+`.

    Where there is nothing on either side, both agree: every quality is 1.

    Attributes:
        tp: pairs
        fp: revised objects in no pair
        fn: base objects in no pair
        iou_units: total IoU of the pairs in units of 2**-60
    """

    tp: int = 0
    fp: int = 0
    fn: int = 0
    iou_units: int = 0

    def __add__(self, other: PanopticQuality) -> PanopticQuality:
        return PanopticQuality(
            self.tp + other.tp,
            self.fp + other.fp,
            self.fn + other.fn,
            self.iou_units + other.iou_units,
        )

    @property
    def empty(self) -> bool:
        """Whether nothing was counted."""
        return not (self.tp or self.fp or self.fn)

    @property
    def total_iou(self) -> float:
        """Sum of the IoU of all pairs."""
        return self.iou_units / SCORE_ONE

    @property
    def sq(self) -> float:
        """Segmentation quality: mean IoU of the pairs; 0 if there are none."""
        if self.empty:
            return 1.0
        return self.total_iou / self.tp if self.tp else 0.0

    @property
    def rq(self) -> float:
        """Recognition quality, the F1 score: TP / (TP + FP / 2 + FN / 2)."""
        return 1.0 if self.empty else self.tp / self._weight

    @property
    def pq(self) -> float:
        """Panoptic quality: total IoU / (TP + FP / 2 + FN / 2), SQ times RQ."""
        return 1.0 if self.empty else self.total_iou / self._weight

    @property
    def disagreement(self) -> float:
        """1 - PQ, to so many decimals that 1 - 0.7 is 0.3."""
        return round(1.0 - self.pq, DECIMALS)

    @property
    def _weight(self) -> float:
        return self.tp + self.fp / 2 + self.fn / 2


@dataclass(slots=True)
class PanopticScores:
    """Panoptic quality by class; sums (`+`, `+=`) are the same in any order.

    An unmatched object counts for its own class, so a relabeled pair is a false
    negative of the base class and a false positive of the revised one.

    Attributes:
        classes: counts by class name, classes that hold any
    """

    classes: dict[str, PanopticQuality] = field(default_factory=dict)

    def __iadd__(self, other: PanopticScores) -> PanopticScores:
        for label, quality in other.classes.items():
            self.add(label, quality)
        return self

    def __add__(self, other: PanopticScores) -> PanopticScores:
        total = PanopticScores(dict(self.classes))
        total += other
        return total

    def add(self, label: str, quality: PanopticQuality) -> None:
        """Adds counts to one class."""
        self.classes[label] = self.classes.get(label, PanopticQuality()) + quality

    @property
    def pooled(self) -> PanopticQuality:
        """Counts over all classes."""
        return sum(self.classes.values(), PanopticQuality())

    @property
    def mean_pq(self) -> float:
        """Mean PQ of the classes; NaN without any."""
        return _mean(quality.pq for quality in self.classes.values())

    @property
    def mean_sq(self) -> float:
        """Mean SQ of the classes; NaN without any."""
        return _mean(quality.sq for quality in self.classes.values())

    @property
    def mean_rq(self) -> float:
        """Mean RQ of the classes; NaN without any."""
        return _mean(quality.rq for quality in self.classes.values())

    def to_dict(self) -> dict[str, list[int]]:
        """JSON-plain [tp, fp, fn, iou_units] by class name."""
        return {
            label: [quality.tp, quality.fp, quality.fn, quality.iou_units]
            for label, quality in sorted(self.classes.items())
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Iterable[int]]) -> PanopticScores:
        """The inverse of `to_dict`."""
        return cls({name: PanopticQuality(*row) for name, row in document.items()})


def _mean(values: Iterable[float]) -> float:
    summands = list(values)
    return math.fsum(summands) / len(summands) if summands else math.nan
