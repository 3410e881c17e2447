"""Merges that are refused before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.paired_datasets import boxes, make, state
from sama_coco.labelsets import MergeError, merge_annotations

pytestmark = pytest.mark.usefixtures("fresh_database")

FIELDS = {"segmentations": "coco_segmentations"}


def repeat(sama: fo.Dataset, coco: fo.Dataset) -> dict[str, Any]:
    coco.set_values("coco_id", [2, 2])
    return {}


def repeat_here(sama: fo.Dataset, coco: fo.Dataset) -> dict[str, Any]:
    sama.set_values("coco_id", [1, 1])
    return {}


def text_key(sama: fo.Dataset, coco: fo.Dataset) -> dict[str, Any]:
    coco.set_values("as_text", ["1", "2"])
    return {"other_key_field": "as_text"}


def taken(sama: fo.Dataset, coco: fo.Dataset) -> dict[str, Any]:
    sama.set_values("coco_segmentations", [boxes("x"), boxes("y")])
    return {}


def other_kinds(sama: fo.Dataset, coco: fo.Dataset) -> dict[str, Any]:
    coco.set_values("kind", [fo.Classification(label="a")] * 2)
    return {"fields": {"kind": "coco_kind"}}


def run_about(sama: fo.Dataset, coco: fo.Dataset) -> dict[str, Any]:
    config = sama.init_run(base_field="segmentations")
    sama.register_run("diff", config)
    return {"rename": {"segmentations": "sama_segmentations"}}


def unique_files(sama: fo.Dataset, coco: fo.Dataset) -> dict[str, Any]:
    sama.create_index("filepath", unique=True)
    coco.set_values("coco_id", [1, 7])
    coco.set_values("filepath", sama.values("filepath"))
    return {"only_there": "keep"}


def grouped(sama: fo.Dataset, coco: fo.Dataset) -> dict[str, Any]:
    dataset, group = fo.Dataset("grouped"), fo.Group()
    dataset.add_group_field("group", default="left")
    dataset.add_sample(fo.Sample(filepath="/x.jpg", group=group.element("left")))
    return {"other": dataset}


def video(sama: fo.Dataset, coco: fo.Dataset) -> dict[str, Any]:
    dataset = fo.Dataset("films")
    dataset.add_sample(fo.Sample(filepath="/x.mp4", coco_id=1))
    return {"other": dataset}


def given(**arguments: Any) -> Callable[..., dict[str, Any]]:
    return lambda sama, coco: arguments


def name(target: Any) -> Callable[..., dict[str, Any]]:
    return given(fields={"segmentations": target})


REFUSED = {
    "a key repeats there": (repeat, "repeats in 'coco': 2 is that of .*001.jpg and"),
    "a key repeats here": (repeat_here, "repeats in 'sama': 1 is that of"),
    "no such key": (given(key_field="gone"), "'sama' has no field 'gone'.*'coco_id'"),
    "no such key there": (given(other_key_field="gone"), "'coco' has no field 'gone'"),
    "keys of two types": (text_key, "whole numbers, 'as_text' of 'coco' holds text"),
    "a key of no use": (given(key_field="segmentations"), "a key must hold whole"),
    "a file name for one": (given(other_key_field="file name"), "on both sides"),
    "a name is taken": (taken, "already has a field 'coco_segmentations'"),
    "no such field": (given(fields={"gone": "x"}), "no field 'gone'.*'segmentations'"),
    "no field": (given(fields={}), "No field to merge"),
    "other kinds": (other_kinds, "is a Classification.*'segmentations' .Detections"),
    "no labels": (given(fields={"coco_id": "x"}), "is a IntField"),
    "two of one name": (
        given(fields=FIELDS, rename={"segmentations": "coco_segmentations"}),
        "can't both be called",
    ),
    "a dot": (name("a.b"), "'a.b': use letters"),
    "a dollar": (name("$x"), "use letters"),
    "a space": (name("two words"), "use letters"),
    "an underscore": (name("_x"), "use letters"),
    "no name": (name(""), "use letters"),
    "no text": (name(3), "called 3"),
    "a dot in the source": (given(fields={"a.b": "x"}), "no field 'a.b'"),
    "FiftyOne's name": (name("filepath"), "FiftyOne uses that name itself"),
    "a bad new name": (given(rename={"segmentations": "$x"}), "use letters"),
    "a taken new name": (given(rename={"segmentations": "coco_id"}), "has that field"),
    "nothing to rename": (given(rename={"gone": "x"}), "to rename"),
    "no label to rename": (given(rename={"coco_id": "x"}), "can't be compared"),
    "a run uses it": (run_about, "the run 'diff' of 'sama' uses it"),
    "over no labels": (
        given(fields={"segmentations": "coco_id"}, overwrite=True),
        "'coco_id' of 'sama' is a IntField",
    ),
    "no choice": (given(only_here="drop"), "only_here is 'drop'"),
    "no dataset": (given(other="cocoo"), "no dataset 'cocoo'; did you mean 'coco'"),
    "no dataset at all": (given(other=3), "'other' is 3"),
    "files may not repeat": (unique_files, "000002.jpg can't be added"),
    "a grouped dataset": (grouped, "'group'; only datasets"),
    "a video dataset": (video, "'video'; only datasets"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_refuses_and_writes_nothing(what: str) -> None:
    prepare, message = REFUSED[what]
    sama, coco = make("sama", [1, 2]), make("coco", [1, 2])
    arguments = {
        "other": coco,
        "key_field": "coco_id",
        "fields": FIELDS,
    } | prepare(sama, coco)
    before = state(sama), state(coco)
    with pytest.raises(MergeError, match=message):
        merge_annotations(sama, **arguments)
    assert (state(sama), state(coco)) == before


def test_it_refuses_keys_that_never_agree_and_shows_one_of_each_side() -> None:
    sama, coco = make("sama", [1]), make("coco", [2])
    before = state(sama)
    with pytest.raises(MergeError, match="coco_id is 1 here and coco_id is 2 there"):
        merge_annotations(sama, coco, "coco_id", fields=FIELDS, only_there="keep")
    assert state(sama) == before


def test_it_refuses_views_that_are_not_of_whole_images_and_the_same_dataset() -> None:
    sama, coco = make("sama", [1]), make("coco", [1])
    with pytest.raises(MergeError, match="patches, frames or clips"):
        merge_annotations(sama, coco.to_patches("segmentations"), fields=FIELDS)
    for same in (sama, "sama", sama.limit(1), sama.to_patches("segmentations")):
        with pytest.raises(MergeError, match="can't be merged with itself"):
            merge_annotations(sama, same, fields=FIELDS)
    with pytest.raises(MergeError, match="no samples in 'empty'"):
        merge_annotations(sama, fo.Dataset("empty"), fields=FIELDS)
    with pytest.raises(ValueError, match="whole dataset"):
        merge_annotations(sama.limit(1), coco, fields=FIELDS)


@pytest.mark.parametrize("fields", [5, 2.5, object()])
def test_fields_that_are_no_names_are_refused_in_words(fields: Any) -> None:
    sama, coco = make("sama", range(3)), make("coco", range(3))
    with pytest.raises(MergeError, match="name the fields to merge"):
        merge_annotations(sama, coco, fields=fields)
