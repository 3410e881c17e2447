"""Samples as plain values, before FiftyOne makes documents of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .coco_json import Image, LabelSet
from .errors import Problems
from .labels import Label, LabelField, image_labels
from .request import Request


@dataclass(frozen=True)
class SampleValues:
    """A sample.

    Attributes:
        filepath: the absolute path of its image
        tags: its tags
        width: the width of its image in px
        height: the height of its image in px
        values: its plain fields
        labels: its label fields, with the labels in each
    """

    filepath: str
    tags: list[str]
    width: int
    height: int
    values: dict[str, Any]
    labels: dict[LabelField, list[Label]]


def sample_values(
    request: Request,
    label_sets: Sequence[LabelSet],
    image: Image,
    filepath: str,
    problems: Problems,
) -> SampleValues:
    """A sample of one image with its labels of each set in each form asked for."""
    labels = {}
    for source, label_set in zip(request.sources, label_sets, strict=True):
        fields = [f for f in request.fields if f.source == source]
        found = image_labels(label_set, image, {f.kind for f in fields}, problems)
        labels.update({f: found[f.kind] for f in fields})
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
    for labels in label_sets:
        if image.license in labels.licenses:
            values["license"] = labels.licenses[image.license].name
    return values
