"""Reading and writing label documents in bulk: what FiftyOne's public API is slow at.

With a version of FiftyOne that is newer than those tested, its public API is used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

import bson
import fiftyone as fo
from bson import ObjectId
from pymongo import UpdateOne

from ...zoo.writing.fiftyone_writer import is_tested_version

LabelValues = Mapping[str, Sequence[Any]]
"""For each attribute, its value for each label of a field, in order."""


def reads_documents(dataset: fo.Dataset) -> bool:
    """Whether this version of FiftyOne has what raw access takes."""
    has_all = hasattr(dataset, "_sample_collection") and hasattr(dataset, "_bulk_write")
    return has_all and is_tested_version()


def read_documents(
    dataset: fo.Dataset, ids: Sequence[str], paths: Sequence[str]
) -> list[dict[str, Any]]:
    """Documents of samples, with some fields of them.

    Args:
        dataset: the dataset
        ids: the ids of the samples
        paths: the fields wanted besides the id

    Returns:
        the documents, in the order of ``ids``; samples that are gone are left out
    """
    if reads_documents(dataset):
        cursor = dataset._sample_collection.find(
            {"_id": {"$in": [ObjectId(i) for i in ids]}}, dict.fromkeys(paths, True)
        )
        found = {str(document["_id"]): document for document in cursor}
    else:
        samples = dataset.select(list(ids)).iter_samples()
        found = {s.id: s.to_mongo_dict(include_id=True) for s in samples}
    return [found[i] for i in ids if i in found]


def write_values(
    dataset: fo.Dataset,
    documents: Sequence[Mapping[str, Any]],
    sample_values: Sequence[Mapping[str, Any]],
    label_values: Sequence[Mapping[str, LabelValues]],
    now: datetime | None = None,
) -> list[str]:
    """Writes fields of samples and attributes of their labels.

    A sample that is no longer as it was read is left as it is.

    Args:
        dataset: the dataset
        documents: the samples as they were read, best with their `last_modified_at`
        sample_values: the values of each sample, by field
        label_values: the values of the labels of each sample, by the path of the
            labels, such as ``ground_truth.detections``
        now: the `last_modified_at` to give them

    Returns:
        the ids of the samples that were left as they are
    """
    if not documents:
        return []
    if not reads_documents(dataset):
        return _write_publicly(dataset, documents, sample_values, label_values)
    now = now or datetime.now(timezone.utc)
    operations = []
    for document, values, labels in zip(
        documents, sample_values, label_values, strict=True
    ):
        changes = {**values, "last_modified_at": now}
        for path, attributes in labels.items():
            for name, column in attributes.items():
                for index, value in enumerate(column):
                    changes[f"{path}.{index}.{name}"] = value
        operations.append(UpdateOne(_still(document, labels), {"$set": changes}))
    collection = dataset._sample_collection
    result = collection.bulk_write(operations, ordered=False)
    if result.matched_count == len(operations):
        return []
    ids = [document["_id"] for document in documents]
    written = collection.find(
        {"_id": {"$in": ids}, "last_modified_at": now},
        dict.fromkeys((name for values in sample_values for name in values), True),
    )
    found = {document["_id"]: document for document in written}
    return [
        str(id)
        for id, values in zip(ids, sample_values, strict=True)
        if not _holds(found.get(id), values)
    ]


def unset_values(
    dataset: fo.Dataset,
    sample_fields: Sequence[str],
    label_attributes: Mapping[str, Sequence[str]],
    except_ids: Collection[str] = (),
) -> None:
    """Unsets fields of samples, and attributes of labels, that have them.

    Args:
        dataset: the dataset
        sample_fields: names of fields
        label_attributes: names of attributes, by the path of the labels
        except_ids (()): the ids of samples that keep theirs
    """
    if not reads_documents(dataset):
        _unset_publicly(dataset, sample_fields, label_attributes, except_ids)
        return
    chosen = {"_id": {"$nin": [ObjectId(id) for id in except_ids]}}
    time = {"last_modified_at": datetime.now(timezone.utc)}
    for path, names in {"": sample_fields, **label_attributes}.items():
        inside, each = (f"{path}.", f"{path}.$[].") if path else ("", "")
        held = [{inside + name: {"$exists": True}} for name in names]
        unset = {each + name: "" for name in names}
        dataset._sample_collection.update_many(
            {**chosen, "$or": held}, {"$unset": unset, "$set": time}
        )


def set_metadata(dataset: fo.Dataset, metadata: Mapping[str, fo.ImageMetadata]) -> None:
    """Writes the metadata of samples, by id."""
    if not reads_documents(dataset):
        dataset.set_values("metadata", metadata, key_field="id")
        return
    documents = [{"_id": ObjectId(id)} for id in metadata]
    values = [{"metadata": found.to_mongo()} for found in metadata.values()]
    write_values(dataset, documents, values, [{}] * len(documents))


def labels_at(document: Mapping[str, Any], path: str) -> list[dict[str, Any]]:
    """The labels of a field of a document, none where the field is empty."""
    field, elements = path.split(".")
    return (document.get(field) or {}).get(elements) or []


def dataset_id(dataset: fo.Dataset) -> ObjectId:
    """What FiftyOne's stores know a dataset by."""
    return dataset._doc.id


def reload_samples(dataset: fo.Dataset) -> None:
    """Makes samples in memory see what was written."""
    if reads_documents(dataset):
        fo.Sample._reload_docs(dataset._sample_collection_name)


def restore_null_fields(dataset: fo.Dataset, fields: Sequence[str]) -> None:
    """Sets label fields back to None where FiftyOne put a document without a class.

    It does so to fields of None when attributes of labels are renamed, and None says
    that a sample has no list of labels.

    Args:
        dataset: the dataset
        fields: the label fields
    """
    if not reads_documents(dataset):
        return
    for field in fields:
        hollow = {field: {"$type": "object"}, f"{field}._cls": {"$exists": False}}
        dataset._sample_collection.update_many(hollow, {"$set": {field: None}})


def refresh(dataset: fo.Dataset) -> None:
    """Makes a dataset see what other processes changed of its schema and its runs.

    Unlike ``dataset.reload()`` it leaves alone the samples that a program holds, each
    of which takes milliseconds to be read again.
    """
    if reads_documents(dataset):
        dataset._reload(hard=True)
    else:
        dataset.reload()


def reach_dataset(dataset: str) -> None:
    """Fails where a worker can't reach a dataset."""
    fo.load_dataset(dataset)


def _still(document: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """A filter for a sample as it was read, by its time and the ends of its labels."""
    conditions: dict[str, Any] = {"_id": document["_id"]}
    if "last_modified_at" in document:
        conditions["last_modified_at"] = document["last_modified_at"]
    for path in paths:
        labels = labels_at(document, path)
        conditions[f"{path}.{len(labels)}"] = {"$exists": False}
        for index in {0, len(labels) - 1} if labels else ():
            conditions[f"{path}.{index}._id"] = labels[index]["_id"]
    return conditions


def _holds(document: Mapping[str, Any] | None, values: Mapping[str, Any]) -> bool:
    """Whether a document has values that were written to it.

    Its time does not tell: another may have written in the same millisecond.
    """
    if document is None:
        return False
    return all(
        bson.encode({name: document.get(name)}) == bson.encode({name: value})
        for name, value in values.items()
    )


def _write_publicly(
    dataset: fo.Dataset,
    documents: Sequence[Mapping[str, Any]],
    sample_values: Sequence[Mapping[str, Any]],
    label_values: Sequence[Mapping[str, LabelValues]],
) -> list[str]:
    left = {
        str(document["_id"]): (document, fields, labels)
        for document, fields, labels in zip(
            documents, sample_values, label_values, strict=True
        )
    }
    for sample in dataset.select(list(left)).iter_samples(autosave=True):
        document, fields, labels = left[sample.id]
        found = {path: _sample_labels(sample, path) for path in labels}
        if any(
            [label.id for label in found[path]]
            != [str(label["_id"]) for label in labels_at(document, path)]
            for path in labels
        ):
            continue
        del left[sample.id]
        for name, value in fields.items():
            sample[name] = value
        for path, attributes in labels.items():
            for name, column in attributes.items():
                for label, value in zip(found[path], column, strict=True):
                    label[name] = value
    return list(left)


def _unset_publicly(
    dataset: fo.Dataset,
    sample_fields: Sequence[str],
    label_attributes: Mapping[str, Sequence[str]],
    except_ids: Collection[str],
) -> None:
    known = [name for name in sample_fields if dataset.has_sample_field(name)]
    samples = dataset.exclude(list(except_ids)) if except_ids else dataset
    for sample in samples.iter_samples(autosave=True):
        for name in known:
            sample[name] = None
        for path, names in label_attributes.items():
            for label in _sample_labels(sample, path):
                for name in names:
                    if label.has_field(name):
                        label[name] = None


def _sample_labels(sample: fo.Sample, path: str) -> Sequence[Any]:
    field, elements = path.split(".")
    return (sample[field][elements] or []) if sample[field] is not None else []
