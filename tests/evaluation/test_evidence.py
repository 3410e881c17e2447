"""What predictions say of the items of a comparison."""

import numpy as np
import pytest
from helpers.data.hand_drawn import SIZE, drawn, rectangle, revision_of, scattered
from helpers.oracles.plain_agreement import frame_of, plain_iou
from hypothesis import given, settings
from hypothesis import strategies as st
from sama_coco.labelsets.evaluation.evidence import Predicted, weigh_items

PLACE = rectangle(0, 0, 20, 20)
HALF = rectangle(0, 0, 10, 20)


def predicted(*found):
    """Predictions of (class, region, score)."""
    objects = drawn(*((label, region) for label, region, _ in found))
    return Predicted(objects, np.array([score for *_, score in found], float))


def weighed(base, revised, *predictions, items=None):
    names = items or (["a"] * len(base), ["a"] * len(revised))
    return weigh_items((base, revised), names, predictions)


def test_a_prediction_sides_with_the_label_of_its_class():
    base, revised = drawn(("cow", PLACE)), drawn(("horse", PLACE))
    horse = predicted(("horse", PLACE, 0.8))
    assert weighed(base, revised, horse) == ([0.8], [0.8])
    assert weighed(revised, base, horse) == ([-0.8], [-0.8])


def test_it_sides_with_the_label_that_it_overlaps_more():
    base, revised = drawn(("cow", HALF)), drawn(("cow", PLACE))
    ((found,), _) = weighed(base, revised, predicted(("cow", PLACE, 0.6)))
    assert found == pytest.approx(0.6 * 1 - 0.6 * 0.5)


def test_the_best_prediction_of_each_label_counts_by_score_times_iou():
    base, revised = drawn(("cow", HALF)), drawn(("cow", PLACE))
    both = predicted(("cow", PLACE, 0.5), ("cow", HALF, 0.9))
    ((found,), _) = weighed(base, revised, both)
    assert found == pytest.approx(max(0.5, 0.9 * 0.5) - max(0.5 * 0.5, 0.9))


def test_an_item_that_no_prediction_of_its_class_touches_has_no_evidence():
    base, revised = drawn(("cow", PLACE)), drawn(("cow", HALF))
    away = rectangle(40, 30, 10, 10)
    for found in (("horse", PLACE, 1), ("cow", away, 1)):
        assert weighed(base, revised, predicted(found)) == ([None], [None])
    assert weighed(base, revised, predicted()) == ([None], [None])
    assert weighed(base, revised) == ([None], [None])


def test_several_models_have_the_mean_of_those_that_touch_the_item():
    base, revised = drawn(("cow", PLACE)), drawn(("horse", PLACE))
    models = [
        predicted(("horse", PLACE, 0.8)),
        predicted(("cow", PLACE, 0.2)),
        predicted(("dog", PLACE, 1.0)),
    ]
    assert weighed(base, revised, *models)[0] == [pytest.approx((0.8 - 0.2) / 2)]


def test_a_whole_and_its_parts_are_weighed_together():
    parts = drawn(("cow", HALF), ("cow", rectangle(10, 0, 10, 20)))
    whole = drawn(("cow", PLACE))
    found = weighed(whole, parts, predicted(("cow", PLACE, 1.0)))
    assert found == ([-0.5], [-0.5, -0.5])


def test_a_single_label_is_weighed_against_nothing():
    found = weighed(drawn(), drawn(("cow", PLACE)), predicted(("cow", PLACE, 0.7)))
    assert found == ([], [0.7])


def test_labels_of_other_items_and_of_none_do_not_take_part():
    revised = drawn(("cow", PLACE), ("cow", HALF), ("cow", HALF))
    found = weighed(
        drawn(),
        revised,
        predicted(("cow", PLACE, 0.8)),
        items=([], ["a", "b", None]),
    )
    assert found == ([], [0.8, pytest.approx(0.4), None])


def test_crowds_have_the_iou_that_all_have():
    base = drawn(("cow", PLACE, True))
    ((found,), _) = weighed(base, drawn(), predicted(("cow", HALF, 1.0)))
    assert found == pytest.approx(-0.5)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_evidence_is_that_of_a_plain_implementation(seed):
    rng = np.random.default_rng(seed)
    base = scattered(rng, int(rng.integers(6)), classes=2)
    revised = revision_of(rng, base)
    items = [
        [None if rng.random() < 0.1 else str(rng.integers(4)) for _ in range(len(side))]
        for side in (base, revised)
    ]
    models = []
    for _ in range(int(rng.integers(1, 4))):
        objects = scattered(rng, int(rng.integers(6)), classes=2)
        models.append(Predicted(objects, rng.random(len(objects))))
    found = weigh_items((base, revised), tuple(items), models)
    expected = plainly_weighed((base, revised), items, models)
    for one, other in zip(found, expected, strict=True):
        assert one == [None if v is None else pytest.approx(v) for v in other]
    for value in (v for side in found for v in side if v is not None):
        assert -1 <= value <= 1


def plainly_weighed(sides, items, models):
    means = {}
    for item in {name for side in items for name in side if name is not None}:
        said = []
        for model in models:
            best = [[], []]
            for side, names, values in zip(sides, items, best, strict=True):
                for index in range(len(side)):
                    for place, score in enumerate(model.scores):
                        if names[index] != item:
                            continue
                        if side.labels[index] != model.objects.labels[place]:
                            continue
                        iou = plain_iou(
                            frame_of(side, index, SIZE),
                            frame_of(model.objects, place, SIZE),
                        )
                        if iou > 0:
                            values.append(score * iou)
            if best[0] or best[1]:
                said.append(max(best[1], default=0) - max(best[0], default=0))
        if said:
            means[item] = np.mean(said)
    return [[means.get(name) for name in side] for side in items]
