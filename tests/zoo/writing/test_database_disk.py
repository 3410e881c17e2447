"""A database whose disk fills up, or that ends, while a load writes to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.programs.mounted_disk import mounted_disk

PROGRAM = """
import os, pathlib, shutil, sys
from helpers.programs.own_database import use_own_database
disk, mirror, files = (pathlib.Path(a) for a in sys.argv[1:])
server = use_own_database(disk / "db")
import fiftyone as fo
from sama_coco.labelsets import compare_annotations
from sama_coco.zoo import load_splits, split_samples
from sama_coco.zoo.errors import DatabaseError, DiskFullError
split_samples.BATCH = 2

def load(name, on_progress=lambda *_: None, **options):
    arguments = options | {"mirror": mirror, "on_progress": on_progress}
    return load_splits(name, "validation", files, **arguments)

def fill(leave):
    free = shutil.disk_usage(disk).free
    with open(disk / "filler", "wb") as file:
        file.write(bytes(free - leave))
"""

FILLED = """
before, _ = load("before", label_types="segmentations", with_coco=True)
fill(10_000_000)
try:
    load("none")
except DiskFullError as error:
    print(error)
try:
    compare_annotations(before)
except DiskFullError as error:
    print(error)
(disk / "filler").unlink()
for at in (0, 0.3):
    def on_progress(done, label):
        is_time = label.startswith("Samples") and done >= at
        if is_time and not (disk / "filler").exists():
            fill(10_000_000)
    try:
        load("full", on_progress)
    except DiskFullError as error:
        print(error)
    print(fo.list_datasets())
    (disk / "filler").unlink()
load("after")
print(fo.list_datasets(), server.process.poll())
"""

ENDED = """
def on_progress(done, label):
    if label.startswith("Samples") and done >= 0.3:
        server.kill()
try:
    load("lost", on_progress)
except DatabaseError as error:
    print(error)
server.start_again()
print(fo.dataset_exists("lost"))
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 600 MB, of which an empty database takes a part."""
    with mounted_disk(tmp_path / "small", "600m") as disk:
        yield disk


def run(program: str, disk: Path, mirror: Path, files: Path) -> list[str]:
    result = subprocess.run(
        [
            *(sys.executable, "-c", PROGRAM + program),
            *(str(disk), str(mirror), str(files)),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if k != "FIFTYONE_DATABASE_URI"},
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def test_a_disk_that_fills_up_ends_the_load_before_it_ends_the_database(
    small_disk: Path, example_mirror: Path, tmp_path: Path
) -> None:
    said = run(FILLED, small_disk, example_mirror, tmp_path / "files")
    for line in (*said[:3], said[4]):
        assert line.startswith("[Errno 28] The disk of FiftyOne's database is full")
        assert f"MB are free in '{small_disk / 'db'}'" in line
        assert "Make room" in line
    assert said[3] == said[5] == "['before']"
    assert said[6] == "['after', 'before'] None"


def test_a_database_that_ends_is_named(example_mirror: Path, tmp_path: Path) -> None:
    said = run(ENDED, tmp_path / "disk", example_mirror, tmp_path / "files")
    assert said[0].startswith("FiftyOne's database failed while samples were written")
    assert said[-1] == "False"
