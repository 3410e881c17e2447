"""What a person chose in the panel of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ...runs.census_views import Wanted

TEN, ALL = "ten most frequent", "all classes"
WHERE = {
    "either": "in either label set",
    "both": "in both label sets",
    "base": "in base",
    "revised": "in revised",
}


@dataclass(frozen=True)
class Controls:
    """What is chosen; hashable, so that what is worked out of it can be kept.

    Attributes:
        classes_shown: which classes the bar chart shows
        log: whether its axis is logarithmic
        search: part of the names of the classes in the table
        must: classes that images must hold
        may: classes of which images hold one or more
        must_not: classes that images must not hold
        where: in which label sets, a key of `WHERE`
    """

    classes_shown: str = TEN
    log: bool = False
    search: str = ""
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    where: str = "either"

    @classmethod
    def of(cls, state: Mapping[str, Any] | None) -> Controls:
        """From a panel's state, which holds lists and may lack what is as it was."""
        known = {field.name for field in fields(cls)}
        found: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in (state or {}).items()
            if name in known and value is not None
        }
        return cls(**found)

    @property
    def wanted(self) -> Wanted:
        """What the explorer is asked."""
        where: Any = self.where
        return Wanted(self.must, self.may, self.must_not, where)
