"""Runs that depend on a comparison, and evaluations that take its key."""

from __future__ import annotations

from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.labelled import FIELDS, column, every_status, make_pair, state
from sama_coco.labelsets import (
    ComparisonError,
    compare_annotations,
    delete_comparison,
    list_comparisons,
    load_results,
    rename_comparison,
    require_comparison,
)
from sama_coco.labelsets.managing.comparison_runs import describe_comparison_runs

pytestmark = pytest.mark.usefixtures("fresh_database")


def compare(samples: Any, **arguments: Any) -> Any:
    return compare_annotations(samples, **FIELDS | arguments)


@pytest.fixture
def dataset() -> fo.Dataset:
    dataset = make_pair(every_status())
    compare(dataset)
    return dataset


@pytest.fixture
def reconciled(dataset: fo.Dataset) -> fo.Dataset:
    """A dataset with a run that depends on its comparison."""
    config = dataset.init_run(method="reconcile_annotations", comparison="diff")
    dataset.register_run("merged_field", config)
    return dataset


def test_what_others_rest_on_is_kept_unless_told(reconciled: fo.Dataset) -> None:
    before = state(reconciled)
    for lose in (
        lambda: delete_comparison(reconciled, "diff"),
        lambda: compare(reconciled, overwrite=True),
    ):
        with pytest.raises(
            ComparisonError, match=r"'merged_field' depends on .*'diff'"
        ):
            lose()
    assert state(reconciled) == before
    assert describe_comparison_runs(reconciled)[0]["dependents"] == ["merged_field"]
    compare(reconciled, overwrite=True, force=True)
    delete_comparison(reconciled, "diff", force=True)
    assert reconciled.list_runs() == ["merged_field"]


def test_what_rests_on_a_comparison_follows_its_new_name(
    reconciled: fo.Dataset,
) -> None:
    rename_comparison(reconciled, "diff", "other")
    assert reconciled.get_run_info("merged_field").config.comparison == "other"
    with pytest.raises(ComparisonError, match="'merged_field' depends on"):
        delete_comparison(reconciled, "other")
    assert list_comparisons(reconciled) == ["other"]


def test_an_evaluation_of_the_same_key_is_found_out(dataset: fo.Dataset) -> None:
    dataset.evaluate_detections("after", "before", eval_key="diff", progress=False)
    for use in (require_comparison, load_results):
        with pytest.raises(ComparisonError, match="An evaluation 'diff' has overwr"):
            use(dataset, "diff")
    assert "overwritten" in str(describe_comparison_runs(dataset)[0]["damage"])
    with pytest.raises(ComparisonError, match="key of an evaluation"):
        compare(dataset, overwrite=True)

    dataset.delete_evaluation("diff")
    with pytest.raises(ComparisonError, match="statuses of the comparison 'diff' are"):
        load_results(dataset, "diff")
    compare(dataset, overwrite=True)
    assert column(dataset, "before", "diff")[0] == "identical"
    assert describe_comparison_runs(dataset)[0]["damage"] is None
