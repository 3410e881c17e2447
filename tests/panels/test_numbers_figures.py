"""Tables and charts of many rows and places."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from sama_coco.labelsets import Census
from sama_coco.labelsets.census.counts.census_counts import CensusCounts
from sama_coco.labelsets.census.counts.label_census import LabelCensus, LabelColumns
from sama_coco.panels.numbers import Chart, Controls, Table, figures_of
from sama_coco.panels.numbers.charts import MOST_TICKS, bars
from sama_coco.panels.numbers.figure_views import FrameRows

IMAGES, CLASSES = 60, 50


@pytest.fixture(scope="module")
def census() -> Census:
    """A census of images with two labels each."""
    rng = np.random.default_rng(8)
    labels = 2 * IMAGES
    unknown = np.full(labels, np.nan)
    columns = LabelColumns(
        images=IMAGES,
        image=np.repeat(np.arange(IMAGES), 2),
        names=[f"class {number}" for number in range(CLASSES)],
        classes=rng.integers(0, CLASSES, labels),
        crowds=np.zeros(labels),
        areas=unknown,
        polygons=unknown,
        vertices=unknown,
    )
    counts = CensusCounts()
    counts.add(columns)
    return Census(counts, "before")


def never_meet(census: Census, **controls: tuple[str, ...]) -> Table:
    found = {
        one.name: one for one in figures_of("Explorer", census, Controls(**controls))
    }
    table = found["never_meet_base"]
    assert isinstance(table, Table)
    return table


def expected_pairs(census: LabelCensus) -> set[tuple[str, str, int, int, float]]:
    held = {name: counts.images for name, counts in census.classes.items()}
    return {
        (*sorted((one, other)), held[one] * held[other] / IMAGES)
        for one, other in itertools.combinations(held, 2)
        if not census.images_with_both(one, other)
    }


def test_pairs_that_never_meet_are_told_with_what_was_expected(census: Census) -> None:
    rows = list(never_meet(census).rows)
    found = {(*sorted((one, other)), expected) for one, other, _, _, expected in rows}
    assert found == expected_pairs(census.counts.base)
    held = census.counts.base.classes
    for one, other, images, others, _ in rows:
        assert (images, others) == (held[one].images, held[other].images)
    assert [row[-1] for row in rows] == sorted((r[-1] for r in rows), reverse=True)


def test_pairs_that_never_meet_are_found_once_whatever_is_chosen(
    census: Census,
) -> None:
    first = never_meet(census)
    assert never_meet(census, must=("class 1",)) is first
    assert isinstance(first.rows, FrameRows)
    assert len(first.rows) > len(first.shown) == first.most
    assert list(first.frame.iloc[:, 0]) == [row[0] for row in first.rows]


@pytest.mark.parametrize("column", range(5))
@pytest.mark.parametrize("descending", [False, True])
def test_rows_of_a_frame_are_sorted_as_others_are(
    census: Census, column: int, descending: bool
) -> None:
    lazy = never_meet(census)
    eager = Table(lazy.name, lazy.title, lazy.columns, list(lazy.rows))
    found = lazy.sorted(column, descending).rows
    assert list(found) == list(eager.sorted(column, descending).rows)
    assert [found[0], found[-1]] == list(found)[:: len(found) - 1]


@pytest.mark.parametrize(("places", "named"), [(12, 12), (13, 7), (20, 10), (21, 11)])
def test_of_many_places_every_second_is_named(places: int, named: int) -> None:
    frame = pd.DataFrame({"images": range(places)})
    labels = [f"{place / 20:.2f}" for place in range(places)]
    chart: Chart = bars(
        "x", "x", frame, labels, {"images": ""}, {"images": ""}, ("", "")
    )
    assert len(chart.layout["xaxis"]["ticktext"]) == named <= MOST_TICKS
    assert chart.layout["xaxis"]["ticktext"] == labels[:: 2 if places > named else 1]
    assert len(chart.traces[0]["text"]) == places
