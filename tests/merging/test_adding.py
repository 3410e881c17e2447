"""Label files added to a dataset that has the images."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from helpers.data.tool_files import (
    NAMES,
    Json,
    coco,
    draw_images,
    results,
    write_json,
    write_voc,
    write_yolo,
)
from helpers.datasets.paired_datasets import content
from sama_coco.labelsets import (
    ClaimedError,
    JoinError,
    MergeError,
    add_annotations,
    compare_annotations,
    load_label_sets,
    merge_annotations,
)
from sama_coco.zoo.label_sources import label_sources

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def dataset(tmp_path: Path) -> fo.Dataset:
    """Three images with the field `base`, whose image ids are 1 to 3."""
    images = draw_images(tmp_path / "photos")
    files = {"base": write_json(tmp_path / "base.json", coco())}
    return load_label_sets(images, files, name="photos")


def labels(dataset: fo.Dataset, field: str, attribute: str = "label") -> list[Any]:
    found: list[Any] = dataset.values(f"{field}.detections.{attribute}")
    return found


def halves() -> tuple[Json, Json]:
    """A document, its annotations divided between two."""
    first, second = coco(), coco()
    first["annotations"] = first["annotations"][:3]
    second["annotations"] = second["annotations"][3:]
    return first, second


def test_a_file_becomes_a_field_that_can_be_compared(
    dataset: fo.Dataset, tmp_path: Path
) -> None:
    path = write_json(tmp_path / "b.json", coco(NAMES[:2]))
    result = add_annotations(dataset, path, "revised")
    assert labels(dataset, "revised") == [["cat", "dog"], ["cat", "dog"], None]
    assert result["labels"] == {"masks": 2, "boxes": 2}
    assert (result["matched"], result["only_here"], result["only_there"]) == (2, 1, 0)
    assert (result["format"], result["key"]) == ("COCO JSON", "coco_id")
    assert "2 images matched by coco_id" in result["message"]
    assert label_sources(dataset, "revised")[0]["path"] == str(path)
    assert dataset.classes["revised"] == ["cat", "dog"]
    marks = {name: f.info for name, f in dataset.get_field_schema().items() if f.info}
    assert marks == {name: {"read_from_files": True} for name in ("base", "revised")}
    statuses = compare_annotations(dataset, "base", "revised").statuses()
    assert statuses.loc["identical", "base"] == 4


def test_images_of_other_ids_keep_them_in_a_field_of_their_own(
    dataset: fo.Dataset, tmp_path: Path
) -> None:
    path = write_json(tmp_path / "b.json", coco(NAMES[::-1]))
    result = add_annotations(dataset, path, "revised")
    assert result["key"] == "file name"
    assert dataset.values("coco_id") == [1, 2, 3]
    assert dataset.values("revised_coco_id") == [3, 2, 1]
    with pytest.raises(JoinError, match="The key coco_id contradicts the names"):
        add_annotations(dataset, path, "again", join_by="id")


def test_ids_can_be_asked_for_where_names_have_nothing_in_common(
    dataset: fo.Dataset, tmp_path: Path
) -> None:
    path = write_json(tmp_path / "b.json", coco(["x.jpg", "y.jpg", "z.jpg"]))
    with pytest.raises(JoinError, match="names have nothing in common"):
        add_annotations(dataset, path, "revised")
    assert add_annotations(dataset, path, "revised", join_by="id")["matched"] == 3


def test_predictions_go_by_the_ids_and_classes_of_the_dataset(
    dataset: fo.Dataset, tmp_path: Path
) -> None:
    path = write_json(tmp_path / "r.json", results(coco())[:-2])
    result = add_annotations(dataset, path, "predictions")
    assert labels(dataset, "predictions", "confidence") == [
        [0.75] * 2,
        [0.75] * 2,
        None,
    ]
    assert labels(dataset, "predictions")[0] == ["cat", "dog"]
    assert (result["format"], result["key"]) == (
        "COCO results",
        "coco_id",
    )
    strange = [*results(coco())[:-2], {**results(coco())[0], "image_id": 99}]
    path = write_json(tmp_path / "strange.json", strange)
    result = add_annotations(dataset, path, "strange")
    assert "that is missing (image 99)" in result["message"]
    dataset.delete_sample_field("coco_id")
    with pytest.raises(MergeError, match="names images by ids alone"):
        add_annotations(dataset, path, "again")
    listed = tmp_path / "base.json"
    result = add_annotations(dataset, path, "again", listed_in=listed)
    assert labels(dataset, "again")[2] == []


@pytest.mark.parametrize("shapes", ["masks", "boxes", "polylines"])
def test_two_halves_of_a_job_can_be_appended(
    shapes: str, dataset: fo.Dataset, tmp_path: Path
) -> None:
    first, second = (
        write_json(tmp_path / f"{i}.json", half) for i, half in enumerate(halves())
    )
    add_annotations(dataset, first, "job", shapes=shapes)
    add_annotations(dataset, second, "job", shapes=shapes, append=True)
    elements = "polylines" if shapes == "polylines" else "detections"
    assert dataset.values(f"job.{elements}.coco_id") == [[1, 2], [3, 4], [5, 6]]
    assert len(label_sources(dataset, "job")) == 2
    assert dataset.get_field("job").info == {"read_from_files": True}
    assert not any("incoming" in name for name in dataset.get_field_schema())
    assert len(set(dataset.values(f"job.{elements}.id", unwind=True))) == 6


def test_appending_is_refused_where_ids_collide(
    dataset: fo.Dataset, tmp_path: Path
) -> None:
    first, _ = halves()
    whole = write_json(tmp_path / "whole.json", coco())
    add_annotations(dataset, write_json(tmp_path / "1.json", first), "job")
    before = content(dataset)
    with pytest.raises(
        MergeError, match=r"3 annotations of 'whole.json' have ids .* 1, 2"
    ):
        add_annotations(dataset, whole, "job", append=True)
    with pytest.raises(MergeError, match=r"'1.json' is in 'job' already"):
        add_annotations(dataset, tmp_path / "1.json", "job", append=True)
    with pytest.raises(MergeError, match="'job' holds Detections, but polylines are"):
        add_annotations(dataset, whole, "job", append=True, shapes="polylines")
    assert content(dataset) == before


def test_formats_without_ids_are_appended_as_they_are(
    dataset: fo.Dataset, tmp_path: Path
) -> None:
    add_annotations(dataset, write_yolo(tmp_path / "yolo"), "mixed")
    add_annotations(dataset, write_voc(tmp_path / "voc"), "mixed", append=True)
    assert labels(dataset, "mixed") == [["cat", "dog", "cat"]] * 2 + [["cat"]]
    assert dataset.has_field("mixed.detections.pose")


def test_a_field_is_replaced_only_if_told_and_not_while_a_run_is_about_it(
    dataset: fo.Dataset, tmp_path: Path
) -> None:
    path = write_json(tmp_path / "b.json", coco(NAMES[:1]))
    before = content(dataset)
    with pytest.raises(MergeError, match="already has a field 'base'"):
        add_annotations(dataset, path, "base")
    assert content(dataset) == before
    add_annotations(dataset, path, "base", overwrite=True)
    assert labels(dataset, "base") == [["cat", "dog"], None, None]
    assert [s["path"] for s in label_sources(dataset, "base")] == [str(path)]
    add_annotations(dataset, path, "other")
    compare_annotations(dataset, "base", "other")
    for how in ({"overwrite": True}, {"append": True}):
        with pytest.raises(MergeError, match="the run 'diff' of 'photos' uses it"):
            add_annotations(dataset, path, "base", **how)


def test_samples_without_metadata_take_their_size_from_their_file(
    dataset: fo.Dataset, tmp_path: Path
) -> None:
    dataset.set_values("metadata", [None] * 3)
    assert (
        add_annotations(dataset, write_yolo(tmp_path / "yolo"), "yolo")["matched"] == 2
    )
    sizes = coco()
    sizes["images"][0]["height"] = 61
    result = add_annotations(dataset, write_json(tmp_path / "b.json", sizes), "sized")
    assert (result["matched"], result["other_size"]) == (2, 1)
    dataset.set_values("filepath", [f"/gone/{name}" for name in NAMES])
    with pytest.raises(MergeError, match=r"size of '/gone/.*139.jpg' is unknown"):
        add_annotations(dataset, tmp_path / "yolo", "again")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"field": "a b"}, "called 'a b'"),
        ({"field": "metadata"}, "already has a field 'metadata'"),
        ({"shapes": "mask"}, "Unknown form of labels 'mask'"),
        ({"join_by": "gone"}, "Nothing can be joined by 'gone'"),
        ({"append": True, "overwrite": True, "field": "base"}, "at once"),
    ],
)
def test_what_cannot_be_added_is_refused(
    arguments: dict[str, Any], message: str, dataset: fo.Dataset, tmp_path: Path
) -> None:
    path = write_json(tmp_path / "b.json", coco())
    before = content(dataset)
    with pytest.raises(ValueError, match=message):
        add_annotations(dataset, path, **{"field": "revised"} | arguments)
    assert content(dataset) == before
    with pytest.raises(MergeError, match="a whole dataset"):
        add_annotations(dataset.limit(1), path, "revised")


@pytest.mark.parametrize("append", [False, True])
def test_an_addition_that_is_interrupted_changes_nothing(
    append: bool, dataset: fo.Dataset, tmp_path: Path
) -> None:
    first, second = (
        write_json(tmp_path / f"{i}.json", half) for i, half in enumerate(halves())
    )
    add_annotations(dataset, first, "job")
    before = content(dataset)

    def interrupt(done: float, stage: str) -> None:
        if stage == "Labels" and done:
            raise KeyboardInterrupt

    field = "job" if append else "other"
    with pytest.raises(KeyboardInterrupt):
        add_annotations(dataset, second, field, append=append, on_progress=interrupt)
    assert content(dataset) == before


def test_one_process_at_a_time_brings_labels_into_a_dataset(
    dataset: fo.Dataset, tmp_path: Path
) -> None:
    path = write_json(tmp_path / "b.json", coco())
    other = load_label_sets(tmp_path / "photos", {"theirs": path}, name="other")
    refused = []

    def meanwhile(done: float, stage: str) -> None:
        if stage != "Labels" or refused:
            return
        schema = set(dataset.get_field_schema())
        for second in (
            lambda: add_annotations(dataset, path, "second"),
            lambda: merge_annotations(dataset, other),
        ):
            with pytest.raises(ClaimedError, match="working on the dataset's label"):
                second()
            refused.append(second)
        assert set(dataset.get_field_schema()) == schema

    add_annotations(dataset, path, "first", on_progress=meanwhile)
    assert len(refused) == 2
    assert labels(dataset, "first", "coco_id") == [[1, 2], [3, 4], [5, 6]]
    merge_annotations(dataset, other)
    assert dataset.count("theirs.detections") == 6
    assert not any("incoming" in name for name in dataset.get_field_schema())


KILLED = """
import os, sys
import fiftyone as fo
from sama_coco.labelsets import add_annotations
from sama_coco.labelsets.merging import incoming_fields
from sama_coco.labelsets.merging.from_files import adding
path, field, module, name = sys.argv[1:]
module = {"adding": adding, "incoming_fields": incoming_fields}[module]
function = getattr(module, name)
def dies_after(*args, **kwargs):
    function(*args, **kwargs)
    os._exit(9)
setattr(module, name, dies_after)
add_annotations(fo.load_dataset("photos"), path, field, append=True)
"""


@pytest.mark.parametrize(
    ("field", "module", "name"),
    [
        ("other", "adding", "declare_label_field"),
        ("other", "adding", "write_labels"),
        ("job", "adding", "write_labels"),
        ("job", "incoming_fields", "set_mark"),
        ("job", "incoming_fields", "move_labels"),
    ],
)
def test_an_addition_that_is_killed_can_be_done_again(
    field: str, module: str, name: str, dataset: fo.Dataset, tmp_path: Path
) -> None:
    first, second = (
        write_json(tmp_path / f"{i}.json", half) for i, half in enumerate(halves())
    )
    add_annotations(dataset, first, "job")
    dataset.persistent = True
    program = [sys.executable, "-c", KILLED, str(second), field, module, name]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    dataset.reload()
    assert dataset.has_field("job")
    assert not dataset.has_field("other")
    if name in ("set_mark", "move_labels"):  # all was written: it is finished
        with pytest.raises(MergeError, match="is in 'job' already"):
            add_annotations(dataset, second, field, append=True)
    else:
        add_annotations(dataset, second, field, append=True)
    expected = [[1, 2], [3, 4], [5, 6]] if field == "job" else [[], [4], [5, 6]]
    assert labels(dataset, field, "coco_id") == expected
    assert not any("incoming" in name for name in dataset.get_field_schema())


def test_a_field_whose_addition_was_killed_at_its_end_is_still_one_of_a_file(
    dataset: fo.Dataset, tmp_path: Path
) -> None:
    dataset.persistent = True
    path = write_json(tmp_path / "two.json", coco(NAMES[:2]))
    about = [str(path), "other", "adding", "forget_label_sources"]
    program = [sys.executable, "-c", KILLED, *about]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    dataset.reload()
    results = compare_annotations(dataset, "base", "other")
    assert (results.summary()["images"], results.left_out) == (2, 1)


def test_a_field_that_is_renamed_or_copied_is_still_one_of_a_file(
    dataset: fo.Dataset, tmp_path: Path
) -> None:
    add_annotations(dataset, write_json(tmp_path / "b.json", coco(NAMES[:2])), "other")
    dataset.clone_sample_field("other", "copied")
    dataset.rename_sample_field("other", "renamed")
    for field in ("copied", "renamed"):
        results = compare_annotations(dataset, "base", field, overwrite=True)
        assert (results.summary()["images"], results.left_out) == (2, 1)
