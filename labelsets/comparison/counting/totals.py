"""Totals of a comparison over any number of images, exact in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ..statuses import Status
from .count_tables import counter, rows
from .object_sizes import SizeBucket
from .scores import PanopticScores

SideName: TypeAlias = Literal["base", "revised"]

SIDES: tuple[SideName, ...] = ("base", "revised")
IOU_BINS = 20
AREA_CHANGE_BINS = 21


@dataclass(slots=True)
class ComparisonTotals:
    """What a comparison adds up to, as `tallying` counts it; totals add with `+`.

    All counts are whole numbers, so merging the totals of several processes gives
    the same in any order. Memory grows with classes, not with images.

    Attributes:
        images: images compared
        images_with_disagreement: images whose pooled disagreement is above 0
        objects: objects by (side, class, status)
        scores: panoptic quality by class
        relabeled: relabeled pairs by (base class, revised class)
        ious: pairs by (status, bin), bin k of 20 holding IoUs from k / 20 on
        boundary_ious: likewise of boundary IoU
        area_changes: pairs by (status, bin), bin k of 20 holding (revised - base) /
            base from k / 10 - 1 on and bin 20 everything from 1 on
        sizes: pairs by (base bucket, revised bucket), see `size_bucket`
    """

    images: int = 0
    images_with_disagreement: int = 0
    objects: Counter[tuple[SideName, str, Status]] = field(default_factory=Counter)
    scores: PanopticScores = field(default_factory=PanopticScores)
    relabeled: Counter[tuple[str, str]] = field(default_factory=Counter)
    ious: Counter[tuple[Status, int]] = field(default_factory=Counter)
    boundary_ious: Counter[tuple[Status, int]] = field(default_factory=Counter)
    area_changes: Counter[tuple[Status, int]] = field(default_factory=Counter)
    sizes: Counter[tuple[SizeBucket, SizeBucket]] = field(default_factory=Counter)

    def __iadd__(self, other: ComparisonTotals) -> ComparisonTotals:
        self.images += other.images
        self.images_with_disagreement += other.images_with_disagreement
        self.objects.update(other.objects)
        self.scores += other.scores
        self.relabeled.update(other.relabeled)
        self.ious.update(other.ious)
        self.boundary_ious.update(other.boundary_ious)
        self.area_changes.update(other.area_changes)
        self.sizes.update(other.sizes)
        return self

    def __add__(self, other: ComparisonTotals) -> ComparisonTotals:
        total = ComparisonTotals()
        total += self
        total += other
        return total

    def count(self, side: SideName, status: Status) -> int:
        """Objects of one side with a status, over all classes."""
        return sum(
            number
            for (counted_side, _, counted), number in self.objects.items()
            if counted_side == side and counted is status
        )

    def to_dict(self) -> dict[str, Any]:
        """The totals as a JSON-plain document, equal for equal totals."""
        return {
            "images": self.images,
            "images_with_disagreement": self.images_with_disagreement,
            "scores": self.scores.to_dict(),
            **{name: rows(getattr(self, name)) for name in _KEYS},
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> ComparisonTotals:
        """The inverse of `to_dict`.

        Raises:
            ValueError: if the document is not one that `to_dict` made
        """
        try:
            return cls(
                images=int(document["images"]),
                images_with_disagreement=int(document["images_with_disagreement"]),
                scores=PanopticScores.from_dict(document["scores"]),
                **{
                    name: counter(document[name], types)
                    for name, types in _KEYS.items()
                },
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f"no totals of a comparison: {type(error).__name__} {error}; "
                "run the comparison again"
            ) from error


def iou_bin(iou: float) -> int:
    """Bin of an IoU in [0, 1]: k of 20 holds [k / 20, (k + 1) / 20), 19 also 1."""
    return min(int(iou * IOU_BINS), IOU_BINS - 1)


def area_change_bin(change: float) -> int:
    """Bin of a relative change of area: k of 20 holds [k/10 - 1, (k+1)/10 - 1)."""
    return min(int(round((change + 1) * 10, 9)), AREA_CHANGE_BINS - 1)


_KEYS: dict[str, tuple[type, ...]] = {
    "objects": (str, str, Status),
    "relabeled": (str, str),
    "ious": (Status, int),
    "boundary_ious": (Status, int),
    "area_changes": (Status, int),
    "sizes": (str, str),
}
"""What the keys of each table are made of."""
