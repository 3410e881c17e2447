"""The statuses of objects: their order, colours and wording, the same everywhere."""

from __future__ import annotations

from enum import Enum


class Status(str, Enum):
    """The status of an object in a comparison of a base and a revised label set.

    The colours stay apart for people with protanopia, deuteranopia and tritanopia
    and stand out from black and from white; `identical` and `degenerate` are greys.

    Attributes:
        color: sRGB as #rrggbb
        description: a sentence for people
        order: place in the order of this class, from 0
    """

    IDENTICAL = "identical", "#919191", "The same object with the same mask."
    REFINED = "refined", "#89b1ff", "The same object with another outline."
    RECROWDED = (
        "recrowded",
        "#d89d76",
        "The same object, now a crowd or no longer one.",
    )
    RELABELED = "relabeled", "#890076", "The same object under another class."
    SPLIT = "split", "#6276d8", "One base object that became several revised ones."
    MERGED = "merged", "#0000eb", "Several base objects that became a revised one."
    DISPLACED = (
        "displaced",
        "#c46200",
        "The same class nearby, with little overlap: moved or redrawn.",
    )
    REMOVED = "removed", "#9d1400", "A base object without a counterpart."
    ADDED = "added", "#76ff00", "A revised object without a counterpart."
    DEGENERATE = "degenerate", "#646464", "An object that covers nothing; not matched."

    color: str
    description: str
    order: int

    def __new__(cls, value: str, color: str, description: str) -> Status:
        status = str.__new__(cls, value)
        status._value_ = value
        status.color = color
        status.description = description
        status.order = len(cls.__members__)
        return status

    def __str__(self) -> str:
        return str(self.value)


BY_NAME = {str(status): status for status in Status}
"""The statuses by what labels have of them."""

SIDE_COLORS = {"base": "#2f9bff", "revised": "#ff9419"}
"""The colours of base and revised, apart for any colour vision: blue and orange."""

PAIRED = (
    Status.IDENTICAL,
    Status.REFINED,
    Status.RECROWDED,
    Status.RELABELED,
    Status.DISPLACED,
)
"""The statuses of objects that are in a pair."""
