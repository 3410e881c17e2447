"""Reconciled fields that are replaced, renamed, deleted, cancelled and killed."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.labelled import FIELDS, every_status, make_pair, state
from sama_coco.labelsets import (
    ComparisonError,
    OpenItemsError,
    compare_annotations,
    list_reconciliations,
    load_reconciliation,
    reconcile_annotations,
)
from sama_coco.labelsets.reconciling import reconcile_dataset
from sama_coco.labelsets.reconciling.reconciled_runs import (
    remove_reconciliation,
    rename_reconciliation,
)

pytestmark = pytest.mark.usefixtures("fresh_database")

FIELD = "reconciled_segmentations"
KILLED = 9

PROGRAM = """
import os, sys
import fiftyone as fo
from sama_coco.labelsets.reconciling import reconcile_dataset, reconciled_runs
from sama_coco.labelsets.runs.registry import other_runs

dataset = fo.load_dataset(sys.argv[1])
reconcile_dataset.WRITTEN_AT_ONCE = 1

def die_after(owner, name, calls):
    function, done = getattr(owner, name), []
    def replacement(*args, **kwargs):
        result = function(*args, **kwargs)
        done.append(1)
        if len(done) == calls:
            os._exit(9)
        return result
    setattr(owner, name, replacement)
"""


@pytest.fixture
def dataset() -> fo.Dataset:
    dataset = make_pair(*(every_status() for _ in range(4)))
    compare_annotations(dataset, **FIELDS)
    dataset.persistent = True
    return dataset


def killed(dataset: fo.Dataset, program: str) -> None:
    """Runs a program in a process of its own, which must be killed."""
    command = [sys.executable, "-c", PROGRAM + program, dataset.name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == KILLED, done.stderr
    dataset.reload()


def content(dataset: fo.Dataset, field: str = FIELD) -> list[list[tuple[str, str]]]:
    return [
        [(label.source_id, label.decided_by) for label in x.detections]
        for x in dataset.values(field)
    ]


def traces(dataset: fo.Dataset, field: str = FIELD) -> int:
    """How many samples hold a field, declared or not."""
    dataset.reload()
    found = dataset._sample_collection.count_documents({field: {"$exists": True}})
    return int(found)


def test_a_finished_field_is_replaced_when_told(dataset: fo.Dataset) -> None:
    reconcile_annotations(dataset, policy="base")
    before = state(dataset)
    with pytest.raises(ComparisonError, match="overwrite=True"):
        reconcile_annotations(dataset)
    assert state(dataset) == before
    policy = [{"take": "review"}]
    with pytest.raises(OpenItemsError):
        reconcile_annotations(dataset, policy=policy, overwrite=True)
    assert state(dataset) == before
    reconcile_annotations(dataset.limit(1), overwrite=True)
    assert [x is not None for x in dataset.values(FIELD)] == [True] + [False] * 3
    assert dataset.count_values(f"{FIELD}.detections.decided_by") == {"revised": 10}


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_cancelled_run_leaves_nothing(
    dataset: fo.Dataset, overwrite: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile_dataset, "WRITTEN_AT_ONCE", 1)
    if overwrite:
        reconcile_annotations(dataset)
    runs = [r for r in dataset.list_runs() if r != FIELD]
    steps = []

    def cancel(done: float, text: str) -> None:
        steps.append((done, text))
        if "2 of 4 images written" in text:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reconcile_annotations(dataset, overwrite=overwrite, on_progress=cancel)
    assert traces(dataset) == 0
    assert dataset.list_runs() == runs
    assert not [n for n in dataset.get_field_schema(flat=True) if n.startswith(FIELD)]
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert steps[0] == (0.3, "4 of 4 images decided")


@pytest.mark.parametrize("calls", [1, 3, 4])
def test_what_a_killed_run_left_goes_when_it_is_run_again(
    dataset: fo.Dataset, calls: int
) -> None:
    killed(
        dataset,
        f"die_after(reconcile_dataset, 'write_values', {calls})\n"
        "reconcile_dataset.reconcile_annotations(dataset, policy='base')",
    )
    assert traces(dataset) == calls
    assert list_reconciliations(dataset) == [FIELD]
    assert list_reconciliations(dataset, finished=True) == []
    with pytest.raises(ComparisonError, match="is not finished"):
        load_reconciliation(dataset, FIELD)
    reconcile_annotations(dataset.skip(1))
    assert traces(dataset) == 3
    assert dataset.count_values(f"{FIELD}.detections.decided_by") == {"revised": 30}
    assert list_reconciliations(dataset, finished=True) == [FIELD]


def test_what_a_killed_run_left_can_be_deleted(dataset: fo.Dataset) -> None:
    before = state(dataset)
    killed(
        dataset,
        "die_after(reconcile_dataset, 'write_values', 2)\n"
        "reconcile_dataset.reconcile_annotations(dataset)",
    )
    dataset.delete_run(FIELD)
    assert traces(dataset) == 0

    def plain(text: str) -> Any:
        import json

        about, runs, samples = json.loads(text)
        for one in (about, *samples):
            one.pop("last_modified_at")
        return about, runs, samples

    assert plain(state(dataset)) == plain(before)


def test_a_field_is_renamed_with_its_run(dataset: fo.Dataset) -> None:
    results = reconcile_annotations(dataset)
    expected = content(dataset)
    rename_reconciliation(dataset, FIELD, "best")
    assert content(dataset, "best") == expected
    assert traces(dataset) == 0
    assert list_reconciliations(dataset) == ["best"]
    loaded = load_reconciliation(dataset, "best")
    assert loaded.to_dict() == results.to_dict() | {"key": "best"}
    assert not dataset.has_field(FIELD)


@pytest.mark.parametrize(
    "place",
    [
        "reconciled_runs.ReconcileRun, 'rename'",
        "fo.Dataset, 'rename_run'",
    ],
)
def test_an_interrupted_rename_shows_and_can_be_resumed(
    dataset: fo.Dataset, place: str
) -> None:
    reconcile_annotations(dataset)
    expected = content(dataset)
    killed(
        dataset,
        f"die_after({place}, 1)\n"
        f"reconciled_runs.rename_reconciliation(dataset, '{FIELD}', 'best')",
    )
    for field in (FIELD, "best"):
        with pytest.raises(ComparisonError, match=r"was being renamed|no run"):
            load_reconciliation(dataset, field)
    with pytest.raises(ComparisonError, match=r"was being renamed"):
        reconcile_annotations(dataset, field="best")
    rename_reconciliation(dataset, FIELD, "best")
    assert content(dataset, "best") == expected
    assert list_reconciliations(dataset, finished=True) == ["best"]


def test_an_interrupted_rename_can_be_deleted(dataset: fo.Dataset) -> None:
    reconcile_annotations(dataset)
    killed(
        dataset,
        "die_after(reconciled_runs.ReconcileRun, 'rename', 1)\n"
        f"reconciled_runs.rename_reconciliation(dataset, '{FIELD}', 'best')",
    )
    remove_reconciliation(dataset, FIELD)
    assert traces(dataset) == traces(dataset, "best") == 0
    assert list_reconciliations(dataset) == []


@pytest.mark.parametrize("new_key", ["before", "diff", "diff_pq", "a b", "second"])
def test_a_name_that_is_taken_is_refused(dataset: fo.Dataset, new_key: str) -> None:
    reconcile_annotations(dataset)
    reconcile_annotations(dataset, field="second", policy="base")
    before = state(dataset)
    with pytest.raises(ComparisonError):
        rename_reconciliation(dataset, FIELD, new_key)
    assert state(dataset) == before


def test_a_field_whose_run_is_gone_is_replaced_when_told(dataset: fo.Dataset) -> None:
    reconcile_annotations(dataset, policy="base")
    expected = content(dataset)
    fo.core.runs.Run.delete_run(dataset, FIELD, cleanup=False)
    dataset.reload()
    with pytest.raises(ComparisonError, match="whose run was deleted"):
        reconcile_annotations(dataset, policy="base")
    assert content(dataset) == expected
    reconcile_annotations(dataset, policy="base", overwrite=True)
    assert content(dataset) == expected


def test_labels_that_change_while_they_are_reconciled_are_decided_again(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A verdict that is given between reading and writing is not lost."""
    second = dataset.values("id")[1]
    write = reconcile_dataset.write_values
    times = []

    def write_late(*args: Any) -> list[str]:
        if not times:
            dataset.select(second).tag_samples("keep neither")
        times.append(1)
        return write(*args)

    monkeypatch.setattr(reconcile_dataset, "write_values", write_late)
    results = reconcile_annotations(dataset)
    assert [len(labels) for labels in content(dataset)] == [10, 0, 10, 10]
    assert len(times) == 2
    assert results.summary()["labels_from_revised"] == 30
    assert results.summary()["images"] == 4


def test_items_that_become_open_while_they_are_reconciled_are_refused(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = reconcile_dataset.plan_copies

    def tag_late(*args: Any) -> Any:
        dataset.limit(1).tag_samples("unsure")
        return register(*args)

    monkeypatch.setattr(reconcile_dataset, "plan_copies", tag_late)
    with pytest.raises(OpenItemsError):
        reconcile_annotations(dataset)
    assert traces(dataset) == 0
    assert list_reconciliations(dataset) == []
