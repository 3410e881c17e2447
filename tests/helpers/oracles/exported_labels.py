"""Exported label sets read back: as JSON, by pycocotools, and by ourselves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import fiftyone as fo
import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask
from sama_coco.labelsets import add_annotations, compare_annotations
from sama_coco.labelsets.labels.fiftyone_internals import labels_at, read_documents
from sama_coco.labelsets.labels.label_fields import elements_path
from sama_coco.labelsets.labels.reading import read_objects
from sama_coco.zoo.coco.coco_json import read_label_set
from sama_coco.zoo.defects import Defects

Json = dict[str, Any]
Mask = NDArray[np.bool_]


def read_json(path: Path) -> Json:
    document: Json = json.loads(path.read_bytes())
    return document


def annotations_of(paths: Iterable[Path]) -> list[Json]:
    """All annotations of exported documents."""
    documents = [read_json(p) for p in paths if p.suffix == ".json"]
    return [one for document in documents for one in document["annotations"]]


def by_id(entries: Iterable[Json]) -> dict[Any, Any]:
    return {entry["id"]: entry for entry in entries}


def decoded(annotation: Json, height: int, width: int) -> Mask | None:
    """The pixels of an annotation by pycocotools, None of one without an outline."""
    outline = annotation.get("segmentation")
    if not outline:
        return None
    if isinstance(outline, list):
        outline = coco_mask.merge(coco_mask.frPyObjects(outline, height, width))
    elif isinstance(outline["counts"], list):
        outline = coco_mask.frPyObjects(outline, height, width)
    return np.asarray(coco_mask.decode(outline), bool)


def pixels(dataset: fo.Dataset, field: str) -> dict[str, Mask | None]:
    """What each label of a field covers of its image, by label id."""
    path = elements_path(dataset, field)
    wanted = ["metadata", field]
    found: dict[str, Mask | None] = {}
    for document in read_documents(dataset, dataset.values("id"), wanted):
        width, height = (document["metadata"][k] for k in ("width", "height"))
        labels = labels_at(document, path)
        objects = read_objects(labels, width, height, Defects())
        for index, label in enumerate(labels):
            runs = objects.runs(index)
            mask = None if runs is None else np.zeros((height, width), bool)
            if runs is not None and mask is not None:
                for x, top, bottom in zip(*runs, strict=True):
                    mask[top:bottom, x] = True
            found[str(label["_id"])] = mask
    return found


def assert_decodes_to_labels(
    dataset: fo.Dataset, field: str, paths: Iterable[Path]
) -> None:
    """Checks that annotations decode to what labels cover, label by label."""
    annotations = by_id(annotations_of(paths))
    path = elements_path(dataset, field)
    covered = pixels(dataset, field)
    for ids, labels in zip(
        *dataset.values([f"{path}.coco_id", f"{path}.id"]), strict=True
    ):
        for id, label_id in zip(ids or (), labels or (), strict=True):
            mask = covered[label_id]
            size = (0, 0) if mask is None else mask.shape
            np.testing.assert_array_equal(decoded(annotations[id], *size), mask)


def read_back(
    dataset: fo.Dataset, paths: Iterable[Path], field: str = "back", kind: str = "masks"
) -> str:
    """Gives samples the labels of exported documents, in which none may be broken.

    Args:
        dataset: the dataset
        paths: the documents, of which no sample is in two
        field: the field to make
        kind: the form of labels
    """
    for number, path in enumerate(paths):
        read_label_set(path.name, [(path.name, path.read_bytes)], Defects(strict=True))
        add_annotations(dataset, path, field, shapes=kind, append=number > 0)
    return field


def assert_identical(dataset: fo.Dataset, field: str, back: str = "back") -> None:
    """Compares a field with what was read back of it: all of it must be identical."""
    results = compare_annotations(dataset, field, back, key="back_diff")
    statuses = results.statuses()
    different = statuses.drop(["identical", "degenerate"])
    assert not different.to_numpy().any(), different
    assert list(statuses["base"]) == list(statuses["revised"])
    assert results.summary()["images_with_disagreement"] == 0
    if statuses.loc["identical", "base"]:
        assert results.summary()["pq"] == 1
