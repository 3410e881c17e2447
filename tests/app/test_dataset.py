"""The dataset of `make app`: made, opened again, made anew, or the example instead."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import fiftyone as fo
import pytest
from helpers.programs.faulty_server import Served, retry_at_once, serve
from sama_coco.app import dataset as app_dataset
from sama_coco.app.dataset import open_dataset
from sama_coco.zoo.errors import DownloadError, NotFoundError
from sama_coco.zoo.fetch.sources import Origin

pytestmark = pytest.mark.usefixtures("fresh_database", "zoo_dir")


def open_app(tmp_path: Path, mirror: str | Path | None = None) -> fo.Dataset:
    return open_dataset(
        ["validation"],
        ["segmentations"],
        5,
        None if mirror is None else str(mirror),
        tmp_path / "example",
    )


def take_for_upstream(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a server stand where the published hosts are, with all their checks."""
    retry_at_once(monkeypatch)
    locate = Origin.locate

    def relocate(origin: Origin, file: object) -> str | Path:
        return locate(Origin(url) if origin.is_upstream else origin, file)  # type: ignore[arg-type]

    monkeypatch.setattr(Origin, "locate", relocate)


@pytest.fixture
def hosts(example_mirror: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The published hosts, which publish the example."""
    with serve(example_mirror) as server:
        take_for_upstream(server.url, monkeypatch)
        yield server


def test_it_is_opened_again_with_what_was_added_to_it(
    tmp_path: Path, example_mirror: Path
) -> None:
    first = open_app(tmp_path, example_mirror)
    first.tag_samples("seen")
    again = open_app(tmp_path, example_mirror)
    assert again.name == first.name
    assert again.count_sample_tags()["seen"] == len(again) == 5


def test_where_images_are_gone_it_is_loaded_anew_and_the_old_one_kept(
    tmp_path: Path, example_mirror: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = open_app(tmp_path, example_mirror)
    name = first.name
    first.tag_samples("seen")
    Path(first.first().filepath).unlink()
    again = open_app(tmp_path, example_mirror)
    assert again.name == name
    assert all(Path(p).is_file() for p in again.values("filepath"))
    assert f"1 image files of '{name}' are gone" in capsys.readouterr().out
    kept = fo.load_dataset(f"{name}-images-lost")
    assert kept.count_sample_tags()["seen"] == 5


def test_splits_named_twice_and_once_are_the_same_dataset(
    tmp_path: Path, example_mirror: Path
) -> None:
    first = open_app(tmp_path, example_mirror)
    twice = ["validation"] * 2, ["segmentations"] * 2
    again = open_dataset(*twice, 5, str(example_mirror), tmp_path / "example")
    assert again.name == first.name


def test_out_of_reach_is_where_nobody_answers(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        take_for_upstream(f"http://127.0.0.1:{probe.getsockname()[1]}", monkeypatch)
    dataset = open_app(tmp_path)
    assert "example" in dataset.name
    assert "a drawn example opens" in capsys.readouterr().out


def test_out_of_reach_is_a_server_that_stays_overloaded(
    tmp_path: Path, hosts: Served
) -> None:
    hosts.faults.statuses = [503] * 99
    assert "example" in open_app(tmp_path).name


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path, hosts: Served) -> None:
    hosts.faults.statuses = [404]
    with pytest.raises(NotFoundError, match="answers 404"):
        open_app(tmp_path)
    assert fo.list_datasets() == []
    assert not (tmp_path / "example").exists()


def test_a_file_that_is_not_the_published_one_is_an_error(
    tmp_path: Path, hosts: Served
) -> None:
    with pytest.raises(DownloadError, match="were expected"):
        open_app(tmp_path)
    assert fo.list_datasets() == []
    assert not (tmp_path / "example").exists()


def test_the_example_is_drawn_anew_when_its_code_has_changed(
    tmp_path: Path, hosts: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts.faults.statuses = [503] * 99
    first = open_app(tmp_path)
    hosts.faults.statuses = [503] * 99
    assert open_app(tmp_path).name == first.name
    assert len(list((tmp_path / "example").iterdir())) == 1

    code = tmp_path / "code"
    code.mkdir()
    (code / "scenes.py").write_text("new")
    monkeypatch.setattr(app_dataset.example, "__path__", [str(code)])
    hosts.faults.statuses = [503] * 99
    assert open_app(tmp_path).name != first.name
    assert len(list((tmp_path / "example").iterdir())) == 2
