"""What a window shows, as its events report it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import uuid4

from ..window_names import WindowName


@dataclass(frozen=True)
class Place(WindowName):
    """A sample as a comparison sees it, and what its table shows.

    Attributes:
        run: the key of the comparison
        sample_id: the sample; None if there is none
        sort: the column that its table is sorted by; None for the order of its objects
        descending: whether the greatest comes first
        policy: the policy that decides items without a verdict; None for none
        open_only: whether only open items are shown
        page: the page of the table, from 0
        window: what tells the window from others, since the panel was loaded in it
    """

    run: str
    sample_id: str | None = None
    sort: str | None = None
    descending: bool = False
    policy: str | None = None
    open_only: bool = False
    page: int = 0
    window: str = ""
    PATTERN: ClassVar[re.Pattern[str]] = re.compile(
        r"(?P<window>[0-9a-f]{8}|)-(?P<sample>[0-9a-f]{24}|)-(?P<sort>\w*)"
        r"-(?P<way>up|down)-(?P<items>all|open)-(?P<page>\d{1,6})-(?P<policy>\w*)"
        r"-(?P<run>\w+)$"
    )

    def __str__(self) -> str:
        way = "down" if self.descending else "up"
        items = "open" if self.open_only else "all"
        first = f"{self.window}-{self.sample_id or ''}-{self.sort or ''}"
        return f"{first}-{way}-{items}-{self.page}-{self.policy or ''}-{self.run}"

    def in_new_window(self) -> Place:
        """The same in a window that has not been told from others yet."""
        return replace(self, window=uuid4().hex[:8])

    def shows_image_of(self, other: Place) -> bool:
        """Whether another place is on the same image, of the same comparison."""
        return (self.run, self.sample_id) == (other.run, other.sample_id)

    @classmethod
    def parsed(cls, found: re.Match[str]) -> Place:
        """See `WindowName.parsed`."""
        return Place(
            found["run"],
            found["sample"] or None,
            found["sort"] or None,
            found["way"] == "down",
            found["policy"] or None,
            found["items"] == "open",
            int(found["page"]),
            found["window"],
        )
