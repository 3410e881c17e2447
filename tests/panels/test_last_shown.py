"""What windows were shown last is remembered, of as many as were used last."""

from __future__ import annotations

from sama_coco.panels.last_shown import MOST_WINDOWS, LastShown


def test_what_a_window_was_shown_takes_the_place_of_what_its_event_says() -> None:
    shown = LastShown[str]()
    assert shown.get("one", "said") == "said"
    shown.set("one", "later")
    assert shown.get("one", "said") == "later"
    assert shown.get("two", "said") == "said"


def test_windows_without_a_name_are_not_taken_for_each_other() -> None:
    shown = LastShown[str]()
    shown.set("", "of another")
    assert shown.get("", "said") == "said"


def test_the_window_used_longest_ago_is_forgotten() -> None:
    shown = LastShown[int]()
    for number in range(MOST_WINDOWS):
        shown.set(str(number), number)
    assert shown.get("0", -1) == 0
    shown.set("one more", 0)
    assert shown.get("0", -1) == 0
    assert shown.get("1", -1) == -1
