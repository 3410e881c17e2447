"""The mirror: upstream's layout, written once and whole."""

import json
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from helpers.data.example_mirror import Mirror
from PIL import Image
from sama_coco.example import write_mirror

COCO = "images.cocodataset.org"
SAMA = "sama-documentation-assets.s3.amazonaws.com"
SPLITS = {"val": 24, "train": 6}


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_files_stand_at_their_upstream_paths(mirror: Mirror) -> None:
    expected = {
        "edits.json",
        f"{COCO}/annotations/annotations_trainval2017.zip",
        *(f"{COCO}/zips/{split}2017.zip" for split in SPLITS),
        *(f"{SAMA}/sama-coco/sama-coco-{split}.zip" for split in SPLITS),
        *(
            f"{COCO}/{split}2017/{entry['file_name']}"
            for split in SPLITS
            for entry in mirror.coco(split)["images"]
        ),
    }
    assert files(mirror.folder).keys() == expected


def test_label_zips_hold_the_upstream_members(mirror: Mirror) -> None:
    with mirror.archive(COCO, "annotations", "annotations_trainval2017.zip") as held:
        assert set(held.namelist()) == {
            f"annotations/{kind}_{split}2017.json"
            for kind in ("captions", "instances", "person_keypoints")
            for split in SPLITS
        }
    for split in SPLITS:
        with mirror.archive(SAMA, "sama-coco", f"sama-coco-{split}.zip") as held:
            names = held.namelist()
        assert len(names) > 1
        assert names == [
            f"sama_coco_coco_format_{split}_{number}.json"
            for number in range(len(names))
        ]


@pytest.mark.parametrize(("split", "count"), SPLITS.items())
def test_pictures_are_of_the_size_their_entry_says(
    mirror: Mirror, split: str, count: int
) -> None:
    entries = mirror.coco(split)["images"]
    assert len(entries) == count
    with mirror.archive(COCO, "zips", f"{split}2017.zip") as archive:
        assert len(archive.namelist()) == count
        for entry in entries:
            assert entry["file_name"] == f"{entry['id']:012}.jpg"
            member = f"{split}2017/{entry['file_name']}"
            assert entry["coco_url"] == f"http://{COCO}/{member}"
            content = (mirror.folder / COCO / member).read_bytes()
            assert archive.read(member) == content
            with Image.open(BytesIO(content)) as picture:
                assert picture.size == (entry["width"], entry["height"])


@pytest.mark.parametrize("split", SPLITS)
def test_shards_hold_cocos_images_one_of_them_twice(mirror: Mirror, split: str) -> None:
    shards = mirror.shards(split)
    held = Counter(entry["id"] for shard in shards for entry in shard["images"])
    assert set(held) == {entry["id"] for entry in mirror.coco(split)["images"]}
    twice = [image_id for image_id, count in held.items() if count == 2]
    assert len(twice) == 1
    labelled = [
        shard
        for shard in shards
        if any(one["image_id"] == twice[0] for one in shard["annotations"])
    ]
    assert len(labelled) == 2
    assert len({len(shard["images"]) for shard in shards}) > 1
    for shard in shards:
        own = {entry["id"] for entry in shard["images"]}
        assert {one["image_id"] for one in shard["annotations"]} <= own


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    drawn = [
        files(write_mirror(tmp_path / name, seed=7, validation=3, train=1))
        for name in ("first", "second")
    ]
    assert drawn[0] == drawn[1]


def test_another_seed_gives_other_labels(tmp_path: Path) -> None:
    drawn = [
        files(write_mirror(tmp_path / str(seed), seed=seed, validation=4, train=0))
        for seed in (7, 8)
    ]
    sama = f"{SAMA}/sama-coco/sama-coco-val.zip"
    assert drawn[0].keys() == drawn[1].keys()
    assert drawn[0][sama] != drawn[1][sama]


def test_a_mirror_that_stands_is_left_alone(tmp_path: Path) -> None:
    folder = write_mirror(tmp_path / "mirror", validation=2, train=1)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert write_mirror(folder, seed=99) == folder
    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "mirror").mkdir()
    folder = write_mirror(tmp_path / "mirror", validation=1, train=1)
    assert set(json.loads((folder / "edits.json").read_text())) == {
        "validation",
        "train",
    }


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="no mirror"):
        write_mirror(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_writer_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("sama_coco.example.mirror._zip_annotations", fail)
    with pytest.raises(OSError, match="disk full"):
        write_mirror(tmp_path / "mirror", validation=1, train=1)
    assert list(tmp_path.iterdir()) == []
