"""Objects read from masks, boxes, polygons and COCO annotations."""

import numpy as np
import pytest
from helpers.data.hand_drawn import rectangle
from pycocotools import mask as rle_api
from sama_coco.labelsets.comparison import ImageObjects, from_coco, from_polygons
from sama_coco.labelsets.comparison.geometry.coco_objects import count_vertices, decode
from sama_coco.zoo.coco.pixel_runs import PixelRuns, mask_from_runs

CATEGORIES = {1: "person", 3: "car"}


def annotation(segmentation=None, **fields):
    return {"id": 7, "category_id": 1, "segmentation": segmentation, **fields}


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
        runs = decode(segmentation, height, width)
        assert np.array_equal(mask_from_runs(runs, (0, 0, width, height)), mask)
        assert runs.area == mask.sum()
        x0, y0, x1, y1 = runs.window
        cropped = mask[y0:y1, x0:x1]
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
    runs = decode(rings, height, width)
    assert np.array_equal(mask_from_runs(runs, (0, 0, width, height)), expected)


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
        (
            {"segmentation": {"size": [20, 30], "counts": "\x01!"}},
            "cut short or has other characters",
        ),
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


@pytest.mark.parametrize("seed", range(30))
def test_a_mask_of_another_scale_is_resized_to_its_box_linearly(seed):
    rng = np.random.default_rng(seed)
    mask = rng.random(rng.integers(1, 40, 2)) < 0.6
    x, y = rng.integers(0, 50, 2).tolist()
    width, height = rng.integers(42, 130, 2).tolist()
    objects = ImageObjects.of(["car"], [[x, y, width, height]], [mask])
    found = np.zeros((y + height, x + width))
    left, top, w, h = objects.boxes[0].astype(int)
    found[top : top + h, left : left + w] = objects.masks[0]
    expected = resized_by_definition(mask, width, height)
    certain = abs(expected - 0.5) > 1e-6
    assert np.array_equal(found[y:, x:][certain], (expected > 0.5)[certain])


def resized_by_definition(mask, width, height):
    """What each pixel's centre lies between, weighed by how near it is."""
    rows, columns = mask.shape
    values = np.zeros((height, width))
    for y, x in np.ndindex(height, width):
        v = min(max((y + 0.5) * rows / height - 0.5, 0), rows - 1)
        u = min(max((x + 0.5) * columns / width - 0.5, 0), columns - 1)
        for row, weight in ((int(v), 1 - v % 1), (int(v) + 1, v % 1)):
            for column, share in ((int(u), 1 - u % 1), (int(u) + 1, u % 1)):
                if weight and share:
                    values[y, x] += weight * share * mask[row, column]
    return values


def test_a_box_is_cut_to_the_image():
    objects = ImageObjects.of(
        ["car"] * 3,
        [[-5, 2, 10, 4], [25, 15, 90, 90], [31, 2, 4, 4]],
        size=(20, 30),
    )
    assert objects.boxes[:2].tolist() == [[0, 2, 5, 4], [25, 15, 5, 5]]
    assert objects.degenerate.tolist() == [False, False, True]


@pytest.mark.parametrize("box", [[-1, 2, 6, 4], [-1.4, 2, 6.2, 4], [27, 18, 6, 4]])
def test_a_mask_lies_at_the_corner_of_its_box_and_is_cut_there(box):
    mask = np.zeros((4, 6), bool)
    mask[:, 2] = True
    x, y = round(box[0]) + 2, box[1]
    objects = ImageObjects.of(["car"], [box], [mask], size=(20, 30))
    assert objects.boxes.tolist() == [[x, y, 1, min(4, 20 - y)]]


def test_a_mask_that_was_cut_at_the_border_begins_there():
    mask = np.ones((4, 3), bool)
    objects = ImageObjects.of(["car"], [[-6, 2, 9, 4]], [mask], size=(20, 30))
    assert objects.boxes.tolist() == [[0, 2, 3, 4]]


@pytest.mark.parametrize("corner", [(30, 4), (4, 20), (-9, 4), (4, -9), (99, 99)])
def test_a_mask_outside_of_the_image_covers_nothing(corner):
    objects = ImageObjects.of(
        ["car"], [[*corner, 6, 4]], [np.ones((4, 6), bool)], size=(20, 30)
    )
    assert objects.areas.tolist() == [0]


def test_only_the_part_in_the_image_of_a_resized_mask_is_made():
    mask = np.array([[1, 0], [1, 0]])
    box = [-3e6, -3e6, 6e6 + 40, 6e6 + 40]
    objects = ImageObjects.of(["car"], [box], [mask], size=(20, 30))
    assert objects.boxes.tolist() == [[0, 0, 20, 20]]


def test_a_large_object_is_kept_as_runs():
    rows, columns = np.ogrid[:1500, :1600]
    disc = (rows - 700) ** 2 + (columns - 800) ** 2 < 600**2
    objects = ImageObjects.of(["car"], [[3, 5, 1600, 1500]], [disc])
    assert isinstance(objects.masks[0], PixelRuns)
    assert objects.areas.tolist() == [disc.sum()]
    found = mask_from_runs(objects.runs(0), (3, 5, 1603, 1505))
    assert np.array_equal(found, disc)


def test_a_large_object_of_noise_is_kept_as_a_mask():
    noise = np.random.default_rng(1).random((1100, 1200)) < 0.5
    objects = ImageObjects.of(["car"], [[0, 0, 1200, 1100]], [noise])
    assert np.array_equal(objects.masks[0], noise)


def test_half_pixels_survive_relative_coordinates():
    x = 13.5 / 640 * 640 - 1e-12
    objects = ImageObjects.of(["car"], [[x, 0, 3, 3]], [np.ones((3, 3), bool)])
    assert objects.boxes[0, 0] == 14


def test_lengths_that_do_not_fit_are_told():
    with pytest.raises(ValueError, match="2 boxes for 1 labels"):
        ImageObjects.of(["car"], [[0, 0, 1, 1], [0, 0, 1, 1]])
    with pytest.raises(ValueError, match="expected \\(height, width\\)"):
        ImageObjects.of(["car"], [[0, 0, 1, 1]], [np.ones(4)])
