"""The totals of a comparison worked out again from what it wrote on labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .count_tables import counter, rows
from .fixed_point import SCORE_ONE
from .scores import DECIMALS, PanopticQuality, PanopticScores
from .statuses import PAIRED, Status
from .totals import (
    SIZE_BUCKETS,
    ComparisonTotals,
    SideName,
    area_change_bin,
    iou_bin,
    size_bucket,
)

STATUSES = tuple(Status)
NO_STATUS = -1
_HALF = 1 << 30

_CODES = {status: code for code, status in enumerate(STATUSES)}
_SAME = [_CODES[Status.IDENTICAL], _CODES[Status.REFINED]]
_PAIRED = [_CODES[status] for status in PAIRED]

LabelKey = tuple[int, str]
"""Which of the images, and the id of a label on it."""


@dataclass(frozen=True, slots=True, eq=False)
class ComparedColumns:
    """The n compared labels of one side of some images, as arrays.

    Attributes:
        image: int64 (n,), which of the images a label lies on
        names: class names
        classes: int64 (n,), index of the class in ``names``
        crowds: bool (n,)
        statuses: int64 (n,), index in `STATUSES`, or `NO_STATUS`
        ids: n ids of labels
        partners: n ids of partners; None for none
        ious: float64 (n,), NaN for none
        boundary_ious: float64 (n,), NaN for none
        areas: float64 (n,), what was compared, px²; NaN where unknown
        hidden_crowds: crowds on these images that a view leaves out
    """

    image: NDArray[np.int64]
    names: Sequence[str]
    classes: NDArray[np.int64]
    crowds: NDArray[np.bool_]
    statuses: NDArray[np.int64]
    ids: Sequence[str]
    partners: Sequence[str | None]
    ious: NDArray[np.float64]
    boundary_ious: NDArray[np.float64]
    areas: NDArray[np.float64]
    hidden_crowds: Collection[LabelKey] = ()

    def on(self, images: NDArray[np.bool_]) -> ComparedColumns:
        """The labels on some of the images, bool (images,)."""
        kept = images[self.image]
        flags = kept.tolist()
        return replace(
            self,
            **{name: getattr(self, name)[kept] for name in _ARRAYS},
            ids=list(compress(self.ids, flags)),
            partners=list(compress(self.partners, flags)),
        )

    def keys(self) -> list[LabelKey]:
        """The image and id of each label."""
        return list(zip(self.image.tolist(), self.ids, strict=True))

    def partner_keys(self) -> list[tuple[int, str | None]]:
        """The image and partner of each label."""
        return list(zip(self.image.tolist(), self.partners, strict=True))


_ARRAYS = (
    "image",
    "classes",
    "crowds",
    "statuses",
    "ious",
    "boundary_ious",
    "areas",
)


@dataclass(slots=True)
class RebuiltTotals:
    """Totals of a comparison over some of its labels; they add up with `+=`.

    Attributes:
        totals: as if the labels alone had been compared, with the outcome they had
        lacking: what could not be counted: labels without a status, labels in a pair
            whose partner is not among the labels, and pairs without their areas
    """

    totals: ComparisonTotals = field(default_factory=ComparisonTotals)
    lacking: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: RebuiltTotals) -> RebuiltTotals:
        self.totals += other.totals
        self.lacking.update(other.lacking)
        return self

    def to_dict(self) -> dict[str, Any]:
        """The totals as a JSON-plain document, equal for equal totals."""
        return {"totals": self.totals.to_dict(), "lacking": rows(self.lacking)}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> RebuiltTotals:
        """The inverse of `to_dict`."""
        totals = ComparisonTotals.from_dict(document["totals"])
        return cls(totals, counter(document["lacking"], (str,)))


def rebuild_totals(
    compared: NDArray[np.bool_], base: ComparedColumns, revised: ComparedColumns
) -> RebuiltTotals:
    """Counts what a comparison found, from the values it wrote on the labels.

    Of all labels that were compared it equals what `ComparisonTotals.add` sums up,
    to the last bit. Of some of them, objects are counted where they are there, and
    pairs where both their objects are.

    Args:
        compared: bool (images,), which of the images were compared; the others and
            their labels are left out
        base: the base labels
        revised: the revised labels
    """
    found = RebuiltTotals(ComparisonTotals(images=int(compared.sum())))
    base, revised = base.on(compared), revised.on(compared)
    sides: dict[SideName, ComparedColumns] = {"base": base, "revised": revised}
    for name, side in sides.items():
        _count_objects(found, name, side)
    in_base, in_revised = _pairs(base, revised)
    paired = sum(int(np.isin(s.statuses, _PAIRED).sum()) for s in sides.values())
    found.lacking["partner"] = paired - 2 * len(in_base)
    _count_pairs(found, base, revised, in_base, in_revised)
    _score(found.totals, base, revised, in_base, len(compared))
    found.lacking = +found.lacking
    return found


def _count_objects(found: RebuiltTotals, name: SideName, side: ComparedColumns) -> None:
    for (label, code), count in _cells(side.classes, side.statuses).items():
        if code == NO_STATUS:
            found.lacking["status"] += count
        else:
            found.totals.objects[name, side.names[label], STATUSES[code]] += count


def _pairs(
    base: ComparedColumns, revised: ComparedColumns
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where both objects of each pair stand."""
    places = {key: place for place, key in enumerate(revised.keys())}
    partners = base.partner_keys()
    measured = ~np.isnan(base.ious + base.boundary_ious)
    pairs = []
    for mine in np.flatnonzero(np.isin(base.statuses, _PAIRED)).tolist():
        image, partner = partners[mine]
        if partner is not None and (image, partner) in places:
            other = places[image, partner]
            if measured[mine] and base.statuses[mine] == revised.statuses[other]:
                pairs.append((mine, other))
    both = np.array(pairs, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _count_pairs(
    found: RebuiltTotals,
    base: ComparedColumns,
    revised: ComparedColumns,
    in_base: NDArray[np.int64],
    in_revised: NDArray[np.int64],
) -> None:
    totals, codes = found.totals, base.statuses[in_base]
    for table, values in (
        (totals.ious, base.ious),
        (totals.boundary_ious, base.boundary_ious),
    ):
        bins = _binned(values[in_base], iou_bin)
        for (code, place), count in _cells(codes, bins).items():
            table[STATUSES[code], place] += count
    renamed = codes == _CODES[Status.RELABELED]
    names = base.classes[in_base][renamed], revised.classes[in_revised][renamed]
    for (one, other), count in _cells(*names).items():
        totals.relabeled[base.names[one], revised.names[other]] += count

    before, after = base.areas[in_base], revised.areas[in_revised]
    known = (before > 0) & (after > 0)
    found.lacking["area"] = int((~known).sum())
    before, after = before[known], after[known]
    changes = _binned((after - before) / before, area_change_bin)
    for (code, place), count in _cells(codes[known], changes).items():
        totals.area_changes[STATUSES[code], place] += count
    buckets = [_binned(areas, _bucket_place) for areas in (before, after)]
    for (one, other), count in _cells(*buckets).items():
        totals.sizes[SIZE_BUCKETS[one], SIZE_BUCKETS[other]] += count


def _score(
    totals: ComparisonTotals,
    base: ComparedColumns,
    revised: ComparedColumns,
    in_base: NDArray[np.int64],
    images: int,
) -> None:
    """Scores as `score_image` does, and images whose pooled PQ is below 1."""
    same = np.isin(base.statuses[in_base], _SAME) & ~base.crowds[in_base]
    hits = in_base[same]
    units = np.rint(base.ious[hits] * SCORE_ONE).astype(np.int64)
    misses = _misses(base, revised, Status.MERGED)
    extras = _misses(revised, base, Status.SPLIT)
    by_class: dict[str, list[int]] = {}
    by_image = np.zeros((5, images), np.int64)
    for row, side, places, values, worth in (
        (0, base, hits, np.ones(len(hits), np.int64), 1),
        (1, revised, extras, np.ones(len(extras), np.int64), 1),
        (2, base, misses, np.ones(len(misses), np.int64), 1),
        # in halves, of which an int64 holds the sum of 2**33
        (3, base, hits, units // _HALF, _HALF),
        (4, base, hits, units % _HALF, 1),
    ):
        np.add.at(by_image[row], side.image[places], values)
        sums = np.zeros(len(side.names), np.int64)
        np.add.at(sums, side.classes[places], values)
        for label in np.unique(side.classes[places]).tolist():
            counts = by_class.setdefault(side.names[label], [0, 0, 0, 0])
            counts[min(row, 3)] += int(sums[label]) * worth
    totals.scores = PanopticScores(
        {name: PanopticQuality(*counts) for name, counts in by_class.items()}
    )
    hit, extra, missed, high, low = by_image
    weight = hit + extra / 2 + missed / 2
    lacking = 1 - (high / _HALF + low / SCORE_ONE) / np.maximum(weight, 0.5)
    disagree = (weight > 0) & (lacking.round(DECIMALS) > 0)
    totals.images_with_disagreement = int(disagree.sum())


def _misses(
    side: ComparedColumns, other: ComparedColumns, absorbing: Status
) -> NDArray[np.int64]:
    """Where the objects stand that count as false: see `score_image`."""
    left_out = [*_SAME, _CODES[Status.DEGENERATE], NO_STATUS]
    counted = ~(side.crowds | np.isin(side.statuses, left_out))
    crowds = {
        key for key, crowd in zip(other.keys(), other.crowds, strict=True) if crowd
    }
    crowds.update(other.hidden_crowds)
    partners = side.partner_keys()
    parts = counted & (side.statuses == _CODES[absorbing])
    for place in np.flatnonzero(parts).tolist():
        counted[place] = partners[place] not in crowds
    return np.flatnonzero(counted)


def _binned(
    values: NDArray[np.float64], of: Callable[[float], int]
) -> NDArray[np.int64]:
    return np.array([of(value) for value in values.tolist()], np.int64)


def _bucket_place(area: float) -> int:
    return SIZE_BUCKETS.index(size_bucket(area))


def _cells(
    one: NDArray[np.int64], other: NDArray[np.int64]
) -> dict[tuple[int, int], int]:
    """How often two numbers stand at the same place."""
    return Counter(zip(one.tolist(), other.tolist(), strict=True))
