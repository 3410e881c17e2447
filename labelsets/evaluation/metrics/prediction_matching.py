"""Which predictions are right: COCO's matching for all images and IoUs at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .coco_metrics import IOUS, SIZE_BOUNDS
from .evaluated_images import EvaluatedObjects, Overlapping

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class MatchedPredictions:
    """How predictions count, by size (all, small, medium, large) and IoU.

    Those that overlap no label enough are in ``lone``; the m others in ``prediction``.

    Attributes:
        prediction: int64 (m,), places of predictions that overlap a label
        right: bool (m, sizes, ious), matched to a label that counts
        wrong: bool (m, sizes, ious), matched to none, and counts; what is neither is
            ignored
        lone: int64 (l,), places of predictions that overlap no label
        lone_wrong: bool (l, sizes), whether they count
        label_counts: bool (labels, sizes), whether labels do: no crowds, of the size
    """

    prediction: NDArray[np.int64]
    right: Flags
    wrong: Flags
    lone: NDArray[np.int64]
    lone_wrong: Flags
    label_counts: Flags

    def is_right(self, count: int) -> Flags:
        """Whether each of all predictions is right at IoU 0.5, of any size.

        Args:
            count: the number of predictions
        """
        found = np.zeros(count, bool)
        found[self.prediction] = self.right[:, 0, 0]
        return found

    def is_wrong(self, count: int) -> Flags:
        """Whether each of all predictions is wrong at IoU 0.5; see `is_right`."""
        found = np.zeros(count, bool)
        found[self.prediction] = self.wrong[:, 0, 0]
        found[self.lone] = self.lone_wrong[:, 0]
        return found


def match_predictions(
    predictions: EvaluatedObjects, labels: EvaluatedObjects, pairs: Overlapping
) -> MatchedPredictions:
    """Matches as `COCOeval.evaluateImg` does.

    By falling score, a prediction takes the label of the greatest IoU that is free
    and counts, of equal ones the last; else such a label that is ignored: a crowd,
    which any number may take, or one of another size. Predictions that are matched
    to ignored labels, and those of another size that are matched to none, are ignored.

    The first prediction of every image and class is matched at once, then the second.

    Args:
        predictions: the predictions
        labels: the labels
        pairs: which of them overlap
    """
    inside = _of_size(labels.sizes) & ~labels.crowds[:, None]
    fitting = _of_size(predictions.sizes)
    chosen = np.unique(pairs.prediction)
    matched = np.zeros((len(chosen), len(SIZE_BOUNDS), len(IOUS)), bool)
    right = np.zeros_like(matched)
    free = np.ones((len(labels), len(SIZE_BOUNDS), len(IOUS)), bool)
    order = np.lexsort((pairs.label, pairs.iou, pairs.prediction))
    turns = rank_in_class(predictions, chosen)
    place = np.searchsorted(chosen, pairs.prediction[order])
    for turn in range(turns.max(initial=-1) + 1):
        edges = order[turns[place] == turn]
        label, iou = pairs.label[edges], pairs.iou[edges]
        _, first = np.unique(pairs.prediction[edges], return_index=True)
        rows = np.flatnonzero(turns == turn)
        taken = _take_turn(label, iou, first, free, inside, labels.crowds)
        matched[rows] = taken >= 0
        sizes = np.arange(len(SIZE_BOUNDS))[:, None]
        right[rows] = (taken >= 0) & inside[taken, sizes]
    lone = np.setdiff1d(np.arange(len(predictions)), chosen)
    return MatchedPredictions(
        prediction=chosen,
        right=right,
        wrong=~matched & fitting[chosen][:, :, None],
        lone=lone,
        lone_wrong=fitting[lone],
        label_counts=inside,
    )


def rank_in_class(
    predictions: EvaluatedObjects, chosen: NDArray[np.int64]
) -> NDArray[np.int64]:
    """For each chosen prediction, the number that precede it in its image and class.

    Args:
        predictions: the predictions
        chosen: int64 (c,), the places of some, ascending
    """
    image, classes = predictions.image[chosen], predictions.classes[chosen]
    order = np.lexsort((-predictions.scores[chosen], classes, image))
    groups = image[order] * (classes.max(initial=0) + 1) + classes[order]
    ranks = np.empty(len(chosen), np.int64)
    ranks[order] = np.arange(len(chosen)) - np.searchsorted(groups, groups)
    return ranks


def _take_turn(
    label: NDArray[np.int64],
    iou: NDArray[np.float64],
    first: NDArray[np.int64],
    free: Flags,
    inside: Flags,
    crowds: Flags,
) -> NDArray[np.int64]:
    """Matches one prediction of every image and class.

    Args:
        label: int64 (e,), labels that a prediction overlaps, the best last
        iou: float64 (e,)
        first: int64 (p,), where those of each prediction begin
        free: bool (labels, sizes, ious); those that are taken are unset
        inside: bool (labels, sizes), whether labels count
        crowds: bool (labels,)

    Returns:
        int64 (p, sizes, ious): the label that each takes, -1 for none
    """
    can = free[label] | crowds[label][:, None, None]
    can &= (iou[:, None] >= IOUS)[:, None]
    count = len(label)
    worth = np.arange(1, count + 1)[:, None] + count * inside[label]
    best = np.maximum.reduceat(np.where(can, worth[:, :, None], 0), first, axis=0)
    taken: NDArray[np.int64] = np.where(best > 0, label[(best - 1) % count], -1)
    rows, sizes, ious = np.nonzero(taken >= 0)
    free[taken[rows, sizes, ious], sizes, ious] = False
    return taken


def _of_size(sizes: NDArray[np.float64]) -> Flags:
    """bool (n, sizes): whether areas are of each size, bounds included."""
    low, high = SIZE_BOUNDS.T
    return np.asarray((sizes[:, None] >= low) & (sizes[:, None] <= high))
