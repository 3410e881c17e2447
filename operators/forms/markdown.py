"""Text for the parts of the App that read Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """Escapes text, so that the App's Markdown shows its characters as they are."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def code_block(title: str, lines: Iterable[str]) -> str:
    """A block that shows lines as they are, to be copied, under a title of one word."""
    text = "\n".join(lines)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{title}\n{text}\n{fence}"
