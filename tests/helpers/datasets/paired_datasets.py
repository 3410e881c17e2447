"""Datasets of the same images under ids, each with boxes of its own."""

from __future__ import annotations

from typing import Any

import fiftyone as fo
from bson import json_util


def boxes(*labels: str, **attributes: Any) -> fo.Detections:
    box = [0.1, 0.1, 0.2, 0.2]
    return fo.Detections(
        detections=[
            fo.Detection(label=name, bounding_box=box, **attributes) for name in labels
        ]
    )


def make(name: str, ids: Any, key: str = "coco_id", **values: Any) -> fo.Dataset:
    """A dataset of a sample for each id, with a box in `segmentations`."""
    dataset = fo.Dataset(name)
    dataset.add_samples(
        [
            fo.Sample(
                filepath=f"/{name}/{_file_name(id, i)}",
                segmentations=boxes(f"{name} {id}", area=2.5),
                **{key: id},
                **values,
            )
            for i, id in enumerate(ids)
        ],
        dynamic=True,
    )
    return dataset


def state(dataset: fo.Dataset) -> str:
    """Everything that the database holds of a dataset."""
    dataset.reload()
    samples = list(dataset._sample_collection.find().sort("_id"))
    about = dataset._doc.to_dict()
    about.pop("last_loaded_at", None)
    indexes = dataset.get_index_information()
    for index in indexes.values():
        index.pop("size", None)
    return str(json_util.dumps([about, indexes, samples], sort_keys=True))


def labels(dataset: Any, field: str, key: str = "coco_id") -> dict[Any, Any]:
    keys, found = dataset.values([key, f"{field}.detections.label"])
    return dict(zip(keys, found, strict=True))


def _file_name(id: Any, index: int) -> str:
    if id is None:
        return f"unknown-{index}.jpg"
    return f"{id:012d}.jpg" if isinstance(id, int) else f"{id}.jpg"


def content(dataset: fo.Dataset) -> Any:
    """Schema and samples, without the times at which they changed."""
    dataset.reload()
    samples = list(dataset._sample_collection.find().sort("_id"))
    for sample in samples:
        del sample["last_modified_at"]
    return set(dataset.get_field_schema(flat=True)), samples
