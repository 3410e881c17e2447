"""Samples as plain values, before FiftyOne makes documents of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..coco.coco_json import Image, LabelSet
from ..defects import Defects
from ..labels import Label, LabelField, image_labels, keypoint_labels
from ..request import Request


@dataclass(frozen=True)
class SampleValues:
    """A sample.

    Attributes:
        filepath: the absolute path of its image
        tags: its tags
        width: the width of its image in px
        height: the height of its image in px
        values: its plain fields
        labels: its label fields, with the labels in each; None where no file of the
            label set lists the image
    """

    filepath: str
    tags: list[str]
    width: int
    height: int
    values: dict[str, Any]
    labels: dict[LabelField, list[Label] | None]


def sample_values(
    request: Request,
    label_sets: Sequence[LabelSet],
    image: Image,
    filepath: str,
    problems: Defects,
) -> SampleValues:
    """A sample of one image with its labels of each set in each form asked for."""
    labels: dict[LabelField, list[Label] | None] = {}
    for source, label_set in zip(request.sources, label_sets, strict=True):
        fields = [f for f in request.fields if f.source == source]
        if image.id not in label_set.images:
            labels.update(dict.fromkeys(fields))
            continue
        found = image_labels(label_set, image, {f.kind for f in fields}, problems)
        labels.update({f: found[f.kind] for f in fields})
    if request.keypoints is not None:
        labels[request.keypoints] = keypoint_labels(label_sets[-1], image)
    return SampleValues(
        filepath=filepath,
        tags=[request.split.name],
        width=image.width,
        height=image.height,
        values=_image_values(request, label_sets, image),
        labels=labels,
    )


def _image_values(
    request: Request, label_sets: Sequence[LabelSet], image: Image
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if request.has_image_id:
        values["coco_id"] = image.id
    if image.coco_url is not None:
        values["coco_url"] = image.coco_url
    if request.captions is not None:
        captions = label_sets[-1].companions.captions
        values[request.captions] = captions.get(image.id)
    for labels in label_sets:
        if image.license in labels.licenses:
            values["license"] = labels.licenses[image.license].name
    return values
