"""Samples that a program holds show what was written when they are used."""

from __future__ import annotations

import copy
import gc
import threading
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.labelled import FIELDS, Sides, every_status, make_pair, masked
from sama_coco.labelsets import compare_annotations
from sama_coco.labelsets.labels.held_samples import reload_when_used

pytestmark = pytest.mark.usefixtures("fresh_database")

EQUAL: Sides = ([masked("cat", 0, 0, 10, 10)], [masked("cat", 0, 0, 10, 10)])


@pytest.fixture
def dataset() -> fo.Dataset:
    return make_pair(*[every_status()] * 30)


def compare(dataset: fo.Dataset, **arguments: Any) -> None:
    compare_annotations(dataset, **FIELDS | arguments)


def reads_of(dataset: fo.Dataset, act: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many samples are read one by one while something is done."""
    reads: list[int] = []
    original = type(dataset)._sample_dict_to_doc

    def counting(self: fo.Dataset, *args: Any, **kwargs: Any) -> Any:
        reads.append(1)
        return original(self, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(type(dataset), "_sample_dict_to_doc", counting)
        act()
    return len(reads)


def test_held_samples_are_not_read_before_they_are_used(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = list(dataset.iter_samples())
    assert reads_of(dataset, lambda: compare(dataset), monkeypatch) == 0
    assert reads_of(dataset, lambda: held[3].diff_pq, monkeypatch) == 1
    assert reads_of(dataset, lambda: held[3].diff_pq, monkeypatch) == 0
    again = {"overwrite": True, "iou": 0.6}
    assert reads_of(dataset, lambda: compare(dataset, **again), monkeypatch) == 0


@pytest.mark.parametrize(
    "use",
    [
        lambda sample: sample.diff_removed,
        lambda sample: sample["diff_removed"],
        lambda sample: sample.to_dict()["diff_removed"],
        lambda sample: sample.copy().diff_removed,
        lambda sample: copy.deepcopy(sample).diff_removed,
        lambda sample: sample.get_field("diff_removed"),
        lambda sample: dict(sample.iter_fields())["diff_removed"],
        lambda sample: sample.before.detections[9].diff == "removed",
        lambda sample: sample == sample._dataset.first(),
        lambda sample: sample._dataset.first() == sample,
        lambda sample: repr(sample).count("diff_removed"),
    ],
)
def test_held_samples_show_what_was_written_however_they_are_used(
    dataset: fo.Dataset, use: Any
) -> None:
    sample = dataset.first()
    compare(dataset)
    assert isinstance(sample, fo.Sample)
    assert use(sample) == 1
    assert sample.diff_removed == 1
    assert type(sample) is fo.Sample


def test_held_samples_are_written_to_and_saved_as_ever(dataset: fo.Dataset) -> None:
    sample = dataset.first()
    compare(dataset)
    sample.tags = ["seen"]
    sample["note"] = "hello"
    sample.save()
    assert dataset.first() is sample
    assert list(dataset.values(["tags", "note", "diff_removed"])) == [
        [["seen"]] + [[]] * 29,
        ["hello"] + [None] * 29,
        [1] * 30,
    ]


def test_held_samples_can_be_deleted_with_and_without_their_dataset(
    dataset: fo.Dataset,
) -> None:
    held = list(dataset.iter_samples())
    compare(dataset)
    dataset.delete_samples([held[0].id])
    assert not held[0].in_dataset
    reload_when_used(dataset)
    dataset._sample_collection.delete_one({"_id": held[1]._id})
    assert held[1].before.detections[0].label == "cat"
    reload_when_used(dataset)
    dataset.delete()
    assert held[2].before.detections[0].label == "cat"
    assert not held[2].in_dataset


def test_what_fiftyone_does_to_held_samples_goes_on(dataset: fo.Dataset) -> None:
    held = list(dataset.iter_samples())
    compare(dataset)
    dataset.set_values("mood", ["good"] * 30)
    assert held[0].mood == "good"
    reload_when_used(dataset)
    dataset.rename_sample_field("mood", "temper")
    assert held[1].temper == "good"
    reload_when_used(dataset)
    dataset.reload()
    assert {type(sample) for sample in held} == {fo.Sample}
    reload_when_used(dataset)
    assert [s.temper for s in dataset.iter_samples()] == ["good"] * 30
    reload_when_used(dataset)
    del held
    gc.collect()
    assert dataset.first().diff_removed == 1


def test_a_sample_that_many_threads_use_at_once_is_whole(dataset: fo.Dataset) -> None:
    sample = dataset.first()
    compare(dataset)
    found: list[Any] = []
    start = threading.Barrier(8)

    def use() -> None:
        start.wait()
        found.append(sample.diff_removed)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 8
