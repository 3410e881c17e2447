"""Where files lie: on the published hosts, in a folder, or behind a server."""

from __future__ import annotations

from pathlib import Path

import pytest
from sama_coco.zoo.errors import ArgumentError
from sama_coco.zoo.fetch.sources import COCO_ZIP, MIRROR_VARIABLE, SPLITS, Origin

ADDRESSES = {
    "train": "https://sama-documentation-assets.s3.amazonaws.com/sama-coco/"
    "sama-coco-train.zip",
    "validation": "https://sama-documentation-assets.s3.amazonaws.com/sama-coco/"
    "sama-coco-val.zip",
}


@pytest.mark.parametrize("split", ["train", "validation"])
def test_without_a_mirror_files_come_from_their_published_addresses(
    split: str,
) -> None:
    origin = Origin.resolve()
    assert origin.is_upstream
    assert origin.locate(SPLITS[split].sama_zip) == ADDRESSES[split]
    assert origin.locate(COCO_ZIP) == (
        "http://images.cocodataset.org/annotations/annotations_trainval2017.zip"
    )
    folder = {"train": "train2017", "validation": "val2017"}[split]
    host = "http://images.cocodataset.org"
    assert origin.locate(SPLITS[split].image("1.jpg")) == f"{host}/{folder}/1.jpg"
    assert origin.locate(SPLITS[split].images_zip) == f"{host}/zips/{folder}.zip"


def test_a_folder_holds_a_folder_a_host(tmp_path: Path) -> None:
    origin = Origin.resolve(tmp_path)
    assert not origin.is_upstream
    expected = tmp_path / "images.cocodataset.org" / "val2017" / "1.jpg"
    assert origin.locate(SPLITS["validation"].image("1.jpg")) == expected


def test_a_server_holds_a_folder_a_host() -> None:
    origin = Origin.resolve("http://127.0.0.1:8000/mirror/")
    assert not origin.is_upstream
    assert origin.locate(SPLITS["validation"].image("1.jpg")) == (
        "http://127.0.0.1:8000/mirror/images.cocodataset.org/val2017/1.jpg"
    )


def test_every_published_file_is_where_the_mirror_has_it(real_mirror: Path) -> None:
    origin = Origin.resolve(real_mirror)
    for split in SPLITS.values():
        for file in (split.sama_zip, split.images_zip, COCO_ZIP):
            path = origin.locate(file)
            assert isinstance(path, Path)
            assert path.is_file()


def test_the_variable_names_the_mirror_where_the_argument_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MIRROR_VARIABLE, "https://mirror.example/")
    assert Origin.resolve().mirror == "https://mirror.example"
    assert Origin.resolve(tmp_path).mirror == str(tmp_path)
    monkeypatch.setenv(MIRROR_VARIABLE, "")
    assert Origin.resolve().is_upstream


def test_a_relative_folder_is_kept_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mirror").mkdir()
    monkeypatch.chdir(tmp_path)
    assert Origin.resolve("mirror").mirror == str(tmp_path / "mirror")


@pytest.mark.parametrize("mirror", ["no/such/folder", "ftp://x", "127.0.0.1:80", "\0"])
def test_a_mirror_that_is_neither_folder_nor_address_is_refused(mirror: str) -> None:
    with pytest.raises(ArgumentError, match="neither a folder nor a http"):
        Origin.resolve(mirror)


def test_a_file_is_no_mirror(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArgumentError, match="file' is neither a folder"):
        Origin.resolve(tmp_path / "file")


def test_the_published_facts_agree_with_each_other() -> None:
    assert sum(split.num_images for split in SPLITS.values()) == 123_287
    for name, split in SPLITS.items():
        assert split.name == name
        assert len(split.sama_members) in (0, split.num_sama_members)
        members = (*split.sama_members, split.coco_member)
        assert {len(bytes.fromhex(m.sha256)) for m in members} == {32}
        assert len({m.name for m in members}) == len(members)
