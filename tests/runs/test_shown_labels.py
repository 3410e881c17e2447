"""Views that filter or map labels are compared as they show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import fiftyone as fo
import pytest
from fiftyone import ViewField as F
from helpers.datasets.labelled import FIELDS, Sides, make_pair, masked
from sama_coco.labelsets import ComparisonError, compare_annotations
from sama_coco.labelsets.runs.freshness import check_freshness

AFTER = ["identical", "relabeled"]

pytestmark = pytest.mark.usefixtures("fresh_database")


def sides() -> Sides:
    """A cat that stays, a dog that goes, and a car that becomes a truck."""
    before = [
        masked("cat", 0, 0, 10, 10),
        masked("dog", 20, 0, 10, 10),
        masked("car", 40, 0, 20, 20),
    ]
    after = [masked("cat", 0, 0, 10, 10), masked("truck", 40, 0, 20, 20)]
    return before, after


@pytest.fixture
def dataset() -> fo.Dataset:
    return make_pair(sides(), sides())


def compare(samples: Any, **arguments: Any) -> Any:
    return compare_annotations(samples, **FIELDS | arguments)


def statuses(dataset: fo.Dataset, key: str = "diff") -> list[Any]:
    """The statuses of the first sample, those of base first."""
    dataset.reload()
    sample = dataset.first()
    return [
        label.get_field(key) if label.has_field(key) else None
        for name in ("before", "after")
        for label in sample[name].detections
    ]


def test_labels_that_a_view_filters_out_have_no_part(dataset: fo.Dataset) -> None:
    view = dataset.filter_labels("before", F("label") != "dog")
    results = compare(view)
    assert statuses(dataset) == ["identical", None, "relabeled", *AFTER]
    assert results.summary()["base"] == 4
    assert "dog" not in results.classes().index
    assert dataset.values("diff_removed") == [0, 0]


def test_mapped_labels_are_compared_under_their_mapped_class(
    dataset: fo.Dataset,
) -> None:
    view = dataset.map_labels("before", {"car": "truck"})
    results = compare(view)
    assert statuses(dataset) == ["identical", "removed", *["identical"] * 3]
    first = dataset.first()
    assert [d.label for d in first.before.detections] == ["cat", "dog", "car"]
    assert [d["diff_class"] for d in first.before.detections] == [None, None, "truck"]
    assert "car" not in results.classes().index
    assert results.classes().loc["truck", "base"] == 2


def mapped_and_limited(dataset: fo.Dataset) -> Any:
    return dataset.map_labels("before", {"car": "truck"}).limit_labels("before", 1)


def selected(dataset: fo.Dataset) -> Any:
    ids = dataset.values("before.detections.id", unwind=True)[:1]
    return dataset.exclude_labels(ids=ids, fields="before")


def set_field(dataset: fo.Dataset) -> Any:
    return dataset.set_field("before.detections.label", F("label").upper())


@pytest.mark.parametrize(
    ("make_view", "expected"),
    [
        (mapped_and_limited, ["identical", None, None, "identical", "added"]),
        (selected, [None, "removed", "relabeled", "added", "relabeled"]),
        (
            set_field,
            ["relabeled", "removed", "relabeled", "relabeled", "relabeled"],
        ),
    ],
)
def test_every_way_to_change_labels_counts(
    dataset: fo.Dataset, make_view: Callable[[fo.Dataset], Any], expected: list[str]
) -> None:
    compare(make_view(dataset))
    assert statuses(dataset) == expected


def test_hidden_labels_lose_the_values_of_an_earlier_run(dataset: fo.Dataset) -> None:
    compare(dataset)
    assert statuses(dataset)[1] == "removed"
    view = dataset.filter_labels("before", F("label") != "dog")
    compare(view, overwrite=True)
    assert statuses(dataset)[1] is None


def test_a_view_of_samples_alone_compares_all_their_labels(dataset: fo.Dataset) -> None:
    view = dataset.match(F("before.detections").length() > 1).sort_by("filepath")
    compare(view.limit(1))
    assert "removed" in statuses(dataset)


@pytest.mark.parametrize(
    "make_view",
    [
        lambda dataset: dataset.match(F("diff_disagreement") > 0),
        lambda dataset: dataset.filter_labels("before", F("diff") == "removed"),
        lambda dataset: dataset.sort_by("diff_pq"),
        lambda dataset: dataset.sort_by([("filepath", 1), ("diff_pq", -1)]),
        lambda dataset: dataset.exists("diff_pq"),
        lambda dataset: dataset.match({"diff_pq": {"$gte": 0}}),
        lambda dataset: dataset.match({"before.detections.diff": "removed"}),
        lambda dataset: dataset.match(
            {"$or": [{"before.detections": {"$elemMatch": {"diff": "removed"}}}]}
        ),
        lambda dataset: dataset.match_labels(
            filter=F("diff") == "removed", fields="before"
        ),
        lambda dataset: dataset.match(
            F("before.detections").filter(F("diff_iou") >= 0).length() >= 0
        ),
        lambda dataset: dataset.filter_labels(
            "before", F("$diff_disagreement") >= 0, only_matches=False
        ),
        lambda dataset: dataset.select_by("diff_added", [0, 1]),
        lambda dataset: dataset.set_field("before.detections.label", F("diff")),
        lambda dataset: dataset.mongo([{"$match": {"diff_pq": {"$gte": 0}}}]),
        lambda dataset: dataset.mongo([{"$sort": {"before.detections.diff_iou": 1}}]),
    ],
)
def test_a_view_that_reads_what_the_comparison_writes_is_refused(
    dataset: fo.Dataset, make_view: Callable[[fo.Dataset], Any]
) -> None:
    before = compare(dataset).summary()
    with pytest.raises(ComparisonError, match="which the comparison 'diff' writes"):
        compare(make_view(dataset), overwrite=True)
    assert dataset.load_run_results("diff").summary() == before
    compare(make_view(dataset), key="other")


@pytest.mark.parametrize(
    "make_view",
    [
        lambda dataset: dataset.match_tags("validation"),
        lambda dataset: dataset.match(F("tags").contains("validation")),
        lambda dataset: dataset.match({"tags": "validation"}),
        lambda dataset: dataset.match({"tags": {"$in": ["validation"]}}),
        lambda dataset: dataset.match_labels(tags="validation", bool=False),
        lambda dataset: dataset.exclude_labels(tags="validation"),
        lambda dataset: dataset.filter_labels(
            "before", F("label") != "validation", only_matches=False
        ),
        lambda dataset: dataset.filter_labels(
            "before", ~F("label").is_in(["validation"]), only_matches=False
        ),
        lambda dataset: dataset.filter_labels(
            "before", F("label") != F.literal("$validation"), only_matches=False
        ),
        lambda dataset: dataset.map_labels("before", {"validation": "cat"}),
        lambda dataset: dataset.exclude_by("filepath", ["validation"]),
        lambda dataset: dataset.match(F("validation.detections").length() == 0),
    ],
)
def test_a_tag_or_a_class_that_is_called_like_the_key_is_no_field_of_it(
    dataset: fo.Dataset, make_view: Callable[[fo.Dataset], Any]
) -> None:
    dataset.add_sample_field("validation", fo.EmbeddedDocumentField, fo.Detections)
    dataset.tag_samples("validation")
    for _ in range(2):
        compare(make_view(dataset), key="validation", overwrite=True)
    assert dataset.exists("validation_pq").count() == len(dataset)


def test_such_a_run_goes_out_of_date_by_what_its_view_shows(
    dataset: fo.Dataset,
) -> None:
    compare(dataset.filter_labels("before", F("label") != "dog"))
    assert not check_freshness(dataset, "diff", every=True).is_out_of_date
    sample = dataset.first()
    sample.before.detections[1].bounding_box = [0.5, 0.5, 0.1, 0.1]
    sample.save()
    assert not check_freshness(dataset, "diff", every=True).is_out_of_date
    sample.before.detections[0].label = "tiger"
    sample.save()
    assert check_freshness(dataset, "diff", every=True).changed == [sample.id]
