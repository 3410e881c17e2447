"""A load by FiftyOne that is killed, or fails, passes for complete nowhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import fiftyone as fo
import fiftyone.zoo as foz
import pytest
from sama_coco.zoo import load_dataset, split_samples

pytestmark = pytest.mark.usefixtures("fresh_database", "loaded_once")

NAME = "sama/sama-coco"
SPLITS = ["train", "validation"]

STAGES = {
    "labels of the first split": ("preparing", "read_label_sets", 3, "before"),
    "images of the first split": ("preparing", "find_images", 3, "after"),
    "fields": ("split_samples", "declare_fields", 1, "after"),
    "first samples": ("split_samples", "add_samples", 1, "after"),
    "end of the first split": ("split_samples", "note_files", 1, "after"),
    "labels of the second split": ("preparing", "read_label_sets", 4, "before"),
    "second samples": ("split_samples", "add_samples", 2, "after"),
    "end of the second split": ("split_samples", "note_files", 2, "after"),
}
"""The functions in which a load is killed, at which call, and before or after it.

FiftyOne prepares both splits before it loads the first, and then again as it loads."""

KILLED = """
import importlib, os, signal, sys
import fiftyone.zoo as foz

module, name, call, when, mirror = sys.argv[1:]
arguments = {"mirror": mirror, "with_coco": True}
foz.download_zoo_dataset("sama/sama-coco", max_samples=1, **arguments)
module = importlib.import_module("sama.sama-coco." + module)
function, calls = getattr(module, name), []

def kill():
    if len(calls) == int(call):
        os.kill(os.getpid(), signal.SIGKILL)

def and_die(*arguments, **named):
    calls.append(name)
    if when == "before":
        kill()
    result = function(*arguments, **named)
    kill()
    return result

setattr(module, name, and_die)
foz.load_zoo_dataset(
    "sama/sama-coco", dataset_name="killed", persistent=True, **arguments
)
"""


@pytest.fixture
def loaded_once(zoo_dir: Path, url: str, example_mirror: Path) -> None:
    """Has FiftyOne copy the zoo dataset, which then goes by its name."""
    foz.download_zoo_dataset(
        url, split="validation", max_samples=1, mirror=str(example_mirror)
    )


def load(mirror: Path, name: str = "killed", **arguments: Any) -> fo.Dataset:
    return foz.load_zoo_dataset(
        NAME, dataset_name=name, mirror=str(mirror), with_coco=True, **arguments
    )


@pytest.mark.parametrize("stage", STAGES)
def test_what_a_killed_load_leaves_is_not_taken_for_the_dataset(
    zoo_dir: Path, example_mirror: Path, stage: str
) -> None:
    place = [str(part) for part in STAGES[stage]]
    result = subprocess.run(
        [sys.executable, "-c", KILLED, *place, str(example_mirror)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "FIFTYONE_DATASET_ZOO_DIR": str(zoo_dir)},
    )
    assert result.returncode == -signal.SIGKILL, result.stderr
    left = {name: fo.load_dataset(name) for name in fo.list_datasets()}
    assert not [name for name, found in left.items() if found.persistent]

    dataset = load(example_mirror, persistent=True)
    counts = dataset.count_sample_tags()
    images = {
        split: len(list((example_mirror / "images.cocodataset.org" / folder).iterdir()))
        for split, folder in (("train", "train2017"), ("validation", "val2017"))
    }
    assert counts == images
    assert dataset.persistent
    assert dataset.name == "killed"


def test_a_dataset_has_its_name_and_permanence_when_all_splits_are_in_it(
    example_mirror: Path,
) -> None:
    for splits in (SPLITS, SPLITS[::-1], ["train"], ["validation", "validation"]):
        dataset = load(example_mirror, name="whole", splits=splits, persistent=True)
        assert fo.list_datasets() == ["whole"]
        assert dataset.persistent
        assert set(dataset.count_sample_tags()) == set(splits)
        assert len(dataset.default_classes) == 80
        dataset.delete()


def test_after_a_download_of_both_splits_one_is_loaded(example_mirror: Path) -> None:
    foz.download_zoo_dataset(NAME, mirror=str(example_mirror))
    dataset = load(
        example_mirror, name="one", split="train", download_if_necessary=False
    )
    assert fo.list_datasets() == [dataset.name] == ["one"]


def test_a_second_split_that_fails_takes_the_first_with_it(
    example_mirror: Path,
) -> None:
    foz.download_zoo_dataset(NAME, mirror=str(example_mirror))
    with pytest.raises(ValueError, match="are not in the"):
        load(
            example_mirror,
            name="failed",
            splits=SPLITS,
            download_if_necessary=False,
            image_ids=["train/100000000001", "validation/999"],
        )
    assert fo.list_datasets() == []


def test_what_others_add_while_a_load_fails_is_kept(
    example_mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = fo.Dataset("mine", persistent=True)
    dataset.add_sample(fo.Sample("held.jpg"))
    schema = set(dataset.get_field_schema())
    labels_of = split_samples.sample_values
    made: list[Any] = []

    def interrupted(*arguments: Any) -> Any:
        made.append(arguments)
        if len(made) == 3:
            dataset.add_sample(fo.Sample("meanwhile.jpg"))
        if len(made) == 5:
            raise KeyboardInterrupt
        return labels_of(*arguments)

    monkeypatch.setattr(split_samples, "sample_values", interrupted)
    monkeypatch.setattr(split_samples, "BATCH", 2)
    with pytest.raises(KeyboardInterrupt):
        load_dataset(
            dataset, str(tmp_path / "zoo"), "validation", mirror=str(example_mirror)
        )
    paths = [Path(p).name for p in dataset.values("filepath")]
    assert paths == ["held.jpg", "meanwhile.jpg"]
    assert fo.list_datasets() == ["mine"]
    assert set(dataset.get_field_schema()) == schema
    assert dataset.info == {}


def test_a_split_is_added_to_a_dataset_of_others(
    example_mirror: Path, tmp_path: Path
) -> None:
    dataset = fo.Dataset("mine")
    dataset.add_sample(fo.Sample("held.jpg"))
    load_dataset(
        dataset,
        str(tmp_path / "zoo"),
        "validation",
        mirror=str(example_mirror),
        label_types="segmentations",
        with_coco=True,
    )
    assert len(dataset) > 10
    assert dataset.count("sama_segmentations.detections") > 10
    assert dataset.first().filepath.endswith("held.jpg")
    assert dataset.last().tags == ["validation"]
    assert dataset.info["label_sets"].keys() == {
        "coco_segmentations",
        "sama_segmentations",
    }
    assert fo.list_datasets() == ["mine"]
