"""The labels of one image, as plain dicts that FiftyOne's classes can be made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .coco.coco_json import Annotation, Image, LabelSet
from .coco.companions import Person
from .coco.masks import (
    Box,
    Segmentation,
    SegmentationError,
    box_window,
    decode_mask,
    has_shape_of_box,
    parse_segmentation,
)
from .coco.outlines import fill_rings, trace
from .coco.pixel_runs import mask_from_runs, runs_from_mask
from .defects import Defects

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


KEYPOINT_ATTRIBUTES: dict[str, type] = {
    "coco_id": int,
    "iscrowd": int,
    "num_keypoints": int,
    "supercategory": str,
}
"""What keypoints carry besides their class, points and ``v``, a number a point: 0 for
one that is not labelled, whose place is NaN, 1 for a hidden and 2 for a visible one."""


@dataclass(frozen=True)
class LabelField:
    """A field of samples that holds one label set in one form.

    Attributes:
        name: the field's name
        source: which label set, ``"sama"`` or ``"coco"``
        kind: ``"boxes"``, ``"masks"``, ``"polylines"`` or ``"keypoints"``
    """

    name: str
    source: str
    kind: str

    @property
    def labels_type(self) -> str:
        """The name of the FiftyOne class of the field."""
        return _TYPES.get(self.kind, "Detections")


_TYPES = {"polylines": "Polylines", "keypoints": "Keypoints"}


def image_labels(
    labels: LabelSet, image: Image, kinds: set[str], problems: Defects
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
        if not annotation.has_area:
            problems.note(
                "annotation with a box of no area, loaded without a mask",
                f"annotation {annotation.id} of {labels.name}",
            )
        attributes = _attributes(labels, annotation, outline)
        for kind in kinds:
            found[kind].append(attributes | _SHAPES[kind](annotation, outline, image))
    return found


def keypoint_labels(labels: LabelSet, image: Image) -> list[Label] | None:
    """The keypoints of the people on an image; None if their file does not list it.

    Args:
        labels: the label set, whose companions were read
        image: the image

    Returns:
        the arguments of a ``fiftyone.Keypoint`` for each person, in the file's order
    """
    people = labels.companions.people.get(image.id)
    if people is None:
        return None
    return [_keypoint(labels, person, image) for person in people]


def _keypoint(labels: LabelSet, person: Person, image: Image) -> Label:
    category = labels.categories[person.category_id]
    rows = np.reshape(np.array(person.keypoints, float), (-1, 3))
    points = rows[:, :2] / (image.width, image.height)
    points[rows[:, 2] == 0] = np.nan
    return {
        "label": category.name,
        "coco_id": person.id,
        "iscrowd": person.iscrowd,
        "num_keypoints": person.num_keypoints,
        "supercategory": category.supercategory,
        "points": points.tolist(),
        "v": rows[:, 2].astype(int).tolist(),
    }


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
        **(annotation.extra or {}),
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
    box = _box(annotation, outline, image)
    mask = decode_mask(outline, annotation.bbox, image.width, image.height)
    if mask is None and outline.exists and annotation.has_area:
        mask = np.zeros((1, 1), bool)  # nothing, where no mask would be the whole box
    return box | {"mask": None if mask is None else _at_corner(mask, annotation.bbox)}


def _at_corner(mask: NDArray[np.bool_], box: Box) -> NDArray[np.bool_]:
    """A mask that begins at its box's own corner, should it be taken to do so.

    One that was cut at the image's left or upper border and still has its box's shape,
    to within a pixel, is read as if it began where the box does.
    """
    left, top = max(-round(box[0]), 0), max(-round(box[1]), 0)
    if (left or top) and has_shape_of_box(mask.shape, box):
        return np.pad(mask, ((top, 0), (left, 0)))
    return mask


def _polyline(annotation: Annotation, outline: Segmentation, image: Image) -> Label:
    """The polygons of the file where they read as the mask does, else its outlines.

    They do not where the mask is cut to the box, and where polygons overlap: a mask
    is their union, and FiftyOne fills a polyline even-odd. Without an outline it is
    the box.
    """
    frame = (image.width, image.height)
    mask = decode_mask(outline, annotation.bbox, *frame)
    points = [np.reshape(p, (-1, 2)) / frame for p in outline.polygons]
    if not outline.exists:
        points = [_corners(annotation.bbox) / frame] if annotation.has_area else []
    elif not points or not _covers(points, mask, annotation, image):
        x0, y0, _, _ = box_window(annotation.bbox, *frame)
        rings = [] if mask is None else trace(runs_from_mask(mask, x0, y0))
        points = [ring / frame for ring in rings]
    return {
        "points": [ring.tolist() for ring in points],
        "closed": True,
        "filled": True,
    }


def _corners(box: Box) -> NDArray[np.float64]:
    x, y, width, height = box
    right, bottom = x + width, y + height
    return np.array([[x, y], [right, y], [right, bottom], [x, bottom]])


def _covers(
    points: list[Any],
    mask: NDArray[np.bool_] | None,
    annotation: Annotation,
    image: Image,
) -> bool:
    """Whether relative points, drawn again, cover just the pixels of a mask."""
    frame = (image.width, image.height)
    found = fill_rings([ring * frame for ring in points], *frame)
    if mask is None:
        return not found.area
    window = box_window(annotation.bbox, *frame)
    return found.area == np.count_nonzero(mask) and np.array_equal(
        mask_from_runs(found, window), mask
    )


_SHAPES: dict[str, Callable[[Annotation, Segmentation, Image], Label]] = {
    "boxes": _box,
    "masks": _mask,
    "polylines": _polyline,
}
