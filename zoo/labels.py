"""The labels of one image, as plain dicts that FiftyOne's classes can be made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from .coco_json import Annotation, Image, LabelSet
from .errors import Problems
from .masks import (
    Segmentation,
    SegmentationError,
    box_window,
    decode_mask,
    parse_segmentation,
)

Label = dict[str, Any]
"""The arguments of a ``fiftyone.Detection`` or ``fiftyone.Polyline``."""

ATTRIBUTES: dict[str, type] = {
    "coco_id": int,
    "iscrowd": int,
    "area": float,
    "num_polygons": int,
    "num_vertices": int,
    "supercategory": str,
}
"""What every label carries besides its class and shape: ``coco_id`` is the id of the
annotation, ``area`` the file's, in px²; the counts of polygons and of their vertices
are 0 for a RLE."""


@dataclass(frozen=True)
class LabelField:
    """A field of samples that holds one label set in one form.

    Attributes:
        name: the field's name
        source: which label set, ``"sama"`` or ``"coco"``
        kind: ``"boxes"``, ``"masks"`` or ``"polylines"``
    """

    name: str
    source: str
    kind: str

    @property
    def labels_type(self) -> str:
        """The name of the FiftyOne class of the field."""
        return "Polylines" if self.kind == "polylines" else "Detections"


def image_labels(
    labels: LabelSet, image: Image, kinds: set[str], problems: Problems
) -> dict[str, list[Label]]:
    """The labels of one image in each of the forms asked for.

    An annotation with a broken segmentation is left out of all forms. One with a
    box of no area is kept, without a mask.

    Args:
        labels: the label set
        image: the image
        kinds: any of ``"boxes"``, ``"masks"`` and ``"polylines"``
        problems: where what is left out is counted

    Returns:
        the labels of each kind, in the order of the file
    """
    found: dict[str, list[Label]] = {kind: [] for kind in kinds}
    for annotation in labels.annotations.get(image.id, ()):
        try:
            outline = parse_segmentation(
                annotation.segmentation, image.width, image.height
            )
        except SegmentationError as error:
            problems.skip(
                "annotation with a broken segmentation",
                f"annotation {annotation.id} of {labels.name}: {error}",
            )
            continue
        if not (annotation.bbox[2] and annotation.bbox[3]):
            problems.note(
                "annotation with a box of no area, loaded without a mask",
                f"annotation {annotation.id} of {labels.name}",
            )
        attributes = _attributes(labels, annotation, outline)
        for kind in kinds:
            found[kind].append(attributes | _SHAPES[kind](annotation, outline, image))
    return found


def _attributes(
    labels: LabelSet, annotation: Annotation, outline: Segmentation
) -> Label:
    category = labels.categories[annotation.category_id]
    return {
        "label": category.name,
        "coco_id": annotation.id,
        "iscrowd": annotation.iscrowd,
        "area": annotation.area,
        "num_polygons": outline.num_polygons,
        "num_vertices": outline.num_vertices,
        "supercategory": category.supercategory,
    }


def _box(annotation: Annotation, _: Segmentation, image: Image) -> Label:
    x, y, w, h = annotation.bbox
    return {
        "bounding_box": [
            x / image.width,
            y / image.height,
            w / image.width,
            h / image.height,
        ]
    }


def _mask(annotation: Annotation, outline: Segmentation, image: Image) -> Label:
    return _box(annotation, outline, image) | {
        "mask": decode_mask(outline, annotation.bbox, image.width, image.height)
    }


def _polyline(annotation: Annotation, outline: Segmentation, image: Image) -> Label:
    """The polygons of the file, or the outer and inner outlines of a RLE."""
    if outline.counts is None:
        rings = [np.reshape(p, (-1, 2)) for p in outline.polygons]
    else:
        rings = _trace(annotation, outline, image)
    size = (image.width, image.height)
    return {
        "points": [(ring / size).tolist() for ring in rings],
        "closed": True,
        "filled": True,
    }


def _trace(annotation: Annotation, outline: Segmentation, image: Image) -> list[Any]:
    mask = decode_mask(outline, annotation.bbox, image.width, image.height)
    if mask is None:
        return []
    x0, y0, _, _ = box_window(annotation.bbox, image.width, image.height)
    contours, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE
    )
    corner = np.array([x0, y0])
    return [c.reshape(-1, 2) + corner for c in contours if len(c) >= 3]


_SHAPES: dict[str, Callable[[Annotation, Segmentation, Image], Label]] = {
    "boxes": _box,
    "masks": _mask,
    "polylines": _polyline,
}
