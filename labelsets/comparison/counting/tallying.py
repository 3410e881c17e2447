"""The totals of a comparison, computed from the values of its labels.

This is the one way to count: a run's totals come from the values that it wrote on
labels, and so do those of any view of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..fixed_point import SCORE_ONE
from ..image_results import ImageComparison
from ..statuses import PAIRED, Status
from .compared_labels import NO_STATUS, STATUS_CODES, STATUSES, ComparedLabels
from .count_tables import counter, rows
from .object_sizes import SIZE_BUCKETS, size_bucket
from .scores import PanopticQuality, PanopticScores
from .totals import ComparisonTotals, SideName, area_change_bin, iou_bin

_HALF = 1 << 30
_SAME = [STATUS_CODES[Status.IDENTICAL], STATUS_CODES[Status.REFINED]]
_PAIRED = [STATUS_CODES[status] for status in PAIRED]


@dataclass(slots=True)
class Tally:
    """The totals of a comparison over some of its labels; tallies add up with `+=`.

    Attributes:
        totals: as if the labels alone had been compared, with the outcome they had
        lacking: what could not be counted: labels without a status, labels in a pair
            whose partner is not among the labels, and pairs without their areas
    """

    totals: ComparisonTotals = field(default_factory=ComparisonTotals)
    lacking: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: Tally) -> Tally:
        self.totals += other.totals
        self.lacking.update(other.lacking)
        return self

    def to_dict(self) -> dict[str, Any]:
        """The tally as a JSON-plain document, equal for equal tallies."""
        return {"totals": self.totals.to_dict(), "lacking": rows(self.lacking)}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Tally:
        """The inverse of `to_dict`."""
        totals = ComparisonTotals.from_dict(document["totals"])
        return cls(totals, counter(document["lacking"], (str,)))


def tally_labels(
    compared: NDArray[np.bool_], base: ComparedLabels, revised: ComparedLabels
) -> Tally:
    """Counts what a comparison found, from what it says of each label.

    Objects are counted where they are among the labels, and pairs where both their
    objects are.

    Args:
        compared: bool (images,), which of the images were compared; the others and
            their labels are left out
        base: the base labels
        revised: the revised labels
    """
    base, revised = base.on(compared), revised.on(compared)
    sides: dict[SideName, ComparedLabels] = {"base": base, "revised": revised}
    found = Tally(ComparisonTotals(images=int(compared.sum())))
    for name, side in sides.items():
        _count_objects(found, name, side)
    in_base, in_revised = _pairs(base, revised)
    paired = sum(int(np.isin(s.statuses, _PAIRED).sum()) for s in sides.values())
    found.lacking["partner"] = paired - 2 * len(in_base)
    _count_pairs(found, base, revised, in_base, in_revised)
    scored = _Scored(base, revised, in_base)
    found.totals.scores = scored.by_class()
    of_images = scored.by_image(len(compared))
    disagreeing = sum(quality.disagreement > 0 for quality in of_images)
    found.totals.images_with_disagreement = disagreeing
    found.lacking = +found.lacking
    return found


def tally_images(comparisons: Sequence[ImageComparison]) -> ComparisonTotals:
    """The totals of some images, from their comparisons."""
    every = np.ones(len(comparisons), bool)
    return tally_labels(every, *_sides(comparisons)).totals


def image_qualities(comparisons: Sequence[ImageComparison]) -> list[PanopticQuality]:
    """The panoptic quality of each image, over all classes."""
    base, revised = _sides(comparisons)
    in_base, _ = _pairs(base, revised)
    return _Scored(base, revised, in_base).by_image(len(comparisons))


def score_image(comparison: ImageComparison) -> PanopticScores:
    """The panoptic quality of one image, by class."""
    return tally_images([comparison]).scores


def _sides(
    comparisons: Sequence[ImageComparison],
) -> tuple[ComparedLabels, ComparedLabels]:
    return (
        ComparedLabels.of([comparison.base for comparison in comparisons]),
        ComparedLabels.of([comparison.revised for comparison in comparisons]),
    )


def _count_objects(found: Tally, name: SideName, side: ComparedLabels) -> None:
    for (label, code), count in _cells(side.classes, side.statuses).items():
        if code == NO_STATUS:
            found.lacking["status"] += count
        else:
            found.totals.objects[name, side.names[label], STATUSES[code]] += count


def _pairs(
    base: ComparedLabels, revised: ComparedLabels
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where both objects of each pair stand."""
    places = {key: place for place, key in enumerate(revised.keys())}
    partners = base.partner_keys()
    measured = ~np.isnan(base.ious + base.boundary_ious)
    pairs = []
    for mine in np.flatnonzero(measured & np.isin(base.statuses, _PAIRED)).tolist():
        other = places.get(partners[mine])
        if other is not None and base.statuses[mine] == revised.statuses[other]:
            pairs.append((mine, other))
    both = np.array(pairs, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _count_pairs(
    found: Tally,
    base: ComparedLabels,
    revised: ComparedLabels,
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
    renamed = codes == STATUS_CODES[Status.RELABELED]
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


class _Scored:
    """The labels that scores count.

    Crowds are left out on both sides, and so are the parts that a crowd absorbed and
    degenerate objects. A pair counts as true if class and crowd flag are the same
    (identical, refined); every other object counts as false.
    """

    def __init__(
        self,
        base: ComparedLabels,
        revised: ComparedLabels,
        in_base: NDArray[np.int64],
    ) -> None:
        same = np.isin(base.statuses[in_base], _SAME) & ~base.crowds[in_base]
        self.base, self.revised = base, revised
        self.hits = in_base[same]
        self.extras = _false(revised, base, Status.SPLIT)
        self.misses = _false(base, revised, Status.MERGED)

    def by_class(self) -> PanopticScores:
        scores = PanopticScores()
        base, revised = self.base, self.revised
        of_base = self._qualities(base.classes, None, len(base.names))
        of_revised = self._qualities(None, revised.classes, len(revised.names))
        for names, qualities in ((base.names, of_base), (revised.names, of_revised)):
            for name, quality in zip(names, qualities, strict=True):
                if not quality.empty:
                    scores.add(name, quality)
        return scores

    def by_image(self, images: int) -> list[PanopticQuality]:
        return self._qualities(self.base.image, self.revised.image, images)

    def _qualities(
        self,
        base: NDArray[np.int64] | None,
        revised: NDArray[np.int64] | None,
        groups: int,
    ) -> list[PanopticQuality]:
        """The quality of each of so many groups, by the group of every label."""

        def counts(group: NDArray[np.int64] | None, places: Any) -> list[int]:
            if group is None:
                return [0] * groups
            found: list[int] = np.bincount(group[places], minlength=groups).tolist()
            return found

        units = [0] * groups
        if base is not None:
            ious = np.rint(self.base.ious[self.hits] * SCORE_ONE).astype(np.int64)
            # in halves, of which an int64 holds the sum of 2**33
            halves = np.zeros((2, groups), np.int64)
            np.add.at(halves[0], base[self.hits], ious // _HALF)
            np.add.at(halves[1], base[self.hits], ious % _HALF)
            high, low = halves.tolist()
            units = [h * _HALF + rest for h, rest in zip(high, low, strict=True)]
        return [
            PanopticQuality(*of_group)
            for of_group in zip(
                counts(base, self.hits),
                counts(revised, self.extras),
                counts(base, self.misses),
                units,
                strict=True,
            )
        ]


def _false(
    side: ComparedLabels, other: ComparedLabels, absorbing: Status
) -> NDArray[np.int64]:
    """Where the objects stand that count as false."""
    left_out = [*_SAME, STATUS_CODES[Status.DEGENERATE], NO_STATUS]
    counted = ~(side.crowds | np.isin(side.statuses, left_out))
    crowds = {
        key for key, crowd in zip(other.keys(), other.crowds, strict=True) if crowd
    }
    crowds.update(other.hidden_crowds)
    partners = side.partner_keys()
    parts = counted & (side.statuses == STATUS_CODES[absorbing])
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
