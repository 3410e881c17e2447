"""The help of the panels."""

from __future__ import annotations

import re

from helpers.checkout import REPOSITORY
from sama_coco.labelsets.comparison import Status
from sama_coco.labelsets.reconciling.decisions.verdicts import Verdict
from sama_coco.panels.differences.help_text import help_text
from sama_coco.panels.numbers.by_the_numbers import ALL_TABS
from sama_coco.panels.numbers.numbers_help import TAB_HELP, numbers_help

SOURCE = REPOSITORY / "panels" / "viewer" / "src" / "keys.ts"
SAME_AS = {"=": "+"}
"""A key without shift, that does what the one with it does."""


def test_it_describes_every_status() -> None:
    for status in Status:
        assert f"**{status}**: {status.description}" in help_text()


def test_it_names_every_key_that_the_viewer_hears() -> None:
    heard = re.findall(r'^    (?:"(\S)"|(\w+)): ', SOURCE.read_text("utf-8"), re.M)
    keys = {(quoted or name) for quoted, name in heard}
    assert {"]", "o", "z", "ArrowUp", "Backspace"} <= keys
    for key in keys:
        letter = key.lower() if len(key) == 1 else key
        said = "arrows" if key.startswith("Arrow") else f"`{SAME_AS.get(key, letter)}`"
        assert said in help_text()


def test_assistive_technology_is_told_the_keys_that_the_help_names() -> None:
    source = SOURCE.read_text("utf-8")
    heard = re.findall(r'^    (?:"(\S)"|(\w+)): ', source, re.M)
    keys = {SAME_AS.get(quoted or name, quoted or name) for quoted, name in heard}
    letters = {key.lower() if len(key) == 1 else key for key in keys}
    verdicts = {str(number) for number, _ in enumerate(Verdict, start=1)}
    (told,) = re.findall(r'^export const SHORTCUTS = "(.+)";$', source, re.M)
    named = {"Plus": "+"}  # a plus joins keys there
    assert {named.get(key, key) for key in told.split(" ")} == letters | verdicts
    assert "+" not in told


def test_the_help_of_the_numbers_says_what_each_tab_counts() -> None:
    assert list(TAB_HELP) == list(ALL_TABS)
    for name, text in TAB_HELP.items():
        assert f"- **{name}**: {text}" in numbers_help()


def test_it_says_which_key_gives_which_verdict() -> None:
    for number, verdict in enumerate(Verdict, start=1):
        assert f"- `{number}`: {verdict}" in help_text()
