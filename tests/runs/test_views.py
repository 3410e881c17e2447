"""Views of what a comparison found: exactly the labels that its results count."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import Any

import fiftyone as fo
import pytest
from fiftyone import ViewField as F
from helpers.datasets.labelled import (
    FIELDS,
    HOSTILE,
    alter,
    column,
    every_status,
    make_pair,
    masked,
    outlined,
)
from sama_coco.labelsets import ComparisonError, ComparisonResults, compare_annotations
from sama_coco.labelsets.comparison import Status
from sama_coco.labelsets.runs.views.difference_views import (
    Differences,
    differences_view,
    shows_differences,
)

pytestmark = pytest.mark.usefixtures("fresh_database")

SIDES = {"base": "before", "revised": "after"}


@pytest.fixture
def dataset() -> fo.Dataset:
    """Samples of every status, of equal labels, of relabels both ways, of nothing."""
    return make_pair(
        ([masked("cat", 0, 0, 10, 10)], [masked("cat", 0, 0, 10, 10)]),
        every_status(),
        (
            [masked("cow", 0, 0, 10, 10), masked("horse", 20, 0, 10, 10)],
            [masked("horse", 0, 0, 10, 10), masked("cow", 20, 0, 10, 10)],
        ),
        ([masked("cow", 0, 0, 10, 10)], [masked("horse", 0, 0, 10, 8)]),
        ([masked("tie", 0, 0, 10, 10)], None),
        (None, None),
    )


@pytest.fixture
def results(dataset: fo.Dataset) -> ComparisonResults:
    return compare_annotations(dataset, **FIELDS)


def show(
    samples: fo.core.collections.SampleCollection, **wanted: Any
) -> fo.DatasetView:
    how = {k: wanted.pop(k) for k in ("only_labels", "by_disagreement") if k in wanted}
    return differences_view(samples, "diff", Differences(**wanted), **how)


def shown(view: fo.DatasetView, attribute: str = "id") -> dict[str, list[Any]]:
    return {side: column(view, field, attribute) for side, field in SIDES.items()}


@pytest.mark.parametrize("status", [str(status) for status in Status])
def test_a_view_of_a_status_holds_the_labels_that_the_results_count(
    dataset: fo.Dataset, results: ComparisonResults, status: str
) -> None:
    view = show(dataset, statuses=[status])
    found = shown(view, "diff")
    for side in SIDES:
        assert found[side] == [status] * results.statuses().loc[status, side]
    assert found["base"] or found["revised"]
    for sample in view:
        assert sample.before or sample.after


def test_statuses_of_every_combination_add_up(
    dataset: fo.Dataset, results: ComparisonResults
) -> None:
    counts = results.statuses()
    for pair in itertools.combinations([str(status) for status in Status], 2):
        found = shown(show(dataset, statuses=pair), "diff")
        for side in SIDES:
            assert len(found[side]) == counts.loc[list(pair), side].sum()


def test_every_relabel_cell_opens_its_pairs(
    dataset: fo.Dataset, results: ComparisonResults
) -> None:
    cells = results.relabels().to_dict("records")
    assert {tuple(cell.values()) for cell in cells} == {
        ("cow", "horse", 3),
        ("horse", "cow", 1),
    }
    for cell in cells:
        view = show(
            dataset,
            statuses=["relabeled"],
            base_classes=[cell["base"]],
            revised_classes=[cell["revised"]],
        )
        names, ids, partners = (shown(view, n) for n in ("label", "id", "diff_id"))
        for side, other in (("base", "revised"), ("revised", "base")):
            assert names[side] == [cell[side]] * cell["pairs"]
            assert partners[side] == ids[other]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", ["cat", "cow", "bus", "car", "fork", "tie"])
def test_classes_of_one_side_choose_its_labels_and_their_partners(
    dataset: fo.Dataset, results: ComparisonResults, side: str, name: str
) -> None:
    view = show(dataset, **{f"{side}_classes": [name]})
    everything = dataset.view()
    expected = [
        label_id
        for label_id, label in zip(
            shown(everything)[side], shown(everything, "label")[side], strict=True
        )
        if label == name
    ]
    assert sorted(shown(view)[side]) == sorted(expected)
    assert len(expected) == results.classes().loc[name, side]
    other = next(s for s in SIDES if s != side)
    paired = {*shown(everything, "diff_id")[side]}
    for label_id, partner in zip(
        shown(view)[other], shown(view, "diff_id")[other], strict=True
    ):
        assert label_id in paired or partner in expected


def test_classes_that_nothing_has_give_an_empty_view(
    dataset: fo.Dataset, results: ComparisonResults
) -> None:
    for only_labels in (True, False):
        view = show(dataset, base_classes=["unicorn"], only_labels=only_labels)
        assert len(view) == 0


@pytest.mark.parametrize(
    "bounds", [(None, 0.5), (0.5, None), (0.3, 0.9), (0.9, 0.9), (0, 1)]
)
@pytest.mark.parametrize("classes", [(), ("cat", "cup", "bus", "cow", "tie")])
def test_a_range_of_iou_holds_labels_that_have_one_in_it(
    dataset: fo.Dataset,
    results: ComparisonResults,
    bounds: tuple[float | None, float | None],
    classes: tuple[str, ...],
) -> None:
    view = show(dataset, iou=bounds, base_classes=classes)
    low, high = bounds[0] or 0, 1 if bounds[1] is None else bounds[1]
    every = dict(
        zip(column(dataset, "before", "id"), column(dataset, "before", "diff_iou"),
            strict=True)
    )  # fmt: skip
    named = dict(
        zip(column(dataset, "before", "id"), column(dataset, "before", "label"),
            strict=True)
    )  # fmt: skip
    assert sorted(shown(view)["base"]) == sorted(
        i
        for i, iou in every.items()
        if iou is not None and low <= iou <= high
        if not classes or named[i] in classes
    )
    for iou in itertools.chain(*shown(view, "diff_iou").values()):
        assert low <= iou <= high


@pytest.mark.parametrize("bounds", [(0.1, None), (None, 0.3), (0.9, 1), (0, 0)])
def test_a_range_of_disagreement_chooses_samples_with_all_their_labels(
    dataset: fo.Dataset,
    results: ComparisonResults,
    bounds: tuple[float | None, float | None],
) -> None:
    view = show(dataset, disagreement=bounds)
    low, high = bounds[0] or 0, 1 if bounds[1] is None else bounds[1]
    ids, found = dataset.values(["id", "diff_disagreement"])
    expected = {i for i, d in zip(ids, found, strict=True) if low <= d <= high}
    assert set(view.values("id")) == expected
    assert shown(view) == shown(
        dataset.select(view.values("id"), ordered=True),
    )


def test_a_bound_is_in_its_range() -> None:
    pair = [masked("cat", 0, 0, 10, 10)], [masked("cat", 0, 0, 10, 7)]
    dataset = make_pair(pair)
    compare_annotations(dataset, **FIELDS)
    assert dataset.values("diff_disagreement") == [0.3]
    for bounds in ((None, 0.3), (0.3, None)):
        assert len(show(dataset, disagreement=bounds)) == 1


def test_a_view_of_differences_is_known_by_its_stages(
    dataset: fo.Dataset, results: ComparisonResults
) -> None:
    for view in (show(dataset), show(dataset.limit(3), statuses=["added"]).limit(1)):
        assert shows_differences(view, "diff")
        assert not shows_differences(view, "other")
    for samples in (dataset, dataset.limit(3), dataset.exists("diff_pq")):
        assert not shows_differences(samples, "diff")


def test_a_sample_level_view_keeps_all_labels_of_its_samples(
    dataset: fo.Dataset, results: ComparisonResults
) -> None:
    for wanted in ({"statuses": ["split"]}, {"revised_classes": ["bus"]}):
        view = show(dataset, only_labels=False, **wanted)
        assert len(view) == 1
        assert [len(labels) for labels in shown(view).values()] == [11, 10]


def test_samples_come_in_order_of_disagreement_unless_that_is_not_wanted(
    dataset: fo.Dataset, results: ComparisonResults
) -> None:
    ordered = show(dataset).values("diff_disagreement")
    assert ordered == sorted(ordered, reverse=True)
    assert len(ordered) == len(dataset)
    assert show(dataset, by_disagreement=False).values("id") == dataset.values("id")


def test_of_a_view_only_its_samples_and_labels_are_shown(
    dataset: fo.Dataset, results: ComparisonResults
) -> None:
    view = dataset.limit(3).filter_labels("before", F("label") == "cow")
    found = show(view, statuses=["relabeled"], by_disagreement=False)
    assert found.values("id") == dataset.values("id")[1:3]
    assert shown(found, "label")["base"] == ["cow", "cow"]


def test_samples_that_were_not_compared_are_left_out(dataset: fo.Dataset) -> None:
    compare_annotations(dataset.limit(2), **FIELDS)
    assert set(show(dataset).values("id")) == set(dataset.limit(2).values("id"))
    assert len(show(dataset, statuses=["relabeled"])) == 1


def test_labels_of_both_sides_with_the_same_ids_are_told_apart() -> None:
    dataset = make_pair(([masked("cat", 0, 0, 10, 10)], []))
    dataset.clone_sample_field("before", "clone")
    sample = dataset.first()
    sample.clone.detections[0].bounding_box[0] += 0.5
    sample.save()
    compare_annotations(dataset, "before", "clone")
    assert dataset.values("before.detections.id") == dataset.values(
        "clone.detections.id"
    )
    view = show(dataset, base_classes=["cat"])
    assert view.count("before.detections") == 1
    assert view.count("clone.detections") == 0


def test_other_label_fields_stay_in_the_view(
    dataset: fo.Dataset, results: ComparisonResults
) -> None:
    dataset.clone_sample_field("before", "third")
    for wanted in ({"statuses": ["split"]}, {"revised_classes": ["bus"]}):
        assert show(dataset, **wanted).count("third.detections") == 11


def test_polylines_are_shown_as_detections_are() -> None:
    dataset = make_pair(
        (
            [outlined("cow", 0, 0, 10, 10), outlined("tie", 30, 0, 10, 10)],
            [masked("horse", 0, 0, 10, 10)],
        )
    )
    compare_annotations(dataset, **FIELDS)
    view = show(dataset, base_classes=["cow"])
    assert shown(view, "label") == {"base": ["cow"], "revised": ["horse"]}
    assert shown(show(dataset, statuses=["removed"]), "label")["base"] == ["tie"]


def test_hostile_class_names_are_found_by_their_letters() -> None:
    names = [name for name in HOSTILE if name]
    dataset = make_pair(
        *[([masked("cat", 0, 0, 9, 9)], [masked(name, 0, 0, 9, 9)]) for name in names]
    )
    compare_annotations(dataset, **FIELDS)
    for name in names:
        view = show(dataset, base_classes=["cat"], revised_classes=[name])
        assert shown(view, "label") == {"base": ["cat"], "revised": [name]}


def test_a_view_is_plain_json_that_builds_again(
    dataset: fo.Dataset, results: ComparisonResults
) -> None:
    for wanted in ({"iou": (0.2, 0.9)}, {"base_classes": ["cat"]}):
        view = show(dataset, **wanted)
        stages = json.loads(json.dumps(view._serialize()))
        again = fo.DatasetView._build(dataset, stages)
        assert shown(again) == shown(view)
        dataset.save_view("saved", view, overwrite=True)
        assert shown(dataset.load_saved_view("saved")) == shown(view)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"statuses": ["renamed"]}, "Unknown status 'renamed'; there are: identical"),
        ({"iou": (0.9, 0.1)}, "range from 0.9 to 0.1 is empty"),
        ({"disagreement": (1, 0)}, "range from 1 to 0 is empty"),
    ],
)
def test_what_can_not_be_wanted_is_refused(
    dataset: fo.Dataset, results: ComparisonResults, wanted: Any, said: str
) -> None:
    with pytest.raises(ComparisonError, match=said):
        show(dataset, **wanted)


def test_a_comparison_that_is_not_there_is_named_with_those_that_are(
    dataset: fo.Dataset, results: ComparisonResults
) -> None:
    with pytest.raises(ComparisonError, match="no comparison 'none'; there are: diff"):
        differences_view(dataset, "none", Differences())


def test_patches_are_refused_with_the_way_out(
    dataset: fo.Dataset, results: ComparisonResults
) -> None:
    with pytest.raises(ComparisonError, match="view of patches"):
        show(dataset.to_patches("before"), statuses=["split"])


def test_a_field_that_was_renamed_since_is_named(
    dataset: fo.Dataset, results: ComparisonResults
) -> None:
    dataset.rename_sample_field("after", "later")
    with pytest.raises(ComparisonError, match="no field 'after'"):
        show(dataset, statuses=["split"])


def test_a_broken_label_without_a_class_does_not_hide_the_others() -> None:
    dataset = make_pair(
        ([masked("cow", 0, 0, 9, 9), masked("x", 20, 0, 9, 9)],
         [masked("ox", 0, 0, 9, 9)])
    )  # fmt: skip
    alter(dataset, "before", 1, label=None)
    compare_annotations(dataset, **FIELDS)
    view = show(dataset, base_classes=["cow"])
    assert Counter(shown(view, "label")["base"]) == {"cow": 1}
