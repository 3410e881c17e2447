"""What a window shows, as its events say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_PLACE = re.compile(
    r"(?P<sample>[0-9a-f]{24}|)-(?P<sort>\w*)-(?P<way>up|down)-(?P<run>\w+)$"
)


@dataclass(frozen=True)
class Place:
    """A sample as a comparison sees it, and the order of its table.

    Windows share the state of a panel, so what one of them shows can't be read there.
    It stands in the names of what a window holds, with which it comes back.

    Attributes:
        run: the key of the comparison
        sample_id: the sample; None if there is none
        sort: the column that its table is sorted by; None for the order of its objects
        descending: whether the greatest comes first
    """

    run: str
    sample_id: str | None = None
    sort: str | None = None
    descending: bool = False

    def __str__(self) -> str:
        way = "down" if self.descending else "up"
        return f"{self.sample_id or ''}-{self.sort or ''}-{way}-{self.run}"

    def name(self, thing: str) -> str:
        """The name of a thing of the panel, of which `read` finds this place."""
        return f"{thing}-{self}"

    @staticmethod
    def read(text: Any) -> Place | None:
        """The place that a name, or the path of an event, ends with."""
        found = _PLACE.search(text) if isinstance(text, str) else None
        if found is None:
            return None
        sample, sort, way, run = found.group("sample", "sort", "way", "run")
        return Place(run, sample or None, sort or None, way == "down")
