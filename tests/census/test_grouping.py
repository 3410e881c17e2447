"""By whom and where: comparisons and censuses by group."""

from __future__ import annotations

from datetime import date
from typing import Any

import fiftyone as fo
import numpy as np
import pandas as pd
import pytest
from fiftyone import ViewField as F
from helpers.datasets.labelled import FIELDS, every_status, make_pair, masked
from hypothesis import given
from hypothesis import strategies as st
from sama_coco.labelsets import (
    ComparisonError,
    compare_annotations,
    group_view,
    take_census,
)
from sama_coco.labelsets.census.by_group.grouping import (
    NO_VALUE,
    Grouping,
    number_edges,
)

pytestmark = pytest.mark.usefixtures("fresh_database")

SIDES = list(FIELDS.values())


def audited() -> fo.Dataset:
    """Ann keeps cats as they are, Bob cuts them in half and misses dogs, six images.

    Batches alternate; the last image has a cat that nobody is named for.
    """
    images = []
    for number in range(5):
        who = "Ann" if number % 2 == 0 else "Bob"
        cat, dog = masked("cat", 0, 0, 20, 20), masked("dog", 40, 0, 9, 9)
        after = [masked("cat", 0, 0, 20, 20 if who == "Ann" else 12, annotator=who)]
        if who == "Ann":
            after.append(masked("dog", 40, 0, 9, 9, annotator=who))
        images.append(([cat, dog], after))
    images.append(([], [masked("cat", 0, 0, 9, 9)]))
    dataset = make_pair(*images)
    dataset.add_dynamic_sample_fields()
    dataset.set_values("batch", ["a", "a", "b", "b", "b", None])
    dataset.set_values("blur", [0.5, 1.5, 2.5, 3.5, 4.5, None])
    dataset.set_values("night", [True, False] * 3)
    weather = [fo.Classification(label=x) for x in ["sun", "rain"] * 3]
    dataset.set_values("weather", weather)
    for sample, tags in zip(
        dataset, ([], ["x"], ["x", "y"], ["y"], [], []), strict=True
    ):
        sample.tags = tags
        sample.save()
    return dataset


@pytest.fixture
def results() -> Any:
    return compare_annotations(audited(), **FIELDS)


def test_an_attribute_of_labels_tells_by_whom(results: Any) -> None:
    table = results.by("annotator")
    assert table.index.name == "annotator"
    assert set(table.index) == {"Ann", "Bob", NO_VALUE}
    ann, bob, nobody = table.loc["Ann"], table.loc["Bob"], table.loc[NO_VALUE]
    assert (ann["pq"], ann["tp"], ann["fp"], ann["fn"]) == (1, 6, 0, 0)
    assert (bob["tp"], bob["pq"]) == (2, pytest.approx(0.6))
    assert (nobody["tp"], nobody["fp"], nobody["fn"]) == (0, 1, 2)
    assert (ann["revised"], bob["revised"], nobody["revised"]) == (6, 2, 1)
    assert (ann["base"], nobody["base"]) == (0, 10)
    assert (bob["refined_revised"], nobody["removed_base"]) == (2, 2)
    assert ann["deviation"] == pytest.approx(1 - results.summary()["pq"])
    assert table.index[-1] == NO_VALUE
    deviations = table["deviation"].drop(NO_VALUE).abs().tolist()
    assert deviations == sorted(deviations, reverse=True)


def test_groups_add_up_to_the_whole(results: Any) -> None:
    whole = results.summary()
    for name in ("annotator", "batch", "blur", "night", "weather", "label", "diff"):
        table = results.by(name)
        for count in ("base", "revised", "tp", "fp", "fn"):
            assert table[count].sum() == whole[count], (name, count)
        for status, counts in results.statuses().iterrows():
            for side in ("base", "revised"):
                assert table[f"{status}_{side}"].sum() == counts[side]
    assert results.by("batch")["images"].sum() == 6


def test_each_group_of_samples_is_what_the_comparison_of_its_samples_is(
    results: Any,
) -> None:
    dataset = results.samples._root_dataset
    for name, path in (
        ("batch", "batch"),
        ("night", "night"),
        ("weather", "weather.label"),
    ):
        for group, row in results.by(name).iterrows():
            is_none = group == NO_VALUE
            chosen = dataset.match(~F(path).exists() if is_none else F(path) == group)
            again = compare_annotations(chosen, **FIELDS, key="part", overwrite=True)
            expected = again.summary()
            for count in ("base", "revised", "pq", "sq", "rq", "tp", "fp", "fn"):
                assert row[count] == pytest.approx(expected[count]), (name, group)
            assert row["images"] == len(chosen)
            assert len(group_view(dataset, SIDES, name, group)) == len(chosen)


def test_a_sample_with_several_tags_counts_for_each(results: Any) -> None:
    table = results.by("tags")
    assert table["images"].to_dict() == {"x": 2, "y": 2, NO_VALUE: 3}
    dataset = results.samples._root_dataset
    for group, row in table.iterrows():
        view = group_view(dataset, SIDES, "tags", group)
        assert (len(view), view.count("after.detections")) == (
            row["images"],
            row["revised"],
        )


def test_numbers_are_put_in_bins_and_few_whole_ones_are_not(results: Any) -> None:
    dataset = results.samples._root_dataset
    table = results.by("blur", bins=2)
    bins = [group for group in table.index if group != NO_VALUE]
    assert {(one.left, one.right) for one in bins} == {(0.5, 2.5), (2.5, np.inf)}
    for group, row in table.iterrows():
        assert len(group_view(dataset, SIDES, "blur", group)) == row["images"]
    dataset.set_values("wide", [3, 4, 3, 4, 3, 4])
    assert set(results.by("wide").index) == {3, 4}


def test_a_view_of_a_group_shows_its_labels(results: Any) -> None:
    dataset = results.samples._root_dataset
    for group, row in results.by("annotator").iterrows():
        view = group_view(dataset, SIDES, "annotator", group)
        assert len(view) == row["images"]
        assert view.count("before.detections") == row["base"]
        assert view.count("after.detections") == row["revised"]
        again = fo.DatasetView._build(dataset, view._serialize())
        assert again.values("id") == view.values("id")


def test_only_what_a_view_shows_is_counted(results: Any) -> None:
    dataset = results.samples._root_dataset
    view = dataset.limit(3).filter_labels("after", F("annotator") == "Bob", False)
    table = results.by("annotator", view.select_fields())
    assert table.loc["Bob", "revised"] == 1
    assert "Ann" not in table.index


def test_crowds_that_absorbed_parts_are_told_in_every_group() -> None:
    crowd = masked("cow", 0, 0, 40, 20, iscrowd=1)
    parts = [masked("cow", 13 * n, 0, 13, 20, who=f"w{n}") for n in range(3)]
    dataset = make_pair(([crowd], parts), every_status())
    dataset.add_dynamic_sample_fields()
    dataset.set_values("tags", [["x", "y"], ["y"]])
    results = compare_annotations(dataset, **FIELDS)
    for name in ("who", "label", "tags", "filepath"):
        table = results.by(name)
        if name != "tags":
            assert table["fp"].sum() == results.summary()["fp"]
    assert results.by("tags").loc["x", "fp"] == 0
    hidden = dataset.filter_labels("before", F("iscrowd") != 1, only_matches=False)
    assert results.by("tags", hidden).loc["x", "fp"] == 0


def test_the_census_is_told_by_group_too() -> None:
    dataset = audited()
    table = take_census(dataset, *SIDES).by("annotator")
    assert table["revised"].to_dict() == {NO_VALUE: 1, "Ann": 6, "Bob": 2}
    assert table.loc[NO_VALUE, ["base", "difference"]].tolist() == [10, -9]
    assert table["small_revised"].sum() == 9
    one = take_census(dataset, "after").by("tags")
    assert one["base"].to_dict() == {NO_VALUE: 5, "x": 3, "y": 3}
    assert one["images"].to_dict() == {NO_VALUE: 3, "x": 2, "y": 2}
    assert "revised" not in one.columns


def test_true_is_not_one_and_dates_are_values() -> None:
    dataset = audited()
    dataset.set_values("day", [date(2024, 1, 1 + n % 2) for n in range(6)])
    results = compare_annotations(dataset, **FIELDS)
    assert set(results.by("night").index) == {True, False}
    assert results.by("day")["images"].tolist() == [3, 3]


def test_what_can_not_be_grouped_by_is_refused(results: Any) -> None:
    dataset = results.samples._root_dataset
    for name, options, message in (
        ("anotator", {}, "nothing called 'anotator'.*annotator.*batch"),
        ("metadata", {}, "can't be grouped by: 'metadata'"),
        ("mask", {}, "can't be grouped by"),
        ("batch", {"bins": 0}, "bins 0"),
        ("batch", {"samples": dataset.to_patches("after")}, "patches"),
    ):
        with pytest.raises(ComparisonError, match=message):
            results.by(name, **options)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.integers(1, 12))
def test_every_number_is_in_one_bin(values: list[float], bins: int) -> None:
    grouping = Grouping("x", "sample", "x", number_edges(values, bins))
    found = grouping.bins()
    assert 1 <= len(found) <= bins
    for value in values:
        group = grouping.group(value)
        assert isinstance(group, pd.Interval)
        assert value in group
        assert sum(value in one for one in found) == 1
    assert grouping.group(None) == grouping.group(float("nan")) == NO_VALUE
