"""Adding a split to a dataset, as FiftyOne does: what a failure may take with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from sama_coco.zoo import download_and_prepare, files_folder, load_dataset
from sama_coco.zoo.errors import ArgumentError

pytestmark = pytest.mark.usefixtures("fresh_database", "zoo_dir")


@pytest.fixture
def zoo_folder(tmp_path: Path) -> Path:
    """The folder that FiftyOne would copy the loader to."""
    return tmp_path / "anywhere" / "sama-coco"


@pytest.fixture
def dataset() -> fo.Dataset:
    return fo.Dataset("mine", persistent=True)


@pytest.fixture
def add(dataset: fo.Dataset, zoo_folder: Path, example_mirror: Path) -> Any:
    """Adds a split to the dataset."""

    def add_split(split: str, **arguments: Any) -> None:
        load_dataset(
            dataset, str(zoo_folder), split, mirror=str(example_mirror), **arguments
        )

    return add_split


def test_what_is_fetched_lies_beside_the_folder_that_fiftyone_replaces(
    dataset: fo.Dataset, add: Any, zoo_folder: Path, example_mirror: Path
) -> None:
    download_and_prepare(str(zoo_folder), "validation", mirror=str(example_mirror))
    add("validation")
    files = files_folder(zoo_folder)
    assert files == zoo_folder.with_name("sama-coco-files")
    assert all(Path(p).is_relative_to(files) for p in dataset.values("filepath"))
    assert [p.name for p in zoo_folder.rglob("*")] == ["validation"]


def test_a_split_that_fails_leaves_the_one_before(
    dataset: fo.Dataset, add: Any
) -> None:
    add("validation")
    held = dataset.values("id")
    with pytest.raises(ArgumentError, match="did you mean 'dog'"):
        add("train", classes="dogg")
    assert fo.load_dataset("mine").values("id") == held


def test_a_dataset_that_is_empty_and_stays_so_is_deleted(add: Any) -> None:
    with pytest.raises(ArgumentError, match="did you mean 'dog'"):
        add("train", classes="dogg")
    assert not fo.dataset_exists("mine")


def add_sample(dataset: fo.Dataset) -> None:
    dataset.add_sample(fo.Sample("mine.jpg"))


def replace_sample(dataset: fo.Dataset) -> None:
    dataset.delete_samples(dataset.first())
    add_sample(dataset)


def tag_label(dataset: fo.Dataset) -> None:
    dataset.limit(1).tag_labels("seen")


@pytest.mark.parametrize("touch", [add_sample, replace_sample, tag_label])
def test_a_dataset_that_somebody_has_worked_on_is_kept(
    dataset: fo.Dataset, add: Any, touch: Any
) -> None:
    add("validation")
    touch(dataset)
    held = dataset.values(["id", "ground_truth.detections.id", "filepath"])
    with pytest.raises(ArgumentError, match="did you mean 'dog'"):
        add("train", classes="dogg")
    kept = fo.load_dataset("mine")
    assert kept.values(["id", "ground_truth.detections.id", "filepath"]) == held


def test_a_split_that_breaks_off_leaves_what_the_dataset_held(
    dataset: fo.Dataset,
    add: Any,
    example_mirror: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sama_coco.zoo import split_samples

    add_sample(dataset)
    held = dataset.values("id")
    monkeypatch.setattr(split_samples, "BATCH", 4)
    labels_of = split_samples.sample_values
    made: list[Any] = []

    def interrupted(*arguments: Any) -> Any:
        made.append(arguments)
        if len(made) == 14:
            raise KeyboardInterrupt
        return labels_of(*arguments)

    monkeypatch.setattr(split_samples, "sample_values", interrupted)
    with pytest.raises(KeyboardInterrupt):
        add("validation")
    assert dataset.values("id") == held


def test_the_dataset_says_nothing_of_who_filled_it(
    dataset: fo.Dataset, add: Any
) -> None:
    add("validation")
    assert set(dataset.info) == {"label_sets", "licenses"}
