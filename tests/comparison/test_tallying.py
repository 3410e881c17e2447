"""Totals worked out of what a run writes equal those of the comparisons themselves."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np
import pytest
from helpers.data.hand_drawn import compare, drawn, rectangle, revision_of, scattered
from hypothesis import given, settings
from hypothesis import strategies as st
from sama_coco.labelsets.comparison import (
    ComparisonTotals,
    ImageComparison,
    PanopticQuality,
    PanopticScores,
    Status,
    score_image,
    tally_images,
)
from sama_coco.labelsets.comparison.counting.compared_labels import (
    STATUSES,
    ComparedLabels,
)
from sama_coco.labelsets.comparison.counting.object_sizes import size_bucket
from sama_coco.labelsets.comparison.counting.tallying import (
    Tally,
    image_qualities,
    tally_labels,
)
from sama_coco.labelsets.comparison.counting.totals import area_change_bin, iou_bin
from sama_coco.labelsets.comparison.fixed_point import to_units
from sama_coco.labelsets.comparison.image_results import SideComparison


def written(
    comparisons: Sequence[ImageComparison],
) -> tuple[ComparedLabels, ComparedLabels]:
    """What a run writes of comparisons: ids are the letter of the side and a number."""
    sides = []
    for letter, other, whole_status in (("b", "r", "split"), ("r", "b", "merged")):
        rows = [
            row
            for image, comparison in enumerate(comparisons)
            for row in _rows(image, comparison, letter, other, whole_status)
        ]
        sides.append(_columns(rows))
    return sides[0], sides[1]


def _rows(image, comparison, letter, other, whole_status):
    side: SideComparison = comparison.base if letter == "b" else comparison.revised
    wholes = {g.whole for g in comparison.groups if g.status == whole_status}
    for index, label in enumerate(side.labels):
        partner = int(side.partners[index])
        named = f"{other}{partner}" if partner >= 0 else None
        if named is None and index in wholes:
            named = f"{letter}{index}"
        yield (
            image,
            label,
            bool(side.crowds[index]),
            STATUSES.index(side.statuses[index]),
            f"{letter}{index}",
            named,
            float(side.ious[index]),
            float(side.boundary_ious[index]),
            float(side.areas[index]),
        )


def _columns(rows) -> ComparedLabels:
    image, labels, crowds, statuses, ids, partners, ious, bious, areas = [
        list(column) for column in zip(*rows, strict=True)
    ] or [[]] * 9
    names = list(dict.fromkeys(labels))
    return ComparedLabels(
        image=np.array(image, np.int64),
        names=names,
        classes=np.array([names.index(label) for label in labels], np.int64),
        crowds=np.array(crowds, bool),
        statuses=np.array(statuses, np.int64),
        ids=ids,
        partners=partners,
        ious=np.array(ious, float),
        boundary_ious=np.array(bious, float),
        areas=np.array(areas, float),
    )


def counted_plainly(comparisons: Sequence[ImageComparison]) -> ComparisonTotals:
    """The totals counted object by object and pair by pair."""
    totals = ComparisonTotals()
    for comparison in comparisons:
        base, revised = comparison.base, comparison.revised
        scores = scored_plainly(comparison)
        totals.images += 1
        totals.images_with_disagreement += scores.pooled.disagreement > 0
        totals.scores += scores
        for name, side in (("base", base), ("revised", revised)):
            for label, status in zip(side.labels, side.statuses, strict=True):
                totals.objects[name, label, status] += 1
        for pair in comparison.pairs:
            totals.ious[pair.status, iou_bin(pair.iou)] += 1
            totals.boundary_ious[pair.status, iou_bin(pair.boundary_iou)] += 1
            totals.area_changes[pair.status, area_change_bin(pair.area_change)] += 1
            areas = float(base.areas[pair.base]), float(revised.areas[pair.revised])
            totals.sizes[size_bucket(areas[0]), size_bucket(areas[1])] += 1
            if pair.status is Status.RELABELED:
                names = base.labels[pair.base], revised.labels[pair.revised]
                totals.relabeled[names] += 1
    return totals


def scored_plainly(comparison: ImageComparison) -> PanopticScores:
    """DESIGN's scores of an image: crowds and what they absorb are left out."""
    scores = PanopticScores()
    same = (Status.IDENTICAL, Status.REFINED)
    for pair in comparison.pairs:
        if pair.status in same and not comparison.base.crowds[pair.base]:
            label = comparison.base.labels[pair.base]
            scores.add(label, PanopticQuality(tp=1, iou_units=to_units(pair.iou)))
    for side, absorbing, miss in (
        (comparison.base, Status.MERGED, PanopticQuality(fn=1)),
        (comparison.revised, Status.SPLIT, PanopticQuality(fp=1)),
    ):
        absorbed = {
            part
            for group in comparison.groups
            if group.absorbed and group.status is absorbing
            for part in group.parts
        }
        for index, status in enumerate(side.statuses):
            counted = not (side.crowds[index] or index in absorbed)
            if counted and status not in (*same, Status.DEGENERATE):
                scores.add(side.labels[index], miss)
    return scores


def tallied(comparisons: Sequence[ImageComparison]) -> Tally:
    return tally_labels(np.ones(len(comparisons), bool), *written(comparisons))


def some_comparisons(seed: int, count: int) -> list[ImageComparison]:
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        base = scattered(rng, int(rng.integers(0, 9)), crowd_share=0.3, box_share=0.1)
        found.append(compare(base, revision_of(rng, base)))
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 6))
def test_tallies_equal_a_plain_count_to_the_last_bit(seed: int, count: int) -> None:
    comparisons = some_comparisons(seed, count)
    found = tallied(comparisons)
    assert not found.lacking
    assert found.totals.to_dict() == counted_plainly(comparisons).to_dict()
    assert found.totals == counted_plainly(comparisons) == tally_images(comparisons)
    for comparison in comparisons:
        assert score_image(comparison).to_dict() == scored_plainly(comparison).to_dict()
    assert image_qualities(comparisons) == [
        scored_plainly(comparison).pooled for comparison in comparisons
    ]


def test_batches_add_up_to_the_same_in_any_order_through_json() -> None:
    comparisons = some_comparisons(5, 30)
    parts = [tallied(comparisons[k : k + 7]) for k in range(0, 30, 7)]
    for order in (parts, parts[::-1]):
        total = Tally()
        for part in order:
            total += Tally.from_dict(json.loads(json.dumps(part.to_dict())))
        assert total.to_dict() == tallied(comparisons).to_dict()


def test_images_that_were_not_compared_are_left_out() -> None:
    comparisons = some_comparisons(7, 12)
    compared = np.arange(12) % 3 > 0
    found = tally_labels(compared, *written(comparisons))
    chosen = [c for c, kept in zip(comparisons, compared, strict=True) if kept]
    assert found.totals.to_dict() == counted_plainly(chosen).to_dict()
    assert not found.lacking


def test_labels_that_are_gone_count_neither_alone_nor_as_a_pair() -> None:
    region = rectangle(0, 0, 20, 20)
    base, revised = written([compare(drawn(("cat", region)), drawn(("cat", region)))])
    nothing = base.on(np.zeros(1, bool))
    found = tally_labels(np.ones(1, bool), nothing, revised)
    assert found.totals.objects == {("revised", "cat", Status.IDENTICAL): 1}
    assert not found.totals.ious
    assert found.totals.scores.pooled.empty
    assert found.lacking == {"partner": 1}


def test_parts_of_a_crowd_that_a_view_hides_are_left_out_of_scores_all_the_same() -> (
    None
):
    crowd = ("cat", rectangle(10, 10, 40, 40), True)
    parts = [("cat", rectangle(12, 12, 5, 5)), ("cat", rectangle(30, 30, 5, 5))]
    base, revised = written([compare(drawn(*parts), drawn(crowd))])
    nothing = revised.on(np.zeros(1, bool))
    for hidden, missed in (((), 2), ({(0, "r0")}, 0)):
        hiding = ComparedLabels(
            **{
                name: getattr(nothing, name)
                for name in nothing.__slots__
                if name != "hidden_crowds"
            },
            hidden_crowds=hidden,
        )
        found = tally_labels(np.ones(1, bool), base, hiding)
        assert found.totals.scores.pooled.fn == missed


@pytest.mark.parametrize("name", ["areas", "ious", "boundary_ious"])
def test_pairs_without_a_measure_are_counted_as_lacking_it(name: str) -> None:
    region = rectangle(0, 0, 20, 20)
    base, revised = written([compare(drawn(("cat", region)), drawn(("cat", region)))])
    getattr(base, name)[:] = math.nan
    found = tally_labels(np.ones(1, bool), base, revised)
    assert found.lacking == ({"area": 1} if name == "areas" else {"partner": 2})
    assert not found.totals.sizes
