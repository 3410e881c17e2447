"""Groups of labels and images: by an attribute, a field or tag, numbers in bins."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...comparison import ComparisonTotals
from ...comparison.counting.compared_labels import ComparedLabels, LabelKey
from ...comparison.counting.tallying import tally_labels
from ..counts.label_census import LabelCensus, LabelColumns

NO_VALUE = "(none)"
"""The group of what has no value."""

Group: TypeAlias = Hashable
"""A value, an interval of numbers closed on its left, or `NO_VALUE`."""

Codes = NDArray[np.int64]
Columns = TypeVar("Columns", ComparedLabels, LabelColumns)


@dataclass(frozen=True)
class Grouping:
    """What labels, or whole images, are grouped by.

    Attributes:
        name: what was asked for
        of: ``"label"``, an attribute of labels; ``"sample"``, a field of samples; or
            ``"tags"``, the tags of samples, of which one may have several
        path: the field of samples, or the name of the attribute
        edges: the lower edges of bins of numbers, the last bin being open; none for
            values that are groups by themselves
    """

    name: str
    of: Literal["label", "sample", "tags"]
    path: str
    edges: tuple[float, ...] = ()

    def group(self, value: Any) -> Group:
        """The group of a value."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return NO_VALUE
        if not self.edges:
            return _plain(value)
        if not isinstance(value, int | float) or value < self.edges[0]:
            return NO_VALUE
        place = int(np.searchsorted(self.edges, value, side="right")) - 1
        found: Group = self.bins()[place]
        return found

    def bins(self) -> list[pd.Interval]:
        """The bins of numbers, from low to high."""
        ends = [*self.edges[1:], math.inf]
        return [
            pd.Interval(low, high, closed="left")
            for low, high in zip(self.edges, ends, strict=True)
        ]


def _plain(value: Any) -> Group:
    found: Group = value if isinstance(value, Hashable) else str(value)
    return found


def number_edges(values: Sequence[float], bins: int) -> tuple[float, ...]:
    """Lower edges of bins that hold about as many numbers each, rounded to two digits.

    Args:
        values: finite numbers
        bins: the greatest number of bins
    """
    shares = np.quantile(np.array(values, float), np.linspace(0, 1, bins + 1)[:-1])
    edges = [_rounded(share) for share in shares.tolist()]
    edges[0] = min(edges[0], min(values))
    return tuple(sorted(set(edges)))


def _rounded(number: float) -> float:
    if number == 0:
        return 0.0
    digits = 1 - math.floor(math.log10(abs(number)))
    return float(round(number, digits))


@dataclass
class GroupCodes:
    """A number for each group that was met, from 0 on; 0 is that of `NO_VALUE`."""

    codes: dict[tuple[bool, Group], int] = field(
        default_factory=lambda: {(False, NO_VALUE): 0}
    )

    def code(self, group: Group) -> int:
        """The number of a group; True is not 1."""
        return self.codes.setdefault((isinstance(group, bool), group), len(self.codes))

    def of(self, groups: Sequence[Group]) -> Codes:
        """The number of each of some groups: int64 (n,)."""
        return np.array([self.code(group) for group in groups], np.int64)

    @property
    def names(self) -> list[str]:
        """A text for each number, for tables that are by class."""
        return [str(code) for code in range(len(self.codes))]

    def groups(self) -> list[Group]:
        """The group of each number."""
        return [group for _, group in self.codes]


@dataclass
class GroupCounts:
    """What is counted of each group, by its number; batches add up in any order.

    Attributes:
        codes: the numbers of the groups
        images: images by group: those with a label of it, or that are of it
        totals: what a comparison found, groups in the place of classes
        whole: what it found on all labels
        censuses: the census of each side, groups in the place of classes
    """

    codes: GroupCodes = field(default_factory=GroupCodes)
    images: Counter[int] = field(default_factory=Counter)
    totals: ComparisonTotals = field(default_factory=ComparisonTotals)
    whole: ComparisonTotals = field(default_factory=ComparisonTotals)
    censuses: list[LabelCensus] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class GroupedImages:
    """Images and the groups that they, or their labels, are of.

    An image of several groups counts as one of each: it is there several times.

    Attributes:
        source: int64 (v,), which of the images each stands for
        image_groups: int64 (v,), the number of its group; None where labels have groups
        label_groups: of each side the number of every label's group, as the labels
            stand before any image is repeated; none where images have groups
    """

    source: Codes
    image_groups: Codes | None
    label_groups: Sequence[Codes] = ()

    def spread(self, side: Columns, place: int) -> Columns:
        """The labels of a side on these images, with groups in the place of classes.

        Args:
            side: the labels, in the order of their images
            place: which side it is
        """
        if self.image_groups is None:
            return replace(side, classes=self.label_groups[place])
        starts = np.searchsorted(side.image, self.source)
        counts = np.searchsorted(side.image, self.source, side="right") - starts
        image = np.repeat(np.arange(len(self.source)), counts)
        within = np.arange(len(image)) - np.repeat(np.cumsum(counts) - counts, counts)
        chosen = np.repeat(starts, counts) + within
        taken = _taken(side, chosen)
        if isinstance(taken, ComparedLabels):
            taken = replace(taken, hidden_crowds=self._crowds(taken.hidden_crowds))
        return replace(taken, image=image, classes=self.image_groups[image])

    def _crowds(self, hidden: Collection[LabelKey]) -> Collection[LabelKey]:
        """Crowds that a view leaves out, on these images."""
        if not hidden:
            return ()
        images = self.source.tolist()
        return {(n, i) for n, of in enumerate(images) for at, i in hidden if at == of}


def count_images(
    counts: GroupCounts, images: GroupedImages, sides: Sequence[Any]
) -> None:
    """Counts the images of each group.

    Args:
        counts: where they are counted
        images: the images
        sides: the labels of each side, with the image of each label
    """
    if images.image_groups is not None:
        counts.images.update(images.image_groups.tolist())
        return
    held = {
        pair
        for side, groups in zip(sides, images.label_groups, strict=True)
        for pair in zip(side.image.tolist(), groups.tolist(), strict=True)
    }
    counts.images.update(group for _, group in held)


def tally_groups(
    counts: GroupCounts,
    images: GroupedImages,
    compared: NDArray[np.bool_],
    sides: tuple[ComparedLabels, ComparedLabels],
) -> None:
    """Counts what a comparison found, by group.

    A label counts for its own group; a pair for that of its revised label, or of its
    base label where that one has none.

    Args:
        counts: where it is counted
        images: the images
        compared: bool (images,), which of the images were compared
        sides: the base and the revised labels
    """
    counts.whole += tally_labels(compared, *sides).totals
    base, revised = (images.spread(side, place) for place, side in enumerate(sides))
    found = tally_labels(compared[images.source], *_named(base, revised, counts)).totals
    if images.image_groups is None:
        by_pair = replace(base, classes=_pair_groups(base, revised))
        scored = tally_labels(
            compared[images.source], *_named(by_pair, revised, counts)
        )
        found.scores = scored.totals.scores
    counts.totals += found


def _named(
    base: ComparedLabels, revised: ComparedLabels, counts: GroupCounts
) -> tuple[ComparedLabels, ComparedLabels]:
    names = counts.codes.names
    return replace(base, names=names), replace(revised, names=names)


def _pair_groups(base: ComparedLabels, revised: ComparedLabels) -> Codes:
    """The group of each base label: its partner's, if it is in a pair that has one."""
    places = {key: place for place, key in enumerate(revised.keys())}
    groups: Codes = base.classes.copy()
    for mine, partner in enumerate(base.partner_keys()):
        other = places.get(partner)
        if (
            other is not None
            and revised.classes[other]
            and not np.isnan(base.ious[mine])
        ):
            groups[mine] = revised.classes[other]
    return groups


def _taken(side: Columns, chosen: Codes) -> Columns:
    """Some of the labels of a side, in the order that is given."""
    columns: dict[str, Any] = {}
    for name, column in ((n, getattr(side, n)) for n in side.__dataclass_fields__):
        if name in _SHARED:
            continue
        is_array = isinstance(column, np.ndarray)
        columns[name] = column[chosen] if is_array else [column[n] for n in chosen]
    return replace(side, **columns)


_SHARED = ("images", "names", "derived", "hidden_crowds")
