"""Comparing, showing, listing, renaming and deleting through FiftyOne's operators."""

from __future__ import annotations

from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from fiftyone.operators.delegated import DelegatedOperationService
from fiftyone.operators.executor import (
    ExecutionContext,
    ExecutionError,
    Executor,
    ValidationContext,
)
from labelled import FIELDS, STATUSES, column, every_status, make_pair, masked, state
from sama_coco.runs import load_results, require_comparison

pytestmark = pytest.mark.usefixtures("fresh_database")

PREFIX = "@sama/sama-coco"
COMPARE, SHOW, LIST, RENAME, DELETE = (
    f"{PREFIX}/{name}"
    for name in (
        "compare_annotations",
        "show_differences",
        "list_comparisons",
        "rename_comparison",
        "delete_comparison",
    )
)

EQUAL = ([masked("cat", 0, 0, 10, 10)], [masked("cat", 0, 0, 10, 10)])


@pytest.fixture
def dataset() -> fo.Dataset:
    return make_pair(every_status(), EQUAL, EQUAL)


def compare(samples: Any, **arguments: Any) -> Any:
    return foo.get_operator(COMPARE)(samples, **FIELDS | arguments)


def form(
    uri: str, dataset: fo.Dataset, **params: Any
) -> tuple[dict[str, Any], bool, list[str]]:
    """The properties of a form, whether it may be sent, and what is wrong with it."""
    request = {"dataset_name": dataset.name, "params": params}
    ctx = ExecutionContext(request, executor=Executor(), operator_uri=uri)
    operator = foo.get_operator(uri)
    inputs = operator.resolve_input(ctx)
    validation = ValidationContext(ctx, inputs, operator)
    reasons = [error.reason for error in validation.errors]
    return inputs.type.properties, not (inputs.invalid or validation.invalid), reasons


def from_the_app(uri: str, samples: Any, **params: Any) -> Any:
    """Executes as the App does: the form is resolved and validated first."""
    key = "view" if isinstance(samples, fo.DatasetView) else "dataset"
    return foo.execute_operator(uri, {key: samples}, params=params)


def invoked(step: Any) -> str:
    """The operator of the App that a step calls."""
    return str(step.body.operator_uri).rpartition("/")[2]


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
    foo.execute_operator(
        COMPARE,
        {"dataset": dataset},
        params=FIELDS | {"key": "diff", "iou": 0.3, "low_iou": 0.4},
        request_delegation=True,
    )
    service = DelegatedOperationService()
    service.execute_queued_operations(dataset_name=dataset.name)
    (operation,) = service.list_operations(dataset_name=dataset.name)
    assert operation.run_state == "failed"
    assert "expected 0 < low_iou <= iou <= 1" in operation.result.error
    dataset.reload()
    assert dataset.list_runs() == []


def test_the_form_says_what_is_missing_where_there_is_no_pair() -> None:
    dataset = fo.Dataset("alone")
    dataset.add_sample_field("before", fo.EmbeddedDocumentField, fo.Detections)
    properties, valid, _ = form(COMPARE, dataset)
    assert list(properties) == ["no_pair"]
    assert "Two label fields" in properties["no_pair"].view.label
    assert not valid


def test_the_form_offers_only_what_can_be_compared_and_fills_in_the_pair(
    dataset: fo.Dataset,
) -> None:
    dataset.add_sample_field("kinds", fo.EmbeddedDocumentField, fo.Classifications)
    properties, valid, _ = form(COMPARE, dataset, **FIELDS, key="diff")
    for name, field in FIELDS.items():
        assert properties[name].type.values == ["before", "after"]
        assert properties[name].default == field
    assert properties["key"].default == "diff"
    assert [properties[n].default for n in ("iou", "low_iou", "cover")] == [
        0.5,
        0.1,
        0.5,
    ]
    assert "overwrite" not in properties
    assert valid


def test_the_form_prefers_the_fields_of_coco_and_sama() -> None:
    dataset = fo.Dataset("both")
    for name in ("predictions", "sama_detections", "coco_detections"):
        dataset.add_sample_field(name, fo.EmbeddedDocumentField, fo.Detections)
    properties, *_ = form(COMPARE, dataset)
    assert properties["base_field"].default == "coco_detections"
    assert properties["revised_field"].default == "sama_detections"


def test_the_form_asks_before_a_comparison_is_replaced(dataset: fo.Dataset) -> None:
    compare(dataset)
    properties, valid, _ = form(COMPARE, dataset, **FIELDS, key="diff")
    assert "Replace the comparison 'diff'" in properties["overwrite"].view.label
    assert not valid
    _, valid, _ = form(COMPARE, dataset, **FIELDS, key="diff", overwrite=True)
    assert valid
    properties, valid, _ = form(COMPARE, dataset, **FIELDS, key="other")
    assert "overwrite" not in properties
    assert valid


def test_the_app_can_not_send_a_form_that_was_not_confirmed(
    dataset: fo.Dataset,
) -> None:
    compare(dataset)
    before = state(dataset)
    with pytest.raises(ExecutionError):
        from_the_app(COMPARE, dataset, **FIELDS, key="diff")
    for params in ({}, {"confirmed": False}):
        with pytest.raises(ExecutionError):
            from_the_app(DELETE, dataset, key="diff", **params)
    assert state(dataset) == before


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


def test_the_form_of_differences_offers_what_the_comparison_found(
    dataset: fo.Dataset,
) -> None:
    _, valid, _ = form(SHOW, dataset)
    assert not valid
    compare(dataset.limit(1))
    properties, valid, _ = form(SHOW, dataset, key="diff")
    assert valid
    choices = {c.value: c.label for c in properties["statuses"].view.choices}
    assert choices["split"] == "split (4)"
    compare(dataset.skip(1), key="calm")
    properties, *_ = form(SHOW, dataset, key="calm")
    assert [c.value for c in properties["statuses"].view.choices] == ["identical"]
    assert [c.value for c in properties["base_classes"].view.choices] == ["cat"]


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


def test_deleting_asks_first(dataset: fo.Dataset) -> None:
    properties, valid, _ = form(DELETE, dataset)
    assert list(properties) == ["no_comparison"]
    assert not valid
    compare(dataset)
    properties, valid, _ = form(DELETE, dataset, key="diff")
    assert "Delete 'diff' and every field" in properties["confirmed"].view.label
    assert not valid
    _, valid, _ = form(DELETE, dataset, key="diff", confirmed=True)
    assert valid
    from_the_app(DELETE, dataset, key="diff", confirmed=True)
    dataset.reload()
    assert dataset.list_runs() == []


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
