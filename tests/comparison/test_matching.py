"""What each status means, drawn by hand."""

import math

import numpy as np
import pytest
from helpers.data.hand_drawn import compare, drawn, rectangle, statuses
from sama_coco.labelsets.comparison import ImageObjects, Thresholds, measure_change


def test_equal_masks_are_identical():
    region = rectangle(10, 10, 20, 20)
    comparison = compare(drawn(("cat", region)), drawn(("cat", region)))
    (pair,) = comparison.pairs
    assert statuses(comparison.base) == statuses(comparison.revised) == ["identical"]
    assert (pair.iou, pair.boundary_iou, pair.area_change) == (1, 1, 0)
    assert measure_change(drawn(("cat", region)), drawn(("cat", region)), (0, 0)) == (
        0,
        0,
        None,
    )


def test_another_outline_is_refined_and_measured():
    base = drawn(("cat", rectangle(10, 10, 20, 20)))
    revised = drawn(("cat", rectangle(10, 10, 20, 16)))
    (pair,) = compare(base, revised).pairs
    assert pair.status == "refined"
    assert pair.iou == 0.8
    assert pair.area_change == pytest.approx(-0.2)
    change = measure_change(base, revised, (0, 0))
    assert change.area_change == pair.area_change
    assert change.shift_px == pytest.approx(2)


def test_vertices_change_only_where_both_counts_are_known():
    boxes = [[10, 10, 20, 20], [40, 10, 20, 20]]
    base = ImageObjects.of(["cat"] * 2, boxes, vertices=[7, 0])
    revised = ImageObjects.of(["cat"] * 2, boxes, vertices=[12, 12])
    assert measure_change(base, revised, (0, 0)).vertex_change == 5
    assert measure_change(base, revised, (1, 1)).vertex_change is None


def test_an_iou_of_exactly_a_half_is_the_same_object():
    base = drawn(("cat", rectangle(10, 10, 20, 20)))
    revised = drawn(("cat", rectangle(10, 10, 20, 10)))
    assert statuses(compare(base, revised).base) == ["refined"]


def test_another_crowd_flag_is_recrowded():
    region = rectangle(10, 10, 20, 20)
    comparison = compare(drawn(("cat", region)), drawn(("cat", region, True)))
    assert statuses(comparison.base) == statuses(comparison.revised) == ["recrowded"]


def test_another_class_is_relabeled():
    region = rectangle(10, 10, 20, 20)
    comparison = compare(drawn(("cat", region)), drawn(("dog", region)))
    assert statuses(comparison.base) == statuses(comparison.revised) == ["relabeled"]


def test_the_same_class_comes_before_a_better_overlap_of_another():
    base = drawn(("cat", rectangle(10, 10, 20, 20)))
    revised = drawn(
        ("dog", rectangle(10, 10, 20, 20)), ("cat", rectangle(10, 10, 20, 14))
    )
    comparison = compare(base, revised)
    assert statuses(comparison.base) == ["refined"]
    assert statuses(comparison.revised) == ["added", "refined"]


def test_little_overlap_is_displaced_and_less_is_not():
    base = drawn(("cat", rectangle(10, 10, 20, 20)))
    near = drawn(("cat", rectangle(24, 10, 20, 20)))
    far = drawn(("cat", rectangle(28, 10, 20, 20)))
    assert statuses(compare(base, near).base) == ["displaced"]
    assert statuses(compare(base, far).base) == ["removed"]
    assert statuses(compare(base, far).revised) == ["added"]


def test_little_overlap_with_another_class_is_nothing():
    base = drawn(("cat", rectangle(10, 10, 20, 20)))
    revised = drawn(("dog", rectangle(24, 10, 20, 20)))
    assert compare(base, revised).pairs == ()


def test_thresholds_move_the_line():
    base = drawn(("cat", rectangle(10, 10, 20, 20)))
    revised = drawn(("cat", rectangle(14, 10, 20, 20)))
    assert statuses(compare(base, revised).base) == ["refined"]
    assert statuses(compare(base, revised, iou=0.7).base) == ["displaced"]
    assert statuses(compare(base, revised, iou=0.8, low_iou=0.7).base) == ["removed"]


@pytest.mark.parametrize(
    "wrong", [{"iou": 0}, {"iou": 1.1}, {"low_iou": 0.6}, {"cover": 0}, {"cover": 2}]
)
def test_thresholds_out_of_range_are_told(wrong):
    with pytest.raises(ValueError, match="expected 0 <"):
        Thresholds(**wrong)


def test_an_object_cut_in_parts_is_split():
    base = drawn(("cat", rectangle(10, 10, 30, 20)))
    parts = [rectangle(10, 10, 14, 20), rectangle(25, 10, 14, 20)]
    comparison = compare(base, drawn(*(("cat", part) for part in parts)))
    assert statuses(comparison.base) == ["split"]
    assert statuses(comparison.revised) == ["split", "split"]
    (group,) = comparison.groups
    assert (group.status, group.whole, group.parts) == ("split", 0, (0, 1))
    assert comparison.revised.partners.tolist() == [0, 0]
    assert comparison.revised.ious == pytest.approx([14 / 30, 14 / 30])
    assert comparison.base.partners.tolist() == [-1]
    assert comparison.base.ious == pytest.approx([28 / 30])
    assert np.isnan(comparison.revised.boundary_ious).all()


def test_parts_made_one_are_merged():
    parts = [rectangle(10, 10, 14, 20), rectangle(25, 10, 14, 20)]
    base = drawn(*(("cat", part) for part in parts))
    comparison = compare(base, drawn(("cat", rectangle(10, 10, 30, 20))))
    assert statuses(comparison.base) == ["merged", "merged"]
    assert statuses(comparison.revised) == ["merged"]
    assert comparison.base.partners.tolist() == [0, 0]
    assert comparison.revised.ious == pytest.approx([28 / 30])


def test_the_union_of_parts_counts_their_overlap_once_and_what_juts_out():
    base = drawn(("cat", rectangle(10, 10, 30, 20)))
    revised = drawn(
        ("cat", rectangle(10, 10, 10, 20)), ("cat", rectangle(15, 10, 10, 24))
    )
    comparison = compare(base, revised)
    assert comparison.base.ious == pytest.approx([15 * 20 / (30 * 20 + 10 * 4)])


def test_one_part_makes_no_split():
    base = drawn(("cat", rectangle(10, 10, 30, 20)))
    revised = drawn(("cat", rectangle(10, 10, 14, 20)))
    assert statuses(compare(base, revised).base) == ["displaced"]


def test_a_whole_that_found_its_like_is_not_split():
    base = drawn(("cat", rectangle(10, 10, 30, 20)))
    revised = drawn(
        ("cat", rectangle(10, 10, 20, 20)),
        ("cat", rectangle(31, 10, 9, 9)),
        ("cat", rectangle(31, 20, 9, 9)),
    )
    comparison = compare(base, revised)
    assert statuses(comparison.base) == ["refined"]
    assert statuses(comparison.revised) == ["refined", "added", "added"]


def test_a_crowd_takes_a_single_part():
    base = drawn(("cat", rectangle(10, 10, 30, 20), True))
    revised = drawn(("cat", rectangle(12, 12, 5, 5)))
    comparison = compare(base, revised)
    assert statuses(comparison.base) == statuses(comparison.revised) == ["split"]
    assert comparison.groups[0].absorbed


def test_a_matched_crowd_takes_parts_and_keeps_its_status():
    crowd = ("cat", rectangle(10, 10, 30, 20), True)
    revised = drawn(crowd, ("cat", rectangle(12, 12, 5, 5)))
    comparison = compare(drawn(crowd), revised)
    assert statuses(comparison.base) == ["identical"]
    assert statuses(comparison.revised) == ["identical", "split"]
    assert comparison.revised.partners.tolist() == [0, 0]
    assert comparison.base.partners.tolist() == [0]
    assert comparison.base.ious.tolist() == [1]


def test_a_crowd_is_no_part():
    base = drawn(("cat", rectangle(10, 10, 40, 40), True))
    revised = drawn(("cat", rectangle(12, 12, 5, 5), True))
    assert statuses(compare(base, revised).revised) == ["added"]


def test_a_part_of_another_class_is_no_part():
    base = drawn(("cat", rectangle(10, 10, 30, 20), True))
    revised = drawn(("dog", rectangle(12, 12, 5, 5)))
    assert statuses(compare(base, revised).revised) == ["added"]


def test_a_part_goes_to_the_whole_that_covers_it_most():
    base = drawn(
        ("cat", rectangle(0, 0, 40, 40), True), ("cat", rectangle(36, 0, 30, 30), True)
    )
    revised = drawn(("cat", rectangle(34, 5, 8, 8)))
    comparison = compare(base, revised)
    assert comparison.revised.partners.tolist() == [0]
    revised = drawn(("cat", rectangle(35, 5, 8, 8)))
    assert compare(base, revised).revised.partners.tolist() == [1]


def test_the_largest_whole_is_served_first_and_a_part_never_becomes_a_whole():
    base = drawn(
        ("cat", rectangle(0, 0, 60, 40)),
        ("cat", rectangle(2, 2, 6, 6)),
        ("cat", rectangle(10, 2, 6, 6)),
    )
    revised = drawn(("cat", rectangle(0, 0, 20, 20)), ("cat", rectangle(30, 0, 20, 20)))
    comparison = compare(base, revised)
    assert statuses(comparison.base) == ["split", "removed", "removed"]
    assert statuses(comparison.revised) == ["split", "split"]
    alone = compare(
        drawn(("cat", rectangle(2, 2, 6, 6)), ("cat", rectangle(10, 2, 6, 6))), revised
    )
    assert statuses(alone.base) == ["merged", "merged"]


def test_what_covers_nothing_is_degenerate_on_either_side():
    nothing = ("cat", np.zeros((60, 80), bool))
    flat = ("cat", (4.0, 4.0, 9.0, 0.0))
    comparison = compare(drawn(nothing, flat), drawn(flat))
    assert statuses(comparison.base) == ["degenerate", "degenerate"]
    assert statuses(comparison.revised) == ["degenerate"]
    assert np.isnan(comparison.base.ious).all()


def test_empty_sides_are_compared():
    some = drawn(("cat", rectangle(1, 1, 5, 5)))
    assert statuses(compare(drawn(), some).revised) == ["added"]
    assert statuses(compare(some, drawn()).base) == ["removed"]
    assert compare(drawn(), drawn()).pairs == ()


def test_an_object_inside_another_of_its_class_is_no_pair():
    base = drawn(("cat", rectangle(10, 10, 40, 40)))
    revised = drawn(("cat", rectangle(12, 12, 4, 4)))
    assert statuses(compare(base, revised).base) == ["removed"]


def test_copies_find_one_partner_each():
    copy = ("cat", rectangle(10, 10, 20, 20))
    comparison = compare(drawn(copy, copy, copy), drawn(copy, copy))
    assert sorted(statuses(comparison.base)) == ["identical", "identical", "removed"]
    assert statuses(comparison.revised) == ["identical", "identical"]


def test_masks_of_one_window_and_area_but_other_pixels_are_refined():
    one, other = np.zeros((60, 80), bool), np.zeros((60, 80), bool)
    one[10:30, 10:30] = other[10:30, 10:30] = True
    one[15, 15] = other[20, 20] = False
    (pair,) = compare(drawn(("cat", one)), drawn(("cat", other))).pairs
    assert pair.status == "refined"
    assert pair.iou == 398 / 400


def test_boxes_are_compared_continuously():
    base = drawn(("cat", (10.25, 10.5, 20.0, 10.0)))
    revised = drawn(("cat", (12.75, 10.5, 20.0, 10.0)))
    (pair,) = compare(base, revised).pairs
    assert pair.iou == pytest.approx(17.5 / 22.5)
    assert measure_change(base, revised, (0, 0)).shift_px == pytest.approx(2.5)
    equal = drawn(("cat", (0.1, 0.2, 0.3, 0.7)))
    assert statuses(compare(equal, equal).base) == ["identical"]


def test_a_box_and_a_mask_share_fractions_of_pixels():
    base = drawn(("cat", (10.5, 10.0, 20.0, 10.0)))
    revised = drawn(("cat", rectangle(10, 10, 20, 10)))
    (pair,) = compare(base, revised).pairs
    assert pair.iou == pytest.approx(19.5 / 20.5)
    whole = drawn(("cat", (10.0, 10.0, 20.0, 10.0)))
    assert statuses(compare(whole, revised).base) == ["identical"]
    assert statuses(compare(revised, whole).base) == ["identical"]
    # as a relative box of FiftyOne comes out: 0.3 of 60 px is a little less than 18
    rounded = drawn(("cat", (80 * 0.35, 60 * 0.55, 80 * 0.35, 60 * 0.3)))
    (pair,) = compare(rounded, drawn(("cat", rectangle(28, 33, 28, 18)))).pairs
    assert (str(pair.status), pair.iou, pair.boundary_iou) == ("identical", 1, 1)


def test_a_box_split_into_boxes_and_masks():
    base = drawn(("cat", (10.0, 10.0, 30.0, 20.0)))
    revised = drawn(
        ("cat", (10.0, 10.0, 12.5, 20.0)), ("cat", rectangle(25, 10, 12, 20))
    )
    comparison = compare(base, revised)
    assert statuses(comparison.base) == ["split"]
    assert comparison.base.ious == pytest.approx([24.5 / 30])


def test_a_crowd_without_parts_or_partner_is_removed():
    comparison = compare(drawn(("cat", rectangle(1, 1, 9, 9), True)), drawn())
    assert statuses(comparison.base) == ["removed"]
    assert math.isnan(comparison.base.ious[0])
