"""The counts of a reconciliation: decisions, rules, and open items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...comparison import Status
from .deciding import TAKE_BITS, Decisions, count_fits
from .items import Ints, Items
from .policies import Policy

OPEN_ITEMS = "open"
"""The column of items that nothing decides."""

DECISIONS = ("base", "revised", "both", "neither", OPEN_ITEMS)
SIDES = ("base", "revised")

_TAKES = {TAKE_BITS[name]: name for name in DECISIONS[:-1]}


@dataclass
class Tally:
    """Counts of a reconciliation; those of several parts add up.

    Attributes:
        images: the samples
        items: the items by their statuses and what is decided, open ones apart
        deciders: the items that a verdict decides, that the policy does, and open ones
        fits: for each rule, from 1, the items that it fits, whatever precedes it
        reached: for each rule the items of these that no earlier rule fits
        decided: for each rule the items of these that it decides; verdicts come first
        labels: the labels taken, by side
        degenerate: the labels that are in no item because they cover nothing
        newer: the labels that are in no item because they are newer than the comparison
        filled_boxes: the boxes that became masks
        open_items: the names of open items, by sample id
        conflicts: the names of items with different verdicts, by sample id
    """

    images: int = 0
    items: Counter[tuple[str, str]] = field(default_factory=Counter)
    deciders: Counter[str] = field(default_factory=Counter)
    fits: Counter[int] = field(default_factory=Counter)
    reached: Counter[int] = field(default_factory=Counter)
    decided: Counter[int] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    degenerate: int = 0
    newer: int = 0
    filled_boxes: int = 0
    open_items: dict[str, list[str]] = field(default_factory=dict)
    conflicts: dict[str, list[str]] = field(default_factory=dict)

    def count(
        self,
        items: Items,
        decisions: Decisions,
        policy: Policy,
        takes: Ints,
        name: Callable[[int], tuple[str, str]],
    ) -> None:
        """Counts the items of some samples.

        Args:
            items: the items
            decisions: what is decided of them
            policy: the policy
            takes: what is taken of each, open ones included, as in `TAKE_BITS`
            name: gives the id of the sample of an item, and the item's name
        """
        open_, rule = decisions.is_open, decisions.rule
        found = np.where(open_, -1, decisions.take)
        kinds, counts = np.unique(
            np.stack([items.statuses, found]), axis=1, return_counts=True
        )
        for (statuses, take), number in zip(
            kinds.T.tolist(), counts.tolist(), strict=True
        ):
            decision = _TAKES.get(take, OPEN_ITEMS)
            self.items[status_names(statuses), decision] += number
        by_verdict = decisions.by_verdict
        self.deciders["verdict"] += int((by_verdict & ~open_).sum())
        self.deciders["policy"] += int((~by_verdict & ~open_).sum())
        self.deciders[OPEN_ITEMS] += int(open_.sum())
        for number, fits in enumerate(count_fits(items, policy).tolist(), 1):
            self.fits[number] += fits
            self.reached[number] += int((rule == number).sum())
            self.decided[number] += int(((rule == number) & ~by_verdict).sum())
        for bit, side in enumerate(SIDES):
            self.labels[side] += int(items.counts[(takes >> bit & 1) > 0, bit].sum())
        self.degenerate += items.degenerate
        self.newer += items.newer
        for chosen, kept in (
            (open_, self.open_items),
            (decisions.is_conflict, self.conflicts),
        ):
            for number in np.flatnonzero(chosen).tolist():
                sample, item = name(number)
                kept.setdefault(sample, []).append(item)

    def __iadd__(self, other: Tally) -> Tally:
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.open_items |= other.open_items
        self.conflicts |= other.conflicts
        return self

    def unreached(self) -> list[int]:
        """The numbers of rules that fit items, each of which an earlier rule fits."""
        return [
            number
            for number, fits in sorted(self.fits.items())
            if fits and not self.reached[number]
        ]

    def to_dict(self) -> dict[str, Any]:
        """The stored values, in plain JSON."""
        items = [[*kind, count] for kind, count in sorted(self.items.items())]
        rules = {
            name: {str(n): count for n, count in sorted(getattr(self, name).items())}
            for name in _BY_RULE
        }
        named = {name: dict(getattr(self, name)) for name in ("deciders", "labels")}
        plain = {name: getattr(self, name) for name in (*_NUMBERS, *_BY_SAMPLE)}
        return {"items": items, **rules, **named, **plain}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Tally:
        """The inverse of `to_dict`."""
        counted: dict[str, Any] = {
            name: Counter({int(n): count for n, count in document[name].items()})
            for name in _BY_RULE
        }
        return cls(
            items=Counter({(s, d): count for s, d, count in document["items"]}),
            deciders=Counter(document["deciders"]),
            labels=Counter(document["labels"]),
            **counted,
            **{name: document[name] for name in (*_NUMBERS, *_BY_SAMPLE)},
        )


def status_names(statuses: int) -> str:
    """The statuses of an item as tables call them, such as ``split + merged``."""
    return " + ".join(_names(statuses))


def status_order(names: Iterable[str]) -> list[str]:
    """Names that :func:`status_names` gave, in order, those of several last."""
    orders = {str(status): status.order for status in Status}

    def order(name: str) -> tuple[int, list[int]]:
        parts = [orders[part] for part in name.split(" + ")]
        return len(parts), parts

    return sorted(names, key=order)


def _names(statuses: int) -> Iterator[str]:
    return (str(status) for status in Status if statuses >> status.order & 1)


_BY_RULE = ("fits", "reached", "decided")
_BY_SAMPLE = ("open_items", "conflicts")
_COUNTERS = ("items", "deciders", "labels", *_BY_RULE)
_NUMBERS = ("images", "degenerate", "newer", "filled_boxes")
