"""Transfers in a thread of their own, so that the thread that waits can be interrupted.

A thread that waits for a server hears nothing of a Ctrl-C, or of an App that cancels.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import ContextVar, copy_context
from typing import Protocol, TypeVar

from ..errors import DownloadError
from ..progress import Advance

TICK = 0.5
"""Seconds between calls of a progress callback while nothing arrives."""

GRACE_SECONDS = 2.0
"""How long transfers that are not wanted any more are waited for."""

Result = TypeVar("Result")


class TransferInterruptedError(DownloadError):
    """A transfer was ended by the thread that waited for it."""


class Connection(Protocol):
    """A response whose reading another thread can end."""

    def shutdown(self) -> None:
        """Ends all reading, that which goes on too."""


class TransferGroup:
    """Transfers that are interrupted together."""

    def __init__(self) -> None:
        self._interrupted = threading.Event()
        self._lock = threading.Lock()
        self._connections: set[Connection] = set()

    def add(self, connection: Connection) -> None:
        """Registers a transfer that has begun."""
        with self._lock:
            self._connections.add(connection)
        self.check()

    def remove(self, connection: Connection) -> None:
        """Forgets a transfer that has ended."""
        with self._lock:
            self._connections.discard(connection)

    def check(self) -> None:
        """Checks that the group is not interrupted.

        Raises:
            TransferInterruptedError: if it is
        """
        if self._interrupted.is_set():
            raise TransferInterruptedError("The transfer was interrupted")

    def sleep(self, seconds: float) -> None:
        """Waits, unless and until the group is interrupted."""
        self._interrupted.wait(seconds)
        self.check()

    def interrupt(self) -> None:
        """Ends the transfers of the group, and all that begin later."""
        self._interrupted.set()
        with self._lock:
            for connection in self._connections:
                # what has ended by itself in the meantime can't be shut down
                with suppress(OSError, RuntimeError, ValueError):
                    connection.shutdown()


_current: ContextVar[TransferGroup] = ContextVar("transfers")


def current_transfers() -> TransferGroup:
    """The group that transfers of this thread belong to."""
    return _current.get(None) or TransferGroup()


def run_interruptibly(
    work: Callable[[Advance], Result], on_progress: Advance
) -> Result:
    """Runs work that fetches in another thread, and waits for it in this one.

    Args:
        work: called with a function to report progress by
        on_progress: called in this thread with what the work reports, and with 0 every
            :data:`TICK` seconds. What it raises, like a Ctrl-C, ends the transfers of
            the work and is raised within seconds

    Returns:
        what the work returned
    """
    group = TransferGroup()
    steps: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    outcome: Future[Result] = Future()

    def run() -> None:
        _current.set(group)
        try:
            outcome.set_result(work(steps.put))
        except BaseException as error:
            outcome.set_exception(error)
        finally:
            steps.put(None)

    thread = start_thread(run)
    try:
        while (step := _next_step(steps)) is not None:
            on_progress(step)
    except BaseException:
        group.interrupt()
        thread.join(GRACE_SECONDS)
        raise
    return outcome.result()


def start_thread(run: Callable[[], None]) -> threading.Thread:
    """Starts a thread that transfers in the group of this one.

    It is a daemon: one that waits for a server does not keep the program from ending,
    as those of :class:`concurrent.futures.ThreadPoolExecutor` do.
    """
    thread = threading.Thread(target=copy_context().run, args=(run,), daemon=True)
    thread.start()
    return thread


def _next_step(steps: queue.SimpleQueue[int | None]) -> int | None:
    try:
        return steps.get(timeout=TICK)
    except queue.Empty:
        return 0
