"""Tables of counts as JSON-plain rows, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any


def rows(table: Counter[Any]) -> list[list[Any]]:
    """A table as sorted lists of what its keys are made of and the count."""
    return sorted(
        [*map(_plain, key if isinstance(key, tuple) else (key,)), count]
        for key, count in table.items()
        if count
    )


def counter(found: Iterable[Sequence[Any]], types: tuple[type, ...]) -> Counter[Any]:
    """The inverse of `rows`.

    Args:
        found: the rows
        types: what the parts of a key are of; a key of one part is that part

    Raises:
        TypeError: if a row has another number of keys
    """
    table: Counter[Any] = Counter()
    for *key, count in found:
        if len(key) != len(types):
            raise TypeError(f"a row of {len(key)} keys, expected {len(types)}")
        parts = tuple(kind(part) for kind, part in zip(types, key, strict=True))
        table[parts if len(parts) > 1 else parts[0]] += int(count)
    return table


def _plain(part: Any) -> Any:
    return str(part) if isinstance(part, str) else part
