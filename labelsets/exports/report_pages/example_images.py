"""The examples of a report: images with the outlines of both sides, side by side."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import fiftyone as fo
import numpy as np
from fiftyone import ViewField as F

from ....zoo.defects import Defects
from ...comparison import Status
from ...comparison.statuses import BY_NAME
from ...labels.fiftyone_internals import labels_at, read_documents
from ...labels.reading import read_objects
from ...runs.fields import COUNTED, RunFields
from ..examples.outline_drawing import (
    Crop,
    draw_backdrop,
    draw_objects,
    encode_jpeg,
    read_photo,
)
from ..object_rows import ObjectTable, shown_labels

MOST_EXAMPLES = 6

_WIDTH, _HEIGHT, _GAP = 640, 800, 8
"""The most that one side of an example takes, and what parts the two, in px."""

_WHITE = 255


@dataclass(frozen=True)
class Example:
    """A sample of a report.

    Attributes:
        sample_id: its id
        file_name: the name of its image's file
        disagreement: 1 - PQ
        statuses: the objects drawn by status, those of base and those of revised
        jpeg: base on the left, revised on the right, with outlines in the colours of
            the statuses
        found: whether the image was there to draw on
    """

    sample_id: str
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
    photo = read_photo(document["filepath"], size)
    crop = Crop(0, 0, *size, min(_WIDTH / size[0], _HEIGHT / size[1]))
    panes, counts = [], []
    for path in table.paths:
        labels = [
            label
            for label in labels_at(document, path)
            if label.get(table.fields.status) is not None
            and (shown is None or str(label["_id"]) in shown)
        ]
        statuses = [BY_NAME[label[table.fields.status]] for label in labels]
        objects = read_objects(labels, *size, Defects())
        pane = draw_backdrop(photo, size, crop)
        draw_objects(pane, objects, statuses, crop)
        panes.append(pane)
        counts.append(Counter(statuses))
    gap = np.full((len(panes[0]), _GAP, 3), _WHITE, np.uint8)
    base, revised = counts
    return Example(
        str(document["_id"]),
        os.path.basename(document["filepath"]),
        document[table.fields.disagreement],
        {s: (base[s], revised[s]) for s in Status if base[s] + revised[s]},
        encode_jpeg(np.hstack([panes[0], gap, panes[1]])),
        photo is not None,
    )
