"""Objects read from COCO annotations and polygons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from pycocotools import mask as rle_api

from ....zoo.coco.outlines import fill_rings
from ....zoo.coco.pixel_runs import NO_RUNS, PixelRuns, runs_from_switches
from ....zoo.coco.run_lengths import switches, unpack_counts
from .objects import ImageObjects

_FARTHEST_PX = 100_000.0
"""pycocotools walks every edge in fifths of a px: a stray 1e9 would take gigabytes."""


def from_coco(
    annotations: Sequence[Mapping[str, Any]],
    categories: Mapping[int, str],
    height: int,
    width: int,
) -> ImageObjects:
    """Reads the annotations of one image.

    `segmentation` may be polygons, an uncompressed RLE or a compressed RLE; without
    one (or with an empty list) the object is its `bbox`.

    Args:
        annotations: COCO annotation dicts of one image
        categories: class name by category id
        height: of the image, px
        width: of the image, px

    Raises:
        ValueError: if a category is unknown, an RLE is of another size or broken, or
            a polygon is of an odd count of numbers or far out of the image
    """
    labels, crowds, boxes, masks, vertices = [], [], [], [], []
    for annotation in annotations:
        name = f"annotation {annotation.get('id', '(no id)')}"
        category = annotation["category_id"]
        if category not in categories:
            raise ValueError(f"{name}: category_id {category} is not in categories")
        segmentation = annotation.get("segmentation")
        runs: PixelRuns | None = None
        if segmentation:
            try:
                runs = decode(segmentation, height, width)
            except ValueError as error:
                raise ValueError(f"{name}: segmentation: {error}") from None
        labels.append(categories[category])
        crowds.append(bool(annotation.get("iscrowd", 0)))
        boxes.append(annotation.get("bbox", (0, 0, 0, 0)))
        masks.append(runs)
        vertices.append(count_vertices(segmentation))
    return ImageObjects.of(labels, boxes, masks, crowds, vertices, (height, width))


def from_polygons(
    labels: Sequence[str],
    polygons: Sequence[Sequence[Sequence[float]]],
    height: int,
    width: int,
    crowds: Sequence[bool] | None = None,
) -> ImageObjects:
    """Reads closed, filled polylines.

    Args:
        labels: n class names
        polygons: n objects, each a list of rings [x1, y1, x2, y2, ...] in px, filled
            even-odd
        height: of the image, px
        width: of the image, px
        crowds: n flags, default none

    Raises:
        ValueError: if a ring is of an odd count of numbers or far out of the image
    """
    masks = [
        fill_rings(
            [np.reshape(ring, (-1, 2)) for ring in _enclosing_rings(rings)],
            width,
            height,
        )
        for rings in polygons
    ]
    boxes = np.zeros((len(labels), 4))
    vertices = [count_vertices(rings) for rings in polygons]
    return ImageObjects.of(labels, boxes, masks, crowds, vertices)


def count_vertices(segmentation: object) -> int:
    """Counts the points of all rings, closing points apart; 0 for an RLE or none."""
    if not isinstance(segmentation, Sequence):
        return 0
    return sum(
        len(ring) // 2 - (len(ring) > 2 and list(ring[:2]) == list(ring[-2:]))
        for ring in segmentation
    )


def decode(segmentation: object, height: int, width: int) -> PixelRuns:
    """Decodes a COCO segmentation.

    Polygons are rasterised by pycocotools; a ring of fewer than three points, and
    an object with a coordinate that is not a finite number, encloses nothing.

    Args:
        segmentation: polygons [[x1, y1, ...], ...] in px, or a RLE
        height: of the image, px
        width: of the image, px

    Raises:
        ValueError: see `from_coco`
    """
    if isinstance(segmentation, Mapping):
        return _decode_rle(segmentation, height, width)
    if not isinstance(segmentation, Sequence) or isinstance(segmentation, str):
        kind = type(segmentation).__name__
        raise ValueError(f"found {kind}; expected a list of polygons or an RLE")
    rings = _enclosing_rings(segmentation)
    if not rings:
        return NO_RUNS
    encoded = rle_api.merge(rle_api.frPyObjects(rings, height, width))
    return runs_from_switches(switches(unpack_counts(encoded["counts"])), height)


def _decode_rle(rle: Mapping[str, Any], height: int, width: int) -> PixelRuns:
    size = list(rle["size"])
    if size != [height, width]:
        raise ValueError(
            f"an RLE of [height, width] {size} on an image of {[height, width]}"
        )
    text = rle["counts"]
    if isinstance(text, str | bytes):
        text = text.encode("latin-1", "replace") if isinstance(text, str) else text
        counts = unpack_counts(text)
    else:
        counts = np.asarray(text, np.int64)
    if counts.ndim != 1 or (counts < 0).any() or counts.sum() != height * width:
        raise ValueError(
            f"RLE counts that add up to {counts.sum()} with {(counts < 0).sum()} below "
            f"0; expected {height} * {width} = {height * width}"
        )
    return runs_from_switches(switches(counts), height)


def _enclosing_rings(rings: Iterable[Any]) -> list[list[float]]:
    kept: list[list[float]] = []
    for ring in rings:
        points = np.asarray(ring, np.float64)
        if points.ndim != 1 or points.size % 2:
            raise ValueError(
                f"a polygon of shape {points.shape}; expected [x1, y1, x2, y2, ...]"
            )
        if not np.isfinite(points).all():
            return []
        if points.size and np.abs(points).max() > _FARTHEST_PX:
            raise ValueError(
                f"a polygon {np.abs(points).max():.0f} px from the image's corner; "
                f"at most {_FARTHEST_PX:.0f}"
            )
        if points.size >= 6:
            kept.append(points.tolist())
    return kept
