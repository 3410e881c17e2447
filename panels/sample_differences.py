"""One sample's objects, pairs and figures, as plain values that a panel can show."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import fiftyone as fo

from ..comparison import Status
from ..runs.fields import RunFields, elements_path
from ..runs.fiftyone_internals import labels_at, read_documents
from ..runs.reading import BrokenLabelError, read_label
from ..runs.run import ComparisonRunConfig
from .outlines import Ring, box_ring, mask_rings

ViewerObject = dict[str, Any]
"""An object as the viewer takes it: ``AnnotatedObject`` in ``viewer/src/types.ts``."""

STATUSES = {str(status): status for status in Status}
_IMAGE_FIELDS = ("filepath", "metadata", "coco_id", "license", "tags")


@dataclass(frozen=True)
class SampleDifferences:
    """A sample as a comparison sees it.

    Attributes:
        sample_id: the sample's id
        filepath: the path of its image
        width: the width of its image in px
        height: the height of its image in px
        coco_id: the image's id, if it has one
        license: the licence of the image, if it is known
        tags: the sample's tags
        pq: panoptic quality; None if the sample was not compared
        disagreement: 1 - PQ; None if the sample was not compared
        counts: the objects of base and revised of each status that it has
        objects: the objects, base first
    """

    sample_id: str
    filepath: str
    width: int
    height: int
    coco_id: int | None
    license: str | None
    tags: list[str]
    pq: float | None
    disagreement: float | None
    counts: dict[str, tuple[int, int]]
    objects: list[ViewerObject]

    @property
    def compared(self) -> bool:
        """Whether the sample is part of the comparison."""
        return self.pq is not None

    def side(self, side: int) -> list[ViewerObject]:
        """The objects of base (0) or revised (1)."""
        return [o for o in self.objects if o["side"] == side]


def read_sample(
    dataset: fo.Dataset, sample_id: str, key: str, config: ComparisonRunConfig
) -> SampleDifferences | None:
    """Reads what a comparison says of one sample.

    Args:
        dataset: the dataset
        sample_id: the id of the sample
        key: the key of the comparison
        config: its parameters

    Returns:
        what it says, or None if there is no such sample
    """
    fields = RunFields(key)
    sides = (config.base_field, config.revised_field)
    paths = [elements_path(dataset, side) for side in sides]
    wanted = [*_IMAGE_FIELDS, *fields.on_samples, *paths]
    found = read_documents(dataset, [sample_id], wanted)
    if not found:
        return None
    document = found[0]
    metadata = document.get("metadata") or {}
    width, height = metadata.get("width") or 1, metadata.get("height") or 1
    labels = [labels_at(document, path) for path in paths]
    groups = _groups(labels, fields)
    objects = [
        _object(label, side, width, height, groups[str(label["_id"])], fields)
        for side in (0, 1)
        for label in labels[side]
    ]
    pq = document.get(fields.pq)
    return SampleDifferences(
        sample_id=sample_id,
        filepath=document["filepath"],
        width=width,
        height=height,
        coco_id=document.get("coco_id"),
        license=document.get("license"),
        tags=list(document.get("tags") or ()),
        pq=pq,
        disagreement=document.get(fields.disagreement),
        counts=_counts(objects) if pq is not None else {},
        objects=sorted(objects, key=_reading_order),
    )


def _object(
    label: Mapping[str, Any],
    side: int,
    width: int,
    height: int,
    group: int,
    fields: RunFields,
) -> ViewerObject:
    rings: list[Ring] = []
    area = 0.0
    try:
        _, box, mask = read_label(label, width, height)
        if mask is not None:
            rings, area = mask_rings(mask, round(box[0]), round(box[1])), mask.sum()
        elif all(map(math.isfinite, box)):
            rings, area = [box_ring((box[0], box[1], box[2], box[3]))], box[2] * box[3]
    except BrokenLabelError:
        pass  # its status says so; there is nothing to draw
    known_area = label.get("area")
    return {
        "side": side,
        "id": str(label["_id"]),
        "label": str(label.get("label") or ""),
        "status": label.get(fields.status) or str(Status.DEGENERATE),
        "crowd": bool(label.get("iscrowd")),
        "iou": label.get(fields.iou),
        "boundary_iou": label.get(fields.boundary_iou),
        "area": float(area if known_area is None else known_area),
        "vertices": label.get("num_vertices") or None,
        "coco_id": label.get("coco_id"),
        "group": group,
        "rings": rings,
        "tags": list(label.get("tags") or ()),
    }


def _groups(
    labels: Sequence[Sequence[Mapping[str, Any]]], fields: RunFields
) -> dict[str, int]:
    """Numbers the labels that belong together; -1 for those that stand alone."""
    leads: dict[str, str] = {str(x["_id"]): str(x["_id"]) for s in labels for x in s}

    def lead(label_id: str) -> str:
        while leads[label_id] != label_id:
            label_id = leads[label_id]
        return label_id

    for side in labels:
        for label in side:
            partner = label.get(fields.partner)
            if partner in leads:
                leads[lead(str(label["_id"]))] = lead(partner)
    members: dict[str, list[str]] = {}
    for label_id in leads:
        members.setdefault(lead(label_id), []).append(label_id)
    numbers = dict.fromkeys(leads, -1)
    together = (ids for ids in members.values() if len(ids) > 1)
    for number, ids in enumerate(together):
        numbers.update(dict.fromkeys(ids, number))
    return numbers


def _counts(objects: Sequence[ViewerObject]) -> dict[str, tuple[int, int]]:
    found = Counter((o["status"], o["side"]) for o in objects)
    sides = {s: (found[s, 0], found[s, 1]) for s in map(str, Status)}
    return {status: counts for status, counts in sides.items() if any(counts)}


def _reading_order(item: ViewerObject) -> tuple[int, int, float]:
    """The greatest change first: what "next object" visits, and the table starts with.

    Statuses come in the reverse of their order, what was neither added nor removed
    but covers nothing last.
    """
    status = STATUSES[item["status"]]
    order = -1 if status is Status.DEGENERATE else status.order
    return -order, item["side"], -item["area"]
