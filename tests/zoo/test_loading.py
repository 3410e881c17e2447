"""From published files to a dataset: what samples and labels come out."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import fiftyone as fo
import numpy as np
import pytest
from bson import ObjectId
from pycocotools import mask as coco_mask
from sama_coco.zoo import load_splits
from sama_coco.zoo.writing import fiftyone_writer

pytestmark = pytest.mark.usefixtures("fresh_database", "zoo_dir")

BOTH = ["detections", "segmentations"]
FOLDERS = {"validation": "val", "train": "train"}


def load(mirror: Path, folder: Path, **arguments: Any) -> fo.Dataset:
    arguments = {"splits": "validation", "with_coco": True} | arguments
    splits = arguments.pop("splits")
    name = arguments.pop("name", "loaded")
    dataset, _ = load_splits(name, splits, folder, mirror=str(mirror), **arguments)
    return dataset


def read_coco(mirror: Path, split: str) -> list[dict[str, Any]]:
    path = mirror / "images.cocodataset.org/annotations/annotations_trainval2017.zip"
    with zipfile.ZipFile(path) as archive:
        member = f"annotations/instances_{FOLDERS[split]}2017.json"
        return [json.loads(archive.read(member))]


def read_sama(mirror: Path, split: str) -> list[dict[str, Any]]:
    host = mirror / "sama-documentation-assets.s3.amazonaws.com"
    with zipfile.ZipFile(host / f"sama-coco/sama-coco-{FOLDERS[split]}.zip") as archive:
        return [json.loads(archive.read(name)) for name in archive.namelist()]


def cropped_mask(annotation: dict[str, Any], image: dict[str, Any]) -> np.ndarray:
    """What pycocotools decodes, inside the box as FiftyOne's importer rounds it."""
    shape = image["height"], image["width"]
    rle = coco_mask.frPyObjects(annotation["segmentation"], *shape)
    mask = coco_mask.decode(coco_mask.merge(rle) if isinstance(rle, list) else rle)
    x, y, w, h = annotation["bbox"]
    return mask[round(y) : round(y + h), round(x) : round(x + w)].astype(bool)


def check_every_label(dataset: fo.Dataset, split: str, mirror: Path) -> int:
    """Compares each label of a dataset with its annotation in the files."""
    checked = 0
    for source, read in (("coco", read_coco), ("sama", read_sama)):
        documents = read(mirror, split)
        images = {i["id"]: i for d in documents for i in d["images"]}
        categories = {c["id"]: c for d in documents for c in d["categories"]}
        annotations = {a["id"]: a for d in documents for a in d["annotations"]}
        seen = set()
        for sample in dataset.match_tags(split).iter_samples():
            image = images[sample.coco_id]
            boxes = sample[f"{source}_detections"].detections
            masks = sample[f"{source}_segmentations"].detections
            assert [b.coco_id for b in boxes] == [m.coco_id for m in masks]
            for label in (*boxes, *masks):
                annotation = annotations[label.coco_id]
                assert annotation["image_id"] == image["id"]
                category = categories[annotation["category_id"]]
                assert label.label == category["name"]
                assert label.supercategory == category["supercategory"]
                assert label.iscrowd == annotation["iscrowd"]
                assert label.area == annotation["area"]
                scale = [image["width"], image["height"]] * 2
                expected = np.divide(annotation["bbox"], scale)
                assert np.allclose(label.bounding_box, expected)
            for label in masks:
                annotation = annotations[label.coco_id]
                polygons = annotation["segmentation"]
                if isinstance(polygons, dict):
                    polygons = []
                assert label.num_polygons == len(polygons)
                closing = sum(p[:2] == p[-2:] for p in polygons)
                assert label.num_vertices == sum(map(len, polygons)) // 2 - closing
                if label.mask is None:
                    assert 0 in annotation["bbox"][2:]
                else:
                    assert np.array_equal(label.mask, cropped_mask(annotation, image))
            assert all(b.mask is None for b in boxes)
            seen.update(m.coco_id for m in masks)
        assert seen == set(annotations)
        checked += len(seen)
    return checked


@pytest.mark.parametrize("split", ["validation", "train"])
def test_every_label_of_the_real_images_equals_its_annotation(
    real_mirror: Path, tmp_path: Path, split: str
) -> None:
    dataset = load(real_mirror, tmp_path, splits=split, label_types=BOTH)
    assert check_every_label(dataset, split, real_mirror) > 800


def test_every_label_of_the_example_equals_its_annotation(
    example_mirror: Path, tmp_path: Path
) -> None:
    splits = ["validation", "train"]
    dataset = load(example_mirror, tmp_path, splits=splits, label_types=BOTH)
    for split in splits:
        assert check_every_label(dataset, split, example_mirror) > 0


def test_documents_written_directly_equal_those_of_the_public_api(
    example_mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for polylines in (False, True):
        arguments = {"label_types": BOTH, "use_polylines": polylines}
        fast = load(example_mirror, tmp_path, name=f"fast-{polylines}", **arguments)
        assert fiftyone_writer.writes_documents(fast)
        with monkeypatch.context() as patch:
            patch.setattr(fiftyone_writer, "writes_documents", lambda _: False)
            slow = load(example_mirror, tmp_path, name=f"slow-{polylines}", **arguments)
        assert fast.get_field_schema(flat=True).keys() == (
            slow.get_field_schema(flat=True).keys()
        )
        assert comparable(fast) == comparable(slow)
        assert fast.media_type == slow.media_type == "image"


def comparable(dataset: fo.Dataset) -> list[Any]:
    """The raw documents, but for ids and times, with masks as arrays."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                k: plain(v)
                for k, v in value.items()
                if k not in ("_id", "_rand", "_dataset_id", "_media_type")
                and not k.endswith("_at")
                and v is not None
            }
        if isinstance(value, list):
            return [plain(v) for v in value]
        if isinstance(value, bytes):
            mask = fo.core.utils.deserialize_numpy_array(value)
            return mask.shape, str(mask.dtype), mask.tobytes()
        assert not isinstance(value, ObjectId)
        return value

    return [plain(document) for document in dataset._sample_collection.find()]


def test_samples_carry_size_split_licence_and_address_of_their_image(
    example_mirror: Path, tmp_path: Path
) -> None:
    dataset = load(example_mirror, tmp_path)
    images = {i["id"]: i for i in read_coco(example_mirror, "validation")[0]["images"]}
    licenses = {x["id"]: x["name"] for x in dataset.info["licenses"]}
    assert set(dataset.values("coco_id")) == set(images)
    for sample in dataset.iter_samples():
        image = images[sample.coco_id]
        assert sample.tags == ["validation"]
        assert Path(sample.filepath).name == image["file_name"]
        assert Path(sample.filepath).is_file()
        assert sample.metadata.width == image["width"]
        assert sample.metadata.height == image["height"]
        assert sample.coco_url == image["coco_url"]
        assert sample.license == licenses[image["license"]]


def test_images_without_labels_are_samples_with_empty_fields(
    example_mirror: Path, tmp_path: Path
) -> None:
    dataset = load(example_mirror, tmp_path)
    numbers = zip(
        *dataset.values(["coco_detections.detections", "sama_detections.detections"]),
        strict=True,
    )
    kinds = Counter((bool(a), bool(b)) for a, b in numbers)
    assert kinds[False, False] >= 1
    assert None not in dataset.values("coco_detections.detections")


def test_the_app_can_filter_by_every_attribute(
    example_mirror: Path, tmp_path: Path
) -> None:
    dataset = load(example_mirror, tmp_path)
    schema = dataset.get_field_schema(flat=True)
    for name in ("coco_id", "iscrowd", "num_polygons", "num_vertices"):
        assert isinstance(schema[f"sama_detections.detections.{name}"], fo.IntField)
    assert isinstance(schema["coco_detections.detections.area"], fo.FloatField)
    crowds = dataset.filter_labels("coco_detections", fo.ViewField("iscrowd") == 1)
    assert 0 < len(crowds) < len(dataset)


def test_samples_can_be_edited_and_saved_like_any_other(
    example_mirror: Path, tmp_path: Path
) -> None:
    dataset = load(example_mirror, tmp_path, label_types="segmentations")
    sample = dataset.first()
    sample["sama_segmentations"].detections[0].tags.append("seen")
    sample.save()
    dataset.reload()
    assert dataset.count_label_tags() == {"seen": 1}


def test_the_choice_by_class_puts_images_with_all_classes_first(
    example_mirror: Path, tmp_path: Path
) -> None:
    classes = ["person", "car"]
    dataset = load(example_mirror, tmp_path, classes=classes)
    present = [
        {
            label.label
            for field in ("coco_detections", "sama_detections")
            for label in sample[field].detections
        }.intersection(classes)
        for sample in dataset.iter_samples()
    ]
    assert all(present)
    has_all = [p == set(classes) for p in present]
    assert has_all == sorted(has_all, reverse=True)
    assert 0 < sum(has_all) < len(has_all)


def test_a_strict_load_of_a_broken_annotation_makes_no_dataset(
    example_mirror: Path, tmp_path: Path
) -> None:
    broken = damage_first_polygon(example_mirror, tmp_path / "mirror")
    with pytest.raises(ValueError, match="odd count"):
        load(broken, tmp_path, strict=True)
    assert fo.list_datasets() == []

    dataset, problems = load_splits(
        "lenient", "validation", tmp_path, mirror=str(broken)
    )
    assert len(problems) >= 1
    assert "odd count" in "\n".join(problems.lines())
    whole = load(example_mirror, tmp_path, name="whole", with_coco=False)
    found, expected = (d.count("ground_truth.detections") for d in (dataset, whole))
    assert found == expected - 1


def damage_first_polygon(mirror: Path, target: Path) -> Path:
    """A copy of a mirror in which one polygon has lost a coordinate."""
    import shutil

    shutil.copytree(mirror, target)
    path = (
        target
        / "sama-documentation-assets.s3.amazonaws.com/sama-coco/sama-coco-val.zip"
    )
    with zipfile.ZipFile(path) as archive:
        members = {n: json.loads(archive.read(n)) for n in archive.namelist()}
    polygons = next(
        a["segmentation"]
        for document in members.values()
        for a in document["annotations"]
        if isinstance(a["segmentation"], list)
    )
    polygons[0].pop()
    with zipfile.ZipFile(path, "w") as archive:
        for name, document in members.items():
            archive.writestr(name, json.dumps(document))
    return target


def test_a_name_that_is_taken_is_refused_and_the_dataset_kept(
    example_mirror: Path, tmp_path: Path
) -> None:
    taken = fo.Dataset("taken")
    taken.add_sample(fo.Sample("a.jpg"))
    with pytest.raises(ValueError, match="taken"):
        load(example_mirror, tmp_path, name="taken")
    assert len(fo.load_dataset("taken")) == 1


def test_an_interrupted_load_leaves_no_dataset(
    example_mirror: Path, tmp_path: Path
) -> None:
    def interrupt(done: float, label: str) -> None:
        if label.startswith("Samples") and done > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_splits(
            "stopped",
            "validation",
            tmp_path,
            mirror=str(example_mirror),
            on_progress=interrupt,
        )
    assert fo.list_datasets() == []
