"""Predictions evaluated against label sets: arrays in, plain numbers out."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .coco_metrics import CocoScores
from .evaluated_images import EvaluatedImages
from .library import IouType, evaluate_by_library
from .prediction_matching import MatchedPredictions, match_predictions
from .resampling import ResampledScores, draw_images, score_resamples

PERCENTILES = (2.5, 97.5)
"""The bounds of a 95 % interval."""

Evaluation = dict[str, Any]
"""The results, in plain JSON.

``names``: the classes. ``counts``: the labels of each class by label field, crowds left
out. ``predictions``: by field of predictions

- ``labels``: of each label field its ``metrics``, ``class_ap``, ``precision`` (at IoU
  0.5, of each class at 101 recalls, None of one without labels), and the low and high
  of their ``intervals`` and ``class_intervals``;
- ``differences``: the intervals of the differences of each later label field and each
  earlier one;
- ``contested``: see `contested_predictions`.
"""


def evaluate_images(
    images: EvaluatedImages,
    iou: IouType,
    bootstrap: int,
    seed: int,
    threads: int = 1,
    on_progress: Callable[[float, str], None] = lambda done, text: None,
) -> Evaluation:
    """Evaluates every field of predictions against every label field.

    Args:
        images: the images
        iou: what overlaps
        bootstrap: the number of resamples, 0 for no intervals
        seed: what they are drawn with
        threads: how many threads score the resamples
        on_progress: called with the share done, 0 to 1, and a text on what is done
    """
    weights = draw_images(np.random.default_rng(seed), len(images.samples), bootstrap)
    steps, step = len(images.predictions) * len(images.labels), 0
    found = {}
    for prediction, predicted in images.predictions.items():
        of_fields, resampled, matches = {}, {}, {}
        for label, labelled in images.labels.items():
            on_progress(step / steps, f"Evaluating {prediction} against {label}")
            step += 1
            scores = evaluate_by_library(images, prediction, label, iou)
            overlaps = images.overlaps[prediction, label]
            matched = match_predictions(predicted, labelled, overlaps)
            matches[label], of_fields[label] = matched, _of_field(scores)
            if bootstrap:
                resampled[label] = score_resamples(
                    predicted, labelled, matched, len(images.names), weights, threads
                )
                of_fields[label] |= _intervals(resampled[label])
        found[prediction] = {
            "labels": of_fields,
            "differences": _differences(resampled),
            "contested": contested_predictions(images, prediction, matches),
        }
    on_progress(1.0, "Evaluated")
    return {
        "names": list(images.names),
        "counts": {field: _class_counts(images, field) for field in images.labels},
        "predictions": found,
    }


def contested_predictions(
    images: EvaluatedImages, prediction: str, matches: dict[str, MatchedPredictions]
) -> list[list[Any]]:
    """The predictions that are right under one label set and wrong under another.

    At IoU 0.5, of any size; an ignored prediction is neither.

    Returns:
        of each the id of its sample, its own id, the code of its class, and the places
        of the label sets under which it is right, and wrong
    """
    side = images.predictions[prediction]
    right = np.array([match.is_right(len(side)) for match in matches.values()])
    wrong = np.array([match.is_wrong(len(side)) for match in matches.values()])
    return [
        [
            images.samples[side.image[place]],
            side.ids[place],
            int(side.classes[place]),
            np.flatnonzero(right[:, place]).tolist(),
            np.flatnonzero(wrong[:, place]).tolist(),
        ]
        for place in np.flatnonzero(right.any(axis=0) & wrong.any(axis=0)).tolist()
    ]


def _of_field(scores: CocoScores) -> dict[str, Any]:
    class_ap = scores.class_ap()
    curves = scores.precision[0, :, :, 0].T
    return {
        "metrics": _plain(scores.metrics()),
        "class_ap": _plain(class_ap),
        "precision": [
            None if math.isnan(ap) else curve.tolist()
            for ap, curve in zip(class_ap.tolist(), curves, strict=True)
        ],
    }


def _intervals(resampled: ResampledScores) -> dict[str, Any]:
    return {
        "intervals": _bounds(resampled.metrics),
        "class_intervals": _bounds(resampled.class_ap),
    }


def _differences(resampled: dict[str, ResampledScores]) -> list[dict[str, Any]]:
    """The intervals of the differences of each later label set and each earlier one."""
    return [
        {
            "fields": [one, other],
            "intervals": _bounds(resampled[other].metrics - resampled[one].metrics),
            "class_intervals": _bounds(
                resampled[other].class_ap - resampled[one].class_ap
            ),
        }
        for one, other in combinations(resampled, 2)
    ]


def _bounds(values: NDArray[np.float64]) -> list[list[float | None]]:
    """Low and high of each row's 95 % interval, of the resamples that have a value."""
    bounds = np.full((len(values), 2), np.nan)
    known = ~np.isnan(values)
    for place in np.flatnonzero(known.any(axis=1)).tolist():
        bounds[place] = np.percentile(values[place][known[place]], PERCENTILES)
    return [_plain(row) for row in bounds]


def _class_counts(images: EvaluatedImages, field: str) -> list[int]:
    side = images.labels[field]
    counted = side.classes[~side.crowds]
    counts: list[int] = np.bincount(counted, minlength=len(images.names)).tolist()
    return counts


def _plain(values: NDArray[np.float64]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]
