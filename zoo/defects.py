"""What was left out of a load or a comparison, or kept with a defect: counted."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from .errors import FormatError

logger = logging.getLogger(__name__)


class Defects:
    """Defects by kind: how many there are, and the first places of each.

    Args:
        strict (False): whether anything that is left out is an error instead
    """

    EXAMPLES = 3
    """The most places that are named of a kind."""

    def __init__(self, strict: bool = False) -> None:
        self.strict = strict
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = {}
        self.reasons: dict[str, str] = {}
        """The kind of every defect that was noted here, by where it was found."""

    def skip(self, kind: str, where: str) -> None:
        """Counts something that is left out.

        Args:
            kind: what is wrong, in words that fit every case of it
            where: the file, image, annotation or label it was found in

        Raises:
            FormatError: if these defects are ``strict``
        """
        if self.strict:
            raise FormatError(f"{kind}: {where}")
        self.note(kind, where)

    def note(self, kind: str, where: str) -> None:
        """Counts a defect of something that is kept all the same."""
        self.reasons[where] = kind
        self.add(kind, 1, [where])

    def add(self, kind: str, count: int, examples: Sequence[str] = ()) -> None:
        """Counts defects of which some places are known."""
        self.counts[kind] += count
        known = self.examples.setdefault(kind, [])
        known.extend(examples[: self.EXAMPLES - len(known)])

    def __iadd__(self, other: Defects) -> Defects:
        for kind, count in other.counts.items():
            self.add(kind, count, other.examples[kind])
        return self

    def to_dict(self) -> dict[str, Any]:
        """``{kind: {"count": ..., "examples": [...]}}`` by kind, JSON-plain."""
        return {
            kind: {"count": count, "examples": self.examples[kind]}
            for kind, count in sorted(self.counts.items())
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Defects:
        """The inverse of :meth:`to_dict`."""
        defects = cls()
        for kind, found in document.items():
            defects.add(kind, found["count"], found["examples"])
        return defects

    def __len__(self) -> int:
        return sum(self.counts.values())

    def lines(self) -> list[str]:
        """One line a kind, the most frequent first: its count and first places."""
        kinds = sorted(self.counts, key=lambda kind: (-self.counts[kind], kind))
        return [
            f"{self.counts[kind]} x {kind} ({', '.join(self.examples[kind])}"
            f"{', ...' if self.counts[kind] > len(self.examples[kind]) else ''})"
            for kind in kinds
        ]

    def log(self) -> None:
        """Logs a warning a line."""
        for line in self.lines():
            logger.warning("%s", line)
