"""A comparison in FiftyOne's registry of runs: kept, found, renamed, broken off."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import fiftyone as fo
import numpy as np
import pytest
from helpers.datasets.labelled import (
    FIELDS,
    HEIGHT,
    WIDTH,
    Sides,
    column,
    draw_images,
    every_status,
    make_pair,
    masked,
    outlined,
    state,
)
from sama_coco.labelsets import (
    ComparisonError,
    ComparisonResults,
    RunFields,
    compare_annotations,
    list_comparisons,
    load_results,
    require_comparison,
)
from sama_coco.labelsets.managing.comparison_runs import (
    delete_comparison_run,
    describe_comparison_runs,
    rename_comparison_run,
)

pytestmark = pytest.mark.usefixtures("fresh_database")

EQUAL: Sides = ([masked("cat", 0, 0, 10, 10)], [masked("cat", 0, 0, 10, 10)])


def compare(samples: Any, **arguments: Any) -> ComparisonResults:
    return compare_annotations(samples, **FIELDS | arguments)


@pytest.fixture
def dataset() -> fo.Dataset:
    return make_pair(every_status(), EQUAL)


def fields_of(dataset: fo.Dataset, key: str) -> set[str]:
    """The declared fields that are named after a key."""
    names = {*RunFields(key).on_samples, *RunFields(key).all_on_labels}
    schema = dataset.get_field_schema(flat=True)
    return {path for path in schema if path.split(".")[-1] in names}


def raw_text(dataset: fo.Dataset) -> str:
    return str(list(dataset._sample_collection.find()))


def in_another_process(program: str, *arguments: str, plugin: bool = False) -> str:
    """What a program prints that a process of its own runs."""
    ahead = "" if not plugin else (
        "import sys\n"
        "class Hidden:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == 'sama_coco':\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Hidden())\n"
    )  # fmt: skip
    result = subprocess.run(
        [sys.executable, "-c", ahead + program, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_run_keeps_its_parameters(dataset: fo.Dataset) -> None:
    compare(dataset, iou=0.6, low_iou=0.2, cover=0.7)
    config = require_comparison(dataset, "diff")
    assert (config.base_field, config.revised_field) == ("before", "after")
    assert (config.iou, config.low_iou, config.cover) == (0.6, 0.2, 0.7)
    assert config.finished
    assert dataset.list_runs(method="compare_annotations") == ["diff"]
    assert dataset.get_run_info("diff").config.cover == 0.7


def test_a_run_keeps_the_view_it_was_made_of(dataset: fo.Dataset) -> None:
    compare(dataset.limit(1))
    assert dataset.load_run_view("diff").values("id") == dataset.values("id")[:1]
    assert len(load_results(dataset, "diff").samples) == 1


LOAD = """
import json, sys
import fiftyone as fo
{imports}
dataset = fo.load_dataset(sys.argv[1])
found = {load}
print(json.dumps([type(found).__module__, found.to_dict(), str(found)]))
"""


def test_a_fresh_process_loads_the_results_through_fiftyone(
    dataset: fo.Dataset,
) -> None:
    results = compare(dataset)
    dataset.persistent = True
    program = LOAD.format(imports="", load="dataset.load_run_results('diff')")
    module, told, text = json.loads(in_another_process(program, dataset.name))
    assert module == "sama_coco.labelsets.runs.run_results"
    assert told == json.loads(json.dumps(results.to_dict()))
    assert text == str(results)


def test_a_process_with_the_plugin_alone_loads_what_the_package_saved(
    dataset: fo.Dataset,
) -> None:
    results = compare(dataset)
    dataset.persistent = True
    program = LOAD.format(
        imports="import fiftyone.operators as foo\n"
        "operator = foo.get_operator('@sama/sama-coco/list_comparisons')\n"
        "import importlib\n"
        "package = type(operator).__module__.rpartition('.operators')[0]\n"
        "runs = importlib.import_module(package + '.labelsets')",
        load="runs.load_results(dataset, 'diff')",
    )
    module, told, _ = json.loads(
        in_another_process(program, dataset.name, plugin=True).splitlines()[-1]
    )
    assert module.startswith("fiftyone.plugins.orgs")
    assert told == json.loads(json.dumps(results.to_dict()))


def test_fiftyone_deletes_a_run_with_every_field_of_it(dataset: fo.Dataset) -> None:
    before = raw_text(make_pair(every_status(), name="other"))
    assert "diff" not in before
    compare(dataset)
    compare(dataset, key="kept")
    kept = fields_of(dataset, "kept")
    assert len(fields_of(dataset, "diff")) == len(kept) == 12 + 2 * 7
    dataset.delete_run("diff")
    assert dataset.list_runs() == ["kept"]
    assert fields_of(dataset, "diff") == set()
    assert "diff" not in raw_text(dataset)
    assert fields_of(dataset, "kept") == kept
    assert load_results(dataset, "kept").summary()["images"] == 2


def test_fiftyone_renames_a_run_with_every_field_of_it(dataset: fo.Dataset) -> None:
    results = compare(dataset)
    statuses = column(dataset, "before", "diff")
    dataset.rename_run("diff", "other")
    _check_renamed(dataset, results, statuses)


def test_a_comparison_is_renamed_with_every_field_of_it(dataset: fo.Dataset) -> None:
    results = compare(dataset)
    statuses = column(dataset, "before", "diff")
    rename_comparison_run(dataset, "diff", "other")
    _check_renamed(dataset, results, statuses)


def _check_renamed(
    dataset: fo.Dataset, results: ComparisonResults, statuses: list[str]
) -> None:
    assert dataset.list_runs() == ["other"]
    assert fields_of(dataset, "diff") == set()
    assert "diff" not in raw_text(dataset)
    assert len(fields_of(dataset, "other")) == 12 + 2 * 7
    assert column(dataset, "before", "other") == statuses
    assert dataset.values("other_pq") == pytest.approx([0.2, 1], abs=0.05)
    renamed = load_results(dataset, "other")
    assert renamed.key == "other"
    assert renamed.summary() == results.summary()
    delete_comparison_run(dataset, "other")
    assert fields_of(dataset, "other") == set()


@pytest.mark.parametrize("gone", ["rename", "delete"])
def test_a_run_whose_label_field_is_gone_can_be_renamed_and_deleted(
    dataset: fo.Dataset, gone: str
) -> None:
    compare(dataset)
    if gone == "rename":
        dataset.rename_sample_field("after", "later")
    else:
        dataset.delete_sample_field("after")
    rename_comparison_run(dataset, "diff", "other")
    assert fields_of(dataset, "diff") == set()
    assert load_results(dataset, "other").summary()["images"] == 2
    delete_comparison_run(dataset, "other")
    assert fields_of(dataset, "other") == set()
    assert dataset.list_runs() == []


def test_comparisons_are_listed_apart_from_other_runs(dataset: fo.Dataset) -> None:
    dataset.register_run("other", dataset.init_run(method="something"))
    compare(dataset)
    assert list_comparisons(dataset) == ["diff"]
    (row,) = describe_comparison_runs(dataset)
    assert row["key"] == "diff"
    assert (row["base_field"], row["revised_field"]) == ("before", "after")
    assert row["finished"] is True
    json.dumps(row)


def test_a_copy_of_a_dataset_has_the_comparison_too(dataset: fo.Dataset) -> None:
    results = compare(dataset)
    clone = dataset.clone("clone")
    assert load_results(clone, "diff").to_dict() == results.to_dict()
    delete_comparison_run(clone, "diff")
    assert load_results(dataset, "diff").to_dict() == results.to_dict()


def test_a_finished_run_is_replaced_only_when_told_to(dataset: fo.Dataset) -> None:
    compare(dataset)
    before = state(dataset)
    with pytest.raises(ComparisonError, match="Pass `overwrite=True`"):
        compare(dataset)
    assert state(dataset) == before
    compare(dataset.limit(1), overwrite=True, iou=0.95)
    assert dataset.list_runs() == ["diff"]
    assert require_comparison(dataset, "diff").iou == 0.95
    assert column(dataset.limit(1), "before", "diff")[1] == "displaced"
    assert column(dataset.skip(1), "before", "diff") == [None]


def test_a_run_of_another_process_is_not_replaced_unseen(dataset: fo.Dataset) -> None:
    dataset.persistent = True
    program = (
        "import sys, fiftyone as fo\n"
        "from sama_coco.labelsets import compare_annotations\n"
        "compare_annotations(fo.load_dataset(sys.argv[1]), 'before', 'after')\n"
    )
    in_another_process(program, dataset.name)
    with pytest.raises(ComparisonError, match="There is a comparison 'diff' already"):
        compare(dataset)
    assert load_results(dataset, "diff").summary()["images"] == 2


KILLED = """
import sys, time
import fiftyone as fo
from sama_coco.labelsets import compare_annotations
def on_progress(done, label):
    print(done, flush=True)
    if done >= 0.5:
        time.sleep(600)
compare_annotations(
    fo.load_dataset(sys.argv[1]), "before", "after", on_progress=on_progress
)
"""


def _check_unfinished(dataset: fo.Dataset) -> None:
    assert list_comparisons(dataset) == ["diff"]
    assert list_comparisons(dataset, finished=True) == []
    assert [row["finished"] for row in describe_comparison_runs(dataset)] == [False]
    assert dataset.load_run_results("diff") is None
    for use in (require_comparison, load_results):
        with pytest.raises(ComparisonError, match="'diff' is not finished"):
            use(dataset, "diff")
    with pytest.raises(ComparisonError, match="is not finished"):
        rename_comparison_run(dataset, "diff", "other")


def test_a_killed_run_is_seen_to_be_unfinished_and_the_next_replaces_it() -> None:
    dataset = make_pair(*[EQUAL, (EQUAL[0], None)] * 200)
    dataset.persistent = True
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, dataset.name], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        steps = [process.stdout.readline().strip() for _ in range(3)]
        os.kill(process.pid, signal.SIGKILL)
    assert steps == ["0.0", "0.25", "0.5"]

    dataset.reload()
    assert dataset.values("diff_pq") == [1, 0] * 100 + [None] * 200
    _check_unfinished(dataset)

    results = compare(dataset, iou=0.6)
    assert results.summary()["images"] == 400
    assert dataset.values("diff_pq") == [1, 0] * 200
    assert require_comparison(dataset, "diff").iou == 0.6
    assert dataset.list_runs() == ["diff"]


def _cancel(done: float, _: str) -> None:
    if done > 0:
        raise KeyboardInterrupt


def test_a_cancelled_run_is_seen_to_be_unfinished_and_can_be_deleted() -> None:
    dataset = make_pair(*[EQUAL] * 150)
    before = state(dataset)
    with pytest.raises(KeyboardInterrupt):
        compare(dataset, on_progress=_cancel)
    _check_unfinished(dataset)
    delete_comparison_run(dataset, "diff")
    assert fields_of(dataset, "diff") == set()
    assert dataset.list_runs() == []
    assert "diff" not in state(dataset)
    assert len(state(dataset)) == pytest.approx(len(before), rel=0.01)


def test_a_replaced_run_that_is_cancelled_leaves_no_results_of_the_old_one() -> None:
    dataset = make_pair(*[EQUAL] * 150)
    compare(dataset)
    with pytest.raises(KeyboardInterrupt):
        compare(dataset, overwrite=True, on_progress=_cancel)
    _check_unfinished(dataset)
    compare(dataset)


Refused = tuple[Callable[[fo.Dataset], Any], dict[str, Any], str]


def _with_evaluation(dataset: fo.Dataset) -> fo.Dataset:
    dataset.evaluate_detections("before", "after", eval_key="taken", progress=False)
    return dataset


def _with_other_run(dataset: fo.Dataset) -> fo.Dataset:
    dataset.register_run("taken", dataset.init_run(method="something"))
    return dataset


def _with_field(dataset: fo.Dataset) -> fo.Dataset:
    dataset.set_values("taken_pq", [0.5] * len(dataset))
    return dataset


def _with_attribute(dataset: fo.Dataset) -> fo.Dataset:
    dataset.set_values("after.detections.taken_iou", [[0.5] * 10, [0.5]], dynamic=True)
    return dataset


def _with_undeclared_attribute(dataset: fo.Dataset) -> fo.Dataset:
    dataset._sample_collection.update_one(
        {}, {"$set": {"before.detections.3.taken": "mine"}}
    )
    return dataset


def _with_classifications(dataset: fo.Dataset) -> fo.Dataset:
    dataset.add_sample_field("kinds", fo.EmbeddedDocumentField, fo.Classifications)
    return dataset


def _with_lines(dataset: fo.Dataset) -> fo.Dataset:
    line = outlined("cat", 0, 0, 9, 9, filled=False, closed=False)
    sample = dataset.first()
    sample["lines"] = fo.Polylines(polylines=[line])
    sample.save()
    return dataset


def _with_comparison(dataset: fo.Dataset) -> fo.Dataset:
    compare(dataset)
    return dataset


def _same(dataset: fo.Dataset) -> fo.Dataset:
    return dataset


def _empty_view(dataset: fo.Dataset) -> fo.DatasetView:
    return dataset.match_tags("none of that name")


def _patches(dataset: fo.Dataset) -> fo.DatasetView:
    return dataset.to_patches("before")


TAKEN = {"key": "taken"}

REFUSED: dict[str, Refused] = {
    "field missing": (_same, {"base_field": "gone"}, "'gone' can't be compared: there"),
    "field of other labels": (
        _with_classifications,
        {"revised_field": "kinds"},
        "'kinds' can't be compared: it holds",
    ),
    "field of no labels": (_same, {"base_field": "filepath"}, "'filepath' can't be"),
    "field of labels": (_same, {"base_field": "after.detections"}, "can't be compared"),
    "field of lines": (
        _with_lines,
        {"revised_field": "lines"},
        "'lines' can't be compared: .*none is closed or filled",
    ),
    "field twice": (_same, {"base_field": "after"}, "compared with itself"),
    "key of an evaluation": (_with_evaluation, TAKEN, "key of an evaluation"),
    "key of another run": (_with_other_run, TAKEN, "key of another kind of run"),
    "key of another run, told to": (
        _with_other_run,
        TAKEN | {"overwrite": True},
        "key of another kind of run",
    ),
    "key of a field": (_with_field, TAKEN, "overwrite the field 'taken_pq'"),
    "key of a field, told to": (
        _with_field,
        TAKEN | {"overwrite": True},
        "overwrite the field 'taken_pq'",
    ),
    "key of an attribute": (
        _with_attribute,
        TAKEN,
        "overwrite the attribute 'taken_iou' of the labels in 'after'",
    ),
    "key of an undeclared attribute": (
        _with_undeclared_attribute,
        TAKEN,
        "overwrite the attribute 'taken' of the labels in 'before'",
    ),
    "key of every label": (_same, {"key": "label"}, "would hide .*'label'"),
    "key of a path": (_same, {"key": "filepath"}, "would hide .*'filepath'"),
    "key of a method": (_same, {"key": "copy"}, "would hide .*'copy'"),
    "key of a property": (_same, {"key": "has_mask"}, "would hide .*'has_mask'"),
    "key within a comparison": (
        _with_comparison,
        {"key": "diff_id"},
        "overwrite the attribute 'diff_id'",
    ),
    "comparison that is there": (_with_comparison, {}, "comparison 'diff' already"),
    "low above iou": (_same, {"iou": 0.3, "low_iou": 0.4}, "low_iou <= iou"),
    "iou of 0": (_same, {"iou": 0.0, "low_iou": 0.0}, "expected 0 < low_iou"),
    "iou above 1": (_same, {"iou": 1.1}, "expected 0 < low_iou <= iou <= 1"),
    "iou of NaN": (_same, {"iou": float("nan")}, "expected 0 < low_iou <= iou <= 1"),
    "iou of text": (_same, {"iou": "0.5"}, "iou '0.5'; expected a number"),
    "no cover": (_same, {"cover": None}, "cover None; expected a number"),
    "cover of 0": (_same, {"cover": 0.0}, "expected 0 < cover <= 1"),
    "cover above 1": (_same, {"cover": 2}, "expected 0 < cover <= 1"),
    "empty view": (_empty_view, {}, "no samples to compare: the view is empty"),
    "patches": (_patches, {}, "view of patches"),
} | {
    f"key {key!r}": (_same, {"key": key}, "must be letters, digits and underscores")
    for key in ("a.b", "1x", "$x", "", " ", "a b", "_x", "a\n", "größe", "<b>", 7, None)
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_not_be_compared_is_refused_and_nothing_written(
    dataset: fo.Dataset, name: str
) -> None:
    prepare, arguments, said = REFUSED[name]
    samples = prepare(dataset)
    before = state(dataset)
    with pytest.raises((ValueError, TypeError), match=said):
        compare(samples, **arguments)
    assert state(dataset) == before


def test_a_dataset_without_samples_is_refused() -> None:
    dataset = make_pair()
    with pytest.raises(ComparisonError, match="no samples to compare"):
        compare(dataset)
    assert dataset.list_runs() == []


def _videos() -> fo.Dataset:
    dataset = make_pair()
    dataset.media_type = "video"
    dataset.add_sample(fo.Sample(filepath="/videos/a.mp4"))
    return dataset


def _groups() -> fo.Dataset:
    dataset = make_pair()
    dataset.add_group_field("group", default="left")
    group = fo.Group()
    dataset.add_samples(
        [
            fo.Sample(filepath=f"/groups/{side}.png", group=group.element(side))
            for side in ("left", "right")
        ]
    )
    return dataset


def _grouped() -> fo.DatasetView:
    return make_pair(EQUAL, EQUAL).group_by("metadata.width")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_videos, "holds videos"),
        (_groups, "holds groups"),
        (_grouped, "`view.flatten\\(\\)` gives the samples themselves"),
    ],
)
def test_videos_and_groups_are_refused(
    make: Callable[[], fo.Dataset | fo.DatasetView], said: str
) -> None:
    samples = make()
    before = state(samples._root_dataset)
    with pytest.raises(ComparisonError, match=said):
        compare(samples)
    assert state(samples._root_dataset) == before


def test_the_samples_of_a_grouped_view_can_be_compared() -> None:
    assert compare(_grouped().flatten()).summary()["images"] == 2


def test_one_slice_of_groups_as_a_dataset_of_its_own_can_be_compared() -> None:
    dataset = _groups()
    for sample in dataset.iter_samples(autosave=True):
        sample.metadata = fo.ImageMetadata(width=WIDTH, height=HEIGHT)
    alone = dataset.select_group_slices("left").clone("left")
    assert compare(alone).summary()["images"] == 1


@pytest.mark.parametrize(
    "metadata", [None, fo.ImageMetadata(), fo.ImageMetadata(width=0, height=0)]
)
def test_metadata_that_is_missing_is_computed(
    tmp_path: Path, metadata: fo.ImageMetadata | None
) -> None:
    dataset = make_pair(EQUAL, every_status(), metadata=False)
    draw_images(dataset, tmp_path)
    dataset.set_values("metadata", [metadata, fo.ImageMetadata(width=80, height=60)])
    assert compare(dataset).summary()["images"] == 2
    assert dataset.values("metadata.width") == [WIDTH] * 2
    assert dataset.values("metadata.height") == [HEIGHT] * 2


def test_images_that_are_gone_are_not_needed_where_their_size_is_known(
    dataset: fo.Dataset,
) -> None:
    assert not any(map(os.path.exists, dataset.values("filepath")))
    assert compare(dataset).summary()["images"] == 2


def test_an_image_that_is_gone_with_its_metadata_is_named_and_nothing_written(
    tmp_path: Path,
) -> None:
    dataset = make_pair(EQUAL, EQUAL, EQUAL, metadata=False)
    draw_images(dataset.limit(2), tmp_path)
    gone = dataset.last().filepath
    before = state(dataset)
    with pytest.raises(ComparisonError, match="1 samples have no metadata") as error:
        compare(dataset)
    assert gone in str(error.value)
    assert state(dataset) == before
    assert compare(dataset.limit(2)).summary()["images"] == 2


def test_an_image_that_can_not_be_read_is_named_and_no_run_begun(
    tmp_path: Path,
) -> None:
    dataset = make_pair(EQUAL, EQUAL, metadata=False)
    draw_images(dataset, tmp_path)
    path = Path(dataset.first().filepath)
    path.write_bytes(b"no picture")
    before = state(dataset)
    with pytest.raises(ComparisonError, match="no image that can be read") as error:
        compare(dataset)
    assert str(path) in str(error.value)
    assert state(dataset) == before
    cv2.imwrite(str(path), np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    assert compare(dataset).summary()["images"] == 2


def test_nothing_is_found_in_a_dataset_without_comparisons(dataset: fo.Dataset) -> None:
    uses: Sequence[Callable[..., Any]] = (
        require_comparison,
        load_results,
        delete_comparison_run,
        lambda d, k: rename_comparison_run(d, k, "other"),
    )
    for use in uses:
        with pytest.raises(ComparisonError, match="no comparison 'diff'; there are: "):
            use(dataset, "diff")


@pytest.mark.parametrize(
    ("new_key", "said"),
    [
        ("a.b", "must be letters"),
        ("second", "There is a run 'second' already"),
        ("diff", "There is a run 'diff' already"),
        ("label", "would hide"),
        ("taken", "would overwrite the field 'taken_pq'"),
    ],
)
def test_a_new_key_is_checked_as_a_first_one_is(
    dataset: fo.Dataset, new_key: str, said: str
) -> None:
    compare(dataset)
    compare(dataset, key="second")
    _with_field(dataset)
    before = state(dataset)
    with pytest.raises(ComparisonError, match=said):
        rename_comparison_run(dataset, "diff", new_key)
    assert state(dataset) == before
