"""Who does work that is spread: this process, a pool of processes, or Dask.

The pool is loky's and not the standard library's: that one either forks, which is
unsafe in a process with threads and a connection to a database, as the App's server is,
or imports the main program again in every worker, which not every program bears.
"""

from __future__ import annotations

import multiprocessing
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, wait
from typing import Any

from .errors import SamaCocoError
from .failures import PassingError, is_passing
from .tasks import Portable, make_task, unpack

SCHEDULER_VARIABLE = "SAMA_COCO_SCHEDULER"
CONNECT_SECONDS = 15
_ADDRESS = re.compile(r"(tcp|tls)://([^\s:/@\[\]]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")
_DRAIN_SECONDS = 60
_IDLE_SECONDS = 300


class CrewError(SamaCocoError, RuntimeError):
    """Workers that were asked for and can't be had, or can't do the work."""


class Crew(ABC):
    """An executor, as wide as it is, made anew when it is broken.

    Attributes:
        is_here: whether it is this process alone
        is_asked_for: whether the caller named who is to do the work
        losses: the errors that say that a worker or the way to it was lost
    """

    is_here = False
    is_asked_for = False
    losses: tuple[type[BaseException], ...] = (BrokenExecutor, CancelledError, OSError)

    def __init__(self) -> None:
        self._executor: Executor | None = None

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def executor(self) -> Executor:
        """The executor, started where it was not."""
        if self._executor is None:
            self._executor = self._start()
        return self._executor

    @abstractmethod
    def _start(self) -> Executor:
        """Starts the executor."""

    @abstractmethod
    def width(self) -> int:
        """How many batches keep all workers busy."""

    def submit(
        self, function: Callable[..., Any], arguments: Mapping[str, Any]
    ) -> Future[Any]:
        """Has a function called somewhere; what comes of it is to be unpacked."""
        return self.executor.submit(Portable(), self.task(function, arguments))

    def task(
        self, function: Callable[..., Any], arguments: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What is sent to a worker."""
        return make_task(function, arguments)

    def is_well(self) -> bool:
        """Whether there is still someone to do the work."""
        return True

    def drain(self, futures: Sequence[Future[Any]]) -> None:
        """Cancels what has not begun, and waits for the rest to end."""
        for future in futures:
            future.cancel()
        wait(futures, _DRAIN_SECONDS)

    def check(self, function: Callable[..., Any], **arguments: Any) -> None:
        """Has a worker call a function, to find out whether it can work at all.

        Workers that this crew starts itself can.

        Raises:
            CrewError: if it can't
        """
        if not self.is_asked_for:
            return
        try:
            future = self.submit(function, arguments)
            unpack(function, future.result())
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            raise CrewError(f"The workers can't do the work. {said}") from error

    def mend(self) -> None:
        """Gives up the executor, if it is this crew's own, so that another is made."""
        self.close()

    def close(self) -> None:
        """Ends the workers that this crew started."""
        if self._executor is not None:
            executor, self._executor = self._executor, None
            executor.shutdown(wait=True)


class ThisProcess(Crew):
    """No workers: each batch is done when it is handed over."""

    is_here = True

    def _start(self) -> Executor:
        raise NotImplementedError

    def width(self) -> int:
        return 1

    def submit(
        self, function: Callable[..., Any], arguments: Mapping[str, Any]
    ) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(**arguments))
        except Exception as error:
            passing = PassingError(f"{type(error).__name__}: {error}")
            future.set_exception(passing if is_passing(error) else error)
        return future


class Pool(Crew):
    """A pool of processes on this machine.

    Args:
        size: the number of processes
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def _start(self) -> Executor:
        import loky

        pool: Executor = loky.ProcessPoolExecutor(self._size, timeout=_IDLE_SECONDS)
        return pool

    def width(self) -> int:
        return 2 * self._size

    def task(
        self, function: Callable[..., Any], arguments: Mapping[str, Any]
    ) -> dict[str, Any]:
        """A task whose worker ends when this process is gone, however it ended."""
        return super().task(function, arguments) | {"parent": os.getpid()}


class Given(Crew):
    """Whatever executor the caller has; it is theirs to end and to mend.

    Args:
        executor: the executor
    """

    is_asked_for = True

    def __init__(self, executor: Executor) -> None:
        super().__init__()
        self._executor = executor
        self._size = getattr(executor, "_max_workers", None) or os.cpu_count() or 1

    def _start(self) -> Executor:
        raise NotImplementedError

    def width(self) -> int:
        return int(2 * self._size)

    def close(self) -> None:
        """Leaves the executor to its owner."""


class Dask(Crew):
    """The workers of a Dask scheduler, on any number of machines.

    Args:
        address: the scheduler's, as ``tcp://host:port``

    Raises:
        CrewError: if the address is none, or Dask is not installed
    """

    is_asked_for = True

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = check_address(address)
        self._client: Any = None
        try:
            from distributed import KilledWorker
            from distributed.client import FutureCancelledError
        except ImportError as error:
            raise CrewError(
                "Work is sent to a scheduler by Dask, which is not installed. "
                "Run: pip install 'sama-coco[dask]', or pip install distributed"
            ) from error
        self.losses = (*Crew.losses, KilledWorker, FutureCancelledError)

    def _start(self) -> Executor:
        from distributed import Client

        try:
            self._client = Client(
                self._address, timeout=CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, TimeoutError) as error:
            raise NoSchedulerError(
                f"There is no Dask scheduler at '{self._address}' that can be reached: "
                f"{error}. Start one with 'dask scheduler', and workers with "
                f"'dask worker {self._address}', or correct the address"
            ) from error
        executor: Executor = self._client.get_executor(pure=False)
        return executor

    def width(self) -> int:
        _ = self.executor
        return int(3 * max(sum(self._client.nthreads().values()), 1))

    def is_well(self) -> bool:
        return self._client is not None and self._client.status == "running"

    def drain(self, futures: Sequence[Future[Any]]) -> None:
        """Waits for what was handed over: a worker can't be told to stop midway.

        It is a few batches, and the samples they are about may be deleted next.
        """
        if self.is_well():
            wait(futures, _DRAIN_SECONDS)
        for future in futures:
            future.cancel()

    def check(self, function: Callable[..., Any], **arguments: Any) -> None:
        _ = self.executor
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError as error:
            raise CrewError(
                f"The Dask scheduler at '{self._address}' has no workers. Start some "
                f"with 'dask worker {self._address}'"
            ) from error
        super().check(function, **arguments)

    def close(self) -> None:
        client, self._client, self._executor = self._client, None, None
        if client is not None:
            client.close(timeout=CONNECT_SECONDS)


class NoSchedulerError(CrewError, ConnectionError):
    """A scheduler that can't be reached."""


def choose_crew(
    executor: Executor | None, scheduler: str | None, size: int | None
) -> Crew:
    """Who is to do the work.

    Args:
        executor: the caller's own executor; goes before all else
        scheduler: the address of a Dask scheduler; by default the value of
            ``SAMA_COCO_SCHEDULER``, if it has one
        size: how many processes pay off on this machine; None for as many as it has
            cores

    Raises:
        CrewError: if the address is none, or Dask is not installed
    """
    if executor is not None:
        if not isinstance(executor, Executor):
            raise CrewError(
                "`executor` must be a concurrent.futures.Executor, not "
                f"{type(executor).__name__}"
            )
        return Given(executor)
    if scheduler := scheduler or os.environ.get(SCHEDULER_VARIABLE):
        return Dask(scheduler)
    size = cores() if size is None else min(size, cores())
    # a daemon, as some run queued operations in, may have no processes of its own
    if size <= 1 or multiprocessing.current_process().daemon:
        return ThisProcess()
    return Pool(size)


def cores() -> int:
    """The cores that this process may use."""
    import loky

    return int(loky.cpu_count())


def check_address(address: str) -> str:
    """The address of a Dask scheduler.

    Raises:
        CrewError: if it is none
    """
    text = str(address).strip()
    if not _ADDRESS.fullmatch(text):
        raise CrewError(
            f"{text[:80]!r} is no address of a Dask scheduler; one looks like "
            "tcp://192.168.0.10:8786, or tls://... where it wants certificates"
        )
    return text
