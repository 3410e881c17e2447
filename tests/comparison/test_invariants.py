"""What holds for every comparison."""

import itertools

import cv2
import numpy as np
import pytest
from helpers.data.hand_drawn import (
    SIZE,
    compare,
    content,
    drawn,
    outcome,
    rectangle,
    revision_of,
    scattered,
    statuses,
    take,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as rle_api
from sama_coco.labelsets.comparison import compare_image
from sama_coco.labelsets.comparison.assignment import assign
from sama_coco.labelsets.comparison.geometry.boundary import band_width

SWAPPED = {"added": "removed", "removed": "added", "split": "merged", "merged": "split"}


def swapped(told):
    rows = [
        sorted((own, SWAPPED.get(status, status), *rest) for own, status, *rest in side)
        for side in told[:2]
    ]
    groups = sorted((SWAPPED[status], *rest) for status, *rest in told[2])
    return rows[1], rows[0], groups


def as_lists(told):
    return [sorted(map(list, side)) for side in told[:2]] + [sorted(map(list, told[2]))]


@st.composite
def label_sets(draw):
    """Two sides: unrelated, or one a revision of the other; few places, many ties."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(["unrelated", "revision", "grid"]))
    count = draw(st.integers(0, 9))
    box_share = draw(st.sampled_from([0.0, 0.0, 0.5, 1.0]))
    if kind == "grid":
        return tuple(on_a_grid(rng, draw(st.integers(0, 9))) for _ in range(2))
    base = scattered(rng, count, box_share=box_share)
    if kind == "revision":
        return base, revision_of(rng, base)
    return base, scattered(rng, draw(st.integers(0, 9)), box_share=box_share)


def on_a_grid(rng, count):
    """Rectangles of few sizes in few places: ties of IoU, area and cover abound."""
    return drawn(
        *(
            (
                str(rng.choice(["cat", "cat", "dog"])),
                rectangle(*(4 * rng.integers(1, 5, 2)), *(4 * rng.integers(1, 4, 2))),
                bool(rng.random() < 0.2),
            )
            for _ in range(count)
        )
    )


def wholes_tie(base, revised):
    """Whether two objects across the sides have equal area: base may go first."""
    return bool(set(base.areas.tolist()) & set(revised.areas.tolist()))


@settings(max_examples=150, deadline=None)
@given(label_sets(), st.randoms(use_true_random=False))
def test_the_order_of_objects_changes_nothing(sides, random):
    base, revised = sides
    orders = [random.sample(range(len(side)), len(side)) for side in sides]
    shuffled = take(base, orders[0]), take(revised, orders[1])
    assert outcome(*sides, compare(*sides)) == outcome(*shuffled, compare(*shuffled))


@settings(max_examples=200, deadline=None)
@given(label_sets())
def test_swapping_sides_swaps_what_it_should(sides):
    base, revised = sides
    there, back = compare(base, revised), compare(revised, base)
    if there.groups and wholes_tie(base, revised):
        return
    assert as_lists(swapped(outcome(base, revised, there))) == as_lists(
        outcome(revised, base, back)
    )


@settings(max_examples=100, deadline=None)
@given(label_sets())
def test_every_object_is_told_once_and_pairs_point_at_each_other(sides):
    comparison = compare(*sides)
    for pair in comparison.pairs:
        assert comparison.base.partners[pair.base] == pair.revised
        assert comparison.revised.partners[pair.revised] == pair.base
        assert comparison.base.statuses[pair.base] is pair.status
        assert comparison.revised.statuses[pair.revised] is pair.status
        assert 0.1 <= pair.iou <= 1
        assert 0 <= pair.boundary_iou <= 1
        equal = content(sides[0], pair.base) == content(sides[1], pair.revised)
        assert equal <= (pair.status == "identical")
    for name in ("base", "revised"):
        paired = [getattr(pair, name) for pair in comparison.pairs]
        assert len(paired) == len(set(paired))
    for group in comparison.groups:
        sides_of = comparison.base, comparison.revised
        wholes, parts = sides_of if group.status == "split" else sides_of[::-1]
        assert all(parts.statuses[part] is group.status for part in group.parts)
        assert all(parts.partners[part] == group.whole for part in group.parts)
        assert wholes.crowds[group.whole] or len(group.parts) >= 2
        assert not parts.crowds[list(group.parts)].any()


@settings(max_examples=60, deadline=None)
@given(label_sets())
def test_a_label_set_is_identical_to_itself(sides):
    comparison = compare(sides[0], sides[0])
    assert set(statuses(comparison.base)) <= {"identical"}
    assert comparison.base.partners.tolist() == list(range(len(sides[0])))


@pytest.mark.parametrize("seed", range(30))
def test_the_assignment_has_the_greatest_total_of_all(seed):
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(1, 6, 2)
    ious = np.where(
        rng.random((rows, columns)) < 0.6, rng.integers(5, 11, (rows, columns)) / 10, 0
    )
    first, second = np.nonzero(ious)
    for turned in (False, True):
        chosen = assign(first, second, ious[first, second], turned)
        assert len(set(first[chosen])) == len(set(second[chosen])) == len(chosen)
        square = np.zeros((max(rows, columns),) * 2)
        square[:rows, :columns] = ious
        best = max(
            square[range(len(square)), order].sum()
            for order in itertools.permutations(range(len(square)))
        )
        assert ious[first[chosen], second[chosen]].sum() == pytest.approx(best)


@pytest.mark.parametrize("seed", range(20))
def test_mask_iou_is_that_of_pycocotools(seed):
    rng = np.random.default_rng(seed)
    base = scattered(rng, 12, classes=1, crowd_share=0)
    revised = revision_of(rng, base)
    encoded = [
        [rle_api.encode(np.asfortranarray(frame)) for frame in frames(side)]
        for side in (base, revised)
    ]
    expected = rle_api.iou(*encoded, [0] * len(revised))
    comparison = compare(base, revised)
    for pair in comparison.pairs:
        assert pair.iou == pytest.approx(expected[pair.base, pair.revised], abs=1e-12)


def frames(objects, size=SIZE):
    for mask, box in zip(objects.masks, objects.boxes.astype(int), strict=True):
        frame = np.zeros(size, np.uint8)
        x, y, width, height = box
        frame[y : y + height, x : x + width] = mask
        yield frame


@pytest.mark.parametrize("seed", range(20))
def test_boundary_iou_is_its_definition_on_the_full_frame(seed):
    rng = np.random.default_rng(seed)
    size = (90, 160) if seed % 2 else (200, 260)
    base = scattered(rng, 8, size)
    revised = revision_of(rng, base, size)
    depth = band_width(*size)
    bands = [
        [frame & ~plainly_eroded(frame, depth) for frame in frames(side, size)]
        for side in (base, revised)
    ]
    comparison = compare_image(base, revised, size)
    assert len(comparison.pairs)
    for pair in comparison.pairs:
        a, b = bands[0][pair.base], bands[1][pair.revised]
        assert pair.boundary_iou == (a & b).sum() / (a | b).sum()


def plainly_eroded(frame, depth):
    return cv2.erode(
        frame,
        np.ones((3, 3), np.uint8),
        iterations=depth,
        borderType=cv2.BORDER_CONSTANT,
        borderValue=0,
    )


def test_the_band_is_two_percent_of_the_diagonal_and_a_pixel_at_least():
    assert band_width(480, 640) == 16
    assert band_width(10, 10) == 1


def test_boxes_have_the_boundary_iou_of_the_masks_they_fill():
    size = (480, 640)
    places = (100, 100, 200, 150), (110, 105, 200, 160)
    as_boxes = [drawn(("cat", tuple(map(float, place)))) for place in places]
    as_masks = [drawn(("cat", rectangle(*place, size))) for place in places]
    expected = compare_image(*as_masks, size).pairs[0].boundary_iou
    for base, revised in ((as_boxes[0], as_boxes[1]), (as_boxes[0], as_masks[1])):
        pair = compare_image(base, revised, size).pairs[0]
        assert pair.boundary_iou == pytest.approx(expected)


def test_a_thousand_objects_in_one_image():
    rng = np.random.default_rng(1)
    base = scattered(rng, 1000, classes=20, crowd_share=0.02)
    comparison = compare(base, take(base, rng.permutation(1000)))
    assert set(statuses(comparison.base)) == {"identical"}
    other = scattered(rng, 1000, classes=2, crowd_share=0.02)
    comparison = compare(base, other)
    assert len(comparison.base.statuses) == len(comparison.revised.statuses) == 1000
