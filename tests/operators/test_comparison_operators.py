"""Comparing, showing, listing, renaming and deleting through FiftyOne's operators."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from comparison_operators import (
    COMPARE,
    DELETE,
    EQUAL,
    LIST,
    RENAME,
    SHOW,
    compare,
    form,
    invoked,
)
from fiftyone.operators.delegated import DelegatedOperationService
from fiftyone.operators.executor import ExecutionContext, ExecutionError, Executor
from labelled import (
    FIELDS,
    STATUSES,
    alter,
    column,
    every_status,
    make_pair,
    masked,
    state,
)
from sama_coco.runs import load_results, require_comparison

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
    results = compare(dataset.skip(1), key="tail", iou=0.9)
    assert results.summary()["images"] == 2
    assert dataset.values("tail_pq") == [None, 1, 1]
    assert require_comparison(dataset, "tail").iou == 0.9


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
    with pytest.raises(ExecutionError, match="Pass `overwrite=True` to replace it"):
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
    with pytest.raises(ExecutionError, match=said):
        compare(dataset, **arguments)
    assert state(dataset) == before


def test_broken_labels_are_named_in_what_the_app_is_told() -> None:
    dataset = make_pair(([masked(None, 0, 0, 10, 10)], []))
    operator = foo.get_operator(COMPARE)
    message = operator.call(dataset, **FIELDS)["message"]
    assert "1 broken labels count as degenerate: a label without a class" in message


def test_the_app_is_shown_progress_then_the_new_fields(dataset: fo.Dataset) -> None:
    request = {"dataset_name": dataset.name, "params": dict(FIELDS)}
    ctx = ExecutionContext(request, executor=Executor(), operator_uri=COMPARE)
    steps = list(foo.get_operator(COMPARE).execute(ctx))
    names = [invoked(step) for step in steps]
    assert names[0] == "set_progress"
    assert names[-2:] == ["reload_dataset", "notify"]
    assert require_comparison(dataset, "diff").finished


def test_an_app_that_stops_listening_cancels_the_run() -> None:
    dataset = make_pair(*[EQUAL] * 250)
    operator = foo.get_operator(COMPARE)
    request = {"dataset_name": dataset.name, "params": dict(FIELDS)}
    ctx = ExecutionContext(request, executor=Executor(), operator_uri=COMPARE)
    steps = operator.execute(ctx)
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
    request = {"dataset_name": dataset.name, "params": {"statuses": ["split"]}}
    ctx = ExecutionContext(request, executor=Executor(), operator_uri=SHOW)
    steps = list(foo.get_operator(SHOW).execute(ctx))
    assert [invoked(step) for step in steps] == ["set_view", "notify"]
    assert steps[0].body.params["view"]
    assert "1 samples match" in steps[1].body.params["message"]


def test_show_differences_refuses_what_it_can_not_show(dataset: fo.Dataset) -> None:
    show = foo.get_operator(SHOW)
    with pytest.raises(ExecutionError, match="no comparison 'diff'; there are: none"):
        show(dataset)
    compare(dataset)
    with pytest.raises(ExecutionError, match="Unknown status 'renamed'"):
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


def test_a_comparison_is_renamed_by_calling_the_operator(dataset: fo.Dataset) -> None:
    compare(dataset)
    foo.get_operator(RENAME)(dataset, "diff", "first")
    dataset.reload()
    assert dataset.list_runs() == ["first"]
    assert column(dataset.limit(1), "before", "first") == STATUSES["before"]
    assert load_results(dataset, "first").summary()["images"] == 3
    with pytest.raises(ExecutionError, match="no comparison 'diff'"):
        foo.get_operator(RENAME)(dataset, "diff", "second")
    with pytest.raises(ExecutionError, match="must be letters"):
        foo.get_operator(RENAME)(dataset, "first", "1x")


def test_a_comparison_is_deleted_by_calling_the_operator(dataset: fo.Dataset) -> None:
    schema = set(dataset.get_field_schema(flat=True))
    compare(dataset)
    foo.get_operator(DELETE)(dataset, "diff")
    dataset.reload()
    assert dataset.list_runs() == []
    assert set(dataset.get_field_schema(flat=True)) == schema
    with pytest.raises(ExecutionError, match="no comparison 'diff'"):
        foo.get_operator(DELETE)(dataset, "diff")


def test_an_unfinished_comparison_can_be_deleted_but_not_shown_or_renamed(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sama_coco.runs import compare_annotations

    def cancel(done: float, label: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare_annotations(dataset, **FIELDS, report=cancel)
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
    risk = str(operator.config.risk_level).lower().rpartition(".")[2]
    assert risk in {"low", "medium", "high"}
    assert operator.config.description
