"""Workers, schedulers and databases that go away while work is spread over them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fiftyone as fo
import psutil
import pytest
from helpers.datasets.labelled import FIELDS
from helpers.programs.dask_cluster import Cluster, dask_cluster
from helpers.programs.spread_work import mismatch, miss, refuse, square
from sama_coco.labelsets import compare_annotations, list_comparisons, take_census
from sama_coco.labelsets.census import taking as census
from sama_coco.zoo.workers import pools, spreading
from sama_coco.zoo.workers.pools import CallersExecutor, ProcessPool, ThisProcess
from sama_coco.zoo.workers.spreading import MissingBatchesError, spread
from sama_coco.zoo.writing.label_batches import import_packages


def compare(dataset: fo.Dataset, **arguments: Any) -> Any:
    return compare_annotations(dataset, **FIELDS | arguments)


def once(at: float, act: Callable[[], Any]) -> Callable[[float, str], None]:
    """A listener to progress that does something when so much is done."""
    acted: list[bool] = []

    def on_progress(done: float, label: str) -> None:
        if done >= at and not acted:
            acted.append(True)
            act()

    return on_progress


def pool_workers() -> list[psutil.Process]:
    """The processes of pools that this process started."""
    children = psutil.Process().children()
    return [c for c in children if "loky.backend.popen_loky_posix" in c.cmdline()]


def times(dataset: fo.Dataset) -> list[Any]:
    found: list[Any] = dataset.values("last_modified_at")
    return found


@pytest.fixture
def two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has every comparison done by a pool of two processes."""
    from sama_coco.labelsets.runs import compare_dataset as comparing

    monkeypatch.setattr(comparing, "MIN_FOR_POOL", 0)
    monkeypatch.setattr(pools, "cores", lambda: 2)


@pytest.mark.usefixtures("two_processes")
def test_the_batches_of_a_killed_process_are_done_by_another(
    dataset: fo.Dataset,
) -> None:
    expected = compare(dataset, key="whole", executor=None).totals
    results = compare(dataset, on_progress=once(0.3, lambda: pool_workers()[0].kill()))
    assert results.totals == expected
    assert results.summary()["images"] == len(dataset)
    assert pool_workers() == []


def test_workers_that_are_lost_while_they_start_are_replaced() -> None:
    found: dict[int, int] = {}
    with ProcessPool(1) as pool:
        assert pool.submit(square, {"number": 2}).result() == 4
        pool_workers()[0].kill()
        with pytest.raises(BrokenExecutor):
            pool.submit(square, {"number": 3}).result()
        pool.warm_up(import_packages)
        spread(pool, square, range(3), lambda n: {"number": n}, found.__setitem__)
    assert found == {0: 0, 1: 1, 2: 4}


def test_the_batches_of_a_killed_dask_worker_are_done_by_another(
    dataset: fo.Dataset, cluster: Cluster
) -> None:
    expected = compare(dataset, key="whole").totals
    worker = cluster.workers[0]
    results = compare(
        dataset, scheduler=cluster.address, on_progress=once(0.3, worker.kill)
    )
    assert worker.wait(30) == -signal.SIGKILL
    assert results.totals == expected


def test_the_batches_of_a_census_are_done_by_others_too(
    dataset: fo.Dataset, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(dataset)
    expected = take_census(dataset, key="diff", in_process=True).to_dict()
    monkeypatch.setattr(census, "BATCH", 10)
    monkeypatch.setattr(census, "MIN_FOR_POOL", 0)
    monkeypatch.setattr(pools, "cores", lambda: 2)
    kill = once(0.3, lambda: pool_workers()[0].kill())
    assert take_census(dataset, key="diff", on_progress=kill).to_dict() == expected
    assert pool_workers() == []

    cluster.add_workers(1)
    worker = cluster.workers[-1]
    found = take_census(
        dataset,
        key="diff",
        scheduler=cluster.address,
        on_progress=once(0.3, worker.kill),
    )
    assert worker.wait(30) == -signal.SIGKILL
    assert found.to_dict() == expected


def test_a_scheduler_that_is_gone_leaves_a_run_to_resume(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "CONNECT_SECONDS", 3)
    expected = compare(dataset, key="whole").totals
    with dask_cluster(2) as cluster:
        kill = once(0.3, cluster.scheduler.kill)
        with pytest.raises(MissingBatchesError, match="no Dask scheduler") as error:
            compare(dataset, scheduler=cluster.address, on_progress=kill)
    assert "running the comparison again does only these" in str(error.value)
    missing = error.value.batches
    assert 0 < len(missing) < 24
    assert f"{len(missing)} of 24 batches are missing" in str(error.value)
    assert list_comparisons(dataset, finished=True) == ["whole"]

    before = times(dataset)
    results = compare(dataset)
    pairs = zip(before, times(dataset), strict=True)
    redone = {index // 10 for index, (a, b) in enumerate(pairs) if a != b}
    assert redone <= set(missing)
    assert results.totals == expected


def test_a_batch_that_ends_every_worker_is_the_only_one_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreading, "MAX_FAILED_ROUNDS", 2)
    found: dict[int, int] = {}
    about = {"folder": str(tmp_path / "calls"), "deadly": 5}
    with (
        ProcessPool(2) as pool,
        pytest.raises(
            MissingBatchesError, match="1 of 12 batches are missing"
        ) as error,
    ):
        spread(
            pool,
            square,
            range(12),
            lambda number: {"number": number, **about},
            found.__setitem__,
        )
    assert error.value.batches == [5]
    assert found == {n: n**2 for n in range(12) if n != 5}
    assert pool_workers() == []


def test_what_is_wrong_with_the_work_itself_is_not_tried_again(tmp_path: Path) -> None:
    with ProcessPool(1) as pool, pytest.raises(ValueError, match="0 can't be squared"):
        spread(pool, refuse, range(3), lambda n: {"number": n}, lambda *_: None)
    assert pool_workers() == []
    for pool in (ThisProcess(), CallersExecutor(ThreadPoolExecutor(1))):
        with pytest.raises(FileNotFoundError, match="no file 0"):
            spread(pool, miss, range(3), lambda n: {"number": n}, lambda *_: None)


def test_an_error_that_cannot_be_sent_is_no_lost_worker() -> None:
    with (
        ProcessPool(1) as pool,
        pytest.raises(RuntimeError, match="PairError: 0 does not go with 1"),
    ):
        spread(pool, mismatch, range(3), lambda n: {"number": n}, lambda *_: None)


@pytest.mark.usefixtures("two_processes")
def test_a_cancelled_run_leaves_no_processes_and_is_resumed(
    dataset: fo.Dataset,
) -> None:
    def cancel() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(dataset, on_progress=once(0.3, cancel))
    assert pool_workers() == []
    assert list_comparisons(dataset) == ["diff"]
    assert list_comparisons(dataset, finished=True) == []
    before = times(dataset)
    compare(dataset)
    pairs = zip(before, times(dataset), strict=True)
    assert sum(a == b for a, b in pairs) >= 0.3 * len(dataset)


RESTARTED = """
import pathlib, sys
from helpers.programs.own_database import use_own_database
server = use_own_database(pathlib.Path(sys.argv[1]))
from helpers.datasets.labelled import FIELDS, every_status, make_pair
from sama_coco.labelsets.runs import compare_dataset as comparing
from sama_coco.zoo.workers import pools, spreading
comparing.BATCH, comparing.MIN_FOR_POOL = 12, 0
pools.cores = lambda: 2
dataset = make_pair(*[every_status()] * 300)
here = comparing.compare_annotations(dataset, **FIELDS, key="whole")
for key, end in (("stopped", server.stop), ("killed", server.kill)):
    restarts = []
    def on_progress(done, label):
        if done >= 0.3 and not restarts:
            restarts.append(label)
            end()
            server.start_again()
    there = comparing.compare_annotations(
        dataset, **FIELDS, key=key, on_progress=on_progress
    )
    images = there.summary()["images"]
    print(key, len(restarts), here.totals == there.totals, images)
"""


def test_a_database_that_is_restarted_costs_nothing_but_time(tmp_path: Path) -> None:
    result = run_program(RESTARTED, tmp_path)
    assert result.returncode == 0, result.stderr
    found = result.stdout.splitlines()
    assert found == ["stopped 1 True 300", "killed 1 True 300"]


RESTARTED_CENSUS = """
import pathlib, sys
from helpers.programs.own_database import use_own_database
server = use_own_database(pathlib.Path(sys.argv[1]))
from helpers.datasets.labelled import FIELDS, every_status, make_pair
from sama_coco.labelsets import compare_annotations
from sama_coco.labelsets.census import taking as census
from sama_coco.zoo.workers import pools
dataset = make_pair(*[every_status()] * 300)
compare_annotations(dataset, **FIELDS)
here = census.take_census(dataset, key="diff", in_process=True)
census.BATCH, pools.cores = 12, lambda: 2
for name, census.MIN_FOR_POOL in (("pool", 0), ("here", 10**9)):
    restarts = []
    def on_progress(done, label):
        if done >= 0.3 and not restarts:
            restarts.append(label)
            server.stop()
            server.start_again()
    there = census.take_census(dataset, key="diff", on_progress=on_progress)
    equal = here.to_dict() == there.to_dict()
    print(name, len(restarts), equal, there.counts.base.images)
"""


def test_a_database_that_is_restarted_costs_a_census_nothing_but_time(
    tmp_path: Path,
) -> None:
    result = run_program(RESTARTED_CENSUS, tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["pool 1 True 300", "here 1 True 300"]


LAST_TO_LEAVE = """
import pathlib, sys
from helpers.programs.own_database import use_own_database
server = use_own_database(pathlib.Path(sys.argv[1]))
import fiftyone as fo
import pymongo
from sama_coco.labelsets.labels.fiftyone_internals import reach_dataset
from sama_coco.zoo.workers.pools import ProcessPool
from sama_coco.zoo.workers.spreading import spread
dataset = fo.Dataset("not persistent")
with ProcessPool(1) as pool:
    spread(
        pool,
        reach_dataset,
        [0],
        lambda _: {"dataset": dataset.name},
        lambda *_: fo.core.odm.get_db_client().close(),
    )
known = pymongo.MongoClient(server.uri)[fo.config.database_name].datasets
print(known.count_documents({"name": dataset.name}))
"""


def test_workers_that_outlive_the_connection_delete_no_dataset(tmp_path: Path) -> None:
    result = run_program(LAST_TO_LEAVE, tmp_path)
    assert result.stdout.split() == ["1"], result.stderr


def run_program(program: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Runs a program with a database of its own, whose folder is its argument."""
    return subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "db")],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={k: v for k, v in os.environ.items() if k != "FIFTYONE_DATABASE_URI"},
    )
