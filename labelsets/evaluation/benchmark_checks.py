"""Checks before predictions are evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import fiftyone as fo
import numpy as np

from ...zoo.label_sources import label_sources
from ..error_types import EvaluationError
from ..labels.field_lists import check_label_fields
from ..labels.label_fields import comparable_fields, elements_path
from ..labels.reading import class_name
from .reading_images import ReadImages

SHOWN = 5

LOOKED_AT = 100
"""The number of samples that are read to tell predictions from labels."""


def as_fields(value: Any, what: str) -> list[str]:
    """Field names as a list, also of one name.

    Raises:
        EvaluationError: if there is none
    """
    names = [value] if isinstance(value, str) else list(value or [])
    if not names:
        raise EvaluationError(f"Name a field of {what}, or several as a list")
    return names


def likely_predictions(dataset: fo.Dataset) -> list[str]:
    """The fields whose labels have a `confidence` in the first samples."""
    first = dataset.limit(LOOKED_AT)
    return [
        name
        for name in comparable_fields(dataset)
        if first.count(f"{elements_path(dataset, name)}.confidence")
    ]


def check_prediction_fields(
    samples: fo.core.collections.SampleCollection,
    predictions: Sequence[str],
    fields: Sequence[str],
) -> None:
    """Checks that fields have predictions, of classes that some label set has.

    Args:
        samples: a dataset or view
        predictions: the fields of predictions
        fields: the label fields

    Raises:
        EvaluationError: if one does not, or is a label field itself
        ComparisonError: if there is no such field
    """
    dataset = samples._root_dataset
    for name in predictions:
        if name in fields:
            raise EvaluationError(
                f"'{name}' is one of the label fields; predictions are in a field of "
                "their own"
            )
    check_label_fields(dataset, predictions)
    for name in predictions:
        _check_scores(samples, name)
        _check_classes(samples, name, fields)


def _check_scores(samples: fo.core.collections.SampleCollection, name: str) -> None:
    path = elements_path(samples._root_dataset, name)
    total = samples.count(path)
    if not total:
        raise EvaluationError(f"'{name}' has no prediction on these samples")
    lacking = total - samples.count(f"{path}.confidence")
    if lacking:
        raise EvaluationError(
            f"{lacking:,} of {total:,} labels in '{name}' have no `confidence`, the "
            "score of a prediction. Set it, or name a field of predictions"
        )


def _check_classes(
    samples: fo.core.collections.SampleCollection, name: str, fields: Sequence[str]
) -> None:
    dataset = samples._root_dataset
    known = set(dataset.default_classes or [])
    for field in fields:
        path = f"{elements_path(dataset, field)}.label"
        known.update(dataset.distinct(path), samples.distinct(path))
        known.update(dataset.classes.get(field) or [])
        known.update(
            category["name"]
            for source in label_sources(dataset, field)
            for category in source["categories"] or []
        )
    predicted = samples.distinct(f"{elements_path(dataset, name)}.label")
    strange = sorted({class_name(label) for label in predicted} - known)
    if strange:
        shown = ", ".join(map(repr, strange[:SHOWN]))
        more = f" and {len(strange) - SHOWN:,} more" if len(strange) > SHOWN else ""
        raise EvaluationError(
            f"'{name}' predicts classes that no label set has: {shown}{more}. Rename "
            f"them in a view, `dataset.map_labels({name!r}, {{...}})`, or leave them "
            f"out, `dataset.filter_labels({name!r}, ..., only_matches=False)`"
        )


def check_options(iou: str, boundary: bool, bootstrap: int, seed: int) -> None:
    """Checks the options of an evaluation.

    Raises:
        EvaluationError: if one can't be used
    """
    if iou not in ("mask", "box"):
        raise EvaluationError(f"Unknown `iou` {iou!r}; there are: mask, box")
    if boundary and iou == "box":
        raise EvaluationError("Only masks have outlines: `boundary` needs `iou='mask'`")
    for name, value in (("bootstrap", bootstrap), ("seed", seed)):
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise EvaluationError(
                f"`{name}` {value!r}; expected a whole number of at least 0"
            )


def check_read(read: ReadImages, masks: bool) -> None:
    """Checks that the images that were read can be evaluated.

    Raises:
        EvaluationError: if there is no image, a score is no number, or a field has
            boxes alone where masks are evaluated
    """
    images = read.images
    if not images.samples:
        raise EvaluationError(
            f"None of the {read.skipped:,} samples has a list of labels in each of "
            f"the fields {', '.join(images.labels)}"
        )
    for name, found in images.predictions.items():
        if np.isnan(found.scores).any():
            raise EvaluationError(
                f"'{name}' has a `confidence` that is not a finite number"
            )
    for name, found in (images.labels | images.predictions).items():
        if masks and len(found) and read.boxes[name] >= len(found):
            raise EvaluationError(
                f"'{name}' has boxes and no masks: pass `iou='box'`, which evaluates "
                "the boxes of all fields"
            )
