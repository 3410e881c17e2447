"""Whether a comparison is out of date: its labels edited, added or deleted since."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import fiftyone as fo
import numpy as np
import pytest
from helpers.datasets.labelled import (
    FIELDS,
    Sides,
    boxed,
    every_status,
    make_pair,
    masked,
    stored,
)
from sama_coco.labelsets import (
    check_freshness,
    compare_annotations,
    is_sample_changed,
    load_results,
)
from sama_coco.labelsets.managing.comparison_runs import describe_comparison_runs

pytestmark = pytest.mark.usefixtures("fresh_database")

EQUAL: Sides = ([masked("cat", 0, 0, 10, 10)], [masked("cat", 0, 0, 10, 10)])

Change = Callable[[fo.Sample], Any]


def compare(samples: Any, **arguments: Any) -> Any:
    return compare_annotations(samples, **FIELDS | arguments)


@pytest.fixture
def dataset() -> fo.Dataset:
    dataset = make_pair(EQUAL, every_status(), EQUAL)
    compare(dataset)
    return dataset


def changed(dataset: fo.Dataset, **options: Any) -> list[int]:
    """The places of samples that are out of date."""
    ids = dataset.values("id")
    return sorted(map(ids.index, check_freshness(dataset, "diff", **options).changed))


def _label(sample: fo.Sample, field: str = "after") -> Any:
    return sample[field].detections[0]


EDITS: dict[str, Change] = {
    "box": lambda s: setattr(_label(s), "bounding_box", [0.1, 0.1, 0.2, 0.2]),
    "mask": lambda s: setattr(_label(s), "mask", np.eye(10, dtype=bool)),
    "class": lambda s: setattr(_label(s, "before"), "label", "dog"),
    "crowd flag": lambda s: _label(s).set_field("iscrowd", 1, create=True),
    "deleted label": lambda s: s["after"].detections.pop(),
    "added label": lambda s: s["before"].detections.append(boxed("ox", 9, 9, 9, 9)),
    "no list": lambda s: s.set_field("after", None),
    "size of the image": lambda s: s.metadata.set_field("width", 81),
    "metadata": lambda s: s.set_field("metadata", None),
}

HARMLESS: dict[str, Change] = {
    "tag of a label": lambda s: _label(s).tags.append("prefer base"),
    "tag of the sample": lambda s: s.tags.append("seen"),
    "attribute": lambda s: _label(s).set_field("mood", "good", create=True),
    "confidence": lambda s: setattr(_label(s), "confidence", 0.5),
    "another field": lambda s: s.set_field("note", "hello"),
    "statuses": lambda s: _label(s).set_field("diff", "added"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_sample_whose_labels_changed_is_out_of_date(
    dataset: fo.Dataset, name: str
) -> None:
    sample = dataset.last()
    EDITS[name](sample)
    sample.save()
    assert changed(dataset) == [2]
    assert is_sample_changed(dataset, sample.id, "diff")
    assert not is_sample_changed(dataset, dataset.first().id, "diff")
    assert load_results(dataset, "diff").freshness().is_out_of_date
    (row,) = describe_comparison_runs(dataset)
    assert (row["out_of_date"], row["unchecked"]) == (1, 0)


@pytest.mark.parametrize("name", HARMLESS)
def test_tags_and_what_is_added_to_labels_change_nothing(
    dataset: fo.Dataset, name: str
) -> None:
    sample = dataset.last()
    HARMLESS[name](sample)
    sample.save()
    assert changed(dataset) == changed(dataset, every=True) == []


def test_other_runs_and_new_samples_change_nothing(dataset: fo.Dataset) -> None:
    compare(dataset, key="strict", iou=0.9)
    dataset.evaluate_detections("after", "before", eval_key="eval", progress=False)
    dataset.add_sample(fo.Sample("/new.png", metadata=fo.ImageMetadata()))
    dataset.rename_run("strict", "stricter")
    assert check_freshness(dataset, "diff") == ([], 0, 0)


def test_of_another_field_nothing_counts_that_was_not_compared() -> None:
    dataset = make_pair(EQUAL, EQUAL)
    compare(dataset.limit(1))
    sample = dataset.last()
    EDITS["box"](sample)
    sample.save()
    assert check_freshness(dataset, "diff") == ([], 0, 0)
    assert not is_sample_changed(dataset, sample.id, "diff")


def test_samples_that_are_gone_are_counted(dataset: fo.Dataset) -> None:
    dataset.delete_samples([dataset.first().id])
    found = check_freshness(dataset, "diff")
    assert (found.changed, found.gone, found.is_out_of_date) == ([], 1, True)


def test_a_few_samples_can_be_looked_at_the_ones_written_to_last_first(
    dataset: fo.Dataset,
) -> None:
    for sample in dataset:
        sample.tags.append("seen")
        sample.save()
    sample = dataset.last()
    EDITS["box"](sample)
    sample.save()
    found = check_freshness(dataset, "diff", most=1)
    assert found == ([sample.id], 0, 2)


def test_a_write_that_shows_nowhere_is_found_when_every_sample_is_looked_at(
    dataset: fo.Dataset,
) -> None:
    dataset._sample_collection.update_one(
        {"_id": dataset.first()._id}, {"$set": {"before.detections.0.label": "dog"}}
    )
    assert changed(dataset) == []
    assert changed(dataset, every=True) == [0]


def test_masks_in_files_are_looked_into(tmp_path: Path) -> None:
    label = stored(tmp_path, "cat", 0, 0, 10, 10)
    dataset = make_pair(([label], EQUAL[1]))
    compare(dataset)
    assert not is_sample_changed(dataset, dataset.first().id, "diff")
    cv2.imwrite(label.mask_path, 255 * np.eye(10, dtype=np.uint8))
    assert is_sample_changed(dataset, dataset.first().id, "diff")


def test_a_comparison_again_is_up_to_date(dataset: fo.Dataset) -> None:
    sample = dataset.last()
    EDITS["box"](sample)
    sample.save()
    compare(dataset, overwrite=True)
    assert check_freshness(dataset, "diff") == ([], 0, 0)


def test_an_interrupted_comparison_is_described_without_looking(
    dataset: fo.Dataset,
) -> None:
    def cancel(done: float, _: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(dataset, overwrite=True, on_progress=cancel)
    (row,) = describe_comparison_runs(dataset)
    assert (row["finished"], row["out_of_date"]) == (False, None)


def test_what_is_printed_says_that_it_is_out_of_date(dataset: fo.Dataset) -> None:
    assert "out of date" not in str(load_results(dataset, "diff"))
    sample = dataset.first()
    EDITS["class"](sample)
    sample.save()
    said = "The comparison 'diff' is out of date: the labels of 1 image changed since"
    assert said in str(load_results(dataset, "diff")).splitlines()
    dataset.delete_samples(dataset.last().id)
    said = "the labels of 1 image changed and 1 image was deleted since"
    assert said in str(load_results(dataset, "diff"))
