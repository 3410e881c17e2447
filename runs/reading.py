"""Labels as the database holds them, turned into what the engine compares."""

from __future__ import annotations

import io
import itertools
import math
import os
from collections.abc import Mapping, Sequence
from typing import Any

import fiftyone as fo
import numpy as np
from numpy.typing import NDArray

from ..comparison import ImageObjects
from ..comparison.coco import decode
from .errors import BrokenLabels

try:
    from isal.isal_zlib import decompress
except ImportError:
    from zlib import decompress

_NOWHERE = [np.nan] * 4
_MOST_VERTICES = 1 << 53
NO_CLASS = "(no class)"
"""What the class of a label without one is called."""
_NPY_BOOL = b"\x93NUMPY\x01\x00v\x00{'descr': '|b1', 'fortran_order': False, 'shape': ("


class BrokenLabelError(ValueError):
    """A label that has no place on its image."""


def read_objects(
    labels: Sequence[Mapping[str, Any]],
    width: int,
    height: int,
    broken: BrokenLabels,
) -> ImageObjects:
    """The objects of the labels of one field of one sample.

    A label that is broken becomes an object that covers nothing, and is counted.

    Args:
        labels: documents of detections or polylines, as the database holds them
        width: the width of the image in px
        height: the height of the image in px
        broken: where broken labels are counted
    """
    names, boxes, masks, crowds = [], [], [], []
    for label in labels:
        try:
            crowd = read_crowd(label.get("iscrowd"))
            name, box, mask = read_label(label, width, height)
        except BrokenLabelError as error:
            broken.note(str(error), str(label["_id"]))
            name, box, mask = class_name(label.get("label")), _NOWHERE, None
            crowd = False
        names.append(name)
        boxes.append(box)
        masks.append(mask)
        crowds.append(crowd)
    return ImageObjects.of(
        names,
        np.reshape(boxes, (-1, 4)),
        masks,
        crowds,
        [known_vertices(label.get("num_vertices")) for label in labels],
    )


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
    """What a label's class is called in tables, whatever stands there."""
    return NO_CLASS if label is None else str(label)


def read_label(
    label: Mapping[str, Any], width: int, height: int
) -> tuple[str, Sequence[float], NDArray[np.bool_] | None]:
    name = label.get("label")
    if not isinstance(name, str):
        raise BrokenLabelError("a label without a class")
    if label["_cls"] == "Polyline":
        return name, *_read_polyline(label, width, height)
    return name, *_read_detection(label, width, height)


def _read_detection(
    label: Mapping[str, Any], width: int, height: int
) -> tuple[Sequence[float], NDArray[np.bool_] | None]:
    x, y, w, h = _read_box(label, width, height)
    mask = _read_mask(label)
    if mask is None:
        return (x, y, w, h), None
    right, bottom = min(x + w, width), min(y + h, height)
    inside = max(x, 0.0), max(y, 0.0), right - max(x, 0.0), bottom - max(y, 0.0)
    if _fits(mask, inside):
        return inside, mask
    if _fits(mask, (x, y, w, h)):
        left, top = max(-round(x), 0), max(-round(y), 0)
        mask = mask[top : height - round(y), left : width - round(x)]
        return (round(x) + left, round(y) + top, mask.shape[1], mask.shape[0]), mask
    raise BrokenLabelError("a mask whose shape does not fit its box, to within a pixel")


def _read_box(label: Mapping[str, Any], width: int, height: int) -> list[float]:
    relative = label.get("bounding_box")
    if not isinstance(relative, list) or len(relative) != 4:
        raise BrokenLabelError("a detection without a bounding box")
    try:
        box = [v * s for v, s in zip(relative, (width, height) * 2, strict=True)]
        finite = all(map(math.isfinite, box))
    except (TypeError, OverflowError):
        finite = False
    if not finite:
        raise BrokenLabelError("a bounding box of other things than finite numbers")
    return box


def _fits(mask: NDArray[np.bool_], box: Sequence[float]) -> bool:
    if mask.ndim != 2:
        return False
    height, width = mask.shape
    return bool(max(abs(height - box[3]), abs(width - box[2])) <= 1.001)


def _read_mask(label: Mapping[str, Any]) -> NDArray[np.bool_] | None:
    data = label.get("mask")
    if data is not None:
        try:
            return _decode_mask(data)
        except Exception as error:
            raise BrokenLabelError("a mask that can't be decoded") from error
    path = label.get("mask_path")
    if path is None:
        return None
    if not os.path.isfile(path):
        raise BrokenLabelError("a mask_path at which there is no file")
    try:
        mask = fo.Detection(mask_path=path).get_mask()
    except Exception as error:
        raise BrokenLabelError("a mask_path that can't be read") from error
    return np.asarray(np.asarray(mask) != 0)


def _decode_mask(data: bytes) -> NDArray[np.bool_]:
    """A mask from the bytes of a compressed .npy file, by far the most often of bool.

    Source of the header: ``numpy.lib.format``.
    """
    raw = decompress(data)
    if raw.startswith(_NPY_BOOL):
        height, width = raw[len(_NPY_BOOL) : raw.index(b")")].split(b",")[:2]
        shape = int(height), int(width)
        return np.frombuffer(raw, bool, offset=128).reshape(shape)
    return np.asarray(np.load(io.BytesIO(raw), allow_pickle=False) != 0)


def _read_polyline(
    label: Mapping[str, Any], width: int, height: int
) -> tuple[Sequence[float], NDArray[np.bool_] | None]:
    if not label.get("filled"):
        raise BrokenLabelError("a polyline that is not filled")
    if not label.get("closed"):
        raise BrokenLabelError("a polyline that is filled but not closed")
    size = np.array([width, height], float)
    try:
        rings = [(np.array(r, float) * size).ravel().tolist() for r in label["points"]]
        finite = all(map(math.isfinite, itertools.chain.from_iterable(rings)))
        mask, x, y = decode(rings, height, width)
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenLabelError("a polyline whose points can't be drawn") from error
    if not finite:
        raise BrokenLabelError("a polyline whose points can't be drawn")
    return (x, y, mask.shape[1], mask.shape[0]), mask
