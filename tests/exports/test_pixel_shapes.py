"""Pixels to RLE and polygons: pycocotools decodes to the same pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from numpy.typing import NDArray
from pycocotools import mask as coco_mask
from sama_coco.labelsets.exports.encoding.pixel_shapes import (
    encode_polygons,
    encode_rle,
    join_rings,
)
from sama_coco.zoo.coco.outlines import trace
from sama_coco.zoo.coco.pixel_runs import runs_from_mask

Mask = NDArray[np.bool_]

MASKS = st_numpy.arrays(
    bool, st.tuples(st.integers(1, 14), st.integers(1, 14)), elements=st.booleans()
)
PLACES = st.tuples(st.integers(0, 5), st.integers(0, 5))


def framed(mask: Mask, place: tuple[int, int], margin: int = 3) -> Mask:
    (height, width), (x, y) = mask.shape, place
    frame = np.zeros((y + height + margin, x + width + margin), bool)
    frame[y : y + height, x : x + width] = mask
    return frame


def decoded(polygons: list[Any], frame: Mask) -> Mask:
    rle = coco_mask.merge(coco_mask.frPyObjects(polygons, *frame.shape))
    return np.asarray(coco_mask.decode(rle), bool)


@given(MASKS, PLACES, st.integers(0, 3))
def test_rle_is_that_of_pycocotools(
    mask: Mask, place: tuple[int, int], margin: int
) -> None:
    frame = framed(mask, place, margin)
    height, width = frame.shape
    found = encode_rle(runs_from_mask(mask, *place), width, height)
    expected = coco_mask.encode(np.asfortranarray(frame.astype(np.uint8)))
    assert found == {
        "size": [height, width],
        "counts": expected["counts"].decode(),
    }


@settings(max_examples=400)
@given(MASKS.filter(lambda mask: bool(mask.any())), PLACES, st.integers(0, 3))
def test_polygons_decode_to_the_same_pixels(
    mask: Mask, place: tuple[int, int], margin: int
) -> None:
    frame = framed(mask, place, margin)
    polygons = encode_polygons(trace(runs_from_mask(mask, *place)))
    np.testing.assert_array_equal(decoded(polygons, frame), frame)


def test_a_part_is_a_polygon_and_holes_are_none() -> None:
    mask = np.ones((20, 40), bool)
    mask[:, 19:21] = False
    mask[5:10, 5:10] = mask[12:14, 3:9] = mask[5:15, 25:35] = False
    mask[8:12, 28:32] = True
    polygons = encode_polygons(trace(runs_from_mask(mask)))
    assert len(polygons) == 3
    np.testing.assert_array_equal(decoded(polygons, mask), mask)


@pytest.mark.parametrize("seed", range(5))
def test_outlines_that_are_joined_cover_what_both_cover(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = rng.uniform(0, 60, (9, 2)), rng.uniform(0, 60, (300, 2))
    rings = [np.round(ring, 2) for ring in (one, other)]
    flat = [ring.ravel().tolist() for ring in rings]
    joined = join_rings(*rings).ravel().tolist()
    masks = [coco_mask.decode(coco_mask.frPyObjects([f], 60, 60))[..., 0] for f in flat]
    found = coco_mask.decode(coco_mask.frPyObjects([joined], 60, 60))[..., 0]
    np.testing.assert_array_equal(found, masks[0] ^ masks[1])
