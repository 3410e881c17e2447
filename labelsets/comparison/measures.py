"""Measures of a matched pair beyond its IoU: its outline and its area."""

from __future__ import annotations

from .geometry.boundary import boundary_iou, is_all_band
from .geometry.shapes import Shape
from .image_results import Pair
from .matching import FoundPair
from .overlaps import Overlaps


def measure_pairs(
    found: list[FoundPair], overlaps: Overlaps, band_px: int
) -> list[Pair]:
    """Measures pairs and names them by their place in the input.

    Args:
        found: pairs of ``overlaps``, whose IoUs are measured
        overlaps: the pairs of the image
        band_px: width of the band for boundary IoU

    Returns:
        the pairs in the order of the base objects
    """
    return sorted(_measure(pair, overlaps, band_px) for pair in found)


def _measure(found: FoundPair, overlaps: Overlaps, band_px: int) -> Pair:
    base, revised = overlaps.base, overlaps.revised
    i, j = int(overlaps.rows[found.pair]), int(overlaps.columns[found.pair])
    iou = float(overlaps.ious[found.pair])
    area_i, area_j = float(base.areas[i]), float(revised.areas[j])
    shape_i, shape_j = base.shapes[i], revised.shapes[j]
    return Pair(
        base=int(base.indices[i]),
        revised=int(revised.indices[j]),
        status=found.status,
        iou=iou,
        boundary_iou=1.0 if iou == 1 else _boundary_iou(shape_i, shape_j, iou, band_px),
        area_change=(area_j - area_i) / area_i,
    )


def _boundary_iou(a: Shape, b: Shape, iou: float, band_px: int) -> float:
    if is_all_band(a, band_px) and is_all_band(b, band_px):
        return iou
    return boundary_iou(a, b, band_px)
