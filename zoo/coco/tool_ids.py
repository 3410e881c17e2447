"""Ids of any kind that tools write, as the whole numbers that COCO has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_LARGEST = 2**63 - 1


def whole_number(value: Any) -> int | None:
    """The whole number from 0 on that an id is, or that its text says; else None.

    Args:
        value: a number, text or anything else
    """
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= _LARGEST else None


class IdTable:
    """Numbers for the ids of a list; those that are no whole numbers count on.

    Args:
        ids: the ids in the order of the file
    """

    def __init__(self, ids: Iterable[Any]) -> None:
        self._numbers: dict[str, int] = {}
        self.texts: dict[int, str] = {}
        listed = list(ids)
        known = [n for n in map(whole_number, listed) if n is not None]
        self._next = max(known, default=0) + 1
        for id in listed:
            if whole_number(id) is None and id is not None:
                self._number(str(id))

    def __getitem__(self, id: Any) -> int | None:
        """The number of an id; None for one that is not listed and no number."""
        number = whole_number(id)
        return self._numbers.get(str(id)) if number is None else number

    def new(self) -> int:
        """A number that no id has."""
        number, self._next = self._next, self._next + 1
        return number

    def _number(self, text: str) -> None:
        if text not in self._numbers:
            self._numbers[text] = number = self.new()
            self.texts[number] = text
