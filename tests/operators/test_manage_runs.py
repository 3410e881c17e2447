"""Runs of every kind through the operators that list, rename and delete them."""

from __future__ import annotations

from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from fiftyone.operators.delegated import DelegatedOperationService
from fiftyone.operators.executor import ExecutionError
from helpers.datasets.every_run import LABELS, with_every_run
from helpers.datasets.labelled import state
from helpers.programs.app_server import app_context
from helpers.programs.comparison_operators import (
    DELETE,
    LIST,
    RENAME,
    compare,
    form,
    invoked,
    requested,
)
from sama_coco.labelsets import (
    load_agreement,
    load_benchmark,
    require_comparison,
)

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def dataset() -> fo.Dataset:
    made = with_every_run()
    made.persistent = True
    return made


def queued(dataset: fo.Dataset, uri: str, **params: Any) -> Any:
    """The operation of a request that was put in the queue, when it was carried out."""
    foo.execute_operator(
        uri, {"dataset": dataset}, params=params, request_delegation=True
    )
    service = DelegatedOperationService()
    service.execute_queued_operations(dataset_name=dataset.name)
    (operation,) = service.list_operations(dataset_name=dataset.name)
    dataset.reload()
    return operation


def test_all_are_listed_with_their_label_sets(dataset: fo.Dataset) -> None:
    found = requested(LIST, dataset).result
    assert found["message"] == "4 runs"
    assert {row["key"]: row["label_sets"] for row in found["comparisons"]} == {
        "diff": "before → after",
        "agreed": "before, after",
        "agreement": "before, after",
        "benchmark": "model against before, after",
    }
    assert {row["state"] for row in found["comparisons"]} == {"as compared", "finished"}
    columns = foo.get_operator(LIST).resolve_output(app_context(LIST, dataset))
    view = columns.type.properties["comparisons"].view
    for row in found["comparisons"]:
        cells = [row[column.key] for column in view.columns]
        assert all(isinstance(cell, str) and cell for cell in cells)


def test_what_did_not_come_to_its_end_is_listed_so(dataset: fo.Dataset) -> None:
    info = dataset.get_run_info("benchmark")
    info.config.finished = False
    dataset.update_run_config("benchmark", info.config)
    rows = requested(LIST, dataset).result["comparisons"]
    assert {row["key"]: row["state"] for row in rows}["benchmark"] == "unfinished"
    properties, *_ = form(RENAME, dataset)
    assert "benchmark" not in properties["key"].type.values


def test_all_are_offered_and_an_agreement_is_renamed(dataset: fo.Dataset) -> None:
    keys = ["diff", "agreed", "agreement", "benchmark"]
    for uri in (RENAME, DELETE):
        properties, *_ = form(uri, dataset)
        assert properties["key"].type.values == keys
    for new_key, valid in (("diff", False), ("a b", False), ("better", True)):
        sent = {"key": "agreement", "new_key": new_key}
        assert form(RENAME, dataset, **sent)[1] is valid
    result = requested(RENAME, dataset, **sent).result
    assert result == {"key": "better", "message": "'agreement' is now 'better'"}
    assert load_agreement(dataset, "better").fields == LABELS
    assert dataset.has_sample_field("better_alpha")


def test_what_others_rest_on_is_deleted_only_when_told_twice(
    dataset: fo.Dataset,
) -> None:
    sent: dict[str, Any] = {"key": "agreement", "confirmed": True}
    properties, valid, reasons = form(DELETE, dataset, **sent)
    assert not valid
    assert any("agreed depends on 'agreement'" in reason for reason in reasons)
    assert "agreed" in properties["force"].view.description
    before = state(dataset)
    with pytest.raises(ExecutionError, match="force"):
        requested(DELETE, dataset, **sent)
    *_, told = foo.get_operator(DELETE).execute(app_context(DELETE, dataset, **sent))
    assert "'agreed' depends on the agreement" in told.body.params["message"]
    assert state(dataset) == before
    assert form(DELETE, dataset, **sent, force=True)[1]
    requested(DELETE, dataset, **sent, force=True)
    assert "agreement" not in dataset.list_runs()
    assert "force" not in form(DELETE, dataset, key="benchmark")[0]


def test_the_app_is_shown_progress(dataset: fo.Dataset) -> None:
    for uri, sent in (
        (RENAME, {"key": "diff", "new_key": "other"}),
        (DELETE, {"key": "benchmark", "confirmed": True}),
    ):
        ctx = app_context(uri, dataset, **sent)
        steps = list(foo.get_operator(uri).execute(ctx))
        names = [invoked(step) for step in steps]
        shown = [step.body.params for step in steps[: names.index("reload_dataset")]]
        assert {*names[: len(shown)]} == {"set_progress"}
        assert [shown[0]["progress"], shown[-1]["progress"]] == [0, 1]
        assert names[len(shown) :] == ["reload_dataset", "show_output", "notify"]


def test_a_rename_waits_in_a_queue(dataset: fo.Dataset) -> None:
    operation = queued(dataset, RENAME, key="diff", new_key="other")
    assert operation.run_state == "completed"
    assert operation.label == "Rename comparison: diff"
    assert operation.status.progress == 1
    assert operation.status.label == "'diff' is now 'other'"
    assert require_comparison(dataset, "other").finished
    assert dataset.has_sample_field("other_pq")


def test_a_deletion_waits_in_a_queue(dataset: fo.Dataset) -> None:
    operation = queued(dataset, DELETE, key="diff", confirmed=True)
    assert operation.run_state == "completed"
    assert operation.status.label == "Deleted 'diff' and its fields"
    assert not dataset.has_sample_field("diff_pq")
    assert load_benchmark(dataset).predictions == ["model"]


def test_what_others_rest_on_gets_into_no_queue(dataset: fo.Dataset) -> None:
    compare(dataset, base_field="before", revised_field="agreed", key="second")
    sent = {"key": "agreed", "confirmed": True, "force": False}
    with pytest.raises(ExecutionError, match="agreed"):
        foo.execute_operator(
            DELETE, {"dataset": dataset}, params=sent, request_delegation=True
        )
    assert dataset.has_field("agreed")
