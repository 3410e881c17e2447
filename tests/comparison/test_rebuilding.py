"""Totals rebuilt from what a comparison writes equal those that were added up."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hand_drawn import compare, drawn, rectangle, revision_of, scattered
from hypothesis import given, settings
from hypothesis import strategies as st
from sama_coco.comparison import ComparisonTotals, ImageComparison, Status
from sama_coco.comparison.rebuilding import (
    STATUSES,
    ComparedColumns,
    RebuiltTotals,
    rebuild_totals,
)
from sama_coco.comparison.results import SideComparison


def written(
    comparisons: Sequence[ImageComparison],
) -> tuple[ComparedColumns, ComparedColumns]:
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


def _columns(rows) -> ComparedColumns:
    image, labels, crowds, statuses, ids, partners, ious, bious, areas = [
        list(column) for column in zip(*rows, strict=True)
    ] or [[]] * 9
    names = list(dict.fromkeys(labels))
    return ComparedColumns(
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


def added(comparisons: Sequence[ImageComparison]) -> ComparisonTotals:
    totals = ComparisonTotals()
    for comparison in comparisons:
        totals.add(comparison)
    return totals


def rebuilt(comparisons: Sequence[ImageComparison]) -> RebuiltTotals:
    return rebuild_totals(np.ones(len(comparisons), bool), *written(comparisons))


def some_comparisons(seed: int, count: int) -> list[ImageComparison]:
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        base = scattered(rng, int(rng.integers(0, 9)), crowd_share=0.3, box_share=0.1)
        found.append(compare(base, revision_of(rng, base)))
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 6))
def test_rebuilt_totals_equal_those_added_up_to_the_last_bit(
    seed: int, count: int
) -> None:
    comparisons = some_comparisons(seed, count)
    found = rebuilt(comparisons)
    assert not found.lacking
    assert found.totals.to_dict() == added(comparisons).to_dict()
    assert found.totals == added(comparisons)


def test_batches_add_up_to_the_same_in_any_order_through_json() -> None:
    comparisons = some_comparisons(5, 30)
    parts = [rebuilt(comparisons[k : k + 7]) for k in range(0, 30, 7)]
    for order in (parts, parts[::-1]):
        total = RebuiltTotals()
        for part in order:
            total += RebuiltTotals.from_dict(json.loads(json.dumps(part.to_dict())))
        assert total.to_dict() == rebuilt(comparisons).to_dict()


def test_images_that_were_not_compared_are_left_out() -> None:
    comparisons = some_comparisons(7, 12)
    compared = np.arange(12) % 3 > 0
    found = rebuild_totals(compared, *written(comparisons))
    chosen = [c for c, kept in zip(comparisons, compared, strict=True) if kept]
    assert found.totals.to_dict() == added(chosen).to_dict()
    assert not found.lacking


def test_labels_that_are_gone_count_neither_alone_nor_as_a_pair() -> None:
    region = rectangle(0, 0, 20, 20)
    base, revised = written([compare(drawn(("cat", region)), drawn(("cat", region)))])
    nothing = base.on(np.zeros(1, bool))
    found = rebuild_totals(np.ones(1, bool), nothing, revised)
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
        hiding = ComparedColumns(
            **{
                name: getattr(nothing, name)
                for name in nothing.__slots__
                if name != "hidden_crowds"
            },
            hidden_crowds=hidden,
        )
        found = rebuild_totals(np.ones(1, bool), base, hiding)
        assert found.totals.scores.pooled.fn == missed


@pytest.mark.parametrize("name", ["areas", "ious", "boundary_ious"])
def test_pairs_without_a_measure_are_counted_as_lacking_it(name: str) -> None:
    region = rectangle(0, 0, 20, 20)
    base, revised = written([compare(drawn(("cat", region)), drawn(("cat", region)))])
    getattr(base, name)[:] = math.nan
    found = rebuild_totals(np.ones(1, bool), base, revised)
    assert found.lacking == ({"area": 1} if name == "areas" else {"partner": 2})
    assert not found.totals.sizes
