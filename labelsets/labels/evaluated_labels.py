"""Boxes, areas and scores of labels, as an evaluation of predictions takes them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Labels = Sequence[Mapping[str, Any]]
"""Documents of detections or polylines of one sample, as the database holds them."""


def given_boxes(labels: Labels, width: int, height: int) -> NDArray[np.float64]:
    """The box of each label as it is given, of a polyline that of its points.

    Args:
        labels: the labels
        width: the width of the image in px
        height: the height of the image in px

    Returns:
        float64 (n, 4), x, y, width, height in px; zeros for a label without a box
    """
    boxes = np.zeros((len(labels), 4))
    for place, label in enumerate(labels):
        try:
            found = np.array(_relative_box(label), np.float64)
        except (TypeError, ValueError):
            continue
        if found.shape == (4,) and np.isfinite(found).all():
            boxes[place] = found * (width, height, width, height)
    return boxes


def given_areas(labels: Labels) -> NDArray[np.float64]:
    """The `area` of each label in px²: float64 (n,), NaN where it has none."""
    return np.array([_number(label.get("area")) for label in labels], np.float64)


def given_scores(labels: Labels) -> NDArray[np.float64]:
    """The `confidence` of each label: float64 (n,), NaN where it has none."""
    return np.array([_number(label.get("confidence")) for label in labels], np.float64)


def has_shape(label: Mapping[str, Any]) -> bool:
    """Whether a label is more than a box: a mask or an outline."""
    is_outline = label.get("points") is not None
    return is_outline or any(label.get(n) is not None for n in ("mask", "mask_path"))


def _relative_box(label: Mapping[str, Any]) -> Any:
    if label.get("points") is None:
        return label.get("bounding_box")
    points = np.array([point for ring in label["points"] for point in ring], float)
    low, high = points.min(axis=0), points.max(axis=0)
    return [*low, *(high - low)]


def _number(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) else math.nan
