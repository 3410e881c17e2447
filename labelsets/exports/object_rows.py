"""The objects of a comparison as rows of a table, read batch by batch."""

from __future__ import annotations

import math
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import fiftyone as fo

from ..comparison import Status
from ..comparison.counting.totals import SIDES
from ..error_types import ComparisonError
from ..labels.fiftyone_internals import labels_at, read_documents
from ..labels.label_fields import elements_path
from ..labels.reading import BrokenLabelError, read_crowd
from ..labels.views.view_internals import is_generated
from ..reconciling.decisions.verdicts import judge_item
from ..runs.fields import RunFields
from ..runs.registry.registered import require_comparison
from ..runs.run_config import ComparisonRunConfig
from .pair_changes import SHAPES, pair_changes

BATCH = 500

Row = dict[str, Any]

COLUMNS: dict[str, type] = {
    "sample_id": str,
    "image_coco_id": int,
    "file_name": str,
    "tags": list,
    "side": str,
    "label_id": str,
    "coco_id": int,
    "class": str,
    "compared_class": str,
    "iscrowd": int,
    "status": str,
    "partner_id": str,
    "partner_class": str,
    "iou": float,
    "boundary_iou": float,
    "area": float,
    "compared_area": float,
    "area_change": float,
    "shift_px": float,
    "vertex_change": int,
    "num_polygons": int,
    "num_vertices": int,
    "label_tags": list,
    "verdict": str,
    "sample_disagreement": float,
    "sample_pq": float,
}
"""The columns, always these: one that a dataset has nothing for is empty. The two
``coco_id`` columns are of text where a dataset's ids are no whole numbers.
``compared_class`` is the class that was compared, the label's own or a common one.
``area`` is what the label says of itself, for COCO's files px² of its mask;
``compared_area`` what was compared. The three that follow are of pairs, the same on
both sides: (revised - base) / base, the distance of the centroids, and the difference
of known vertices.
``verdict`` is that of the row's item, the same on all its labels: ``unsure`` where its
labels have different ones, the sample's where they have none."""

_OF_LABELS = ("coco_id", "iscrowd", "area", "num_polygons", "num_vertices")

_UNDECIDED = str(Status.DEGENERATE)
"""The status of labels that are no item, and so have no verdict."""


class ObjectTable:
    """The objects that a comparison gave a status: base, then revised, of each sample.

    Of a view, only samples and labels that it shows.

    Args:
        samples: the dataset, or a view of its samples
        key: the key of a finished comparison

    Raises:
        ComparisonError: if there is no such comparison, it is not finished, or the
            view is of patches or leaves out fields of it
    """

    def __init__(self, samples: fo.core.collections.SampleCollection, key: str) -> None:
        self.samples = samples
        self.dataset: fo.Dataset = samples._root_dataset
        self.config = require_comparison(self.dataset, key)
        self.fields = RunFields(key)
        check_view(samples, self.config, self.fields)
        compared = (self.config.base_field, self.config.revised_field)
        self.paths = [elements_path(self.dataset, name) for name in compared]

    @property
    def columns(self) -> dict[str, type]:
        """The names of the columns, with what they hold: see ``COLUMNS``."""
        ids = [f"{path}.coco_id" for path in self.paths]
        return COLUMNS | {
            "image_coco_id": self._id_type(["coco_id"]),
            "coco_id": self._id_type(ids),
        }

    def batches(self) -> Iterator[tuple[float, list[Row]]]:
        """Yields rows, and how much of the samples is read with them, from 0 to 1."""
        ids = self.samples.values("id")
        convert = {name: _CONVERSIONS[kind] for name, kind in self.columns.items()}
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            shown = shown_labels(self.samples, batch, self.paths)
            rows = [
                {name: function(row.get(name)) for name, function in convert.items()}
                for document in read_documents(self.dataset, batch, self._wanted())
                for row in self._rows(document)
                if shown is None or row["label_id"] in shown
            ]
            yield min(1.0, (start + BATCH) / len(ids)), rows

    def _id_type(self, paths: Iterable[str]) -> type:
        declared = [self.dataset.get_field(path) for path in paths]
        known = [field for field in declared if field is not None]
        whole = all(isinstance(field, fo.IntField) for field in known)
        return int if whole else str

    def _wanted(self) -> list[str]:
        """What is read of samples: all that the rows take."""
        attributes = (
            "_id",
            "label",
            "tags",
            *_OF_LABELS,
            *self.fields.on_labels,
            self.fields.class_name,
            *SHAPES,
        )
        of_samples = ("filepath", "tags", "coco_id", "metadata")
        return [
            *of_samples,
            self.fields.disagreement,
            self.fields.pq,
            *(f"{path}.{name}" for path in self.paths for name in attributes),
        ]

    def _rows(self, document: Mapping[str, Any]) -> Iterator[Row]:
        fields = self.fields
        labels = [labels_at(document, path) for path in self.paths]
        changes = pair_changes(document, labels, fields)
        verdicts = item_verdicts(document, labels, fields)
        classes = {str(o["_id"]): o.get("label") for side in labels for o in side}
        of_sample = {
            "sample_id": str(document["_id"]),
            "image_coco_id": document.get("coco_id"),
            "file_name": os.path.basename(document["filepath"]),
            "tags": document.get("tags"),
            "sample_disagreement": document.get(fields.disagreement),
            "sample_pq": document.get(fields.pq),
        }
        for side, objects in zip(SIDES, labels, strict=True):
            for label in objects:
                if label.get(fields.status) is None:
                    continue
                partner = label.get(fields.partner)
                label_id = str(label["_id"])
                yield of_sample | {
                    **{name: label.get(name) for name in _OF_LABELS},
                    **changes.get(label_id, {}),
                    "side": side,
                    "label_id": label_id,
                    "class": label.get("label"),
                    "compared_class": label.get(fields.class_name)
                    or label.get("label"),
                    "iscrowd": _crowd(label.get("iscrowd")),
                    "status": label[fields.status],
                    "partner_id": partner,
                    "partner_class": classes.get(str(partner)),
                    "iou": label.get(fields.iou),
                    "boundary_iou": label.get(fields.boundary_iou),
                    "compared_area": label.get(fields.area),
                    "label_tags": label.get("tags"),
                    "verdict": verdicts.get(label_id),
                }


def check_view(
    samples: fo.core.collections.SampleCollection,
    config: ComparisonRunConfig,
    fields: RunFields,
) -> None:
    """Checks that samples have what a comparison read and wrote.

    Raises:
        ComparisonError: if they are patches, or a view that leaves out fields
    """
    if is_generated(samples):
        raise ComparisonError(
            "A view of patches, frames or clips can't be exported; export the samples "
            "that it was made of"
        )
    schema = samples.get_field_schema()
    for name in (config.base_field, config.revised_field, *fields.on_samples):
        if name not in schema:
            raise ComparisonError(
                f"The field '{name}' of the comparison '{fields.key}' is not there, or "
                "the view leaves it out. Export a view with all fields"
            )


def shown_labels(
    samples: fo.core.collections.SampleCollection,
    ids: list[str],
    paths: Iterable[str],
) -> set[str] | None:
    """The ids of the labels that a view shows of some samples; None if of all.

    Args:
        samples: the dataset, or a view of its samples
        ids: the ids of the samples
        paths: the paths of the labels, such as ``ground_truth.detections``
    """
    if isinstance(samples, fo.Dataset):
        return None
    columns = samples.select(ids).values([f"{path}.id" for path in paths], unwind=True)
    return {label_id for column in columns for label_id in column}


def item_verdicts(
    document: Mapping[str, Any],
    labels: Sequence[Sequence[Mapping[str, Any]]],
    fields: RunFields,
) -> dict[str, str]:
    """The verdict on the item of each label that has one, by the labels' ids.

    Args:
        document: the sample
        labels: its labels in base, and in revised
        fields: the names of what the comparison wrote on them
    """
    items: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for label in chain.from_iterable(labels):
        if label.get(fields.status) not in (None, _UNDECIDED):
            items[label.get(fields.item) or str(label["_id"])].append(label)
    verdicts: dict[str, str] = {}
    for members in items.values():
        tags = [label.get("tags") for label in members]
        found = judge_item(tags, document.get("tags"), fields.key)
        if found.verdict is not None:
            verdicts |= {str(m["_id"]): str(found.verdict) for m in members}
    return verdicts


def _crowd(value: Any) -> bool | None:
    """Whether a label is a crowd, None where that can't be told."""
    try:
        return read_crowd(value)
    except BrokenLabelError:
        return None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _texts(values: Any) -> list[str]:
    return [str(value) for value in values or ()]


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None or number % 1 else int(value)


def _number(value: Any) -> float | None:
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


_CONVERSIONS: dict[type, Callable[[Any], Any]] = {
    str: _text,
    list: _texts,
    int: _whole,
    float: _number,
}
