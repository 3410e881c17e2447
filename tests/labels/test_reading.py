"""Labels as the database holds them: what is compared, and what is broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import fiftyone as fo
import numpy as np
import pytest
from helpers.datasets.labelled import (
    FIELDS,
    HEIGHT,
    WIDTH,
    alter,
    boxed,
    column,
    make_pair,
    masked,
    outlined,
    stored,
)
from sama_coco.labelsets import ComparisonResults, compare_annotations

pytestmark = pytest.mark.usefixtures("fresh_database")

Draw = Callable[..., Any]


def compare(dataset: fo.Dataset) -> ComparisonResults:
    return compare_annotations(dataset, **FIELDS)


def one_pair(before: Any, after: Any) -> tuple[str, float | None]:
    """The status and the IoU of two labels on one image."""
    dataset = make_pair(([before], [after]))
    results = compare(dataset)
    assert not results.broken
    (status,), (iou,) = (column(dataset, "before", a) for a in ("diff", "diff_iou"))
    assert column(dataset, "after", "diff") == [status]
    return status, iou


@pytest.mark.parametrize("before", [masked, boxed, outlined])
@pytest.mark.parametrize("after", [masked, boxed, outlined])
def test_sides_of_different_kinds_are_compared_by_what_they_cover(
    before: Draw, after: Draw
) -> None:
    assert one_pair(before("cat", 8, 6, 20, 10), after("cat", 8, 6, 20, 10)) == (
        "identical",
        1,
    )


@pytest.mark.parametrize("before", [masked, boxed, outlined])
@pytest.mark.parametrize("after", [masked, boxed, outlined])
def test_the_iou_of_different_kinds_is_that_of_their_pixels(
    before: Draw, after: Draw
) -> None:
    status, iou = one_pair(before("cat", 8, 6, 20, 10), after("cat", 8, 6, 15, 10))
    assert status == "refined"
    assert iou == pytest.approx(0.75)


def test_masks_in_files_are_those_in_the_database(tmp_path: Path) -> None:
    inside = masked("cat", 8, 6, 20, 10)
    assert one_pair(inside, stored(tmp_path, "cat", 8, 6, 20, 10)) == ("identical", 1)
    fo.delete_dataset("pair")
    status, iou = one_pair(inside, stored(tmp_path, "cat", 8, 6, 15, 10))
    assert (status, iou) == ("refined", pytest.approx(0.75))


def test_masks_of_numbers_are_inside_wherever_they_are_not_zero() -> None:
    numbers = np.zeros((10, 20), np.uint8)
    numbers[:, :15] = 7
    other = masked("cat", 8, 6, 15, 10)
    assert one_pair(masked("cat", 8, 6, 20, 10, mask=numbers), other)[0] == "identical"


def test_masks_in_another_memory_order_are_read_as_they_look() -> None:
    mask = np.tri(10, 20, dtype=bool)
    before = masked("cat", 8, 6, 20, 10, mask=np.asfortranarray(mask))
    assert one_pair(before, masked("cat", 8, 6, 20, 10, mask=mask))[0] == "identical"


@pytest.mark.parametrize(
    ("x", "y", "seen"),
    [
        (-5, -4, (0, 0, 15, 6)),
        (WIDTH - 12, HEIGHT - 7, (WIDTH - 12, HEIGHT - 7, 12, 7)),
    ],
)
def test_a_mask_that_hangs_over_the_border_counts_where_it_is_in_the_image(
    x: int, y: int, seen: tuple[int, int, int, int]
) -> None:
    whole = masked("cat", x, y, 20, 10)
    assert one_pair(whole, masked("cat", *seen))[0] == "identical"


@pytest.mark.parametrize("x", [-5, WIDTH - 15])
def test_a_mask_that_was_cropped_at_the_border_fits_a_box_that_was_not(x: int) -> None:
    cropped = masked("cat", x, 6, 20, 10, mask=np.ones((10, 15), bool))
    assert one_pair(cropped, masked("cat", max(x, 0), 6, 15, 10))[0] == "identical"


def test_a_polyline_of_several_shapes_is_one_object() -> None:
    first, second = outlined("cat", 8, 6, 10, 10), outlined("cat", 30, 6, 10, 10)
    both = fo.Polyline(
        label="cat", points=first.points + second.points, closed=True, filled=True
    )
    mask = np.zeros((10, 32), bool)
    mask[:, :10] = mask[:, 22:] = True
    assert one_pair(both, masked("cat", 8, 6, 32, 10, mask=mask))[0] == "identical"


def test_an_object_that_covers_nothing_is_degenerate_and_not_matched() -> None:
    nothing = np.zeros((10, 20), bool)
    sound = masked("cat", 50, 6, 20, 10)
    dataset = make_pair(
        (
            [
                masked("cat", 8, 6, 20, 10, mask=nothing),
                boxed("cat", 8, 6, 0, 10),
                sound,
            ],
            [boxed("cat", 8, 6, 20, -3), sound.copy()],
        )
    )
    results = compare(dataset)
    nothing_twice = ["degenerate", "degenerate", "identical"]
    assert column(dataset, "before", "diff") == nothing_twice
    assert column(dataset, "after", "diff") == ["degenerate", "identical"]
    ((reason, found),) = results.broken.items()
    assert (reason, found["count"]) == ("covers nothing of the image", 3)
    assert results.summary()["pq"] == 1


NAN = float("nan")

BROKEN: dict[str, tuple[Draw, dict[str, Any], str]] = {
    "mask of three dimensions": (
        masked,
        {"mask": fo.Detection(mask=np.ones((10, 20, 3), bool)).to_mongo()["mask"]},
        "not of two dimensions",
    ),
    "mask of one dimension": (
        masked,
        {"mask": fo.Detection(mask=np.ones(200, bool)).to_mongo()["mask"]},
        "not of two dimensions",
    ),
    "mask of noise": (masked, {"mask": b"no mask"}, "can't be read"),
    "mask of text": (masked, {"mask": "eJwDAAAAAAE="}, "can't be read"),
    "mask_path that is gone": (boxed, {"mask_path": "/gone/m.png"}, "there is no file"),
    "no box": (boxed, {"bounding_box": None}, "without a bounding box"),
    "box of nothing": (boxed, {"bounding_box": []}, "without a bounding box"),
    "box of three": (boxed, {"bounding_box": [0.1] * 3}, "without a bounding box"),
    "box of NaN": (boxed, {"bounding_box": [0.1, 0.1, NAN, 0.1]}, "finite numbers"),
    "box of infinity": (
        boxed,
        {"bounding_box": [0.1, 0.1, float("inf"), 0.1]},
        "finite numbers",
    ),
    "box of None": (boxed, {"bounding_box": [0.1, 0.1, None, 0.1]}, "finite numbers"),
    "box of text": (boxed, {"bounding_box": ["0", "0", "1", "1"]}, "finite numbers"),
    "masked box of NaN": (
        masked,
        {"bounding_box": [NAN, 0.1, 0.1, 0.1]},
        "finite numbers",
    ),
    "box far away": (
        boxed,
        {"bounding_box": [0.1, 1e300, 0.1, 0.1]},
        "far out of the image",
    ),
    "polyline that is a line": (
        outlined,
        {"filled": False, "closed": False},
        "neither filled nor closed",
    ),
    "crowd of text": (masked, {"iscrowd": "0"}, "neither true, false nor a number"),
    "crowd of NaN": (masked, {"iscrowd": NAN}, "neither true, false nor a number"),
    "polyline of None": (outlined, {"points": None}, "can't be drawn"),
    "polyline of text": (outlined, {"points": [["a", "b"]]}, "can't be drawn"),
    "polyline of odd points": (
        outlined,
        {"points": [[[0.1, 0.1], [0.2]]]},
        "can't be drawn",
    ),
    "polyline of NaN": (
        outlined,
        {"points": [[[0.1, NAN], [0.2, 0.1], [0.2, 0.3]]]},
        "can't be drawn",
    ),
    "polyline far away": (
        outlined,
        {"points": [[[0.1, 1e9], [0.2, 0.1], [0.2, 0.3]]]},
        "can't be drawn",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_label_is_degenerate_and_named_and_the_run_goes_on(name: str) -> None:
    draw, values, reason = BROKEN[name]
    labels = [draw("cat", 8, 6, 20, 10), draw("dog", 40, 6, 20, 10)]
    dataset = make_pair((labels, [masked("dog", 40, 6, 20, 10)]))
    alter(dataset, "before", 0, **values)
    results = compare(dataset)

    path = "polylines" if draw is outlined else "detections"
    written = dataset._sample_collection.find_one()["before"][path]
    assert [label["diff"] for label in written] == ["degenerate", "identical"]
    assert written[0]["diff_id"] is None
    ((said, found),) = results.broken.items()
    assert reason in said
    assert found == {"count": 1, "examples": [str(written[0]["_id"])]}
    assert said in str(results)
    assert str(written[0]["_id"]) in str(results)
    assert results.statuses().loc["degenerate"].tolist() == [1, 0]


@pytest.mark.parametrize(
    "odd", [NAN, float("inf"), 1e300, -3, 4.5, "many", [1, 2], {"a": 1}, True, None]
)
def test_a_number_of_vertices_that_is_none_is_unknown_and_nothing_else(
    odd: Any,
) -> None:
    dataset = make_pair(
        ([masked("cat", 8, 6, 20, 10)], [masked("cat", 8, 6, 20, 10)]),
    )
    alter(dataset, "before", 0, num_vertices=odd)
    results = compare(dataset)
    assert results.broken == {}
    assert results.statuses().loc["identical"].tolist() == [1, 1]


@pytest.mark.parametrize("flag", [True, 1, 1.0])
def test_a_crowd_is_told_by_truth_values_and_numbers(flag: Any) -> None:
    drawn = masked("cat", 8, 6, 20, 10)
    dataset = make_pair(([drawn], [masked("cat", 8, 6, 20, 10, iscrowd=False)]))
    alter(dataset, "before", 0, iscrowd=flag)
    compare(dataset)
    assert column(dataset, "before", "diff") == ["recrowded"]


def test_a_mask_path_that_holds_no_picture_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "mask.png"
    path.write_bytes(b"no picture")
    labels = [boxed("cat", 8, 6, 20, 10, mask_path=str(path)), boxed("cat", 8, 6, 9, 9)]
    dataset = make_pair((labels, []))
    results = compare(dataset)
    assert column(dataset, "before", "diff") == ["degenerate", "removed"]
    assert len(results.broken) == 1


def test_a_mask_path_of_a_coloured_picture_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "mask.png"
    cv2.imwrite(str(path), np.full((10, 20, 3), (0, 90, 255), np.uint8))
    labels = [boxed("cat", 8, 6, 20, 10, mask_path=str(path)), boxed("cat", 8, 6, 9, 9)]
    dataset = make_pair((labels, []))
    results = compare(dataset)
    assert column(dataset, "before", "diff") == ["degenerate", "removed"]
    assert "not of two dimensions" in str(results)


def test_labels_without_a_class_are_of_a_class_of_their_own() -> None:
    """Counted, paired and scored as any other, not left out."""
    drawn = [masked(None, 8, 6, 20, 10), masked(None, 40, 6, 20, 10)]
    other = [masked(None, 8, 6, 20, 10), masked("cat", 40, 6, 20, 10)]
    dataset = make_pair((drawn, other))
    results = compare(dataset)
    assert column(dataset, "before", "diff") == ["identical", "relabeled"]
    assert results.summary()["pq"] == 0.5
    assert results.classes().index.tolist() == ["(no class)", "cat"]
    assert results.relabels().to_dict("records") == [
        {"base": "(no class)", "revised": "cat", "pairs": 1}
    ]
    assert not results.broken


def test_a_class_that_is_a_number_is_the_class_of_that_name() -> None:
    dataset = make_pair(([masked("cat", 8, 6, 20, 10)], [masked("7", 8, 6, 20, 10)]))
    alter(dataset, "before", 0, label=7)
    assert compare(dataset).statuses().loc["identical"].tolist() == [1, 1]


def test_many_broken_labels_are_counted_and_a_few_of_them_named() -> None:
    gone = [boxed("cat", 8, 6, 20, 10, mask_path=f"/gone/{i}.png") for i in range(30)]
    sound = boxed("cat", 8, 6, 20, 10)
    dataset = make_pair(*[([label], None) for label in gone], ([sound], None))
    results = compare(dataset)
    ((reason, found),) = results.broken.items()
    assert found["count"] == 30
    assert found["examples"] == [label.id for label in gone[:3]]
    assert f"30  {reason}" in str(results)
