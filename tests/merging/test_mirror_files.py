"""The mirrors' label files, loaded as anybody's: the labels of the zoo dataset."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import cv2
import fiftyone as fo
import numpy as np
import pytest
from helpers.data.tool_files import coco, write_json
from sama_coco.labelsets import add_annotations, load_label_sets
from sama_coco.labelsets.merging.image_columns import read_images
from sama_coco.zoo import load_splits

pytestmark = pytest.mark.usefixtures("fresh_database")

COCO = "images.cocodataset.org/annotations/annotations_trainval2017.zip"
SAMA = "sama-documentation-assets.s3.amazonaws.com/sama-coco/sama-coco-val.zip"
IMAGES = "images.cocodataset.org/val2017"


def unpack(mirror: Path, folder: Path) -> tuple[Path, list[Path]]:
    """COCO's label file and the files that Sama's labels are spread over."""
    with zipfile.ZipFile(mirror / COCO) as archive:
        whole = archive.extract("annotations/instances_val2017.json", folder)
    with zipfile.ZipFile(mirror / SAMA) as archive:
        parts = [archive.extract(name, folder) for name in archive.namelist()]
    return Path(whole), sorted(map(Path, parts))


def documents(dataset: fo.Dataset, field: str) -> dict[str, Any]:
    """What the database holds of the labels on each image, ids aside."""
    found = {}
    for sample in dataset._sample_collection.find():
        labels = sample[field]["detections"] if sample[field] else []
        for label in labels:
            del label["_id"]
        ordered = sorted(labels, key=lambda label: label["coco_id"])
        found[Path(sample["filepath"]).name] = ordered
    return found


@pytest.mark.parametrize("which", ["example_mirror", "real_mirror"])
def test_they_give_the_labels_of_the_zoo_dataset(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    mirror: Path = request.getfixturevalue(which)
    zoo, _ = load_splits(
        "zoo",
        "validation",
        tmp_path / "cache",
        label_types="segmentations",
        with_coco=True,
        mirror=str(mirror),
    )
    whole, parts = unpack(mirror, tmp_path)
    files = load_label_sets(mirror / IMAGES, {"base": whole, "revised": parts[0]})
    for part in parts[1:]:
        add_annotations(files, part, "revised", append=True)
    assert len(files) == len(zoo)
    assert documents(files, "base") == documents(zoo, "coco_segmentations")
    assert documents(files, "revised") == documents(zoo, "sama_segmentations")
    assert sorted(files.values("coco_id")) == sorted(zoo.values("coco_id"))


def test_a_folder_of_2000_images_is_read_once_a_state(tmp_path: Path) -> None:
    names = [f"{number % 40:02d}/{number:06d}.png" for number in range(2_000)]
    picture = cv2.imencode(".png", np.zeros((60, 80, 3), np.uint8))[1].tobytes()
    for name in names:
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
    labels = write_json(tmp_path / "a.json", coco(names[::-1][:1_500]))
    dataset = load_label_sets(tmp_path / "photos", {"base": labels})
    assert len(dataset) == 2_000
    assert dataset.exists("base").count() == 1_500
    assert dataset.count("base.detections") == 3_000
    columns = read_images(dataset, ("coco_id",))
    assert read_images(dataset, ("coco_id",)) is columns
    dataset.first().save()
    sample = dataset.first()
    sample["coco_id"] = 99_999
    sample.save()
    assert read_images(dataset, ("coco_id",)).side.ids["coco_id"][0] == 99_999
