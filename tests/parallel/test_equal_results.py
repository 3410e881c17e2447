"""However work is spread, what comes of it is the same to the last bit."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fiftyone as fo
import loky
import pytest
from bson import BSON
from fiftyone import ViewField as F
from helpers.datasets.labelled import FIELDS, masked
from helpers.programs.dask_cluster import Cluster
from sama_coco.labelsets import compare_annotations, take_census
from sama_coco.labelsets.census import taking as census
from sama_coco.zoo import load_splits, split_samples

pytestmark = pytest.mark.usefixtures("fresh_database")

WAYS = ("one process", "two processes", "forked processes", "threads", "dask")


@pytest.fixture(scope="module")
def executors() -> Iterator[dict[str, Executor]]:
    ways: dict[str, Executor] = {
        "one process": loky.ProcessPoolExecutor(1),
        "two processes": loky.ProcessPoolExecutor(2),
        "forked processes": ProcessPoolExecutor(2, multiprocessing.get_context("fork")),
        "threads": ThreadPoolExecutor(2),
    }
    yield ways
    for executor in ways.values():
        executor.shutdown()


def by(way: str, executors: dict[str, Executor], cluster: Cluster) -> dict[str, Any]:
    """The arguments that have work done in one of the ways."""
    if way == "dask":
        return {"scheduler": cluster.address}
    return {"executor": executors[way]}


def held(dataset: fo.Dataset, without: tuple[str, ...], key: str = "") -> list[bytes]:
    """The samples as bytes, in the order that FiftyOne gives them in."""

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(one) for one in value]
        if not isinstance(value, dict):
            return value
        return {
            name.replace(key, "KEY") if key else name: plain(one)
            for name, one in value.items()
            if name not in without and not name.endswith("_at")
        }

    return [BSON.encode(plain(d)) for d in dataset._sample_collection.find()]


def test_a_comparison_is_the_same_however_it_is_spread(
    dataset: fo.Dataset, executors: dict[str, Executor], cluster: Cluster
) -> None:
    first = compare_annotations(dataset, **FIELDS)
    expected = held(dataset, ("diff_digest",))
    assert first.broken["a mask_path at which there is no file"]["count"] == 60
    for way in WAYS:
        results = compare_annotations(
            dataset, **FIELDS, overwrite=True, **by(way, executors, cluster)
        )
        assert results.totals == first.totals, way
        assert results.broken == first.broken, way
        assert held(dataset, ("diff_digest",)) == expected, way


def test_a_census_is_the_same_however_it_is_spread(
    dataset: fo.Dataset,
    executors: dict[str, Executor],
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compare_annotations(dataset, **FIELDS)
    view = dataset.skip(5).filter_labels("before", F("label") != "dog")
    expected = [take_census(one, key="diff").to_dict() for one in (dataset, view)]
    assert expected[0]["counts"]["base"]["images"] == 240
    monkeypatch.setattr(census, "BATCH", 10)
    for way in WAYS:
        options = by(way, executors, cluster)
        for one, plain in zip((dataset, view), expected, strict=True):
            assert take_census(one, key="diff", **options).to_dict() == plain, way


def test_workers_see_what_changed_since_they_were_used_last(
    dataset: fo.Dataset,
    executors: dict[str, Executor],
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(census, "BATCH", 10)
    for way in WAYS:
        options = by(way, executors, cluster)
        before = take_census(dataset, **FIELDS, **options)
        compare_annotations(dataset, **FIELDS, **options)
        after = take_census(dataset, key="diff", **options)
        assert after.counts.base.to_dict() == before.counts.base.to_dict(), way
        assert after.counts.comparison is not None
        assert after.counts.comparison.totals.images == 240, way
        dataset.delete_run("diff")


def test_workers_tell_a_dataset_from_an_earlier_one_of_its_name(
    dataset: fo.Dataset, executors: dict[str, Executor], cluster: Cluster
) -> None:
    for way in WAYS:
        options = by(way, executors, cluster)
        for field in ("one", "other"):
            again = fo.Dataset("again")
            labels = fo.Detections(detections=[masked("cat", 0, 0, 9, 9)])
            again.add_sample(fo.Sample("/nowhere.png", **{field: labels}))
            found = take_census(again, field, **options)
            assert found.counts.base.total.instances == 1, way
            again.delete()


def test_a_load_is_the_same_however_it_is_spread(
    example_mirror: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    zoo_dir: Path,
    executors: dict[str, Executor],
    cluster: Cluster,
) -> None:
    monkeypatch.setattr(split_samples, "BATCH", 4)
    for polylines in (False, True):
        arguments = {
            "label_types": ["detections", "segmentations"],
            "with_coco": True,
            "use_polylines": polylines,
            "mirror": str(example_mirror),
        }
        made = ("_id", "_rand", "_dataset_id")
        first, problems = load_splits("here", "validation", tmp_path, **arguments)
        expected = held(first, made)
        first.delete()
        for way in WAYS:
            dataset, found = load_splits(
                "there",
                ["validation"],
                tmp_path,
                **arguments,
                **by(way, executors, cluster),
            )
            assert held(dataset, made) == expected, way
            assert found.lines() == problems.lines()
            assert dataset.media_type == "image"
            dataset.delete()


def test_what_a_load_leaves_out_is_told_in_the_same_order(
    example_mirror: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    zoo_dir: Path,
    executors: dict[str, Executor],
) -> None:
    from helpers.data.hand_drawn_damage import damage_polygons

    broken = damage_polygons(example_mirror, tmp_path / "mirror", every=3)
    monkeypatch.setattr(split_samples, "BATCH", 2)
    arguments: dict[str, Any] = {"mirror": str(broken), "with_coco": True}
    _, first = load_splits("here", "validation", tmp_path, **arguments)
    _, second = load_splits(
        "there",
        "validation",
        tmp_path,
        executor=executors["two processes"],
        **arguments,
    )
    assert len(first) > 5
    assert second.lines() == first.lines()
    with pytest.raises(ValueError, match="odd count"):
        load_splits("strict", "validation", tmp_path, strict=True, **arguments)
    assert not fo.dataset_exists("strict")
