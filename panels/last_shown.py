"""What the windows of panels were shown last."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

from cachetools import LRUCache

MOST_WINDOWS = 1_000
"""How many windows are remembered, those used last. Each takes under a kilobyte."""

Shown = TypeVar("Shown")


class LastShown(Generic[Shown]):
    """What each window was shown last, by what tells it from others.

    An event says what its window showed when it was sent. Of two quick changes the
    second is sent before the first is answered, so it does not say the first one, which
    is found here. Of a window that is not known (it was forgotten, or another process
    of the server answered), what the event says holds.
    """

    def __init__(self) -> None:
        self._shown: LRUCache[str, Shown] = LRUCache(MOST_WINDOWS)
        self._busy = threading.Lock()

    def get(self, window: str, said: Shown) -> Shown:
        """What a window was shown last; what its event says where that is not known."""
        with self._busy:
            return self._shown.get(window, said)

    def set(self, window: str, shown: Shown) -> None:
        """Remembers what a window is shown, if there is something to tell it by."""
        if window:
            with self._busy:
                self._shown[window] = shown
