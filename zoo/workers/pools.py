"""Where batches run: in this process, a pool of processes, or a Dask cluster.

The pool is loky's and not the standard library's: that one either forks, which is
unsafe in a process with threads and a connection to a database, as the App's server is,
or imports the main program again in every worker, which not every program survives.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, wait
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

from ..errors import SamaCocoError
from .tasks import RemoteCall, make_task

SCHEDULER_VARIABLE = "SAMA_COCO_SCHEDULER"
CONNECT_SECONDS = 15
_DRAIN_SECONDS = 60
_IDLE_SECONDS = 20
"""After which an idle process ends."""


class WorkerError(SamaCocoError, RuntimeError):
    """Workers that were asked for can't be reached, or can't do the work."""


class SchedulerError(WorkerError, ConnectionError):
    """A Dask scheduler can't be reached."""


def choose_pool(
    executor: Executor | None = None,
    scheduler: str | None = None,
    size: int | None = None,
) -> WorkerPool:
    """Chooses what runs batches.

    Args:
        executor (None): the caller's own executor; takes precedence
        scheduler (None): the address of a Dask scheduler; by default the value of
            ``SAMA_COCO_SCHEDULER``, if it has one
        size (None): how many processes pay off on this machine; by default, as many
            as it has cores

    Raises:
        WorkerError: if ``executor`` is none, or Dask is not installed
    """
    if executor is not None:
        return CallersExecutor(executor)
    if scheduler := scheduler or os.environ.get(SCHEDULER_VARIABLE):
        return DaskCluster(scheduler)
    size = cores() if size is None else min(size, cores())
    # a daemon, as some run queued operations in, may have no processes of its own
    if size <= 1 or multiprocessing.current_process().daemon:
        return ThisProcess()
    return ProcessPool(size)


def cores() -> int:
    """The number of cores that this process may use."""
    import loky

    return int(loky.cpu_count())


class WorkerPool:
    """An executor that is started when it is first used, and replaced when it breaks.

    Attributes:
        is_serial: whether batches run one by one in this process
        is_requested: whether the caller chose who does the work
    """

    is_serial = False
    is_requested = False

    def __init__(self, size: int = 1) -> None:
        self._size = size
        self._executor: Any = None

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def capacity(self) -> int:
        """How many batches keep all workers busy."""
        return 2 * self._size

    def submit(
        self, function: Callable[..., Any], arguments: Mapping[str, Any]
    ) -> Future[Any]:
        """Has a worker call a function.

        Raises:
            SchedulerError: if the Dask scheduler can't be reached
            BrokenExecutor: if the executor's workers were lost
        """
        if self._executor is None:
            self._executor = self._start()
        task = make_task(function, arguments)
        future: Future[Any] = self._executor.submit(RemoteCall(), task)
        return future

    def check(self, function: Callable[..., Any], **arguments: Any) -> None:
        """Checks that workers that the caller chose can call a function.

        Raises:
            WorkerError: if they can't
        """
        if not self.is_requested:
            return
        try:
            self.submit(function, arguments).result()
        except WorkerError:
            raise
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            raise WorkerError(f"The workers can't do the work. {said}") from error

    def warm_up(self, function: Callable[..., Any]) -> None:
        """Starts, without waiting, the workers that the first call would start.

        Args:
            function: what they call first, without arguments, to import what is needed
        """

    def restart(self, running: Collection[Future[Any]] = ()) -> None:
        """Ends the executor, if it is this pool's own; the next call starts another.

        Args:
            running (()): what was submitted and is not wanted any more: cancelled where
                it has not begun, else waited for, as it may write to the database
        """
        for future in running:
            future.cancel()
        wait(running, _DRAIN_SECONDS)
        self.close()

    def close(self) -> None:
        """Ends the workers that this pool started."""

    def _start(self) -> Executor:
        raise NotImplementedError


class ThisProcess(WorkerPool):
    """No workers: each batch runs when it is submitted."""

    is_serial = True
    capacity = 1

    def submit(
        self, function: Callable[..., Any], arguments: Mapping[str, Any]
    ) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(**arguments))
        except Exception as error:
            future.set_exception(error)
        return future


class ProcessPool(WorkerPool):
    """A pool of processes on this machine."""

    def warm_up(self, function: Callable[..., Any]) -> None:
        with suppress(BrokenExecutor):  # `spread` finds that too, and tries again
            for _ in range(self._size):
                self.submit(function, {})

    def restart(self, running: Collection[Future[Any]] = ()) -> None:
        """Ends the processes at once, in the middle of a batch too."""
        self.close(kill_workers=True)

    def close(self, kill_workers: bool = False) -> None:
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=True, kill_workers=kill_workers)

    def _start(self) -> Executor:
        import loky

        pool: Executor = loky.ProcessPoolExecutor(self._size, timeout=_IDLE_SECONDS)
        return pool


class CallersExecutor(WorkerPool):
    """An executor of the caller's, who also ends it."""

    is_requested = True

    def __init__(self, executor: Executor) -> None:
        if not isinstance(executor, Executor):
            raise WorkerError(
                "`executor` must be a concurrent.futures.Executor, not "
                f"{type(executor).__name__}"
            )
        super().__init__(getattr(executor, "_max_workers", None) or cores())
        self._executor = executor


class DaskCluster(WorkerPool):
    """The workers of a Dask scheduler, on any number of machines.

    Args:
        address: the scheduler's, such as ``tcp://192.168.0.10:8786``

    Raises:
        WorkerError: if Dask is not installed
    """

    is_requested = True

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address.strip()
        self._client: Any = None
        if find_spec("distributed") is None:
            raise WorkerError(
                "Work is sent to a scheduler by Dask, which is not installed. "
                "Run: pip install 'sama-coco[dask]', or pip install distributed"
            )

    @property
    def capacity(self) -> int:
        if self._client is not None:
            with suppress(OSError):  # where the scheduler is lost, `submit` raises
                self._size = max(sum(self._client.nthreads().values()), 1)
        return 3 * self._size

    def submit(
        self, function: Callable[..., Any], arguments: Mapping[str, Any]
    ) -> Future[Any]:
        if self._client is not None and self._client.status != "running":
            raise SchedulerError(f"The Dask scheduler at '{self._address}' was lost")
        return super().submit(function, arguments)

    def check(self, function: Callable[..., Any], **arguments: Any) -> None:
        self._executor = self._start()
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError as error:
            raise WorkerError(
                f"The Dask scheduler at '{self._address}' has no workers. Start some "
                f"with 'dask worker {self._address}'"
            ) from error
        super().check(function, **arguments)

    def restart(self, running: Collection[Future[Any]] = ()) -> None:
        """Waits for what was submitted, which is little: Dask can't stop what runs."""
        wait(running, _DRAIN_SECONDS)
        self.close()

    def close(self) -> None:
        client, self._client, self._executor = self._client, None, None
        if client is not None:
            client.close(timeout=CONNECT_SECONDS)

    def _start(self) -> Executor:
        from distributed import Client

        try:
            self._client = Client(
                self._address, timeout=CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, TimeoutError, ValueError) as error:
            raise SchedulerError(
                f"There is no Dask scheduler at '{self._address}' that can be reached: "
                f"{error}. Start one with 'dask scheduler', and workers with "
                f"'dask worker {self._address}', or correct the address, such as "
                "tcp://192.168.0.10:8786"
            ) from error
        executor: Executor = self._client.get_executor(pure=False)
        return executor
