"""Merging the labels of one dataset into another."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from fiftyone import ViewField as F
from helpers.datasets.paired_datasets import boxes, labels, make, state
from sama_coco.labelsets import compare_annotations, merge_annotations
from sama_coco.zoo import load_splits

pytestmark = pytest.mark.usefixtures("fresh_database", "zoo_dir")

WITH_ID = {"label_types": "segmentations", "include_id": True}
FIELDS = {"segmentations": "coco_segmentations"}


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


def test_it_brings_over_labels_of_samples_with_equal_ids() -> None:
    sama, coco = make("sama", [3, 1, 2]), make("coco", [1, 2, 3])
    result = merge_annotations(sama, coco, key_field="coco_id", fields=FIELDS)

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
    merge_annotations(sama, "coco" if named else coco, fields=FIELDS)
    assert state(coco) == before
    assert sama.list_indexes() == fo.Dataset("plain").list_indexes()


def test_of_a_view_only_its_samples_and_labels_come_over() -> None:
    sama, coco = make("sama", [1, 2, 3]), make("coco", [1, 2, 3])
    view = coco.match(F("coco_id") > 1).filter_labels(
        "segmentations", F("label") == "coco 2", only_matches=False
    )
    result = merge_annotations(sama, view, fields=FIELDS)
    assert labels(sama, "coco_segmentations") == {1: None, 2: ["coco 2"], 3: []}
    assert (result["matched"], result["only_here"], result["only_there"]) == (2, 1, 0)


def test_samples_of_one_side_are_counted_and_stay_where_they_are() -> None:
    sama, coco = make("sama", [1, 2, 3]), make("coco", [3, 4, 5, 6])
    result = merge_annotations(sama, coco, fields=FIELDS)
    assert len(sama) == 3
    assert (result["matched"], result["only_here"], result["only_there"]) == (1, 2, 3)
    assert result["added"] == 0
    assert "2 only here (kept), 3 only there (not added)" in result["message"]


def test_samples_only_here_can_be_left_out_of_the_view_but_stay() -> None:
    sama, coco = make("sama", [1, 2, 3]), make("coco", [3, 4])
    result = merge_annotations(sama, coco, fields=FIELDS, only_here="skip")
    assert result["view"].values("coco_id") == [3]
    assert len(sama) == 3


def test_samples_only_there_can_be_added_with_their_key_tags_and_metadata() -> None:
    size = fo.ImageMetadata(width=4, height=3)
    sama = make("sama", [1, 2])
    coco = make("coco", [2, 7], tags=["validation"], metadata=size, other=5)
    result = merge_annotations(sama, coco, fields=FIELDS, only_there="keep")

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
    coco.set_values("filepath", [f"/coco/{i:012d}.jpg" for i in (2, 9)])
    merge_annotations(sama, coco, fields=FIELDS, only_there="keep")
    assert sama.count() == 3
    assert labels(sama, "coco_segmentations") == {
        1: None,
        2: ["sama 1"],
        9: ["sama 2"],
    }


def test_text_ids_match_as_whole_numbers_do() -> None:
    first, second = make("a", ["x-1", "x-2"], "image"), make("b", ["x-2"], "image")
    result = merge_annotations(
        first, second, key_field="image", fields={"segmentations": "theirs"}
    )
    assert result["matched"] == 1
    assert labels(first, "theirs", "image") == {"x-1": None, "x-2": ["b x-2"]}


def test_samples_without_a_key_match_nothing() -> None:
    sama, coco = make("sama", [1, None, None]), make("coco", [None, None, 1])
    result = merge_annotations(sama, coco, "coco_id", fields=FIELDS)
    assert (result["matched"], result["only_here"], result["only_there"]) == (1, 2, 2)


def test_the_key_may_be_called_otherwise_there_and_is_found() -> None:
    sama, coco = make("sama", [1, 2]), make("coco", [2, 3], key="gt_coco_id")
    result = merge_annotations(
        sama, coco, key_field=None, fields=FIELDS, only_there="keep"
    )
    assert result["key"] == ["coco_id", "gt_coco_id"]
    assert sama.values("coco_id") == [1, 2, 3]


def test_the_file_name_is_the_key_where_no_ids_agree_and_leaves_no_field() -> None:
    sama, coco = make("sama", ["one", "two"], "note"), make("coco", [5, 6, 7])
    sama.set_values("filepath", [f"/sama/{i:012d}.jpg" for i in (5, 6)])
    fields = set(sama.get_field_schema())
    result = merge_annotations(
        sama, coco, key_field=None, fields=FIELDS, include_info=False
    )
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
    result = merge_annotations(
        first, second, key_field="file name", fields={"gt": "theirs"}
    )
    assert (result["matched"], result["only_here"]) == (2, 1)


def test_a_file_may_stand_twice_where_the_ids_differ() -> None:
    sama, coco = make("sama", [1, 2, 3]), make("coco", [1, 2, 3, 4, 5])
    for dataset in (sama, coco):
        dataset.set_values("filepath", ["/one/file.jpg"] * len(dataset))
    result = merge_annotations(sama, coco, "coco_id", fields=FIELDS, only_there="keep")
    assert result["matched"] == 3
    assert len(sama) == 5


def test_more_samples_than_fit_a_batch_are_each_given_their_own_labels() -> None:
    sama, coco = make("sama", range(1100)), make("coco", reversed(range(5, 1105)))
    merge_annotations(sama, coco, fields=FIELDS)
    found = labels(sama, "coco_segmentations")
    assert found == {i: [f"coco {i}"] if i >= 5 else None for i in range(1100)}


def test_attributes_are_declared_even_where_they_were_not() -> None:
    sama, coco = make("sama", [1]), fo.Dataset("coco")
    coco.add_sample(
        fo.Sample(
            filepath="/x/000000000001.jpg",
            coco_id=1,
            segmentations=boxes("a", iscrowd=1),
        )
    )
    merge_annotations(sama, coco, fields=FIELDS)
    field = sama.get_field("coco_segmentations.detections.iscrowd")
    assert isinstance(field, fo.IntField)


def test_polylines_can_come_over_beside_detections() -> None:
    sama, coco = make("sama", [1]), make("coco", [1])
    line = fo.Polyline(label="a", points=[[(0, 0), (1, 1), (1, 0)]], filled=True)
    coco.set_values("outlines", [fo.Polylines(polylines=[line])])
    result = merge_annotations(
        sama, coco, fields={"outlines": "coco_outlines", **FIELDS}
    )
    assert result["labels"] == {"coco_outlines": 1, "coco_segmentations": 1}


def test_own_fields_are_renamed_first_so_both_sides_say_where_they_come_from() -> None:
    sama, coco = make("sama", [1]), make("coco", [1])
    sama.classes = {"segmentations": ["ours"]}
    coco.classes = {"segmentations": ["theirs"]}
    result = merge_annotations(
        sama, coco, fields=FIELDS, rename={"segmentations": "sama_masks"}
    )
    assert labels(sama, "sama_masks") == {1: ["sama 1"]}
    assert not sama.has_field("segmentations")
    assert result["renamed"] == {"segmentations": "sama_masks"}
    assert sama.classes == {"sama_masks": ["ours"], "coco_segmentations": ["theirs"]}


def test_a_name_that_a_rename_frees_can_be_used() -> None:
    sama, coco = make("sama", [1]), make("coco", [1])
    merge_annotations(
        sama, coco, fields="segmentations", rename={"segmentations": "mine"}
    )
    assert labels(sama, "mine") == {1: ["sama 1"]}
    assert labels(sama, "segmentations") == {1: ["coco 1"]}


def test_without_names_fields_get_the_prefix_of_where_they_come_from() -> None:
    sama, coco = make("sama-coco-validation", [1]), make("coco-2017-validation", [1])
    assert list(merge_annotations(coco, sama)["labels"]) == ["sama_segmentations"]
    coco.delete_sample_field("sama_segmentations")
    assert list(merge_annotations(sama, coco)["labels"]) == ["coco_segmentations"]


def test_what_is_said_of_images_comes_over_only_where_this_dataset_has_none() -> None:
    sama = make("sama", [1], license="ours")
    coco = make("coco", [1], license="theirs", coco_url="http://x/1.jpg")
    sama.info = {"licenses": ["ours"]}
    coco.info = {"licenses": ["theirs"], "year": 2017}
    coco.default_classes = ["person"]
    merge_annotations(sama, coco, fields=FIELDS)
    assert (sama.values("license"), sama.values("coco_url")) == (
        ["ours"],
        ["http://x/1.jpg"],
    )
    assert sama.info == {"licenses": ["ours"], "year": 2017}
    assert sama.default_classes == ["person"]


def test_what_is_said_of_images_can_be_left_there() -> None:
    sama, coco = make("sama", [1]), make("coco", [1], coco_url="http://x/1.jpg")
    coco.info = {"year": 2017}
    merge_annotations(sama, coco, fields=FIELDS, include_info=False)
    assert not sama.has_field("coco_url")
    assert sama.info == {}


def test_overwriting_replaces_all_labels_of_the_field() -> None:
    sama, coco = make("sama", [1, 2]), make("coco", [2, 3])
    merge_annotations(sama, sama.clone("coco copy"), fields=FIELDS)
    assert sama.count("coco_segmentations.detections") == 2
    merge_annotations(sama, coco, fields=FIELDS, overwrite=True)
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
    result = merge_annotations(sama, coco, key_field=key, fields=fields)
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
    result = merge_annotations(sama, coco, key_field=None, only_here="skip")
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
    result = merge_annotations(sama, coco)
    assert result["matched"] == len(sama) == len(coco)
    assert (result["only_here"], result["only_there"]) == (0, 0)


def test_what_comparisons_wrote_over_there_stays_there() -> None:
    sama, coco = make("sama", range(3)), make("coco", range(3))
    coco.clone_sample_field("segmentations", "earlier")
    for index, sample in enumerate(coco.iter_samples(autosave=True)):
        sample.metadata = fo.ImageMetadata(width=80, height=60)
        sample.segmentations.detections[0]["mine"] = index
    coco.add_dynamic_sample_fields()
    compare_annotations(coco, "earlier", "segmentations")
    before = state(coco)
    told = merge_annotations(sama, coco, fields=FIELDS)["message"]
    assert "Values that comparisons wrote there were left" in told
    assert state(coco) == before
    schema = sama.get_field_schema(flat=True)
    assert not any("diff" in path for path in schema)
    assert "diff" not in str(list(sama._sample_collection.find()))
    assert sama.values("coco_segmentations.detections.mine") == [[0], [1], [2]]
    sama.set_values("metadata", [fo.ImageMetadata(width=80, height=60)] * 3)
    compare_annotations(sama, "coco_segmentations", "segmentations")
