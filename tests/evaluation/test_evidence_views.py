"""The views behind the counts of evidence."""

from __future__ import annotations

from collections.abc import Iterator

import fiftyone as fo
import pytest
from fiftyone import ViewField as F
from helpers.datasets.labelled import FIELDS, HOSTILE, every_status, make_pair, masked
from sama_coco.labelsets import (
    ComparisonError,
    compare_annotations,
    delete_comparison,
    evidence_view,
    weigh_evidence,
)
from sama_coco.labelsets.evaluation.evidence_results import COLUMNS

pytestmark = pytest.mark.usefixtures("fresh_database")

WAYS = {"there": FIELDS, "back": {"base_field": "after", "revised_field": "before"}}


@pytest.fixture
def dataset() -> fo.Dataset:
    """Every status, a matched crowd with parts, odd classes, and predictions."""
    crowd = masked("bus", 0, 20, 20, 10, iscrowd=1)
    parts = [masked("bus", x, 20, 5, 10) for x in (0, 5)]
    odd = [masked(name, 5 * n, 0, 5, 9) for n, name in enumerate(HOSTILE)]
    found = make_pair(
        every_status(),
        ([crowd], [crowd.copy(), *parts]),
        (odd, [one.copy() for one in odd[::-2]] + [masked(None, 0, 30, 9, 9)]),
        ([masked("cat", 0, 0, 9, 9)], [masked("cat", 40, 40, 9, 9)]),
    )
    found.set_values("model", list(_predictions(found)), dynamic=True)
    for key, sides in WAYS.items():
        compare_annotations(found, **sides, key=key)
        weigh_evidence(found, "model", key)
    return found


def _predictions(dataset: fo.Dataset) -> Iterator[fo.Detections]:
    """One of every second label, and one of both sides where they are the same."""
    for sample in dataset:
        labels = [*sample.before.detections[::2], *sample.after.detections[1::2]]
        copies = [
            fo.Detection(
                label=one.label,
                bounding_box=one.bounding_box,
                mask=one.mask,
                confidence=1 - n / 50,
            )
            for n, one in enumerate(labels)
        ]
        yield fo.Detections(detections=copies)


def items(view: fo.DatasetView, key: str) -> set[tuple[str, str]]:
    found = set()
    for field in FIELDS.values():
        named = view.values(["id", f"{field}.detections.{key}_item"])
        found |= {(n, x) for n, own in zip(*named, strict=True) for x in own or []}
    return found


@pytest.mark.parametrize("key", WAYS)
def test_every_cell_opens_the_items_that_it_counts(
    dataset: fo.Dataset, key: str
) -> None:
    results = weigh_evidence(dataset, "model", key)
    whole = {column: results.summary()[column] for column in COLUMNS}
    assert whole["base"] > 0
    assert whole["revised"] > 0
    assert 0 < whole["equal"] < whole["advised"] < whole["items"]
    labels = dataset.count("before.detections"), dataset.count("after.detections")
    for what, table in (
        ("status", results.statuses()),
        ("name", results.classes()),
        (None, None),
    ):
        rows = [(None, whole)] if table is None else table.iterrows()
        for name, counts in rows:
            for column in COLUMNS[:-1]:
                wanted = {} if what is None else {what: name}
                view = evidence_view(dataset, key, column=column, **wanted)
                assert len(items(view, key)) == counts[column], (name, column)
            same = evidence_view(dataset, key, column="mean", **wanted)
            assert len(items(same, key)) == counts["advised"]
    assert labels == (
        dataset.count("before.detections"),
        dataset.count("after.detections"),
    )


def test_all_labels_of_an_item_are_shown_and_no_others(dataset: fo.Dataset) -> None:
    second = dataset.skip(1).limit(1)
    view = evidence_view(second, "there", status="split")
    assert view.count("before.detections") == 1
    assert view.count("after.detections") == 3
    assert set(view.values("after.detections.there", unwind=True)) == {
        "identical",
        "split",
    }
    assert len(evidence_view(second, "there", status="identical")) == 0
    assert len(evidence_view(dataset.limit(0), "there")) == 0


def test_the_most_disagreeing_image_comes_first(dataset: fo.Dataset) -> None:
    found = evidence_view(dataset, "there").values("there_disagreement")
    assert found == sorted(found, reverse=True)
    assert len(found) == 4


def test_what_can_not_be_shown_is_refused(dataset: fo.Dataset) -> None:
    unweighed = compare_annotations(dataset, **FIELDS, key="bare")
    for arguments, message in (
        ({"key": "gone"}, "no comparison 'gone'"),
        ({"key": unweighed.key}, "No evidence was weighed"),
        ({"key": "there", "status": "odd"}, "Unknown status 'odd'"),
        ({"key": "there", "column": "sum"}, "Unknown column 'sum'"),
    ):
        with pytest.raises(ComparisonError, match=message):
            evidence_view(dataset, **arguments)
    delete_comparison(dataset, "there")
    with pytest.raises(ComparisonError, match="no comparison 'there'"):
        evidence_view(dataset.match(F("model").exists()), "there")
