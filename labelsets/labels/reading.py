"""Turns labels of the database into the objects that the engine compares."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Mapping, Sequence
from typing import Any

import fiftyone as fo
import numpy as np

from ...zoo.coco.outlines import fill_rings
from ...zoo.coco.pixel_runs import Mask, PixelRuns
from ...zoo.defects import Defects
from ..comparison import ImageObjects
from ..comparison.geometry.objects import MaskOrRuns, keep_pixels
from ..comparison.geometry.placing import Box, cut_box, place_mask

try:
    from isal.isal_zlib import decompress
except ImportError:
    from zlib import decompress

_NOWHERE = (math.nan,) * 4
_MOST_VERTICES = 1 << 53
_FARTHEST = 100.0
"""No box reaches farther from the image's corner, in widths or heights of the image."""

_FARTHEST_PX = 100_000.0
"""No point of a polyline lies farther: pycocotools walks edges in fifths of a px."""

NO_CLASS = "(no class)"
"""The class of a label without one."""

_NPY_BOOL = b"\x93NUMPY\x01\x00v\x00{'descr': '|b1', 'fortran_order': False, 'shape': ("


class BrokenLabelError(ValueError):
    """A label that has no place on its image."""


def read_objects(
    labels: Sequence[Mapping[str, Any]],
    width: int,
    height: int,
    broken: Defects,
) -> ImageObjects:
    """The objects of the labels of one field of one sample.

    A label that is broken becomes an object that covers nothing, and is counted.

    Args:
        labels: documents of detections or polylines, as the database holds them
        width: the width of the image in px
        height: the height of the image in px
        broken: where broken labels are counted
    """
    names: list[str] = []
    boxes: list[Box] = []
    masks: list[MaskOrRuns | None] = []
    crowds: list[bool] = []
    for label in labels:
        box: Box = _NOWHERE
        mask, crowd = None, False
        try:
            is_crowd = read_crowd(label.get("iscrowd"))
            _, box, mask = read_label(label, width, height)
            crowd = is_crowd
        except BrokenLabelError as error:
            broken.note(str(error), str(label["_id"]))
        names.append(class_name(label.get("label")))
        boxes.append(box)
        masks.append(mask)
        crowds.append(crowd)
    vertices = [known_vertices(label.get("num_vertices")) for label in labels]
    return ImageObjects.of(names, np.reshape(boxes, (-1, 4)), masks, crowds, vertices)


def read_crowd(value: Any) -> bool:
    """Whether an `iscrowd` says that its label is a crowd; none says that it is not.

    Raises:
        BrokenLabelError: if it is neither a truth value nor a number
    """
    if value is None:
        return False
    if not isinstance(value, int | float) or math.isnan(value):
        raise BrokenLabelError("an iscrowd that is neither true, false nor a number")
    return bool(value)


def known_vertices(value: Any) -> int:
    """The count of vertices that a `num_vertices` is; 0, for unknown, if it is none."""
    known = isinstance(value, int | float) and not isinstance(value, bool)
    if not known or not 0 <= value < _MOST_VERTICES:
        return 0
    return int(value) if value == int(value) else 0


def class_name(label: Any) -> str:
    """The class of a label, whatever stands there."""
    return NO_CLASS if label is None else str(label)


def read_label(
    label: Mapping[str, Any], width: int, height: int
) -> tuple[str, Box, MaskOrRuns | None]:
    """Reads what a label is and what it covers of its image.

    Args:
        label: the document of a detection or polyline, as the database holds it
        width: the width of the image in px
        height: the height of the image in px

    Returns:
        the class; x, y, width, height in px; and the bool mask of that window in the
        image's resolution, runs of pixels where it is large, None for a box alone

    Raises:
        BrokenLabelError: if it has no place on the image
    """
    name = class_name(label.get("label"))
    if label["_cls"] == "Polyline":
        pixels, box, _ = keep_pixels(_read_polyline(label, width, height))
        return name, box, pixels
    box = _read_box(label, width, height)
    mask = read_mask(label)
    if mask is None:
        return name, cut_box(box, width, height), None
    placed, x, y = place_mask(mask, box, (height, width))
    return name, (x, y, placed.shape[1], placed.shape[0]), placed


def read_mask(label: Mapping[str, Any]) -> Mask | None:
    """Reads the mask of a detection in its own resolution, None if it has none.

    Args:
        label: the document of a detection, as the database holds it

    Raises:
        BrokenLabelError: if it can't be read
    """
    data, path = label.get("mask"), label.get("mask_path")
    if data is None and path is None:
        return None
    try:
        mask = _decode_mask(data) if data is not None else _read_mask_file(path)
    except BrokenLabelError:
        raise
    except Exception as error:
        where = "mask" if data is not None else "mask_path"
        raise BrokenLabelError(f"a {where} that can't be read") from error
    if mask.ndim != 2:
        raise BrokenLabelError("a mask that is not of two dimensions")
    return mask


def _read_box(label: Mapping[str, Any], width: int, height: int) -> Box:
    relative = label.get("bounding_box")
    if not isinstance(relative, list) or len(relative) != 4:
        raise BrokenLabelError("a detection without a bounding box")
    try:
        x, w = relative[0] * width, relative[2] * width
        y, h = relative[1] * height, relative[3] * height
        is_known = all(map(math.isfinite, (x, y, w, h)))
    except (TypeError, OverflowError):
        is_known = False
    if not is_known:
        raise BrokenLabelError("a bounding box of other things than finite numbers")
    if max(map(abs, relative)) > _FARTHEST:
        raise BrokenLabelError("a bounding box far out of the image")
    return x, y, w, h


def _decode_mask(data: bytes) -> Mask:
    """A mask from the bytes of a compressed .npy file, by far the most often of bool.

    Source of the header: ``numpy.lib.format``.
    """
    raw = decompress(data)
    if raw.startswith(_NPY_BOOL):
        sizes = raw[len(_NPY_BOOL) : raw.index(b")")].split(b",")
        shape = [int(size) for size in sizes if size.strip()]
        return np.frombuffer(raw, bool, offset=128).reshape(shape)
    return np.asarray(np.load(io.BytesIO(raw), allow_pickle=False) != 0)


def _read_mask_file(path: Any) -> Mask:
    if not os.path.isfile(path):
        raise BrokenLabelError("a mask_path at which there is no file")
    return np.asarray(np.asarray(fo.Detection(mask_path=path).get_mask()) != 0)


def _read_polyline(label: Mapping[str, Any], width: int, height: int) -> PixelRuns:
    if not (label.get("filled") or label.get("closed")):
        raise BrokenLabelError("a polyline that is neither filled nor closed")
    try:
        rings = [
            np.array(ring, float).reshape(-1, 2) * (width, height)
            for ring in label["points"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenLabelError("a polyline whose points can't be drawn") from error
    if not all(np.abs(ring).max(initial=0) <= _FARTHEST_PX for ring in rings):
        raise BrokenLabelError("a polyline whose points can't be drawn")
    return fill_rings(rings, width, height)
