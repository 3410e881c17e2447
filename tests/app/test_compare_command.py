"""`labelsets compare` as a process, on real files; its report is read back."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import fiftyone as fo
import pandas as pd
import pytest
from helpers.checkout import REPOSITORY
from helpers.data.tool_files import (
    BOX,
    NAMES,
    coco,
    draw_images,
    roboflow_coco,
    write_json,
)
from sama_coco.app.command_line import cli
from typer.testing import CliRunner

pytestmark = pytest.mark.usefixtures("fresh_database")

TIMEOUT_SECONDS = 240


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three images, and two label files of which one moves a dog and drops another."""
    draw_images(tmp_path / "photos")
    write_json(tmp_path / "old.json", coco())
    content = coco()
    x, y, w, h = BOX
    content["annotations"][1]["bbox"] = [x + 8, y, w, h]
    del content["annotations"][3]
    write_json(tmp_path / "new.json", content)
    return tmp_path


def labelsets(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command in a folder, as a shell would."""
    return subprocess.run(
        [sys.executable, "-m", "sama_coco", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )


def compare(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    files = ("old.json", "new.json", "--images", "photos")
    return labelsets(folder, "compare", *files, *options)


def test_json_is_all_that_is_printed_and_the_report_can_be_read_back(
    folder: Path,
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.j*")}
    done = compare(folder, "--json", "--report", "report", "--key", "mine")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["images"], told["matched"], told["unmatched"]) == (3, 3, 0)
    statuses = told["statuses"]
    assert statuses["base"]["identical"] == statuses["revised"]["identical"] == 4
    assert statuses["base"]["displaced"] == statuses["base"]["removed"] == 1
    assert told["pq"] == pytest.approx(4 / 5.5)
    assert told["sq"] == 1.0
    assert told["mean_pq"] == pytest.approx((1 + 1 / 2.5) / 2)
    assert told["files"]["base"]["joined_by"] == "file name"
    assert told["files"]["revised"]["format"] == "COCO JSON"

    assert len(told["report"]) == 3
    objects = pd.read_csv(folder / "report" / "mine_objects.csv")
    assert sorted(objects["status"].unique()) == ["displaced", "identical", "removed"]
    totals = json.loads((folder / "report" / "mine_totals.json").read_text())
    assert totals["summary"]["pq"] == told["pq"]
    assert "<html" in (folder / "report" / "mine_report.html").read_text()
    assert {path: path.read_bytes() for path in before} == before
    assert fo.list_datasets() == []


def test_a_quality_below_the_least_exits_with_1_and_names_the_worst(
    folder: Path,
) -> None:
    done = compare(folder, "--no-app", "--least-pq", "0.95", "--name", "kept")
    assert done.returncode == 1, done.stderr
    assert "Mean PQ over classes 0.7000: below 0.95" in done.stdout
    assert "class dog: PQ 0.400" in done.stdout
    assert f"{NAMES[0]}: disagreement" in done.stdout
    assert "\x1b[" not in done.stdout
    assert "base: old.json (COCO JSON), 3 of 3 images by file name" in done.stdout
    assert fo.list_datasets() == ["kept"]
    dataset = fo.load_dataset("kept")
    assert dataset.persistent
    assert dataset.list_runs() == ["diff"]
    again = compare(folder, "--json", "--least-pq", "0.5", "--name", "other")
    assert again.returncode == 0
    assert json.loads(again.stdout)["least_pq"]["passed"]


def test_classes_are_mapped_and_left_out(folder: Path) -> None:
    content = coco()
    for category in content["categories"]:
        category["name"] = {"dog": "Hound"}.get(category["name"], category["name"])
    write_json(folder / "new.json", content)
    told = json.loads(compare(folder, "--json").stdout)
    assert told["statuses"]["base"]["relabeled"] == 3
    one_sided = told["one_sided_classes"]
    assert one_sided["Hound"]["side"] == "revised"
    write_json(folder / "map.json", {"Hound": "dog"})
    options = ["--class-map", "map.json", "--ignore-class", "cat", "--ignore-crowd"]
    done = compare(folder, "--json", *options)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert list(told["classes"]) == ["dog"]
    assert told["pq"] == 1.0


def test_further_label_sets_and_patterns(folder: Path) -> None:
    renamed = write_json(folder / "renamed.json", roboflow_coco())
    files = ["renamed.json", "renamed.json", "--images", "photos", "--json"]
    refused = labelsets(folder, "compare", *files)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert "would join 3 of 3" in refused.stderr
    assert "Traceback" not in refused.stderr
    pattern = r"(\d{12})"
    also = ["--also", f"third={renamed}", "--join-by", pattern, "--name", "kept"]
    done = labelsets(folder, "compare", *files, *also)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["pq"] == 1.0
    assert fo.load_dataset("kept").count("third.detections") == 6


def test_the_app_opens_on_the_comparison_and_ctrl_c_ends_it(folder: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-u", "-m", "sama_coco", "compare", "old.json"]
    process = subprocess.Popen(
        [*command, "new.json", "--images", "photos", "--port", str(port)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"NO_PROXY": "localhost"},
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert process.stdout is not None
        lines = []
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline and "The App is at" not in "".join(lines):
            lines.append(process.stdout.readline())
        assert f"http://localhost:{port}" in lines[-1], "".join(lines)
        with urllib.request.urlopen(f"http://localhost:{port}/") as page:
            assert b"<html" in page.read()
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(TIMEOUT_SECONDS) == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


REFUSED: dict[str, tuple[list[str], str]] = {
    "no file": (["gone.json", "new.json"], "There is no label file 'gone.json'"),
    "no labels": (["photos", "new.json"], "'photos' is a folder of"),
    "a key": (["old.json", "new.json", "--key", "a b"], "'a b'"),
    "a map": (["old.json", "new.json", "--class-map", "x.yaml"], "'x.yaml' can't be"),
    "a class": (["old.json", "new.json", "--ignore-class", "dgo"], "you mean 'dog'"),
    "a form": (["old.json", "new.json", "--shapes", "x"], "Unknown form of labels 'x'"),
    "no name": (
        ["old.json", "new.json", "--also", "x.json"],
        "is not a further label set",
    ),
    "a port": (["old.json", "new.json", "--port", "x"], "'x' is not a port"),
    "a number": (["old.json", "new.json", "--least-pq", "2"], "least-pq"),
    "an option": (["old.json", "new.json", "--imges", "x"], "No such option"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_compared_exits_with_2_and_a_sentence(
    what: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments, message = REFUSED[what]
    monkeypatch.chdir(folder)
    options = ["--images", "photos", "--no-app"]
    result = CliRunner().invoke(cli, ["compare", *arguments, *options])
    assert result.exit_code == 2, result.output
    assert message in result.output
    assert fo.list_datasets() == []


@pytest.mark.parametrize("command", ["compare", "reconcile", "export", "app"])
def test_help_shows_an_example(command: str) -> None:
    result = CliRunner().invoke(cli, [command, "--help"])
    assert result.exit_code == 0
    assert f"Example: labelsets {command} " in result.output


def test_the_console_script_is_declared() -> None:
    text = (REPOSITORY / "pyproject.toml").read_text()
    assert 'labelsets = "sama_coco.app.command_line:main"' in text


def dry_run(**variables: Any) -> str:
    """What `make app` would run."""
    words = [f"{name}={value}" for name, value in variables.items()]
    return subprocess.run(
        ["make", "-n", "app", *words],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_make_app_takes_label_files() -> None:
    command = dry_run(BASE="a.json", REVISED="b.json", IMAGES="my photos")
    assert "-m sama_coco compare 'a.json' 'b.json'" in command
    assert "--images 'my photos'" in command
    assert "-m sama_coco app --split 'validation'" in dry_run()
