"""Runs a benchmark in a process and with a database of its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from helpers.programs.own_database import OwnDatabase

FOLDERS = {"validation": "val", "train": "train"}


def run_apart(
    script: str, arguments: list[str], folder: Path, home: Path, split: str
) -> dict[str, Any]:
    """Runs a script that prints JSON on its last line, and returns that.

    Args:
        script: its path
        arguments: what it is given
        folder: the generated data; its pictures are where a zoo has them
        home: an empty folder for the database and the zoo
        split: the split of the data
    """
    images = folder / f"mirror/images.cocodataset.org/{FOLDERS[split]}2017"
    data = home / "zoo" / "coco-2017" / split / "data"
    data.parent.mkdir(parents=True)
    data.symlink_to(images.absolute(), target_is_directory=True)
    server = OwnDatabase(home / "db")
    try:
        output = subprocess.run(
            [sys.executable, script, *arguments],
            env=os.environ | fiftyone_variables(server, home),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    finally:
        server.stop()
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    return found


def fiftyone_variables(server: OwnDatabase, home: Path) -> dict[str, str]:
    """What has FiftyOne use a server and folders of a benchmark's own."""
    return {
        "FIFTYONE_DATABASE_URI": server.uri,
        "FIFTYONE_DATABASE_NAME": "benchmark",
        "FIFTYONE_DATASET_ZOO_DIR": str(home / "zoo"),
        "FIFTYONE_PLUGINS_DIR": str(home / "plugins"),
        "FIFTYONE_DATABASE_VALIDATION": "false",
        "FIFTYONE_SHOW_PROGRESS_BARS": "false",
        "FIFTYONE_DO_NOT_TRACK": "true",
    }


def peak_gib() -> float:
    """The most memory that this process held, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
