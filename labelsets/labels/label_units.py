"""How the labels of a field are written down: their form, and whether in pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import fiftyone as fo
from fiftyone import ViewField as F

from ..error_types import ComparisonError
from .fiftyone_internals import labels_at
from .label_columns import is_box_alone
from .label_fields import elements_path
from .views.shown_labels import read_shown

_LOOKED_AT = 2_000
"""Of how many samples, spread over all, the labels are looked at."""

_FIRST = 200
_MOST = 2.0
"""A label wider or higher than this many images is one in pixels. Labels of a tile that
was cut out of a large image overhang it too, but few of them by so much."""


def check_relative(
    samples: fo.core.collections.SampleCollection, fields: Iterable[str]
) -> None:
    """Checks that labels are given relative to the image's width and height.

    Args:
        samples: a dataset or view
        fields: fields of detections or polylines

    Raises:
        ComparisonError: if most labels of a field are in pixels
    """
    ids = samples.values("id")
    ids = ids[:: 1 + len(ids) // _LOOKED_AT]
    for field in fields:
        path = elements_path(samples._root_dataset, field)
        is_outline = path.endswith(".polylines")
        name = "points" if is_outline else "bounding_box"
        bounds = _outline_bounds if is_outline else _box_bounds
        documents = read_shown(samples, ids, [f"{path}.{name}"])
        labels = [label.get(name) for d in documents for label in labels_at(d, path)]
        in_pixels = [label for label in labels if _is_in_pixels(bounds(label))]
        if 2 * len(in_pixels) > len(labels):
            raise ComparisonError(
                f"Field '{field}' can't be compared: {len(in_pixels):,} of "
                f"{len(labels):,} labels that were looked at are in pixels, the first "
                f"is {_start(in_pixels[0])}. FiftyOne's are relative to the width and "
                "height of the image, from 0 to 1: divide them by those in "
                "`sample.metadata`"
            )


def describe_mixed_forms(
    dataset: fo.Dataset, base_field: str, revised_field: str
) -> str | None:
    """Says where full boxes would be compared with masks.

    It looks at the first samples alone, so that a form can ask it at every change.

    Args:
        dataset: the dataset
        base_field: a field of detections or polylines
        revised_field: likewise

    Returns:
        a sentence, None where both fields have the same form
    """
    first = dataset.limit(_FIRST)
    forms = {field: _forms(first, field) for field in (base_field, revised_field)}
    boxes = [field for field, (_, has_boxes) in forms.items() if has_boxes]
    if not boxes or not any(has_pixels for has_pixels, _ in forms.values()):
        return None
    return (
        f"Labels in {' and '.join(map(repr, boxes))} are boxes without masks. Against "
        "a mask, such a label counts as its full box"
    )


def _forms(
    samples: fo.core.collections.SampleCollection, field: str
) -> tuple[bool, bool]:
    """Whether a field has labels with pixels, and labels that are boxes alone."""
    path = elements_path(samples._root_dataset, field)
    if path.endswith(".polylines"):
        return bool(samples.match(F(path).length() > 0).limit(1)), False
    with_masks = samples.match(F(path).filter(~is_box_alone()).length() > 0)
    box = F("bounding_box")
    has_area = box.is_array().if_else((box[2] > 0) & (box[3] > 0), False)
    with_boxes = samples.match(F(path).filter(is_box_alone() & has_area).length() > 0)
    return bool(with_masks.limit(1)), bool(with_boxes.limit(1))


def _box_bounds(box: Any) -> Sequence[Any]:
    return box if isinstance(box, list) and len(box) == 4 else ()


def _outline_bounds(rings: Any) -> Sequence[Any]:
    """x, y, width and height of an outline, none where its points are no numbers."""
    try:
        xs, ys = zip(*(point for ring in rings for point in ring), strict=True)
        return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
    except (TypeError, ValueError):
        return ()


def _is_in_pixels(bounds: Sequence[Any]) -> bool:
    """Whether a label is far too large, and not because it overhangs on all sides."""
    if not bounds or not all(isinstance(value, int | float) for value in bounds):
        return False
    x, y, width, height = bounds
    return bool(min(x, y) >= 0 and max(width, height) > _MOST)


def _start(label: Any) -> str:
    text = str(label)
    return text if len(text) <= 80 else f"{text[:77]}..."
