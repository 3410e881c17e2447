"""Work done in batches by any kind of workers, with lost batches retried.

A batch that is lost with a worker or a connection is retried, so a function must give
the same result when it is called twice for a batch.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Future,
    wait,
)
from typing import Any

from .pools import WorkerPool

TICK = 0.5
"""Seconds between calls of ``on_wait`` while nothing else happens."""

MAX_FAILED_ROUNDS = 3
_LONGEST_PAUSE = 8.0

_RETRYABLE_CODES = {6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436}
"""Of a server that shuts down, starts, or is out of reach.

Source: the retryable errors of MongoDB's specification of retryable reads.
"""

OnResult = Callable[[int, Any], None]
OnWait = Callable[[], None]


class MissingBatchesError(RuntimeError):
    """Batches that could not be done, for want of workers or a connection.

    Attributes:
        batches: their numbers, from 0 on
    """

    def __init__(self, batches: Sequence[int], message: str) -> None:
        self.batches = list(batches)
        super().__init__(message)


def spread(
    pool: WorkerPool,
    function: Callable[..., Any],
    batches: Iterable[int],
    arguments: Callable[[int], Mapping[str, Any]],
    on_result: OnResult,
    on_wait: OnWait = lambda: None,
    advice: str = "Run this again",
) -> None:
    """Calls a function for every batch.

    Args:
        pool: what runs the calls
        function: called with the arguments of a batch, anywhere; twice or at the same
            time for one batch too, if a worker was only thought to be lost
        batches: the numbers of the batches
        arguments: gives the arguments of a batch: values that JSON has, and bytes
        on_result: called in this thread, once a batch and in any order, with its
            number and what the function returned
        on_wait: called every :data:`TICK` seconds. What either callback raises ends
            the work
        advice: what to do where batches are missing at the end

    Raises:
        MissingBatchesError: if batches are lost again and again
        Exception: what the function raises, if it is of the work itself
    """
    missing = dict.fromkeys(batches)
    total, failed_rounds = len(missing), 0
    while missing:
        before = len(missing)
        cause = _attempt(
            pool, function, missing, arguments, on_result, on_wait, failed_rounds > 0
        )
        failed_rounds = failed_rounds + 1 if len(missing) == before else 0
        if missing and failed_rounds == MAX_FAILED_ROUNDS:
            numbers = sorted(missing)
            shown = ", ".join(map(str, numbers[:10]))
            raise MissingBatchesError(
                numbers,
                f"{len(numbers):,} of {total:,} batches are missing, after several "
                f"attempts: {shown}{', ...' if len(numbers) > 10 else ''}. "
                f"The last attempt ended with {cause}. {advice}",
            ) from cause
        if missing:
            _pause(min(2.0**failed_rounds - 1, _LONGEST_PAUSE), on_wait)


def in_order(take: OnResult) -> OnResult:
    """Has results taken in the order of their batches, 0 first.

    Where a batch is lost with its worker, later ones are held until it is done.

    Args:
        take: called as ``on_result`` of :func:`spread` is
    """
    waiting: dict[int, Any] = {}
    following = 0

    def on_result(batch: int, result: Any) -> None:
        nonlocal following
        waiting[batch] = result
        while following in waiting:
            take(following, waiting.pop(following))
            following += 1

    return on_result


def _attempt(
    pool: WorkerPool,
    function: Callable[..., Any],
    missing: dict[int, None],
    arguments: Callable[[int], Mapping[str, Any]],
    on_result: OnResult,
    on_wait: OnWait,
    one_by_one: bool,
) -> Exception | None:
    """Runs missing batches until the workers or the connection appear to be lost.

    Args:
        missing: the batches to do, those lost before last; what is done is removed
        one_by_one: whether batches run one at a time, each lost one followed by a new
            executor, so that one that ends its worker takes no others with it

    Returns:
        the last loss
    """
    queue, lost_in_a_row = deque(missing), 0
    running: dict[Future[Any], int] = {}
    loss: Exception | None = None
    try:
        while queue or running:
            capacity = 1 if one_by_one else pool.capacity
            while queue and len(running) < capacity:
                batch = queue.popleft()
                values = arguments(batch)
                try:
                    running[pool.submit(function, values)] = batch
                except Exception as error:
                    loss = _require_retryable(error)
                    queue.clear()
            ended, _ = wait(running, TICK, FIRST_COMPLETED)
            if not ended:
                on_wait()
            for future in sorted(ended, key=running.__getitem__):
                batch = running.pop(future)
                try:
                    result = future.result()
                except Exception as error:
                    loss = _require_retryable(error)
                    lost_in_a_row += 1
                    missing[batch] = missing.pop(batch)
                    if one_by_one:
                        pool.restart()
                else:
                    lost_in_a_row = 0
                    del missing[batch]
                    on_result(batch, result)
            if lost_in_a_row > capacity:
                queue.clear()
    finally:
        if running or loss is not None:
            pool.restart(running)
    return loss


def _pause(seconds: float, on_wait: OnWait) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, TICK))
        on_wait()


def _require_retryable(error: Exception) -> Exception:
    """The error, if it is of a worker or connection; else it is raised."""
    if not is_retryable(error):
        raise error
    return error


def is_retryable(error: BaseException) -> bool:
    """Whether a process or connection failed, and not the work itself."""
    from pymongo.errors import ConnectionFailure, PyMongoError

    if isinstance(error, PyMongoError):
        code = getattr(error, "code", None)
        return isinstance(error, ConnectionFailure) or code in _RETRYABLE_CODES
    lost: tuple[type[Exception], ...]
    lost = (BrokenExecutor, CancelledError, ConnectionError, EOFError, TimeoutError)
    if dask := sys.modules.get("distributed"):
        lost += (dask.KilledWorker, dask.comm.CommClosedError)
    return isinstance(error, lost)
