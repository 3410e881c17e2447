"""A label as an annotation in COCO's format."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ....zoo.coco.pixel_runs import PixelRuns, runs_from_mask
from ...labels.reading import BrokenLabelError, read_crowd, read_label
from ..sources.source_labels import SourceAnnotation
from .drafts import Draft
from .label_origin import Origin
from .pixel_shapes import Ring, encode_polygons, encode_rle

Document = Mapping[str, Any]

AS_IN_FILE = "as in their file"
"""How labels are written whose file says it best."""

_DECIMALS = 10
"""A coordinate that was divided by the image's size and multiplied by it again is off
by less than 1e-11 px: rounded to so many places, it is what its file had."""


@dataclass(frozen=True)
class Target:
    """What an annotation gets from the export, not from its label.

    Attributes:
        id: its id
        image_id: the id of its image
        category_id: the id of its class
        size: the width and height of its image in px
    """

    id: int
    image_id: int
    category_id: int
    size: tuple[int, int]


def draft_annotation(
    label: Document, target: Target, origin: Origin, segmentation: str
) -> Draft:
    """The annotation of a label as JSON.

    Args:
        label: the label, as the database holds it
        target: what it gets from the export
        origin: where it came from
        segmentation: ``"source"``, ``"rle"`` or ``"polygons"``

    Raises:
        BrokenLabelError: if what it covers can't be read
    """
    source = origin.annotation
    is_verbatim = origin.is_kept and segmentation == "source"
    if is_verbatim and source is not None and _is_as_in_file(label, target, origin):
        return Draft(AS_IN_FILE, text=source.raw)
    document = {} if source is None else _decode(source.raw)
    document |= {
        "id": target.id,
        "image_id": target.image_id,
        "category_id": target.category_id,
        **origin.extra,
    }
    crowd = int(read_crowd(label.get("iscrowd")))
    if source is None or crowd != source.annotation.iscrowd:
        document["iscrowd"] = crowd
    if source is None and _is_number(label.get("confidence")):
        document["score"] = label["confidence"]
    if source is not None and origin.is_kept and not _has_area_of(label, source):
        document["area"] = label["area"]
    if is_verbatim:
        return Draft(AS_IN_FILE, text=_encode(document))
    runs = read_runs(label, target.size)
    if not origin.is_kept:
        document["bbox"] = _box(label, target.size, runs, origin.is_trusted)
        document["area"] = _area(label, document["bbox"], runs, origin.is_trusted)
    if segmentation == "polygons" and runs is not None and len(runs.columns):

        def finish(rings: Sequence[Ring]) -> bytes:
            return _encode(document | {"segmentation": encode_polygons(rings)})

        return Draft("as polygons of their pixels", runs, finish)
    document["segmentation"] = [] if runs is None else encode_rle(runs, *target.size)
    kind = "as boxes" if runs is None else "as RLE of their pixels"
    return Draft(kind, text=_encode(document))


def read_runs(label: Document, size: tuple[int, int]) -> PixelRuns | None:
    """The pixels of a label, None of a box alone.

    Args:
        label: the label, as the database holds it
        size: the width and height of its image in px

    Raises:
        BrokenLabelError: if they can't be read
    """
    _, box, pixels = read_label(label, *size)
    if pixels is None or isinstance(pixels, PixelRuns):
        return pixels
    return runs_from_mask(pixels, int(box[0]), int(box[1]))


def box_in_px(label: Document, size: tuple[int, int]) -> list[float]:
    """The box of a detection as x, y, width, height in px.

    Raises:
        BrokenLabelError: if it has none
    """
    try:
        x, y, w, h = map(float, label["bounding_box"])
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenLabelError("a detection without a bounding box") from error
    width, height = size
    box = (x * width, y * height, w * width, h * height)
    return [round(value, _DECIMALS) for value in box]


def _is_as_in_file(label: Document, target: Target, origin: Origin) -> bool:
    """Whether all that an annotation says stands in the label's file."""
    source = origin.annotation
    if source is None or origin.extra:
        return False
    found = source.annotation
    ids = target.id, target.image_id, target.category_id
    has_ids = ids == (found.id, found.image_id, found.category_id)
    has_crowd = read_crowd(label.get("iscrowd")) == bool(found.iscrowd)
    return has_ids and has_crowd and _has_area_of(label, source)


def _has_area_of(label: Document, source: SourceAnnotation) -> bool:
    """Whether a label says no other area than its file."""
    return not _is_number(label.get("area")) or label["area"] == source.annotation.area


def _box(
    label: Document, size: tuple[int, int], runs: PixelRuns | None, is_trusted: bool
) -> Sequence[float]:
    has_box = label.get("bounding_box") is not None
    if runs is None or (has_box and (is_trusted or not len(runs.columns))):
        return box_in_px(label, size)
    x0, y0, x1, y1 = runs.window
    return [x0, y0, x1 - x0, y1 - y0]


def _area(
    label: Document, box: Sequence[float], runs: PixelRuns | None, is_trusted: bool
) -> float:
    if is_trusted and _is_number(label.get("area")):
        return float(label["area"])
    return runs.area if runs is not None else round(box[2] * box[3], _DECIMALS)


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)


def _decode(raw: bytes) -> dict[str, Any]:
    try:
        return dict(_decode_values(raw))
    except msgspec.DecodeError:  # NaN and Infinity
        return dict(json.loads(raw))


_decode_values = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode
