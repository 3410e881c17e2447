"""What a person chose in the panel of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from ...labelsets.census.census_views import ClassQuery

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
        benchmark: the key of the benchmark that is shown
        model: the field of predictions that is shown
        pair: the difference of two label sets that is shown by class
        curve_class: the class whose precision is shown over recall
        agreement: the key of the agreement that is shown
        score: the score of each pair of label sets that is shown
        group_by: what label sets are grouped by
    """

    classes_shown: str = TEN
    log: bool = False
    search: str = ""
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    where: str = "either"
    benchmark: str | None = None
    model: str | None = None
    pair: str | None = None
    curve_class: str | None = None
    agreement: str | None = None
    score: str | None = None
    group_by: str | None = None

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
    def wanted(self) -> ClassQuery:
        """What the explorer is asked."""
        where: Any = self.where
        return ClassQuery(self.must, self.may, self.must_not, where)

    @property
    def plain(self) -> dict[str, Any]:
        """What inputs hold, JSON-plain; the inverse of `of`."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }
