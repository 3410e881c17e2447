"""Items, the units of decision, computed from columns of labels."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...comparison import Status

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BASE, REVISED = 0, 1
"""The sides."""

NEWER = -1
"""In place of a status, for a label that is newer than the comparison."""

GROUPED = Status.SPLIT, Status.MERGED


@dataclass(frozen=True)
class LabelColumns:
    """The labels of both sides of some samples, an entry a label in every column.

    Attributes:
        sample: the number of the label's sample
        side: `BASE` or `REVISED`
        status: the status' order in `Status`, or `NEWER`
        item: a number for each item, the same on all its labels; -1 where there is none
        iou: the IoU with the partner; NaN where there is none
        area: the area in px²; NaN where it is not known
        evidence: evidence for revised over base, in [-1, 1]; NaN where there is none
        crowd: whether it is a crowd
        compared_class: the number of the class that was compared
        own_class: the number of the label's own class
        verdicts: the verdicts in its tags, a bit each, in the order of `Verdict`
        sample_verdicts: the same of each sample
        class_names: the classes by number
    """

    sample: Ints
    side: Ints
    status: Ints
    item: Ints
    iou: Floats
    area: Floats
    evidence: Floats
    crowd: NDArray[np.bool_]
    compared_class: Ints
    own_class: Ints
    verdicts: Ints
    sample_verdicts: Ints
    class_names: list[str]

    def __len__(self) -> int:
        return len(self.side)


@dataclass(frozen=True)
class Items:
    """The items of some samples, an entry an item in every column.

    Attributes:
        of_label: the item of each label; -1 for labels that are in none
        first: its first label
        sample: the number of its sample
        statuses: its statuses, the bit ``1 << order`` each
        iou: the highest IoU on its labels; NaN where there is none
        area: the area of its largest label in px²; NaN where it is not known
        evidence: the evidence for revised over base; NaN where there is none
        crowd: whether any of its labels is a crowd
        counts: (n, 2), its labels in base and in revised
        verdicts: the verdicts on its labels, else on its sample, as in `LabelColumns`
        majority: the side, or -1, that its classes with a majority agree on: of more
            labels of the class on the sample
        with_class: the items of pairs of an item and a class of it
        classes: the classes of these pairs, by number
        class_names: the classes by number
        degenerate: the number of labels left out because they cover nothing
        newer: the number of labels left out because they are newer than the comparison
    """

    of_label: Ints
    first: Ints
    sample: Ints
    statuses: Ints
    iou: Floats
    area: Floats
    evidence: Floats
    crowd: NDArray[np.bool_]
    counts: Ints
    verdicts: Ints
    majority: Ints
    with_class: Ints
    classes: Ints
    class_names: list[str] = field(repr=False)
    degenerate: int = 0
    newer: int = 0

    def __len__(self) -> int:
        return len(self.sample)


def group_labels(labels: LabelColumns) -> Items:
    """Groups labels into items.

    Degenerate labels and those that are newer than the comparison are counted and in
    no item.

    Args:
        labels: the labels
    """
    is_newer = labels.status == NEWER
    is_degenerate = labels.status == Status.DEGENERATE.order
    chosen = np.flatnonzero(~is_newer & ~is_degenerate)
    _, first, numbers = np.unique(
        labels.item[chosen], return_index=True, return_inverse=True
    )
    of_label = np.full(len(labels), -1, np.int64)
    of_label[chosen] = numbers
    size = len(first)
    sample = labels.sample[chosen][first]
    statuses = _bits(numbers, 1 << labels.status[chosen], size)
    grouped = statuses & sum(1 << status.order for status in GROUPED)
    side = labels.side[chosen]
    counts = np.bincount(2 * numbers + side, minlength=2 * size).reshape(size, 2)
    own_verdicts = _bits(numbers, labels.verdicts[chosen], size)
    compared, own = labels.compared_class[chosen], labels.own_class[chosen]
    with_class, classes = _pairs(
        np.concatenate([numbers, numbers]), np.concatenate([compared, own])
    )
    return Items(
        of_label=of_label,
        first=chosen[first],
        sample=sample,
        statuses=np.where(grouped > 0, grouped, statuses),
        iou=_greatest(numbers, labels.iou[chosen], size),
        area=_greatest(numbers, labels.area[chosen], size),
        evidence=_greatest(numbers, labels.evidence[chosen], size),
        crowd=_bits(numbers, labels.crowd[chosen].astype(np.int64), size) > 0,
        counts=counts,
        verdicts=np.where(
            own_verdicts > 0, own_verdicts, labels.sample_verdicts[sample]
        ),
        majority=_majority(numbers, labels.sample[chosen], side, compared, size),
        with_class=with_class,
        classes=classes,
        class_names=labels.class_names,
        degenerate=int(is_degenerate.sum()),
        newer=int(is_newer.sum()),
    )


def _bits(numbers: Ints, values: Ints, size: int) -> Ints:
    """For each number, the bits of all its values."""
    found = np.zeros(size, np.int64)
    np.bitwise_or.at(found, numbers, values)
    return found


def _greatest(numbers: Ints, values: Floats, size: int) -> Floats:
    """For each number, the greatest of its values; NaN where none is known."""
    found = np.full(size, np.nan)
    np.fmax.at(found, numbers, values)
    return found


def _pairs(first: Ints, second: Ints) -> tuple[Ints, Ints]:
    """The pairs that occur, once each, in order."""
    width = int(second.max(initial=0)) + 1
    found = np.unique(first * width + second)
    return found // width, found % width


def _majority(
    numbers: Ints, sample: Ints, side: Ints, classes: Ints, size: int
) -> Ints:
    """For each item, the side that has more labels of its classes on its sample.

    Returns:
        (size,), `BASE`, `REVISED`, or -1 where no class of it has a majority or two
        of them have different ones
    """
    width = int(classes.max(initial=0)) + 1
    kinds, kind = np.unique(sample * width + classes, return_inverse=True)
    lead = np.bincount(kind, 2 * side - 1, len(kinds))
    wanted = np.zeros((size, 2), bool)
    for chosen, wins in ((BASE, lead < 0), (REVISED, lead > 0)):
        wanted[numbers[wins[kind]], chosen] = True
    return np.where(wanted[:, BASE] == wanted[:, REVISED], -1, wanted[:, REVISED])
