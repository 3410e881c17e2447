"""COCO's metrics on resampled images, for all resamples of a bootstrap at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .coco_metrics import METRICS, MOST, RECALLS, SIZES
from .evaluated_images import EvaluatedObjects
from .prediction_matching import MatchedPredictions, rank_in_class

_BLOCK = 1 << 17
"""Numbers worked on at a time, few enough for a processor's cache."""

_GROUP = 16
"""Rows that are accumulated beside those of other groups."""

_LATE = np.arange(len(RECALLS)) / (len(RECALLS) - 1) < RECALLS
"""Recalls that, as floats, lie above the hundredth that they stand for."""

_TINY = 1e-5
"""Less than hundredths of recall can differ by, and more than float32 errs by."""

Floats = NDArray[np.float32] | NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ResampledScores:
    """COCO's metrics on b resamples of the images.

    Attributes:
        metrics: float64 (12, b), in the order of `METRICS`, NaN where there is none
        class_ap: float64 (classes, b), NaN for a class without labels
    """

    metrics: NDArray[np.float64]
    class_ap: NDArray[np.float64]


def draw_images(
    rng: np.random.Generator, images: int, resamples: int
) -> NDArray[np.float32]:
    """How often each image is drawn in each resample: float32 (images, resamples)."""
    weights = np.empty((images, resamples), np.float32)
    for column in range(resamples):
        drawn = rng.integers(images, size=images)
        weights[:, column] = np.bincount(drawn, minlength=images)
    return weights


def score_resamples(
    predictions: EvaluatedObjects,
    labels: EvaluatedObjects,
    matched: MatchedPredictions,
    classes: int,
    weights: Floats,
    threads: int = 1,
) -> ResampledScores:
    """COCO's metrics if each image counts as often as it was drawn.

    An image that was drawn twice counts as two with the same labels and predictions.

    Args:
        predictions: the predictions
        labels: the labels
        matched: what the predictions count as
        classes: the number of classes
        weights: float (images, b), how often each image is drawn; in float64 values
            are exact, in float32, at half the time, right to some 1e-6
        threads: how many threads do it
    """
    order = np.lexsort((-predictions.scores, predictions.classes))
    ends = np.searchsorted(predictions.classes[order], np.arange(classes + 1))
    by_class = [order[a:b] for a, b in pairwise(ends.tolist())]
    counted = _label_counts(labels, matched, classes, weights)
    known = counted > 0
    counts_of_recall = np.where(known, counted, np.nan)[_RECALL_SIZES]
    recall = _recalls(predictions, matched, classes, weights) / counts_of_recall
    row = np.full(len(predictions), -1)
    row[matched.prediction] = np.arange(len(matched.prediction))
    wrong = np.zeros((len(predictions), len(SIZES)), bool)
    wrong[matched.lone] = matched.lone_wrong
    score = partial(_class_precisions, predictions.image, row, wrong, matched, weights)
    with ThreadPoolExecutor(threads) as pool:
        found = pool.map(score, by_class, counted.transpose(1, 0, 2))
        precisions = np.array(list(found)).transpose(1, 0, 2)
    precisions[:3] = np.where(known[0], precisions[:3], np.nan)
    precisions[3:] = np.where(known[1:], precisions[3:], np.nan)
    metrics = np.array([_means(row) for row in (*precisions, *recall)])
    return ResampledScores(metrics.reshape(len(METRICS), -1), precisions[0])


def _class_precisions(
    image: NDArray[np.int64],
    row: NDArray[np.int64],
    wrong: NDArray[np.bool_],
    matched: MatchedPredictions,
    weights: Floats,
    chosen: NDArray[np.int64],
    counted: NDArray[np.float64],
) -> NDArray[np.float64]:
    """AP, AP50, AP75, APs, APm and APl of a class: float64 (6, b).

    Args:
        image: int64 (n,), the image of each prediction
        row: int64 (n,), its place among those that overlap a label, -1 for none
        wrong: bool (n, sizes), whether it overlaps none, and counts
        matched: what the predictions count as
        weights: float (images, b)
        chosen: int64 (c,), the predictions of the class, by falling score
        counted: float64 (sizes, b), the labels of the class
    """
    by_size = [
        _precisions(image, row, wrong[:, size], matched, size, weights, chosen, labels)
        for size, labels in enumerate(counted)
    ]
    every = by_size[0]
    means = [found.mean(axis=0) for found in by_size]
    return np.array([means[0], every[0], every[5], *means[1:]])


def _precisions(
    image: NDArray[np.int64],
    row: NDArray[np.int64],
    wrong: NDArray[np.bool_],
    matched: MatchedPredictions,
    size: int,
    weights: Floats,
    chosen: NDArray[np.int64],
    counted: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The mean precision at each IoU, of labels of one size: float64 (ious, b).

    Only predictions that overlap a label are gone through one by one; how many of the
    others go before each of them is summed up before.
    """
    rows = row[chosen]
    steps = np.flatnonzero(rows >= 0)
    right, false = matched.right[rows[steps], size], matched.wrong[rows[steps], size]
    matter = (right | false).any(axis=1)
    steps, right, false = steps[matter], right[matter], false[matter]
    found = np.zeros((right.shape[1], weights.shape[1]))
    if not right.any() or not counted.any():
        return found
    always = np.flatnonzero(wrong[chosen])
    before = np.searchsorted(steps, always)
    always, before = always[before < len(steps)], before[before < len(steps)]
    ones = np.ones(len(always), weights.dtype)
    shape = len(steps), len(weights)
    misses = sparse.csr_array((ones, (before, image[chosen[always]])), shape)
    for block in _blocks(len(steps), weights.shape[1]):
        drawn = np.ascontiguousarray(weights[:, block])
        own = drawn[image[chosen[steps]]]
        passed = _scan(np.add, misses @ drawn + own)
        for iou in range(right.shape[1]):
            hits, ignored = right[:, iou], ~(right[:, iou] | false[:, iou])
            total = passed[hits] - _passed(own, ignored, hits)
            right_so_far = _scan(np.add, own[hits])
            found[iou, block] = _mean_precision(right_so_far, total, counted[block])
    return found


def _passed(
    own: Floats, ignored: NDArray[np.bool_], hits: NDArray[np.bool_]
) -> Floats | float:
    """How many are ignored before each hit: float (hits, b)."""
    if not ignored.any():
        return 0.0
    summed = np.zeros((ignored.sum() + 1, own.shape[1]), own.dtype)
    summed[1:] = _scan(np.add, own[ignored])
    return summed[np.cumsum(ignored)[hits]]


def _mean_precision(right: Floats, total: Floats, counted: Floats) -> Floats:
    """The mean of precision at `RECALLS`.

    Args:
        right: float (hits, b), at each right prediction how many are so far
        total: float (hits, b), at each right prediction how many count so far
        counted: float (b,), the number of labels

    Returns:
        float (b,)
    """
    if not len(right):
        return np.zeros(right.shape[1])
    precision: Floats = right / np.maximum(total, 1)
    precision = _scan(np.maximum, precision[::-1].copy())[::-1]
    parts = (len(RECALLS) - 1) / np.maximum(counted, 1)
    hundredths = right * parts.astype(right.dtype)
    reached = np.floor(hundredths + _TINY)
    reached -= (hundredths - reached < _TINY) & _LATE[reached.astype(np.int32)]
    summed = precision[0] + reached[0] * precision[0]
    summed += np.einsum("hb,hb->b", np.diff(reached, axis=0), precision[1:])
    return np.asarray(summed / len(RECALLS))


def _scan(operation: np.ufunc, values: Floats) -> Floats:
    """Accumulates along the first axis in place, whole rows at a time.

    Six times as fast as `ufunc.accumulate`, which goes from number to number.
    """
    count = len(values) // _GROUP
    if count < 2:
        for place in range(1, len(values)):
            operation(values[place - 1], values[place], out=values[place])
        return values
    groups = values[: count * _GROUP].reshape(count, _GROUP, -1)
    for place in range(1, _GROUP):
        operation(groups[:, place - 1], groups[:, place], out=groups[:, place])
    ends = _scan(operation, groups[:, -1].copy())
    operation(groups[1:], ends[:-1, None], out=groups[1:])
    _scan(operation, values[count * _GROUP - 1 :])
    return values


def _blocks(steps: int, resamples: int) -> Iterator[slice]:
    width = max(_BLOCK // steps, 8)
    for first in range(0, resamples, width):
        yield slice(first, min(first + width, resamples))


_RECALL_SIZES = [0, 0, 0, 1, 2, 3]
"""The sizes that AR1, AR10, AR100, ARs, ARm and ARl are of."""


def _label_counts(
    labels: EvaluatedObjects, matched: MatchedPredictions, classes: int, weights: Floats
) -> NDArray[np.float64]:
    """Labels that count, of each size and class: float64 (sizes, classes, b)."""
    counts = []
    for size in range(len(SIZES)):
        of_size = matched.label_counts[:, size]
        places = labels.classes[of_size], labels.image[of_size]
        ones = np.ones(of_size.sum(), weights.dtype)
        held = sparse.csr_array((ones, places), (classes, len(weights)))
        counts.append(held @ weights)
    return np.array(counts, np.float64)


def _recalls(
    predictions: EvaluatedObjects,
    matched: MatchedPredictions,
    classes: int,
    weights: Floats,
) -> NDArray[np.float64]:
    """Mean number of right predictions over all IoUs: float64 (6, classes, b)."""
    every = np.arange(len(predictions))
    rank = rank_in_class(predictions, every)[matched.prediction]
    places = (
        predictions.classes[matched.prediction],
        predictions.image[matched.prediction],
    )
    found = []
    for most, size in zip((*MOST, *[MOST[-1]] * 3), _RECALL_SIZES, strict=True):
        right = matched.right[:, size].mean(axis=1) * (rank < most)
        shape = classes, len(weights)
        found.append(sparse.csr_array((right.astype(weights.dtype), places), shape))
    return np.array([right @ weights for right in found], np.float64)


def _means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean over classes of all that is known: float64 (b,)."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0).sum(axis=0)
    means = np.full(len(count), np.nan)
    np.divide(total, count, out=means, where=count > 0)
    return means
