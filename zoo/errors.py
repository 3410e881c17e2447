"""What can go wrong in a load, and the ledger of annotations left out of one."""

from __future__ import annotations

import difflib
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

logger = logging.getLogger(__name__)


class SamaCocoError(Exception):
    """Base class of the errors that this package words itself."""


class ArgumentError(SamaCocoError, ValueError):
    """An argument of a load has a value that cannot be used."""


class DownloadError(SamaCocoError, OSError):
    """A file could not be fetched, or is not the file that was expected."""


class UnreachableError(DownloadError):
    """No server answers, or none that is in a state to: it may another time."""


class NotFoundError(DownloadError):
    """The server, or the mirror folder, has no such file."""


class FormatError(SamaCocoError, ValueError):
    """A label file or archive is damaged as a whole."""


def one_of(value: object, known: Collection[str], what: str) -> str:
    """A value that must be one of some names.

    Args:
        value: the value
        known: the names
        what: what the names are of, for the error

    Raises:
        ArgumentError: if it is none of them; the nearest is named
    """
    if isinstance(value, str) and value in known:
        return value
    near = difflib.get_close_matches(str(value).lower(), list(known), n=1, cutoff=0.3)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    if len(known) <= 10:
        hint += f" Known: {', '.join(map(repr, known))}"
    raise ArgumentError(f"Unknown {what} {value!r}{hint}")


class Problems:
    """Annotations and images that were left out of a load, or loaded with a defect.

    Args:
        strict (False): raise a :class:`FormatError` at the first thing left out
    """

    EXAMPLES = 3

    def __init__(self, strict: bool = False) -> None:
        self.strict = strict
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = {}

    def skip(self, kind: str, where: str) -> None:
        """Counts something that is left out.

        Args:
            kind: what is wrong, in words that fit every case of it
            where: the file, image or annotation it was found in

        Raises:
            FormatError: if these problems are ``strict``
        """
        if self.strict:
            raise FormatError(f"{kind}: {where}")
        self.note(kind, where)

    def note(self, kind: str, where: str) -> None:
        """Counts a defect of something that is loaded all the same."""
        self.counts[kind] += 1
        examples = self.examples.setdefault(kind, [])
        if len(examples) < self.EXAMPLES:
            examples.append(where)

    def merge(self, other: Problems) -> None:
        """Adds the counts and examples of ``other``, in place."""
        self.counts.update(other.counts)
        for kind, found in other.examples.items():
            known = self.examples.setdefault(kind, [])
            known.extend(found[: self.EXAMPLES - len(known)])

    def to_dict(self) -> dict[str, Any]:
        """The count and the first places of each kind, JSON-plain."""
        return {
            kind: {"count": count, "examples": self.examples[kind]}
            for kind, count in self.counts.items()
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Problems:
        """The inverse of :meth:`to_dict`."""
        problems = cls()
        for kind, found in document.items():
            problems.counts[kind] = found["count"]
            problems.examples[kind] = found["examples"]
        return problems

    def __len__(self) -> int:
        return sum(self.counts.values())

    def lines(self) -> list[str]:
        """One line a kind: its count and the first places it was found in."""
        return [
            f"{count} x {kind} ({_places(self.examples[kind], count)})"
            for kind, count in self.counts.most_common()
        ]

    def report(self) -> None:
        """Logs the summary, if there is anything to say."""
        for line in self.lines():
            logger.warning("%s", line)


def _places(examples: Iterable[str], count: int) -> str:
    shown = list(examples)
    return ", ".join(shown) + (", ..." if count > len(shown) else "")
