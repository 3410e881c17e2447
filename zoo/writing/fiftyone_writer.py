"""Writing samples into a FiftyOne dataset: the one place that knows its documents.

FiftyOne builds an object for every label and then a document of every object, which
takes most of the time of a load. The documents are built directly here. With a version
of FiftyOne that is newer than those tested, its public classes are used.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

import fiftyone as fo
import fiftyone.core.odm.database as odm_database
import numpy as np
from bson import ObjectId
from numpy.typing import NDArray
from pymongo import ReplaceOne

from ..labels import ATTRIBUTES, Label, LabelField
from .samples import SampleValues

try:
    from isal.isal_zlib import compress
except ImportError:
    from zlib import compress  # type: ignore[assignment]

logger = logging.getLogger(__name__)

NEWEST_TESTED = (1, 22)
"""The newest version of FiftyOne, major and minor, whose documents are known."""

_COMPRESSION_LEVEL = 1
_RESERVED_AT_ONCE = 10_000
FIELD_TYPES = {
    int: fo.IntField,
    float: fo.FloatField,
    str: fo.StringField,
    bool: fo.BooleanField,
}
"""The type of field for each type of values."""

ELEMENTS = {
    "Detections": "detections",
    "Polylines": "polylines",
    "Keypoints": "keypoints",
}
"""The list of labels in a document of each type."""


def declare_fields(
    dataset: fo.Dataset, fields: Sequence[LabelField], with_image_id: bool
) -> None:
    """Declares the fields of a load, so that the App can filter by all of them.

    ``add_dynamic_sample_fields`` takes them all at once; ``add_sample_field`` reloads
    the dataset after each.
    """
    schema = {name: fo.StringField() for name in ("coco_url", "license")}
    if with_image_id:
        schema["coco_id"] = fo.IntField()
    for field in fields:
        schema[field.name] = fo.EmbeddedDocumentField(getattr(fo, field.labels_type))
    dataset.add_dynamic_sample_fields(schema)
    dataset.add_dynamic_sample_fields(
        {
            f"{field.name}.{ELEMENTS[field.labels_type]}.{name}": FIELD_TYPES[kind]()
            for field in fields
            for name, kind in ATTRIBUTES.items()
        }
    )


def add_samples(dataset: fo.Dataset, samples: Sequence[SampleValues]) -> None:
    """Adds samples to a dataset whose fields are declared.

    Args:
        dataset: the dataset
        samples: the samples
    """
    if writes_documents(dataset):
        if dataset.media_type is None:
            dataset.media_type = "image"
        dataset._sample_collection.insert_many(
            [_sample_document(dataset, s, ObjectId()) for s in samples]
        )
    else:
        dataset.add_samples([_sample(s) for s in samples], progress=False)


def reserve_samples(dataset: fo.Dataset, count: int) -> list[str]:
    """Adds samples with nothing in them, so that others can fill them in any order.

    FiftyOne gives samples in the order in which they were added, which would else be
    that in which workers are done.

    Args:
        dataset: the dataset, which must be one that documents are written to
        count: how many

    Returns:
        their ids, in order
    """
    if dataset.media_type is None:
        dataset.media_type = "image"
    ids = [ObjectId() for _ in range(count)]
    for start in range(0, count, _RESERVED_AT_ONCE):
        dataset._sample_collection.insert_many(
            [{"_id": id} for id in ids[start : start + _RESERVED_AT_ONCE]]
        )
    return [str(id) for id in ids]


def fill_samples(
    dataset: fo.Dataset, ids: Sequence[str], samples: Sequence[SampleValues]
) -> None:
    """Gives reserved samples their values; given again, they are as if given once.

    Args:
        dataset: the dataset
        ids: the ids of the samples
        samples: the samples
    """
    documents = [
        _sample_document(dataset, sample, ObjectId(id))
        for id, sample in zip(ids, samples, strict=True)
    ]
    dataset._sample_collection.bulk_write(
        [ReplaceOne({"_id": d["_id"]}, d) for d in documents], ordered=False
    )


def open_dataset(name: str, token: str) -> fo.Dataset:
    """A dataset by its name, as it is now; loaded once a process, and where it changed.

    A process that was forked has the datasets of its parent, as they were then.

    Args:
        name: its name
        token: what tells it from earlier ones of its name
    """
    dataset = _load(name, token)
    if _is_stale(dataset, name):
        dataset.reload()
    return dataset


@lru_cache(maxsize=4)
def _load(name: str, token: str) -> fo.Dataset:
    return fo.load_dataset(name)


def _is_stale(dataset: fo.Dataset, name: str) -> bool:
    """Whether the database has another state of a dataset than this process."""
    if not writes_documents(dataset):
        return True
    about = {"last_modified_at": True}
    found = odm_database.get_db_conn().datasets.find_one({"name": name}, about) or {}
    changed = dataset.last_modified_at
    if changed is not None:
        # the database keeps whole milliseconds
        milliseconds = changed.microsecond // 1000
        changed = changed.replace(microsecond=1000 * milliseconds, tzinfo=None)
    state = found.get("_id"), found.get("last_modified_at")
    return bool(state != (dataset._doc.id, changed))


def dataset_token(dataset: fo.Dataset) -> str:
    """What tells a dataset from all others that had its name or will have it."""
    return str(dataset._doc.id)


def writes_documents(dataset: fo.Dataset) -> bool:
    """Whether this version of FiftyOne has what writing documents takes."""
    has_collection = hasattr(dataset, "_sample_collection")
    has_id = hasattr(getattr(dataset, "_doc", None), "id")
    return has_collection and has_id and is_tested_version()


@lru_cache(maxsize=1)
def is_tested_version() -> bool:
    """Whether FiftyOne is no newer than what this was tested with; warns if it is.

    What a newer one changed of its documents can't be known, so that it is used by its
    public API alone.
    """
    version = tuple(map(int, re.findall(r"\d+", fo.__version__)[:2]))
    if version <= NEWEST_TESTED:
        return True
    tested = ".".join(map(str, NEWEST_TESTED))
    logger.warning(
        "FiftyOne %s is newer than %s, which this was tested with: its public API is "
        "used alone, which is slower",
        fo.__version__,
        tested,
    )
    return False


def _sample(sample: SampleValues) -> fo.Sample:
    return fo.Sample(
        filepath=sample.filepath,
        tags=sample.tags,
        metadata=fo.ImageMetadata(width=sample.width, height=sample.height),
        **sample.values,
        **{f.name: make_labels(f, labels) for f, labels in sample.labels.items()},
    )


def make_labels(field: LabelField, labels: list[Label] | None) -> fo.Label | None:
    """The labels of a sample as FiftyOne's public classes.

    Args:
        field: the field that they are for
        labels: the labels, None where no file lists the image
    """
    if labels is None:
        return None
    element = getattr(fo, field.labels_type[:-1])
    known = [{k: v for k, v in x.items() if v is not None} for x in labels]
    elements = [element(**label) for label in known]
    labels_type = getattr(fo, field.labels_type)
    return labels_type(**{ELEMENTS[field.labels_type]: elements})


def _sample_document(
    dataset: fo.Dataset, sample: SampleValues, id: ObjectId
) -> dict[str, Any]:
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
        "_dataset_id": dataset._doc.id,
        "created_at": now,
        "last_modified_at": now,
    }


_random = np.random.default_rng()


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
