"""A label field as COCO JSON: what went in comes out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import fiftyone as fo
import numpy as np
import pytest
from fiftyone import ViewField as F
from helpers.data.example_mirror import Mirror
from helpers.oracles.exported_labels import (
    annotations_of,
    assert_decodes_to_labels,
    assert_identical,
    by_id,
    read_back,
    read_json,
)
from sama_coco.labelsets import AnnotationExport, ExportError, export_annotations
from sama_coco.zoo import load_splits

OUTLINE = {"segmentation"}
SPLITS = {"validation": "val", "train": "train"}


@pytest.fixture(scope="module", params=["example", "real"])
def mirror(request: pytest.FixtureRequest) -> Mirror:
    return Mirror(request.getfixturevalue(f"{request.param}_mirror"))


def load(mirror: Mirror, folder: Path, **arguments: Any) -> fo.Dataset:
    arguments = {"label_types": ["segmentations", "detections"]} | arguments
    dataset, _ = load_splits(
        fo.make_unique_dataset_name("mirror"),
        list(SPLITS),
        folder,
        mirror=str(mirror.folder),
        with_coco=True,
        **arguments,
    )
    return dataset


@pytest.fixture(scope="module")
def loaded(
    mirror: Mirror, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[fo.Dataset]:
    dataset = load(mirror, tmp_path_factory.mktemp("zoo"))
    yield dataset
    dataset.delete()


@pytest.fixture
def dataset(loaded: fo.Dataset) -> Iterator[fo.Dataset]:
    """A copy of the mirror's dataset that a test may change."""
    copy = loaded.clone()
    yield copy
    copy.delete()


@pytest.fixture(scope="module")
def loaded_polylines(
    mirror: Mirror, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[fo.Dataset]:
    folder = tmp_path_factory.mktemp("zoo")
    dataset = load(mirror, folder, label_types="segmentations", use_polylines=True)
    yield dataset
    dataset.delete()


@pytest.fixture
def polylines(loaded_polylines: fo.Dataset) -> Iterator[fo.Dataset]:
    """A copy of the mirror's dataset, its outlines as polylines."""
    copy = loaded_polylines.clone()
    yield copy
    copy.delete()


@pytest.fixture
def small(example_mirror: Path, tmp_path: Path) -> Iterator[fo.Dataset]:
    """A few images of the example, from files of its own that a test may change."""
    folder = tmp_path / "mirror"
    copy_labels(example_mirror, folder)
    dataset, _ = load_splits(
        fo.make_unique_dataset_name("small"),
        "validation",
        tmp_path / "zoo",
        mirror=str(folder),
        with_coco=True,
        label_types="segmentations",
        max_samples=4,
    )
    yield dataset
    dataset.delete()


def copy_labels(mirror: Path, folder: Path) -> None:
    """A mirror whose images are links, and whose label files are its own."""
    for path in mirror.rglob("*"):
        target = folder / path.relative_to(mirror)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".jpg":
            target.symlink_to(path)
        elif path.is_file():
            target.write_bytes(path.read_bytes())


def documents(mirror: Mirror, field: str, split: str) -> list[dict[str, Any]]:
    upstream = SPLITS[split]
    if field.startswith("coco"):
        return [mirror.coco(upstream)]
    return mirror.shards(upstream)


def listed(found: list[dict[str, Any]], key: str) -> dict[Any, dict[str, Any]]:
    return by_id(entry for document in found for entry in document[key])


CASES = [
    ("coco_segmentations", "source"),
    ("coco_segmentations", "rle"),
    ("coco_segmentations", "polygons"),
    ("sama_segmentations", "source"),
    ("sama_segmentations", "rle"),
    ("sama_segmentations", "polygons"),
    ("sama_detections", "source"),
    ("sama_detections", "rle"),
]


@pytest.mark.parametrize(("field", "segmentation"), CASES)
def test_every_annotation_comes_out_and_is_read_back_as_identical(
    field: str, segmentation: str, mirror: Mirror, dataset: fo.Dataset, tmp_path: Path
) -> None:
    done = export_annotations(dataset, field, tmp_path, segmentation=segmentation)
    assert {path.name for path in done.paths} == {
        "instances_train.json",
        "instances_validation.json",
    }
    check_documents(done, mirror, field, segmentation)
    is_box = field.endswith("detections")
    if segmentation != "source":
        assert_decodes_to_labels(dataset, field, done.paths)
    kind = "boxes" if is_box else "masks"
    assert_identical(dataset, field, read_back(dataset, done.paths, kind=kind))


@pytest.mark.parametrize(("field", "segmentation"), CASES[2:5])
def test_polylines_come_out_as_masks_do(
    field: str, segmentation: str, mirror: Mirror, polylines: fo.Dataset, tmp_path: Path
) -> None:
    done = export_annotations(polylines, field, tmp_path, segmentation=segmentation)
    check_documents(done, mirror, field, segmentation)
    if segmentation != "source":
        assert_decodes_to_labels(polylines, field, done.paths)
    back = read_back(polylines, done.paths, kind="polylines")
    assert_identical(polylines, field, back)


def check_documents(
    done: AnnotationExport, mirror: Mirror, field: str, segmentation: str
) -> None:
    """Checks documents against the files that they came from."""
    total = images = 0
    for path in done.paths:
        found = read_json(path)
        before = documents(mirror, field, path.stem.removeprefix("instances_"))
        assert by_id(found["images"]) == listed(before, "images")
        for key in ("info", "licenses", "categories"):
            assert found[key] == before[0][key]
        annotations = by_id(found["annotations"])
        expected = listed(before, "annotations")
        assert annotations.keys() == expected.keys()
        for id, annotation in annotations.items():
            differing = {k for k in expected[id] if annotation[k] != expected[id][k]}
            assert differing <= (set() if segmentation == "source" else OUTLINE)
            assert annotation.keys() == expected[id].keys()
        total, images = total + len(annotations), images + len(found["images"])
    assert done.annotations == total == sum(done.counts.values())
    assert done.images == images
    assert not done.lost


def test_files_that_are_gone_or_changed_are_an_error_that_names_rle(
    small: fo.Dataset, tmp_path: Path
) -> None:
    before = annotations_of(
        export_annotations(
            small, "sama_segmentations", tmp_path / "0", segmentation="rle"
        ).paths
    )
    (archive,) = tmp_path.glob("mirror/sama*/sama-coco/sama-coco-val.zip")
    with ZipFile(archive) as source:
        names = source.namelist()
        contents = {name: source.read(name) for name in names}
    with ZipFile(archive, "w") as target:
        for name in names:
            target.writestr(name, contents[name].replace(b'"area"', b' "area"', 1))
    out = tmp_path / "out"
    with pytest.raises(ExportError, match=r"has changed.*segmentation='rle'"):
        export_annotations(small, "sama_segmentations", out)
    archive.write_bytes(b"no zip")
    with pytest.raises(ExportError, match=r"segmentation='rle'"):
        export_annotations(small, "sama_segmentations", out)
    archive.unlink()
    with pytest.raises(ExportError, match=r"not there any more.*segmentation='rle'"):
        export_annotations(small, "sama_segmentations", out)
    assert not out.exists()
    done = export_annotations(small, "sama_segmentations", out, segmentation="rle")
    assert any("not there any more" in note for note in done.notes)
    assert annotations_of(done.paths) == before
    images = [read_json(path)["images"] for path in done.paths]
    first = small.first()
    assert images[0][0] == {
        "id": first.coco_id,
        "file_name": Path(first.filepath).name,
        "width": first.metadata.width,
        "height": first.metadata.height,
        "coco_url": first.coco_url,
        "license": images[0][0]["license"],
    }


def test_a_file_is_not_needed_where_its_labels_are_not_asked_for(
    small: fo.Dataset, tmp_path: Path
) -> None:
    (archive,) = tmp_path.glob("mirror/images*/annotations/*.zip")
    archive.unlink()
    export_annotations(small, "sama_segmentations", tmp_path / "out")
    with pytest.raises(ExportError, match="not there any more"):
        export_annotations(small, "coco_segmentations", tmp_path / "coco")


def test_what_was_edited_is_exported_as_it_is_now(
    small: fo.Dataset, tmp_path: Path
) -> None:
    field = "coco_segmentations"
    before = by_id(
        annotations_of(export_annotations(small, field, tmp_path / "0").paths)
    )
    sample = small.match(F(f"{field}.detections").length() > 4).first()
    cut, moved, renamed, crowded, drawn = sample[field].detections[:5]
    cut.mask = np.pad(np.ones((4, 6), bool), ((2, 3), (1, 0)))
    x, y = cut.bounding_box[:2]
    width, height = sample.metadata.width, sample.metadata.height
    x, y = round(x * width), round(y * height)
    cut.bounding_box = [x / width, y / height, 7 / width, 9 / height]
    moved.bounding_box = [0.0, 0.0, *moved.bounding_box[2:]]
    renamed.label = "something new"
    crowded.iscrowd = 1 - crowded.iscrowd
    gone, drawn.coco_id = drawn.coco_id, None
    sample.save()
    for segmentation in ("source", "rle", "polygons"):
        done = export_annotations(
            small, field, tmp_path / segmentation, segmentation=segmentation
        )
        document = read_json(done.paths[0])
        after = by_id(document["annotations"])
        new = max(after)
        assert after.keys() - before.keys() == {new}
        assert new == max(before) + 1
        assert before.keys() - after.keys() == {gone}
        now = after[cut.coco_id]
        assert now["bbox"] == [x + 1, y + 2, 6, 4]
        assert now["area"] == 24
        assert after[moved.coco_id]["bbox"][:2] != before[moved.coco_id]["bbox"][:2]
        category = by_id(document["categories"])[after[renamed.coco_id]["category_id"]]
        assert category["name"] == "something new"
        assert (
            after[crowded.coco_id]["iscrowd"] == 1 - before[crowded.coco_id]["iscrowd"]
        )
        changed = {cut.coco_id, moved.coco_id, renamed.coco_id, crowded.coco_id, new}
        if segmentation == "source":
            for id in (renamed.coco_id, crowded.coco_id):
                for key in ("segmentation", "bbox", "area"):
                    assert after[id][key] == before[id][key]
            assert {i: a for i, a in after.items() if i not in changed} == {
                i: a for i, a in before.items() if i not in {*changed, gone}
            }
    assert_identical(small, field, read_back(small, done.paths))


@pytest.mark.parametrize("segmentation", ["source", "rle", "polygons"])
def test_datumaro_reads_every_annotation(
    segmentation: Any, small: fo.Dataset, tmp_path: Path
) -> None:
    datumaro = pytest.importorskip("datumaro")
    path = tmp_path / "coco" / "annotations" / "instances_val.json"
    (tmp_path / "coco" / "images" / "val").mkdir(parents=True)
    export_annotations(small, "coco_segmentations", path, segmentation=segmentation)
    read = datumaro.Dataset.import_from(str(path), "coco_instances")
    written = {
        (one["image_id"], one["id"], bool(one["iscrowd"]))
        for one in read_json(path)["annotations"]
    }
    assert written == {
        (item.attributes["id"], label.group, label.attributes["is_crowd"])
        for item in read
        for label in item.annotations
    }
