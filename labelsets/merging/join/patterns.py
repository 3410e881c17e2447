"""Patterns that may join names that a tool has changed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

KNOWN = (
    r"^(.+)_(?:jpe?g|png|bmp|webp|tiff?)\.rf\.",  # Roboflow: NAME_jpg.rf.HASH.jpg
    r"^[0-9a-f]{6,8}-(.+)\.\w+$",  # Label Studio: HASH-NAME.jpg
    r"(\d{12})",  # COCO
)
"""Patterns for the names that tools give exported images."""

_LOOKED_AT = 50
_LONGEST_STEM = 100
_LEAST_COMMON = 3


def candidate_patterns(here: Sequence[str], there: Sequence[str]) -> list[str]:
    """Patterns that may find what names on two sides have in common, likely ones first.

    Args:
        here: the stems of one side
        there: the stems of the other side
    """
    return [*KNOWN, *_around(here, there), *_around(there, here)]


def _around(stems: Sequence[str], longer: Sequence[str]) -> Iterable[str]:
    """Patterns for the text before and after a stem in a longer one."""
    known = set(stems)
    found = []
    for name in itertools.islice(longer, _LOOKED_AT):
        whole = _longest_part(name, known)
        if whole and whole != name:
            before, _, after = name.partition(whole)
            found.append((before, after))
    befores, afters = ({pair[i] for pair in found} for i in (0, 1))
    if found:
        yield f"^{_covering(befores)}(.+){_covering(afters)}\\.\\w+$"


def _longest_part(name: str, known: set[str]) -> str | None:
    """The longest part of a name that is a whole stem of the other side."""
    name = name[:_LONGEST_STEM]
    for length in range(len(name), _LEAST_COMMON - 1, -1):
        for start in range(len(name) - length + 1):
            if name[start : start + length] in known:
                return name[start : start + length]
    return None


def _covering(texts: set[str]) -> str:
    """A regular expression that fits all of some texts."""
    if len(texts) == 1:
        return re.escape(texts.pop())
    if all(re.fullmatch(r"[0-9a-f]+[-_]", text) for text in texts):
        ends = {text[-1] for text in texts}
        return f"[0-9a-f]+[{''.join(sorted(ends, reverse=True))}]"
    return ".*?"
