"""Writing samples into a FiftyOne dataset.

Their documents are built directly (`sample_documents`). With a version of FiftyOne that
is newer than those tested, its public classes are used.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import fiftyone as fo
import fiftyone.core.odm.database as odm_database
from bson import ObjectId
from bson.raw_bson import RawBSONDocument

from ..labels import ATTRIBUTES, Label, LabelField
from .sample_documents import ELEMENTS, sample_document
from .samples import SampleValues

logger = logging.getLogger(__name__)

NEWEST_TESTED = (1, 22)
"""The newest version of FiftyOne, major and minor, whose documents are known."""

FIELD_TYPES = {
    int: fo.IntField,
    float: fo.FloatField,
    str: fo.StringField,
    bool: fo.BooleanField,
}
"""The type of field for each type of values."""


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
        id = dataset._doc.id
        _insert(dataset, [sample_document(id, ObjectId(), s) for s in samples])
    else:
        dataset.add_samples([_sample(s) for s in samples], progress=False)


def add_encoded(dataset: fo.Dataset, documents: Sequence[bytes]) -> None:
    """Adds samples that are encoded as the database keeps them.

    Args:
        dataset: the dataset, which must be one that documents are written to
        documents: the document of each, as BSON
    """
    _insert(dataset, [RawBSONDocument(document) for document in documents])


def _insert(dataset: fo.Dataset, documents: Sequence[Mapping[str, Any]]) -> None:
    if dataset.media_type is None:
        dataset.media_type = "image"
    dataset._sample_collection.insert_many(documents)


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
