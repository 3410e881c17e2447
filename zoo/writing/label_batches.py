"""Batches of labels, on their way to the worker that makes samples of them, and back.

The label files are read once, in one process: they are a few large documents, of which
a worker would have to read all for its share. What it gets is the annotations of its
images, their outlines still as the JSON they stand in; what it returns is encoded as
the database takes it. A worker needs no FiftyOne for that, and no database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import bson
import msgspec
from bson import ObjectId

from ..coco.coco_json import Annotation, Category, Image, LabelSet, License
from ..coco.companions import Companions, Person
from ..defects import Defects
from ..fetch.sources import SPLITS, Origin
from ..paused_gc import paused_gc
from ..request import Request
from .sample_documents import sample_document
from .samples import sample_values

T = TypeVar("T")

_FLAGS = ("include_id", "with_coco", "use_polylines")


class _Labels(msgspec.Struct):
    """The part of a label set that is about a batch."""

    name: str
    categories: list[Category]
    licenses: list[License]
    images: list[int]
    annotations: list[Annotation]
    people: dict[int, list[Person]]
    captions: dict[int, list[str]]


class _Batch(msgspec.Struct):
    """Images, with the path and sample id of each, and what label sets say of them."""

    images: list[tuple[Image, str, str]]
    label_sets: list[_Labels]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Batch).decode


def pack_batch(
    request: Request,
    label_sets: Sequence[LabelSet],
    images: Sequence[tuple[Image, str]],
) -> dict[str, Any]:
    """The arguments of :func:`encode_batch` that are about its images.

    FiftyOne finds the last sample by its id, so ids are given here, in order.

    Args:
        request: what is asked for
        label_sets: all labels
        images: the images, with the path of each
    """
    parts = [
        _Labels(
            labels.name,
            list(labels.categories.values()),
            list(labels.licenses.values()),
            [image.id for image, _ in images if image.id in labels.images],
            [a for image, _ in images for a in labels.annotations.get(image.id, ())],
            _of_images(labels.companions.people, images),
            _of_images(labels.companions.captions, images),
        )
        for labels in label_sets
    ]
    named = [(image, path, str(ObjectId())) for image, path in images]
    return {
        "split": request.split.name,
        "label_types": list(request.label_types),
        "flags": {name: getattr(request, name) for name in _FLAGS},
        "batch": _encode(_Batch(named, parts)),
    }


def _of_images(
    values: Mapping[int, T], images: Sequence[tuple[Image, str]]
) -> dict[int, T]:
    """The values of some images that have one, by image id."""
    return {image.id: values[image.id] for image, _ in images if image.id in values}


def encode_batch(
    dataset_id: str,
    split: str,
    label_types: Sequence[str],
    flags: dict[str, Any],
    batch: bytes,
) -> dict[str, Any]:
    """Makes the samples of a batch.

    Args:
        dataset_id: the id of their dataset
        split: the name of the split
        label_types: the label types to load
        flags: what else is asked for, see :class:`Request`
        batch: images and labels, from :func:`pack_batch`

    Returns:
        a dict of

        -   ``documents``: the document of each sample, as BSON
        -   ``defects``: what was left out, see :meth:`Defects.to_dict`
    """
    request = Request(SPLITS[split], Origin(), tuple(label_types), **flags)
    found = _decode(batch)
    images_by_id = {image.id: image for image, _, _ in found.images}
    label_sets = [_unpack(part, images_by_id) for part in found.label_sets]
    defects = Defects()
    with paused_gc():
        documents = [
            bson.encode(
                sample_document(
                    ObjectId(dataset_id),
                    ObjectId(id),
                    sample_values(request, label_sets, image, path, defects),
                )
            )
            for image, path, id in found.images
        ]
    return {"documents": documents, "defects": defects.to_dict()}


def import_packages() -> None:
    """Has a worker import what :func:`encode_batch` needs, and fails where it can't."""


def _unpack(part: _Labels, images: dict[int, Image]) -> LabelSet:
    annotations: dict[int, list[Annotation]] = defaultdict(list)
    for annotation in part.annotations:
        annotations[annotation.image_id].append(annotation)
    return LabelSet(
        part.name,
        images={i: images[i] for i in part.images},
        categories={entry.id: entry for entry in part.categories},
        licenses={entry.id: entry for entry in part.licenses},
        annotations=annotations,
        companions=Companions(people=part.people, captions=part.captions),
    )
