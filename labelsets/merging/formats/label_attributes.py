"""Attributes of a tool's annotations, as attributes that labels can have."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import fiftyone as fo

from ....zoo.coco.coco_json import Annotation
from ....zoo.defects import Defects
from ....zoo.labels import ATTRIBUTES

CONFIDENCE = "confidence"
_INT64 = range(-(2**63), 2**63)
_TAKEN = {*dir(fo.Detection), *dir(fo.Polyline), *ATTRIBUTES, "mask", "source"}


def normalize_attributes(
    annotations: Collection[Annotation], problems: Defects
) -> dict[str, type]:
    """Gives the attributes of annotations names and types that labels can have.

    Names become identifiers. An attribute that would hide one of a label's own, or that
    has no plain value, is left out and counted. An attribute of several types becomes
    text; one of whole and other numbers becomes a float.

    Args:
        annotations: the annotations, whose ``extra`` is changed in place
        problems: counts what is left out

    Returns:
        the type of each attribute by its name, the confidence aside
    """
    types: dict[str, set[type]] = defaultdict(set)
    for extra in _extras(annotations):
        for name, value in extra.items():
            types[name].add(_kind(value))
    names = {name: _safe_name(name) for name in types if name != CONFIDENCE}
    settled: dict[str, type] = {}
    for name, safe in names.items():
        kinds = types[name] - {type(None)}
        if safe is None or object in kinds or safe in settled:
            problems.note("attribute that labels can't have, left out", repr(name))
            names[name] = None
        elif kinds:
            settled[safe] = _common(kinds)
    for extra in _extras(annotations):
        found = dict(extra)
        extra.clear()
        if isinstance(found.get(CONFIDENCE), float):
            extra[CONFIDENCE] = found[CONFIDENCE]
        for name, value in found.items():
            safe = names.get(name)
            if safe in settled and value is not None:
                extra[safe] = settled[safe](value)
    return settled


def plain_value(text: str) -> bool | int | float | str:
    """The value of an attribute's text: a truth value, a number, or the text."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def _extras(annotations: Iterable[Annotation]) -> Iterable[dict[str, Any]]:
    return (a.extra for a in annotations if a.extra)


def _kind(value: Any) -> type:
    """The type of a value, ``object`` for one that labels can't have."""
    if value is None or isinstance(value, bool | str):
        return type(value)
    if isinstance(value, int):
        return int if value in _INT64 else object
    if isinstance(value, float):
        return float if math.isfinite(value) else object
    return object


def _common(kinds: set[type]) -> type:
    if len(kinds) == 1:
        return next(iter(kinds))
    return float if kinds <= {int, float} else str


def _safe_name(name: str) -> str | None:
    safe = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")
    return safe if re.match(r"[A-Za-z]", safe) and safe not in _TAKEN else None
