"""Names as people read them in a report: one line, and in the order it is written."""

from __future__ import annotations

from unicodedata import bidirectional, category

_TURNING = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))
"""Classes of characters that are not seen and turn the text behind them around."""


def one_line(text: str) -> str:
    """Text with spaces for line breaks, and without other control characters."""
    return "".join(" " if c.isspace() else _shown(c) for c in text)


def shorten(text: str, longest: int) -> str:
    """Text of one line, its end left out where it is too long."""
    line = one_line(text).strip()
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _shown(character: str) -> str:
    is_hidden = category(character) in ("Cc", "Cs")
    return "\ufffd" if is_hidden or bidirectional(character) in _TURNING else character
