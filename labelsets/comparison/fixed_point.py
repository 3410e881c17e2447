"""IoUs as whole numbers, so that sums are exact and free of their order."""

from __future__ import annotations

IOU_ONE = 1 << 40
"""An IoU of 1 in units of 2**-40, the step to which IoUs are rounded for assignment.

A float64 holds 8192 of them exactly; sums that differ by less than a unit an object are
the same sum.
"""

SCORE_ONE = 1 << 60
"""An IoU of 1 in units of 2**-60, the step to which IoUs are rounded for scores.

No IoU above 1/64 is rounded at all. Sums of them are whole numbers of Python, which
have no greatest.
"""


def to_units(iou: float) -> int:
    """Rounds an IoU in [0, 1] to whole units of 2**-60."""
    return round(iou * SCORE_ONE)
