"""IoUs as whole numbers, so that sums are exact and free of their order."""

from __future__ import annotations

IOU_ONE = 1 << 40
"""An IoU of 1 in units of 2**-40, the step to which IoUs are rounded for sums.

A float64 holds 8192 of them exactly, an int any number; sums that differ by less
than a unit an object are the same sum.
"""


def to_units(iou: float) -> int:
    """Rounds an IoU in [0, 1] to whole units of 2**-40."""
    return round(iou * IOU_ONE)
