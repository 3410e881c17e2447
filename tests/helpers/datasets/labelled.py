"""Small datasets with two label fields, `before` and `after`, drawn by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import fiftyone as fo
import numpy as np
from bson import json_util

WIDTH, HEIGHT = 80, 60
FIELDS = {"base_field": "before", "revised_field": "after"}

Label = fo.Detection | fo.Polyline
_DECLARED = {*fo.Detection().field_names, *fo.Polyline().field_names}
Sides = tuple[Sequence[Label] | None, Sequence[Label] | None]
"""The labels of one sample before and after; None for a field without a value."""


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "a.dotted.name",
    "$where",
    "$label",
    "{{ 7 * 7 }}",
    "007",
    "1e5",
    "nan",
    "Größe 猫 🐈 \u202e",
    "two\nlines\tand a tab",
    " ",
    "",
    "l" * 3000,
    "quotes \" and ' and | and \\",
]
"""Class names that code could misread as markup, paths, queries or numbers."""


def boxed(
    label: str | None, x: float, y: float, w: float, h: float, **attributes: Any
) -> fo.Detection:
    """A detection with a box alone, given in px."""
    box = [x / WIDTH, y / HEIGHT, w / WIDTH, h / HEIGHT]
    return fo.Detection(label=label, bounding_box=box, **attributes)


def masked(
    label: str | None, x: int, y: int, w: int, h: int, **attributes: Any
) -> fo.Detection:
    """A detection whose mask fills its box, if no other `mask` is given."""
    attributes.setdefault("mask", np.ones((h, w), bool))
    return boxed(label, x, y, w, h, **attributes)


def stored(folder: Path, label: str, x: int, y: int, w: int, h: int) -> fo.Detection:
    """A detection whose mask is a PNG that fills its box."""
    path = folder / f"{label}-{x}-{y}-{w}-{h}.png"
    cv2.imwrite(str(path), np.full((h, w), 255, np.uint8))
    return boxed(label, x, y, w, h, mask_path=str(path))


def outlined(
    label: str | None, x: int, y: int, w: int, h: int, **attributes: Any
) -> fo.Polyline:
    """A closed and filled rectangle."""
    corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    points = [[(px / WIDTH, py / HEIGHT) for px, py in corners]]
    shape = {"points": points, "closed": True, "filled": True}
    return fo.Polyline(label=label, **shape | attributes)


def every_status() -> Sides:
    """The labels of a sample on which every status occurs."""
    nothing = np.zeros((10, 10), bool)
    before = [
        masked("cat", 0, 0, 10, 10),
        masked("cat", 12, 0, 10, 10),
        masked("dog", 24, 0, 10, 10, iscrowd=0),
        masked("cow", 36, 0, 10, 10),
        masked("cup", 60, 0, 10, 10),
        masked("bus", 0, 20, 20, 10),
        masked("car", 30, 20, 7, 10),
        masked("car", 37, 20, 7, 10),
        masked("car", 44, 20, 6, 10),
        masked("tie", 0, 40, 10, 10),
        masked("fork", 40, 40, 10, 10, mask=nothing),
    ]
    after = [
        masked("fork", 20, 40, 10, 10),
        masked("cat", 0, 0, 10, 10),
        masked("cat", 12, 0, 10, 9),
        masked("dog", 24, 0, 10, 10, iscrowd=1),
        masked("horse", 36, 0, 10, 10),
        masked("cup", 66, 0, 10, 10),
        masked("bus", 0, 20, 7, 10),
        masked("bus", 7, 20, 7, 10),
        masked("bus", 14, 20, 6, 10),
        masked("car", 30, 20, 20, 10),
    ]
    return before, after


STATUSES = {
    "before": [
        "identical",
        "refined",
        "recrowded",
        "relabeled",
        "displaced",
        "split",
        "merged",
        "merged",
        "merged",
        "removed",
        "degenerate",
    ],
    "after": [
        "added",
        "identical",
        "refined",
        "recrowded",
        "relabeled",
        "displaced",
        "split",
        "split",
        "split",
        "merged",
    ],
}
"""The statuses of the labels of `every_status`."""


def make_pair(*samples: Sides, name: str = "pair", metadata: bool = True) -> fo.Dataset:
    """A dataset with a sample for each pair of label lists; there are no images."""
    dataset = fo.Dataset(name)
    if samples:
        dataset.media_type = "image"  # sooner than FiftyOne would: with fewer fields
    has_attributes = False
    for field in FIELDS.values():
        found = [label for sides in samples for label in _of(field, sides)]
        has_attributes |= any({*label.field_names} - _DECLARED for label in found)
        kinds = {type(label) for label in found}
        kind = fo.Polylines if kinds == {fo.Polyline} else fo.Detections
        dataset.add_sample_field(field, fo.EmbeddedDocumentField, kind)
    made = []
    for index, sides in enumerate(samples):
        sample = fo.Sample(filepath=f"/{name}/{index:05d}.png")
        if metadata:
            sample.metadata = fo.ImageMetadata(width=WIDTH, height=HEIGHT)
        for field, labels in zip(FIELDS.values(), sides, strict=True):
            if labels is not None:
                sample[field] = _collect(dataset, field, labels)
        made.append(sample)
    if made:
        # to look for attributes takes as long again as to add such samples
        dataset.add_samples(made, dynamic=has_attributes)
    return dataset


def _of(field: str, sides: Sides) -> Sequence[Label]:
    return sides[field == "after"] or ()


def _collect(dataset: fo.Dataset, field: str, labels: Sequence[Label]) -> Any:
    kind = dataset.get_field(field).document_type
    name = "polylines" if kind is fo.Polylines else "detections"
    return kind(**{name: list(labels)})


def draw_images(dataset: fo.Dataset, folder: Path) -> None:
    """Gives every sample of a dataset an image."""
    for sample in dataset.iter_samples(autosave=True):
        path = folder / Path(sample.filepath).name
        cv2.imwrite(str(path), np.full((HEIGHT, WIDTH, 3), 127, np.uint8))
        sample.filepath = str(path)


def elements(dataset: fo.Dataset, field: str) -> str:
    """The path of the labels of a field."""
    polylines = dataset.get_field(field).document_type is fo.Polylines
    return f"{field}.{'polylines' if polylines else 'detections'}"


def column(
    samples: fo.core.collections.SampleCollection, field: str, attribute: str
) -> list[Any]:
    """An attribute of all labels of a field, over all samples in their order."""
    path = elements(samples._root_dataset, field)
    values: list[Any] = samples.values(f"{path}.{attribute}", unwind=True)
    return values


def alter(dataset: fo.Dataset, field: str, index: int, **values: Any) -> None:
    """Sets attributes of a label of the first sample, past FiftyOne's checks."""
    path = f"{elements(dataset, field)}.{index}"
    changes = {f"{path}.{name}": value for name, value in values.items()}
    first = dataset._sample_collection.find_one(sort=[("_id", 1)])
    dataset._sample_collection.update_one({"_id": first["_id"]}, {"$set": changes})


def state(dataset: fo.Dataset) -> str:
    """Everything that the database holds of a dataset, its runs included."""
    dataset.reload()
    about = dataset._doc.to_dict()
    about.pop("last_loaded_at", None)
    runs = [dataset.get_run_info(key).serialize() for key in dataset.list_runs()]
    samples = list(dataset._sample_collection.find().sort("_id"))
    return str(json_util.dumps([about, runs, samples], sort_keys=True))
