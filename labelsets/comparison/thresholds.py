"""What counts as the same object: the thresholds of a comparison."""

from __future__ import annotations

from dataclasses import dataclass


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
