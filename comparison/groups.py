"""Groups of a whole on one side and its parts on the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .overlaps import Overlaps
from .sides import Side


class FoundGroup(NamedTuple):
    """A whole and its parts, as places in the canonical order of their sides."""

    whole_in_base: bool
    whole: int
    parts: list[int]


def find_groups(
    overlaps: Overlaps,
    same_class: NDArray[np.bool_],
    base_left: NDArray[np.bool_],
    revised_left: NDArray[np.bool_],
    cover: float,
) -> list[FoundGroup]:
    """Forms the groups of split and merged objects.

    Every part goes to the whole that covers it most, of several the first in the
    order of forming: larger area first, then base, then canonical order.

    Args:
        overlaps: of n base and m revised objects; measured further as needed
        same_class: bool (n, m)
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
            allowed = same_class if whole_in_base else same_class.T
            allowed = allowed & able[:, None] & loose
            claims += _claims(overlaps, whole_in_base, allowed, cover)
    claims.sort(key=lambda claim: _turn(claim, base, revised))
    return _form(claims, base, revised)


def _claims(
    overlaps: Overlaps,
    whole_in_base: bool,
    allowed: NDArray[np.bool_],
    cover: float,
) -> list[FoundGroup]:
    ceilings, common = overlaps.intersection_ceilings, overlaps.intersections
    wholes, parts = overlaps.base, overlaps.revised
    if not whole_in_base:
        ceilings, common = ceilings.T, common.T
        wholes, parts = parts, wholes
    allowed = allowed & (ceilings / parts.areas >= cover)
    overlaps.measure(allowed if whole_in_base else allowed.T)
    allowed &= common / parts.areas >= cover
    forming = np.argsort(-wholes.areas, kind="stable")
    covers = np.where(allowed, common, -1)[forming]
    covered = np.flatnonzero(allowed.any(axis=0))
    best = forming[covers[:, covered].argmax(axis=0)]
    claimed: dict[int, list[int]] = {}
    for whole, part in zip(best.tolist(), covered.tolist(), strict=True):
        claimed.setdefault(whole, []).append(part)
    return [FoundGroup(whole_in_base, *claim) for claim in claimed.items()]


def _turn(claim: FoundGroup, base: Side, revised: Side) -> tuple[float, bool, int]:
    wholes = base if claim.whole_in_base else revised
    return -wholes.areas[claim.whole], not claim.whole_in_base, claim.whole


def _form(claims: list[FoundGroup], base: Side, revised: Side) -> list[FoundGroup]:
    groups = []
    taken: set[tuple[bool, int]] = set()
    for whole_in_base, whole, claimed in claims:
        if (whole_in_base, whole) in taken:
            continue
        parts = [part for part in claimed if (not whole_in_base, part) not in taken]
        crowd = (base if whole_in_base else revised).crowds[whole]
        if len(parts) >= (1 if crowd else 2):
            groups.append(FoundGroup(whole_in_base, whole, parts))
            taken.add((whole_in_base, whole))
            taken.update((not whole_in_base, part) for part in parts)
    return groups
