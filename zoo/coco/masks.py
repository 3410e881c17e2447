"""From a segmentation in COCO's format to the mask of one object, in its box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from .pixel_runs import runs_from_switches
from .run_lengths import (
    Counts,
    decode_window,
    shorten_first_run,
    switches,
    unpack_counts,
)

try:  # fills runs ten times as fast
    from hotcoco.mask import decode as fill_runs
except ImportError:
    from pycocotools.mask import decode as fill_runs  # type: ignore[no-redef]

Box = tuple[float, float, float, float]
Window = tuple[int, int, int, int]


class RunLengths(msgspec.Struct, gc=False):
    """A run-length encoded mask; ``size`` is its height and width in px."""

    size: tuple[int, int]
    counts: str | list[Annotated[int, msgspec.Meta(ge=0)]]


Polygons = list[list[float]]
_decode = msgspec.json.Decoder(Polygons | RunLengths | None).decode


class SegmentationError(ValueError):
    """A segmentation that no mask can be made of."""


@dataclass(frozen=True)
class Segmentation:
    """The outline of an object as its file gives it, found to be sound.

    Attributes:
        polygons: flat lists x, y, x, y, ... in px; empty for a RLE
        counts: the run lengths of the RLE, None for polygons
        num_polygons: how many polygons
        num_vertices: how many vertices they have, points that only close a polygon
            by repeating its first left out
    """

    polygons: Polygons
    counts: Counts | None = None
    num_polygons: int = 0
    num_vertices: int = 0

    @property
    def exists(self) -> bool:
        """Whether there is an outline at all: polygons or a RLE."""
        return bool(self.polygons) or self.counts is not None


def parse_segmentation(raw: bytes, width: int, height: int) -> Segmentation:
    """Parses the JSON of a segmentation.

    Args:
        raw: the JSON: a list of polygons, a RLE, or null
        width: the width of the image in px
        height: the height of the image in px

    Raises:
        SegmentationError: if a polygon has an odd number of coordinates, under
            three points or one far out of the image, or a RLE has another size than the
            image, or runs that do not fill it
    """
    try:
        found = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SegmentationError(f"no polygons and no RLE: {error}") from error
    if isinstance(found, RunLengths):
        return Segmentation([], _read_run_lengths(found, width, height))
    polygons = [p for p in found or () if p]
    for polygon in polygons:
        _check_polygon(polygon, reach=max(width, height))
    closing = sum(p[:2] == p[-2:] for p in polygons)
    vertices = sum(len(p) for p in polygons) // 2 - closing
    return Segmentation(polygons, None, len(polygons), vertices)


def segmentation_box(raw: bytes) -> Box | None:
    """The box around a segmentation: x, y, width, height in px.

    Args:
        raw: the JSON: a list of polygons, a RLE, or null

    Returns:
        the box; None where there is no outline, or none that can be read
    """
    try:
        found = _decode(raw)
        if isinstance(found, RunLengths):
            height, width = found.size
            counts = _read_run_lengths(found, width, height)
            x0, y0, x1, y1 = runs_from_switches(switches(counts), height).window
            return (x0, y0, x1 - x0, y1 - y0) if x1 > x0 else None
    except (msgspec.DecodeError, SegmentationError):
        return None
    numbers = [number for polygon in found or () for number in polygon]
    xs, ys = numbers[0::2], numbers[1::2]
    if not ys:
        return None
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def box_window(box: Box, width: int, height: int) -> Window:
    """The pixels that a box stands for: x0, y0, x1, y1, the ends left out.

    Its corners are rounded, as FiftyOne's COCO importer does, and kept in the image.
    """
    x, y, w, h = box
    return (
        min(max(round(x), 0), width),
        min(max(round(y), 0), height),
        min(max(round(x + w), 0), width),
        min(max(round(y + h), 0), height),
    )


def has_shape_of_box(shape: Sequence[int], box: Sequence[float]) -> bool:
    """Whether a mask has the shape of its box, to within a pixel.

    Args:
        shape: height and width of the mask
        box: x, y, width, height in px
    """
    off = max(abs(shape[0] - box[3]), abs(shape[1] - box[2]))
    return off <= 1 + 1e-6


def decode_mask(
    segmentation: Segmentation, box: Box, width: int, height: int
) -> NDArray[np.bool_] | None:
    """The mask of an object in the window of its box.

    It equals what ``pycocotools.mask.decode`` gives for the whole image, cropped by
    :func:`box_window`.

    Args:
        segmentation: the object's outline or RLE
        box: its box, as x, y, width, height in px
        width: the width of the image in px
        height: the height of the image in px

    Returns:
        a C-ordered array of bool and shape (y1 - y0, x1 - x0), or None if the window
        or the segmentation is empty
    """
    x0, y0, x1, y1 = box_window(box, width, height)
    if x0 == x1 or y0 == y1:
        return None
    window = (x0, y0, x1, y1)
    if segmentation.counts is not None:
        return decode_window(segmentation.counts, height, window)
    if not segmentation.polygons:
        return None
    return _draw(segmentation.polygons, window)


def _draw(polygons: Polygons, window: Window) -> NDArray[np.bool_]:
    """Draws polygons where they stand, and decodes the columns of the window alone.

    What lies right of or below a frame changes no pixel in it, so the frame ends
    where the window does. It does not start there: pycocotools interpolates with
    coordinates as they are, and some of its ties would fall to the other side.
    """
    x0, y0, x1, y1 = window
    rles = coco_mask.frPyObjects(polygons, y1, x1)
    rle = rles[0] if len(rles) == 1 else coco_mask.merge(rles)
    columns = shorten_first_run(rle["counts"], x0 * y1)
    if columns is not None:
        rle, x0, x1 = {"size": [y1, x1 - x0], "counts": columns}, 0, x1 - x0
    columns_first = fill_runs(rle).T
    return np.asarray(cv2.transpose(columns_first[x0:x1, y0:y1])).view(bool)


def _check_polygon(polygon: list[float], reach: int) -> None:
    if len(polygon) % 2:
        raise SegmentationError(
            f"a polygon of {len(polygon)} coordinates, an odd count"
        )
    if len(polygon) < 6:
        raise SegmentationError(
            f"a polygon of {len(polygon) // 2} points; 3 are needed"
        )
    low, high = min(polygon), max(polygon)
    if not (-reach <= low and high <= 2 * reach):
        raise SegmentationError(
            f"a polygon that reaches from {low} to {high} px, far out of the image"
        )


def _read_run_lengths(rle: RunLengths, width: int, height: int) -> Counts:
    if rle.size != (height, width):
        raise SegmentationError(
            f"a RLE of size {list(rle.size)}, the image has {[height, width]}"
        )
    try:
        if isinstance(rle.counts, str):
            counts = unpack_counts(rle.counts.encode())
        else:
            counts = np.array(rle.counts, np.int64)
    except (ValueError, OverflowError) as error:
        raise SegmentationError(str(error)) from error
    total = sum(counts.tolist())
    if not len(counts) or counts.min() < 0 or total != width * height:
        raise SegmentationError(
            f"a RLE whose runs cover {total} pixels, the image has {width * height}"
        )
    return counts
