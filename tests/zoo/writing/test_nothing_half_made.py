"""Whatever ends a load, no dataset is left, and no file that passes for whole."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from helpers.programs.faulty_server import Served, retry_at_once, serve
from sama_coco.zoo import load_splits
from sama_coco.zoo.errors import ArgumentError, DownloadError, UnreachableError

SAMA = "sama-documentation-assets.s3.amazonaws.com/sama-coco/sama-coco-val.zip"
COCO = "images.cocodataset.org/annotations/annotations_trainval2017.zip"
IMAGES = "images.cocodataset.org/val2017"

pytestmark = pytest.mark.usefixtures("fresh_database", "zoo_dir")


@pytest.fixture
def mirror(example_mirror: Path, tmp_path: Path) -> Path:
    """A copy of the example, to damage."""
    return Path(shutil.copytree(example_mirror, tmp_path / "mirror"))


@pytest.fixture
def server(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    retry_at_once(monkeypatch)
    with serve(mirror) as served:
        yield served


def load(mirror: str | Path, folder: Path, **arguments: Any) -> fo.Dataset:
    arguments = {"splits": "validation", "with_coco": True} | arguments
    splits = arguments.pop("splits")
    name = arguments.pop("name", "loaded")
    dataset, _ = load_splits(name, splits, folder, mirror=str(mirror), **arguments)
    return dataset


def whole_files(folder: Path) -> dict[str, bytes]:
    """The files that a later load would take for whole."""
    return {
        path.name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".lock", ".part", ".version")
    }


def cut_zip(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def change_members(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def cut_json(path: Path) -> None:
    def cut(members: dict[str, bytes]) -> None:
        for name in members:
            members[name] = members[name][:-9]

    change_members(path, cut)


def drop_member(path: Path) -> None:
    def drop(members: dict[str, bytes]) -> None:
        members.clear()
        members["other.txt"] = b""

    change_members(path, drop)


@pytest.mark.parametrize("by_http", [False, True])
@pytest.mark.parametrize("path", [SAMA, COCO])
@pytest.mark.parametrize("damage", [cut_zip, cut_json, drop_member])
def test_a_damaged_label_file_makes_no_dataset_and_can_be_put_right(
    mirror: Path,
    example_mirror: Path,
    server: Served,
    tmp_path: Path,
    by_http: bool,
    path: str,
    damage: Callable[[Path], None],
) -> None:
    damage(mirror / path)
    origin = server.url if by_http else mirror
    with pytest.raises((ValueError, OSError), match=r"\.zip|\.json"):
        load(origin, tmp_path / "files")
    assert fo.list_datasets() == []
    assert not [n for n in whole_files(tmp_path / "files") if n.endswith(".jpg")]


def test_without_a_network_there_is_no_dataset_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    retry_at_once(monkeypatch)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(UnreachableError, match=f"{url}/{SAMA} cannot be reached"):
        load(url, tmp_path / "files")
    assert fo.list_datasets() == []
    assert whole_files(tmp_path / "files") == {}


def test_on_a_full_disk_there_is_no_dataset_and_no_half_image(
    mirror: Path, tiny_disk: Path
) -> None:
    folder = tiny_disk / "files"
    with pytest.raises(DownloadError, match=r"disk is full.*Make room"):
        load(mirror, folder)
    assert fo.list_datasets() == []
    for name, data in whole_files(folder).items():
        assert data == (mirror / IMAGES / name).read_bytes()


def test_a_split_that_is_misspelt_is_named_with_the_nearest(
    mirror: Path, tmp_path: Path
) -> None:
    with pytest.raises(ArgumentError, match="did you mean 'validation'"):
        load(mirror, tmp_path / "files", splits=["train", "validaton"])
    assert fo.list_datasets() == []
    assert not (tmp_path / "files").exists()


@pytest.mark.parametrize("splits", [[], None, 5])
def test_no_splits_are_an_error(splits: Any, mirror: Path, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"Name one or more|`splits` must be"):
        load(mirror, tmp_path / "files", splits=splits)
    assert fo.list_datasets() == []


def test_a_split_that_is_given_twice_is_loaded_once(
    mirror: Path, tmp_path: Path
) -> None:
    dataset = load(mirror, tmp_path / "files", splits=["train", "train"])
    assert len(set(dataset.values("coco_id"))) == len(dataset) > 0


def test_two_loads_at_once_do_not_disturb_each_other(
    server: Served, tmp_path: Path
) -> None:
    server.faults.hold_after = 2_000

    def load_as(name: str) -> fo.Dataset:
        return load(
            server.url, tmp_path / "files", name=name, on_progress=lambda *_: None
        )

    with ThreadPoolExecutor(3) as pool:
        both = [pool.submit(load_as, name) for name in ("one", "other")]
        pool.submit(server.faults.release.wait, 0.5).add_done_callback(
            lambda _: server.faults.release.set()
        )
        one, other = (done.result() for done in both)
    assert one.values("filepath") == other.values("filepath")
    counts = server.faults.count()
    assert counts[f"/{SAMA}"] == 1
    assert {p.suffix for p in (tmp_path / "files").rglob("*")} <= {
        *("", ".lock", ".jpg", ".json", ".zip"),
    }


def rename_images(mirror: Path, suffix: str) -> None:
    """Gives the images of both label sets, and of the mirror, another ending."""

    def rename(members: dict[str, bytes]) -> None:
        for name, data in members.items():
            if name.endswith(".json"):
                document = json.loads(data)
                for image in document["images"]:
                    image["file_name"] = image["file_name"][:-4] + suffix
                members[name] = json.dumps(document).encode()

    for path in (SAMA, COCO):
        change_members(mirror / path, rename)
    for path in (mirror / IMAGES).iterdir():
        path.rename(path.with_suffix(suffix))


@pytest.mark.parametrize("suffix", [".JPG", ".png"])
def test_images_with_another_ending_are_loaded(
    mirror: Path, tmp_path: Path, suffix: str
) -> None:
    rename_images(mirror, suffix)
    dataset = load(mirror, tmp_path / "files", max_samples=5)
    assert len(dataset) == 5
    assert {Path(p).suffix for p in dataset.values("filepath")} == {suffix}


def test_where_every_image_is_missing_that_is_said_and_not_another_problem(
    mirror: Path, tmp_path: Path
) -> None:
    shutil.rmtree(mirror / IMAGES)
    with pytest.raises(DownloadError, match=r"None of the 5 images.*does not exist"):
        load(mirror, tmp_path / "files", max_samples=5)
    assert fo.list_datasets() == []


def test_an_image_that_is_missing_is_counted(mirror: Path, tmp_path: Path) -> None:
    sorted((mirror / IMAGES).iterdir())[0].unlink()
    dataset, problems = load_splits(
        "loaded", "validation", tmp_path / "files", mirror=mirror, max_samples=5
    )
    assert len(dataset) == 4
    assert problems.counts["image that does not exist at its source"] == 1


@pytest.fixture
def built_in(mirror: Path, zoo_dir: Path) -> Path:
    """The folder of images of FiftyOne's own coco-2017, filled."""
    folder = zoo_dir / "coco-2017" / "validation" / "data"
    return Path(shutil.copytree(mirror / IMAGES, folder))


def test_images_that_the_built_in_dataset_has_are_used_where_they_lie(
    server: Served, built_in: Path, tmp_path: Path
) -> None:
    dataset = load(server.url, tmp_path / "files")
    assert {Path(p).parent for p in dataset.values("filepath")} == {built_in}
    asked = server.faults.count()
    assert not [p for p in asked if p.endswith(".jpg") or "/zips/" in p]
    assert not [n for n in whole_files(tmp_path / "files") if n.endswith(".jpg")]


def test_an_image_that_is_cut_there_is_fetched(
    server: Served, built_in: Path, tmp_path: Path
) -> None:
    empty, cut, *_ = sorted(built_in.iterdir())
    empty.write_bytes(b"")
    cut.write_bytes(cut.read_bytes()[:-500])
    dataset = load(server.url, tmp_path / "files")
    asked = {Path(p).name for p in server.faults.count() if p.endswith(".jpg")}
    assert asked == {empty.name, cut.name}
    lie_here = {p for p in dataset.values("filepath") if Path(p).parent == built_in}
    assert len(lie_here) == len(dataset) - 2
    assert cut.stat().st_size > 0, "nothing is changed there"


KILLED = """
import os, signal, sys
from pathlib import Path
import fiftyone as fo
from sama_coco.zoo import loading, split_samples
from sama_coco.zoo.request import Request

mirror, folder, way = sys.argv[1:]
split_samples.BATCH = 5
add_samples, written = split_samples.add_samples, []

def add_and_die(dataset, samples):
    add_samples(dataset, samples)
    written.append(len(samples))
    if len(written) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

split_samples.add_samples = add_and_die
request = Request.parse(split="validation", mirror=mirror)
if way == "splits":
    loading.make_dataset("killed", [request], Path(folder), persistent=True)
else:
    loading.fill(fo.Dataset("killed", persistent=True), request, Path(folder))
"""


@pytest.mark.parametrize("way", ["splits", "fill"])
def test_a_load_that_is_killed_leaves_no_dataset_of_its_name(
    example_mirror: Path, tmp_path: Path, way: str
) -> None:
    program = [sys.executable, "-c", KILLED, str(example_mirror), str(tmp_path), way]
    result = subprocess.run(program, check=False, capture_output=True, text=True)
    assert result.returncode == -signal.SIGKILL, result.stderr
    assert not fo.dataset_exists("killed")
    left = [fo.load_dataset(name) for name in fo.list_datasets("killed*")]
    assert [(len(dataset), dataset.persistent) for dataset in left] == [(10, False)]
    dataset, _ = load_splits(
        "killed", "validation", tmp_path, mirror=str(example_mirror)
    )
    assert len(dataset) > 10
