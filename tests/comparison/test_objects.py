"""Objects read from masks, boxes, polygons and COCO annotations."""

import numpy as np
import pytest
from hand_drawn import rectangle
from pycocotools import mask as rle_api
from sama_coco.comparison import ImageObjects, from_coco, from_polygons
from sama_coco.comparison.coco import count_vertices, decode

CATEGORIES = {1: "person", 3: "car"}


def annotation(segmentation=None, **fields):
    return {"id": 7, "category_id": 1, "segmentation": segmentation, **fields}


def full_frame(mask, x, y, height, width):
    frame = np.zeros((height, width), bool)
    frame[y : y + mask.shape[0], x : x + mask.shape[1]] = mask
    return frame


def uncompressed(mask):
    flat = mask.ravel(order="F").astype(int)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flat)))).tolist()
    counts = np.diff([0, *edges, flat.size]).tolist()
    return {"size": list(mask.shape), "counts": counts}


@pytest.mark.parametrize("seed", range(40))
def test_an_rle_decodes_as_pycocotools_decodes_it(seed):
    rng = np.random.default_rng(seed)
    height, width = rng.integers(1, 70, 2).tolist()
    mask = rng.random((height, width)) < rng.choice([0.0, 0.02, 0.5, 0.97, 1.0])
    compressed = rle_api.encode(np.asfortranarray(mask.astype(np.uint8)))
    text = {**compressed, "counts": compressed["counts"].decode()}
    for segmentation in (compressed, text, uncompressed(mask)):
        cropped, x, y = decode(segmentation, height, width)
        assert np.array_equal(full_frame(cropped, x, y, height, width), mask)
        assert cropped.size == 0 or (cropped[[0, -1]].any(1)).all()
        assert cropped.size == 0 or (cropped[:, [0, -1]].any(0)).all()


@pytest.mark.parametrize("seed", range(40))
def test_polygons_fill_the_pixels_that_pycocotools_fills(seed):
    rng = np.random.default_rng(seed)
    height, width = rng.integers(10, 90, 2).tolist()
    rings = [
        rng.uniform(-8, 98, 2 * rng.integers(3, 9)).round(2).tolist()
        for _ in range(rng.integers(1, 4))
    ]
    encoded = rle_api.merge(rle_api.frPyObjects(rings, height, width))
    expected = rle_api.decode([encoded])[:, :, 0].astype(bool)
    cropped, x, y = decode(rings, height, width)
    assert np.array_equal(full_frame(cropped, x, y, height, width), expected)


def test_an_annotation_without_a_segmentation_is_its_box():
    for segmentation in (None, []):
        box = annotation(segmentation, bbox=[1.5, 2, 3, 4.5])
        objects = from_coco([box], CATEGORIES, 20, 30)
        assert objects.masks == (None,)
        assert objects.boxes.tolist() == [[1.5, 2, 3, 4.5]]
        assert objects.areas.tolist() == [13.5]


def test_a_ring_of_two_points_is_no_box():
    objects = from_coco([annotation([[2, 2, 8, 8]])], CATEGORIES, 20, 30)
    assert objects.degenerate.tolist() == [True]


@pytest.mark.parametrize(
    "segmentation",
    [
        [[4, 4, 9, 4, 6, 4]],
        [[float("nan"), 1, 5, 1, 5, 5]],
        {"size": [20, 30], "counts": [600]},
    ],
)
def test_a_segmentation_that_covers_nothing_is_degenerate(segmentation):
    objects = from_coco(
        [annotation(segmentation, bbox=[1, 1, 5, 5])], CATEGORIES, 20, 30
    )
    assert objects.degenerate.tolist() == [True]


@pytest.mark.parametrize(
    "box", [[1, 1, 0, 5], [1, 1, 5, 0], [1, 1, -2, -3], [float("nan"), 1, 2, 2]]
)
def test_a_box_without_an_area_or_place_is_degenerate(box):
    assert ImageObjects.of(["car"], [box]).degenerate.tolist() == [True]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"segmentation": [[1, 2, 3, 4, 5, 6, 7]]}, "polygon of shape"),
        ({"segmentation": [[0, 0, 1e9, 0, 0, 5]]}, "px from the image's corner"),
        ({"segmentation": {"size": [9, 9], "counts": [81]}}, r"\[9, 9\]"),
        ({"segmentation": {"size": [20, 30], "counts": [5, 5]}}, "add up to 10"),
        ({"segmentation": {"size": [20, 30], "counts": [-5, 605]}}, "below 0"),
        ({"segmentation": {"size": [20, 30], "counts": "\x01!"}}, "no COCO text"),
        ({"segmentation": 5}, "expected a list of polygons or an RLE"),
        ({"category_id": 2}, "category_id 2 is not in categories"),
    ],
)
def test_a_broken_annotation_is_named(fields, told):
    with pytest.raises(ValueError, match=f"annotation 7.*{told}"):
        from_coco([{**annotation(), **fields}], CATEGORIES, 20, 30)


def test_vertices_are_counted_without_closing_points():
    assert count_vertices([[0, 0, 5, 0, 5, 5], [0, 0, 5, 0, 5, 5, 0, 0]]) == 6
    assert count_vertices({"size": [1, 1], "counts": [1]}) == 0
    assert count_vertices(None) == 0


def test_polylines_are_read_as_filled_polygons():
    ring = [4, 4, 14, 4, 14, 9, 4, 9]
    polylines = from_polygons(["car"], [[ring]], 20, 30)
    annotations = from_coco([annotation([ring])], CATEGORIES, 20, 30)
    assert np.array_equal(polylines.masks[0], annotations.masks[0])
    assert polylines.boxes.tolist() == [[4, 4, 10, 5]]
    assert polylines.vertices.tolist() == [4]


def test_masks_are_cropped_to_their_pixels():
    objects = ImageObjects.of(["car"], [[10, 20, 80, 60]], [rectangle(5, 6, 7, 8)])
    assert objects.boxes.tolist() == [[15, 26, 7, 8]]
    assert objects.masks[0].all()
    assert objects.masks[0].shape == (8, 7)
    assert objects.areas.tolist() == [56]


def test_a_mask_of_another_scale_is_stretched_to_its_box():
    mask = np.array([[1, 0], [1, 1]])
    objects = ImageObjects.of(["car"], [[10, 20, 40, 20]], [mask])
    assert objects.boxes.tolist() == [[10, 20, 40, 20]]
    assert objects.areas.tolist() == [600]


def test_half_pixels_survive_relative_coordinates():
    x = 13.5 / 640 * 640 - 1e-12
    objects = ImageObjects.of(["car"], [[x, 0, 3, 3]], [np.ones((3, 3), bool)])
    assert objects.boxes[0, 0] == 14


def test_lengths_that_do_not_fit_are_told():
    with pytest.raises(ValueError, match="2 boxes for 1 labels"):
        ImageObjects.of(["car"], [[0, 0, 1, 1], [0, 0, 1, 1]])
    with pytest.raises(ValueError, match="expected \\(height, width\\)"):
        ImageObjects.of(["car"], [[0, 0, 1, 1]], [np.ones(4)])
