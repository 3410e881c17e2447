"""Compared datasets as plain objects, and what a reconciled field holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import fiftyone as fo
from helpers.datasets.labelled import elements
from helpers.oracles.plain_reconciling import PlainLabel, PlainSample

RUN = ("", "_id", "_iou", "_biou", "_area", "_item", "_class", "_reason", "_evidence")


def documents(dataset: fo.Dataset) -> list[dict[str, Any]]:
    """The samples as the database holds them."""
    return list(dataset._sample_collection.find().sort("_id"))


def labels_of(dataset: fo.Dataset, document: Any, field: str) -> list[dict[str, Any]]:
    name, kind = elements(dataset, field).split(".")
    return list((document.get(name) or {}).get(kind) or ())


def plain_samples(
    dataset: fo.Dataset, fields: Sequence[str], key: str = "diff"
) -> list[PlainSample]:
    """What a comparison wrote, for the plain implementation."""
    found = []
    for document in documents(dataset):
        labels = [
            PlainLabel(
                id=str(label["_id"]),
                side=side,
                name=label.get("label") or "(no class)",
                status=label.get(key),
                item=label.get(f"{key}_item"),
                iou=label.get(f"{key}_iou"),
                area=label.get(f"{key}_area"),
                evidence=label.get(f"{key}_evidence"),
                crowd=bool(label.get("iscrowd")),
                compared_name=label.get(f"{key}_class"),
                tags=label.get("tags") or [],
            )
            for side, field in zip(("base", "revised"), fields, strict=True)
            for label in labels_of(dataset, document, field)
        ]
        found.append(PlainSample(labels, document.get("tags") or []))
    return found


def origins(dataset: fo.Dataset, field: str) -> list[dict[str, str]]:
    """Of each sample, the id of the source of each label, and what decided it."""
    return [
        {x["source_id"]: x["decided_by"] for x in labels_of(dataset, document, field)}
        for document in documents(dataset)
    ]


def check_copies(
    dataset: fo.Dataset, field: str, fields: Sequence[str], keys: Sequence[str]
) -> None:
    """Every label of a field is a copy of its source, base's first, in their order."""
    made = {f"{key}{end}" for key in keys for end in RUN}
    for document in documents(dataset):
        copies = labels_of(dataset, document, field)
        sources = [
            (name, label)
            for name in fields
            for label in labels_of(dataset, document, name)
        ]
        taken = [(copy["source"], copy["source_id"]) for copy in copies]
        every = [(name, str(label["_id"])) for name, label in sources]
        assert taken == [one for one in every if one in taken]
        for copy in copies:
            origin = (copy.pop("source"), copy.pop("source_id"))
            source = dict(sources[every.index(origin)][1])
            ids = {copy.pop("_id"), source.pop("_id")}
            assert len(ids) == 2
            assert copy.pop("decided_by")
            source["tags"] = [t for t in source["tags"] if t.startswith("mine")]
            assert copy == {k: v for k, v in source.items() if k not in made}
