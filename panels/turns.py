"""The order in which events of a panel are answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary


class Turns:
    """Lets threads in one at a time, in the order in which they came.

    Those that wait for a `threading.Lock` are overtaken by whoever asks just as it is
    released.
    """

    def __init__(self) -> None:
        self._ended = threading.Condition()
        self._taken = self._current = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits until all that came before are done."""
        with self._ended:
            own = self._taken
            self._taken += 1
            self._ended.wait_for(lambda: self._current == own)
        try:
            yield
        finally:
            with self._ended:
                self._current += 1
                self._ended.notify_all()


_turns: WeakValueDictionary[str, Turns] = WeakValueDictionary()
"""The turns of panels by their ids, as long as an event of theirs is answered."""

_looking_up = threading.Lock()


def turns_of(panel_id: str) -> Turns:
    """The turns of the events of a panel."""
    with _looking_up:
        return _turns.setdefault(panel_id, Turns())
