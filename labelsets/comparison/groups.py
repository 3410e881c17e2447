"""Groups of a whole on one side and its parts on the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .overlaps import Overlaps
from .sides import Side


class FoundGroup(NamedTuple):
    """A whole and its parts.

    Attributes:
        whole_in_base: whether the whole is a base object and the parts are revised
        whole: its place in the canonical order of its side
        parts: the places of the parts in that of theirs, ascending
        ious: the IoU of each part with the whole
    """

    whole_in_base: bool
    whole: int
    parts: list[int]
    ious: list[float]


def find_groups(
    overlaps: Overlaps,
    base_left: NDArray[np.bool_],
    revised_left: NDArray[np.bool_],
    cover: float,
) -> list[FoundGroup]:
    """Forms the groups of split and merged objects.

    Every part goes to the whole that covers it most, of several the first in the
    order of forming: larger area first, then base, then canonical order.

    Args:
        overlaps: of n base and m revised objects; measured further as needed
        base_left: bool (n,), objects that no pair has taken
        revised_left: bool (m,), likewise
        cover: least share of a part's area inside its whole
    """
    base, revised = overlaps.base, overlaps.revised
    claims = []
    for whole_in_base in (True, False):
        wholes, parts = (base, revised) if whole_in_base else (revised, base)
        lefts = (base_left, revised_left)
        wholes_left, parts_left = lefts if whole_in_base else lefts[::-1]
        able, loose = wholes.crowds | wholes_left, parts_left & ~parts.crowds
        if able.any() and loose.any():
            claims += _claims(overlaps, whole_in_base, able, loose, cover)
    claims.sort(key=lambda claim: _forming_order(claim, base, revised))
    return _form(claims, base, revised)


def _claims(
    overlaps: Overlaps,
    whole_in_base: bool,
    able: NDArray[np.bool_],
    loose: NDArray[np.bool_],
    cover: float,
) -> list[FoundGroup]:
    """What each whole of one side covers most of, of all that could be its part.

    Args:
        overlaps: measured further as needed
        whole_in_base: whether the wholes are base objects
        able: bool (n,), which objects of their side can be wholes
        loose: bool (m,), which objects of the other side can be parts
        cover: least share of a part's area inside its whole
    """
    wholes, parts = overlaps.rows, overlaps.columns
    sides = overlaps.base, overlaps.revised
    if not whole_in_base:
        wholes, parts, sides = parts, wholes, sides[::-1]
    part_areas = sides[1].areas[parts]
    allowed = overlaps.same_class & able[wholes] & loose[parts]
    allowed &= overlaps.common_ceilings / part_areas >= cover
    overlaps.measure(allowed)
    allowed &= overlaps.commons / part_areas >= cover
    pairs = np.flatnonzero(allowed)
    ranks = np.empty(len(sides[0]), np.int64)
    ranks[np.argsort(-sides[0].areas, kind="stable")] = np.arange(len(ranks))
    keys = ranks[wholes[pairs]], -overlaps.commons[pairs], parts[pairs]
    pairs = pairs[np.lexsort(keys)]
    is_first = np.diff(parts[pairs], prepend=-1) != 0
    claimed: dict[int, FoundGroup] = {}
    for pair in pairs[is_first].tolist():
        whole = int(wholes[pair])
        group = claimed.setdefault(whole, FoundGroup(whole_in_base, whole, [], []))
        group.parts.append(int(parts[pair]))
        group.ious.append(float(overlaps.ious[pair]))
    return list(claimed.values())


def _forming_order(
    claim: FoundGroup, base: Side, revised: Side
) -> tuple[float, bool, int]:
    wholes = base if claim.whole_in_base else revised
    return -wholes.areas[claim.whole], not claim.whole_in_base, claim.whole


def _form(claims: list[FoundGroup], base: Side, revised: Side) -> list[FoundGroup]:
    groups = []
    taken: set[tuple[bool, int]] = set()
    for whole_in_base, whole, claimed, ious in claims:
        if (whole_in_base, whole) in taken:
            continue
        free = [
            (part, iou)
            for part, iou in zip(claimed, ious, strict=True)
            if (not whole_in_base, part) not in taken
        ]
        crowd = (base if whole_in_base else revised).crowds[whole]
        if len(free) >= (1 if crowd else 2):
            parts, kept = ([*values] for values in zip(*free, strict=True))
            groups.append(FoundGroup(whole_in_base, whole, parts, kept))
            taken.add((whole_in_base, whole))
            taken.update((not whole_in_base, part) for part in parts)
    return groups
