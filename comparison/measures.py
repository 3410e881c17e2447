"""Measures of a matched pair beyond its IoU: its outline and its area."""

from __future__ import annotations

from .boundary import boundary_iou, is_all_band
from .matching import FoundPair
from .overlaps import Overlaps
from .results import Pair
from .shapes import Shape


def measure_pairs(
    found: list[FoundPair], overlaps: Overlaps, band_px: int
) -> list[Pair]:
    """Measures pairs and names them by their place in the input.

    Args:
        found: pairs in canonical order
        overlaps: where the IoUs of the pairs are known
        band_px: width of the band for boundary IoU

    Returns:
        the pairs in the order of the base objects
    """
    ious = overlaps.ious
    pairs = [
        _measure(pair, overlaps, float(ious[pair.base, pair.revised]), band_px)
        for pair in found
    ]
    return sorted(pairs)


def _measure(pair: FoundPair, overlaps: Overlaps, iou: float, band_px: int) -> Pair:
    base, revised = overlaps.base, overlaps.revised
    i, j = pair.base, pair.revised
    area_i, area_j = float(base.areas[i]), float(revised.areas[j])
    shape_i, shape_j = base.shapes[i], revised.shapes[j]
    equal = iou == 1
    return Pair(
        base=int(base.indices[i]),
        revised=int(revised.indices[j]),
        status=pair.status,
        iou=iou,
        boundary_iou=1.0 if equal else _boundary_iou(shape_i, shape_j, iou, band_px),
        area_change=(area_j - area_i) / area_i,
    )


def _boundary_iou(a: Shape, b: Shape, iou: float, band_px: int) -> float:
    if is_all_band(a, band_px) and is_all_band(b, band_px):
        return iou
    return boundary_iou(a, b, band_px)
