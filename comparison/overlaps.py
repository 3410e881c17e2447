"""Intersections and IoUs of all pairs of an image, measured where asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .shapes import common_area
from .sides import Side


class Overlaps:
    """The pairs of n base and m revised objects.

    A pair costs pixels only once it is asked for and its windows overlap; what its
    windows and areas allow at most is known for all pairs from the start.

    Attributes:
        intersections: float64 (n, m), px², 0 where not measured
        ious: float64 (n, m), 0 where not measured
        intersection_ceilings: float64 (n, m), what an intersection can't exceed
        iou_ceilings: float64 (n, m), what an IoU can't exceed
    """

    def __init__(self, base: Side, revised: Side) -> None:
        self.base, self.revised = base, revised
        a, b = base.bounds[:, None], revised.bounds[None]
        width = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
        height = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
        ceilings = np.maximum(width, 0) * np.maximum(height, 0)
        areas_a, areas_b = base.areas[:, None], revised.areas[None]
        np.minimum(ceilings, np.minimum(areas_a, areas_b), out=ceilings)
        self.intersection_ceilings = ceilings
        self.iou_ceilings = ceilings / (areas_a + areas_b - ceilings)
        self.intersections = np.zeros_like(ceilings)
        self.ious = np.zeros_like(ceilings)
        self._open = ceilings > 0

    def measure(self, wanted: NDArray[np.bool_]) -> None:
        """Measures the pairs set in `wanted`, bool (n, m), that are not yet."""
        rows, columns = np.nonzero(wanted & self._open)
        if len(rows) == 0:
            return
        shapes_a, shapes_b = self.base.shapes, self.revised.shapes
        common = np.array(
            [
                common_area(shapes_a[row], shapes_b[column])
                for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
            ]
        )
        union = self.base.areas[rows] + self.revised.areas[columns] - common
        self.intersections[rows, columns] = common
        self.ious[rows, columns] = common / union
        self._open[rows, columns] = False
