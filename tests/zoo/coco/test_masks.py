"""Masks: equal, pixel for pixel, to what pycocotools decodes; damage to outlines."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pycocotools import mask as coco_mask
from sama_coco.zoo.coco import masks
from sama_coco.zoo.coco.masks import (
    Box,
    SegmentationError,
    box_window,
    decode_mask,
    parse_segmentation,
)
from sama_coco.zoo.defects import Defects
from sama_coco.zoo.label_files import fetch_label_files, read_label_sets
from sama_coco.zoo.request import Request

Frame = tuple[int, int]

SQUARE = [1.0, 1.0, 5.0, 1.0, 5.0, 5.0, 1.0, 5.0]


def parse(segmentation: Any, width: int = 20, height: int = 10) -> Any:
    return parse_segmentation(json.dumps(segmentation).encode(), width, height)


def draw(segmentation: Any, box: Box, frame: Frame) -> NDArray[np.bool_] | None:
    return decode_mask(parse(segmentation, *frame), box, *frame)


def draw_by_pycocotools(
    segmentation: Any, box: Box, frame: Frame
) -> NDArray[np.bool_] | None:
    """The mask of the whole image, cropped: what FiftyOne's importer does."""
    width, height = frame
    if isinstance(segmentation, list):
        polygons = [p for p in segmentation if p]
        if not polygons:
            return None
        rle = coco_mask.merge(coco_mask.frPyObjects(polygons, height, width))
    elif isinstance(segmentation["counts"], list):
        rle = coco_mask.frPyObjects(segmentation, height, width)
    else:
        rle = segmentation
    whole = coco_mask.decode(rle).astype(bool)
    assert whole.shape == (height, width)
    x0, y0, x1, y1 = box_window(box, width, height)
    crop: NDArray[np.bool_] = whole[y0:y1, x0:x1]
    return crop if crop.size else None


def assert_equal_masks(segmentation: Any, box: Box, frame: Frame) -> None:
    found = draw(segmentation, box, frame)
    expected = draw_by_pycocotools(segmentation, box, frame)
    if found is None or expected is None:
        assert found is expected
        return
    assert found.dtype == bool
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, expected)


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    side = st.integers(1, 64) | st.sampled_from([1, 2, 3, 480, 640])
    return draw(side), draw(side)


def coordinates(side: int) -> st.SearchStrategy[float]:
    """Inside, outside and on the border of a frame, and where rounding turns over."""
    low, high = -side, 2 * side
    tenths = st.integers(10 * low, 10 * high).map(lambda v: v / 10)
    return st.one_of(
        st.integers(low, high).map(float),
        tenths,
        tenths.map(lambda v: math.nextafter(v, math.inf)).filter(lambda v: v <= high),
        tenths.map(lambda v: math.nextafter(v, -math.inf)).filter(lambda v: v >= low),
        st.integers(100 * low, 100 * high).map(lambda v: v / 100),
        st.sampled_from([0.0, float(side), side - 0.5, -0.5, side + 0.5]),
        st.floats(low, high),
    ).filter(lambda v: low <= v <= high)


@st.composite
def outlines(draw: st.DrawFn) -> tuple[list[list[float]], Box, Frame]:
    """Polygons in a frame, with their own bounding box or any other."""
    frame = draw(frames())
    xs, ys = coordinates(frame[0]), coordinates(frame[1])
    points = st.lists(st.tuples(xs, ys), min_size=3, max_size=8)
    flat = points.map(lambda p: [v for point in p for v in point])
    polygons = draw(st.lists(flat, min_size=1, max_size=3))
    if draw(st.booleans()):
        x0, x1 = _extent([v for p in polygons for v in p[::2]])
        y0, y1 = _extent([v for p in polygons for v in p[1::2]])
        return polygons, (x0, y0, x1 - x0, y1 - y0), frame
    return polygons, draw(boxes(frame)), frame


def _extent(values: list[float]) -> tuple[float, float]:
    return min(values), max(values)


@st.composite
def boxes(draw: st.DrawFn, frame: Frame) -> Box:
    width, height = frame
    return (
        draw(st.floats(-width, 2 * width)),
        draw(st.floats(-height, 2 * height)),
        draw(st.floats(0, 2 * width)),
        draw(st.floats(0, 2 * height)),
    )


@settings(max_examples=700, deadline=None)
@given(outlines())
def test_polygons_are_drawn_as_pycocotools_draws_them(
    case: tuple[list[list[float]], Box, Frame],
) -> None:
    assert_equal_masks(*case)


TIES = [
    "283.9 216.9 269.4 78.2 153.1 151.5 286.2 121 213.3 78.9 262.4 223.5 194.2 147.2 "
    "164.5 186.7 137.7 107.4 251.2 66.4",
    "429.57 94.18 381.51 120.67 382.37 203.46 442.58 289.29 472.48 162.09",
    "618 294 628 367 627 325 585 300 662 321 643 373 578 372 601 340 662 309",
]


@pytest.mark.parametrize("fill", [masks.fill_runs, coco_mask.decode])
@pytest.mark.parametrize("outline", TIES)
def test_ties_of_an_outline_far_from_the_origin_fall_to_pycocotools_side(
    monkeypatch: pytest.MonkeyPatch, outline: str, fill: Any
) -> None:
    """Where hotcoco is missing, as in a zoo folder that FiftyOne copied, too."""
    monkeypatch.setattr(masks, "fill_runs", fill)
    polygon = [float(v) for v in outline.split()]
    x0, x1 = _extent(polygon[::2])
    y0, y1 = _extent(polygon[1::2])
    assert_equal_masks([polygon], (x0, y0, x1 - x0, y1 - y0), (640, 480))


@pytest.mark.parametrize("left", [0, 3, 4, 5, 6, 8])
@pytest.mark.parametrize("top", [7, 8, 9])
def test_a_box_may_start_before_or_behind_its_object(left: int, top: int) -> None:
    row = [4.0, 9.0, 8.0, 9.0, 8.0, 10.0, 4.0, 10.0]
    assert_equal_masks([row], (left, top, 4, 10 - top), (20, 10))


@st.composite
def runs(draw: st.DrawFn) -> tuple[dict[str, Any], Box, Frame]:
    """A RLE, compressed or not, in a frame, with a box."""
    frame = draw(frames())
    width, height = frame
    seed = draw(st.integers(0, 2**32))
    share = draw(st.sampled_from([0.0, 0.02, 0.5, 0.98, 1.0]))
    pixels = np.random.default_rng(seed).random((height, width)) < share
    rle = coco_mask.encode(np.asfortranarray(pixels, np.uint8))
    segmentation: dict[str, Any] = {
        "size": [height, width],
        "counts": rle["counts"].decode(),
    }
    if draw(st.booleans()):
        segmentation["counts"] = run_lengths(pixels)
    return segmentation, draw(boxes(frame)), frame


def run_lengths(pixels: NDArray[np.bool_]) -> list[int]:
    flat = np.concatenate([[False], pixels.ravel(order="F")])
    turns = np.flatnonzero(np.diff(flat))
    return [int(n) for n in np.diff([0, *turns, pixels.size])]


@settings(max_examples=800, deadline=None)
@given(runs())
def test_run_lengths_are_decoded_as_pycocotools_decodes_them(
    case: tuple[dict[str, Any], Box, Frame],
) -> None:
    assert_equal_masks(*case)


def test_empty_runs_in_a_rle_are_allowed() -> None:
    rle = {"size": [2, 3], "counts": [0, 1, 0, 1, 4, 0]}
    found = draw(rle, (0, 0, 3, 2), (3, 2))
    assert found is not None
    np.testing.assert_array_equal(found, [[1, 0, 0], [1, 0, 0]])


@pytest.mark.parametrize("split", ["train", "validation"])
def test_every_label_of_the_mirror_is_drawn_as_pycocotools_draws_it(
    real_mirror: Path, tmp_path: Path, split: str
) -> None:
    request = Request.parse(split, with_coco=True, mirror=real_mirror)
    files = fetch_label_files(request, tmp_path)
    problems = Defects()
    drawn = polygons = run_length_encoded = 0
    for labels in read_label_sets(request, files, problems):
        for image_id, found in labels.annotations.items():
            image = labels.images[image_id]
            frame = (image.width, image.height)
            for annotation in found:
                segmentation = json.loads(bytes(annotation.segmentation))
                assert_equal_masks(segmentation, annotation.bbox, frame)
                assert_right_counts(segmentation, frame)
                drawn += 1
                polygons += isinstance(segmentation, list)
                run_length_encoded += isinstance(segmentation, dict)
    assert not len(problems)
    assert drawn == polygons + run_length_encoded > 400
    assert polygons
    assert run_length_encoded


def assert_right_counts(segmentation: Any, frame: Frame) -> None:
    """The counts of DESIGN.md: polygons, and their vertices without closing points."""
    found = parse(segmentation, *frame)
    if isinstance(segmentation, dict):
        assert (found.num_polygons, found.num_vertices) == (0, 0)
        return
    assert found.num_polygons == len(segmentation)
    vertices = 0
    for polygon in segmentation:
        points = list(zip(polygon[::2], polygon[1::2], strict=True))
        vertices += len(points) - (points[0] == points[-1])
    assert found.num_vertices == vertices


def test_points_that_only_close_a_polygon_are_not_counted() -> None:
    closed = [*SQUARE, *SQUARE[:2]]
    assert parse([SQUARE]).num_vertices == 4
    assert parse([closed]).num_vertices == 4
    both = parse([closed, SQUARE, [0, 0, 1, 0, 1, 1]])
    assert (both.num_polygons, both.num_vertices) == (3, 11)


def test_a_closing_point_changes_no_pixel() -> None:
    box = (1.0, 1.0, 4.0, 4.0)
    open_, closed = (draw([p], box, (20, 10)) for p in (SQUARE, [*SQUARE, *SQUARE[:2]]))
    assert open_ is not None
    assert closed is not None
    np.testing.assert_array_equal(open_, closed)
    assert open_.all()


@pytest.mark.parametrize("segmentation", [None, [], [[]], [[], []]])
def test_an_empty_segmentation_has_no_mask(segmentation: Any) -> None:
    found = parse(segmentation)
    assert (found.num_polygons, found.num_vertices) == (0, 0)
    assert decode_mask(found, (1, 1, 4, 4), 20, 10) is None


def test_empty_polygons_among_others_do_not_count() -> None:
    assert parse([[], SQUARE]).num_polygons == 1


@pytest.mark.parametrize(
    "box", [(3, 3, 0, 4), (3, 3, 4, 0), (3.1, 3, 0.2, 4), (30, 3, 4, 4), (-9, 3, 4, 4)]
)
def test_a_box_without_pixels_has_no_mask(box: Box) -> None:
    assert draw([SQUARE], box, (20, 10)) is None
    assert draw({"size": [10, 20], "counts": [0, 200]}, box, (20, 10)) is None


def test_the_window_of_a_box_is_rounded_and_kept_in_the_image() -> None:
    assert box_window((0.5, 1.5, 3.0, 2.6), 20, 10) == (0, 2, 4, 4)
    assert box_window((-3.0, -3.0, 50.0, 50.0), 20, 10) == (0, 0, 20, 10)


@pytest.mark.parametrize(
    ("segmentation", "complaint"),
    [
        ([SQUARE[:7]], "7 coordinates, an odd count"),
        ([SQUARE, SQUARE[:4]], "a polygon of 2 points; 3 are needed"),
        ([SQUARE[:2]], "a polygon of 1 points; 3 are needed"),
        ([[*SQUARE, 1e9, 1]], "far out of the image"),
        ([[*SQUARE, -1e300, 1]], "far out of the image"),
        ([[*SQUARE, 1, 41]], "far out of the image"),
        ([[*SQUARE, 1, -21]], "far out of the image"),
        ([[*SQUARE, math.nan, 1]], "no polygons and no RLE"),
        ([[*SQUARE, math.inf, 1]], "no polygons and no RLE"),
        ([[*SQUARE, None, 1]], "no polygons and no RLE"),
        ([[*SQUARE, "1", "1"]], "no polygons and no RLE"),
        ([[*SQUARE, [1, 1]]], "no polygons and no RLE"),
        (SQUARE, "no polygons and no RLE"),
        ("square", "no polygons and no RLE"),
        (7, "no polygons and no RLE"),
        ({}, "no polygons and no RLE"),
        ({"size": [10, 20]}, "no polygons and no RLE"),
        ({"counts": [200]}, "no polygons and no RLE"),
        ({"size": [10], "counts": [200]}, "no polygons and no RLE"),
        ({"size": [10, 20], "counts": None}, "no polygons and no RLE"),
        ({"size": [10, 20], "counts": [1.5, 198.5]}, "no polygons and no RLE"),
        ({"size": [10, 20], "counts": [-1, 201]}, "no polygons and no RLE"),
        ({"size": [20, 10], "counts": [200]}, r"size \[20, 10\], the .* \[10, 20\]"),
        ({"size": [10, 21], "counts": [210]}, "a RLE of size"),
        ({"size": [-10, -20], "counts": [200]}, "a RLE of size"),
        ({"size": [10, 20], "counts": []}, "cover 0 pixels, the image has 200"),
        ({"size": [10, 20], "counts": [199]}, "cover 199 pixels, the image has 200"),
        ({"size": [10, 20], "counts": [100, 101]}, "cover 201 pixels"),
        ({"size": [10, 20], "counts": [2**62] * 4}, "RLE"),
        ({"size": [10, 20], "counts": [2**64, 1]}, "RLE|range|large"),
        ({"size": [10, 20], "counts": ""}, "RLE"),
        ({"size": [10, 20], "counts": "0"}, "cover 0 pixels"),
        ({"size": [10, 20], "counts": "é"}, "RLE"),
        ({"size": [10, 20], "counts": "0 1"}, "RLE"),
        ({"size": [10, 20], "counts": "\x00"}, "RLE"),
        ({"size": [10, 20], "counts": "o"}, "RLE"),
        ({"size": [10, 20], "counts": "o" * 40 + "0"}, "RLE"),
        ({"size": [10, 20], "counts": "O"}, "RLE"),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_a_broken_segmentation_is_refused_with_the_reason(
    segmentation: Any, complaint: str
) -> None:
    with pytest.raises(SegmentationError, match=complaint):
        parse(segmentation)


def test_a_negative_run_in_a_compressed_rle_is_refused() -> None:
    packed = pack([100, 50, 100, 30, -80])
    with pytest.raises(SegmentationError):
        parse({"size": [10, 20], "counts": packed})


def pack(counts: list[int]) -> str:
    """A compressed RLE, as ``rleToString`` of pycocotools writes it, unchecked."""
    text = ""
    for i, count in enumerate(counts):
        value = count - counts[i - 2] if i > 2 else count
        more = True
        while more:
            bits = value & 31
            value >>= 5
            more = value != (-1 if bits & 16 else 0)
            text += chr(bits + 32 * more + 48)
    return text


def test_the_packing_of_these_tests_is_that_of_pycocotools() -> None:
    pixels = np.random.default_rng(1).random((10, 20)) < 0.4
    rle = coco_mask.encode(np.asfortranarray(pixels, np.uint8))
    assert pack(run_lengths(pixels)) == rle["counts"].decode()


@settings(max_examples=500, deadline=None)
@given(st.text([chr(48 + i) for i in range(64)], max_size=8))
def test_a_random_compressed_rle_is_refused_or_decoded_as_by_pycocotools(
    counts: str,
) -> None:
    rle = {"size": [2, 3], "counts": counts}
    try:
        parse(rle, 3, 2)
    except SegmentationError:
        return
    assert_equal_masks(rle, (0, 0, 3, 2), (3, 2))


_junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=7)
        | st.fixed_dictionaries({"size": inner, "counts": inner})
    ),
    max_leaves=12,
)


@settings(max_examples=500, deadline=None)
@given(_junk)
def test_any_segmentation_is_drawn_or_refused(segmentation: Any) -> None:
    try:
        found = parse(segmentation)
    except SegmentationError:
        return
    decode_mask(found, (0, 0, 20, 10), 20, 10)
