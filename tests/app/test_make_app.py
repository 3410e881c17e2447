"""`make app` as a process: it opens, says where, and ends when it is told to."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sama_coco.app.__main__ import main

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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def test_it_opens_a_mirror_and_ends_cleanly(home: Path, example_mirror: Path) -> None:
    port = str(free_port())
    with app(home, "--port", port, "--mirror", str(example_mirror)) as running:
        assert f"http://localhost:{port}" in running.wait_for("The App is at")
        with urllib.request.urlopen(f"http://localhost:{port}/") as page:
            assert b"<html" in page.read()
        assert running.interrupt() == 0
    running.wait_for("Stopped")


def test_it_opens_the_example_where_upstream_is_out_of_reach(home: Path) -> None:
    nowhere = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
    with app(home, "--port", str(free_port()), NO_PROXY="localhost", **nowhere) as run:
        line = run.wait_for("out of reach")
        assert "drawn example" in line
        assert "example" in run.wait_for("The App is at")


def test_a_port_in_use_is_said_with_another_to_take(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with app(home, "--port", str(port)) as running:
            running.wait_for(f"make app PORT={port + 1}")
            assert running.process.wait(TIMEOUT_SECONDS) == 1


def test_a_wrong_option_is_named(home: Path, example_mirror: Path) -> None:
    mirror = ["--mirror", str(example_mirror)]
    options = ["--split", "validaton", "--port", str(free_port()), *mirror]
    with app(home, *options) as running:
        running.wait_for("did you mean 'validation'?")
        assert running.process.wait(TIMEOUT_SECONDS) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--split", ""], "--split: nothing is named"),
        (["--label-types", " , "], "--label-types: nothing is named"),
        (["--port", "70000"], "'70000' is no port; a number from 1 to 65535 is"),
        (["--port", "-1"], "'-1' is no port"),
        (["--max-samples", "0"], "'0' is no number of images; 1 or more are, or 'all'"),
        (["--max-samples", "-3"], "'-3' is no number of images"),
        (["--max-samples", "many"], "'many' is no number of images"),
    ],
)
def test_an_option_that_cannot_be_used_is_named_at_once(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(options)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
