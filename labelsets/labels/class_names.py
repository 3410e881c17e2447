"""Names of classes: which are likely the same class, spelled or called differently."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from typing import NamedTuple

_NEAR = 0.6

_SAME = (
    ("aeroplane", "airplane"),
    ("cell phone", "mobile phone"),
    ("cow", "cattle"),
    ("dining table", "kitchen & dining room table"),
    ("donut", "doughnut"),
    ("frisbee", "flying disc"),
    ("hair drier", "hair dryer"),
    ("keyboard", "computer keyboard"),
    ("microwave", "microwave oven"),
    ("motorbike", "motorcycle"),
    ("mouse", "computer mouse"),
    ("potted plant", "houseplant"),
    ("remote", "remote control"),
    ("skis", "ski"),
    ("sofa", "couch"),
    ("sports ball", "ball"),
    ("tv", "tvmonitor", "tv monitor", "television"),
)
"""What Pascal VOC, COCO and Open Images call the same class, folded names aside."""


def fold(name: str) -> str:
    """A name without what tells no classes apart: case, spaces, ``_`` and ``-``."""
    return "".join(c for c in name.casefold() if c not in " _-")


_GROUPS = {fold(name): number for number, names in enumerate(_SAME) for name in names}


def same_class(name: str, known: Sequence[str]) -> str | None:
    """The class that is most likely meant by a name that is not among the known ones.

    Args:
        name: the name
        known: the classes to choose from

    Returns:
        the class whose name is the same but for case, spaces, ``_`` and ``-``, else
        one that VOC, COCO or Open Images call so; None if there is neither
    """
    folded = {fold(one): one for one in reversed(known)}
    if (found := folded.get(fold(name))) is not None:
        return found
    group = _GROUPS.get(fold(name))
    named = (one for one in known if _GROUPS.get(fold(one), -1) == group)
    return next(named, None)


def nearest_class(name: str, known: Sequence[str]) -> str | None:
    """The class that is the same as a name, or else spelled most like it.

    Args:
        name: the name
        known: the classes to choose from

    Returns:
        one of them, None if none is near
    """
    if (same := same_class(name, known)) is not None:
        return same
    folded = {fold(one): one for one in reversed(known)}
    found = difflib.get_close_matches(fold(name), folded, 1, _NEAR)
    return folded[found[0]] if found else None


class OneSided(NamedTuple):
    """A class that only one of two sides has.

    Attributes:
        name: the class
        side: 0 for base, 1 for revised
        suggestion: what the other side likely calls it, None if nothing is likely
    """

    name: str
    side: int
    suggestion: str | None


def one_sided_classes(
    base: Collection[str], revised: Collection[str]
) -> list[OneSided]:
    """The classes that only one of two sides has, base's first, sorted.

    Args:
        base: the classes of one side
        revised: those of the other
    """
    sides = set(base), set(revised)
    return [
        OneSided(name, side, same_class(name, sorted(other)))
        for side, (own, other) in enumerate((sides, sides[::-1]))
        for name in sorted(own - other)
    ]
