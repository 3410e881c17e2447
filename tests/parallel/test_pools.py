"""Which workers are chosen, and what is said where none can do the work."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import loky
import pytest
from helpers.datasets.labelled import FIELDS, state
from helpers.programs.dask_cluster import Cluster, dask_cluster
from helpers.programs.own_database import free_port
from helpers.programs.spread_work import has_imported
from sama_coco.labelsets import compare_annotations, list_comparisons
from sama_coco.labelsets.labels.fiftyone_internals import reach_dataset
from sama_coco.zoo import load_splits
from sama_coco.zoo.workers import pools
from sama_coco.zoo.workers.pools import WorkerError
from sama_coco.zoo.workers.tasks import RemoteCall, make_task

COMPARE = "@sama/sama-coco/compare_annotations"
LOAD = "@sama/sama-coco/load_sama_coco"


@pytest.mark.parametrize("address", ["http://a:1", "tcp://a b:1", "10.0.0.1", "tcp://"])
def test_what_is_no_address_of_a_scheduler_is_refused_in_words(
    dataset: fo.Dataset, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "CONNECT_SECONDS", 1)
    with pytest.raises(WorkerError, match="such as tcp://"):
        compare_annotations(dataset, **FIELDS, scheduler=address)
    assert list_comparisons(dataset) == []


def test_without_a_scheduler_nothing_is_written(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, zoo_dir: Path
) -> None:
    monkeypatch.setattr(pools, "CONNECT_SECONDS", 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    before = state(dataset)
    operator = foo.get_operator(COMPARE)
    with pytest.raises(WorkerError, match="no Dask scheduler at"):
        operator(dataset, **FIELDS, scheduler=address)
    monkeypatch.setenv("SAMA_COCO_SCHEDULER", address)
    with pytest.raises(WorkerError, match="Start one with 'dask scheduler'"):
        compare_annotations(dataset, **FIELDS)
    with pytest.raises(WorkerError, match="no Dask scheduler at"):
        load_splits("none", "validation", tmp_path)
    assert state(dataset) == before
    assert fo.list_datasets() == [dataset.name]


def test_without_workers_nothing_is_written(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "CONNECT_SECONDS", 2)
    before = state(dataset)
    with (
        dask_cluster(0) as empty,
        pytest.raises(WorkerError, match="has no workers"),
    ):
        compare_annotations(dataset, **FIELDS, scheduler=empty.address)
    assert state(dataset) == before


def test_the_operators_hand_work_to_a_scheduler(
    dataset: fo.Dataset, cluster: Cluster, example_mirror: Path, zoo_dir: Path
) -> None:
    results = foo.get_operator(COMPARE)(dataset, **FIELDS, scheduler=cluster.address)
    assert results.totals == compare_annotations(dataset, **FIELDS, key="here").totals
    loaded = foo.get_operator(LOAD)(
        "loaded", mirror=str(example_mirror), scheduler=cluster.address
    )
    assert loaded.count("sama_segmentations.detections") > 0


def test_what_is_no_executor_is_refused(dataset: fo.Dataset) -> None:
    with pytest.raises(WorkerError, match="`executor` must be a"):
        compare_annotations(dataset, **FIELDS, executor=print)  # type: ignore[arg-type]


def test_workers_without_the_code_or_with_other_code_or_data_say_so(
    dataset: fo.Dataset,
) -> None:
    task = make_task(reach_dataset, {"dataset": dataset.name})
    database = {**task["database"], "FIFTYONE_DATABASE_NAME": "another"}
    others: dict[str, dict[str, Any]] = {
        "has no package sama_coco": {
            "package": "nowhere",
            "folder": "/nowhere",
            "installed": "nowhere_coco",
        },
        "another version of sama_coco": {"fingerprint": "of other code"},
        "works on the database": {"database": database},
    }
    with loky.ProcessPoolExecutor(1) as pool:
        pool.submit(RemoteCall(), task).result()
        for said, other in others.items():
            with pytest.raises(RuntimeError, match=said):
                pool.submit(RemoteCall(), task | other).result()


def test_a_worker_that_makes_samples_has_no_part_in_the_database(
    example_mirror: Path, tmp_path: Path, zoo_dir: Path
) -> None:
    has_fiftyone = make_task(has_imported, {"name": "fiftyone"})
    has_bson = make_task(has_imported, {"name": "bson"})
    with loky.ProcessPoolExecutor(1) as pool:
        loaded, _ = load_splits(
            "lean", "validation", tmp_path, mirror=str(example_mirror), executor=pool
        )
        assert pool.submit(RemoteCall(), has_bson).result()
        assert not pool.submit(RemoteCall(), has_fiftyone).result()
        # FiftyOne's first and last samples are those of the least and greatest id
        ids = loaded.values("id")
        assert ids == sorted(ids)
        # a task that needs the database finds it all the same
        reaching = make_task(reach_dataset, {"dataset": loaded.name})
        pool.submit(RemoteCall(), reaching).result()
        assert pool.submit(RemoteCall(), has_fiftyone).result()


PLUGIN = """
import importlib, importlib.util, sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "sama_coco":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hidden())
import fiftyone as fo, loky
def load(name, folder):
    spec = importlib.util.spec_from_file_location(
        name, folder + "/__init__.py", submodule_search_locations=[folder]
    )
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]
dataset, folder, mirror = sys.argv[1:]
pool = loky.ProcessPoolExecutor(1)
load("somewhere", folder)
runs = importlib.import_module("somewhere.labelsets")
runs.compare_annotations(fo.load_dataset(dataset), "before", "after", executor=pool)
zoo = load("nobody.sama-coco", folder + "/zoo")
loaded, _ = zoo.load_splits(
    "by zoo", "validation", folder + "/data", mirror=mirror, executor=pool
)
print(loaded.count("ground_truth.detections") > 0)
"""


def test_workers_find_code_that_goes_by_another_name_here(
    dataset: fo.Dataset, tmp_path: Path, example_mirror: Path
) -> None:
    root = Path(__file__).parents[2]
    copy = tmp_path / "copied"
    for room in ("zoo", "labelsets"):
        shutil.copytree(
            root / room, copy / room, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(root / "__init__.py", copy)
    dataset.persistent = True
    result = subprocess.run(
        [sys.executable, "-c", PLUGIN, dataset.name, str(copy), str(example_mirror)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.split()[-1] == "True"
    dataset.reload()
    there = dataset.load_run_results("diff")
    assert there.totals == compare_annotations(dataset, **FIELDS, key="here").totals
