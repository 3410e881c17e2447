"""The labels of an image: boxes, masks and polylines, and what they carry."""

from __future__ import annotations

import math
from typing import Any

import fiftyone as fo
import numpy as np
import pytest
from helpers.data.coco_documents import (
    SQUARE,
    annotation,
    category,
    document,
    image,
    read,
)
from sama_coco.labelsets.comparison.geometry.placing import place_mask
from sama_coco.zoo.coco.masks import box_window
from sama_coco.zoo.coco.outlines import fill_rings
from sama_coco.zoo.coco.pixel_runs import mask_from_runs
from sama_coco.zoo.defects import Defects
from sama_coco.zoo.errors import FormatError
from sama_coco.zoo.labels import ATTRIBUTES, Label, LabelField, image_labels

KINDS = {"boxes", "masks", "polylines"}

RING = np.zeros((10, 20), bool)
RING[2:8, 3:9] = True
RING[4:6, 5:7] = False


def run_lengths(pixels: Any) -> dict[str, Any]:
    flat = np.concatenate([[False], pixels.ravel(order="F")])
    turns = np.flatnonzero(np.diff(flat))
    counts = [int(n) for n in np.diff([0, *turns, pixels.size])]
    return {"size": list(pixels.shape), "counts": counts}


def label(*annotations: dict[str, Any], strict: bool = False) -> Any:
    """The labels of image 1, by kind, and the problems met."""
    labels, problems = read(document(annotations=list(annotations)), strict=strict)
    return image_labels(labels, labels.images[1], KINDS, problems), problems


def only(**entries: Any) -> dict[str, Label]:
    """The one label of each kind that a sound annotation becomes."""
    found, problems = label(annotation(7) | entries)
    assert not len(problems)
    return {kind: one for kind, (one,) in found.items()}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_carries_the_attributes(kind: str) -> None:
    found = only(iscrowd=1, area=12.5)[kind]
    attributes = {name: found[name] for name in ATTRIBUTES}
    assert attributes == {
        "coco_id": 7,
        "iscrowd": 1,
        "area": 12.5,
        "num_polygons": 1,
        "num_vertices": 4,
        "supercategory": "animal",
    }
    assert {k: type(v) for k, v in attributes.items()} == ATTRIBUTES
    assert found["label"] == "cat"


def test_a_box_is_given_in_shares_of_the_image() -> None:
    assert only(bbox=[5, 1, 10, 4])["boxes"]["bounding_box"] == [0.25, 0.1, 0.5, 0.4]


def test_a_box_has_no_mask_and_a_mask_has_a_box() -> None:
    found = only()
    assert "mask" not in found["boxes"]
    assert found["masks"]["bounding_box"] == found["boxes"]["bounding_box"]


def test_a_mask_fills_the_window_of_its_box() -> None:
    mask = only()["masks"]["mask"]
    assert mask.shape == (4, 4)
    assert mask.all()


def test_a_polyline_has_the_polygons_of_the_file() -> None:
    second = [8.0, 0.0, 20.0, 0.0, 20.0, 10.0]
    found = only(segmentation=[SQUARE[0], second], bbox=[0, 0, 20, 10])["polylines"]
    assert found["closed"]
    assert found["filled"]
    np.testing.assert_allclose(
        found["points"][0], [[0.05, 0.1], [0.25, 0.1], [0.25, 0.5], [0.05, 0.5]]
    )
    np.testing.assert_allclose(found["points"][1], [[0.4, 0], [1, 0], [1, 1]])
    assert found["num_polygons"] == 2


def test_a_rle_has_no_polygons_and_no_vertices() -> None:
    for found in only(segmentation=run_lengths(RING), bbox=[3, 2, 6, 6]).values():
        assert (found["num_polygons"], found["num_vertices"]) == (0, 0)


def test_a_rle_becomes_the_mask_of_its_box() -> None:
    mask = only(segmentation=run_lengths(RING), bbox=[3, 2, 6, 6])["masks"]["mask"]
    np.testing.assert_array_equal(mask, RING[2:8, 3:9])


def drawn(polyline: Label) -> Any:
    """The pixels that a polyline covers, read as a comparison reads it."""
    points = [np.multiply(ring, (20, 10)) for ring in polyline["points"]]
    return mask_from_runs(fill_rings(points, 20, 10), (0, 0, 20, 10))


def framed(found: Label, box: list[float]) -> Any:
    """The pixels of a mask in the frame of its image."""
    frame = np.zeros((10, 20), bool)
    x0, y0, x1, y1 = box_window(tuple(box), 20, 10)
    frame[y0:y1, x0:x1] = found["mask"]
    return frame


RING_RLE = run_lengths(RING)
CROSSING = [[2, 2, 9, 2, 9, 8, 2, 8], [5, 4, 14, 4, 14, 9, 5, 9]]
BOW_TIE = [[1, 1, 9, 8, 9, 1, 1, 8]]


@pytest.mark.parametrize(
    ("segmentation", "box"),
    [
        (RING_RLE, [3, 2, 6, 6]),
        (RING_RLE, [4, 3, 4, 3]),
        (CROSSING, [2, 2, 12, 7]),
        (CROSSING, [4, 3, 5, 4]),
        (BOW_TIE, [1, 1, 8, 7]),
        ([SQUARE[0], SQUARE[0]], [1, 1, 4, 4]),
        (SQUARE, [2.6, 0.4, 3.2, 4.9]),
        ([[-3, -2, 25, -2, 25, 13, -3, 13]], [0, 0, 20, 10]),
        (run_lengths(np.indices((10, 20)).sum(axis=0) % 2 == 0), [0, 0, 20, 10]),
    ],
)
def test_a_polyline_covers_the_pixels_of_the_mask(
    segmentation: Any, box: list[float]
) -> None:
    found = only(segmentation=segmentation, bbox=box)
    expected = framed(found["masks"], box)
    assert expected.any()
    np.testing.assert_array_equal(drawn(found["polylines"]), expected)


def test_a_polygon_that_covers_the_mask_stays_as_it_is_in_the_file() -> None:
    points = only(bbox=[0.6, 0.6, 4.4, 4.4])["polylines"]["points"]
    np.testing.assert_allclose(np.multiply(points, (20, 10)).ravel(), SQUARE[0])


@pytest.mark.parametrize("box", [[-0.6, 1, 10.6, 8], [-1, -1, 12, 7], [-7, 2, 15, 6]])
def test_a_mask_of_a_box_over_the_border_is_read_where_it_is(box: list[float]) -> None:
    pixels = np.zeros((10, 20), bool)
    pixels[3:6, 2:5] = True
    found = only(segmentation=run_lengths(pixels), bbox=box)
    placed, x, y = place_mask(found["masks"]["mask"], box, (10, 20))
    frame = np.zeros((10, 20), bool)
    frame[y : y + placed.shape[0], x : x + placed.shape[1]] = placed
    np.testing.assert_array_equal(frame, pixels)
    np.testing.assert_array_equal(drawn(found["polylines"]), pixels)


def test_a_rle_of_no_pixels_in_its_box_becomes_a_polyline_without_points() -> None:
    found = only(segmentation=run_lengths(RING), bbox=[15, 2, 3, 3])
    assert found["polylines"]["points"] == []
    assert not found["masks"]["mask"].any()


@pytest.mark.parametrize("box", [[3, 3, 0, 4], [3, 3, 4, 0]])
def test_a_box_of_no_area_is_kept_without_a_mask_and_counted(box: list[int]) -> None:
    found, problems = label(annotation(1, bbox=box), annotation(2))
    for kind in KINDS:
        assert [one["coco_id"] for one in found[kind]] == [1, 2]
    assert found["masks"][0]["mask"] is None
    assert found["polylines"][0]["points"] == []
    assert problems.lines() == [
        "1 x annotation with a box of no area, loaded without a mask "
        "(annotation 1 of Sama-COCO)"
    ]


def test_a_box_of_no_area_is_no_error_in_strict_loading() -> None:
    found, _ = label(annotation(1, bbox=[3, 3, 0, 4]), strict=True)
    assert found["masks"][0]["mask"] is None


def test_an_object_in_a_box_narrower_than_a_pixel_covers_nothing() -> None:
    assert box_window((3.1, 3, 0.2, 4), 20, 10)[::2] == (3, 3)
    found = only(bbox=[3.1, 3, 0.2, 4])
    assert not found["masks"]["mask"].any()
    assert found["polylines"]["points"] == []
    assert found["boxes"]["bounding_box"][2] == pytest.approx(0.01)


@pytest.mark.parametrize("segmentation", [None, [], [[]]])
def test_an_object_without_an_outline_is_its_box(segmentation: Any) -> None:
    found = only(segmentation=segmentation)
    assert found["masks"]["mask"] is None
    np.testing.assert_array_equal(drawn(found["polylines"])[1:5, 1:5], True)
    assert drawn(found["polylines"]).sum() == 16
    assert found["boxes"]["num_polygons"] == 0


@pytest.mark.parametrize(
    "segmentation",
    [
        [[1.0, 1.0, 5.0]],
        [[1.0, 1.0, 5.0, 1.0]],
        [[*SQUARE[0], math.nan, 1.0]],
        {"size": [20, 10], "counts": [200]},
        {"size": [10, 20], "counts": [199]},
        "polygon",
    ],
    ids=repr,
)
def test_a_broken_outline_costs_one_annotation_in_every_kind(
    segmentation: Any,
) -> None:
    found, problems = label(
        annotation(1), annotation(2, segmentation=segmentation), annotation(3)
    )
    for kind in KINDS:
        assert [one["coco_id"] for one in found[kind]] == [1, 3]
    assert len(problems) == 1


def test_a_broken_outline_is_named_with_the_reason() -> None:
    _, problems = label(annotation(2, segmentation=[[1.0, 1.0, 5.0]]))
    assert problems.lines() == [
        "1 x annotation with a broken segmentation (annotation 2 of Sama-COCO: "
        "a polygon of 3 coordinates, an odd count)"
    ]


def test_strict_loading_raises_at_a_broken_outline() -> None:
    with pytest.raises(FormatError, match="annotation 2 of Sama-COCO"):
        label(annotation(2, segmentation=[[1.0, 1.0, 5.0]]), strict=True)


def test_an_image_without_objects_has_empty_labels() -> None:
    found, problems = label()
    assert found == {kind: [] for kind in KINDS}
    assert not len(problems)


def test_only_the_kinds_asked_for_are_made() -> None:
    labels, _ = read(document())
    found = image_labels(labels, labels.images[1], {"boxes"}, Defects())
    assert found.keys() == {"boxes"}


def test_labels_keep_the_order_of_the_file() -> None:
    found, _ = label(*(annotation(i) for i in (5, 2, 9)))
    assert [one["coco_id"] for one in found["boxes"]] == [5, 2, 9]


def test_the_size_of_the_image_is_its_own() -> None:
    labels, _ = read(
        document(images=[image(1, width=40, height=40)], categories=[category()])
    )
    found = image_labels(labels, labels.images[1], {"boxes"}, Defects())
    assert found["boxes"][0]["bounding_box"] == [0.025, 0.025, 0.1, 0.1]


def test_fiftyones_classes_take_the_labels_as_they_are() -> None:
    found = only()
    for kind, made in (
        ("boxes", fo.Detection),
        ("masks", fo.Detection),
        ("polylines", fo.Polyline),
    ):
        built = made(**found[kind])
        assert built.coco_id == 7
        assert built.label == "cat"


def test_a_field_of_polylines_has_the_class_of_polylines() -> None:
    kinds = {k: LabelField("x", "sama", k).labels_type for k in KINDS}
    assert kinds == {
        "boxes": "Detections",
        "masks": "Detections",
        "polylines": "Polylines",
    }
