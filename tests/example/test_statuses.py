"""The comparison gives every logged edit its status, far from every threshold."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest
from helpers.data.example_mirror import Document, Mirror
from sama_coco.labelsets.comparison import compare_image, from_coco
from sama_coco.labelsets.comparison.matching import Thresholds

SPLITS = ("val", "train")

MARGINS = (
    Thresholds(),
    Thresholds(iou=0.45),
    Thresholds(iou=0.55),
    Thresholds(low_iou=0.06),
    Thresholds(low_iou=0.16),
    Thresholds(cover=0.4),
    Thresholds(cover=0.6),
)


def images(
    mirror: Mirror, split: str
) -> Iterator[tuple[Document, list[Document], list[Document]]]:
    base, revised = defaultdict(list), defaultdict(list)
    for one in mirror.coco(split)["annotations"]:
        base[one["image_id"]].append(one)
    for one in mirror.sama(split):
        revised[one["image_id"]].append(one)
    for entry in mirror.coco(split)["images"]:
        yield entry, base[entry["id"]], revised[entry["id"]]


@pytest.mark.parametrize("thresholds", MARGINS)
@pytest.mark.parametrize("split", SPLITS)
def test_statuses_are_those_logged(
    mirror: Mirror, split: str, thresholds: Thresholds
) -> None:
    logged: dict[tuple[str, int], str] = {}
    for edit in mirror.edits(split):
        logged |= {("base", number): edit["edit"] for number in edit["coco_ids"]}
        logged |= {("revised", number): edit["edit"] for number in edit["sama_ids"]}
    names = {entry["id"]: entry["name"] for entry in mirror.coco(split)["categories"]}
    found: dict[tuple[str, int], str] = {}
    for entry, base, revised in images(mirror, split):
        size = entry["height"], entry["width"]
        result = compare_image(
            from_coco(base, names, *size),
            from_coco(revised, names, *size),
            size,
            thresholds,
        )
        for side, labels, outcome in (
            ("base", base, result.base),
            ("revised", revised, result.revised),
        ):
            for one, status in zip(labels, outcome.statuses, strict=True):
                found[side, one["id"]] = str(status)
    wrong = {
        key: (logged[key], found[key]) for key in found if logged[key] != found[key]
    }
    assert not wrong
    assert found.keys() == logged.keys()


@pytest.mark.parametrize("split", SPLITS)
def test_partners_are_those_logged(mirror: Mirror, split: str) -> None:
    partner = {
        edit["coco_ids"][0]: edit["sama_ids"][0]
        for edit in mirror.edits(split)
        if edit["edit"] not in ("split", "merged")
        if edit["coco_ids"] and edit["sama_ids"]
    }
    names = {entry["id"]: entry["name"] for entry in mirror.coco(split)["categories"]}
    paired = {}
    for entry, base, revised in images(mirror, split):
        size = entry["height"], entry["width"]
        result = compare_image(
            from_coco(base, names, *size), from_coco(revised, names, *size), size
        )
        for pair in result.pairs:
            paired[base[pair.base]["id"]] = revised[pair.revised]["id"]
            assert np.isfinite(pair.iou)
    assert paired == partner
