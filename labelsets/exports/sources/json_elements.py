"""The elements of the lists in a JSON document, found without reading it as a whole.

Only brackets and quotes are looked at, many megabytes at a time: what an element
holds is for whoever decodes it. The document must be sound JSON, but for NaN and
Infinity, which may stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

CHUNK = 1 << 22

_QUOTE, _BACKSLASH = ord('"'), ord("\\")
_OPEN, _CLOSE = ord("["), ord("]")
_FOLD = 0xDF
"""The bits of a brace that it shares with the square bracket of its kind."""
_COMMON = ~(_OPEN ^ _CLOSE) & _FOLD
"""The bits that all brackets share, and few other characters."""
_KEY = re.compile(rb'"((?:[^"\\]|\\.)*)"\s*:\s*\Z')
_LONGEST_KEY = 1024
_IN_LIST = 2
"""How many brackets are open inside a list of the document's object."""

Places = NDArray[np.int64]


class Elements(NamedTuple):
    """Some elements of one list, in order.

    Attributes:
        key: the list's name
        offset: where in the document ``data`` begins, in bytes
        data: a part of the document
        starts: int64 (n,), where in ``data`` each element begins
        ends: int64 (n,), where it ends
    """

    key: str
    offset: int
    data: bytes
    starts: Places
    ends: Places


def find_elements(file: IO[bytes], chunk: int = CHUNK) -> Iterator[Elements]:
    """Yields the objects in the named lists of a JSON object, as a file has them.

    Memory is flat: as much as a chunk, or the largest element.

    Args:
        file: the document
        chunk: how many bytes are looked at together
    """
    data, offset, key, depth = b"", 0, "", 0
    while more := file.read(max(chunk, len(data))):
        data += more
        places, depths = _brackets(data, depth)
        done = 0
        for name, starts, ends in _lists(data, places, depths, depth, key):
            key = name
            if len(ends):
                done = int(ends[-1])
                if name:
                    yield Elements(name, offset, data, starts[: len(ends)], ends)
        if done:
            data, offset, depth = data[done:], offset + done, _IN_LIST


def _brackets(data: bytes, depth: int) -> tuple[Places, Places]:
    """The m brackets outside of strings.

    Args:
        data: a part of a document that begins outside of a string
        depth: how many brackets are open where it begins

    Returns:
        where they are, int64 (m,), and how many are open after each, int64 (m,)
    """
    codes = np.frombuffer(data, np.uint8)
    places = np.flatnonzero((codes & _COMMON) == (_OPEN & _CLOSE))
    folded = codes[places] & _FOLD
    is_bracket = (folded == _OPEN) | (folded == _CLOSE)
    quotes = np.flatnonzero(codes == _QUOTE)
    if b"\\" in data:
        quotes = quotes[~_are_escaped(codes, quotes)]
    is_outside = np.searchsorted(quotes, places) % 2 == 0
    kept = is_bracket & is_outside
    steps = np.where(folded[kept] == _OPEN, 1, -1)
    return places[kept], depth + np.cumsum(steps)


def _are_escaped(codes: NDArray[np.uint8], quotes: Places) -> NDArray[np.bool_]:
    """bool (n,): whether an odd number of backslashes stands before each quote."""
    slashes = np.flatnonzero(codes == _BACKSLASH)
    breaks = np.flatnonzero(np.diff(slashes, prepend=-2) != 1)
    firsts = slashes[breaks]
    lasts = slashes[np.append(breaks[1:], len(slashes)) - 1]
    run = np.searchsorted(firsts, quotes) - 1
    follows = (run >= 0) & (lasts[run] == quotes - 1)
    found: NDArray[np.bool_] = follows & ((quotes - firsts[run]) % 2 == 1)
    return found


def _lists(
    data: bytes, places: Places, depths: Places, depth: int, key: str
) -> Iterator[tuple[str, Places, Places]]:
    """Yields each list that is in a part of a document, or goes on in it.

    Returns:
        its name, and where its elements begin and end: int64 (n,) and (n or n - 1,)
    """
    before = np.concatenate(([depth], depths[:-1]))
    is_opening = (before == _IN_LIST - 1) & (depths == _IN_LIST)
    bounds = [0, *np.flatnonzero(is_opening).tolist(), len(places)]
    for first, last in pairwise(bounds):
        part = slice(first, last)
        if is_opening[part][:1].any():
            key = _name(data, int(places[first]))
        starts = (before[part] == _IN_LIST) & (depths[part] == _IN_LIST + 1)
        ends = (before[part] == _IN_LIST + 1) & (depths[part] == _IN_LIST)
        yield key, places[part][starts], places[part][ends] + 1


def _name(data: bytes, bracket: int) -> str:
    """The name of the list that a bracket opens; none if it opens no list."""
    found = _KEY.search(data[max(0, bracket - _LONGEST_KEY) : bracket])
    if found is None or data[bracket] != _OPEN:
        return ""
    return found[1].decode("utf-8", "replace")
