"""COCO's sizes of objects, by their area in px²."""

from __future__ import annotations

from typing import Literal, TypeAlias

SMALL_AREA, MEDIUM_AREA, VERY_SMALL_AREA = 32**2, 96**2, 10**2
"""COCO's bounds of sizes in px²: small is below 32², large from 96² on; very small,
at most 10², is counted in small as well."""

SizeBucket: TypeAlias = Literal["small", "medium", "large"]
SIZE_BUCKETS: tuple[SizeBucket, ...] = ("small", "medium", "large")


def size_bucket(area: float) -> SizeBucket:
    """COCO's bucket of an area in px²: small below 32², medium below 96², large."""
    if area < SMALL_AREA:
        return "small"
    return "medium" if area < MEDIUM_AREA else "large"
