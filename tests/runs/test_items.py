"""What labels carry beside their status: their item, and why they are degenerate."""

from __future__ import annotations

from typing import Any

import fiftyone as fo
import numpy as np
import pytest
from helpers.datasets.labelled import FIELDS, column, every_status, make_pair, masked
from sama_coco.labelsets import RunFields, compare_annotations

pytestmark = pytest.mark.usefixtures("fresh_database")

FIELD = RunFields("diff")


def compare(dataset: fo.Dataset) -> None:
    compare_annotations(dataset, **FIELDS)


def items(dataset: fo.Dataset) -> dict[str, set[tuple[str, int]]]:
    """The labels of each item of the first sample, by field and index."""
    found: dict[str, set[tuple[str, int]]] = {}
    for field in FIELDS.values():
        for index, item in enumerate(column(dataset.limit(1), field, FIELD.item)):
            if item is not None:
                found.setdefault(item, set()).add((field, index))
    return found


def ids(dataset: fo.Dataset, field: str) -> list[str]:
    return [str(id) for id in column(dataset, field, "id")]


def test_an_item_is_a_pair_a_group_or_a_single_label() -> None:
    dataset = make_pair(every_status())
    compare(dataset)
    pairs = [{("before", k), ("after", k + 1)} for k in range(5)]
    split = {("before", 5), ("after", 6), ("after", 7), ("after", 8)}
    merged = {("before", 6), ("before", 7), ("before", 8), ("after", 9)}
    singles = [{("before", 9)}, {("after", 0)}]
    found = list(items(dataset).values())
    assert len(found) == 9
    assert all(item in found for item in [*pairs, split, merged, *singles])


def test_an_item_is_named_by_the_smallest_id_of_its_labels() -> None:
    dataset = make_pair(every_status())
    compare(dataset)
    known = {field: ids(dataset, field) for field in FIELDS.values()}
    for item, labels in items(dataset).items():
        assert item == min(known[field][index] for field, index in labels)


def test_a_crowd_that_is_in_a_pair_and_takes_in_parts_is_one_item_with_all() -> None:
    crowd = masked("cat", 0, 0, 40, 20, iscrowd=1)
    again = masked("cat", 0, 0, 40, 20, iscrowd=1)
    parts = [masked("cat", 0, 0, 10, 10), masked("cat", 20, 0, 10, 10)]
    dataset = make_pair(([crowd], [again, *parts]))
    compare(dataset)
    assert column(dataset, "after", "diff") == ["identical", "split", "split"]
    assert len(items(dataset)) == 1


def test_fields_that_share_label_ids_keep_their_items_apart() -> None:
    dataset = make_pair(([masked("cat", 0, 0, 10, 10)], None))
    sample = dataset.first()
    moved = sample.before.detections[0].copy()
    moved._id = sample.before.detections[0]._id
    moved.bounding_box = [0.5, 0.5, *moved.bounding_box[2:]]
    sample["after"] = fo.Detections(detections=[moved])
    sample.save()
    compare(dataset)
    assert ids(dataset, "before") == ids(dataset, "after")
    assert column(dataset, "before", "diff") == ["removed"]
    assert column(dataset, "after", "diff") == ["added"]
    assert len(items(dataset)) == 2


def test_degenerate_labels_have_a_reason_and_no_item() -> None:
    nothing: dict[str, Any] = {"mask": np.zeros((10, 10), bool)}
    degenerate = [
        masked("cat", 0, 0, 10, 10, **nothing),
        fo.Detection(label="cat", bounding_box=[0.1, 0.1, float("nan"), 0.1]),
    ]
    dataset = make_pair(([*degenerate, masked("cat", 0, 0, 9, 9)], None))
    compare(dataset)
    assert column(dataset, "before", FIELD.reason) == [
        "covers nothing of the image",
        "a bounding box of other things than finite numbers",
        None,
    ]
    of_degenerate = column(dataset, "before", FIELD.item)[:2]
    assert of_degenerate == [None, None]
