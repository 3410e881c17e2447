"""A label as a row of an Ultralytics YOLO label file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....zoo.coco.masks import parse_segmentation
from ...labels.reading import read_crowd
from .coco_annotations import box_in_px, read_runs
from .drafts import Draft
from .label_origin import Origin
from .pixel_shapes import Ring, join_rings, parts_of

Document = Mapping[str, Any]

BRIDGED = "parts joined to another part of their object by a line"
HOLES = "holes, which are filled"
CROWDS = "crowds, which YOLO has no rows for"
TOO_SMALL = "too small for a row"


def box_row(label: Document, class_index: int, size: tuple[int, int]) -> Draft:
    """The row of a detection: class, centre, width and height.

    What lies outside the image is cut off, since Ultralytics refuses it.

    Args:
        label: the label, as the database holds it
        class_index: the place of its class, from 0
        size: the width and height of its image in px

    Raises:
        BrokenLabelError: if it can't be read
    """
    if read_crowd(label.get("iscrowd")):
        return _left_out(CROWDS)
    x, y, w, h = box_in_px(label, size)
    scale = np.array(size, float)
    low = np.clip(np.array([x, y]) / scale, 0, 1)
    high = np.clip(np.array([x + w, y + h]) / scale, 0, 1)
    values = np.concatenate(((low + high) / 2, high - low))
    if min(np.round(values[2:], _DECIMALS)) <= 0:
        return _left_out(TOO_SMALL)
    return Draft("as boxes", text=_format(class_index, values))


def polygon_row(
    label: Document, class_index: int, size: tuple[int, int], origin: Origin | None
) -> Draft:
    """The row of an object as one polygon: class, x, y, x, y, ...

    Args:
        label: the label, as the database holds it
        class_index: the place of its class, from 0
        size: the width and height of its image in px
        origin: where it came from, if polygons of files are to be used

    Raises:
        BrokenLabelError: if it can't be read
    """
    if read_crowd(label.get("iscrowd")):
        return _left_out(CROWDS)
    polygons = _polygons_of_file(origin, size)
    if polygons:
        return _draft("as polygons of their file", class_index, polygons, 0, size)
    runs = read_runs(label, size)
    if runs is None:
        x, y, w, h = box_in_px(label, size)
        corners = np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)])
        return _draft("as rectangles of their boxes", class_index, [corners], 0, size)
    if not len(runs.columns):
        return _left_out(TOO_SMALL)
    kind = "as polygons of their pixels"

    def finish(rings: Sequence[Ring]) -> Draft:
        parts = parts_of(rings)
        holes = sum(len(inner) for _, inner in parts)
        outer = [ring for ring, _ in parts]
        return _draft(kind, class_index, outer, holes, size)

    return Draft(kind, runs, finish)


def _polygons_of_file(origin: Origin | None, size: tuple[int, int]) -> list[Ring]:
    if origin is None or not origin.is_kept or origin.annotation is None:
        return []
    outline = origin.annotation.annotation.segmentation
    found = parse_segmentation(outline, size[0], size[1])
    return [np.reshape(polygon, (-1, 2)) for polygon in found.polygons]


def _draft(
    kind: str,
    class_index: int,
    rings: Iterable[Ring],
    holes: int,
    size: tuple[int, int],
) -> Draft:
    """The row of an object that has some outer outlines, given in px."""
    drawn = [ring for ring in (_in_image(r, size) for r in rings) if ring is not None]
    if not drawn:
        return _left_out(TOO_SMALL)
    joined = drawn[0]
    for ring in drawn[1:]:
        joined = join_rings(joined, ring)
    lost = {BRIDGED: len(drawn) - 1, HOLES: holes}
    return Draft(kind, text=_format(class_index, joined.ravel()), lost=lost)


def _left_out(reason: str) -> Draft:
    return Draft("", lost={reason: 1})


_DECIMALS = 6


def _in_image(ring: Ring, size: tuple[int, int]) -> NDArray[np.float64] | None:
    """A ring in shares of the image's size, None if nothing of it is left there."""
    points: NDArray[np.float64] = np.round(
        np.clip(ring / np.array(size, float), 0, 1), _DECIMALS
    )
    changes = (points != np.roll(points, 1, axis=0)).any(axis=1)
    points = points[changes]
    if len(points) < 3 or not np.ptp(points, axis=0).all():
        return None
    return points


def _format(class_index: int, values: Iterable[float]) -> bytes:
    numbers = " ".join(f"{value:.{_DECIMALS}f}" for value in values)
    return f"{class_index} {numbers}".encode("ascii")
