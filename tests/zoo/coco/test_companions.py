"""COCO's companions next to its instances: keypoints of people, and captions."""

from __future__ import annotations

import json
import math
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fiftyone as fo
import fiftyone.zoo as foz
import pytest
from helpers.data.coco_documents import Json, to_json
from helpers.programs.faulty_server import serve
from sama_coco.zoo import load_dataset, load_splits
from sama_coco.zoo.coco.companions import Companions, read_captions, read_keypoints
from sama_coco.zoo.defects import Defects
from sama_coco.zoo.errors import ArgumentError, FormatError
from sama_coco.zoo.label_sources import label_sources

pytestmark = pytest.mark.usefixtures("fresh_database", "zoo_dir")

ARCHIVE = "images.cocodataset.org/annotations/annotations_trainval2017.zip"
KINDS = ["segmentations", "keypoints", "captions"]


def member(mirror: Path, name: str) -> Json:
    with zipfile.ZipFile(mirror / ARCHIVE) as archive:
        found: Json = json.loads(archive.read(f"annotations/{name}.json"))
    return found


def load(mirror: Path | str, folder: Path, **arguments: Any) -> fo.Dataset:
    wanted = {"label_types": KINDS, "with_coco": True, "mirror": mirror} | arguments
    return load_splits("loaded", "validation", folder, **wanted)[0]


def check(dataset: fo.Dataset, mirror: Path) -> None:
    """Checks that each sample has what the files of the mirror say of its image."""
    document = member(mirror, "person_keypoints_val2017")
    captions = member(mirror, "captions_val2017")["annotations"]
    people = {a["id"]: a for a in document["annotations"]}
    labelled = 0
    for sample in dataset:
        image, size = sample.coco_id, (sample.metadata.width, sample.metadata.height)
        said = [c["caption"] for c in captions if c["image_id"] == image]
        assert sample.coco_captions == said
        instances = {d.coco_id: d.label for d in sample.coco_segmentations.detections}
        found = {k.coco_id: k for k in sample.coco_keypoints.keypoints}
        assert list(found) == [i for i, a in people.items() if a["image_id"] == image]
        for id, keypoint in found.items():
            assert instances[id] == keypoint.label == "person"
            values = people[id]["keypoints"]
            assert keypoint["v"] == values[2::3]
            assert keypoint["num_keypoints"] == people[id]["num_keypoints"]
            assert keypoint["iscrowd"] == people[id]["iscrowd"]
            for number, (point, v) in enumerate(
                zip(keypoint.points, keypoint["v"], strict=True)
            ):
                place = values[3 * number : 3 * number + 2]
                px = [x * side for x, side in zip(point, size, strict=True)]
                labelled += v > 0
                if v:
                    assert px == pytest.approx(place)
                else:
                    assert all(map(math.isnan, point))
    assert labelled > 0
    assert dataset.count("coco_keypoints.keypoints") == len(people)
    (category,) = document["categories"]
    skeleton = dataset.skeletons["coco_keypoints"]
    assert skeleton.labels == category["keypoints"]
    edges = [[start - 1, end - 1] for start, end in category["skeleton"]]
    assert skeleton.edges == edges


@pytest.fixture(params=["example", "real"])
def mirror(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(f"{request.param}_mirror")
    return found


def test_keypoints_and_captions_come_with_the_instances(
    mirror: Path, tmp_path: Path
) -> None:
    dataset = load(mirror, tmp_path / "files")
    check(dataset, mirror)
    schema = dataset.get_field_schema(flat=True)
    assert type(schema["coco_keypoints.keypoints.num_keypoints"]) is fo.IntField
    assert type(schema["coco_keypoints.keypoints.v"].field) is fo.IntField
    for kind, name in (("keypoints", "person_keypoints"), ("captions", "captions")):
        (source,) = label_sources(dataset, f"coco_{kind}")
        assert source["member"] == f"annotations/{name}_val2017.json"


def test_others_can_make_and_write_them(example_mirror: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as executor:
        dataset = load(example_mirror, tmp_path / "files", executor=executor)
    check(dataset, example_mirror)


def test_from_a_server_each_member_is_read_by_range(
    example_mirror: Path, tmp_path: Path
) -> None:
    with serve(example_mirror) as served:
        dataset = load(served.url, tmp_path / "files", max_samples=1)
        assert not list((tmp_path / "files").rglob("annotations_trainval2017.zip"))
        before = served.faults.count()
        dataset.delete()
        dataset = load(served.url, tmp_path / "files", max_samples=1)
        assert served.faults.count() == before
    names = {path.name for path in (tmp_path / "files").rglob("*_val2017.json")}
    assert names == {
        "instances_val2017.json",
        "person_keypoints_val2017.json",
        "captions_val2017.json",
    }
    assert dataset.count("coco_captions") == 5


def test_the_zoo_adds_them_to_a_dataset_that_has_samples(
    example_mirror: Path, url: str, zoo_dir: Path
) -> None:
    arguments: dict[str, Any] = {
        "split": "validation",
        "label_types": ["keypoints", "captions"],
        "with_coco": True,
        "mirror": str(example_mirror),
    }
    whole = foz.load_zoo_dataset(url, dataset_name="whole", **arguments)
    assert "coco_segmentations" not in whole.get_field_schema()
    mine = fo.Dataset("mine")
    mine.add_sample(fo.Sample("other.jpg"))
    load_dataset(mine, str(zoo_dir / "sama" / "sama-coco"), **arguments)
    for dataset in (whole, mine):
        assert dataset.count("coco_captions") == 5 * len(whole) > 0
        assert len(dataset.skeletons["coco_keypoints"].labels) == 17
    paths = ("coco_keypoints.keypoints.coco_id", "coco_keypoints.keypoints.v")
    assert mine.skip(1).values(paths) == whole.values(paths)


@pytest.mark.parametrize("kind", ["keypoints", "captions"])
def test_sama_has_none(kind: str, example_mirror: Path, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=f"Sama-COCO has no {kind}.*with_coco=True"):
        load(example_mirror, tmp_path, label_types=kind, with_coco=False)


def person(id: int, **entries: Any) -> Json:
    values = [1, 2, 2, 0, 0, 0]
    plain = {"id": id, "image_id": 1, "category_id": 1, "keypoints": values}
    return plain | {"num_keypoints": 1, "iscrowd": 0} | entries


def keypoint_file(**entries: Any) -> Json:
    names = {"id": 1, "keypoints": ["nose", "tail"], "skeleton": [[1, 2]]}
    plain = {"images": [{"id": 1}], "annotations": [], "categories": [names]}
    return plain | entries


def read_people(document: Json) -> tuple[Companions, Defects]:
    found, problems = Companions(), Defects()
    read_keypoints(to_json(document), "'k.json'", {1}, {1}, found, problems)
    return found, problems


def test_people_that_can_not_be_read_are_counted() -> None:
    damaged = [
        person(2, image_id=7),
        person(3, category_id=9),
        person(4, keypoints=[1, 2, 2]),
        person(5, keypoints=[1, 2, 3, 0, 0, 0]),
    ]
    found, problems = read_people(keypoint_file(annotations=[person(1), *damaged]))
    assert [p.id for p in found.people[1]] == [1]
    assert found.body is not None
    assert found.body.edges == ((0, 1),)
    assert problems.counts == {
        "keypoints of an unknown image": 1,
        "keypoints of an unknown category": 1,
        "keypoints of another number than the names of points": 1,
        "keypoints whose 'v' is not 0, 1 or 2": 1,
    }


DAMAGED: list[tuple[Any, str]] = [
    ([], "not in COCO's format"),
    (keypoint_file(categories=[]), "0 lists of keypoints"),
    (keypoint_file(annotations=[{"id": 1}]), "not in COCO's format"),
    (
        keypoint_file(
            categories=[{"id": 1, "keypoints": ["a"], "skeleton": [[1, 2]]}],
        ),
        "skeleton of points",
    ),
]


@pytest.mark.parametrize(("content", "message"), DAMAGED)
def test_a_file_that_is_no_file_of_keypoints_is_an_error(
    content: Any, message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        read_people(content)


def test_captions_of_unknown_images_are_counted() -> None:
    found, problems = Companions(), Defects()
    said = [{"image_id": i, "id": i, "caption": f"of {i}"} for i in (1, 2)]
    content = {"images": [{"id": 1}], "annotations": said}
    read_captions(to_json(content), "'c.json'", {1}, found, problems)
    assert found.captions == {1: ["of 1"]}
    assert problems.counts == {"caption of an unknown image": 1}
