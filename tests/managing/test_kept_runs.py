"""Comparisons and reconciled fields, listed, renamed and deleted alike."""

from __future__ import annotations

import threading
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.labelled import FIELDS, every_status, make_pair, state
from helpers.datasets.reconciled import documents
from sama_coco.labelsets import (
    ComparisonError,
    compare_annotations,
    delete_comparison,
    describe_comparisons,
    list_comparisons,
    list_reconciliations,
    load_reconciliation,
    reconcile_annotations,
    rename_comparison,
)
from sama_coco.labelsets.error_types import ClaimedError
from sama_coco.labelsets.managing.kept_runs import (
    deletable_comparisons,
    renamable_comparisons,
)
from sama_coco.labelsets.reconciling.decisions.verdicts import Verdict
from sama_coco.labelsets.reconciling.review_items import sample_items
from sama_coco.labelsets.reconciling.review_progress import review_progress
from sama_coco.labelsets.reconciling.verdict_writing import write_verdict
from sama_coco.labelsets.runs.registry.claims import claim_run

pytestmark = pytest.mark.usefixtures("fresh_database")

FIELD = "reconciled_segmentations"


@pytest.fixture
def dataset() -> fo.Dataset:
    dataset = make_pair(every_status(), every_status(), (None, []))
    compare_annotations(dataset, **FIELDS, missing="empty")
    return dataset


def test_both_kinds_are_listed(dataset: fo.Dataset) -> None:
    policy = [{"take": "both", "status": "added"}, {"take": "revised"}]
    reconcile_annotations(dataset, policy=policy, open="base")
    comparison, field = describe_comparisons(dataset)
    assert (comparison["kind"], comparison["key"]) == ("comparison", "diff")
    assert comparison["dependents"] == [FIELD]
    timestamp = field.pop("timestamp")
    assert timestamp.startswith("20")
    assert field == {
        "kind": "reconciled field",
        "key": FIELD,
        "comparison": "diff",
        "base_field": "before",
        "revised_field": "after",
        "policy": ["both where status is added", "revised"],
        "open": "base",
        "finished": True,
    }
    assert deletable_comparisons(dataset) == renamable_comparisons(dataset)
    assert deletable_comparisons(dataset) == ["diff", FIELD]


def test_a_comparison_that_a_field_rests_on_is_not_lost_unless_told(
    dataset: fo.Dataset,
) -> None:
    reconcile_annotations(dataset)
    before = state(dataset)
    for lose in (
        lambda: delete_comparison(dataset, "diff"),
        lambda: compare_annotations(dataset, **FIELDS, overwrite=True),
    ):
        with pytest.raises(ComparisonError, match=f"'{FIELD}' depends on"):
            lose()
        assert state(dataset) == before
    delete_comparison(dataset, "diff", force=True)
    assert list_comparisons(dataset) == []
    assert load_reconciliation(dataset, FIELD).summary()["labels_from_revised"] == 20
    delete_comparison(dataset, FIELD)
    assert not dataset.has_field(FIELD)


def test_a_field_is_deleted_and_its_comparison_stays(dataset: fo.Dataset) -> None:
    schema = list(dataset.get_field_schema(flat=True))
    reconcile_annotations(dataset)
    delete_comparison(dataset, FIELD)
    dataset.reload()
    assert list(dataset.get_field_schema(flat=True)) == schema
    assert not any(FIELD in document for document in documents(dataset))
    assert list_reconciliations(dataset) == []
    assert list_comparisons(dataset) == ["diff"]
    with pytest.raises(ComparisonError, match=f"no comparison '{FIELD}'"):
        delete_comparison(dataset, FIELD)


def test_a_field_of_which_the_run_is_gone_can_be_deleted(dataset: fo.Dataset) -> None:
    reconcile_annotations(dataset)
    fo.core.runs.Run.delete_run(dataset, FIELD, cleanup=False)
    dataset.reload()
    assert deletable_comparisons(dataset) == ["diff", FIELD]
    delete_comparison(dataset, FIELD)
    assert not dataset.has_field(FIELD)


def test_a_renamed_comparison_keeps_its_verdicts_and_its_fields(
    dataset: fo.Dataset,
) -> None:
    first, second, empty = dataset.values("id")
    dataset.tag_labels("mine", label_fields=list(FIELDS.values()))
    for item, verdict in zip(sample_items(dataset, first), Verdict, strict=False):
        write_verdict(dataset, first, verdict, item.label_ids)
    write_verdict(dataset, second, Verdict.NEITHER)
    progress = review_progress(dataset)
    reconcile_annotations(dataset, open="base")
    rename_comparison(dataset, "diff", "other")
    assert review_progress(dataset, "other") == progress
    assert dataset.count_sample_tags() == {"other: keep neither": 1}
    counts = dataset.count_label_tags(list(FIELDS.values()))
    assert {tag for tag in counts if tag != "mine"} == {
        verdict.tag("other") for verdict in Verdict
    }
    assert counts["mine"] == 42
    assert load_reconciliation(dataset, FIELD).config.comparison == "other"
    reconcile_annotations(dataset, "other", open="base", overwrite=True)
    rename_comparison(dataset, "other", "diff")
    assert review_progress(dataset) == progress
    assert documents(dataset)[2].get("before") is None
    assert empty


def test_a_reconciled_field_is_renamed(dataset: fo.Dataset) -> None:
    reconcile_annotations(dataset)
    rename_comparison(dataset, FIELD, "best")
    assert list_reconciliations(dataset, finished=True) == ["best"]
    assert dataset.count("best.detections") == 20
    for taken in ("diff", "before", "best"):
        with pytest.raises(ComparisonError):
            rename_comparison(dataset, "best", taken)
    with pytest.raises(ComparisonError, match="There is a run 'best' already"):
        rename_comparison(dataset, "diff", "best")


def test_one_process_at_a_time_makes_a_field(dataset: fo.Dataset) -> None:
    before = state(dataset)
    with (
        claim_run(dataset, FIELD),
        pytest.raises(ClaimedError, match=f"working on the run '{FIELD}'"),
    ):
        reconcile_annotations(dataset)
    assert state(dataset) == before
    reconcile_annotations(dataset)


def test_a_run_that_is_deleted_while_it_writes_ends_and_leaves_nothing(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sama_coco.labelsets.reconciling import reconcile_dataset

    monkeypatch.setattr(reconcile_dataset, "WRITTEN_AT_ONCE", 1)

    def on_progress(done: float, text: str) -> None:
        if text.startswith("1 of 3 images written"):
            other = threading.Thread(target=delete_comparison, args=(dataset, FIELD))
            other.start()
            other.join()

    with pytest.raises(ComparisonError, match=f"finished the run '{FIELD}'"):
        reconcile_annotations(dataset, on_progress=on_progress)
    assert list_reconciliations(dataset) == []
    assert not any(FIELD in document for document in documents(dataset))


def test_tags_of_labels_without_any_stay_as_they_are(dataset: fo.Dataset) -> None:
    path = "before.detections.0"
    collection = dataset._sample_collection
    collection.update_many({path: {"$exists": True}}, {"$unset": {f"{path}.tags": 1}})
    dataset.limit(1).tag_samples("unsure")

    def labels() -> list[Any]:
        lists = [(d.get("before") or {}).get("detections") for d in documents(dataset)]
        return [
            [{n.replace("other", "diff"): v for n, v in x.items()} for x in found]
            if found is not None
            else None
            for found in lists
        ]

    before = labels()
    rename_comparison(dataset, "diff", "other")
    assert labels() == before
    assert dataset.first().tags == ["other: unsure"]


@pytest.mark.parametrize("key", ["diff", FIELD])
@pytest.mark.parametrize("is_done", [True, False])
def test_an_interrupted_rename_is_resumed_by_the_key_that_is_listed(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch, key: str, is_done: bool
) -> None:
    reconcile_annotations(dataset)
    rename = fo.Dataset.rename_run

    def interrupted(*args: Any) -> None:
        if is_done:
            rename(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fo.Dataset, "rename_run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            rename_comparison(dataset, key, "other")
    (listed,) = {key, "other"} & set(dataset.list_runs())
    assert {key, "other"} & set(deletable_comparisons(dataset)) == {listed}
    if listed == key:
        before = state(dataset)
        with pytest.raises(ComparisonError, match="was being renamed to 'other'"):
            delete_comparison(dataset, "other", force=True)
        assert state(dataset) == before
    rename_comparison(dataset, listed, "other")
    assert "other" in renamable_comparisons(dataset)
    assert key not in dataset.list_runs()
    assert load_reconciliation(dataset, {FIELD: "other"}.get(key, FIELD)).summary()
