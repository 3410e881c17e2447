"""Objects read from COCO annotations and polygons, as masks cropped to their pixels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as rle_api

from .objects import ImageObjects, Mask

_FARTHEST_PX = 100_000.0
"""pycocotools walks every edge in fifths of a px: a stray 1e9 would take gigabytes."""

_NOTHING: Mask = np.zeros((0, 0), bool)


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
        mask: Mask | None = None
        box: Sequence[float] = annotation.get("bbox", (0, 0, 0, 0))
        if segmentation:
            try:
                mask, x, y = decode(segmentation, height, width)
            except ValueError as error:
                raise ValueError(f"{name}: segmentation: {error}") from None
            box = (x, y, mask.shape[1], mask.shape[0])
        labels.append(categories[category])
        crowds.append(bool(annotation.get("iscrowd", 0)))
        boxes.append(box)
        masks.append(mask)
        vertices.append(count_vertices(segmentation))
    return ImageObjects.of(labels, boxes, masks, crowds, vertices)


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
            together
        height: of the image, px
        width: of the image, px
        crowds: n flags, default none

    Raises:
        ValueError: if a ring is of an odd count of numbers or far out of the image
    """
    masks, boxes = [], []
    for rings in polygons:
        mask, x, y = decode(rings, height, width)
        masks.append(mask)
        boxes.append((x, y, mask.shape[1], mask.shape[0]))
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


def decode(segmentation: object, height: int, width: int) -> tuple[Mask, int, int]:
    """Decodes a COCO segmentation, touching the pixels of its own window alone.

    Polygons are rasterised by pycocotools; a ring of fewer than three points, and
    an object with a coordinate that is no finite number, encloses nothing.

    Returns:
        the bool (h, w) mask cropped to its pixels, and the column and row of its
        first pixel in the image; a (0, 0) mask if there is no pixel

    Raises:
        ValueError: see `from_coco`
    """
    if isinstance(segmentation, Mapping):
        size = list(segmentation["size"])
        if size != [height, width]:
            raise ValueError(
                f"an RLE of [height, width] {size} on an image of {[height, width]}"
            )
        counts = segmentation["counts"]
        if isinstance(counts, (str, bytes)):
            runs = decompress_counts(counts)
        else:
            runs = np.asarray(counts, np.int64)
    elif isinstance(segmentation, Sequence) and not isinstance(segmentation, str):
        rings = _enclosing_rings(segmentation)
        if not rings:
            return _NOTHING, 0, 0
        encoded = rle_api.merge(rle_api.frPyObjects(rings, height, width))
        runs = decompress_counts(encoded["counts"])
    else:
        kind = type(segmentation).__name__
        raise ValueError(f"found {kind}; expected a list of polygons or an RLE")
    if runs.ndim != 1 or (runs < 0).any() or runs.sum() != height * width:
        raise ValueError(
            f"RLE counts that add up to {runs.sum()} with {(runs < 0).sum()} below 0; "
            f"expected {height} * {width} = {height * width}"
        )
    return _crop_runs(runs, height)


def decompress_counts(counts: str | bytes) -> NDArray[np.int64]:
    """Decodes the `counts` of a compressed RLE: the inverse of COCO's rleToString.

    A count is written in groups of 5 bits, low first, bit 6 set while more follow,
    sign in bit 5 of the last; from the fourth on it is the difference to the count
    before last.

    Returns:
        int64 (k,): lengths of the runs, column by column, outside first

    Raises:
        ValueError: if the text ends inside a count or holds other characters
    """
    raw = counts.encode("latin-1", "replace") if isinstance(counts, str) else counts
    groups = np.frombuffer(raw, np.uint8).astype(np.int64) - 48
    if len(groups) == 0:
        return groups
    last = np.flatnonzero(groups & 0x20 == 0)
    if len(last) == 0 or last[-1] != len(groups) - 1 or (groups >> 6).any():
        raise ValueError(f"RLE counts that are no COCO text: {raw[:40]!r}")
    first = np.concatenate(([0], last[:-1] + 1))
    lengths = last - first + 1
    if lengths.max() > 12:
        raise ValueError("an RLE count of more than 60 bits")
    shifts = 5 * (np.arange(len(groups)) - np.repeat(first, lengths))
    runs = np.add.reduceat((groups & 0x1F) << shifts, first)
    runs -= ((groups[last] & 0x10) != 0).astype(np.int64) << (5 * lengths)
    runs[1::2] = np.cumsum(runs[1::2])
    runs[2::2] = np.cumsum(runs[2::2])
    return runs


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


def _crop_runs(runs: NDArray[np.int64], height: int) -> tuple[Mask, int, int]:
    edges = np.cumsum(runs)
    edges = edges[: len(edges) // 2 * 2].reshape(-1, 2)
    edges = edges[edges[:, 0] < edges[:, 1]]
    if len(edges) == 0:
        return _NOTHING, 0, 0
    starts, ends = edges[:, 0], edges[:, 1] - 1
    first_columns, first_rows = np.divmod(starts, height)
    last_columns, last_rows = np.divmod(ends, height)
    x, right = int(first_columns[0]), int(last_columns[-1]) + 1
    y, bottom = 0, height
    if (first_columns == last_columns).all():
        y, bottom = int(first_rows.min()), int(last_rows.max()) + 1
    rows, columns = bottom - y, right - x
    switches = np.zeros(2 * len(edges) + 2, np.int64)
    switches[1:-1:2] = (first_columns - x) * rows + first_rows - y
    switches[2:-1:2] = (last_columns - x) * rows + last_rows - y + 1
    switches[-1] = rows * columns
    values = (np.arange(len(switches) - 1) % 2).astype(np.uint8)
    by_column = np.repeat(values, np.diff(switches)).reshape(columns, rows)
    return np.asarray(cv2.transpose(by_column), np.uint8).view(bool), x, y
