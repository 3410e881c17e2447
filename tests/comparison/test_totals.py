"""Scores and totals: what they count, and that they add up in any order."""

import json
import math
import random

import numpy as np
import pytest
from helpers.data.hand_drawn import compare, drawn, rectangle, revision_of, scattered
from sama_coco.labelsets.comparison import (
    ComparisonTotals,
    PanopticQuality,
    Status,
    score_image,
    tally_images,
)
from sama_coco.labelsets.comparison.counting.object_sizes import size_bucket
from sama_coco.labelsets.comparison.counting.totals import area_change_bin, iou_bin


def pooled(base, revised):
    return score_image(compare(base, revised)).pooled


def test_quality_is_segmentation_times_recognition_quality():
    base = drawn(("cat", rectangle(0, 0, 20, 20)), ("cat", rectangle(60, 40, 9, 9)))
    revised = drawn(("cat", rectangle(0, 0, 20, 16)), ("dog", rectangle(40, 0, 9, 9)))
    quality = pooled(base, revised)
    assert (quality.tp, quality.fp, quality.fn) == (1, 1, 1)
    assert quality.sq == pytest.approx(0.8)
    assert quality.rq == pytest.approx(0.5)
    assert quality.pq == pytest.approx(0.4)
    assert quality.disagreement == pytest.approx(0.6)


def test_two_empty_sides_agree_fully():
    assert pooled(drawn(), drawn()).disagreement == 0
    assert pooled(drawn(), drawn(("cat", rectangle(0, 0, 9, 9)))).disagreement == 1


@pytest.mark.parametrize("seed", range(5))
def test_a_label_set_agrees_with_itself_exactly(seed):
    side = scattered(np.random.default_rng(seed), 12, box_share=0.3)
    scores = score_image(compare(side, side))
    assert all(quality.pq == 1 for quality in scores.classes.values())
    assert scores.mean_pq == scores.mean_sq == scores.mean_rq == scores.pooled.pq == 1


def test_quality_is_the_same_either_way():
    rng = np.random.default_rng(3)
    for _ in range(20):
        base = scattered(rng, 8)
        revised = revision_of(rng, base)
        assert pooled(base, revised).pq == pooled(revised, base).pq


def test_crowds_and_what_they_absorb_are_left_out():
    crowd = ("cat", rectangle(10, 10, 40, 40), True)
    part = ("cat", rectangle(12, 12, 5, 5))
    assert pooled(drawn(crowd), drawn(crowd, part)).empty
    assert pooled(drawn(part), drawn(crowd)).empty
    assert pooled(drawn(crowd), drawn()).empty


def test_the_side_of_a_recrowded_pair_that_is_no_crowd_is_counted():
    region = rectangle(10, 10, 20, 20)
    quality = pooled(drawn(("cat", region)), drawn(("cat", region, True)))
    assert (quality.tp, quality.fp, quality.fn) == (0, 0, 1)


def test_a_split_counts_on_both_sides():
    base = drawn(("cat", rectangle(10, 10, 30, 20)))
    revised = drawn(
        ("cat", rectangle(10, 10, 14, 20)), ("cat", rectangle(25, 10, 14, 20))
    )
    quality = pooled(base, revised)
    assert (quality.tp, quality.fp, quality.fn) == (0, 2, 1)


def test_a_relabeled_pair_counts_in_the_class_of_each_object():
    region = rectangle(10, 10, 20, 20)
    scores = score_image(compare(drawn(("cat", region)), drawn(("dog", region))))
    assert scores.classes == {
        "cat": PanopticQuality(fn=1),
        "dog": PanopticQuality(fp=1),
    }


def test_degenerate_objects_are_not_scored():
    flat = drawn(("cat", (4.0, 4.0, 9.0, 0.0)))
    assert pooled(flat, flat).empty


def test_classes_that_hold_nothing_have_no_part_in_the_mean():
    assert math.isnan(score_image(compare(drawn(), drawn())).mean_pq)


def some_totals(count):
    rng = np.random.default_rng(11)
    parts = []
    for _ in range(count):
        base = scattered(rng, int(rng.integers(0, 9)), box_share=0.1)
        parts.append(tally_images([compare(base, revision_of(rng, base))]))
    return parts


def test_totals_are_equal_bit_for_bit_in_any_order_and_nesting():
    parts = some_totals(24)
    expected = sum(parts, ComparisonTotals())
    for seed in range(10):
        pool = list(parts)
        shuffle = random.Random(seed)
        while len(pool) > 1:
            shuffle.shuffle(pool)
            pool.append(pool.pop() + pool.pop())
        assert pool[0] == expected
        assert json.dumps(pool[0].to_dict()) == json.dumps(expected.to_dict())
        assert pool[0].scores.mean_pq == expected.scores.mean_pq
        assert pool[0].scores.pooled.pq == expected.scores.pooled.pq


def test_adding_leaves_the_summands_alone():
    one, other = some_totals(2)
    before = json.dumps(one.to_dict())
    assert (one + other).images == 2
    assert json.dumps(one.to_dict()) == before


def test_totals_survive_json():
    totals = sum(some_totals(12), ComparisonTotals())
    document = json.loads(json.dumps(totals.to_dict()))
    assert ComparisonTotals.from_dict(document) == totals


@pytest.mark.parametrize("rows", range(50, 100))
def test_scores_show_nothing_of_how_they_are_kept(rows):
    whole, part = (0.0, 0.0, 10.0, 100.0), (0.0, 0.0, 10.0, float(rows))
    comparison = compare(drawn(("cat", whole)), drawn(("cat", part)))
    quality = score_image(comparison).pooled
    assert quality.pq == comparison.pairs[0].iou == rows / 100
    assert quality.disagreement == (100 - rows) / 100


@pytest.mark.parametrize(
    "broken",
    [{}, {"images": None}, {"objects": [["base", 3]]}, {"ious": [["x", 1, 2]]}],
)
def test_a_document_that_holds_no_totals_is_told(broken):
    document = ComparisonTotals().to_dict()
    with pytest.raises(ValueError, match=r".+"):
        ComparisonTotals.from_dict({**document, **broken} if broken else {})


def test_totals_count_objects_pairs_and_images():
    region, large = rectangle(0, 0, 20, 20), rectangle(0, 0, 40, 40)
    totals = tally_images(
        [
            compare(drawn(("cat", region)), drawn(("dog", region))),
            compare(drawn(("cat", large)), drawn(("cat", rectangle(0, 0, 40, 25)))),
            compare(drawn(("cat", region)), drawn(("cat", region))),
            compare(drawn(("cat", (1.0, 1.0, 0.0, 5.0))), drawn()),
        ]
    )
    assert totals.images == 4
    assert totals.images_with_disagreement == 2
    assert totals.relabeled == {("cat", "dog"): 1}
    assert totals.objects["base", "cat", Status.REFINED] == 1
    assert totals.count("base", Status.RELABELED) == 1
    assert totals.count("base", Status.DEGENERATE) == 1
    assert totals.count("revised", Status.DEGENERATE) == 0
    assert totals.sizes == {("small", "small"): 2, ("medium", "small"): 1}
    assert totals.ious == {
        (Status.RELABELED, 19): 1,
        (Status.REFINED, 12): 1,
        (Status.IDENTICAL, 19): 1,
    }
    assert sum(totals.boundary_ious.values()) == sum(totals.area_changes.values()) == 3


def test_bins_hold_their_lower_edge():
    assert [iou_bin(k / 20) for k in range(21)] == [*range(20), 19]
    assert [area_change_bin(k / 10 - 1) for k in range(21)] == list(range(21))
    assert area_change_bin(7.5) == 20


def test_sizes_are_those_of_coco():
    found = [size_bucket(area) for area in (1, 1023, 1024, 9215, 9216)]
    assert found == ["small", "small", "medium", "medium", "large"]
