"""Names of classes and files as reports and sheets write them."""

from __future__ import annotations

import pytest
from sama_coco.labelsets.exports.plain_lines import one_line, shorten


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("traffic light", "traffic light"),
        ("a\nb\tc\u2028d", "a b c d"),
        ("\x1b[2J", "\ufffd[2J"),
        ("\u202egpj.exe", "\ufffdgpj.exe"),
        ("\u2067b\u2069a", "\ufffdb\ufffda"),
        ("\ud800", "\ufffd"),
        ("क्\u200dष", "क्\u200dष"),
        ("שלום", "שלום"),
    ],
)
def test_text_becomes_one_line_that_nothing_turns_around(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_the_end_of_what_is_too_long_is_left_out() -> None:
    assert shorten(" person\n", 6) == "person"
    assert shorten("skateboard", 6) == "skate…"
