"""Pixels as runs, and their outlines: there and back without a pixel changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pycocotools import mask as coco_mask
from sama_coco.zoo.coco.outlines import fill_rings, trace, trace_all
from sama_coco.zoo.coco.pixel_runs import (
    PixelRuns,
    cut_runs,
    mask_from_runs,
    runs_from_mask,
)

Mask = NDArray[np.bool_]


@st.composite
def masks(draw: st.DrawFn) -> Mask:
    """Noise of any density and grain, full, empty and flat masks among it."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    height, width = draw(st.integers(1, 24)), draw(st.integers(1, 24))
    share = draw(st.sampled_from([0.0, 0.05, 0.3, 0.5, 0.8, 0.97, 1.0]))
    grain = draw(st.sampled_from([1, 1, 2, 3]))
    noise = rng.random((height, width)) < share
    return noise.repeat(grain, axis=0).repeat(grain, axis=1)


def frame(runs: PixelRuns, mask: Mask) -> Mask:
    return mask_from_runs(runs, (0, 0, mask.shape[1], mask.shape[0]))


@settings(max_examples=300, deadline=None)
@given(masks())
def test_a_mask_comes_back_from_its_runs(mask: Mask) -> None:
    runs = runs_from_mask(mask)
    np.testing.assert_array_equal(frame(runs, mask), mask)
    assert runs.area == mask.sum()
    if mask.any():
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        assert runs.window == (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)


@settings(max_examples=200, deadline=None)
@given(masks(), st.tuples(*[st.integers(-5, 30)] * 4))
def test_any_window_can_be_cut_out(mask: Mask, edges: tuple[int, ...]) -> None:
    x0, x1 = sorted(edges[:2])
    y0, y1 = sorted(edges[2:])
    padded = np.pad(mask, ((5, 80), (5, 80)))
    expected = padded[y0 + 5 : y1 + 5, x0 + 5 : x1 + 5]
    runs = runs_from_mask(mask)
    np.testing.assert_array_equal(mask_from_runs(runs, (x0, y0, x1, y1)), expected)
    assert cut_runs(runs, (x0, y0, x1, y1)).area == expected.sum()


def test_runs_go_on_where_a_large_mask_is_taken_stripe_by_stripe() -> None:
    rng = np.random.default_rng(3)
    mask = np.zeros((2300, 5000), bool)
    for _ in range(400):
        y, x = rng.integers(0, 2300), rng.integers(0, 5000)
        mask[y : y + rng.integers(1, 300), x : x + rng.integers(1, 600)] ^= True
    runs = runs_from_mask(mask, 7, 11)
    assert np.array_equal(mask_from_runs(runs, (7, 11, 5007, 2311)), mask)


@settings(max_examples=400, deadline=None)
@given(masks())
def test_outlines_filled_even_odd_are_the_mask(mask: Mask) -> None:
    height, width = mask.shape
    rings = trace(runs_from_mask(mask))
    relative = [ring / (width, height) for ring in rings]
    for found in (rings, [ring * (width, height) for ring in relative]):
        np.testing.assert_array_equal(
            frame(fill_rings(found, width, height), mask), mask
        )


@settings(max_examples=100, deadline=None)
@given(masks())
def test_outlines_turn_at_every_corner_and_at_nothing_else(mask: Mask) -> None:
    padded = np.pad(mask, 1).astype(int)
    around = [padded[:-1, :-1], padded[1:, :-1], padded[:-1, 1:], padded[1:, 1:]]
    corners = (sum(around) % 2 == 1).sum()
    touching = ((around[0] == around[3]) & (around[1] == around[2])) & (
        around[0] != around[1]
    )
    rings = trace(runs_from_mask(mask))
    assert sum(map(len, rings)) == corners + 2 * touching.sum()
    for ring in rings:
        sides = np.roll(ring, -1, axis=0) - ring
        assert ((sides != 0).sum(axis=1) == 1).all()
        level = sides[:, 0] != 0
        assert (level != np.roll(level, 1)).all()


def test_outlines_of_several_objects_are_those_of_each() -> None:
    rng = np.random.default_rng(5)
    objects = [runs_from_mask(rng.random((9, 9)) < 0.5, 3 * i, i) for i in range(5)]
    objects.insert(2, runs_from_mask(np.zeros((4, 4), bool)))
    together = trace_all(objects)
    for found, runs in zip(together, objects, strict=True):
        alone = trace(runs)
        assert [ring.tolist() for ring in found] == [ring.tolist() for ring in alone]
    assert together[2] == []


def test_pixels_that_touch_at_a_corner_share_a_ring() -> None:
    assert len(trace(runs_from_mask(np.eye(3, dtype=bool)))) == 1
    assert len(trace(runs_from_mask(~np.eye(5, dtype=bool)))) == 4


def by_pycocotools(rings: Any, width: int, height: int) -> Mask:
    """Each ring drawn over the whole frame, and counted."""
    found = np.zeros((height, width), int)
    for ring in rings:
        (drawn,) = coco_mask.frPyObjects([np.ravel(ring).tolist()], height, width)
        found += coco_mask.decode(drawn)
    return found % 2 == 1


@pytest.mark.parametrize("seed", range(60))
def test_rings_cover_what_an_odd_number_of_them_covers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    width, height = rng.integers(5, 60, 2).tolist()
    rings = [
        rng.uniform(-10, 70, (rng.integers(3, 9), 2)).round(2)
        for _ in range(rng.integers(1, 6))
    ]
    expected = by_pycocotools(rings, width, height)
    found = fill_rings(rings, width, height)
    np.testing.assert_array_equal(frame(found, expected), expected)


@pytest.mark.parametrize("size", [(640, 480), (333, 500), (1, 7), (4031, 3023)])
def test_ties_fall_as_in_the_file_after_a_way_through_relative_points(
    size: tuple[int, int],
) -> None:
    """Points at tenths of a px, of which pycocotools rounds many half up."""
    rng = np.random.default_rng(sum(size))
    for _ in range(30):
        ring = (rng.integers(0, 10 * np.array(size) + 1, (7, 2)) / 10).round(1)
        expected = by_pycocotools([ring], *size)
        found = fill_rings([ring / size * size], *size)
        np.testing.assert_array_equal(frame(found, expected), expected)


@pytest.mark.parametrize("rings", [[], [[]], [[(1, 1)]], [[(1, 1), (5, 5)]]])
def test_rings_of_fewer_than_three_points_cover_nothing(rings: Any) -> None:
    arrays = [np.reshape(ring, (-1, 2)) for ring in rings]
    assert fill_rings(arrays, 20, 10).area == 0
