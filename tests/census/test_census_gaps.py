"""Views behind figures of labels that lack what the figure is counted from."""

from __future__ import annotations

import math

import fiftyone as fo
import pytest
from fiftyone import ViewField as F
from helpers.datasets.labelled import FIELDS, alter, column, make_pair, masked, outlined
from sama_coco.labelsets import ComparisonError, take_census
from sama_coco.labelsets.census.census_views import (
    crowds_view,
    several_polygons_view,
    size_view,
    vertices_view,
)

pytestmark = pytest.mark.usefixtures("fresh_database")


def number_of(view: fo.DatasetView, field: str) -> int:
    return len(column(view, field, "id"))


def test_what_some_labels_lack_is_not_asked_for_in_part() -> None:
    given = {"area": 81.0, "iscrowd": 0, "num_polygons": 2, "num_vertices": 4}
    dataset = make_pair(
        (
            [masked("cat", 0, 0, 9, 9), masked("dog", 9, 9, 9, 9, **given)],
            [outlined("cat", 0, 0, 9, 9), outlined("dog", 9, 9, 9, 9, **given)],
        )
    )
    assert take_census(dataset, "before").value("small", "base") == 2
    lacking = {
        "area": lambda samples, field: size_view(samples, field, "small"),
        "iscrowd": crowds_view,
        "num_polygons": several_polygons_view,
    }
    dogs = dataset
    for field in FIELDS.values():
        dogs = dogs.filter_labels(field, F("label") == "dog")
        for attribute, open_view in lacking.items():
            said = f"No `{attribute}` is given for 1 label of '{field}', so that no"
            with pytest.raises(ComparisonError, match=said):
                open_view(dataset, field)
    for field in FIELDS.values():
        assert number_of(size_view(dogs, field, "very_small"), field) == 1
        assert number_of(several_polygons_view(dogs, field), field) == 1
        assert number_of(vertices_view(dogs, field, 4), field) == 1


def test_vertices_open_where_those_of_all_that_are_counted_are_given() -> None:
    """Those of a mask can't be counted, those of an outline are."""
    sides = ([masked("cat", 0, 0, 9, 9)], [outlined("cat", 0, 0, 9, 9)])
    more = (
        [masked("cat", 0, 0, 9, 9, num_vertices=4)],
        [outlined("cat", 0, 0, 9, 9, num_vertices=4)],
    )
    dataset = make_pair(sides, more)
    counted = take_census(dataset, **FIELDS).vertices_per_object()
    assert (counted["base"][4], counted["revised"][4]) == (1, 2)
    assert number_of(vertices_view(dataset, "before", 4), "before") == 1
    with pytest.raises(ComparisonError, match="No `num_vertices` is given for 1"):
        vertices_view(dataset, "after", 4)


def test_crowds_open_by_the_rule_they_are_counted_by() -> None:
    flags = [0, 1, 2, -1, True, False, 1.0, 0.0, 0.5]
    labels = [masked("cat", 0, 0, 9, 9, mark=i) for i in range(len(flags))]
    dataset = make_pair((labels, []))
    for place, flag in enumerate(flags):
        alter(dataset, "before", place, iscrowd=flag)
    counted = take_census(dataset, "before").value("crowds", "base")
    assert counted == sum(map(bool, flags)) == 6
    found = column(crowds_view(dataset, "before"), "before", "mark")
    assert found == [place for place, flag in enumerate(flags) if flag]
    for unknown in ("yes", math.nan, None):
        alter(dataset, "before", 0, iscrowd=unknown)
        assert take_census(dataset, "before").value("crowds", "base") is None
        with pytest.raises(ComparisonError, match="No `iscrowd` is given for 1 label"):
            crowds_view(dataset, "before")
