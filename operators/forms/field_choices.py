"""Which fields a form offers as label sets, and which as predictions."""

from __future__ import annotations

from typing import Any

from ...labelsets import comparable_fields, find_pair
from ...labelsets.evaluation.benchmark_checks import likely_predictions
from .parameters import Choice, Values

MISSING = Choice(
    "missing",
    None,
    "A sample without a value in a field",
    "By default: was not annotated if the field was read from files, else has no "
    "labels",
    choices={"empty": "Has no labels", "skip": "Was not annotated"},
    clearable=True,
)
"""What a sample without a value in a label field means."""


def any_fields(ctx: Any, values: Values) -> list[str]:
    """The fields of detections and polylines."""
    return comparable_fields(ctx.dataset)


def all_label_sets(ctx: Any, values: Values) -> list[str]:
    """The fields that are likely label sets: those without scores."""
    predicted = likely_predictions(ctx.dataset)
    return [name for name in comparable_fields(ctx.dataset) if name not in predicted]


def two_label_sets(ctx: Any, values: Values) -> list[str]:
    """The two most likely label sets."""
    pair = find_pair(ctx.dataset)
    found = all_label_sets(ctx, values)
    return list(pair) if pair and set(pair) <= set(found) else found[:2]


def all_predictions(ctx: Any, values: Values) -> list[str]:
    """The fields that are likely predictions: those with scores."""
    return likely_predictions(ctx.dataset)
