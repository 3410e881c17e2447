"""A comparison that was broken off, and the next of its key."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import asdict
from typing import Any

import fiftyone as fo
import psutil
import pytest
from fiftyone.core.odm import get_db_conn
from helpers.datasets.labelled import FIELDS, column, masked
from sama_coco.labelsets import ComparisonError, compare_annotations
from sama_coco.labelsets.managing.comparison_runs import delete_comparison_run
from sama_coco.labelsets.runs import compare_dataset as comparing
from sama_coco.labelsets.runs.batches.compare_batch import compare_in_worker
from sama_coco.labelsets.runs.registry.claims import COLLECTION, claim_run
from sama_coco.zoo.writing.fiftyone_writer import dataset_token

KILLED = """
import sys, time
import fiftyone as fo
from sama_coco.labelsets.runs import compare_dataset as comparing
from sama_coco.zoo.workers import pools
comparing.BATCH, comparing.MIN_FOR_POOL = 10, 0
pools.cores = lambda: 2
def on_progress(done, label):
    print(done, flush=True)
comparing.compare_annotations(
    fo.load_dataset(sys.argv[1]), "before", "after", on_progress=on_progress
)
"""


def compare(samples: Any, **arguments: Any) -> Any:
    return compare_annotations(samples, **FIELDS | arguments)


def break_off(samples: Any, at: float = 0.5, **arguments: Any) -> None:
    """Begins a comparison, and cancels it when so much is done."""

    def on_progress(done: float, label: str) -> None:
        if done >= at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(samples, on_progress=on_progress, **arguments)


def begun_with(samples: Any, **arguments: Any) -> float:
    """Compares, and says how much was done when that began."""
    steps: list[float] = []
    compare(samples, on_progress=lambda done, _: steps.append(done), **arguments)
    return steps[0]


def claims(dataset: fo.Dataset) -> list[str]:
    """The keys of the runs of a dataset that are being worked on."""
    found = get_db_conn()[COLLECTION].find({"_id.dataset": str(dataset._doc.id)})
    return [document["_id"]["key"] for document in found]


def test_a_run_killed_with_its_workers_is_resumed(dataset: fo.Dataset) -> None:
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
    assert claims(dataset) == []


def test_only_the_samples_that_are_missing_are_compared(dataset: fo.Dataset) -> None:
    break_off(dataset)
    before = dataset.values("last_modified_at")
    assert begun_with(dataset) == 0.5
    after = dataset.values("last_modified_at")
    assert before[:120] == after[:120]
    assert all(a != b for a, b in zip(before[120:], after[120:], strict=True))
    assert claims(dataset) == []


def test_a_sample_whose_labels_changed_since_is_compared_again(
    dataset: fo.Dataset,
) -> None:
    break_off(dataset)
    sample = dataset.first()
    sample["after"].detections.append(masked("zebra", 60, 40, 10, 10))
    sample.save()
    assert begun_with(dataset) == 0.5 - 1 / 240
    assert column(dataset.limit(1), "after", "diff")[-1] == "added"
    resumed = dataset.load_run_results("diff").totals
    assert resumed == compare(dataset, overwrite=True).totals


def test_tags_and_other_runs_do_not_have_samples_compared_again(
    dataset: fo.Dataset,
) -> None:
    break_off(dataset)
    dataset.limit(20).tag_labels("seen", "before")
    dataset.limit(20).tag_samples("seen")
    compare(dataset.limit(40), key="other")
    assert begun_with(dataset) == 0.5


def test_a_sample_that_is_gone_leaves_the_others_as_they_are(
    dataset: fo.Dataset,
) -> None:
    break_off(dataset)
    dataset.delete_samples([dataset.first().id])
    assert begun_with(dataset) == 119 / 239
    assert dataset.load_run_results("diff").totals["images"] == 239


@pytest.mark.parametrize(
    "other", [{"iou": 0.6}, {"base_field": "after", "revised_field": "before"}]
)
def test_other_parameters_begin_anew(dataset: fo.Dataset, other: Any) -> None:
    break_off(dataset)
    assert begun_with(dataset, **other) == 0
    assert claims(dataset) == []


def test_another_view_keeps_what_is_done_of_its_samples_and_unsets_the_rest(
    dataset: fo.Dataset,
) -> None:
    expected = compare(dataset.skip(60).limit(160), key="whole").totals
    break_off(dataset)
    assert begun_with(dataset.skip(60).limit(160)) == 60 / 160
    left_out = [*dataset.values("diff_pq")[:60], *dataset.values("diff_pq")[220:]]
    assert left_out == [None] * 80
    assert set(column(dataset.limit(60), "before", "diff")) == {None}
    assert dataset.load_run_results("diff").totals == expected


def test_batches_of_another_size_keep_what_is_done(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_off(dataset)
    monkeypatch.setattr(comparing, "BATCH", 20)
    assert begun_with(dataset) == 0.5


def test_a_run_that_is_deleted_leaves_nothing_to_resume(
    dataset: fo.Dataset,
) -> None:
    for delete in (delete_comparison_run, fo.Dataset.delete_run):
        break_off(dataset)
        delete(dataset, "diff")
        assert claims(dataset) == []
    assert begun_with(dataset) == 0


def test_a_renamed_run_is_resumed_under_its_new_name(dataset: fo.Dataset) -> None:
    break_off(dataset)
    dataset.rename_run("diff", "other")
    assert begun_with(dataset, key="diff") == 0
    compare(dataset, key="other")
    assert dataset.values("other_pq") == dataset.values("diff_pq")
    assert claims(dataset) == []


def test_a_copy_of_a_dataset_is_resumed_by_itself(dataset: fo.Dataset) -> None:
    break_off(dataset)
    clone = dataset.clone("clone")
    assert begun_with(clone) == 0.5
    assert dataset.values("diff_pq")[120:] == [None] * 120
    assert begun_with(dataset) == 0.5


def test_a_worker_of_a_run_that_was_replaced_writes_nothing(
    dataset: fo.Dataset,
) -> None:
    with claim_run(dataset, "diff") as claim:
        pass
    compare(dataset, iou=0.6)
    before = dataset.values("last_modified_at")
    with pytest.raises(ComparisonError, match="deleted, replaced"):
        compare_in_worker(
            dataset.name,
            dataset_token(dataset),
            dataset.values("id")[230:],
            asdict(claim),
            {"base_field": "before", "revised_field": "after"},
        )
    assert dataset.values("last_modified_at") == before
    assert claims(dataset) == []
