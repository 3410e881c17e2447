"""Large objects, kept as runs: compared as if they were masks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.data.hand_drawn import SIZE, compare, drawn, revision_of, scattered
from hypothesis import given, settings
from hypothesis import strategies as st
from sama_coco.labelsets.comparison import compare_image, measure_change
from sama_coco.labelsets.comparison.geometry.boundary import boundary_iou
from sama_coco.labelsets.comparison.geometry.pixel_sets import (
    eroded,
    shared,
    shared_area,
    united,
)
from sama_coco.labelsets.comparison.geometry.shapes import (
    Box,
    Pixels,
    Runs,
    common_area,
)
from sama_coco.zoo.coco.pixel_runs import PixelRuns, mask_from_runs, runs_from_mask


def as_runs(objects):
    """The same objects, as if all of them were large."""
    return replace(objects, masks=tuple(objects.runs(i) for i in range(len(objects))))


def blobs(rng, size=(40, 50)):
    mask = np.zeros(size, bool)
    for _ in range(rng.integers(1, 9)):
        y, x = rng.integers(0, size[0]), rng.integers(0, size[1])
        mask[y : y + rng.integers(1, 25), x : x + rng.integers(1, 25)] ^= True
    return mask


def frame(runs, size=(40, 50)):
    return mask_from_runs(runs, (0, 0, size[1], size[0]))


@pytest.mark.parametrize("seed", range(60))
def test_sets_of_pixels_are_what_masks_are(seed):
    rng = np.random.default_rng(seed)
    masks = [blobs(rng) for _ in range(3)]
    a, b, c = (runs_from_mask(mask) for mask in masks)
    assert shared_area(a, b) == (masks[0] & masks[1]).sum()
    assert np.array_equal(frame(shared(a, b)), masks[0] & masks[1])
    assert np.array_equal(frame(united([a, b, c])), masks[0] | masks[1] | masks[2])


@pytest.mark.parametrize("depth", [1, 2, 3, 5, 8, 13])
@pytest.mark.parametrize("seed", range(12))
def test_what_is_eroded_has_a_whole_square_around_it(seed, depth):
    rng = np.random.default_rng(seed)
    mask = rng.random((40, 50)) < 0.995 if seed % 2 else blobs(rng)
    padded = np.pad(mask, depth)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * depth + 1,) * 2)
    expected = windows.all(axis=(2, 3))
    assert np.array_equal(frame(eroded(runs_from_mask(mask), depth)), expected)


@st.composite
def label_sets(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    share = draw(st.sampled_from([0.0, 0.0, 0.5]))
    base = scattered(rng, draw(st.integers(0, 9)), box_share=share)
    if draw(st.booleans()):
        return base, revision_of(rng, base)
    return base, scattered(rng, draw(st.integers(0, 9)), box_share=share)


@settings(max_examples=150, deadline=None)
@given(label_sets(), st.sampled_from(["both", "base", "revised"]))
def test_runs_and_masks_are_compared_alike(sides, kept_as_runs):
    base, revised = sides
    long_base = as_runs(base) if kept_as_runs != "revised" else base
    long_revised = as_runs(revised) if kept_as_runs != "base" else revised
    expected = compare(base, revised)
    found = compare(long_base, long_revised)
    for one, other in (
        (found.base, expected.base),
        (found.revised, expected.revised),
    ):
        assert one.statuses == other.statuses
        assert one.partners.tolist() == other.partners.tolist()
        np.testing.assert_allclose(one.ious, other.ious, rtol=1e-12)
        np.testing.assert_allclose(one.boundary_ious, other.boundary_ious, rtol=1e-12)
    assert found.groups == expected.groups


@settings(max_examples=40, deadline=None)
@given(label_sets())
def test_the_order_of_runs_changes_nothing(sides):
    base, revised = map(as_runs, sides)
    assert outcome_of(base, revised) == outcome_of(*sides)


def outcome_of(base, revised):
    comparison = compare(base, revised)
    return sorted(map(str, (*comparison.base.statuses, *comparison.revised.statuses)))


def test_a_change_of_runs_is_measured_as_that_of_masks():
    rng = np.random.default_rng(4)
    base, revised = (drawn(("cat", blobs(rng, SIZE))) for _ in range(2))
    change = measure_change(as_runs(base), as_runs(revised), (0, 0))
    expected = measure_change(base, revised, (0, 0))
    assert change == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(20))
def test_a_box_shares_with_runs_what_it_shares_with_a_mask(seed):
    rng = np.random.default_rng(seed)
    mask = blobs(rng)
    box = Box(
        *np.concatenate((rng.uniform(-5, 20, 2), rng.uniform(20, 60, 2))).tolist()
    )
    pixels = Pixels(mask, 0, 0, 50, 40)
    runs = Runs(runs_from_mask(mask), 0, 0, 50, 40)
    assert common_area(box, runs) == pytest.approx(common_area(box, pixels))


@pytest.mark.parametrize("side", [900, 1300])
def test_large_objects_have_the_boundary_iou_of_their_masks(side):
    """Below and above the size from which on they are kept as runs."""
    rows, columns = np.ogrid[:side, :side]
    one = (rows - side // 2) ** 2 + (columns - side // 2) ** 2 < (0.49 * side) ** 2
    other = one.copy()
    other[100:300] &= rows[100:300] % 50 < 40
    sides = drawn(("cat", one)), drawn(("cat", other))
    assert isinstance(sides[0].masks[0], PixelRuns) == (side > 1000)
    pair = compare_image(*sides, (side, side)).pairs[0]
    depth = round(0.02 * np.hypot(side, side))
    bands = [mask & ~eroded_by_definition(mask, depth) for mask in (one, other)]
    expected = (bands[0] & bands[1]).sum() / (bands[0] | bands[1]).sum()
    assert pair.boundary_iou == pytest.approx(expected)
    assert pair.iou == pytest.approx((one & other).sum() / (one | other).sum())


def eroded_by_definition(mask, depth):
    """The depth-fold erosion by 3x3 pixels, the border counted as outside."""
    for _ in range(depth):
        padded = np.pad(mask, 1)
        rows = padded[:-2] & padded[1:-1] & padded[2:]
        mask = rows[:, :-2] & rows[:, 1:-1] & rows[:, 2:]
    return mask


def test_noise_too_large_for_a_plain_erosion_is_measured_alike():
    rng = np.random.default_rng(2)
    noise = rng.random((1100, 1000)) < 0.9
    noise[100:900, 100:900] = True
    shapes = [Pixels(noise, 0, 0, 1000, 1100), Pixels(noise[:, ::-1], 0, 0, 1000, 1100)]
    bands = [s.mask & ~eroded_by_definition(s.mask, 30) for s in shapes]
    expected = (bands[0] & bands[1]).sum() / (bands[0] | bands[1]).sum()
    assert boundary_iou(*shapes, 30) == pytest.approx(expected)
