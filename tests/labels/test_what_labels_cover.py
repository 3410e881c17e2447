"""What a label covers of its image: the same, however it is written down."""

from __future__ import annotations

from collections.abc import Sequence
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
    boxed,
    column,
    make_pair,
    masked,
    outlined,
)
from numpy.typing import NDArray
from sama_coco.labelsets import compare_annotations
from sama_coco.zoo import load_splits

pytestmark = pytest.mark.usefixtures("fresh_database")

ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH] + 0.5


def disc(radius: float, x: float = 40, y: float = 30) -> NDArray[np.bool_]:
    """A disc in the frame of the image."""
    return np.asarray((COLUMNS - x) ** 2 + (ROWS - y) ** 2 < radius**2)


def whole(mask: NDArray[np.bool_], label: str | None = "cat") -> fo.Detection:
    """A mask of the whole image."""
    return masked(label, 0, 0, WIDTH, HEIGHT, mask=mask)


def circle(radius: float, points: int = 360) -> list[tuple[float, float]]:
    """A ring in relative points around the middle of the image."""
    angles = np.linspace(0, 2 * np.pi, points, endpoint=False)
    x, y = 40 + radius * np.cos(angles), 30 + radius * np.sin(angles)
    return list(zip((x / WIDTH).tolist(), (y / HEIGHT).tolist(), strict=True))


def filled(*rings: Any, **attributes: Any) -> fo.Polyline:
    """A closed and filled polyline of rings."""
    shape = {"closed": True, "filled": True}
    return fo.Polyline(label="cat", points=list(rings), **(shape | attributes))


def compare(before: Any, after: Any) -> tuple[str, float, float]:
    """The status, IoU and boundary IoU of two labels that are a pair."""
    dataset = make_pair(([before], [after]))
    results = compare_annotations(dataset, **FIELDS)
    assert not results.broken
    statuses = {*column(dataset, "before", "diff"), *column(dataset, "after", "diff")}
    (status,) = statuses
    (iou,) = column(dataset, "before", "diff_iou")
    (boundary_iou,) = column(dataset, "before", "diff_biou")
    return status, iou, boundary_iou


def test_a_ring_in_a_ring_is_a_hole() -> None:
    status, iou, _ = compare(filled(circle(24), circle(12)), filled(circle(24)))
    assert status == "refined"
    assert iou == pytest.approx(0.75, abs=0.003)


def test_a_polyline_with_a_hole_is_the_mask_with_the_hole() -> None:
    ring = filled(circle(24), circle(12))
    _, iou, _ = compare(ring, whole(disc(24) & ~disc(12)))
    assert iou > 0.99


def test_rings_that_overlap_take_each_other_away() -> None:
    one, other = outlined("cat", 8, 6, 20, 10), outlined("cat", 18, 6, 20, 10)
    both = filled(*one.points, *other.points)
    expected = np.zeros((10, 30), bool)
    expected[:, :10] = expected[:, 20:] = True
    assert compare(both, masked("cat", 8, 6, 30, 10, mask=expected))[:2] == (
        "identical",
        1,
    )


@pytest.mark.parametrize("flags", [{"filled": False}, {"closed": False}])
def test_a_polyline_that_is_filled_or_closed_alone_is_an_area(
    flags: dict[str, bool],
) -> None:
    """FiftyOne's COCO importer gives `filled` alone."""
    drawn = outlined("cat", 8, 6, 20, 10, **flags)
    assert compare(drawn, masked("cat", 8, 6, 20, 10)) == ("identical", 1, 1)


@pytest.mark.parametrize(
    "shape", [(28, 28), (90, 60), (240, 180), (12, 113), (400, 300)]
)
def test_a_mask_of_another_resolution_is_resized_to_its_box(
    shape: tuple[int, int],
) -> None:
    """As detectors give them, in 28 x 28, and larger ones."""
    rows, columns = shape
    y, x = np.mgrid[:rows, :columns] + 0.5
    y, x = y / rows * 50, x / columns * 60
    small = (x - 30) ** 2 / 28**2 + (y - 25) ** 2 / 23**2 < 1
    full = (COLUMNS - 40) ** 2 / 28**2 + (ROWS - 30) ** 2 / 23**2 < 1
    least = 0.93 if min(shape) < 20 else 0.97
    _, iou, _ = compare(masked("cat", 10, 5, 60, 50, mask=small), whole(full))
    assert least < iou <= 1


ROUND_TRIPS = {
    "six decimals of centre and size": lambda box: _by_centre(box, 6),
    "float32": lambda box: np.float32(box).astype(float),
    "corners": lambda box: [*box[:2], *((box[:2] + box[2:]) - box[:2])],
    "centre and size": lambda box: _by_centre(box, 17),
}


def _by_centre(box: NDArray[np.float64], decimals: int) -> list[float]:
    centre = np.round(box[:2] + box[2:] / 2, decimals)
    size = np.round(box[2:], decimals)
    return [*(centre - size / 2), *size]


@pytest.mark.parametrize("name", ROUND_TRIPS)
def test_boxes_stay_identical_on_their_way_through_other_formats(name: str) -> None:
    rng = np.random.default_rng(3)
    corners = rng.uniform(0, 0.6, (500, 2))
    boxes = np.concatenate((corners, rng.uniform(0.02, 0.4, (500, 2))), axis=1)
    sides: tuple[list[Any], list[Any]] = ([], [])
    for index, box in enumerate(boxes):
        for side, values in zip(sides, (box, ROUND_TRIPS[name](box)), strict=True):
            values = [float(value) for value in values]
            side.append(fo.Detection(label=f"class {index}", bounding_box=values))
    dataset = make_pair(sides)
    results = compare_annotations(dataset, **FIELDS)
    assert results.statuses().loc["identical"].tolist() == [500, 500]
    assert set(column(dataset, "after", "diff_iou")) == {1}
    assert set(column(dataset, "after", "diff_biou")) == {1}
    assert results.summary()["pq"] == 1


@pytest.mark.parametrize(
    ("shift", "status"),
    [(0.0099, "identical"), (0.01, "identical"), (0.011, "refined")],
)
def test_boxes_are_identical_within_a_hundredth_of_a_pixel(
    shift: float, status: str
) -> None:
    assert compare(boxed("cat", 8, 6, 20, 10), boxed("cat", 8 + shift, 6, 20, 10))[
        0
    ] == (status)


@pytest.mark.parametrize(
    ("box", "seen"),
    [
        ((-10, -4, 30, 20), (0, 0, 20, 16)),
        ((60, 50, 60, 60), (60, 50, 20, 10)),
        ((-500, -500, 1000, 1000), (0, 0, WIDTH, HEIGHT)),
    ],
)
def test_a_box_counts_where_it_is_in_the_image(
    box: Sequence[float], seen: Sequence[float]
) -> None:
    assert compare(boxed("cat", *box), boxed("cat", *seen)) == ("identical", 1, 1)


def test_a_box_outside_of_the_image_covers_nothing() -> None:
    outside = [boxed("cat", WIDTH, 4, 20, 10), boxed("cat", -30, 4, 20, 10)]
    inside = boxed("cat", 8, 6, 20, 10)
    dataset = make_pair(([*outside, inside], [inside.copy()]))
    compare_annotations(dataset, **FIELDS)
    assert column(dataset, "before", "diff") == ["degenerate"] * 2 + ["identical"]


@pytest.mark.parametrize("x", [-1, -3, WIDTH - 19, WIDTH - 5])
@pytest.mark.parametrize("y", [-1, 20, HEIGHT - 9, HEIGHT - 4])
def test_a_mask_is_not_moved_by_what_overhangs(x: int, y: int) -> None:
    rng = np.random.default_rng(5)
    mask = rng.random((10, 20)) < 0.7
    frame = np.zeros((HEIGHT + 20, WIDTH + 40), bool)
    frame[y + 10 : y + 20, x + 20 : x + 40] = mask
    seen = frame[10 : HEIGHT + 10, 20 : WIDTH + 20]
    assert compare(masked("cat", x, y, 20, 10, mask=mask), whole(seen))[:2] == (
        "identical",
        1,
    )


@pytest.mark.parametrize("corner", [(WIDTH, 5), (5, HEIGHT), (WIDTH + 7, HEIGHT + 7)])
def test_a_mask_right_of_or_below_the_image_covers_nothing(
    corner: tuple[int, int],
) -> None:
    inside = masked("cat", 1, 1, 5, 5)
    dataset = make_pair(([masked("cat", *corner, 20, 15), inside], [inside.copy()]))
    compare_annotations(dataset, **FIELDS)
    assert column(dataset, "before", "diff") == ["degenerate", "identical"]
    assert column(dataset, "before", "diff_area") == [0, 25]


@pytest.mark.parametrize("x", [12.49999999, 12.5, 13.5, 13.500001])
def test_a_corner_is_rounded_once(x: float) -> None:
    """To even where it lies half way, as FiftyOne's importer does."""
    mask = np.ones((10, 20), bool)
    drawn = boxed("cat", x, 6, 20, 10, mask=mask)
    assert compare(drawn, masked("cat", round(x), 6, 20, 10)) == ("identical", 1, 1)


def _as_label(split: str, mirror: Path, folder: Path, polylines: bool) -> fo.Dataset:
    dataset, problems = load_splits(
        f"{split} {polylines}",
        split,
        folder,
        with_coco=True,
        label_types="segmentations",
        use_polylines=polylines,
        mirror=mirror,
    )
    assert all("no area" in line for line in problems.lines())
    return dataset


def _assert_polylines_are_masks(split: str, mirror: Path, folder: Path) -> int:
    """Every label of both label sets, read as a mask and as a polyline."""
    masks = _as_label(split, mirror, folder, polylines=False)
    polylines = _as_label(split, mirror, folder, polylines=True)
    count = 0
    for name in ("coco_segmentations", "sama_segmentations"):
        masks.add_sample_field("drawn", fo.EmbeddedDocumentField, fo.Polylines)
        paths, drawn = polylines.values(["filepath", name])
        masks.set_values(
            "drawn", dict(zip(paths, drawn, strict=True)), key_field="filepath"
        )
        results = compare_annotations(masks, name, "drawn", overwrite=True)
        found = results.statuses()
        found = found[found.any(axis=1)]
        assert set(found.index) <= {"identical", "degenerate"}
        assert (found["base"] == found["revised"]).all()
        assert results.summary()["pq"] == 1
        count += int(found.loc["identical", "base"])
        masks.delete_sample_field("drawn")
    return count


def test_the_loader_writes_the_same_pixels_as_masks_and_as_polylines(
    example_mirror: Path, tmp_path: Path
) -> None:
    assert _assert_polylines_are_masks("validation", example_mirror, tmp_path) > 50


@pytest.mark.parametrize(("split", "least"), [("validation", 700), ("train", 700)])
def test_every_label_of_the_mirror_is_the_same_as_a_mask_and_as_a_polyline(
    real_mirror: Path, tmp_path: Path, split: str, least: int
) -> None:
    assert _assert_polylines_are_masks(split, real_mirror, tmp_path) > least


def test_polylines_of_fiftyones_importer_are_compared(tmp_path: Path) -> None:
    """With `use_polylines`, it gives areas that are filled and not closed."""
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    ring = [8, 6, 28, 6, 28, 16, 8, 16]
    content = {
        "images": [{"id": 1, "file_name": "a.png", "width": WIDTH, "height": HEIGHT}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [
            {
                "id": 1,
                "image_id": 1,
                "category_id": 1,
                "bbox": [8, 6, 20, 10],
                "segmentation": [ring],
                "area": 200,
                "iscrowd": 0,
            }
        ],
    }
    labels = tmp_path / "labels.json"
    fo.core.storage.write_json(content, str(labels))
    dataset = fo.Dataset.from_dir(
        dataset_type=fo.types.COCODetectionDataset,
        data_path=str(tmp_path),
        labels_path=str(labels),
        label_field="before",
        label_types=["segmentations"],
        use_polylines=True,
    )
    (polyline,) = dataset.first()["before"].polylines
    assert (polyline.filled, polyline.closed) == (True, False)
    sample = dataset.first()
    sample["after"] = fo.Detections(detections=[masked("cat", 8, 6, 20, 10)])
    sample.save()
    results = compare_annotations(dataset, **FIELDS)
    assert results.statuses().loc["identical"].tolist() == [1, 1]
