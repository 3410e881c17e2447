"""COCO's measures of detections: their parameters, names and means.

Source: `pycocotools.cocoeval`, Params and summarize.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IOUS = np.linspace(0.5, 0.95, 10)
"""The least IoUs of a right prediction."""

RECALLS = np.linspace(0.0, 1.0, 101)
"""The recalls at which precision is computed."""

SIZES = {
    "all": (0.0, 1e5**2),
    "small": (0.0, 32.0**2),
    "medium": (32.0**2, 96.0**2),
    "large": (96.0**2, 1e5**2),
}
"""Areas in px², bounds included, by the name of the size."""

MOST = (1, 10, 100)
"""The most predictions of an image and class that count, those of the best scores."""

METRICS = (
    *("AP", "AP50", "AP75", "APs", "APm", "APl"),
    *("AR1", "AR10", "AR100", "ARs", "ARm", "ARl"),
)

SIZE_BOUNDS = np.array(list(SIZES.values()))
"""float64 (4, 2), the least and the greatest area of each size."""


@dataclass(frozen=True, slots=True, eq=False)
class CocoScores:
    """The values that COCO's metrics average; NaN for a class without labels of a size.

    Attributes:
        precision: float64 (ious, recalls, classes, sizes), of the 100 best scores
        recall: float64 (ious, classes, sizes, 3), of the 1, 10 and 100 best scores
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]

    def metrics(self) -> NDArray[np.float64]:
        """The value of each of `METRICS`: float64 (12,), NaN where there is none."""
        precision, recall = self.precision, self.recall
        by_size = range(1, len(SIZES))
        return np.array(
            [
                mean_of_known(precision[:, :, :, 0]),
                mean_of_known(precision[0, :, :, 0]),
                mean_of_known(precision[5, :, :, 0]),
                *(mean_of_known(precision[..., size]) for size in by_size),
                *(mean_of_known(recall[:, :, 0, most]) for most in range(len(MOST))),
                *(mean_of_known(recall[:, :, size, -1]) for size in by_size),
            ]
        )

    def class_ap(self) -> NDArray[np.float64]:
        """The AP of each class: float64 (classes,), NaN for one without labels."""
        return np.asarray(self.precision[..., 0].mean(axis=(0, 1)))


def mean_of_known(values: NDArray[np.float64]) -> float:
    """The mean of all known values, NaN without any."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")
