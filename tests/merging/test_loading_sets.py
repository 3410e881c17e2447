"""Datasets made of a folder of images and label files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fiftyone as fo
import numpy as np
import pytest
from helpers.data.tool_files import (
    NAMES,
    coco,
    draw_images,
    label_studio_coco,
    results,
    roboflow_coco,
    write_cvat,
    write_json,
    write_voc,
    write_yolo,
)
from sama_coco.labelsets import JoinError, MergeError, load_label_sets
from sama_coco.labelsets.merging.from_files.set_loading import load_sets
from sama_coco.zoo.errors import ArgumentError, FormatError
from sama_coco.zoo.label_sources import label_sources

pytestmark = pytest.mark.usefixtures("fresh_database")


def found(dataset: fo.Dataset, field: str, attribute: str = "label") -> dict[str, Any]:
    """An attribute of the labels on each image, by the image's name."""
    paths, values = dataset.values(["filepath", f"{field}.detections.{attribute}"])
    return {Path(p).name: v for p, v in zip(paths, values, strict=True)}


def test_two_files_of_one_folder_become_two_fields(tmp_path: Path) -> None:
    images = draw_images(tmp_path / "photos")
    base = write_json(tmp_path / "a.json", coco())
    revised = write_json(tmp_path / "b.json", coco(NAMES[:2][::-1], first_id=50))
    dataset = load_label_sets(images, {"base": base, "revised": revised})

    assert dataset.name.startswith("photos-base-revised")
    assert [Path(p).name for p in dataset.values("filepath")] == NAMES
    assert found(dataset, "base") == {name: ["cat", "dog"] for name in NAMES}
    assert found(dataset, "revised")[NAMES[2]] is None
    assert found(dataset, "revised", "coco_id")[NAMES[0]] == [52, 53]
    assert dataset.values("coco_id") == [1, 2, 3]
    assert dataset.values("revised_coco_id") == [51, 50, None]
    assert dataset.values("metadata.width") == [80] * 3
    assert dataset.classes == {"base": ["cat", "dog"], "revised": ["cat", "dog"]}
    (source,) = label_sources(dataset, "revised")
    assert (source["path"], source["format"]) == (str(revised), "coco")
    schema = dataset.get_field_schema(flat=True)
    assert isinstance(schema["base.detections.iscrowd"], fo.IntField)
    assert not dataset.persistent


def test_an_image_that_is_listed_without_labels_has_an_empty_list(
    tmp_path: Path,
) -> None:
    content = coco()
    content["annotations"] = content["annotations"][:2]
    labels = write_json(tmp_path / "a.json", content)
    dataset = load_label_sets(draw_images(tmp_path / "photos"), {"base": labels})
    assert found(dataset, "base") == {
        NAMES[0]: ["cat", "dog"],
        NAMES[1]: [],
        NAMES[2]: [],
    }
    assert dataset.match(fo.ViewField("base") == None).count() == 0  # noqa: E711


def test_ids_in_another_order_are_not_joined_by(tmp_path: Path) -> None:
    images = draw_images(tmp_path / "photos")
    first, second = coco(), coco(NAMES[::-1])
    second["annotations"] = second["annotations"][:2]
    files = {
        "base": write_json(tmp_path / "a.json", first),
        "revised": write_json(tmp_path / "b.json", second),
    }
    dataset = load_label_sets(images, files)
    assert found(dataset, "revised") == {
        NAMES[0]: [],
        NAMES[1]: [],
        NAMES[2]: ["cat", "dog"],
    }


def test_what_is_not_there_and_what_differs_is_counted(tmp_path: Path) -> None:
    images = draw_images(tmp_path / "photos", [*NAMES[:2], "unlisted.jpg"])
    (images / "broken.jpg").write_bytes(b"no image")
    content = coco()
    content["images"][1]["width"] = 81
    loaded = load_sets(images, {"base": write_json(tmp_path / "a.json", content)})
    assert dict(loaded.problems.counts) == {
        "image that can't be read, left out": 1,
        "image of 'base' that is missing": 1,
        "image of 'base' that has another size, left out": 1,
    }
    assert found(loaded.dataset, "base") == {
        NAMES[0]: ["cat", "dog"],
        NAMES[1]: None,
        "unlisted.jpg": None,
    }


def test_folders_of_images_are_joined_by_their_paths(tmp_path: Path) -> None:
    names = ["train/1.jpg", "val/1.jpg", "val/2.jpg"]
    images = draw_images(tmp_path / "photos", names)
    labels = write_json(tmp_path / "a.json", coco(names[::-1]))
    dataset = load_label_sets(images, {"base": labels})
    assert dataset.values("coco_id") == [3, 2, 1]


@pytest.mark.parametrize(
    ("tool", "pattern"),
    [(roboflow_coco, r"^(.+)_jpg\.rf\."), (label_studio_coco, r"(\d{12})")],
)
def test_renamed_images_are_joined_by_a_pattern_that_the_error_suggests(
    tool: Any, pattern: str, tmp_path: Path
) -> None:
    images = draw_images(tmp_path / "photos")
    files = {"base": write_json(tmp_path / "a.json", tool())}
    with pytest.raises(JoinError, match=r"The pattern .* would join 3 of 3"):
        load_label_sets(images, files)
    dataset = load_label_sets(images, files, join_by=pattern)
    assert found(dataset, "base") == {name: ["cat", "dog"] for name in NAMES}


def test_other_formats_come_beside_coco(tmp_path: Path) -> None:
    images = draw_images(tmp_path / "photos")
    document = coco()
    dataset = load_label_sets(
        images,
        {
            "predictions": write_json(tmp_path / "results.json", results(document)),
            "coco": write_json(tmp_path / "a.json", document),
            "yolo": write_yolo(tmp_path / "yolo"),
            "voc": write_voc(tmp_path / "voc"),
            "cvat": write_cvat(tmp_path / "annotations.xml"),
        },
    )
    assert found(dataset, "yolo")[NAMES[0]] == ["cat", "dog"]
    assert found(dataset, "yolo")[NAMES[2]] is None
    assert found(dataset, "voc")[NAMES[2]] == ["cat"]
    assert found(dataset, "cvat")[NAMES[1]] == ["dog", "dog", "cat", "cat"]
    assert found(dataset, "predictions", "confidence")[NAMES[0]] == [0.75, 0.75]
    schema = dataset.get_field_schema(flat=True)
    assert "yolo.detections.coco_id" not in schema
    assert isinstance(schema["cvat.detections.occluded"], fo.BooleanField)
    formats = [label_sources(dataset, f)[0]["format"] for f in ("yolo", "voc", "cvat")]
    assert formats == ["yolo", "voc", "cvat"]


def test_polylines_and_boxes_can_be_asked_for(tmp_path: Path) -> None:
    images = draw_images(tmp_path / "photos")
    files = {"base": write_json(tmp_path / "a.json", coco())}
    lines = load_label_sets(images, files, shapes="polylines")
    outlined, boxed = lines.first().base.polylines
    assert len(outlined.points[0]) == 4
    corners = [(0.5, 1 / 3), (0.7, 1 / 3), (0.7, 8 / 15), (0.5, 8 / 15)]
    assert np.allclose(boxed.points[0], corners)
    boxes = load_label_sets(images, files, shapes="boxes")
    assert boxes.count("base.detections.mask") == 0
    assert boxes.count("base.detections") == 6


def test_names_and_permanence_are_as_asked_for(tmp_path: Path) -> None:
    images = draw_images(tmp_path / "photos")
    files = {"base": write_json(tmp_path / "a.json", coco())}
    dataset = load_label_sets(images, files, name="mine", persistent=True)
    assert (dataset.name, dataset.persistent) == ("mine", True)
    with pytest.raises(MergeError, match="a dataset 'mine' already"):
        load_label_sets(images, files, name="mine")
    listed = load_label_sets([str(images / NAMES[1])], files)
    assert listed.values("coco_id") == [2]


def test_what_cannot_be_loaded_leaves_no_dataset(tmp_path: Path) -> None:
    images = draw_images(tmp_path / "photos")
    path = write_json(tmp_path / "a.json", coco())
    other = write_json(tmp_path / "b.json", coco(["dog.jpg"]))
    (tmp_path / "empty").mkdir()
    refused = [
        (MergeError, "no folder of images", tmp_path / "gone", {"base": path}),
        (MergeError, "There are no images in", tmp_path / "empty", {"base": path}),
        (MergeError, "No label files are given", images, {}),
        (MergeError, "called 'a b'", images, {"a b": path}),
        (MergeError, "called 'tags'", images, {"tags": path}),
        (
            JoinError,
            "called '/.*139.jpg' here and 'dog.jpg' there",
            images,
            {"x": other},
        ),
        (FileNotFoundError, "no label file", images, {"base": tmp_path / "gone.json"}),
    ]
    for kind, message, folder, files in refused:
        with pytest.raises(kind, match=message):
            load_label_sets(folder, files)
    predictions = write_json(tmp_path / "r.json", results(coco()))
    with pytest.raises(FormatError, match="Give the COCO JSON file that lists them"):
        load_label_sets(images, {"predictions": predictions})
    with pytest.raises(ArgumentError, match="Unknown form of labels 'mask'"):
        load_label_sets(images, {"base": path}, shapes="mask")
    with pytest.raises(ArgumentError, match="have no ids to join by"):
        load_label_sets(images, {"base": path}, join_by="id")
    assert fo.list_datasets() == []


def test_a_load_that_is_interrupted_leaves_no_dataset(tmp_path: Path) -> None:
    images = draw_images(tmp_path / "photos")
    files = {"base": write_json(tmp_path / "a.json", coco())}

    def interrupt(done: float, stage: str) -> None:
        if stage == "Samples" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_label_sets(images, files, on_progress=interrupt)
    assert fo.list_datasets() == []
