"""What a dataset says of the files that its label fields were read from."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from helpers.data.coco_documents import (
    annotation,
    category,
    document,
    image,
    to_json,
    write_zip,
)
from PIL import Image
from sama_coco.zoo import load_splits, split_samples
from sama_coco.zoo.errors import FormatError
from sama_coco.zoo.label_sources import (
    describe_source,
    label_sources,
    note_label_source,
)
from sama_coco.zoo.workers import pools

pytestmark = pytest.mark.usefixtures("fresh_database", "zoo_dir")

SAMA = "sama-documentation-assets.s3.amazonaws.com/sama-coco/sama-coco-val.zip"
COCO = "images.cocodataset.org/annotations/annotations_trainval2017.zip"
FOLDERS = {"validation": "val", "train": "train"}


def load(mirror: Path, folder: Path, **arguments: Any) -> fo.Dataset:
    arguments = {
        "splits": "validation",
        "with_coco": True,
        "label_types": ["segmentations", "detections"],
    } | arguments
    dataset, _ = load_splits("loaded", folder=folder, mirror=mirror, **arguments)
    return dataset


def check_sources(dataset: fo.Dataset, mirror: Path, splits: list[str]) -> None:
    for kind in ("segmentations", "detections"):
        found = label_sources(dataset, f"coco_{kind}")
        assert [source["split"] for source in found] == splits
        for source, split in zip(found, splits, strict=True):
            assert source["path"] == str(mirror / COCO)
            member = f"annotations/instances_{FOLDERS[split]}2017.json"
            assert source["member"] == member
        sama = label_sources(dataset, f"sama_{kind}")
        for split in splits:
            path = mirror / SAMA.replace("val", FOLDERS[split])
            with zipfile.ZipFile(path) as archive:
                members = sorted(archive.namelist())
            of_split = [source for source in sama if source["split"] == split]
            assert [source["member"] for source in of_split] == members
            assert {source["path"] for source in of_split} == {str(path)}
        for source in (*found, *sama):
            check_content(dict(source))


def check_content(source: dict[str, Any]) -> None:
    with zipfile.ZipFile(source["path"]) as archive:
        raw = archive.read(source["member"])
    content = json.loads(raw)
    assert source["sha256"] == hashlib.sha256(raw).hexdigest()
    assert source["format"] == "coco"
    for part in ("categories", "licenses", "info"):
        assert source[part] == content[part]


def test_of_every_field_the_files_are_known_of_both_splits(
    example_mirror: Path, tmp_path: Path
) -> None:
    splits = ["validation", "train"]
    dataset = load(example_mirror, tmp_path, splits=splits)
    dataset.reload()
    check_sources(dataset, example_mirror, splits)


def test_of_the_real_images_the_files_are_known(
    real_mirror: Path, tmp_path: Path
) -> None:
    dataset = load(real_mirror, tmp_path)
    dataset.reload()
    check_sources(dataset, real_mirror, ["validation"])


def test_files_that_were_fetched_are_named_where_they_lie(
    example_mirror: Path, tmp_path: Path
) -> None:
    from helpers.programs.faulty_server import serve

    with serve(example_mirror) as server:
        dataset = load(server.url, tmp_path / "files", max_samples=1)
    (coco,) = label_sources(dataset, "coco_detections")
    assert coco["member"] is None
    raw = Path(coco["path"]).read_bytes()
    assert coco["sha256"] == hashlib.sha256(raw).hexdigest()
    assert coco["categories"] == json.loads(raw)["categories"]


def write_images_of_one_set_each(folder: Path) -> Path:
    """A mirror: image 1 in both sets, 2 in Sama's alone, 3 in COCO's alone."""
    sama = document(images=[image(1), image(2)], annotations=[annotation(1)])
    coco = document(images=[image(1), image(3)], annotations=[annotation(2)])
    write_zip(folder / SAMA, {"0.json": to_json(sama)})
    write_zip(folder / COCO, {"annotations/instances_val2017.json": to_json(coco)})
    pictures = folder / "images.cocodataset.org" / "val2017"
    pictures.mkdir(parents=True)
    for number in (1, 2, 3):
        Image.new("RGB", (20, 10)).save(pictures / f"{number:012d}.jpg")
    return folder


@pytest.mark.parametrize("in_workers", [False, True])
def test_an_empty_list_is_an_image_without_labels_and_none_one_that_no_file_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_workers: bool
) -> None:
    mirror = write_images_of_one_set_each(tmp_path / "mirror")
    if in_workers:
        monkeypatch.setattr(split_samples, "MIN_FOR_POOL", 1)
        monkeypatch.setattr(pools, "cores", lambda: 2)
    dataset = load(mirror, tmp_path / "files")
    for kind in ("segmentations", "detections"):
        found = {
            sample.coco_id: [
                None if labels is None else [x.coco_id for x in labels.detections]
                for labels in (sample[f"sama_{kind}"], sample[f"coco_{kind}"])
            ]
            for sample in dataset.iter_samples()
        }
        assert found == {1: [[1], [2]], 2: [[], None], 3: [None, []]}


def test_a_source_that_is_noted_again_replaces_the_one_before(tmp_path: Path) -> None:
    dataset = fo.Dataset("noted")
    first, second = (
        describe_source(tmp_path / "a.json", to_json(document(info={"version": v})))
        for v in (1, 2)
    )
    other = describe_source(
        tmp_path / "b.json", to_json(document(categories=[category(7)])), split="train"
    )
    note_label_source(dataset, "field", first, other)
    note_label_source(dataset, "field", second)
    note_label_source(dataset, "other", other)
    dataset.reload()
    assert label_sources(dataset, "field") == [second, other]
    assert label_sources(dataset, "other") == [other]
    assert label_sources(dataset, "unknown") == []


def test_lists_that_many_files_share_are_kept_once(tmp_path: Path) -> None:
    dataset = fo.Dataset("shared")
    data = to_json(document(categories=[category(i) for i in range(80)]))
    sources = [describe_source("a.zip", data, f"{n}.json", "train") for n in range(9)]
    note_label_source(dataset, "field", *sources)
    dataset.reload()
    assert label_sources(dataset, "field") == sources
    kept = [entry.get("categories") for entry in dataset.info["label_sets"]["field"]]
    assert kept == [sources[0]["categories"], *[None] * 8]


def test_numbers_that_a_database_cannot_hold_are_kept_as_text(tmp_path: Path) -> None:
    data = b'{"categories": [], "info": {"n": [36893488147419103232, NaN]}}'
    source = describe_source(tmp_path / "a.json", data)
    dataset = fo.Dataset("long")
    note_label_source(dataset, "field", source)
    (found,) = label_sources(dataset, "field")
    assert found["info"]["n"][0] == str(2**65)


@pytest.mark.parametrize("data", [b"[]", b"{", b'{"categories": 5}', b"\xff"])
def test_a_file_of_another_format_is_named(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(FormatError, match=r"a\.json' is not in COCO's format"):
        describe_source(tmp_path / "a.json", data)
