"""Writing lists of labels onto samples that a dataset has already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

import fiftyone as fo
from pymongo import UpdateOne

from ..labels import Label, LabelField
from .fiftyone_writer import FIELD_TYPES, make_labels, writes_documents
from .sample_documents import ELEMENTS, labels_document


def declare_label_field(
    dataset: fo.Dataset,
    field: LabelField,
    attributes: Mapping[str, type],
    info: Mapping[str, Any] | None = None,
) -> None:
    """Declares a field of labels, and what its labels carry.

    Args:
        dataset: the dataset
        field: the field
        attributes: the attributes of its labels, with their types
        info (None): what the field is to say of itself
    """
    if not dataset.has_field(field.name):
        dataset.add_sample_field(
            field.name,
            fo.EmbeddedDocumentField,
            embedded_doc_type=getattr(fo, field.labels_type),
            info=dict(info) if info else None,
        )
    path = f"{field.name}.{ELEMENTS[field.labels_type]}"
    known = dataset.get_field_schema(flat=True)
    dataset.add_dynamic_sample_fields(
        {
            f"{path}.{name}": FIELD_TYPES[kind]()
            for name, kind in attributes.items()
            if f"{path}.{name}" not in known
        }
    )


def write_labels(
    dataset: fo.Dataset,
    field: LabelField,
    ids: Sequence[Any],
    labels: Sequence[list[Label]],
) -> None:
    """Gives samples their labels, in place of those that the field holds.

    Args:
        dataset: the dataset, in which the field is declared
        field: the field
        ids: the ids of the samples
        labels: the labels of each
    """
    pairs = zip(ids, labels, strict=True)
    if not writes_documents(dataset):
        found = {str(id): make_labels(field, part) for id, part in pairs}
        dataset.set_values(field.name, found, key_field="id")
        return
    now = datetime.now(timezone.utc)
    updates = [
        UpdateOne(
            {"_id": id},
            {
                "$set": {
                    field.name: labels_document(field, part),
                    "last_modified_at": now,
                }
            },
        )
        for id, part in pairs
    ]
    dataset._sample_collection.bulk_write(updates, ordered=False)


def move_labels(dataset: fo.Dataset, source: LabelField, target: str) -> None:
    """Appends the labels of one field to those of another, and empties the first.

    Each sample changes at once, so that doing it again after it was broken off does
    the rest.

    Args:
        dataset: the dataset
        source: the field whose labels are moved
        target: the name of a field of the same type
    """
    elements = ELEMENTS[source.labels_type]
    if not writes_documents(dataset):
        for sample in dataset.exists(source.name).iter_samples(autosave=True):
            kept = sample[target][elements] if sample[target] is not None else []
            labels = [*kept, *sample[source.name][elements]]
            sample[target] = getattr(fo, source.labels_type)(**{elements: labels})
            sample[source.name] = None
        return
    lists = [{"$ifNull": [f"${name}.{elements}", []]} for name in (target, source.name)]
    appended = {"_cls": source.labels_type, elements: {"$concatArrays": lists}}
    now = datetime.now(timezone.utc)
    dataset._sample_collection.update_many(
        {source.name: {"$ne": None}},
        [
            {
                "$set": {
                    target: {"$mergeObjects": [f"${target}", appended]},
                    source.name: None,
                    "last_modified_at": now,
                }
            }
        ],
    )
