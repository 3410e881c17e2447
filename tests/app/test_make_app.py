"""`make app` as a process: it opens, says where, and ends when it is told to."""

from __future__ import annotations

import socket
import urllib.request
from pathlib import Path

import pytest
from helpers.programs.app_process import TIMEOUT_SECONDS, app
from helpers.programs.own_database import free_port
from sama_coco.app.__main__ import main


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
        (["--split", ""], "--split: no value is given"),
        (["--label-types", " , "], "--label-types: no value is given"),
        (["--port", "70000"], "'70000' is not a port; use a number from 1 to 65535"),
        (["--port", "-1"], "'-1' is not a port"),
        (
            ["--max-samples", "0"],
            "'0' is not a number of images; use 1 or more",
        ),
        (["--max-samples", "-3"], "'-3' is not a number of images"),
        (["--max-samples", "many"], "'many' is not a number of images"),
    ],
)
def test_an_option_that_cannot_be_used_is_named_at_once(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(options)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
