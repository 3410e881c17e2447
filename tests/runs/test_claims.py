"""One process at a time works on a run; a second is told who and since when."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import fiftyone as fo
import pytest
from fiftyone.core.odm import get_db_conn
from helpers.datasets.labelled import FIELDS, Sides, column, make_pair, masked, state
from sama_coco.labelsets import (
    ClaimedError,
    ComparisonError,
    compare_annotations,
    delete_comparison,
    load_results,
    rename_comparison,
)
from sama_coco.labelsets.runs import compare_dataset
from sama_coco.labelsets.runs.registry import claims
from sama_coco.labelsets.runs.registry.claims import COLLECTION, claim_run

pytestmark = pytest.mark.usefixtures("fresh_database")

EQUAL: Sides = ([masked("cat", 0, 0, 10, 10)], [masked("cat", 0, 0, 10, 10)])

HOLDS = """
import sys, time
import fiftyone as fo
from sama_coco.labelsets import compare_annotations
def on_progress(done, label):
    print(done, flush=True)
    time.sleep(600 if done > 0 else 0)
compare_annotations(
    fo.load_dataset(sys.argv[1]), "before", "after", on_progress=on_progress
)
"""


@pytest.fixture
def dataset() -> Iterator[fo.Dataset]:
    get_db_conn().drop_collection(COLLECTION)  # what killed processes left
    yield make_pair(*[EQUAL] * 30)
    get_db_conn().drop_collection(COLLECTION)


def compare(dataset: fo.Dataset, **arguments: Any) -> Any:
    return compare_annotations(dataset, **FIELDS | arguments)


def held() -> list[dict[str, Any]]:
    return list(get_db_conn()[COLLECTION].find())


USES: dict[str, Callable[[fo.Dataset], Any]] = {
    "compare": compare,
    "overwrite": lambda dataset: compare(dataset, overwrite=True),
    "rename": lambda dataset: rename_comparison(dataset, "diff", "new"),
    "delete": lambda dataset: delete_comparison(dataset, "diff"),
}


@pytest.mark.parametrize("use", USES)
def test_a_run_that_is_worked_on_is_refused_to_others(
    dataset: fo.Dataset, use: str
) -> None:
    compare(dataset)
    before = state(dataset)
    now = datetime.now(timezone.utc)
    with (
        claim_run(dataset, "diff"),
        pytest.raises(
            ClaimedError, match=rf"Process {os.getpid()} on .*'diff'"
        ) as told,
    ):
        USES[use](dataset)
    assert f"since {now:%Y-%m-%d}" in str(told.value)
    assert state(dataset) == before
    assert held() == []


def test_runs_of_other_keys_and_datasets_go_on(dataset: fo.Dataset) -> None:
    with claim_run(dataset, "diff"):
        assert compare(dataset, key="other").summary()["images"] == 30
        assert compare(make_pair(EQUAL, name="two")).summary()["images"] == 1


def test_of_many_who_want_a_run_at_once_one_gets_it(dataset: fo.Dataset) -> None:
    start, end = threading.Barrier(8), threading.Event()
    won: list[str] = []
    refused = threading.Semaphore(0)

    def want() -> None:
        start.wait()
        try:
            with claim_run(dataset, "diff") as claim:
                won.append(claim.owner)
                end.wait(60)
        except ClaimedError:
            refused.release()

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert all(refused.acquire(timeout=30) for _ in range(7))
    end.set()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert held() == []


def test_another_process_is_named_and_its_run_resumed_as_soon_as_it_is_gone(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare_dataset, "BATCH", 10)
    dataset.persistent = True
    program = HOLDS.replace(
        "def on_progress",
        "from sama_coco.labelsets.runs import compare_dataset\n"
        "compare_dataset.BATCH = 10\ndef on_progress",
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, dataset.name], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert [process.stdout.readline().strip()[:4] for _ in range(2)] == [
            "0.0",
            "0.33",
        ]
        with pytest.raises(ClaimedError, match=f"Process {process.pid} on"):
            compare(dataset, overwrite=True)
        for change in (USES["rename"], USES["delete"]):
            with pytest.raises(ClaimedError, match=f"Process {process.pid} on"):
                change(dataset)
        process.kill()
    steps: list[float] = []
    compare(dataset, on_progress=lambda done, _: steps.append(done))
    assert steps[0] == pytest.approx(1 / 3)
    assert set(column(dataset, "before", "diff")) == {"identical"}


@pytest.mark.parametrize(("seconds", "is_taken"), [(5, False), (3600, True)])
def test_a_claim_of_another_machine_lapses_by_the_clock_of_the_server(
    dataset: fo.Dataset, seconds: int, is_taken: bool
) -> None:
    with claim_run(dataset, "diff"):
        (document,) = held()
        elsewhere = document | {"host": "elsewhere 1", "owner": "them"}
    collection = get_db_conn()[COLLECTION]
    collection.insert_one(elsewhere)
    past = {"$subtract": ["$$NOW", 1000 * seconds]}
    collection.update_one({}, [{"$set": {"renewed": past, "since": past}}])
    if is_taken:
        assert compare(dataset).summary()["images"] == 30
        assert held() == []
    else:
        with pytest.raises(
            ClaimedError, match=r"elsewhere has been working .*\(5 s ago\)"
        ):
            compare(dataset)


def test_a_claim_is_renewed_as_long_as_it_is_held(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "RENEWED_SECONDS", 0.05)
    with claim_run(dataset, "diff"):
        first = held()[0]["renewed"]
        deadline = time.monotonic() + 30
        while held()[0]["renewed"] == first and time.monotonic() < deadline:
            time.sleep(0.05)
        assert held()[0]["renewed"] > first
        assert held()[0]["since"] <= first


def test_a_run_whose_claim_is_lost_writes_no_more(dataset: fo.Dataset) -> None:
    def lose(done: float, _: str) -> None:
        get_db_conn()[COLLECTION].update_many({}, {"$set": {"owner": "them"}})

    with pytest.raises(ComparisonError, match="deleted, replaced or finished the run"):
        compare(dataset, on_progress=lose)
    assert set(column(dataset, "before", "diff")) == {None}
    assert [document["owner"] for document in held()] == ["them"]


def test_a_run_that_fiftyone_deletes_meanwhile_ends_and_leaves_nothing(
    dataset: fo.Dataset,
) -> None:
    before = dataset.count_values("before.detections.label")

    def delete(done: float, _: str) -> None:
        if "diff" in dataset.list_runs():
            dataset.delete_run("diff")

    with pytest.raises(ComparisonError, match="deleted, replaced or finished the run"):
        compare(dataset, on_progress=delete)
    assert "diff" not in state(dataset)
    assert dataset.count_values("before.detections.label") == before
    assert compare(dataset).summary() == load_results(dataset, "diff").summary()
