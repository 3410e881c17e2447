"""Keypoints and captions come out beside the instances that they go with."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fiftyone as fo
import numpy as np
import pytest
from sama_coco.labelsets import (
    ExportError,
    compare_annotations,
    export_annotations,
    merge_annotations,
    reconcile_annotations,
)
from sama_coco.labelsets.labels.image_companions import keypoints_of_labels
from sama_coco.zoo import load_splits

pytestmark = pytest.mark.usefixtures("fresh_database", "zoo_dir")

ARCHIVE = "images.cocodataset.org/annotations/annotations_trainval2017.zip"
KINDS = ["segmentations", "keypoints", "captions"]

Json = dict[str, Any]


def load(mirror: Path, folder: Path, name: str = "loaded", **arguments: Any) -> Any:
    wanted = {"label_types": KINDS, "with_coco": True, "mirror": mirror} | arguments
    return load_splits(name, wanted.pop("splits", "validation"), folder, **wanted)[0]


def members(mirror: Path, split: str = "val") -> dict[str, Json]:
    """COCO's files of a split, by their kind."""
    with zipfile.ZipFile(mirror / ARCHIVE) as archive:
        return {
            kind: json.loads(archive.read(f"annotations/{kind}_{split}2017.json"))
            for kind in ("instances", "person_keypoints", "captions")
        }


def by_id(entries: list[Json]) -> dict[Any, Json]:
    return {entry["id"]: entry for entry in entries}


def said(document: Json) -> list[tuple[int, str]]:
    return [(a["image_id"], a["caption"]) for a in document["annotations"]]


def written(paths: list[Path]) -> dict[str, Json]:
    return {path.name: json.loads(path.read_text()) for path in paths}


@pytest.fixture(params=["example", "real"])
def mirror(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(f"{request.param}_mirror")
    return found


def test_what_went_in_comes_out(mirror: Path, tmp_path: Path) -> None:
    dataset = load(mirror, tmp_path / "files")
    done = export_annotations(dataset, "coco_segmentations", tmp_path / "out")
    found, published = written(done.paths), members(mirror)
    assert list(found) == [
        f"{kind}_validation.json"
        for kind in ("instances", "person_keypoints", "captions")
    ]
    keypoints = found["person_keypoints_validation.json"]
    expected = published["person_keypoints"]
    assert by_id(keypoints["annotations"]) == by_id(expected["annotations"])
    assert keypoints["categories"] == expected["categories"]
    captions = found["captions_validation.json"]
    assert said(captions) == said(published["captions"])
    assert "categories" not in captions
    for document in (keypoints, captions):
        assert by_id(document["images"]) == by_id(expected["images"])
    assert f"Keypoints of {len(expected['annotations']):,} people" in done.notes


def test_reconciled_labels_keep_the_keypoints_of_those_that_are_cocos(
    example_mirror: Path, tmp_path: Path
) -> None:
    dataset = load(example_mirror, tmp_path / "files")
    compare_annotations(dataset)
    policy = {"rules": [{"take": "base", "status": ["refined", "identical"]}]}
    reconcile_annotations(dataset, policy=policy, open="revised", field="result")
    assert dataset.count("coco_keypoints.keypoints") > 0
    target = tmp_path / "result.json"
    found = written(export_annotations(dataset, "result", target).paths)
    assert list(found) == [
        "result.json",
        "person_keypoints_result.json",
        "captions_result.json",
    ]
    people = by_id(members(example_mirror)["person_keypoints"]["annotations"])
    ours = by_id(found["person_keypoints_result.json"]["annotations"])
    instances = by_id(found["result.json"]["annotations"])
    assert set(ours) == {
        id
        for id, entry in instances.items()
        if entry["source"] == "coco_segmentations" and entry["source_id"] in people
    }
    assert 0 < len(ours) < len(people)
    for id, entry in ours.items():
        assert entry["keypoints"] == people[entry["source_id"]]["keypoints"]
        assert {name: entry[name] for name in instances[id]} == instances[id]
    assert said(found["captions_result.json"])


def test_labels_that_are_not_cocos_have_no_companions(
    example_mirror: Path, tmp_path: Path
) -> None:
    dataset = load(example_mirror, tmp_path / "files", max_samples=2)
    done = export_annotations(dataset, "sama_segmentations", tmp_path / "a.json")
    assert [path.name for path in done.paths] == ["a.json"]
    view = dataset.exclude_fields(["coco_keypoints", "coco_captions"])
    done = export_annotations(view, "coco_segmentations", tmp_path / "b.json")
    assert [path.name for path in done.paths] == ["b.json"]
    done = export_annotations(
        dataset, "coco_segmentations", tmp_path / "yolo", format="yolo"
    )
    assert not [path for path in done.paths if "captions" in path.name]


def test_a_file_in_the_way_of_a_companion_is_left_alone(
    example_mirror: Path, tmp_path: Path
) -> None:
    dataset = load(example_mirror, tmp_path / "files", max_samples=1)
    (tmp_path / "captions_a.json").write_text("mine")
    with pytest.raises(ExportError, match="captions_a"):
        export_annotations(dataset, "coco_segmentations", tmp_path / "a.json")
    assert not (tmp_path / "a.json").exists()
    assert (tmp_path / "captions_a.json").read_text() == "mine"


def test_keypoints_of_an_item_are_found_by_the_ids_of_its_labels(
    example_mirror: Path, tmp_path: Path
) -> None:
    dataset = load(example_mirror, tmp_path / "files")
    people = by_id(members(example_mirror)["person_keypoints"]["annotations"])
    count = 0
    for document in dataset._sample_collection.find():
        labels = document["coco_segmentations"]["detections"]
        found = keypoints_of_labels(document, "coco_segmentations", labels)
        ids = {str(label["_id"]): label["coco_id"] for label in labels}
        assert [ids[one.label_id] for one in found] == [
            label["coco_id"] for label in labels if label["coco_id"] in people
        ]
        for one in found:
            _check_points(one.points, one.v, people[ids[one.label_id]], document)
            count += 1
        assert keypoints_of_labels(document, "sama_segmentations", labels) == []
    assert count == len(people)


def _check_points(points: Any, v: Any, person: Json, sample: Mapping[str, Any]) -> None:
    assert v.tolist() == person["keypoints"][2::3]
    assert np.isnan(points).any(axis=1).tolist() == [seen == 0 for seen in v]
    size = sample["metadata"]["width"], sample["metadata"]["height"]
    px = np.where(np.isnan(points), 0, points * size)
    assert px == pytest.approx(np.reshape(person["keypoints"], (-1, 3))[:, :2])


def test_companions_stay_through_a_merge(example_mirror: Path, tmp_path: Path) -> None:
    theirs = load(example_mirror, tmp_path / "files", "theirs")
    arguments = {"label_types": "segmentations", "include_id": True}
    sama = load(
        example_mirror, tmp_path / "files", "sama", with_coco=False, **arguments
    )
    fields = {"coco_segmentations": "coco_segmentations"}
    merge_annotations(sama, theirs, fields=fields)
    sama.reload()
    assert sama.skeletons["coco_keypoints"] == theirs.skeletons["coco_keypoints"]
    for path in ("coco_keypoints.keypoints.coco_id", "coco_captions"):
        assert sama.values(path) == theirs.values(path)
    schema = sama.get_field_schema(flat=True)
    assert isinstance(schema["coco_captions"].field, fo.StringField)
    assert isinstance(schema["coco_keypoints.keypoints.num_keypoints"], fo.IntField)
    done = export_annotations(sama, "coco_segmentations", tmp_path / "out.json")
    found = written(done.paths)["person_keypoints_out.json"]
    expected = members(example_mirror)["person_keypoints"]["annotations"]
    assert by_id(found["annotations"]) == by_id(expected)
