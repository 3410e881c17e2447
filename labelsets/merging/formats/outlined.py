"""Objects of formats other than COCO's, as annotations in COCO's form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from ....zoo.coco.coco_json import Annotation
from ....zoo.coco.masks import Box

_NOTHING = msgspec.Raw(b"null")


def boxed(
    number: int, category_id: int, box: Box, extra: Mapping[str, Any] | None = None
) -> Annotation:
    """An annotation with a box alone.

    Args:
        number: its number in its image
        category_id: its class
        box: x, y, width, height in px
        extra (None): additional attributes of its label
    """
    return Annotation(number, 0, category_id, box, extra=dict(extra or {}))


def outlined(
    number: int,
    category_id: int,
    points: NDArray[np.float64] | Sequence[Sequence[float]],
    extra: Mapping[str, Any] | None = None,
) -> Annotation:
    """An annotation with one polygon.

    Args:
        number: its number in its image
        category_id: its class
        points: x and y in px; shape (n, 2)
        extra (None): additional attributes of its label
    """
    corners = np.asarray(points, float)
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    return Annotation(
        number,
        0,
        category_id,
        (float(x0), float(y0), float(x1 - x0), float(y1 - y0)),
        segmentation=msgspec.Raw(msgspec.json.encode([corners.ravel().tolist()])),
        extra=dict(extra or {}),
    )


def masked(
    number: int,
    category_id: int,
    mask: NDArray[np.bool_],
    corner: tuple[int, int],
    size: tuple[int, int],
    extra: Mapping[str, Any] | None = None,
) -> Annotation:
    """An annotation with a mask.

    Args:
        number: its number in its image
        category_id: its class
        mask: the mask in its box; shape (height, width)
        corner: x and y of its left upper pixel
        size: width and height of the image in px
        extra (None): additional attributes of its label
    """
    (x, y), (width, height) = corner, size
    frame = np.zeros((height, width), np.uint8, order="F")
    part = frame[y : y + mask.shape[0], x : x + mask.shape[1]]
    part[:] = mask[: part.shape[0], : part.shape[1]]
    rle = coco_mask.encode(frame)
    counts = {"size": [height, width], "counts": rle["counts"].decode()}
    return Annotation(
        number,
        0,
        category_id,
        (float(x), float(y), float(mask.shape[1]), float(mask.shape[0])),
        segmentation=msgspec.Raw(msgspec.json.encode(counts)),
        extra=dict(extra or {}),
    )
