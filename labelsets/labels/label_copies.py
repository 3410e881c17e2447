"""Copies of label documents, for another field of the same sample."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
from bson import ObjectId
from numpy.typing import NDArray

from ...zoo.defects import Defects
from ...zoo.writing.sample_documents import mask_bytes
from ..error_types import ComparisonError
from .reading import read_objects

_GEOMETRY = ("bounding_box", "mask", "mask_path", "points", "closed", "filled")


def copy_label(
    label: Mapping[str, Any],
    leave: Collection[str],
    keeps_tag: Callable[[str], bool],
    values: Mapping[str, Any],
) -> dict[str, Any]:
    """A copy of a label with an id of its own.

    Args:
        label: the document of a detection or polyline
        leave: attributes that are not copied
        keeps_tag: whether a tag is copied
        values: attributes that the copy has besides
    """
    copy = {name: value for name, value in label.items() if name not in leave}
    tags = [tag for tag in label.get("tags") or () if keeps_tag(tag)]
    return copy | {"_id": ObjectId(), "tags": tags, **values}


def has_mask(label: Mapping[str, Any]) -> bool:
    """Whether a label has a mask of its own, in the database or in a file."""
    return label.get("mask") is not None or label.get("mask_path") is not None


def as_mask(label: Mapping[str, Any], width: int, height: int) -> dict[str, Any]:
    """A polyline, or a box without a mask, as a detection with a mask.

    The mask has the pixels that a comparison takes the label for, of a box those
    between its rounded corners.

    Args:
        label: the document
        width: the width of the image in px
        height: the height of the image in px

    Raises:
        ComparisonError: if the label can't be read
    """
    broken = Defects()
    objects = read_objects([label], width, height, broken)
    if broken.counts or objects.areas[0] <= 0:
        reason = next(iter(broken.counts), "it covers nothing")
        raise ComparisonError(
            f"Label {label['_id']} can't become a mask: {reason}. If it was changed "
            "since it was compared, run the comparison again"
        )
    mask, box = objects.mask(0), objects.boxes[0].tolist()
    if mask is None:
        mask, box = _filled(box, width, height)
    x, y, w, h = box
    document = {name: v for name, v in label.items() if name not in _GEOMETRY}
    return document | {
        "_cls": "Detection",
        "bounding_box": [x / width, y / height, w / width, h / height],
        "mask": mask_bytes(mask),
    }


def label_list(labels_type: str, labels: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The document of a field of labels.

    Args:
        labels_type: ``Detections`` or ``Polylines``
        labels: the documents of the labels
    """
    return {"_cls": labels_type, labels_type.lower(): list(labels)}


def _filled(
    box: Sequence[float], width: int, height: int
) -> tuple[NDArray[np.bool_], list[float]]:
    """The pixels of a box, one at least in each direction, and their window."""
    ends = []
    for start, size, limit in zip(box[:2], box[2:], (width, height), strict=True):
        low = min(max(round(start), 0), limit - 1)
        ends.append((low, min(max(round(start + size), low + 1), limit)))
    (left, right), (top, bottom) = ends
    window = [float(v) for v in (left, top, right - left, bottom - top)]
    return np.ones((bottom - top, right - left), bool), window
