"""A Dask scheduler and workers, started from the command line as anyone would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.programs.own_database import free_port

DASK = Path(sys.executable).with_name("dask")


class Cluster:
    """A scheduler with some workers, each a process of its own.

    Attributes:
        address: the scheduler's
        scheduler: its process
        workers: their processes
    """

    def __init__(self) -> None:
        self.address = f"tcp://127.0.0.1:{free_port()}"
        port = self.address.rpartition(":")[2]
        self._processes: list[subprocess.Popen[str]] = []
        options = ["--host", "127.0.0.1", "--port", port, "--no-dashboard"]
        self.scheduler = self._start("Scheduler at", "scheduler", *options)
        self.workers: list[subprocess.Popen[str]] = []

    def add_workers(self, count: int) -> None:
        """Starts workers, and waits until the scheduler knows them."""
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard"]
        self.workers += [
            self._start("Registered to", "worker", self.address, *options)
            for _ in range(count)
        ]

    def stop(self) -> None:
        """Ends all that still runs."""
        for process in self._processes[::-1]:
            process.kill()
            process.wait()

    def _start(self, sign: str, *command: str) -> subprocess.Popen[str]:
        """Starts a command, and waits for what it says when it is ready."""
        database = re.compile("FIFTYONE_DATABASE|FIFTYONE_PRIVATE")
        process = subprocess.Popen(
            [str(DASK), *command],
            stderr=subprocess.PIPE,
            text=True,
            env={k: v for k, v in os.environ.items() if not database.match(k)},
        )
        self._processes.append(process)
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if sign in line:
                break
        else:
            raise AssertionError("".join(said))
        # what it says later is read too, or it would stop when the pipe is full
        threading.Thread(target=process.stderr.read, daemon=True).start()
        return process


@contextmanager
def dask_cluster(workers: int) -> Iterator[Cluster]:
    """A scheduler with so many workers; all ended afterwards."""
    cluster = Cluster()
    try:
        cluster.add_workers(workers)
        yield cluster
    finally:
        cluster.stop()
