"""The labels: sound COCO annotations, and scenes of every kind."""

from collections import Counter
from itertools import chain

import pytest
from helpers.data.example_mirror import Document, Mirror
from pycocotools import mask as coco_mask

SPLITS = ("val", "train")
STATUSES = {
    "identical",
    "refined",
    "recrowded",
    "relabeled",
    "split",
    "merged",
    "displaced",
    "removed",
    "added",
    "degenerate",
}


def sets_of(mirror: Mirror, split: str) -> list[list[Document]]:
    return [mirror.coco(split)["annotations"], mirror.sama(split)]


def test_every_status_occurs(mirror: Mirror) -> None:
    assert {edit["edit"] for edit in mirror.edits("val")} == STATUSES
    in_train = {edit["edit"] for edit in mirror.edits("train")}
    assert in_train >= STATUSES - {"merged", "recrowded"}


@pytest.mark.parametrize("split", SPLITS)
def test_annotation_ids_are_unique_in_a_split(mirror: Mirror, split: str) -> None:
    for labels in sets_of(mirror, split):
        ids = [one["id"] for one in labels]
        assert len(set(ids)) == len(ids) > 0


@pytest.mark.parametrize("split", SPLITS)
def test_every_label_is_logged_once(mirror: Mirror, split: str) -> None:
    base, revised = sets_of(mirror, split)
    for labels, key in ((base, "coco_ids"), (revised, "sama_ids")):
        logged = [number for edit in mirror.edits(split) for number in edit[key]]
        assert sorted(logged) == sorted(one["id"] for one in labels)


@pytest.mark.parametrize("split", SPLITS)
def test_polygons_have_three_points_within_the_frame(
    mirror: Mirror, split: str
) -> None:
    sizes = {entry["id"]: entry for entry in mirror.coco(split)["images"]}
    for one in chain(*sets_of(mirror, split)):
        if isinstance(one["segmentation"], dict):
            continue
        entry = sizes[one["image_id"]]
        assert one["segmentation"]
        for ring in one["segmentation"]:
            assert len(ring) >= 6
            assert len(ring) % 2 == 0
            assert all(0 <= x <= entry["width"] for x in ring[::2])
            assert all(0 <= y <= entry["height"] for y in ring[1::2])


@pytest.mark.parametrize("split", SPLITS)
def test_areas_and_boxes_are_pycocotools_own(mirror: Mirror, split: str) -> None:
    sizes = {entry["id"]: entry for entry in mirror.coco(split)["images"]}
    degenerate = 0
    for one in chain(*sets_of(mirror, split)):
        entry = sizes[one["image_id"]]
        coded = coco_mask.frPyObjects(
            one["segmentation"], entry["height"], entry["width"]
        )
        if isinstance(coded, list):
            coded = coco_mask.merge(coded)
        assert one["area"] == coco_mask.area(coded)
        if one["area"]:
            assert one["bbox"] == coco_mask.toBbox(coded).tolist()
        else:
            degenerate += 1
            assert one["bbox"][2] > one["bbox"][3] == 0
    assert degenerate


def test_crowds_are_rle_in_the_base_and_both_in_the_revision(mirror: Mirror) -> None:
    kinds: dict[str, Counter[type]] = {"base": Counter(), "revised": Counter()}
    for split in SPLITS:
        for side, labels in zip(kinds, sets_of(mirror, split), strict=True):
            for one in labels:
                if one["iscrowd"]:
                    kinds[side][type(one["segmentation"])] += 1
                else:
                    assert isinstance(one["segmentation"], list)
    assert set(kinds["base"]) == {dict}
    assert set(kinds["revised"]) == {dict, list}


def test_the_revision_has_more_vertices(mirror: Mirror) -> None:
    means = []
    for labels in sets_of(mirror, "val"):
        rings = [o["segmentation"] for o in labels if not o["iscrowd"]]
        means.append(sum(len(r) / 2 for ring in rings for r in ring) / len(rings))
    assert 1.3 < means[1] / means[0] < 2.2


def test_scenes_hold_none_one_and_hundreds_of_objects(mirror: Mirror) -> None:
    numbers = []
    for split in SPLITS:
        base, revised = (
            Counter(one["image_id"] for one in labels)
            for labels in sets_of(mirror, split)
        )
        for entry in mirror.coco(split)["images"]:
            numbers.append((base[entry["id"]], revised[entry["id"]]))
    assert (0, 0) in numbers
    assert (1, 1) in numbers
    assert any(before == 0 < after for before, after in numbers)
    assert any(before > 0 == after for before, after in numbers)
    assert any(min(both) > 250 for both in numbers)
