"""Reading and writing label documents in bulk: what FiftyOne's public API is slow at.

Where a version of FiftyOne lacks what this takes, its public API is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

import fiftyone as fo
from bson import ObjectId, json_util
from pymongo import UpdateOne

LabelValues = Mapping[str, Sequence[Any]]
"""For each attribute, its value for each label of a field, in order."""


def reads_documents(dataset: fo.Dataset) -> bool:
    """Whether this version of FiftyOne has what raw access takes."""
    return hasattr(dataset, "_sample_collection") and hasattr(dataset, "_bulk_write")


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
        {"_id": {"$in": ids}, "last_modified_at": now}, {"_id": 1}
    )
    return [str(i) for i in set(ids) - {document["_id"] for document in written}]


def labels_at(document: Mapping[str, Any], path: str) -> list[dict[str, Any]]:
    """The labels of a field of a document, none where the field is empty."""
    field, elements = path.split(".")
    return (document.get(field) or {}).get(elements) or []


def dataset_id(dataset: fo.Dataset) -> ObjectId:
    """What FiftyOne's stores know a dataset by."""
    return dataset._doc.id


def view_stages(samples: fo.core.collections.SampleCollection) -> list[Any]:
    """What a view does, JSON-plain; nothing of a dataset."""
    view = samples.view()
    return list(view._serialize(include_uuids=False))


def is_generated(samples: fo.core.collections.SampleCollection) -> bool:
    """Whether samples are patches, frames or clips that a view made of others."""
    return bool(getattr(samples, "_is_generated", False))


def identity(samples: fo.core.collections.SampleCollection) -> tuple[str, ...]:
    """What tells apart samples, and states of them: equal as long as nothing changed.

    It holds the dataset, the view, the number of samples and the time of the last
    change of any sample of the dataset.
    """
    dataset = samples._root_dataset
    stages = plain_stages(samples)
    newest = dataset.sort_by("last_modified_at", reverse=True).limit(1)
    times = newest.values("last_modified_at")
    return dataset.name, str(dataset.created_at), stages, str(len(dataset)), str(times)


def plain_stages(samples: fo.core.collections.SampleCollection) -> str:
    """The stages of a view as JSON, the same for the same view.

    Raises:
        RuntimeError: if this version of FiftyOne does not give them
    """
    view = samples.view()
    if not hasattr(view, "_serialize"):
        raise RuntimeError(f"FiftyOne {fo.__version__} does not give a view's stages")
    return str(json_util.dumps(view._serialize(include_uuids=False)))


def staged_view(dataset: fo.Dataset, stages: str) -> fo.DatasetView:
    """The view of a dataset that :func:`plain_stages` was given."""
    view: fo.DatasetView = fo.DatasetView._build(dataset, json_util.loads(stages))
    return view


def without_projection(
    samples: fo.core.collections.SampleCollection,
) -> fo.core.collections.SampleCollection:
    """A view that hides no field, of the same samples and labels."""
    stages = getattr(samples, "_stages", [])
    hiding = (fo.SelectFields, fo.ExcludeFields)
    if not any(isinstance(stage, hiding) for stage in stages):
        return samples
    view = getattr(samples, "_base_view", samples._root_dataset.view())
    for stage in stages:
        if not isinstance(stage, hiding):
            view = view.add_stage(stage)
    return view


def reload_samples(dataset: fo.Dataset) -> None:
    """Makes samples in memory see what was written."""
    if reads_documents(dataset):
        fo.Sample._reload_docs(dataset._sample_collection_name)


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


def _sample_labels(sample: fo.Sample, path: str) -> Sequence[Any]:
    field, elements = path.split(".")
    return (sample[field][elements] or []) if sample[field] is not None else []
