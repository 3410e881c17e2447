"""The names of label fields, as both panels show them."""

from __future__ import annotations

from collections.abc import Sequence

NAMES = {
    f"{source}_{kind}": name
    for source, name in (("coco", "COCO-2017"), ("sama", "Sama-COCO"))
    for kind in ("segmentations", "detections")
}
"""The names of the label fields that this plugin loads."""


def side_name(field: str) -> str:
    """The name of a label field: that of its source if this plugin loads it."""
    return NAMES.get(field, field)


def side_names(fields: Sequence[str]) -> list[str]:
    """The names of label fields: those of their sources if these differ."""
    names = [side_name(field) for field in fields]
    return names if len(set(names)) == len(names) else list(fields)
