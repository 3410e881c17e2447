"""One sample's objects, pairs and figures, as plain values that a panel can show."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import fiftyone as fo
import numpy as np

from ...labelsets.comparison import Status
from ...labelsets.comparison.statuses import BY_NAME
from ...labelsets.labels.fiftyone_internals import labels_at, read_documents
from ...labelsets.labels.image_companions import KEYPOINTS, keypoints_of_labels
from ...labelsets.labels.reading import class_name, known_vertices, read_objects
from ...labelsets.runs.fields import RunFields
from ...zoo.defects import Defects
from ..shown_runs import ShownRun
from .drawn_outlines import Ring, box_ring, rings_of

ViewerObject = dict[str, Any]
"""An object as the viewer takes it, `viewer_types.AnnotatedObject`, and what the viewer
does not need: its ``partner``'s id."""

NOT_COMPARED = "not compared"
"""Said in place of a status of a label that has none, being newer than its run."""

_IMAGE_FIELDS = (
    *("filepath", "metadata", "coco_id", "license", "tags"),
    "last_modified_at",
)
_LABEL_FIELDS = ("_id", "label", "iscrowd", "area", "num_vertices", "coco_id")


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
        objects: the objects, the greatest change first
        skeleton: pairs of keypoints that are joined, by their places
        version: changes when anything of the sample changes
    """

    sample_id: str
    filepath: str
    width: int
    height: int
    coco_id: Any
    license: str | None
    tags: list[str]
    pq: float | None
    disagreement: float | None
    counts: dict[str, tuple[int, int]]
    objects: list[ViewerObject]
    skeleton: list[list[int]]
    version: str

    @property
    def compared(self) -> bool:
        """Whether the sample is part of the comparison."""
        return self.pq is not None

    def side(self, side: int) -> list[ViewerObject]:
        """The objects of base (0) or revised (1)."""
        return [o for o in self.objects if o["side"] == side]


def read_sample(
    dataset: fo.Dataset, sample_id: str, run: ShownRun, outlines: bool = True
) -> SampleDifferences | None:
    """Reads the results of a comparison on one sample.

    Args:
        dataset: the dataset
        sample_id: the id of the sample
        run: the comparison
        outlines (True): whether to read the shapes of the labels too, which takes
            longest; without, objects have no rings and no keypoints

    Returns:
        what was read, or None if there is no such sample
    """
    fields = run.fields
    read = (*_LABEL_FIELDS, *fields.on_labels, fields.evidence)
    wanted = [*_IMAGE_FIELDS, *fields.on_samples]
    for path in run.paths:
        wanted += [path] if outlines else [f"{path}.{name}" for name in read]
    wanted += [KEYPOINTS] * outlines
    found = read_documents(dataset, [sample_id], wanted)
    if not found:
        return None
    document = found[0]
    metadata = document.get("metadata") or {}
    width, height = metadata.get("width") or 1, metadata.get("height") or 1
    labels = [labels_at(document, path) for path in run.paths]
    groups = _groups(labels, fields)
    objects = [
        _object(label, side, groups[str(label["_id"])], fields)
        for side in (0, 1)
        for label in labels[side]
    ]
    if outlines:
        rings = _rings([label for s in labels for label in s], width, height)
        for item, own in zip(objects, rings, strict=True):
            item["rings"] = own
        _add_keypoints(objects, document, run.sides, labels, (width, height))
    skeleton = dataset.skeletons.get(KEYPOINTS)
    pq = number(document.get(fields.pq))
    license = document.get("license")
    return SampleDifferences(
        sample_id=sample_id,
        filepath=document["filepath"],
        width=width,
        height=height,
        coco_id=document.get("coco_id"),
        license=None if license is None else str(license),
        tags=list(document.get("tags") or ()),
        pq=pq,
        disagreement=number(document.get(fields.disagreement)),
        counts=_counts(objects) if pq is not None else {},
        objects=sorted(objects, key=_reading_order),
        skeleton=[list(edge) for edge in skeleton.edges] if skeleton else [],
        version=str(document.get("last_modified_at")),
    )


def number(value: Any) -> float | None:
    """A finite number, or None where there is anything else."""
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if known and math.isfinite(value) else None


def _object(
    label: Mapping[str, Any], side: int, group: int, fields: RunFields
) -> ViewerObject:
    area, status = number(label.get("area")), label.get(fields.status)
    coco_id = label.get("coco_id")
    return {
        "side": side,
        "id": str(label["_id"]),
        "label": class_name(label.get("label")),
        "status": status if status in BY_NAME else NOT_COMPARED,
        "crowd": bool(label.get("iscrowd")),
        "iou": number(label.get(fields.iou)),
        "boundary_iou": number(label.get(fields.boundary_iou)),
        "area": number(label.get(fields.area)) if area is None else area,
        "vertices": known_vertices(label.get("num_vertices")) or None,
        "coco_id": None if coco_id is None else str(coco_id),
        "evidence": number(label.get(fields.evidence)),
        "partner": label.get(fields.partner),
        "group": group,
        "rings": [],
        "keypoints": [],
    }


def _add_keypoints(
    objects: Sequence[ViewerObject],
    document: Mapping[str, Any],
    sides: Sequence[str],
    labels: Sequence[Sequence[Mapping[str, Any]]],
    size: tuple[int, int],
) -> None:
    """Gives objects that are people their keypoints, in px."""
    found = {
        person.label_id: np.column_stack([person.points * size, person.v])
        for field, own in zip(sides, labels, strict=True)
        for person in keypoints_of_labels(document, field, own)
    }
    for item in objects:
        if item["id"] in found:
            item["keypoints"] = np.nan_to_num(found[item["id"]]).tolist()


def _rings(
    labels: Sequence[Mapping[str, Any]], width: int, height: int
) -> list[list[Ring]]:
    """The outlines of each label; none of one that is broken, as its status says."""
    objects = read_objects(labels, width, height, Defects())
    runs = [objects.runs(index) for index in range(len(objects))]
    pixels = [found for found in runs if found is not None]
    outlines = iter(rings_of(pixels))
    return [
        [box_ring(box)] * _has_place(box) if found is None else next(outlines)
        for found, box in zip(runs, objects.boxes.tolist(), strict=True)
    ]


def _has_place(box: Sequence[float]) -> bool:
    """Whether a box can be drawn; a flat one can."""
    return all(map(math.isfinite, box)) and min(box[2:]) >= 0


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
    sides = {s: (found[s, 0], found[s, 1]) for s in (*BY_NAME, NOT_COMPARED)}
    return {status: counts for status, counts in sides.items() if any(counts)}


def _reading_order(item: ViewerObject) -> tuple[int, int, float]:
    """The greatest change first: what "next object" visits, and the table starts with.

    Statuses come in the reverse of their order, what was neither added nor removed
    but covers nothing, or was not compared, last.
    """
    status = BY_NAME.get(item["status"], Status.DEGENERATE)
    order = -1 if status is Status.DEGENERATE else status.order
    return -order, item["side"], -(item["area"] or 0)
