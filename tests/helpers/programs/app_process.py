"""`make app` as a process, with what it prints."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TIMEOUT_SECONDS = 240


class AppProcess:
    """The command, with its output by line."""

    def __init__(self, home: Path, *arguments: str, **variables: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "sama_coco.app", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=home,
            env=os.environ
            | {"FIFTYONE_DATASET_ZOO_DIR": str(home / "zoo")}
            | variables,
            start_new_session=True,
            preexec_fn=_heed_interrupts,
        )
        self.output: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def wait_for(self, text: str) -> str:
        """The first line to come that holds a text."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            line = self._lines.get(timeout=TIMEOUT_SECONDS)
            if line is None:
                break
            self.output.append(line)
            if text in line:
                return line
        raise AssertionError(f"{text!r} was not said in: {''.join(self.output)}")

    def interrupt(self) -> int:
        """Ctrl-C: a signal to the whole group, as a terminal sends it."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(TIMEOUT_SECONDS)


def _heed_interrupts() -> None:
    """As at a terminal: what a script starts in the background ignores Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def app(home: Path, *arguments: str, **variables: str) -> Iterator[AppProcess]:
    running = AppProcess(home, *arguments, **variables)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            os.killpg(running.process.pid, signal.SIGKILL)
