"""Merging the labels of one dataset into another, through FiftyOne's operators."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from bson import json_util
from fiftyone import ViewField as F
from fiftyone.operators.executor import ExecutionContext, ExecutionError, Executor
from sama_coco.runs import compare_annotations
from sama_coco.zoo import load_splits

pytestmark = pytest.mark.usefixtures("fresh_database", "zoo_dir")

URI = "@sama/sama-coco/merge_annotations"
FIELDS = {"segmentations": "coco_segmentations"}


def merge(dataset: fo.Dataset, other: Any, **arguments: Any) -> dict[str, Any]:
    result: dict[str, Any] = foo.get_operator(URI)(dataset, other, **arguments)
    return result


def boxes(*labels: str, **attributes: Any) -> fo.Detections:
    box = [0.1, 0.1, 0.2, 0.2]
    return fo.Detections(
        detections=[
            fo.Detection(label=name, bounding_box=box, **attributes) for name in labels
        ]
    )


def make(name: str, ids: Any, key: str = "coco_id", **values: Any) -> fo.Dataset:
    """A dataset of a sample for each id, with a box in `segmentations`."""
    dataset = fo.Dataset(name)
    dataset.add_samples(
        [
            fo.Sample(
                filepath=f"/{name}/{i:012d}.jpg",
                segmentations=boxes(f"{name} {id}", area=2.5),
                **{key: id},
                **values,
            )
            for i, id in enumerate(ids)
        ],
        dynamic=True,
    )
    return dataset


def state(dataset: fo.Dataset) -> str:
    """Everything that the database holds of a dataset."""
    dataset.reload()
    samples = list(dataset._sample_collection.find().sort("_id"))
    about = dataset._doc.to_dict()
    about.pop("last_loaded_at", None)
    indexes = dataset.get_index_information()
    for index in indexes.values():
        index.pop("size", None)
    return str(json_util.dumps([about, indexes, samples], sort_keys=True))


def labels(dataset: Any, field: str, key: str = "coco_id") -> dict[Any, Any]:
    keys, found = dataset.values([key, f"{field}.detections.label"])
    return dict(zip(keys, found, strict=True))


def built_in(
    mirror: Path, folder: Path, name: str, source: str = "coco", **arguments: Any
) -> fo.Dataset:
    """What FiftyOne's own loaders give: its importer, on a file of the mirror."""
    if source == "coco":
        archive = "images.cocodataset.org/annotations/annotations_trainval2017.zip"
        member = "annotations/instances_val2017.json"
    else:
        host = "sama-documentation-assets.s3.amazonaws.com"
        archive = f"{host}/sama-coco/sama-coco-val.zip"
        member = "sama_coco_coco_format_val_0.json"
    with zipfile.ZipFile(mirror / archive) as zipped:
        path = zipped.extract(member, folder)
    return fo.Dataset.from_dir(
        dataset_type=fo.types.COCODetectionDataset,
        data_path=str(mirror / "images.cocodataset.org" / "val2017"),
        labels_path=path,
        name=name,
        **arguments,
    )


WITH_ID = {"label_types": "segmentations", "include_id": True}


def test_it_brings_over_labels_of_samples_with_equal_ids() -> None:
    sama, coco = make("sama", [3, 1, 2]), make("coco", [1, 2, 3])
    result = merge(sama, coco, key_field="coco_id", fields=FIELDS)

    assert labels(sama, "coco_segmentations") == {i: [f"coco {i}"] for i in (1, 2, 3)}
    assert labels(sama, "segmentations") == {i: [f"sama {i}"] for i in (1, 2, 3)}
    assert result["matched"] == 3
    assert result["labels"] == {"coco_segmentations": 3}
    assert result["view"] is sama
    assert "3 samples matched" in result["message"]


@pytest.mark.parametrize("named", [True, False])
def test_the_other_side_may_be_a_name_and_is_not_written_to(named: bool) -> None:
    sama, coco = make("sama", [1, 2]), make("coco", [1, 2, 3])
    before = state(coco)
    merge(sama, "coco" if named else coco, fields=FIELDS)
    assert state(coco) == before
    assert sama.list_indexes() == fo.Dataset("plain").list_indexes()


def test_of_a_view_only_its_samples_and_labels_come_over() -> None:
    sama, coco = make("sama", [1, 2, 3]), make("coco", [1, 2, 3])
    view = coco.match(F("coco_id") > 1).filter_labels(
        "segmentations", F("label") == "coco 2", only_matches=False
    )
    result = merge(sama, view, fields=FIELDS)
    assert labels(sama, "coco_segmentations") == {1: None, 2: ["coco 2"], 3: []}
    assert (result["matched"], result["only_here"], result["only_there"]) == (2, 1, 0)


def test_samples_of_one_side_are_counted_and_stay_where_they_are() -> None:
    sama, coco = make("sama", [1, 2, 3]), make("coco", [3, 4, 5, 6])
    result = merge(sama, coco, fields=FIELDS)
    assert len(sama) == 3
    assert (result["matched"], result["only_here"], result["only_there"]) == (1, 2, 3)
    assert result["added"] == 0
    assert "2 only here (kept), 3 only there (not added)" in result["message"]


def test_samples_only_here_can_be_left_out_of_the_view_but_stay() -> None:
    sama, coco = make("sama", [1, 2, 3]), make("coco", [3, 4])
    result = merge(sama, coco, fields=FIELDS, only_here="skip")
    assert result["view"].values("coco_id") == [3]
    assert len(sama) == 3


def test_samples_only_there_can_be_added_with_their_key_tags_and_metadata() -> None:
    size = fo.ImageMetadata(width=4, height=3)
    sama = make("sama", [1, 2])
    coco = make("coco", [2, 7], tags=["validation"], metadata=size, other=5)
    result = merge(sama, coco, fields=FIELDS, only_there="keep")

    added = sama.match(F("coco_id") == 7).first()
    assert result["added"] == 1
    assert len(sama) == 3
    assert added.coco_segmentations.detections[0].label == "coco 7"
    assert added.segmentations is None
    assert (added.tags, added.metadata.width) == (["validation"], 4)
    assert not sama.has_field("other")
    matched = sama.match(F("coco_id") == 2).first()
    assert (matched.tags, matched.metadata) == ([], None)


def test_a_clone_can_add_samples_under_ids_that_are_in_use_here() -> None:
    sama = make("sama", [1, 2])
    coco = sama.clone("coco")
    coco.set_values("coco_id", [2, 9])
    merge(sama, coco, fields=FIELDS, only_there="keep")
    assert sama.count() == 3
    assert labels(sama, "coco_segmentations") == {
        1: None,
        2: ["sama 1"],
        9: ["sama 2"],
    }


def test_text_ids_match_as_whole_numbers_do() -> None:
    first, second = make("a", ["x-1", "x-2"], "image"), make("b", ["x-2"], "image")
    result = merge(first, second, key_field="image", fields={"segmentations": "theirs"})
    assert result["matched"] == 1
    assert labels(first, "theirs", "image") == {"x-1": None, "x-2": ["b x-2"]}


def test_samples_without_a_key_match_nothing() -> None:
    sama, coco = make("sama", [1, None, None]), make("coco", [None, None, 1])
    result = merge(sama, coco, fields=FIELDS)
    assert (result["matched"], result["only_here"], result["only_there"]) == (1, 2, 2)


def test_the_key_may_be_called_otherwise_there_and_is_found() -> None:
    sama, coco = make("sama", [1, 2]), make("coco", [2, 3], key="gt_coco_id")
    result = merge(sama, coco, key_field=None, fields=FIELDS, only_there="keep")
    assert result["key"] == ["coco_id", "gt_coco_id"]
    assert sama.values("coco_id") == [1, 2, 3]


def test_the_file_name_is_the_key_where_no_ids_agree_and_leaves_no_field() -> None:
    sama, coco = make("sama", ["one", "two"], "note"), make("coco", [5, 6, 7])
    fields = set(sama.get_field_schema())
    result = merge(sama, coco, key_field=None, fields=FIELDS, include_info=False)
    assert result["key"] == ["file name", "file name"]
    assert (result["matched"], result["only_there"]) == (2, 1)
    assert set(sama.get_field_schema()) == fields | {"coco_segmentations"}


def test_file_names_of_coco_2014_and_2017_agree_and_others_are_taken_whole() -> None:
    first, second = fo.Dataset("first"), fo.Dataset("second")
    for dataset, paths in (
        (first, ("/a/000000000139.jpg", "/a/cat.jpg", "/a/7.jpg")),
        (second, ("/b/COCO_val2014_000000000139.jpg", "/b/cat.jpg", "/b/7.png")),
    ):
        dataset.add_samples([fo.Sample(filepath=p, gt=boxes("x")) for p in paths])
    result = merge(first, second, key_field="file name", fields={"gt": "theirs"})
    assert (result["matched"], result["only_here"]) == (2, 1)


def test_a_file_may_stand_twice_where_the_ids_differ() -> None:
    sama, coco = make("sama", [1, 2, 3]), make("coco", [1, 2, 3, 4, 5])
    for dataset in (sama, coco):
        dataset.set_values("filepath", ["/one/file.jpg"] * len(dataset))
    result = merge(sama, coco, fields=FIELDS, only_there="keep")
    assert result["matched"] == 3
    assert len(sama) == 5


def test_more_samples_than_fit_a_batch_are_each_given_their_own_labels() -> None:
    sama, coco = make("sama", range(1100)), make("coco", reversed(range(5, 1105)))
    merge(sama, coco, fields=FIELDS)
    found = labels(sama, "coco_segmentations")
    assert found == {i: [f"coco {i}"] if i >= 5 else None for i in range(1100)}


def test_attributes_are_declared_even_where_they_were_not() -> None:
    sama, coco = make("sama", [1]), fo.Dataset("coco")
    coco.add_sample(
        fo.Sample(filepath="/x.jpg", coco_id=1, segmentations=boxes("a", iscrowd=1))
    )
    merge(sama, coco, fields=FIELDS)
    field = sama.get_field("coco_segmentations.detections.iscrowd")
    assert isinstance(field, fo.IntField)


def test_polylines_can_come_over_beside_detections() -> None:
    sama, coco = make("sama", [1]), make("coco", [1])
    line = fo.Polyline(label="a", points=[[(0, 0), (1, 1), (1, 0)]], filled=True)
    coco.set_values("outlines", [fo.Polylines(polylines=[line])])
    result = merge(sama, coco, fields={"outlines": "coco_outlines", **FIELDS})
    assert result["labels"] == {"coco_outlines": 1, "coco_segmentations": 1}


def test_own_fields_are_renamed_first_so_both_sides_say_where_they_come_from() -> None:
    sama, coco = make("sama", [1]), make("coco", [1])
    sama.classes = {"segmentations": ["ours"]}
    coco.classes = {"segmentations": ["theirs"]}
    result = merge(sama, coco, fields=FIELDS, rename={"segmentations": "sama_masks"})
    assert labels(sama, "sama_masks") == {1: ["sama 1"]}
    assert not sama.has_field("segmentations")
    assert result["renamed"] == {"segmentations": "sama_masks"}
    assert sama.classes == {"sama_masks": ["ours"], "coco_segmentations": ["theirs"]}


def test_a_name_that_a_rename_frees_can_be_used() -> None:
    sama, coco = make("sama", [1]), make("coco", [1])
    merge(sama, coco, fields="segmentations", rename={"segmentations": "mine"})
    assert labels(sama, "mine") == {1: ["sama 1"]}
    assert labels(sama, "segmentations") == {1: ["coco 1"]}


def test_without_names_fields_get_the_prefix_of_where_they_come_from() -> None:
    sama, coco = make("sama-coco-validation", [1]), make("coco-2017-validation", [1])
    assert list(merge(coco, sama)["labels"]) == ["sama_segmentations"]
    coco.delete_sample_field("sama_segmentations")
    assert list(merge(sama, coco)["labels"]) == ["coco_segmentations"]


def test_what_is_said_of_images_comes_over_only_where_this_dataset_has_none() -> None:
    sama = make("sama", [1], license="ours")
    coco = make("coco", [1], license="theirs", coco_url="http://x/1.jpg")
    sama.info = {"licenses": ["ours"]}
    coco.info = {"licenses": ["theirs"], "year": 2017}
    coco.default_classes = ["person"]
    merge(sama, coco, fields=FIELDS)
    assert (sama.values("license"), sama.values("coco_url")) == (
        ["ours"],
        ["http://x/1.jpg"],
    )
    assert sama.info == {"licenses": ["ours"], "year": 2017}
    assert sama.default_classes == ["person"]


def test_what_is_said_of_images_can_be_left_there() -> None:
    sama, coco = make("sama", [1]), make("coco", [1], coco_url="http://x/1.jpg")
    coco.info = {"year": 2017}
    merge(sama, coco, fields=FIELDS, include_info=False)
    assert not sama.has_field("coco_url")
    assert sama.info == {}


def test_overwriting_replaces_all_labels_of_the_field() -> None:
    sama, coco = make("sama", [1, 2]), make("coco", [2, 3])
    merge(sama, sama.clone("coco copy"), fields=FIELDS)
    assert sama.count("coco_segmentations.detections") == 2
    merge(sama, coco, fields=FIELDS, overwrite=True)
    assert labels(sama, "coco_segmentations") == {1: None, 2: ["coco 2"]}
    assert set(sama.get_field_schema()) == {
        *make("plain", [1]).get_field_schema(),
        "coco_segmentations",
    }


@pytest.mark.parametrize("naming", ["no field named", "fields named"])
def test_it_merges_what_the_built_in_loaders_give(
    naming: str, example_mirror: Path, tmp_path: Path
) -> None:
    named = {"label_field": "gt"} if naming == "fields named" else {}
    prefix = "gt_" if named else ""
    coco = built_in(example_mirror, tmp_path, "coco", **WITH_ID, **named)
    sama = built_in(example_mirror, tmp_path, "sama", "sama", **WITH_ID)
    key = "coco_id" if not named else None
    fields = {f"{prefix}segmentations": "coco_segmentations"}
    result = merge(sama, coco, key_field=key, fields=fields)
    assert result["key"] == ["coco_id", f"{prefix}coco_id"]
    assert result["matched"] == len(sama) > 0
    assert result["only_there"] == len(coco) - len(sama)
    ids = {s.coco_id: s.coco_segmentations for s in sama}
    for sample in coco:
        ours = ids.get(sample[f"{prefix}coco_id"])
        assert (
            not ours or ours.detections == sample[f"{prefix}segmentations"].detections
        )
    assert sama.has_field("coco_segmentations.detections.supercategory")


def test_it_merges_built_in_ground_truth_without_ids_by_file_name(
    example_mirror: Path, tmp_path: Path
) -> None:
    coco = built_in(example_mirror, tmp_path, "coco-2017", label_types="segmentations")
    sama, _ = load_splits(
        "sama-coco",
        ["validation", "train"],
        tmp_path / "zoo",
        mirror=str(example_mirror),
    )
    result = merge(sama, coco, key_field=None, only_here="skip")
    assert result["key"] == ["file name", "file name"]
    assert list(result["labels"]) == ["coco_ground_truth"]
    assert result["matched"] == len(coco)
    assert result["view"].count_sample_tags() == {"validation": len(coco)}
    assert result["view"].count("coco_ground_truth.detections") == coco.count(
        "ground_truth.detections"
    )


def test_both_splits_match_by_id(example_mirror: Path, tmp_path: Path) -> None:
    splits = ["train", "validation"]
    sama, coco = (
        load_splits(
            name, splits, tmp_path / "zoo", include_id=True, mirror=str(example_mirror)
        )[0]
        for name in ("sama", "coco")
    )
    result = merge(sama, coco)
    assert result["matched"] == len(sama) == len(coco)
    assert (result["only_here"], result["only_there"]) == (0, 0)


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
    "a key repeats there": (repeat, "repeats in 'coco': 2 is that of .*000.jpg and"),
    "a key repeats here": (repeat_here, "repeats in 'sama': 1 is that of"),
    "no such key": (given(key_field="gone"), "'sama' has no field 'gone'.*'coco_id'"),
    "no such key there": (given(other_key_field="gone"), "'coco' has no field 'gone'"),
    "keys of two types": (text_key, "whole numbers, 'as_text' of 'coco' holds text"),
    "a key of no use": (given(key_field="segmentations"), "a key must hold whole"),
    "a file name for one": (given(other_key_field="file name"), "on both sides"),
    "a name is taken": (taken, "'coco_segmentations' already"),
    "no such field": (given(fields={"gone": "x"}), "no field 'gone'.*'segmentations'"),
    "no field": (given(fields={}), "No field to bring over"),
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
    "FiftyOne's name": (name("filepath"), "that name is FiftyOne's"),
    "a bad new name": (given(rename={"segmentations": "$x"}), "use letters"),
    "a taken new name": (given(rename={"segmentations": "coco_id"}), "has that field"),
    "nothing to rename": (given(rename={"gone": "x"}), "to be renamed"),
    "no label to rename": (given(rename={"coco_id": "x"}), "can't be compared"),
    "a run is about it": (run_about, "the run 'diff' of 'sama' is about it"),
    "over no labels": (
        given(fields={"segmentations": "coco_id"}, overwrite=True),
        "'coco_id' of 'sama' is a IntField",
    ),
    "no choice": (given(only_here="drop"), "only_here is 'drop'"),
    "no dataset": (given(other="cocoo"), "no dataset 'cocoo'; did you mean 'coco'"),
    "no dataset at all": (given(other=3), "'other' is 3"),
    "files may not repeat": (unique_files, "000001.jpg can't be added"),
    "a grouped dataset": (grouped, "'group'; only datasets"),
    "a video dataset": (video, "'video'; only datasets"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_refuses_and_writes_nothing(what: str) -> None:
    prepare, message = REFUSED[what]
    sama, coco = make("sama", [1, 2]), make("coco", [1, 2])
    arguments = {"other": coco, "fields": FIELDS} | prepare(sama, coco)
    before = state(sama), state(coco)
    with pytest.raises(ExecutionError, match=message):
        merge(sama, **arguments)
    assert (state(sama), state(coco)) == before


def test_it_refuses_keys_that_never_agree_and_shows_one_of_each_side() -> None:
    sama, coco = make("sama", [1]), make("coco", [2])
    before = state(sama)
    with pytest.raises(
        ExecutionError, match="coco_id is 1 here and coco_id is 2 there"
    ):
        merge(sama, coco, fields=FIELDS, only_there="keep")
    assert state(sama) == before


def test_it_refuses_views_that_are_not_of_whole_images_and_the_same_dataset() -> None:
    sama, coco = make("sama", [1]), make("coco", [1])
    with pytest.raises(ExecutionError, match="patches, frames or clips"):
        merge(sama, coco.to_patches("segmentations"), fields=FIELDS)
    for same in (sama, "sama", sama.limit(1), sama.to_patches("segmentations")):
        with pytest.raises(ExecutionError, match="can't be merged with itself"):
            merge(sama, same, fields=FIELDS)
    with pytest.raises(ExecutionError, match="no samples in 'empty'"):
        merge(sama, fo.Dataset("empty"), fields=FIELDS)
    with pytest.raises(ValueError, match="whole dataset"):
        merge(sama.limit(1), coco, fields=FIELDS)


def test_a_merge_that_fails_midway_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    sama, coco = make("sama", range(3)), make("coco", range(1, 5))
    merge(sama, coco, fields=FIELDS)
    before = content(sama)
    whole = fo.Dataset.merge_samples

    def fail_on_new(self: fo.Dataset, *args: Any, **kwargs: Any) -> None:
        whole(self, *args, **kwargs)
        if kwargs["insert_new"]:
            raise KeyboardInterrupt

    monkeypatch.setattr(fo.Dataset, "merge_samples", fail_on_new)
    from sama_coco.merging import MergeRequest, carry_out, plan_merge

    request = MergeRequest(
        other=coco,
        fields={"segmentations": "coco_segmentations"},
        rename={"segmentations": "sama_segmentations"},
        only_there="keep",
        overwrite=True,
    )
    with pytest.raises(KeyboardInterrupt):
        carry_out(sama, plan_merge(sama, request), None)
    assert content(sama) == before


KILLED = """
import os, sys
import fiftyone as fo
from sama_coco.merging import MergeRequest, carry_out, plan_merge
sama, coco = map(fo.load_dataset, ("sama", "coco"))
name, calls = sys.argv[1], int(sys.argv[2])
function = getattr(fo.Dataset, name)
def dies_after(*args, **kwargs):
    global calls
    function(*args, **kwargs)
    calls -= 1
    if not calls:
        os._exit(9)
setattr(fo.Dataset, name, dies_after)
request = MergeRequest(
    other=coco,
    fields={"segmentations": "segmentations"},
    rename={"segmentations": "sama_segmentations"},
    only_there="keep",
)
carry_out(sama, plan_merge(sama, request), None)
"""


@pytest.mark.parametrize(
    ("function", "calls"),
    [
        ("add_sample_field", 1),
        ("merge_samples", 1),
        ("merge_samples", 2),
        ("add_dynamic_sample_fields", 1),
    ],
)
def test_a_merge_that_is_killed_passes_for_nothing_and_can_be_done_again(
    function: str, calls: int
) -> None:
    sama, coco = make("sama", range(3)), make("coco", range(1, 5), license="CC BY")
    sama.persistent = coco.persistent = True
    program = [sys.executable, "-c", KILLED, function, str(calls)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    sama.reload()
    schema = sama.get_field_schema()
    assert "segmentations" in schema
    assert not {"sama_segmentations", "license"} & set(schema)

    merge(
        sama,
        coco,
        fields={"segmentations": "segmentations"},
        rename={"segmentations": "sama_segmentations"},
        only_there="keep",
    )
    assert labels(sama, "segmentations") == {
        0: None,
        **{i: [f"coco {i}"] for i in range(1, 5)},
    }
    assert labels(sama, "sama_segmentations")[2] == ["sama 2"]
    assert sama.values("license") == [None, *["CC BY"] * 4]
    assert not any("incoming" in name for name in sama.get_field_schema(flat=True))
    assert not any(f.info for f in sama.get_field_schema().values())


def test_a_field_that_only_looks_like_a_leftover_stays() -> None:
    sama, coco = make("sama", range(3)), make("coco", range(3))
    sama.rename_sample_field("segmentations", "coco_segmentations_incoming")
    merge(sama, coco, fields=FIELDS)
    assert labels(sama, "coco_segmentations_incoming")[1] == ["sama 1"]
    assert labels(sama, "coco_segmentations")[1] == ["coco 1"]


def test_what_comparisons_wrote_over_there_stays_there() -> None:
    sama, coco = make("sama", range(3)), make("coco", range(3))
    coco.clone_sample_field("segmentations", "earlier")
    for index, sample in enumerate(coco.iter_samples(autosave=True)):
        sample.metadata = fo.ImageMetadata(width=80, height=60)
        sample.segmentations.detections[0]["mine"] = index
    coco.add_dynamic_sample_fields()
    compare_annotations(coco, "earlier", "segmentations")
    before = state(coco)
    told = merge(sama, coco, fields=FIELDS)["message"]
    assert "What comparisons wrote there was left" in told
    assert state(coco) == before
    schema = sama.get_field_schema(flat=True)
    assert not any("diff" in path for path in schema)
    assert "diff" not in str(list(sama._sample_collection.find()))
    assert sama.values("coco_segmentations.detections.mine") == [[0], [1], [2]]
    sama.set_values("metadata", [fo.ImageMetadata(width=80, height=60)] * 3)
    compare_annotations(sama, "coco_segmentations", "segmentations")


@pytest.mark.parametrize("fields", [5, 2.5, object()])
def test_fields_that_are_no_names_are_refused_in_words(fields: Any) -> None:
    sama, coco = make("sama", range(3)), make("coco", range(3))
    with pytest.raises(ExecutionError, match="name the fields that are to come over"):
        merge(sama, coco, fields=fields)


def content(dataset: fo.Dataset) -> Any:
    """Schema and samples, without the times at which they changed."""
    dataset.reload()
    samples = list(dataset._sample_collection.find().sort("_id"))
    for sample in samples:
        del sample["last_modified_at"]
    return set(dataset.get_field_schema(flat=True)), samples


def form(dataset: fo.Dataset, **params: Any) -> tuple[dict[str, Any], Any]:
    """The form's properties and the context it was resolved for."""
    request = {"dataset_name": dataset.name, "params": params}
    ctx = ExecutionContext(request, executor=Executor(), operator_uri=URI)
    inputs = foo.get_operator(URI).resolve_input(ctx)
    return inputs.type.properties, ctx


def test_the_form_asks_for_the_other_dataset_first() -> None:
    sama = make("sama", [1])
    make("coco", [1])
    properties, _ = form(sama)
    assert set(properties) == {"scope", "other"}
    assert properties["other"].type.values == ["coco"]
    assert "whole dataset" in properties["scope"].view.label


def test_the_form_finds_the_key_counts_matches_and_offers_names() -> None:
    sama = make("sama", [1, 2, 3])
    make("coco", [3, 4], key="gt_coco_id")
    properties, _ = form(sama, other="coco")
    assert properties["key_field"].default == "coco_id"
    assert properties["other_key_field"].default == "gt_coco_id"
    assert properties["plan"].view.label == (
        "1 of 3 samples here match 1 of 2 in 'coco'"
    )
    offered = {
        name: properties[name].type.properties["segmentations"].default
        for name in ("fields", "rename")
    }
    assert offered == {"fields": "coco_segmentations", "rename": "sama_segmentations"}


def test_the_form_says_what_is_wrong_and_cannot_be_sent() -> None:
    sama = make("sama", [1, 1])
    make("coco", [1])
    properties, _ = form(sama, other="coco")
    assert "repeats in 'sama'" in properties["refused"].view.label
    assert properties["other"].invalid


def test_what_the_form_sends_is_merged_and_the_app_shows_it() -> None:
    sama, coco = make("sama", [1, 2]), make("coco", [2])
    coco.set_values("detections", [boxes("box")])
    params = {
        "other": "coco",
        "fields": {"detections": None, "of an earlier choice": "x"},
        "only_here": "skip",
    }
    _, ctx = form(sama, **params)
    told = [message.body for message in foo.get_operator(URI).execute(ctx)]
    assert labels(sama, "coco_segmentations") == {1: None, 2: ["coco 2"]}
    assert sama.has_field("sama_segmentations")
    assert not sama.has_field("coco_detections")
    done = [r.operator_uri.split("/")[-1] for r in told]
    assert done[-4:] == ["set_progress", "reload_dataset", "set_view", "notify"]
    assert told[-4].params["progress"] == 1.0
