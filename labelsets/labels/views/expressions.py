"""Conditions on labels as FiftyOne expressions; names of classes are data in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from operator import and_, or_

import fiftyone as fo
from fiftyone import ViewField as F

from ...comparison.counting.object_sizes import MEDIUM_AREA, SMALL_AREA
from ..reading import NO_CLASS

_BUCKETS: dict[str, tuple[float, float | None]] = {
    "small": (0, SMALL_AREA),
    "medium": (SMALL_AREA, MEDIUM_AREA),
    "large": (MEDIUM_AREA, None),
}


def is_of_class(names: Sequence[str]) -> F:
    """Whether a label is of one of these classes, as tables call them."""
    named = F("label").is_in([F.literal(name) for name in names])
    return named | ~F("label").exists() if NO_CLASS in names else named


def all_of(conditions: Sequence[F]) -> F:
    """Whether all conditions hold; there must be one."""
    return reduce(and_, conditions)


def any_of(conditions: Sequence[F]) -> F:
    """Whether any condition holds; there must be one."""
    return reduce(or_, conditions)


def one_of(value: F, values: F) -> fo.ViewExpression:
    """Whether a value is among others, an expression that may be null."""
    return fo.ViewExpression({"$in": [value, {"$ifNull": [values, []]}]})


def between(value: F, low: float, high: float | None) -> F:
    """Whether a number is at least ``low`` and, if that is given, below ``high``."""
    return value >= low if high is None else (value >= low) & (value < high)


def is_known(number: F) -> F:
    """Whether a value is a finite number from 0 on."""
    return number.is_number() & (number >= 0) & (number < math.inf)


def is_whole(number: F) -> F:
    """Whether a value is a whole number from 0 on."""
    return is_known(number) & (number % 1 == 0)


def is_readable_crowd_flag(flag: F) -> F:
    """Whether an `iscrowd` is what :func:`read_crowd` can read."""
    is_truth = (flag == True) | (flag == False)  # noqa: E712
    return is_truth | (flag.is_number() & (flag >= -math.inf))


def is_crowd(flag: F) -> F:
    """Whether an `iscrowd` says that its label is a crowd, as it does when counted."""
    return is_readable_crowd_flag(flag) & (flag != False) & (flag != 0)  # noqa: E712


def in_bucket(area: F, size: str) -> F:
    """Whether an area in px² is of COCO's size small, medium or large."""
    return between(area, *_BUCKETS[size])
