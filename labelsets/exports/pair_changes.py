"""What changed in the pairs of a sample, measured from its labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...zoo.defects import Defects
from ..comparison import measure_change
from ..comparison.statuses import PAIRED
from ..labels.reading import read_objects
from ..runs.fields import RunFields

SHAPES = (
    *("_cls", "bounding_box", "mask", "mask_path"),
    *("points", "closed", "filled"),
)
"""What is read of labels to know what they cover."""

_PAIRED = {str(status) for status in PAIRED}

Label = Mapping[str, Any]


def pair_changes(
    document: Mapping[str, Any], labels: Sequence[Sequence[Label]], fields: RunFields
) -> dict[str, dict[str, Any]]:
    """The changes of both labels of each pair, by their ids.

    A pair is left out if a label of it covers nothing any more, or the size of the
    image is not known any more.

    Args:
        document: the sample, with its metadata
        labels: its labels in base, and in revised
        fields: the names of what a comparison wrote on them
    """
    metadata = document.get("metadata") or {}
    width, height = metadata.get("width"), metadata.get("height")
    pairs = list(_pairs(labels, fields))
    if not pairs or not width or not height:
        return {}
    base, revised = (
        read_objects([pair[side] for pair in pairs], width, height, Defects())
        for side in (0, 1)
    )
    changes: dict[str, dict[str, Any]] = {}
    for place in np.flatnonzero(~(base.degenerate | revised.degenerate)).tolist():
        change = measure_change(base, revised, (place, place))._asdict()
        changes |= {str(label["_id"]): change for label in pairs[place]}
    return changes


def _pairs(
    labels: Sequence[Sequence[Label]], fields: RunFields
) -> Iterator[tuple[Label, Label]]:
    revised = {str(label["_id"]): label for label in labels[1]}
    for label in labels[0]:
        partner = revised.get(str(label.get(fields.partner)))
        if label.get(fields.status) in _PAIRED and partner is not None:
            yield label, partner
