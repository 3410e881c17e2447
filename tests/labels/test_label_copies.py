"""Copies of labels, and what becomes of forms that are no masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from bson import ObjectId
from helpers.datasets.labelled import HEIGHT, WIDTH, boxed, masked, outlined
from sama_coco.labelsets import ComparisonError
from sama_coco.labelsets.labels.label_copies import as_mask, copy_label, has_mask
from sama_coco.labelsets.labels.reading import read_objects
from sama_coco.zoo.defects import Defects


def document(label: Any) -> dict[str, Any]:
    return dict(label.to_mongo().to_dict()) | {"_id": ObjectId()}


def test_a_copy_has_its_own_id_and_leaves_what_is_not_wanted() -> None:
    label = document(masked("cat", 1, 1, 5, 5, diff="added", mine=7, tags=["a", "b"]))
    copy = copy_label(label, {"diff"}, lambda tag: tag != "a", {"source": "x"})
    assert copy.pop("_id") != label.pop("_id")
    expected = {k: v for k, v in label.items() if k != "diff"}
    assert copy == expected | {"tags": ["b"], "source": "x"}


@pytest.mark.parametrize(
    ("box", "window"),
    [
        ((10, 10, 20, 5), (10, 10, 20, 5)),
        ((10.4, 10.6, 20.2, 5), (10, 11, 21, 5)),
        ((70, 50, 30, 30), (70, 50, 10, 10)),
        ((-5, -5, 8, 9), (0, 0, 3, 4)),
        ((10.2, 10.2, 0.2, 0.2), (10, 10, 1, 1)),
        ((79.9, 59.9, 0.1, 0.1), (79, 59, 1, 1)),
    ],
)
def test_a_box_becomes_its_pixels(box: Any, window: Any) -> None:
    made = as_mask(document(boxed("cat", *box, mine=7)), WIDTH, HEIGHT)
    sizes = [WIDTH, HEIGHT, WIDTH, HEIGHT]
    assert np.allclose(np.multiply(made["bounding_box"], sizes), window)
    objects = read_objects([made], WIDTH, HEIGHT, Defects())
    assert objects.areas[0] == window[2] * window[3]
    assert (made["_cls"], made["label"], made["mine"]) == ("Detection", "cat", 7)
    assert has_mask(made)


def test_a_polyline_becomes_the_pixels_that_are_compared() -> None:
    ring = [[(0.1, 0.1), (0.6, 0.12), (0.5, 0.8), (0.13, 0.7)]]
    hole = [[(0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4)]]
    for points in (ring, ring + hole):
        line = document(outlined("cat", 0, 0, 1, 1, points=points, iscrowd=1))
        made = as_mask(line, WIDTH, HEIGHT)
        before, after = (
            read_objects([x], WIDTH, HEIGHT, Defects()) for x in (line, made)
        )
        assert np.array_equal(before.boxes, after.boxes)
        assert np.array_equal(before.masks[0], after.masks[0])
        assert made["iscrowd"] == 1
        assert not {"points", "closed", "filled"} & set(made)


@pytest.mark.parametrize(
    "label",
    [boxed("cat", 0, 0, 0, 9), outlined("cat", 0, 0, 9, 9, filled=False, closed=False)],
)
def test_what_covers_nothing_is_said(label: Any) -> None:
    broken = document(label)
    with pytest.raises(ComparisonError, match=f"Label {broken['_id']} can't become"):
        as_mask(broken, WIDTH, HEIGHT)
