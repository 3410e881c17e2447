"""Examples of a comparison: an item each, base and revised side by side in one crop."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from PIL import ImageColor

from ....zoo.defects import Defects
from ...comparison import ImageObjects, Status
from ...comparison.counting.totals import SIDES
from ...comparison.statuses import BY_NAME, SIDE_COLORS
from ...labels.fiftyone_internals import labels_at
from ...labels.label_columns import crowd_flag, to_numbers
from ...labels.reading import class_name, known_vertices, read_objects
from ...labels.views.shown_labels import read_shown
from ...runs.fields import RunFields
from ..object_rows import ObjectTable
from .outline_drawing import (
    Crop,
    Picture,
    draw_backdrop,
    draw_objects,
    encode_jpeg,
    read_photo,
)
from .telling_items import ChosenItem, choose_items

PANE = 360, 270
"""Width and height of one side of an example, px."""

GAP, BAR = 6, 5
"""Between the two sides, and the height of the bar in a side's colour above it, px."""

_CONTEXT_PX, _CONTEXT = 24, 0.2
"""What is shown around the objects: so many px of the image, or this share of them."""

_NOTHING, _RIM_FROM = 234, 32

Label = Mapping[str, Any]


@dataclass(frozen=True)
class SideObjects:
    """What one side has of an item.

    Attributes:
        ids: the ids of its labels
        classes: the labels' own classes, each once
        crowd: whether any is a crowd
        area: the area compared of all, px²
        vertices: how many vertices they have; None where that is not known of all
    """

    ids: list[str]
    classes: list[str]
    crowd: bool
    area: float
    vertices: int | None


@dataclass(frozen=True)
class ItemExample:
    """An item that shows a status.

    Attributes:
        status: the status
        sample_id: the id of its sample
        file_name: the name of the image's file
        base: what base has of it
        revised: what revised has of it
        iou: the highest IoU on its labels; None where there is none
        boundary_iou: likewise
        image_found: whether the image was there to draw on
        picture: base on the left and revised on the right, cropped alike, below bars in
            the sides' colours, with outlines in the colours of the statuses
    """

    status: Status
    sample_id: str
    file_name: str
    base: SideObjects
    revised: SideObjects
    iou: float | None
    boundary_iou: float | None
    image_found: bool
    picture: Picture = field(repr=False, compare=False)

    def jpeg(self) -> bytes:
        """The picture as the bytes of a JPEG file."""
        return encode_jpeg(self.picture)

    def to_dict(self) -> dict[str, Any]:
        """All but the picture, JSON-plain."""
        names = ("sample_id", "file_name", "iou", "boundary_iou", "image_found")
        return {
            "status": str(self.status),
            **{name: getattr(self, name) for name in names},
            **{side: asdict(getattr(self, side)) for side in SIDES},
        }


def draw_examples(
    table: ObjectTable, statuses: Sequence[Status], number: int
) -> Iterator[ItemExample]:
    """Yields examples of the statuses, in their order; see `choose_items`.

    Left out are items whose labels cover nothing any more.

    Args:
        table: the objects that may be shown
        statuses: the statuses
        number: how many of each at most
    """
    chosen = choose_items(table.samples, table.fields, table.paths, statuses, number)
    ids = dict.fromkeys(item.sample_id for found in chosen.values() for item in found)
    wanted = ["filepath", "metadata", *table.paths]
    read = read_shown(table.samples, list(ids), wanted) if ids else []
    documents = {str(document["_id"]): document for document in read}
    for status, items in chosen.items():
        for item in items:
            found = _draw_item(documents.get(item.sample_id), item, status, table)
            if found is not None:
                yield found


def _draw_item(
    document: Mapping[str, Any] | None,
    item: ChosenItem,
    status: Status,
    table: ObjectTable,
) -> ItemExample | None:
    metadata = (document or {}).get("metadata") or {}
    size = metadata.get("width") or 0, metadata.get("height") or 0
    if document is None or not all(size):
        return None
    fields = table.fields
    labels = [
        [
            label
            for label in labels_at(document, path)
            if label.get(fields.item) == item.item
            and label.get(fields.status) in BY_NAME
        ]
        for path in table.paths
    ]
    objects = [read_objects(side, *size, Defects()) for side in labels]
    crop = _crop(objects, size)
    if crop is None:
        return None
    photo = read_photo(document["filepath"], size)
    backdrop = draw_backdrop(photo, size, crop)
    panes = []
    for side, found, own in zip(SIDES, labels, objects, strict=True):
        part = backdrop.copy()
        statuses = [BY_NAME[label[fields.status]] for label in found]
        draw_objects(part, own, statuses, crop, _RIM_FROM if len(own) > 1 else 0)
        panes.append(_pane(part, side))
    base, revised = (_side_objects(side, fields) for side in labels)
    every = [label for side in labels for label in side]
    return ItemExample(
        status,
        item.sample_id,
        os.path.basename(document["filepath"]),
        base,
        revised,
        _highest(every, fields.iou),
        _highest(every, fields.boundary_iou),
        photo is not None,
        _side_by_side(panes),
    )


def _crop(sides: Sequence[ImageObjects], size: tuple[int, int]) -> Crop | None:
    """The part of an image with all objects in it, and some of what is around them.

    It has the shape of a pane as far as the image goes; None if nothing is covered.
    """
    boxes = np.concatenate([side.boxes[~side.degenerate] for side in sides])
    if not len(boxes):
        return None
    near = boxes[:, :2].min(axis=0)
    far = (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
    context = max(_CONTEXT_PX, _CONTEXT * float((far - near).max()))
    width, height = (far - near + 2 * context).tolist()
    shape = PANE[0] / PANE[1]
    wanted = max(width, height * shape), max(height, width / shape)
    lengths = min(round(wanted[0]), size[0]), min(round(wanted[1]), size[1])
    left, top = (
        min(max(round((a + b - length) / 2), 0), whole - length)
        for a, b, length, whole in zip(near, far, lengths, size, strict=True)
    )
    scale = min(pane / length for pane, length in zip(PANE, lengths, strict=True))
    return Crop(left, top, *lengths, scale)


def _pane(part: Picture, side: str) -> Picture:
    """A part of an image in the middle of a pane, below a bar in its side's colour."""
    width, height = PANE
    pane = np.full((BAR + height, width, 3), _NOTHING, np.uint8)
    pane[:BAR] = ImageColor.getrgb(SIDE_COLORS[side])
    part = part[:height, :width]
    top, left = BAR + (height - len(part)) // 2, (width - part.shape[1]) // 2
    pane[top : top + len(part), left : left + part.shape[1]] = part
    return pane


def _side_by_side(panes: Sequence[Picture]) -> Picture:
    base, revised = panes
    return np.hstack([base, np.full((len(base), GAP, 3), 255, np.uint8), revised])


def _side_objects(labels: Sequence[Label], fields: RunFields) -> SideObjects:
    vertices = [known_vertices(label.get("num_vertices")) for label in labels]
    areas = to_numbers([label.get(fields.area) for label in labels])
    return SideObjects(
        [str(label["_id"]) for label in labels],
        list(dict.fromkeys(class_name(label.get("label")) for label in labels)),
        any(crowd_flag(label.get("iscrowd")) == 1 for label in labels),
        float(np.nansum(areas)),
        sum(vertices) if vertices and all(vertices) else None,
    )


def _highest(labels: Sequence[Label], name: str) -> float | None:
    known = to_numbers([label.get(name) for label in labels])
    return None if np.isnan(known).all() else float(np.nanmax(known))
