"""What a comparison writes on a sample and its labels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...comparison import ImageComparison, PanopticQuality, SideComparison, Status
from ..fields import COUNTED, RunFields

NOTHING = "covers nothing of the image"
"""The reason of a degenerate label that can be read."""

REVISED = " revised"
"""Ends the name of an item where both fields hold its label's id in two items."""

Values = dict[str, Any]


def sample_values(
    comparison: ImageComparison,
    quality: PanopticQuality,
    digest: str,
    fields: RunFields,
) -> Values:
    """What is written on a sample, by field.

    Args:
        comparison: of its labels
        quality: of the sample, over all classes
        digest: of what was compared
        fields: the names of the fields
    """
    statuses = [*comparison.base.statuses, *comparison.revised.statuses]
    return {
        fields.disagreement: quality.disagreement,
        fields.pq: quality.pq,
        fields.digest: digest,
        **{fields.count(status): statuses.count(status) for status in COUNTED},
    }


def label_values(
    comparison: ImageComparison,
    ids: Sequence[Sequence[str]],
    reasons: Mapping[str, str],
    fields: RunFields,
) -> list[dict[str, list[Any]]]:
    """What is written on the labels of a sample: for base and for revised, the values
    of each attribute, in the order of the comparison.

    Args:
        comparison: of the labels
        ids: the label ids of each side, in the order of the comparison
        reasons: why labels can't be read, by label id
        fields: the names of the fields
    """
    sides = comparison.base, comparison.revised
    wholes = [
        {g.whole for g in comparison.groups if g.status is status}
        for status in (Status.SPLIT, Status.MERGED)
    ]
    items = item_ids(sides, ids)
    return [
        {
            fields.status: [str(status) for status in side.statuses],
            fields.partner: [
                other[partner] if partner >= 0 else own[index] if index in led else None
                for index, partner in enumerate(side.partners.tolist())
            ],
            fields.iou: _known(side.ious),
            fields.boundary_iou: _known(side.boundary_ious),
            fields.area: side.areas.tolist(),
            fields.item: named,
            fields.reason: [
                reasons.get(id, NOTHING) if status is Status.DEGENERATE else None
                for id, status in zip(own, side.statuses, strict=True)
            ],
        }
        for side, own, other, led, named in zip(
            sides, ids, ids[::-1], wholes, items, strict=True
        )
    ]


def item_ids(
    sides: Sequence[SideComparison], ids: Sequence[Sequence[str]]
) -> list[list[str | None]]:
    """Names the item of every label of an image, by the smallest label id in it.

    An item is a connected component of labels under "partner of": a pair; a whole with
    all its parts and its own partner; a single label. Fields that were copied from
    each other hold the same label ids, so that two items may have the same smallest
    one; that without a base label then has `REVISED` added to its name.

    Args:
        sides: base and revised
        ids: the label ids of each

    Returns:
        for both sides, the item of each label, None for degenerate ones
    """
    members = _components(sides)
    names: dict[int, str] = {}
    for side, own in zip(members, ids, strict=True):
        for item, id in zip(side, own, strict=True):
            names[item] = min(id, names.get(item, id))
    in_base = {names[item] for item in members[0]}
    for item in set(members[1]) - set(members[0]):
        if names[item] in in_base:
            names[item] += REVISED
    return [
        [
            None if status is Status.DEGENERATE else names[item]
            for item, status in zip(items, side.statuses, strict=True)
        ]
        for items, side in zip(members, sides, strict=True)
    ]


def _components(sides: Sequence[SideComparison]) -> tuple[list[int], list[int]]:
    """The component of each label of base and of revised: the place of its first one.

    Images have few labels; a general search for components takes ten times as long.
    """
    count = len(sides[0].labels)
    leaders = list(range(count + len(sides[1].labels)))

    def leader(label: int) -> int:
        while leaders[label] != label:
            label = leaders[label]
        return label

    for first, other, side in ((0, count, sides[0]), (count, 0, sides[1])):
        for place, partner in enumerate(side.partners.tolist()):
            if partner >= 0:
                one, two = leader(first + place), leader(other + partner)
                leaders[max(one, two)] = min(one, two)
    found = [leader(label) for label in range(len(leaders))]
    return found[:count], found[count:]


def _known(values: NDArray[np.float64]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]
