"""Samples as FiftyOne keeps them: the one place that knows its documents.

FiftyOne builds an object for every label and then a document of every object, which
takes most of the time of a load. Nothing of FiftyOne is imported, so that a process
that makes documents is started in a fraction of the time.
"""

from __future__ import annotations

from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

import numpy as np
from bson import ObjectId
from numpy.typing import NDArray

from ..labels import Label, LabelField
from .samples import SampleValues

try:
    from isal.isal_zlib import compress
except ImportError:
    from zlib import compress  # type: ignore[assignment]

_COMPRESSION_LEVEL = 1
_random = np.random.default_rng()

ELEMENTS = {
    "Detections": "detections",
    "Polylines": "polylines",
    "Keypoints": "keypoints",
}
"""The list of labels in a document of each type."""


def sample_document(
    dataset_id: ObjectId, id: ObjectId, sample: SampleValues
) -> dict[str, Any]:
    """A sample as the database keeps it.

    Args:
        dataset_id: the id of its dataset
        id: its own
        sample: the sample
    """
    now = datetime.now(timezone.utc)
    return {
        "_id": id,
        "filepath": sample.filepath,
        "tags": sample.tags,
        "metadata": {
            "_cls": "ImageMetadata",
            "width": sample.width,
            "height": sample.height,
        },
        "_media_type": "image",
        "_rand": float(_random.uniform(0.999, 1.0)),
        **sample.values,
        **{f.name: labels_document(f, x) for f, x in sample.labels.items()},
        "_dataset_id": dataset_id,
        "created_at": now,
        "last_modified_at": now,
    }


def labels_document(
    field: LabelField, labels: list[Label] | None
) -> dict[str, Any] | None:
    """The labels of a sample as the database keeps them.

    Args:
        field: the field that they are for
        labels: the labels, None where no file lists the image
    """
    if labels is None:
        return None
    return {
        "_cls": field.labels_type,
        ELEMENTS[field.labels_type]: [
            _label_document(field.labels_type[:-1], label) for label in labels
        ],
    }


def _label_document(cls: str, label: Label) -> dict[str, Any]:
    document = {"_id": ObjectId(), "_cls": cls, "attributes": {}, "tags": []}
    for name, value in label.items():
        if isinstance(value, np.ndarray):
            value = mask_bytes(value)
        if value is not None:
            document[name] = value
    return document


def mask_bytes(mask: NDArray[np.bool_]) -> bytes:
    """A mask as FiftyOne keeps it: the bytes of a .npy file, compressed."""
    data = _npy_header(mask.shape) + mask.tobytes()
    return compress(data, _COMPRESSION_LEVEL)


@lru_cache(maxsize=4096)
def _npy_header(shape: tuple[int, int]) -> bytes:
    """The header of a version 1.0 .npy file of bool in C order.

    Source: the format's description in ``numpy.lib.format``.
    """
    fields = f"{{'descr': '|b1', 'fortran_order': False, 'shape': {shape}, }}"
    padding = -(len(fields) + 11) % 64
    header = fields.encode() + b" " * padding + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
