"""A label field in Ultralytics' layout, read by its rules and by FiftyOne."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import fiftyone as fo
import numpy as np
import pytest
import yaml
from helpers.datasets.labelled import (
    HEIGHT,
    WIDTH,
    boxed,
    draw_images,
    make_pair,
    masked,
    outlined,
)
from numpy.typing import NDArray
from sama_coco.labelsets import ExportError, export_annotations
from sama_coco.zoo import load_splits

pytestmark = pytest.mark.usefixtures("fresh_database")

Row = tuple[int, NDArray[np.float64]]


def read_rows(path: Path, classes: int) -> list[Row]:
    """The rows of a label file: of boxes four numbers each, of segments points.

    It refuses what Ultralytics refuses: see `verify_image_label` in its
    `ultralytics/data/utils.py`.
    """
    lines = [line.split() for line in path.read_text().strip().splitlines() if line]
    is_segment = any(len(line) > 6 for line in lines)
    rows: list[Row] = []
    for line in lines:
        values = np.array(line[1:], np.float32).astype(float)
        assert len(line) % 2 == 1
        assert len(line) >= 7 if is_segment else len(line) == 5
        assert values.max() <= 1
        assert values.min() >= 0
        assert 0 <= int(line[0]) < classes
        rows.append((int(line[0]), values.reshape(-1, 2) if is_segment else values))
    return rows


def read_dataset(root: Path) -> tuple[dict[int, str], dict[str, dict[str, list[Row]]]]:
    """The names of classes, and the rows of each image of each split.

    As Ultralytics' `check_det_dataset` and `img2label_paths` do, paths are relative
    to the folder of `data.yaml`, and labels lie where `/images/` is `/labels/`.
    """
    data = yaml.safe_load((root / "data.yaml").read_text())
    assert {"train", "val", "names"} <= data.keys()
    splits: dict[str, dict[str, list[Row]]] = {}
    for split in {"train", "val", "test"} & data.keys():
        folder = root / data[split]
        assert folder.is_dir()
        splits[split] = {}
        for image in sorted(folder.rglob("*.*")):
            before, after = str(image).rsplit("/images/", 1)
            rows = Path(f"{before}/labels/{after}").with_suffix(".txt")
            splits[split][image.name] = read_rows(rows, len(data["names"]))
    return data["names"], splits


def drawn(rows: list[Row]) -> list[NDArray[np.bool_]]:
    """What segments cover, by their own pixels."""
    masks = []
    for _, points in rows:
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        corners = np.round(points * (WIDTH, HEIGHT) * 256 - 128).astype(np.int32)
        cv2.fillPoly(mask, [corners], 1, shift=8)
        masks.append(mask.astype(bool))
    return masks


def with_images(dataset: fo.Dataset, folder: Path) -> fo.Dataset:
    folder.mkdir()
    draw_images(dataset, folder)
    return dataset


def holed() -> NDArray[np.bool_]:
    mask = np.ones((20, 20), bool)
    mask[5:15, 5:15] = False
    return mask


def in_parts() -> NDArray[np.bool_]:
    mask = np.zeros((10, 30), bool)
    mask[:, :8] = mask[:, 12:20] = mask[2:6, 26:] = True
    return mask


def test_masks_become_one_polygon_each(tmp_path: Path) -> None:
    labels = [
        masked("dog", 2, 3, 10, 12),
        masked("cat", 40, 20, 20, 20, mask=holed()),
        masked("cat", 2, 40, 30, 10, mask=in_parts()),
        masked("dog", 0, 0, 9, 9, iscrowd=1),
        masked("dog", 70, 50, 5, 5, mask=np.zeros((5, 5), bool)),
        boxed("dog", 60.5, 2, 10, 10),
        masked("cat", 79, 59, 1, 1),
    ]
    dataset = with_images(make_pair((labels, []), ([], [])), tmp_path / "images")
    done = export_annotations(
        dataset, "before", tmp_path / "out", format="yolo", images="symlink"
    )
    names, splits = read_dataset(tmp_path / "out")
    assert names == {0: "cat", 1: "dog"}
    assert list(splits["train"]) == list(splits["val"]) == ["00000.png", "00001.png"]
    first, second = splits["train"].values()
    assert second == []
    assert [number for number, _ in first] == [1, 0, 0, 1, 0]
    dog, hole, parts, _, pixel = drawn(first)
    assert dog[3:15, 2:12].all()
    assert hole[20:40, 40:60].all()
    assert parts[40:50, 2:32][in_parts()].all()
    assert np.ptp(first[3][1] * (WIDTH, HEIGHT), axis=0).round(3).tolist() == [10, 10]
    assert pixel.any()
    assert done.annotations == 5
    assert dict(done.lost) == {
        "crowds, which YOLO has no rows for": 1,
        "too small for a row": 1,
        "holes, which are filled": 1,
        "parts joined to another part of their object by a line": 2,
    }
    assert done.paths == [tmp_path / "out" / "data.yaml", tmp_path / "out" / "images"]


def test_boxes_become_centres_and_sizes(tmp_path: Path) -> None:
    labels = [
        boxed("cat", 10, 20, 30, 15),
        boxed("cat", -10, 50, 30, 20),
        boxed("cat", 5, 5, 0, 10),
        boxed("cat", 5, 5, 9, 9, iscrowd=1),
    ]
    dataset = with_images(make_pair((labels, [])), tmp_path / "images")
    done = export_annotations(
        dataset, "before", tmp_path / "out", format="yolo", images="copy"
    )
    _, splits = read_dataset(tmp_path / "out")
    (rows,) = splits["train"].values()
    found = [row * (WIDTH, HEIGHT, WIDTH, HEIGHT) for _, row in rows]
    expected = [[25, 27.5, 30, 15], [10, 55, 20, 10]]
    np.testing.assert_allclose(found, expected, atol=1e-4)
    assert dict(done.lost) == {
        "crowds, which YOLO has no rows for": 1,
        "too small for a row": 1,
    }
    imported = fo.Dataset.from_dir(
        str(tmp_path / "out"),
        fo.types.YOLOv5Dataset,
        split="train",
        yaml_path="data.yaml",
    )
    (boxes,) = imported.values("ground_truth.detections.bounding_box")
    np.testing.assert_allclose(
        boxes[0], [10 / 80, 20 / 60, 30 / 80, 15 / 60], atol=1e-6
    )
    assert imported.distinct("ground_truth.detections.label") == ["cat"]


def test_polylines_are_drawn_as_what_they_cover(tmp_path: Path) -> None:
    dataset = make_pair(([outlined("cat", 5, 6, 20, 10)], []))
    dataset = with_images(dataset, tmp_path / "images")
    export_annotations(
        dataset, "before", tmp_path / "out", format="yolo", images="symlink"
    )
    _, splits = read_dataset(tmp_path / "out")
    ((_, points),) = splits["train"]["00000.png"]
    corners = {tuple(p) for p in (points * (WIDTH, HEIGHT)).round(3).tolist()}
    assert corners == {(5, 6), (25, 6), (25, 16), (5, 16)}


def test_splits_have_folders_and_classes_an_order(tmp_path: Path) -> None:
    dataset = make_pair(
        ([masked("cat", 0, 0, 9, 9), masked("cow", 20, 0, 9, 9)], []),
        ([masked("dog", 0, 0, 9, 9)], []),
    )
    for sample, tag in zip(
        dataset.iter_samples(autosave=True), ("train", "validation"), strict=True
    ):
        sample.tags = [tag]
    with_images(dataset, tmp_path / "images")
    done = export_annotations(
        dataset,
        "before",
        tmp_path / "out",
        format="yolo",
        images="symlink",
        classes=["dog", "cat"],
    )
    names, splits = read_dataset(tmp_path / "out")
    assert names == {0: "dog", 1: "cat"}
    assert [[n for n, _ in rows] for rows in splits["train"].values()] == [[1]]
    assert [[n for n, _ in rows] for rows in splits["val"].values()] == [[0]]
    assert done.lost == {"of other classes": 1}


def test_images_that_stay_are_said_to_be_missing(tmp_path: Path) -> None:
    dataset = make_pair(([masked("cat", 0, 0, 9, 9)], []))
    done = export_annotations(dataset, "before", tmp_path / "out", format="yolo")
    assert [path.name for path in done.paths] == ["data.yaml"]
    assert (tmp_path / "out" / "labels" / "00000.txt").is_file()
    assert "put them there" in done.notes[0]
    assert "images='symlink'" in str(done)


def test_there_is_no_rle(tmp_path: Path) -> None:
    dataset = make_pair(([masked("cat", 0, 0, 9, 9)], []))
    with pytest.raises(ExportError, match="YOLO has no RLE"):
        export_annotations(
            dataset, "before", tmp_path, format="yolo", segmentation="rle"
        )


def test_two_images_with_one_label_file_are_an_error(tmp_path: Path) -> None:
    dataset = make_pair(([], []), ([], []))
    dataset.set_values("filepath", ["/a/1.png", "/a/1.jpg"])
    with pytest.raises(ExportError, match=r"Two files.*1\.txt"):
        export_annotations(dataset, "before", tmp_path / "out", format="yolo")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("segmentation", ["source", "polygons"])
def test_polygons_of_files_are_used_where_labels_are_as_they_were(
    segmentation: str, example_mirror: Path, tmp_path: Path
) -> None:
    dataset, _ = load_splits(
        "example",
        "validation",
        tmp_path / "zoo",
        mirror=str(example_mirror),
        with_coco=True,
        label_types="segmentations",
        max_samples=5,
    )
    arguments: dict[str, Any] = {"format": "yolo", "images": "symlink"}
    done = export_annotations(
        dataset,
        "sama_segmentations",
        tmp_path / "out",
        segmentation=segmentation,
        **arguments,
    )
    labels = [
        label for sample in dataset for label in sample["sama_segmentations"].detections
    ]
    crowds = sum(bool(label.iscrowd) for label in labels)
    assert done.lost.get("crowds, which YOLO has no rows for", 0) == crowds
    assert done.annotations + crowds + done.lost["too small for a row"] == len(labels)
    of_files = done.counts["as polygons of their file"]
    assert of_files == (done.annotations if segmentation == "source" else 0)
    names, splits = read_dataset(tmp_path / "out")
    assert list(names.values()) == dataset.default_classes
    assert sum(len(rows) for rows in splits["val"].values()) == done.annotations
    for sample in dataset:
        rows = splits["val"][Path(sample.filepath).name]
        kept = [x for x in sample["sama_segmentations"].detections if not x.iscrowd]
        for label, (number, points) in zip(kept, rows, strict=False):
            assert names[number] == label.label
            x, y, w, h = label.bounding_box
            box = np.array([x, y, x + w, y + h])
            ends = np.concatenate((points.min(axis=0), points.max(axis=0)))
            assert np.abs(box - ends).max() < 0.02
