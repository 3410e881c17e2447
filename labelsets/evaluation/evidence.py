"""The evidence of predictions for the items of a comparison, image by image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..comparison import ImageObjects
from ..comparison.overlaps import Overlaps
from ..comparison.sides import canonical_sides

ItemNames = Sequence[str | None]
"""The item of each label of a side, None for one that is in none."""


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """The n predictions of a field on an image.

    Attributes:
        objects: the predicted objects
        scores: float64 (n,), in [0, 1]
    """

    objects: ImageObjects
    scores: NDArray[np.float64]


def weigh_items(
    sides: tuple[ImageObjects, ImageObjects],
    items: tuple[ItemNames, ItemNames],
    predictions: Sequence[Predicted],
) -> tuple[list[float | None], list[float | None]]:
    """The evidence of every label of an image: that of its item.

    For an item, the greatest score x IoU that a prediction of the same class has with
    a revised label, minus the greatest with a base label; of several fields of
    predictions the mean of those that touch a label of the item.

    Args:
        sides: the labels of base and of revised, under the classes that were compared
        items: the items of these labels
        predictions: the predictions of each field

    Returns:
        of the labels of base and of revised, in [-1, 1], above 0 where predictions
        are with revised; None where none touches the item
    """
    said: dict[str, list[float]] = {}
    for one in predictions:
        best = [_best_of_items(*pair, one) for pair in zip(sides, items, strict=True)]
        for item in best[0].keys() | best[1].keys():
            found = best[1].get(item, 0.0) - best[0].get(item, 0.0)
            said.setdefault(item, []).append(found)
    means = {item: sum(found) / len(found) for item, found in said.items()}
    base, revised = (
        [None if item is None else means.get(item) for item in names] for names in items
    )
    return base, revised


def _best_of_items(
    labels: ImageObjects, items: ItemNames, predicted: Predicted
) -> dict[str, float]:
    """The greatest score x IoU with a label of each item that is touched."""
    best: dict[str, float] = {}
    for item, value in zip(items, _best(labels, predicted), strict=True):
        if item is not None and value is not None:
            best[item] = max(value, best.get(item, 0.0))
    return best


def _best(labels: ImageObjects, predicted: Predicted) -> list[float | None]:
    """The greatest score x IoU that a prediction of its class has with each label."""
    found: list[float | None] = [None] * len(labels)
    own, others, _ = canonical_sides(labels, predicted.objects)
    if not len(own) or not len(others):
        return found
    overlaps = Overlaps(own, others)
    overlaps.measure(overlaps.same_class)
    touching = overlaps.same_class & (overlaps.ious > 0)
    rows, columns = overlaps.rows[touching], overlaps.columns[touching]
    best = np.zeros(len(own))
    weighed = overlaps.ious[touching] * predicted.scores[others.indices[columns]]
    np.maximum.at(best, rows, weighed)
    for place in np.unique(rows).tolist():
        found[int(own.indices[place])] = float(best[place])
    return found
