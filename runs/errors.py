"""What keeps a comparison from being run, and the ledger of broken labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any


class ComparisonError(ValueError):
    """A comparison that can't be run, or a run that can't be used, as asked."""


class BrokenLabels:
    """Labels that were counted as degenerate because something is wrong with them."""

    EXAMPLES = 3

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = {}

    def note(self, reason: str, label_id: str) -> None:
        """Counts a label."""
        self.add(reason, 1, [label_id])

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> BrokenLabels:
        """The inverse of `to_dict`."""
        broken = cls()
        for reason, found in document.items():
            broken.add(reason, found["count"], found["label_ids"])
        return broken

    def add(self, reason: str, count: int, label_ids: list[str]) -> None:
        """Counts labels of which some are named."""
        self.counts[reason] += count
        known = self.examples.setdefault(reason, [])
        known.extend(label_ids[: self.EXAMPLES - len(known)])

    def __iadd__(self, other: BrokenLabels) -> BrokenLabels:
        for reason, count in other.counts.items():
            self.add(reason, count, other.examples[reason])
        return self

    def to_dict(self) -> dict[str, Any]:
        """The count and some label ids of each reason, JSON-plain."""
        return {
            reason: {"count": count, "label_ids": self.examples[reason]}
            for reason, count in sorted(self.counts.items())
        }

    def lines(self) -> list[str]:
        """One line a reason."""
        return [
            f"{count} x {reason} (label {', '.join(self.examples[reason])}"
            f"{', ...' if count > len(self.examples[reason]) else ''})"
            for reason, count in self.counts.most_common()
        ]
