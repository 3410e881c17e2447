"""Events of a panel are answered in the order in which they came."""

from __future__ import annotations

import threading

import pytest
from sama_coco.panels import turns
from sama_coco.panels.turns import Turns, turns_of


def test_who_waits_is_not_overtaken() -> None:
    turns, order = Turns(), list[str]()
    inside, asking = threading.Event(), threading.Event()

    def wait_for_turn() -> None:
        inside.wait()
        asking.set()
        with turns.turn():
            order.append("second")

    waiting = threading.Thread(target=wait_for_turn)
    waiting.start()
    with turns.turn():
        order.append("first")
        inside.set()
        asking.wait()
        while turns._taken < 2:
            pass
    with turns.turn():
        order.append("third")
    waiting.join()
    assert order == ["first", "second", "third"]


def test_a_turn_that_fails_ends() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="failed"), turns.turn():
        raise ValueError("failed")
    with turns.turn():
        pass


def test_events_of_a_panel_share_turns_that_are_not_kept() -> None:
    own = turns_of("one")
    assert turns_of("one") is own
    assert turns_of("two") is not own
    del own
    assert not turns._turns
