"""The published figures, held against complete counts that are made up."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.data.complete_counts import CLASSES, complete
from sama_coco.labelsets import Census, ComparisonError
from sama_coco.labelsets.census.counts.census_counts import CensusCounts
from sama_coco.labelsets.census.counts.label_census import ClassCounts
from sama_coco.labelsets.census.published import COCO, EARLIER, SAMA
from sama_coco.labelsets.census.published_check import check_published


def test_the_published_numbers_are_found_equal_line_by_line() -> None:
    told: list[str] = []
    report = check_published(complete(), show=told.append)
    assert report.equal
    assert len(report.lines) == len(COCO) + len(SAMA)
    assert told == [str(report)]
    assert told[0].endswith("Of 24 figures, all are equal.")
    assert "the current page misprints 86,156" in told[0]
    verdicts = {(x.side, x.name): x.verdict for x in report.lines}
    assert verdicts["base", "instances"] == "equal"
    assert verdicts["base", "vertices"] == "equal (current page)"
    assert verdicts["revised", "vertices_closed"] == "equal (earlier page)"
    assert verdicts["base", "medium"] == "equal (earlier page)"


def test_a_count_may_equal_the_page_that_counts_otherwise() -> None:
    report = check_published(complete(EARLIER), show=None)
    lines = {(line.side, line.name): line for line in report.lines}
    assert lines["base", "vertices"].verdict == "equal (earlier page)"
    assert lines["base", "vertices_closed"].verdict == "+7"
    assert not report.equal


@pytest.mark.parametrize(
    ("change", "side", "name", "verdict"),
    [
        ({"crowds": 3}, "revised", "crowds", "+3"),
        ({"vertices": -1_000}, "revised", "vertices", "-1,000"),
        ({"instances": -1}, "revised", "instances", "-1"),
        ({"no_area": 1}, "revised", "small", "not available"),
    ],
)
def test_a_number_that_is_off_is_told_with_its_difference(
    change: dict[str, int], side: str, name: str, verdict: str
) -> None:
    census = complete()
    census.sides[side].classes[CLASSES[-1]] += ClassCounts(**change)
    report = check_published(census, show=None)
    assert not report.equal
    (line,) = [x for x in report.lines if (x.side, x.name) == (side, name)]
    assert line.verdict == verdict
    assert "differ." in str(report)
    table = census.overview()
    assert table.loc[name, f"agrees_{side}"] == verdict
    assert table.loc[name, f"published_{side}"] == SAMA[name].value


def test_the_misprint_is_not_taken_for_a_published_number() -> None:
    census = complete()
    census.counts.base.classes[CLASSES[0]].medium = 86_156
    (line,) = [
        x
        for x in check_published(census, show=None).lines
        if (x.side, x.name) == ("base", "medium")
    ]
    assert not line.equal
    assert line.difference == 86_156 - 307_732


def test_a_field_goes_by_its_name_and_two_that_are_given_by_their_order() -> None:
    counts = complete().counts
    swapped = CensusCounts(base=counts.revised, revised=counts.base)  # type: ignore
    assert check_published(Census(swapped, "sama_x", "coco_x"), show=None).equal
    for names in (("before", "after"), ("x", "sama_x"), ("coco_x", "y")):
        assert check_published(Census(counts, *names), *names, show=None).equal
    one = check_published(Census(CensusCounts(base=counts.base), "coco_x"), show=None)
    assert one.equal
    assert len(one.lines) == len(COCO) - 1


@pytest.mark.parametrize("given", [False, True])
def test_no_label_set_is_held_against_the_figures_of_another(given: bool) -> None:
    counts = complete().counts
    names = "sama_segmentations", "yolo"
    swapped = CensusCounts(base=counts.revised, revised=counts.base)  # type: ignore
    census = Census(swapped, *names)
    report = check_published(census, *(names if given else ()), show=None)
    assert {(line.side, line.label_set) for line in report.lines} == {("base", "sama")}
    assert report.equal
    assert len(report.lines) == len(SAMA) - 1
    published = [name for name in census.overview() if "published" in name]
    assert published == ["published_base"]


def test_fields_of_other_names_have_no_published_figures() -> None:
    census = Census(complete().counts, "ground_truth", "predictions")
    assert census.published() == []
    assert not any("published" in name for name in census.overview())
    with pytest.raises(ComparisonError, match="'ground_truth' doesn't tell"):
        check_published(census, show=None)


def incomplete() -> Census:
    census = complete()
    census.counts.base.images -= 1
    return census


def nameless() -> Census:
    return Census(CensusCounts(base=complete().counts.base), "ground_truth")


@pytest.mark.parametrize(
    ("census", "said"),
    [
        (
            incomplete,
            "of all 123,287 images of train and validation; there are 123,286",
        ),
        (nameless, "'ground_truth' doesn't tell if it holds COCO's labels or Sama's"),
    ],
)
def test_what_can_not_be_held_against_them_is_told(census: Any, said: str) -> None:
    with pytest.raises(ComparisonError, match=said):
        check_published(census(), show=None)
    assert "published_base" not in census().overview()


def test_headlines_are_worked_out_of_the_numbers() -> None:
    assert complete().headlines() == [
        "1.24 times as many instances",
        "47 of 80 classes have more",
        "1.85 times as many vertices",
        "4.52 times as many crowds",
        "0.62 times as many very small objects",
    ]
