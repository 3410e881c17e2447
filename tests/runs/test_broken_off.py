"""Runs that are killed while they are replaced, deleted or renamed, and what is left
of one that FiftyOne deletes where it has not loaded the plugin."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.labelled import FIELDS, column, every_status, make_pair, state
from sama_coco.labelsets import (
    ComparisonError,
    RunFields,
    compare_annotations,
    list_comparisons,
    load_results,
    reconcile_annotations,
)
from sama_coco.labelsets.managing.comparison_runs import (
    delete_comparison_run,
    renamable_comparison_runs,
    rename_comparison_run,
)
from sama_coco.labelsets.runs.run_config import dependents
from sama_coco.labelsets.runs.stored_fields import list_leftovers

pytestmark = pytest.mark.usefixtures("fresh_database")

KILLED = 9

HIDDEN = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] == 'sama_coco':
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hidden())
"""
"""Makes the package what it is where only the plugin is installed."""

OPEN = """
import json, os, sys
import fiftyone as fo
dataset = fo.load_dataset(sys.argv[1])
"""

DIES_AFTER = """
from sama_coco import labelsets as runs
from sama_coco.labelsets.managing import comparison_runs as run
def dies_after(owner, name):
    function = getattr(owner, name)
    def replacement(*args, **kwargs):
        function(*args, **kwargs)
        os._exit(9)
    setattr(owner, name, replacement)
"""


@pytest.fixture
def dataset() -> fo.Dataset:
    dataset = make_pair(every_status(), every_status())
    dataset.persistent = True
    return dataset


def compare(dataset: fo.Dataset, **arguments: Any) -> Any:
    return compare_annotations(dataset, **FIELDS | arguments)


def told(program: str, dataset: fo.Dataset) -> Any:
    """The JSON in the last line that a program of its own process prints."""
    done = subprocess.run(
        [sys.executable, "-c", program, dataset.name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def killed(program: str, dataset: fo.Dataset) -> None:
    """Has a program of its own process end itself without a word."""
    done = subprocess.run(
        [sys.executable, "-c", OPEN + DIES_AFTER + program, dataset.name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == KILLED, done.stderr
    dataset.reload()


def fields_of(dataset: fo.Dataset, key: str) -> set[str]:
    """The declared fields that are named after a key."""
    dataset.reload()
    names = {*RunFields(key).on_samples, *RunFields(key).all_on_labels}
    schema = dataset.get_field_schema(flat=True)
    return {path for path in schema if path.split(".")[-1] in names}


BY_OPERATOR = (
    OPEN
    + """
import fiftyone.operators as foo
compare = foo.get_operator('@sama/sama-coco/compare_annotations')
compare(dataset, base_field='before', revised_field='after')
print(json.dumps(dataset._doc.runs['diff'].config['cls']))
"""
)

DELETES = (
    OPEN
    + """
dataset.delete_run('diff')
print(json.dumps(dataset.list_runs()))
"""
)


def test_where_the_package_is_installed_too_a_fresh_process_needs_no_operator(
    dataset: fo.Dataset,
) -> None:
    name = told(BY_OPERATOR, dataset)
    assert name == "sama_coco.labelsets.runs.run_config.ComparisonRunConfig"
    loads = "print(json.dumps(dataset.load_run_results('diff').summary()['images']))"
    assert told(OPEN + loads, dataset) == 2
    assert told(DELETES, dataset) == []
    assert fields_of(dataset, "diff") == set()


def test_with_the_plugin_alone_a_fresh_process_loads_the_plugins_first(
    dataset: fo.Dataset,
) -> None:
    assert told(HIDDEN + BY_OPERATOR, dataset).startswith("fiftyone.plugins.orgs")
    loads = (
        "import fiftyone.operators as foo\n"
        "foo.list_operators()\n"
        "images = dataset.load_run_results('diff').summary()['images']\n"
        "dataset.delete_run('diff')\n"
        "print(json.dumps(images))\n"
    )
    assert told(HIDDEN + OPEN + loads, dataset) == 2
    dataset.reload()
    assert dataset.list_runs() == []
    assert fields_of(dataset, "diff") == set()


@pytest.fixture
def orphaned(dataset: fo.Dataset) -> fo.Dataset:
    """A dataset with the fields of a run that was deleted without the plugin."""
    told(HIDDEN + BY_OPERATOR, dataset)
    assert told(HIDDEN + DELETES, dataset) == []
    dataset.reload()
    assert len(fields_of(dataset, "diff")) == 12 + 2 * 7
    return dataset


def test_fields_of_a_run_that_was_deleted_without_the_plugin_can_be_cleared(
    orphaned: fo.Dataset,
) -> None:
    before = state(orphaned)
    assert list_leftovers(orphaned) == ["diff"]
    with pytest.raises(ComparisonError, match="its run was deleted"):
        compare(orphaned)
    assert state(orphaned) == before
    assert compare(orphaned, overwrite=True).summary()["images"] == 2
    assert list_leftovers(orphaned) == []


def test_fields_of_a_run_that_was_deleted_without_the_plugin_can_be_deleted(
    orphaned: fo.Dataset,
) -> None:
    delete_comparison_run(orphaned, "diff")
    assert fields_of(orphaned, "diff") == set()
    with pytest.raises(ComparisonError, match="no comparison 'diff'"):
        delete_comparison_run(orphaned, "diff")


def test_fields_that_are_not_all_there_or_of_other_types_are_no_leftover(
    orphaned: fo.Dataset,
) -> None:
    orphaned.delete_sample_field("after.detections.diff_id")
    assert list_leftovers(orphaned) == []
    with pytest.raises(ComparisonError, match="which no comparison made"):
        compare(orphaned, overwrite=True)
    orphaned.delete_sample_field("diff_pq")
    orphaned.add_sample_field("diff_pq", fo.StringField)
    with pytest.raises(ComparisonError, match="no comparison 'diff'"):
        delete_comparison_run(orphaned, "diff")


@pytest.mark.parametrize(
    "program",
    [
        "run.delete_comparison_run(dataset, 'diff')",
        "dataset.delete_run('diff')",
    ],
    ids=["deleted", "deleted by FiftyOne"],
)
def test_a_run_that_loses_its_fields_counts_as_unfinished_from_then_on(
    dataset: fo.Dataset, program: str
) -> None:
    compare(dataset)
    dies = "dies_after(fo.Dataset, 'delete_sample_fields')\n"
    killed(dies + program, dataset)
    assert fields_of(dataset, "diff") == set()
    assert list_comparisons(dataset) == ["diff"]
    with pytest.raises(ComparisonError, match="is not finished"):
        load_results(dataset, "diff")
    assert compare(dataset).summary()["images"] == 2


REPLACED = """
from sama_coco.labelsets.runs import compare_dataset
dies_after(compare_dataset, 'unset_fields')
runs.compare_annotations(dataset, 'before', 'after', overwrite=True)
"""


def test_a_run_that_is_being_replaced_counts_as_unfinished_from_then_on(
    dataset: fo.Dataset,
) -> None:
    compare(dataset)
    killed(REPLACED, dataset)
    assert set(column(dataset, "before", "diff")) == {None}
    assert dataset.values("diff_pq") == [None, None]
    with pytest.raises(ComparisonError, match="is not finished"):
        load_results(dataset, "diff")
    assert compare(dataset).summary()["images"] == 2


RENAMES = "run.rename_comparison_run(dataset, 'diff', 'new')"

STEPS = {
    "its fields": "type(dataset._sample_doc_cls), '_rename_fields'",
    "samples": "type(dataset._sample_doc_cls), '_rename_fields_simple'",
    "labels": "type(dataset._sample_doc_cls), '_rename_fields_collection'",
    "all but the run": "fo.Dataset, 'rename_sample_fields'",
    "the run": "fo.Dataset, 'rename_run'",
    "nothing": "run, 'mark_unfinished'",
}


def _kill_rename(dataset: fo.Dataset, step: str) -> None:
    owner = STEPS[step].replace("type(dataset._sample_doc_cls)", "documents")
    ahead = "import fiftyone.core.odm.mixins as mixins\n"
    ahead += "documents = mixins.DatasetMixin\n" if "documents" in owner else ""
    wrapped = f"dies_after({owner})\n"
    if "documents" in owner:
        name = owner.split("'")[1]
        wrapped = (
            f"function = documents.{name}.__func__\n"
            "def replacement(*args, **kwargs):\n"
            "    function(*args, **kwargs)\n"
            "    os._exit(9)\n"
            f"documents.{name} = classmethod(replacement)\n"
        )
    killed(ahead + wrapped + RENAMES, dataset)


@pytest.mark.parametrize("step", STEPS)
def test_a_rename_that_is_killed_shows_and_is_finished_by_renaming_again(
    dataset: fo.Dataset, step: str
) -> None:
    results = compare(dataset)
    statuses = column(dataset, "before", "diff")
    partners = column(dataset, "after", "diff_id")
    _kill_rename(dataset, step)
    assert list_comparisons(dataset, finished=True) == []
    (key,) = list_comparisons(dataset)
    assert renamable_comparison_runs(dataset) == [key]
    with pytest.raises(ComparisonError, match="was being renamed to 'new'"):
        load_results(dataset, key)
    rename_comparison_run(dataset, "diff", "new")
    assert list_comparisons(dataset, finished=True) == ["new"]
    assert load_results(dataset, "new").summary() == results.summary()
    assert column(dataset, "before", "new") == statuses
    assert column(dataset, "after", "new_id") == partners
    assert fields_of(dataset, "diff") == set()
    assert "diff" not in str(list(dataset._sample_collection.find()))


def test_a_rename_that_was_all_but_done_is_finished_by_the_key_that_is_listed(
    dataset: fo.Dataset,
) -> None:
    results = compare(dataset)
    reconcile_annotations(dataset, field="reconciled")
    _kill_rename(dataset, "the run")
    assert dependents(dataset, "new") == ["reconciled"]
    rename_comparison_run(dataset, "new", "new")
    assert list_comparisons(dataset, finished=True) == ["new"]
    assert load_results(dataset, "new").summary() == results.summary()
    with pytest.raises(ComparisonError, match="'reconciled' depends on"):
        delete_comparison_run(dataset, "new")


def test_of_a_rename_that_was_killed_both_keys_are_cleared(
    dataset: fo.Dataset,
) -> None:
    compare(dataset)
    _kill_rename(dataset, "all but the run")
    with pytest.raises(ComparisonError, match="was being renamed to 'new'"):
        compare(dataset, key="new", overwrite=True)
    with pytest.raises(ComparisonError, match="was being renamed to 'new'"):
        rename_comparison_run(dataset, "diff", "another")
    compare(dataset)
    assert fields_of(dataset, "new") == set()
    assert list_comparisons(dataset, finished=True) == ["diff"]
    _kill_rename(dataset, "all but the run")
    delete_comparison_run(dataset, "diff")
    assert fields_of(dataset, "new") | fields_of(dataset, "diff") == set()
    assert dataset.list_runs() == []
