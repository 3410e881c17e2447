"""Tags of labels, read and replaced by the database itself, without reading masks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import fiftyone as fo
from bson import ObjectId
from pymongo import ReturnDocument

from ..fiftyone_internals import labels_at, reload_samples
from .tag_times import note_tag_change

LabelTags = Mapping[str, Sequence[str]]
"""Tags by label id."""


@dataclass(frozen=True)
class TaggedSample:
    """What the tags of a family say on a sample.

    Attributes:
        sample_id: its id
        modified_at: when it was last changed
        groups: how many different values of the attribute its labels have
        tags: its own tags of the family
        labels: of each label with such tags, the attribute's value and the tags
    """

    sample_id: str
    modified_at: Any
    groups: int
    tags: list[str]
    labels: list[tuple[str, list[str]]]


def read_tags(
    dataset: fo.Dataset,
    ids: Sequence[str] | None,
    paths: Sequence[str],
    family: Collection[str],
    attribute: str,
) -> list[TaggedSample]:
    """Looks up tags of a family on samples and their labels.

    Args:
        dataset: the dataset
        ids: the ids of the samples; None for all
        paths: the paths of the labels, such as ``ground_truth.detections``
        family: the tags wanted
        attribute: an attribute of labels that groups them

    Returns:
        the samples, those without such tags included
    """
    wanted = {"$literal": list(family)}
    chosen = [] if ids is None else [{"$match": {"_id": {"$in": _object_ids(ids)}}}]
    sides = {
        f"side{number}": {
            "$filter": {
                "input": {"$ifNull": [f"${path}", []]},
                "as": "label",
                "cond": {
                    "$ne": [_common({"$ifNull": ["$$label.tags", []]}, wanted), []]
                },
            }
        }
        for number, path in enumerate(paths)
    }
    values = [{"$ifNull": [f"${path}.{attribute}", []]} for path in paths]
    groups = {"$size": {"$setDifference": [{"$setUnion": values}, [None]]}}
    own = _common({"$ifNull": ["$tags", []]}, wanted)
    found = {"last_modified_at": True, "groups": groups, "own": own, **sides}
    shown = {"last_modified_at": True, "groups": True, "own": True}
    for name in sides:
        shown |= {f"{name}.{attribute}": True, f"{name}.tags": True}
    stages = [*chosen, {"$project": found}, {"$project": shown}]
    return [
        _tagged(document, sides, attribute, family)
        for document in dataset._sample_collection.aggregate(stages)
    ]


def replace_tags(
    dataset: fo.Dataset,
    sample_id: str,
    paths: Sequence[str],
    family: Collection[str],
    labels: LabelTags,
    own: Sequence[str] | None = None,
) -> tuple[dict[str, list[str]], list[str]]:
    """Replaces the tags of a family on labels of a sample, in one update.

    All other tags stay, also those that another program gives at the same time.

    Args:
        dataset: the dataset
        sample_id: the id of the sample
        paths: the paths of the labels
        family: the tags that are taken away
        labels: the tags that labels get instead, by label id
        own: the tags that the sample itself gets instead; None leaves its tags

    Returns:
        the tags of the family that these labels had, by label id, without labels that
        are gone; and those that the sample had
    """
    now = _now()
    changes: dict[str, Any] = {"last_modified_at": now}
    if labels:
        for path in paths:
            field, elements = path.split(".")
            changes[field] = _retagged(field, elements, family, labels)
    if own is not None:
        changes["tags"] = _with_tags("$tags", family, own)
    kept = {f"{path}.{name}": True for path in paths for name in ("_id", "tags")}
    before = dataset._sample_collection.find_one_and_update(
        {"_id": ObjectId(sample_id)},
        [{"$set": changes}],
        projection={"tags": True, "last_modified_at": True, **kept},
        return_document=ReturnDocument.BEFORE,
    )
    reload_samples(dataset)
    document = before or {}
    if "last_modified_at" in document:
        note_tag_change(dataset, sample_id, document["last_modified_at"], now)
    had = {
        str(label["_id"]): _of(family, label.get("tags"))
        for path in paths
        for label in labels_at(document, path)
        if str(label["_id"]) in labels
    }
    return had, _of(family, document.get("tags"))


def rename_tags(
    dataset: fo.Dataset, paths: Sequence[str], names: Mapping[str, str]
) -> None:
    """Renames tags of all samples and of their labels; done twice, it is as if once.

    Args:
        dataset: the dataset
        paths: the paths of the labels
        names: the new name of each tag
    """
    held = [{place: {"$in": list(names)}} for place in _places(paths)]
    changes: dict[str, Any] = {
        "last_modified_at": _now(),
        "tags": _renamed("$tags", names),
    }
    for path in paths:
        field, elements = path.split(".")
        tags = {"tags": _renamed("$$label.tags", names)}
        label = {"$mergeObjects": ["$$label", tags]}
        changes[field] = _mapped(field, elements, label)
    dataset._sample_collection.update_many({"$or": held}, [{"$set": changes}])
    reload_samples(dataset)


def _now() -> datetime:
    """The time as the database gives it back: UTC to the millisecond, without zone."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _retagged(
    field: str, elements: str, family: Collection[str], labels: LabelTags
) -> dict[str, Any]:
    """A label field with new tags on the labels named; as it is where it is empty."""
    by_tags: dict[tuple[str, ...], list[ObjectId]] = {}
    for label_id, tags in labels.items():
        by_tags.setdefault(tuple(tags), []).append(ObjectId(label_id))
    branches = []
    for tags, ids in by_tags.items():
        changed = {"tags": _with_tags("$$label.tags", family, tags)}
        retagged = {"$mergeObjects": ["$$label", changed]}
        branches.append({"case": {"$in": ["$$label._id", ids]}, "then": retagged})
    label = {"$switch": {"branches": branches, "default": "$$label"}}
    return _mapped(field, elements, label)


def _mapped(field: str, elements: str, label: Any) -> dict[str, Any]:
    """A label field with an expression of each label; as it is where it is empty."""
    path = f"${field}.{elements}"
    mapped = {elements: {"$map": {"input": path, "as": "label", "in": label}}}
    changed = {"$mergeObjects": [f"${field}", mapped]}
    return {"$cond": [{"$isArray": path}, changed, f"${field}"]}


def _with_tags(tags: str, family: Collection[str], new: Sequence[str]) -> Any:
    """Tags without those of a family, followed by new ones."""
    other = {
        "$filter": {
            "input": {"$ifNull": [tags, []]},
            "as": "tag",
            "cond": {"$not": [{"$in": ["$$tag", {"$literal": list(family)}]}]},
        }
    }
    return {"$concatArrays": [other, {"$literal": list(new)}]}


def _renamed(tags: str, names: Mapping[str, str]) -> dict[str, Any]:
    """Tags of which some are renamed; as they are where there are none."""
    branches = [
        {"case": {"$eq": ["$$tag", {"$literal": name}]}, "then": {"$literal": new}}
        for name, new in names.items()
    ]
    tag = {"$switch": {"branches": branches, "default": "$$tag"}}
    renamed = {"$map": {"input": tags, "as": "tag", "in": tag}}
    return {"$cond": [{"$isArray": tags}, renamed, tags]}


def _places(paths: Sequence[str]) -> list[str]:
    return ["tags", *(f"{path}.tags" for path in paths)]


def _common(first: Any, second: Any) -> dict[str, Any]:
    return {"$setIntersection": [first, second]}


def _tagged(
    document: Mapping[str, Any],
    sides: Collection[str],
    attribute: str,
    family: Collection[str],
) -> TaggedSample:
    return TaggedSample(
        sample_id=str(document["_id"]),
        modified_at=document.get("last_modified_at"),
        groups=document["groups"],
        tags=document["own"],
        labels=[
            (label[attribute], _of(family, label["tags"]))
            for side in sides
            for label in document[side]
            if label.get(attribute) is not None
        ],
    )


def _of(family: Collection[str], tags: Sequence[str] | None) -> list[str]:
    return [tag for tag in tags or () if tag in family]


def _object_ids(ids: Sequence[str]) -> list[ObjectId]:
    return [ObjectId(id) for id in ids]
