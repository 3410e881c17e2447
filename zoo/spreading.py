"""Doing a piece of work batch by batch, spread over whatever processes there are.

A batch that is lost with a worker or a connection is tried again elsewhere, so what a
function does with a batch must come to the same when it is done twice.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from typing import Any

from .crews import Crew
from .failures import PassingError
from .tasks import unpack

TICK = 0.5
"""Seconds after which it is asked whether to go on, if nothing else happens."""

FRUITLESS_ROUNDS = 3
_LONGEST_PAUSE = 8.0


class MissingBatchesError(RuntimeError):
    """Batches that could not be done, for want of workers or a connection.

    Attributes:
        batches: their numbers, from 0 on
    """

    def __init__(self, batches: Sequence[int], total: int, cause: str) -> None:
        self.batches = list(batches)
        super().__init__(
            f"{len(self.batches):,} of {total:,} batches are missing, after several "
            f"attempts: {_ranges(self.batches)}. The last attempt ended with {cause}"
        )

    def advise(self, text: str) -> MissingBatchesError:
        """This error, with a sentence more."""
        self.args = (f"{self}. {text}",)
        return self


def spread(
    crew: Crew,
    function: Callable[..., Any],
    batches: Iterable[int],
    arguments: Callable[[int], Mapping[str, Any]],
    done: Callable[[int, Any], None],
    going_on: Callable[[], None] = lambda: None,
) -> None:
    """Calls a function for every batch.

    Args:
        crew: who does the work
        function: called with the arguments of a batch, anywhere; twice or at the same
            time for the same batch too, if a worker was only thought to be lost
        batches: the numbers of the batches
        arguments: gives the arguments of a batch: values that JSON has, and bytes
        done: told, in this thread and in any order, the number of each batch that was
            done, once, and what the function returned
        going_on: called every so often; what it raises ends the work, as what ``done``
            raises does

    Raises:
        MissingBatchesError: if batches are lost again and again
        Exception: what the function raises, if it is of the work itself
    """
    work = _Work(crew, function, batches, arguments, done, going_on)
    total, fruitless = len(work.missing), 0
    while work.missing:
        before = len(work.missing)
        work.round(alone=fruitless > 0)
        if not work.missing:
            return
        fruitless = fruitless + 1 if len(work.missing) == before else 0
        if fruitless == FRUITLESS_ROUNDS:
            raise MissingBatchesError(sorted(work.missing), total, str(work.cause))
        crew.mend()
        _pause(min(2.0**fruitless - 1, _LONGEST_PAUSE), going_on)


class _Work:
    def __init__(
        self,
        crew: Crew,
        function: Callable[..., Any],
        batches: Iterable[int],
        arguments: Callable[[int], Mapping[str, Any]],
        done: Callable[[int, Any], None],
        going_on: Callable[[], None],
    ) -> None:
        self.crew, self.function, self.arguments = crew, function, arguments
        self.done, self.going_on = done, going_on
        self.missing = dict.fromkeys(batches)
        """Numbers of batches in the order to do them, those that were lost last."""
        self.cause: BaseException | None = None
        self._in_flight: dict[Future[Any], int] = {}
        self._lost_in_a_row = 0

    def round(self, alone: bool) -> None:
        """Does what is missing, until workers or the connection seem to be gone.

        Args:
            alone: whether batches are done one at a time, and a crew that lost one is
                mended before the next, so that one that ends its worker takes no
                others with it
        """
        self._lost_in_a_row = 0
        queue = deque(self.missing)
        try:
            while queue or self._in_flight:
                with self._telling_losses():
                    width = 1 if alone else self.crew.width()
                while queue and len(self._in_flight) < width:
                    self._submit(queue.popleft())
                self._collect(TICK)
                if self._lost_in_a_row > width or not self.crew.is_well():
                    return
                if alone and self._lost_in_a_row:
                    self.crew.mend()
        except PassingError as error:
            self.cause = error
        finally:
            left, self._in_flight = list(self._in_flight), {}
            self.crew.drain(left)

    def _submit(self, batch: int) -> None:
        arguments = self.arguments(batch)
        with self._telling_losses():
            future = self.crew.submit(self.function, arguments)
        self._in_flight[future] = batch

    def _collect(self, seconds: float) -> None:
        ended, _ = wait(self._in_flight, seconds, FIRST_COMPLETED)
        if not ended:
            self.going_on()
        for future in ended:
            batch = self._in_flight.pop(future)
            try:
                result = self._result(future)
            except PassingError as error:
                self.cause = error
                self._lost_in_a_row += 1
                self.missing[batch] = self.missing.pop(batch)
            else:
                self._lost_in_a_row = 0
                del self.missing[batch]
                self.done(batch, result)

    def _result(self, future: Future[Any]) -> Any:
        if self.crew.is_here:
            return future.result()
        with self._telling_losses():
            outcome = future.result()
        return unpack(self.function, outcome)

    @contextmanager
    def _telling_losses(self) -> Iterator[None]:
        """Tells a lost worker, or way to it, from what is wrong with the work."""
        try:
            yield
        except self.crew.losses as error:
            raise PassingError(f"{type(error).__name__}: {error}") from error


def _pause(seconds: float, going_on: Callable[[], None]) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, TICK))
        going_on()


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in order, as '1, 3 to 7, 9'."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = [f"{a}" if a == b else f"{a} to {b}" for a, b in runs[:20]]
    return ", ".join(shown) + (", ..." if len(runs) > len(shown) else "")
