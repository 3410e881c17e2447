"""Comparing, showing, listing, renaming and deleting through FiftyOne's operators."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from fiftyone.operators.delegated import DelegatedOperationService
from helpers.datasets.labelled import (
    FIELDS,
    STATUSES,
    alter,
    boxed,
    column,
    every_status,
    make_pair,
    masked,
    state,
)
from helpers.programs.app_server import app_context
from helpers.programs.comparison_operators import (
    COMPARE,
    DELETE,
    EQUAL,
    LIST,
    RENAME,
    SHOW,
    compare,
    form,
    invoked,
    risk_of,
)
from sama_coco.labelsets import ComparisonError, load_results, require_comparison

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def dataset() -> fo.Dataset:
    return make_pair(every_status(), EQUAL, EQUAL)


def test_a_dataset_is_compared_by_calling_the_operator(dataset: fo.Dataset) -> None:
    results = compare(dataset)
    assert column(dataset.limit(1), "before", "diff") == STATUSES["before"]
    assert results.summary()["images"] == 3
    assert "Comparison 'diff': before -> after" in str(results)
    assert load_results(dataset, "diff").to_dict() == results.to_dict()


def test_a_view_is_compared_by_calling_the_operator(dataset: fo.Dataset) -> None:
    results = compare(dataset.skip(1), key="rest", iou=0.9)
    assert results.summary()["images"] == 2
    assert dataset.values("rest_pq") == [None, 1, 1]
    assert require_comparison(dataset, "rest").iou == 0.9


def test_the_selection_is_compared_where_it_is_the_target(dataset: fo.Dataset) -> None:
    chosen = dataset.values("id")[1:2]
    foo.execute_operator(
        COMPARE,
        {"dataset": dataset, "selected": chosen},
        params=FIELDS | {"key": "diff", "view_target": "SELECTED_SAMPLES"},
    )
    assert dataset.values("diff_pq") == [None, 1, None]


INTERRUPTED = """
import os, signal, sys, threading, time
import fiftyone as fo
import fiftyone.operators as foo
dataset = fo.load_dataset(sys.argv[1])
def interrupt():
    while not dataset._sample_collection.find_one({"diff_pq": {"$exists": True}}):
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGINT)
operator = foo.get_operator("@sama/sama-coco/compare_annotations")
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Thread(target=interrupt, daemon=True).start()
try:
    operator(dataset, base_field="before", revised_field="after")
except KeyboardInterrupt:
    print("interrupted")
"""


def test_a_comparison_from_python_ends_soon_when_it_is_interrupted() -> None:
    dataset = make_pair(*[every_status()] * 600)
    dataset.persistent = True
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, dataset.name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == ["interrupted"], done.stderr
    dataset.reload()
    assert 0 < len(dataset.exists("diff_pq")) < 600
    (row,) = foo.get_operator(LIST)(dataset)
    assert row["finished"] is False


@pytest.mark.parametrize("wanted", [True, False])
def test_a_comparison_from_python_draws_a_bar_where_bars_are_wanted(
    dataset: fo.Dataset,
    wanted: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(fo.config, "show_progress_bars", wanted)
    compare(dataset)
    assert ("of 3 images compared" in capsys.readouterr().out) is wanted


@pytest.mark.parametrize("nothing", [None, "pair", 5])
def test_from_python_operators_say_what_they_work_on(nothing: Any) -> None:
    for uri in (COMPARE, SHOW, LIST):
        with pytest.raises(TypeError, match="Pass a dataset or a view of one"):
            foo.get_operator(uri)(nothing)


def test_a_comparison_is_replaced_only_when_told_to(dataset: fo.Dataset) -> None:
    compare(dataset)
    before = state(dataset)
    with pytest.raises(ComparisonError, match="Pass `overwrite=True` to replace it"):
        compare(dataset)
    assert state(dataset) == before
    assert compare(dataset.limit(1), overwrite=True).summary()["images"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"base_field": "gone"}, "Field 'gone' can't be compared"),
        ({"key": "a.b"}, "must be letters, digits and underscores"),
        ({"key": ""}, "must be letters, digits and underscores"),
        ({"iou": 2.0}, "expected 0 < low_iou <= iou <= 1"),
    ],
)
def test_bad_input_is_refused_in_words_and_nothing_written(
    dataset: fo.Dataset, arguments: dict[str, Any], said: str
) -> None:
    before = state(dataset)
    with pytest.raises(ValueError, match=said):
        compare(dataset, **arguments)
    assert state(dataset) == before


def test_broken_labels_are_named_in_what_the_app_is_told() -> None:
    gone = boxed("cat", 0, 0, 10, 10, mask_path="/gone.png")
    dataset = make_pair(([gone, masked("cat", 0, 0, 10, 10)], []))
    done = foo.execute_operator(COMPARE, {"dataset": dataset}, params=dict(FIELDS))
    message = done.result["message"]
    assert "1 degenerate labels were not matched: 1 x a mask_path at which" in message


def test_full_boxes_against_masks_are_counted_in_what_the_app_is_told() -> None:
    sides = [boxed("cat", 0, 0, 10, 10)], [masked("cat", 0, 0, 10, 10)]
    dataset = make_pair(sides)
    done = foo.execute_operator(COMPARE, {"dataset": dataset}, params=dict(FIELDS))
    message = done.result["message"]
    assert "Labels in 'before' are boxes without masks: 1 counted as full" in message


def test_the_app_is_shown_progress_then_the_new_fields(dataset: fo.Dataset) -> None:
    steps = list(foo.get_operator(COMPARE).execute(app_context(COMPARE, dataset)))
    names = [invoked(step) for step in steps]
    assert names[0] == "set_progress"
    opened = ["set_view", "set_spaces"]
    assert names[-5:] == ["reload_dataset", *opened, "show_output", "notify"]
    assert require_comparison(dataset, "diff").finished


def test_the_panel_that_asked_for_a_comparison_is_left_where_it_is(
    dataset: fo.Dataset,
) -> None:
    ctx = app_context(COMPARE, dataset, panel_id="one", panel_state={})
    names = [invoked(step) for step in foo.get_operator(COMPARE).execute(ctx)]
    assert names[-3:] == ["reload_dataset", "show_output", "notify"]
    assert dataset.list_workspaces() == ["diff: differences"]


def test_an_app_that_stops_listening_cancels_the_run() -> None:
    dataset = make_pair(*[EQUAL] * 250)
    operator = foo.get_operator(COMPARE)
    steps = operator.execute(app_context(COMPARE, dataset))
    next(steps)
    steps.close()
    (row,) = foo.get_operator(LIST)(dataset)
    compared = len(dataset.exists("diff_pq"))
    assert row["finished"] is (compared == 250)


def test_a_queued_comparison_runs_later_and_records_its_progress() -> None:
    dataset = make_pair(*[EQUAL] * 150)
    dataset.persistent = True
    foo.execute_operator(
        COMPARE,
        {"dataset": dataset},
        params=FIELDS | {"key": "diff"},
        request_delegation=True,
    )
    dataset.reload()
    assert dataset.list_runs() == []

    service = DelegatedOperationService()
    service.execute_queued_operations(dataset_name=dataset.name)
    (operation,) = service.list_operations(dataset_name=dataset.name)
    assert operation.run_state == "completed"
    assert operation.status.label == "150 images compared"
    assert operation.status.progress == 1
    assert operation.result.result["key"] == "diff"
    dataset.reload()
    assert load_results(dataset, "diff").summary()["images"] == 150


def test_a_queued_comparison_that_is_refused_says_why() -> None:
    dataset = make_pair(EQUAL)
    dataset.persistent = True
    alter(dataset, "before", 0, diff="mine")
    foo.execute_operator(
        COMPARE,
        {"dataset": dataset},
        params=FIELDS | {"key": "diff"},
        request_delegation=True,
    )
    service = DelegatedOperationService()
    service.execute_queued_operations(dataset_name=dataset.name)
    (operation,) = service.list_operations(dataset_name=dataset.name)
    assert operation.run_state == "failed"
    assert "would overwrite the attribute 'diff'" in operation.result.error
    dataset.reload()
    assert dataset.list_runs() == []


def test_show_differences_returns_the_view(dataset: fo.Dataset) -> None:
    compare(dataset)
    show = foo.get_operator(SHOW)
    view = show(dataset, statuses=["split"])
    assert isinstance(view, fo.DatasetView)
    assert column(view, "before", "diff") == ["split"]
    assert column(view, "after", "diff") == ["split"] * 3
    cell = show(dataset, base_classes=["cow"], revised_classes=["horse"])
    assert column(cell, "after", "label") == ["horse"]
    assert len(show(dataset, disagreement=(0.5, None))) == 1
    whole = show(dataset, iou=(0.2, 0.3), only_labels=False)
    assert column(whole, "before", "diff") == STATUSES["before"]
    assert len(show(dataset.skip(1), by_disagreement=False)) == 2


def test_show_differences_sets_the_view_of_the_app(dataset: fo.Dataset) -> None:
    compare(dataset)
    ctx = app_context(SHOW, dataset, statuses=["split"])
    steps = list(foo.get_operator(SHOW).execute(ctx))
    assert [invoked(step) for step in steps] == ["set_view", "show_output", "notify"]
    assert steps[0].body.params["view"]
    assert "1 samples match" in steps[2].body.params["message"]


def test_show_differences_refuses_what_it_can_not_show(dataset: fo.Dataset) -> None:
    show = foo.get_operator(SHOW)
    with pytest.raises(ComparisonError, match="no comparison 'diff'; there are: none"):
        show(dataset)
    compare(dataset)
    with pytest.raises(ComparisonError, match="Unknown status 'renamed'"):
        show(dataset, statuses=["renamed"])


def test_comparisons_are_listed_with_their_parameters(dataset: fo.Dataset) -> None:
    listing = foo.get_operator(LIST)
    assert listing(dataset) == []
    compare(dataset)
    compare(dataset, key="strict", iou=0.9)
    rows = listing(dataset)
    assert [row["key"] for row in rows] == ["diff", "strict"]
    assert [row["iou"] for row in rows] == [0.5, 0.9]
    assert all(row["finished"] for row in rows)


def test_what_keeps_comparisons_from_being_used_is_listed(dataset: fo.Dataset) -> None:
    compare(dataset)
    compare(dataset, key="second")
    compare(dataset, key="third")
    dataset.evaluate_detections("after", "before", eval_key="third", progress=False)
    first = dataset.first()
    first["after"].detections[0].label = "other"
    first.save()
    done = foo.execute_operator(LIST, {"dataset": dataset}).result
    states = {row["key"]: row["state"] for row in done["comparisons"]}
    assert states["diff"] == states["second"] == "out of date: 1 sample changed since"
    assert states["third"].startswith("damaged: ")
    assert "out of date: diff, second" in done["message"]
    assert "damaged: third" in done["message"]
    outputs = foo.get_operator(LIST).resolve_output(app_context(LIST, dataset))
    columns = outputs.type.properties["comparisons"].view.columns
    assert "state" in [column.key for column in columns]


def test_a_comparison_is_renamed_by_calling_the_operator(dataset: fo.Dataset) -> None:
    compare(dataset)
    foo.get_operator(RENAME)(dataset, "diff", "renamed")
    dataset.reload()
    assert dataset.list_runs() == ["renamed"]
    assert column(dataset.limit(1), "before", "renamed") == STATUSES["before"]
    assert load_results(dataset, "renamed").summary()["images"] == 3
    with pytest.raises(ComparisonError, match="no comparison 'diff'"):
        foo.get_operator(RENAME)(dataset, "diff", "second")
    with pytest.raises(ComparisonError, match="must be letters"):
        foo.get_operator(RENAME)(dataset, "renamed", "1x")


def test_a_comparison_is_deleted_by_calling_the_operator(dataset: fo.Dataset) -> None:
    schema = set(dataset.get_field_schema(flat=True))
    compare(dataset)
    foo.get_operator(DELETE)(dataset, "diff")
    dataset.reload()
    assert dataset.list_runs() == []
    assert set(dataset.get_field_schema(flat=True)) == schema
    with pytest.raises(ComparisonError, match="no comparison 'diff'"):
        foo.get_operator(DELETE)(dataset, "diff")


def test_an_unfinished_comparison_can_be_deleted_but_not_shown_or_renamed(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sama_coco.labelsets import compare_annotations

    def cancel(done: float, label: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare_annotations(dataset, **FIELDS, on_progress=cancel)
    (row,) = foo.get_operator(LIST)(dataset)
    assert row["finished"] is False
    for uri in (SHOW, RENAME):
        _, valid, _ = form(uri, dataset, key="diff", new_key="other")
        assert not valid
    properties, *_ = form(DELETE, dataset, key="diff")
    assert properties["key"].type.values == ["diff"]
    foo.get_operator(DELETE)(dataset, "diff")
    dataset.reload()
    assert dataset.list_runs() == []


@pytest.mark.parametrize("uri", [COMPARE, SHOW, LIST, RENAME, DELETE])
def test_every_operator_says_how_risky_it_is(uri: str) -> None:
    operator = foo.get_operator(uri)
    assert risk_of(operator.config) in {"low", "medium", "high"}
    assert operator.config.description


def test_the_toolbar_offers_differences_where_there_is_a_comparison(
    dataset: fo.Dataset,
) -> None:
    operator = foo.get_operator(SHOW)
    assert operator.resolve_placement(app_context(SHOW, None)) is None
    assert operator.resolve_placement(app_context(SHOW, dataset)) is None
    compare(dataset)
    placed = operator.resolve_placement(app_context(SHOW, dataset)).to_json()
    assert placed["place"] == "samples-grid-secondary-actions"
    assert placed["view"]["label"] == "Show differences"


def test_a_run_in_a_queue_is_named_after_its_comparison(dataset: fo.Dataset) -> None:
    operator = foo.get_operator(COMPARE)
    ctx = app_context(COMPARE, dataset, key="second")
    assert operator.resolve_run_name(ctx) == "Compare annotations: second"
