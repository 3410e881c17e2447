"""The examples of a report: images with the outlines of both sides, side by side."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import cv2
import fiftyone as fo
import numpy as np
from fiftyone import ViewField as F
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageOps

from ....zoo.coco.outlines import trace
from ....zoo.defects import Defects
from ...comparison import ImageObjects, Status
from ...labels.fiftyone_internals import labels_at, read_documents
from ...labels.reading import read_objects
from ...runs.fields import COUNTED, RunFields
from ..object_rows import ObjectTable, shown_labels

MOST_EXAMPLES = 6

_WIDTH, _HEIGHT, _GAP = 640, 800, 8
"""The most that one side of an example takes, and what parts the two, in px."""

_GREY, _WHITE, _BLACK = (160,) * 3, (255,) * 3, (0,) * 3
_LUMINANCE, _MIDDLE = (0.299, 0.587, 0.114), 100
"""Weights of red, green and blue (ITU-R BT.601); darker colours get a white rim."""
_FADE = 0.25
_SHIFT = 4
_QUALITY = 88

_STATUSES = {str(status): status for status in Status}

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Example:
    """A sample of a report.

    Attributes:
        file_name: the name of its image's file
        disagreement: 1 - PQ
        statuses: the objects drawn by status, those of base and those of revised
        jpeg: base on the left, revised on the right, with outlines in the colours of
            the statuses
        found: whether the image was there to draw on
    """

    file_name: str
    disagreement: float
    statuses: dict[Status, tuple[int, int]]
    jpeg: bytes
    found: bool


def examples(table: ObjectTable) -> Iterator[Example]:
    """Yields the samples with the most disagreement, where equal with most changes.

    Args:
        table: the objects that may be drawn
    """
    fields = table.fields
    wanted = ["filepath", "metadata", fields.disagreement, *table.paths]
    for sample_id in _choose(table.samples, fields):
        for document in read_documents(table.dataset, [sample_id], wanted):
            if document.get("metadata"):
                shown = shown_labels(table.samples, [sample_id], table.paths)
                yield _draw_example(document, table, shown)


def _choose(samples: fo.core.collections.SampleCollection, fields: RunFields) -> Any:
    changes = [s for s in COUNTED if s is not Status.REFINED]
    number = reduce(add, (F(fields.count(status)) for status in changes))
    order = [(fields.disagreement, -1), (number, -1)]
    differing = samples.match(F(fields.disagreement) > 0)
    return differing.sort_by(order).limit(MOST_EXAMPLES).values("id")


def _draw_example(
    document: Mapping[str, Any], table: ObjectTable, shown: set[str] | None
) -> Example:
    metadata = document["metadata"]
    size = metadata["width"], metadata["height"]
    photo = _read_photo(document["filepath"], size)
    scale = min(_WIDTH / size[0], _HEIGHT / size[1])
    panes, counts = [], []
    for path in table.paths:
        labels = [
            label
            for label in labels_at(document, path)
            if label.get(table.fields.status) is not None
            and (shown is None or str(label["_id"]) in shown)
        ]
        statuses = [_STATUSES[label[table.fields.status]] for label in labels]
        objects = read_objects(labels, *size, Defects())
        pane = _backdrop(photo, size, scale)
        _draw_objects(pane, objects, statuses, scale)
        panes.append(pane)
        counts.append(Counter(statuses))
    gap = np.full((panes[0].shape[0], _GAP, 3), _WHITE, np.uint8)
    base, revised = counts
    return Example(
        os.path.basename(document["filepath"]),
        document[table.fields.disagreement],
        {s: (base[s], revised[s]) for s in Status if base[s] + revised[s]},
        _jpeg(np.hstack([panes[0], gap, panes[1]])),
        photo is not None,
    )


def _read_photo(path: str, size: tuple[int, int]) -> Image.Image | None:
    try:
        with Image.open(path) as file:
            photo = file if file.size == size else ImageOps.exif_transpose(file)
            return photo.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def _backdrop(
    photo: Image.Image | None, size: tuple[int, int], scale: float
) -> Picture:
    """The image as large as it is shown, faded a little; grey where there is none."""
    width, height = (max(1, round(length * scale)) for length in size)
    if photo is None:
        return np.full((height, width, 3), _GREY, np.uint8)
    scaled = photo.resize((width, height), Image.Resampling.LANCZOS)
    white = Image.new("RGB", scaled.size, _WHITE)
    return np.array(Image.blend(scaled, white, _FADE))


def _draw_objects(
    pane: Picture, objects: ImageObjects, statuses: Sequence[Status], scale: float
) -> None:
    """Draws outlines, those of identical objects below all others and without a rim."""
    drawn = [index for index in range(len(objects)) if objects.areas[index] > 0]
    for index in sorted(drawn, key=lambda index: statuses[index].order):
        status = statuses[index]
        color = ImageColor.getrgb(status.color)
        light = float(np.dot(color, _LUMINANCE)) > _MIDDLE
        strokes = [(_BLACK if light else _WHITE, 4), (color, 2)]
        rings = _outlines(objects, index, scale)
        for ink, width in strokes[status is Status.IDENTICAL :]:
            cv2.polylines(pane, rings, True, ink, width, cv2.LINE_AA, _SHIFT)


def _outlines(objects: ImageObjects, index: int, scale: float) -> list[NDArray[Any]]:
    """The outlines of an object in px of its pane, with ``_SHIFT`` fractional bits."""
    runs = objects.runs(index)
    if runs is not None:
        rings = [ring.astype(float) for ring in trace(runs)]
    else:
        x, y, width, height = objects.boxes[index].tolist()
        corners = [[0, 0], [width, 0], [width, height], [0, height]]
        rings = [np.add(corners, (x, y))]
    scaled = [(ring * scale - 0.5) * (1 << _SHIFT) for ring in rings]
    return [ring.round().astype(np.int32) for ring in scaled]


def _jpeg(picture: Picture) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=_QUALITY, subsampling=0)
    return file.getvalue()
