"""The regions of objects in COCO's evaluation: run lengths or boxes."""

from __future__ import annotations

import numpy as np
from pycocotools import mask as rle_api

from ...comparison.geometry.shapes import Pixels


def encode_frame(pixels: Pixels, height: int, width: int) -> bytes:
    """The compressed run lengths of a mask on its image: COCO's ``counts``.

    pycocotools encodes the columns of the window alone, one more to its right; the
    first and the last run are then widened to the whole image.

    Args:
        pixels: the mask and its window; what lies outside of the image is cut off
        height: of the image, px
        width: of the image, px
    """
    left, top = max(pixels.x0, 0), max(pixels.y0, 0)
    right, bottom = min(pixels.x1, width), min(pixels.y1, height)
    if left >= right or top >= bottom:
        return _pack(height * width)
    x, y = pixels.x0, pixels.y0
    end = min(right + 1, width)
    columns = np.zeros((height, end - left), np.uint8, order="F")
    columns[top:bottom, : right - left] = pixels.mask[
        top - y : bottom - y, left - x : right - x
    ]
    packed: bytes = rle_api.encode(columns)["counts"]
    first = _group_end(packed)
    if first == len(packed):
        return _pack(height * width)
    if end < width:
        last = _last_group(packed)
        packed = packed[:last] + _pack(_unpack(packed[last:]) + (width - end) * height)
    return _pack(_unpack(packed[:first]) + left * height) + packed[first:]


def _group_end(packed: bytes) -> int:
    """Where the first number ends: its last byte lacks the bit that says "more"."""
    return next(n for n, byte in enumerate(packed, 1) if not byte - 48 & 0x20)


def _last_group(packed: bytes) -> int:
    """Where the last number begins."""
    start = len(packed) - 1
    while start and packed[start - 1] - 48 & 0x20:
        start -= 1
    return start


def _unpack(packed: bytes) -> int:
    """A number of COCO's run lengths: groups of 5 bits, low first, sign in the last."""
    value = sum((byte - 48 & 0x1F) << 5 * n for n, byte in enumerate(packed))
    return value - (1 << 5 * len(packed)) if packed[-1] - 48 & 0x10 else value


def _pack(value: int) -> bytes:
    """The inverse of `_unpack`."""
    groups: list[int] = []
    while True:
        group, value = value & 0x1F, value >> 5
        if value == (-1 if group & 0x10 else 0):
            return bytes([*groups, group + 48])
        groups.append((group | 0x20) + 48)


def run_lengths(counts: bytes, height: int, width: int) -> dict[str, object]:
    """Compressed run lengths as pycocotools takes them."""
    return {"size": [height, width], "counts": counts}
