"""A comparison that was broken off, and the next of its key."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import Any

import fiftyone as fo
import psutil
import pytest
from fiftyone.operators.store import ExecutionStoreService
from labelled import FIELDS, column, masked
from sama_coco.runs import compare_annotations, comparing
from sama_coco.runs.run import delete_comparison

KILLED = """
import sys, time
import fiftyone as fo
from sama_coco.runs import comparing
from sama_coco.zoo import crews
comparing.BATCH, comparing.WORTH_A_POOL = 10, 0
crews.cores = lambda: 2
def report(done, label):
    print(done, flush=True)
comparing.compare_annotations(
    fo.load_dataset(sys.argv[1]), "before", "after", report=report
)
"""


def compare(samples: Any, **arguments: Any) -> Any:
    return compare_annotations(samples, **FIELDS | arguments)


def break_off(samples: Any, at: float = 0.5, **arguments: Any) -> None:
    """Begins a comparison, and cancels it when so much is done."""

    def report(done: float, label: str) -> None:
        if done >= at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(samples, report=report, **arguments)


def begun_with(samples: Any, **arguments: Any) -> float:
    """Compares, and says how much was done when that began."""
    steps: list[float] = []
    compare(samples, report=lambda done, _: steps.append(done), **arguments)
    return steps[0]


def stores(dataset: fo.Dataset) -> list[str]:
    """What is kept beside the dataset of batches that are done."""
    found = ExecutionStoreService(dataset_id=dataset._doc.id).list_stores()
    return [name for name in found if name.startswith("sama_coco_batches")]


def test_a_run_killed_with_its_workers_is_gone_on_with(dataset: fo.Dataset) -> None:
    expected = compare(dataset, key="whole").totals
    dataset.persistent = True
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, dataset.name], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if float(line) >= 0.4:
                break
        workers = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert alive == []

    dataset.reload()
    before = dataset.values("last_modified_at")
    compared = [pq is not None for pq in dataset.values("diff_pq")]
    results = compare(dataset)
    after = dataset.values("last_modified_at")
    kept = sum(a == b for a, b in zip(before, after, strict=True))
    assert 0.4 * len(dataset) <= kept <= sum(compared)
    assert results.totals == expected
    assert dataset.values("diff_pq") == dataset.values("whole_pq")
    assert stores(dataset) == []


def test_only_the_batches_that_are_missing_are_done(dataset: fo.Dataset) -> None:
    break_off(dataset)
    assert len(stores(dataset)) == 1
    before = dataset.values("last_modified_at")
    assert begun_with(dataset) == 0.5
    after = dataset.values("last_modified_at")
    assert before[:120] == after[:120]
    assert all(a != b for a, b in zip(before[120:], after[120:], strict=True))
    assert stores(dataset) == []


def test_a_batch_whose_labels_changed_since_is_done_again(dataset: fo.Dataset) -> None:
    break_off(dataset)
    sample = dataset.first()
    sample["after"].detections.append(masked("zebra", 60, 40, 10, 10))
    sample.save()
    assert begun_with(dataset) == 0.5 - 10 / 240
    assert column(dataset.limit(1), "after", "diff")[-1] == "added"
    resumed = dataset.load_run_results("diff").totals
    assert resumed == compare(dataset, overwrite=True).totals


def test_a_batch_of_which_a_sample_is_gone_makes_another_run(
    dataset: fo.Dataset,
) -> None:
    break_off(dataset)
    dataset.delete_samples([dataset.first().id])
    assert begun_with(dataset) == 0
    assert dataset.load_run_results("diff").totals["images"] == 239


@pytest.mark.parametrize(
    "other", [{"iou": 0.6}, {"base_field": "after", "revised_field": "before"}]
)
def test_other_parameters_begin_anew(dataset: fo.Dataset, other: Any) -> None:
    break_off(dataset)
    assert begun_with(dataset, **other) == 0
    assert stores(dataset) == []


def test_another_view_begins_anew(dataset: fo.Dataset) -> None:
    break_off(dataset)
    assert begun_with(dataset.limit(160)) == 0
    assert dataset.values("diff_pq")[160:] == [None] * 80


def test_other_batches_begin_anew(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_off(dataset)
    monkeypatch.setattr(comparing, "BATCH", 20)
    assert begun_with(dataset) == 0


def test_a_run_that_is_deleted_leaves_nothing_to_go_on_with(
    dataset: fo.Dataset,
) -> None:
    for delete in (delete_comparison, fo.Dataset.delete_run):
        break_off(dataset)
        delete(dataset, "diff")
        assert stores(dataset) == []
    assert begun_with(dataset) == 0


def test_a_renamed_run_is_gone_on_with_under_its_new_name(dataset: fo.Dataset) -> None:
    break_off(dataset)
    dataset.rename_run("diff", "other")
    assert begun_with(dataset, key="diff") == 0
    compare(dataset, key="other")
    assert dataset.values("other_pq") == dataset.values("diff_pq")
    assert stores(dataset) == []


def test_a_copy_of_a_dataset_begins_anew(dataset: fo.Dataset) -> None:
    break_off(dataset)
    clone = dataset.clone("clone")
    assert begun_with(clone) == 0
    assert begun_with(dataset) == 0.5


def test_a_worker_of_a_run_that_was_replaced_writes_nothing(
    dataset: fo.Dataset,
) -> None:
    break_off(dataset)
    token = dataset.get_run_info("diff").config.token
    compare(dataset, iou=0.6)
    before = dataset.values("last_modified_at")
    with pytest.raises(comparing.ComparisonError, match="deleted, replaced"):
        comparing.compare_numbered(
            dataset.name,
            token,
            23,
            dataset.values("id")[230:],
            "diff",
            {"base_field": "before", "revised_field": "after"},
        )
    assert dataset.values("last_modified_at") == before
    assert stores(dataset) == []
