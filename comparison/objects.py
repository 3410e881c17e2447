"""The objects of one side of one image: classes, boxes and pixel masks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Mask = NDArray[np.bool_]

_PIXEL_DECIMALS = 6
"""Boxes that went through relative coordinates come back within a millionth px."""


@dataclass(frozen=True, slots=True, eq=False)
class ImageObjects:
    """The objects that one label set draws on one image.

    Made by `ImageObjects.of`, `coco.from_coco` or `coco.from_polygons`, which crop
    every mask to its pixels; the fields rely on that.

    Attributes:
        labels: n class names
        crowds: bool (n,), whether the object stands for a group
        boxes: float64 (n, 4), x, y, width, height in px. With a mask it is the
            window of the mask, in whole px; without, it is continuous
        masks: n bool arrays (height, width), C-contiguous, or None for a box alone
        areas: float64 (n,), px²: the pixels of the mask, or width * height of the
            box; 0 for an object that covers nothing
        vertices: int64 (n,), 0 where unknown
    """

    labels: tuple[str, ...]
    crowds: NDArray[np.bool_]
    boxes: NDArray[np.float64]
    masks: tuple[Mask | None, ...]
    areas: NDArray[np.float64]
    vertices: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def degenerate(self) -> NDArray[np.bool_]:
        """bool (n,): the mask has no pixel, or the box no area or no finite place."""
        return self.areas <= 0

    @classmethod
    def of(
        cls,
        labels: Sequence[str],
        boxes: ArrayLike,
        masks: Sequence[NDArray[Any] | None] | None = None,
        crowds: Sequence[bool] | NDArray[np.bool_] | None = None,
        vertices: Sequence[int] | NDArray[np.int64] | None = None,
    ) -> ImageObjects:
        """Reads objects given as boxes and, where there are any, masks in the boxes.

        A mask lies with its first pixel at the box's rounded corner. One whose shape
        is more than a pixel off the box's is at a scale of its own, as detectors
        give them, and is stretched to the rounded box.

        Args:
            labels: n class names
            boxes: (n, 4), x, y, width, height in px, continuous
            masks: n arrays (height, width), nonzero inside, or None for a box alone
            crowds: n flags, default none
            vertices: n counts, 0 where unknown

        Raises:
            ValueError: if lengths or shapes don't fit together

        Example::

            mask = np.ones((20, 10), bool)
            ImageObjects.of(["cat", "dog"], [[5, 5, 10, 20], [0, 0, 8.5, 3]],
                            masks=[mask, None])
        """
        count = len(labels)
        rows = np.array(boxes, np.float64).reshape(-1, 4)
        shapes: Sequence[NDArray[Any] | None] = [None] * count
        shapes = shapes if masks is None else masks
        flags = np.zeros(count, bool) if crowds is None else np.array(crowds, bool)
        corners = np.zeros(count) if vertices is None else vertices
        counts = np.array(corners, np.int64)
        for name, found in (
            ("boxes", len(rows)),
            ("masks", len(shapes)),
            ("crowds", len(flags)),
            ("vertices", len(counts)),
        ):
            if found != count:
                raise ValueError(f"{found} {name} for {count} labels; expected as many")

        areas = _box_areas(rows)
        cropped: list[Mask | None] = [None] * count
        for index, mask in enumerate(shapes):
            if mask is not None:
                crop, box = _place(mask, rows[index].tolist())
                cropped[index] = crop
                rows[index] = box
                areas[index] = np.count_nonzero(crop)
        return cls(tuple(labels), flags, rows, tuple(cropped), areas, counts)


def crop(mask: NDArray[Any]) -> tuple[Mask, int, int]:
    """Crops a mask to its pixels.

    Args:
        mask: (height, width), nonzero inside

    Returns:
        the bool (height, width) crop, C-contiguous, and the column and row of its
        first pixel; a (0, 0) crop if there is no pixel
    """
    if mask.ndim != 2:
        raise ValueError(f"a mask of shape {mask.shape}; expected (height, width)")
    inside = np.ascontiguousarray(mask, bool)
    if inside.size == 0:
        return np.zeros((0, 0), bool), 0, 0
    x, y, width, height = cv2.boundingRect(inside.view(np.uint8))
    if (height, width) != inside.shape:
        inside = np.ascontiguousarray(inside[y : y + height, x : x + width])
    return inside, x, y


def _box_areas(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    finite = np.isfinite(boxes).all(axis=1) & (boxes[:, 2:] > 0).all(axis=1)
    areas = np.zeros(len(boxes))
    np.multiply(boxes[:, 2], boxes[:, 3], out=areas, where=finite)
    areas[~np.isfinite(areas)] = 0
    return areas


def _place(
    mask: NDArray[Any], box: list[float]
) -> tuple[Mask, tuple[int, int, int, int]]:
    if not all(map(math.isfinite, box)):
        return np.zeros((0, 0), bool), (0, 0, 0, 0)
    left, top = round(box[0], _PIXEL_DECIMALS), round(box[1], _PIXEL_DECIMALS)
    x, y = round(left), round(top)
    if mask.ndim == 2 and not _fits(mask, box):
        width = round(round(box[0] + box[2], _PIXEL_DECIMALS)) - x
        height = round(round(box[1] + box[3], _PIXEL_DECIMALS)) - y
        mask = _stretch(mask, width, height)
    inside, dx, dy = crop(mask)
    height, width = inside.shape
    return inside, (x + dx, y + dy, width, height)


def _fits(mask: NDArray[Any], box: list[float]) -> bool:
    height, width = map(float, mask.shape)
    slack = 1 + 1e-6
    return max(abs(width - box[2]), abs(height - box[3])) <= slack


def _stretch(mask: NDArray[Any], width: int, height: int) -> NDArray[np.uint8]:
    inside = np.ascontiguousarray(mask, bool).view(np.uint8)
    if inside.size == 0 or width <= 0 or height <= 0:
        return np.zeros((0, 0), np.uint8)
    stretched = cv2.resize(inside, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(stretched, np.uint8)
