"""Draws part of an image, and outlines of objects on it in the colours of statuses."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageOps

from ....zoo.coco.outlines import trace
from ...comparison import ImageObjects, Status

Picture = NDArray[np.uint8]
"""RGB, (height, width, 3)."""

_GREY, _WHITE, _BLACK = (160,) * 3, (255,) * 3, (0,) * 3
_LUMINANCE, _MIDDLE = (0.299, 0.587, 0.114), 100
"""Weights of red, green and blue (ITU-R BT.601); darker colours get a white rim."""
_FADE = 0.25
_SHIFT = 4
_QUALITY = 88


class Crop(NamedTuple):
    """Part of an image, and how large it is shown.

    Attributes:
        x: its left edge in px of the image
        y: its upper edge
        width: its width in px of the image
        height: its height
        scale: px shown for each px of the image
    """

    x: int
    y: int
    width: int
    height: int
    scale: float

    @property
    def shown(self) -> tuple[int, int]:
        """Its width and height as it is shown."""
        width, height = self.width * self.scale, self.height * self.scale
        return max(1, round(width)), max(1, round(height))


def read_photo(path: str, size: tuple[int, int]) -> Image.Image | None:
    """An image in the orientation of its labels; None where none can be read.

    Args:
        path: the path of its file
        size: the width and height that its labels are for
    """
    try:
        with Image.open(path) as file:
            photo = file if file.size == size else ImageOps.exif_transpose(file)
            return photo.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def draw_backdrop(
    photo: Image.Image | None, size: tuple[int, int], crop: Crop
) -> Picture:
    """Part of an image as large as it is shown, faded a little; grey without one.

    Args:
        photo: the image
        size: the width and height that its labels are for
        crop: the part
    """
    width, height = crop.shown
    if photo is None:
        return np.full((height, width, 3), _GREY, np.uint8)
    across, down = photo.width / size[0], photo.height / size[1]
    left, top = crop.x * across, crop.y * down
    right, bottom = left + crop.width * across, top + crop.height * down
    part = (left, top, min(right, photo.width), min(bottom, photo.height))
    scaled = photo.resize((width, height), Image.Resampling.LANCZOS, box=part)
    white = Image.new("RGB", scaled.size, _WHITE)
    return np.array(Image.blend(scaled, white, _FADE))


def draw_objects(
    pane: Picture,
    objects: ImageObjects,
    statuses: Sequence[Status],
    crop: Crop,
    rim_from: float = 0,
) -> None:
    """Draws outlines, those of identical objects below all others and without a rim.

    Args:
        pane: what is drawn on
        objects: the objects
        statuses: their statuses
        crop: the part of the image that the pane shows
        rim_from (0): objects shown on less than the square of so many px have no rim
            either, which would hide those that lie close together
    """
    drawn = [index for index in range(len(objects)) if objects.areas[index] > 0]
    for index in sorted(drawn, key=lambda index: statuses[index].order):
        status = statuses[index]
        color = ImageColor.getrgb(status.color)
        light = float(np.dot(color, _LUMINANCE)) > _MIDDLE
        is_small = bool(objects.areas[index] * crop.scale**2 < rim_from**2)
        strokes = [(_BLACK if light else _WHITE, 4), (color, 2)]
        rings = _outlines(objects, index, crop)
        for ink, width in strokes[is_small or status is Status.IDENTICAL :]:
            cv2.polylines(pane, rings, True, ink, width, cv2.LINE_AA, _SHIFT)


def encode_jpeg(picture: Picture) -> bytes:
    """A picture as the bytes of a JPEG file."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=_QUALITY, subsampling=0)
    return file.getvalue()


def _outlines(objects: ImageObjects, index: int, crop: Crop) -> list[NDArray[Any]]:
    """The outlines of an object in px of its pane, with ``_SHIFT`` fractional bits."""
    runs = objects.runs(index)
    if runs is not None:
        rings = [ring.astype(float) for ring in trace(runs)]
    else:
        x, y, width, height = objects.boxes[index].tolist()
        corners = [[0, 0], [width, 0], [width, height], [0, height]]
        rings = [np.add(corners, (x, y))]
    corner = crop.x, crop.y
    shown = [((ring - corner) * crop.scale - 0.5) * (1 << _SHIFT) for ring in rings]
    return [ring.round().astype(np.int32) for ring in shown]
