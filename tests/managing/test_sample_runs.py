"""Agreements and benchmarks, listed, renamed and deleted as comparisons are."""

from __future__ import annotations

import json
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.every_run import CONSENSUS, LABELS, with_every_run
from helpers.datasets.labelled import FIELDS, state
from sama_coco.labelsets import (
    ComparisonError,
    benchmark_predictions,
    compare_annotations,
    contested_view,
    delete_comparison,
    describe_comparisons,
    load_agreement,
    load_benchmark,
    load_reconciliation,
    load_results,
    measure_agreement,
    reconcile_annotations,
    rename_comparison,
    take_census,
)
from sama_coco.labelsets.agreement.agreement_run import sample_fields
from sama_coco.labelsets.error_types import ClaimedError
from sama_coco.labelsets.managing.kept_runs import (
    deletable_comparisons,
    renamable_comparisons,
    renaming_to,
    runs_depending_on,
)
from sama_coco.labelsets.runs.registry.claims import claim_run

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def dataset() -> fo.Dataset:
    return with_every_run()


def values(dataset: fo.Dataset, key: str) -> list[Any]:
    found: list[Any] = dataset.values(list(sample_fields(key)))
    return found


def test_every_kind_is_listed(dataset: fo.Dataset) -> None:
    rows = {row["key"]: row for row in describe_comparisons(dataset)}
    assert json.loads(json.dumps(rows)) == rows
    assert {key: row["kind"] for key, row in rows.items()} == {
        "diff": "comparison",
        "agreed": "reconciled field",
        "agreement": "agreement",
        "benchmark": "benchmark",
    }
    assert rows["agreement"]["fields"] == LABELS
    assert rows["agreement"]["dependents"] == ["agreed"]
    assert rows["benchmark"]["predictions"] == ["model"]
    assert rows["benchmark"]["bootstrap"] == 5
    assert rows["agreed"]["policy"] == "consensus"
    assert rows["agreed"]["quorum"] == 2
    assert all(row["finished"] for row in rows.values())
    assert all(row["timestamp"].startswith("20") for row in rows.values())
    assert deletable_comparisons(dataset) == list(rows)
    assert renamable_comparisons(dataset) == list(rows)


@pytest.mark.parametrize("key", ["agreement", "benchmark"])
def test_a_run_that_another_process_works_on_is_not_deleted(
    dataset: fo.Dataset, key: str
) -> None:
    before = state(dataset)
    with claim_run(dataset, key), pytest.raises(ClaimedError, match="working on"):
        delete_comparison(dataset, key, force=True)
    assert state(dataset) == before
    delete_comparison(dataset, key, force=True)
    assert key not in deletable_comparisons(dataset)


def test_an_agreement_is_renamed_with_its_fields_and_what_rests_on_it(
    dataset: fo.Dataset,
) -> None:
    before, written = load_agreement(dataset).to_dict(), values(dataset, "agreement")
    told: list[float] = []
    rename_comparison(dataset, "agreement", "other", lambda done, _: told.append(done))
    assert (told[0], told[-1]) == (0, 1)
    assert load_agreement(dataset, "other").to_dict() == before | {"key": "other"}
    assert values(dataset, "other") == written
    assert not any(map(dataset.has_sample_field, sample_fields("agreement")))
    assert load_reconciliation(dataset, "agreed").config.comparison == "other"
    assert runs_depending_on(dataset, "other") == ["agreed"]
    with pytest.raises(ComparisonError, match="no run 'agreement'"):
        load_agreement(dataset)
    reconcile_annotations(
        dataset, "other", policy=CONSENSUS, field="agreed", overwrite=True
    )


def test_a_benchmark_is_renamed(dataset: fo.Dataset) -> None:
    before = load_benchmark(dataset).to_dict()
    rename_comparison(dataset, "benchmark", "other")
    assert load_benchmark(dataset, "other").to_dict() == before | {"key": "other"}
    assert "benchmark" not in dataset.list_runs()


@pytest.mark.parametrize(
    ("key", "new_key"),
    [
        *(("agreement", name) for name in ("diff", "agreed", "a b", "", "mine")),
        *(("benchmark", name) for name in ("diff", "agreed", "a b", "", "benchmark")),
    ],
)
def test_a_name_that_is_taken_is_refused_and_nothing_changed(
    dataset: fo.Dataset, key: str, new_key: str
) -> None:
    dataset.add_sample_field("mine_alpha", fo.FloatField)
    before = state(dataset)
    with pytest.raises(ComparisonError):
        rename_comparison(dataset, key, new_key)
    assert state(dataset) == before


def test_what_is_not_there_can_not_be_renamed(dataset: fo.Dataset) -> None:
    for new_key in ("benchmark", "agreement", "free"):
        with pytest.raises(ComparisonError, match="no comparison 'gone'"):
            rename_comparison(dataset, "gone", new_key)
    with pytest.raises(ComparisonError, match="There is a run 'agreement' already"):
        rename_comparison(dataset, "diff", "agreement")


@pytest.mark.parametrize("step", ["rename_sample_fields", "rename_run"])
@pytest.mark.parametrize("is_done", [True, False])
def test_an_interrupted_rename_shows_and_is_resumed_or_deleted(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch, step: str, is_done: bool
) -> None:
    before, written = load_agreement(dataset).to_dict(), values(dataset, "agreement")
    original = getattr(fo.Dataset, step)

    def interrupted(*args: Any) -> None:
        if is_done:
            original(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fo.Dataset, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            rename_comparison(dataset, "agreement", "other")
    (key,) = {"agreement", "other"} & set(dataset.list_runs())
    assert renaming_to(dataset, key) == "other"
    assert key in renamable_comparisons(dataset)
    with pytest.raises(ComparisonError, match="was being renamed to 'other'"):
        load_agreement(dataset, key)
    assert {"agreement", "other"} & set(deletable_comparisons(dataset)) == {key}
    if key == "agreement":
        with pytest.raises(ComparisonError, match="was being renamed to 'other'"):
            delete_comparison(dataset, "other", force=True)
    rename_comparison(dataset, key, "other")
    assert load_agreement(dataset, "other").to_dict() == before | {"key": "other"}
    assert values(dataset, "other") == written

    with monkeypatch.context() as patch:
        patch.setattr(fo.Dataset, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            rename_comparison(dataset, "other", "third")
    (key,) = {"other", "third"} & set(dataset.list_runs())
    delete_comparison(dataset, key, force=True)
    made = {*sample_fields("other"), *sample_fields("third")}
    assert not made & set(dataset.get_field_schema())


def test_an_agreement_is_deleted_with_its_fields_where_nothing_rests_on_it(
    dataset: fo.Dataset,
) -> None:
    before = state(dataset)
    with pytest.raises(
        ComparisonError, match="'agreed' depends on the agreement 'agreement'"
    ):
        delete_comparison(dataset, "agreement")
    assert state(dataset) == before
    delete_comparison(dataset, "agreed")
    told: list[tuple[float, str]] = []
    delete_comparison(dataset, "agreement", on_progress=lambda *step: told.append(step))
    assert [done for done, _ in told] == [0, 1]
    assert not any(map(dataset.has_sample_field, sample_fields("agreement")))
    assert set(dataset.list_runs()) == {"diff", "benchmark"}
    delete_comparison(dataset, "benchmark")
    assert dataset.list_runs() == ["diff"]
    assert load_results(dataset, "diff").summary()["images"] == 2


def test_what_needs_a_deleted_run_says_what_is_gone(dataset: fo.Dataset) -> None:
    reconcile_annotations(dataset, policy=[{"take": "review"}], open="base")
    for key in ("diff", "agreement"):
        delete_comparison(dataset, key, force=True)
    results = load_reconciliation(dataset, "reconciled_segmentations")
    assert results.summary()["open"] == 18
    gone = "'reconciled_segmentations' depends on 'diff', which was deleted since"
    for use in (
        results.open_items,
        results.conflicts,
        lambda: reconcile_annotations(dataset, overwrite=True),
    ):
        with pytest.raises(ComparisonError, match=gone):
            use()
    with pytest.raises(ComparisonError, match="'agreed' depends on 'agreement', which"):
        reconcile_annotations(dataset, "agreement", policy=CONSENSUS, field="agreed")
    compare_annotations(dataset, **FIELDS)
    assert results.open_items().count("before.detections") == 20
    assert len(describe_comparisons(dataset)) == 4


@pytest.mark.parametrize("read_by", ["comparison", "agreement", "benchmark"])
def test_a_reconciled_field_that_a_run_reads_is_kept_under_its_name_unless_told(
    dataset: fo.Dataset, read_by: str
) -> None:
    if read_by == "comparison":
        compare_annotations(dataset, "before", "agreed", key="second")
    elif read_by == "agreement":
        measure_agreement(dataset, ["before", "agreed"], key="second")
    else:
        benchmark_predictions(dataset, "model", ["agreed"], key="second", bootstrap=0)
    before = state(dataset)
    assert runs_depending_on(dataset, "agreed") == ["second"]
    for lose in (
        lambda: delete_comparison(dataset, "agreed"),
        lambda: rename_comparison(dataset, "agreed", "best"),
    ):
        with pytest.raises(
            ComparisonError, match="'second' depends on the reconciled field 'agreed'"
        ):
            lose()
        assert state(dataset) == before
    measure_agreement(dataset, ["after", "agreed"], key="third")
    with pytest.raises(ComparisonError, match=r"'\w+', '\w+' depend on the"):
        delete_comparison(dataset, "agreed")
    delete_comparison(dataset, "agreed", force=True)
    if read_by == "comparison":
        with pytest.raises(ComparisonError, match="no field 'agreed'"):
            take_census(dataset, key="second")
    delete_comparison(dataset, "second")
    assert not dataset.has_field("agreed")


def test_predictions_that_are_gone_are_named(dataset: fo.Dataset) -> None:
    dataset.delete_sample_field("model")
    with pytest.raises(ComparisonError, match="no field 'model'"):
        contested_view(dataset, "benchmark", *LABELS)


def test_fields_that_a_run_left_can_be_deleted(dataset: fo.Dataset) -> None:
    fo.Run.delete_run(dataset, "agreement", cleanup=False)
    dataset.reload()
    assert "agreement" in deletable_comparisons(dataset)
    delete_comparison(dataset, "agreement", force=True)
    assert not any(map(dataset.has_sample_field, sample_fields("agreement")))
    assert "agreement" not in deletable_comparisons(dataset)


def test_one_process_at_a_time_renames(dataset: fo.Dataset) -> None:
    before = state(dataset)
    with claim_run(dataset, "agreement"), pytest.raises(ClaimedError):
        rename_comparison(dataset, "agreement", "other")
    assert state(dataset) == before


@pytest.mark.parametrize("key", ["diff", "agreed", "agreement", "benchmark"])
def test_what_is_begun_is_brought_to_its_end(dataset: fo.Dataset, key: str) -> None:
    def stop(done: float, text: str) -> None:
        if done >= least:
            raise KeyboardInterrupt

    before, least = state(dataset), 0.0
    for change in (
        lambda: rename_comparison(dataset, key, "other", stop),
        lambda: delete_comparison(dataset, key, True, stop),
    ):
        with pytest.raises(KeyboardInterrupt):
            change()
        assert state(dataset) == before
    least = 0.01
    rename_comparison(dataset, key, "other", stop)
    assert "other" in renamable_comparisons(dataset)
    delete_comparison(dataset, "other", True, stop)
    assert {key, "other"} & set(dataset.list_runs()) == set()
