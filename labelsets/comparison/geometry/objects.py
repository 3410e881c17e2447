"""The objects of one side of one image: classes, boxes and pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ....zoo.coco.pixel_runs import (
    Mask,
    PixelRuns,
    cut_runs,
    mask_from_runs,
    runs_from_mask,
)
from .placing import Box, cut_box, is_finite, place_mask

MaskOrRuns: TypeAlias = Mask | PixelRuns

LARGE_PX = 1 << 20
"""An object of at least this many px² is kept as runs, which take less memory."""

_LONG = 16
"""How many px a run must be long, on average, for runs to be less."""


@dataclass(frozen=True, slots=True, eq=False)
class ImageObjects:
    """The objects that one label set draws on one image.

    Made by `ImageObjects.of`, `from_coco` or `from_polygons`, which crop every mask to
    its pixels; the fields rely on that.

    Attributes:
        labels: n class names
        crowds: bool (n,), whether the object stands for a group
        boxes: float64 (n, 4), x, y, width, height in px. With a mask it is the
            window of the mask, in whole px; without, it is continuous
        masks: n bool arrays (height, width), C-contiguous, or runs of pixels for an
            object too large for that, or None for a box alone
        areas: float64 (n,), px²: the pixels of the mask, or width * height of the
            box; 0 for an object that covers nothing
        vertices: int64 (n,), 0 where unknown
    """

    labels: tuple[str, ...]
    crowds: NDArray[np.bool_]
    boxes: NDArray[np.float64]
    masks: tuple[MaskOrRuns | None, ...]
    areas: NDArray[np.float64]
    vertices: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def degenerate(self) -> NDArray[np.bool_]:
        """bool (n,): the mask has no pixel, or the box no area or no finite place."""
        return self.areas <= 0

    def runs(self, index: int) -> PixelRuns | None:
        """The pixels of an object as runs in the image, None for a box alone."""
        mask = self.masks[index]
        if mask is None or isinstance(mask, PixelRuns):
            return mask
        x, y = self.boxes[index, :2].astype(int).tolist()
        return runs_from_mask(mask, x, y)

    def mask(self, index: int) -> Mask | None:
        """The pixels of an object as a mask of its box, None for a box alone."""
        mask = self.masks[index]
        if not isinstance(mask, PixelRuns):
            return mask
        return mask_from_runs(mask, mask.window)

    @classmethod
    def of(
        cls,
        labels: Sequence[str],
        boxes: ArrayLike,
        masks: Sequence[NDArray[Any] | PixelRuns | None] | None = None,
        crowds: Sequence[bool] | NDArray[np.bool_] | None = None,
        vertices: Sequence[int] | NDArray[np.int64] | None = None,
        size: tuple[int, int] | None = None,
    ) -> ImageObjects:
        """Reads objects given as boxes and, where there are any, masks in the boxes.

        Args:
            labels: n class names
            boxes: (n, 4), x, y, width, height in px, continuous
            masks: n arrays (height, width), nonzero inside, placed in their boxes by
                `place_mask`, or runs of pixels, or None for a box alone
            crowds: n flags, default none
            vertices: n counts, 0 where unknown
            size: height and width of the image in px; what lies outside is cut off

        Raises:
            ValueError: if lengths or shapes don't fit together

        Example::

            mask = np.ones((20, 10), bool)
            ImageObjects.of(["cat", "dog"], [[5, 5, 10, 20], [0, 0, 8.5, 3]],
                            masks=[mask, None])
        """
        count = len(labels)
        rows = np.array(boxes, np.float64).reshape(-1, 4)
        pixels: Sequence[NDArray[Any] | PixelRuns | None] = [None] * count
        pixels = pixels if masks is None else masks
        flags = np.zeros(count, bool) if crowds is None else np.array(crowds, bool)
        corners = np.zeros(count) if vertices is None else vertices
        counts = np.array(corners, np.int64)
        for name, found in (
            ("boxes", len(rows)),
            ("masks", len(pixels)),
            ("crowds", len(flags)),
            ("vertices", len(counts)),
        ):
            if found != count:
                raise ValueError(f"{found} {name} for {count} labels; expected as many")

        kept: list[MaskOrRuns | None] = [None] * count
        areas = np.zeros(count)
        for index, (box, mask) in enumerate(zip(rows.tolist(), pixels, strict=True)):
            if mask is not None:
                kept[index], rows[index], areas[index] = _crop(mask, box, size)
            elif size is not None:
                rows[index] = cut_box(box, *size[::-1])
        alone = [mask is None for mask in pixels]
        areas[alone] = _box_areas(rows[alone])
        return cls(tuple(labels), flags, rows, tuple(kept), areas, counts)


def crop(mask: NDArray[Any]) -> tuple[Mask, int, int]:
    """Crops a mask to its pixels.

    Args:
        mask: (height, width), nonzero inside

    Returns:
        the bool (height, width) crop, C-contiguous, and the column and row of its
        first pixel; a (0, 0) crop if there is no pixel
    """
    inside = np.ascontiguousarray(mask, bool)
    if inside.size == 0:
        return np.zeros((0, 0), bool), 0, 0
    x, y, width, height = cv2.boundingRect(inside.view(np.uint8))
    if (height, width) != inside.shape:
        inside = np.ascontiguousarray(inside[y : y + height, x : x + width])
    return inside, x, y


def keep_pixels(runs: PixelRuns) -> tuple[MaskOrRuns, Box, int]:
    """The pixels of an object in the form that is less to keep.

    Returns:
        a bool mask of the window, or the runs; the window as x, y, width, height in
        px; and the number of pixels
    """
    x0, y0, x1, y1 = window = runs.window
    width, height = x1 - x0, y1 - y0
    are_less = max(LARGE_PX, _LONG * len(runs.columns)) <= width * height
    pixels = runs if are_less else mask_from_runs(runs, window)
    return pixels, (x0, y0, width, height), runs.area


def _box_areas(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    finite = np.isfinite(boxes).all(axis=1) & (boxes[:, 2:] > 0).all(axis=1)
    areas = np.zeros(len(boxes))
    np.multiply(boxes[:, 2], boxes[:, 3], out=areas, where=finite)
    areas[~np.isfinite(areas)] = 0
    return areas


def _crop(
    mask: NDArray[Any] | PixelRuns, box: Sequence[float], size: tuple[int, int] | None
) -> tuple[MaskOrRuns, Box, int]:
    """The pixels of a mask, its window as a box, and how many there are."""
    if isinstance(mask, PixelRuns):
        whole = None if size is None else (0, 0, size[1], size[0])
        return keep_pixels(mask if whole is None else cut_runs(mask, whole))
    if mask.ndim != 2:
        raise ValueError(f"a mask of shape {mask.shape}; expected (height, width)")
    if not is_finite(box):
        return np.zeros((0, 0), bool), (0, 0, 0, 0), 0
    placed, x, y = place_mask(mask, box, size)
    if placed.size >= LARGE_PX:
        return keep_pixels(runs_from_mask(placed, x, y))
    inside, dx, dy = crop(placed)
    height, width = inside.shape
    area = int(np.count_nonzero(inside))
    return inside, (x + dx, y + dy, width, height), area
