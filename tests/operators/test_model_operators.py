"""Agreement, benchmark and evidence through FiftyOne's operators."""

from __future__ import annotations

from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from fiftyone.operators.executor import ExecutionError
from helpers.datasets.labelled import FIELDS, every_status, make_pair, masked, state
from helpers.programs.app_server import app_context
from helpers.programs.comparison_operators import (
    PREFIX,
    compare,
    form,
    invoked,
    requested,
)
from sama_coco.labelsets import (
    ComparisonError,
    load_agreement,
    load_benchmark,
    load_evidence,
)

pytestmark = pytest.mark.usefixtures("fresh_database")

AGREEMENT, BENCHMARK, EVIDENCE = (
    f"{PREFIX}/{name}"
    for name in ("measure_agreement", "benchmark_predictions", "weigh_evidence")
)
LABELS = list(FIELDS.values())


@pytest.fixture
def dataset() -> fo.Dataset:
    made = make_pair(every_status(), every_status())
    horse = masked("horse", 36, 0, 10, 10, confidence=0.5)
    found = [fo.Detections(detections=[horse.copy()]) for _ in range(2)]
    made.set_values("model", found, dynamic=True)
    return made


def test_they_are_called_from_python_as_their_functions_are(
    dataset: fo.Dataset,
) -> None:
    compare(dataset)
    agreement = foo.get_operator(AGREEMENT)(dataset, LABELS)
    assert load_agreement(dataset).to_dict() == agreement.to_dict()
    benchmark = foo.get_operator(BENCHMARK)(dataset.limit(1), "model", LABELS)
    assert load_benchmark(dataset).to_dict() == benchmark.to_dict()
    assert benchmark.reading["images"] == 1
    evidence = foo.get_operator(EVIDENCE)(dataset, "model")
    assert load_evidence(dataset).to_dict() == evidence.to_dict()
    for uri, arguments in ((AGREEMENT, [["before"]]), (BENCHMARK, ["before", LABELS])):
        with pytest.raises(ComparisonError):
            foo.get_operator(uri)(dataset, *arguments)


def test_they_serve_requests_that_leave_out_what_is_likely(dataset: fo.Dataset) -> None:
    compare(dataset)
    result = requested(AGREEMENT, dataset).result
    assert result["alpha"] == load_agreement(dataset).alpha
    assert load_agreement(dataset).fields == LABELS
    result = requested(BENCHMARK, dataset).result
    assert "AP of model" in result["message"]
    assert "without predictions" not in result["message"]
    assert load_benchmark(dataset).predictions == ["model"]
    result = requested(EVIDENCE, dataset).result
    assert (result["advised"], result["revised"]) == (2, 2)
    assert "advice, not truth" in result["message"]
    by_status = {row["status"]: row for row in result["statuses"]}
    expected = load_evidence(dataset).statuses().loc["relabeled"]
    assert by_status["relabeled"]["revised"] == expected["revised"] == 2
    assert by_status["relabeled"]["mean"] == f"{expected['mean']:+.3f}"
    assert by_status["added"]["mean"] == "–"
    assert "horse" in {row["class"] for row in result["classes"]}


def test_images_without_predictions_are_told_model_by_model(
    dataset: fo.Dataset,
) -> None:
    dataset.clone_sample_field("model", "other")
    dataset.set_values("other", [None, dataset.last()["other"]])
    sent = {"predictions": ["model", "other"], "fields": LABELS, "bootstrap": 0}
    message = requested(BENCHMARK, dataset, **sent).result["message"]
    assert "predictions, which count as none predicted: 1 of 'other'" in message
    assert "of 'model'" not in message


def test_forms_offer_fields_and_fill_in_the_likely_ones(dataset: fo.Dataset) -> None:
    compare(dataset)
    for uri, likely in (
        (AGREEMENT, {"fields": LABELS}),
        (BENCHMARK, {"fields": LABELS, "predictions": ["model"]}),
        (EVIDENCE, {"predictions": ["model"], "key": "diff"}),
    ):
        properties, valid, reasons = form(uri, dataset)
        assert valid, reasons
        for name, default in likely.items():
            assert properties[name].default == default
            if name != "key":
                choices = [choice.value for choice in properties[name].view.choices]
                assert choices == ["before", "after", "model"]


WRONG_INPUT: dict[str, tuple[str, dict[str, Any], str]] = {
    "one field": (AGREEMENT, {"fields": ["before"]}, "at least 2"),
    "a field twice": (AGREEMENT, {"fields": ["after", "after"]}, "named twice"),
    "no such field": (AGREEMENT, {"fields": ["after", "gone"]}, "no field 'gone'"),
    "odd key": (AGREEMENT, {"key": "a b"}, "must be letters"),
    "key of a comparison": (AGREEMENT, {"key": "diff"}, "run of compare_annotations"),
    "a label set predicts": (BENCHMARK, {"predictions": ["after"]}, "one of the label"),
    "boundary of boxes": (BENCHMARK, {"iou": "box", "boundary": True}, "Only masks"),
    "too many resamples": (BENCHMARK, {"bootstrap": 10**9}, "from 0 to 100000"),
    "half a seed": (BENCHMARK, {"seed": 0.5}, "`seed` must be a whole number"),
    "unknown overlap": (BENCHMARK, {"iou": "outline"}, "one of mask, box"),
    "unknown meaning": (BENCHMARK, {"missing": "x"}, "one of empty, skip"),
    "fields in words": (EVIDENCE, {"predictions": {"a": 1}}, "a list of texts"),
}


@pytest.mark.parametrize("name", WRONG_INPUT)
def test_forms_say_why_they_can_not_be_sent_and_requests_are_refused(
    dataset: fo.Dataset, name: str
) -> None:
    uri, params, said = WRONG_INPUT[name]
    compare(dataset)
    before = state(dataset)
    _, valid, reasons = form(uri, dataset, **params)
    assert not valid
    assert any(said in reason for reason in reasons), reasons
    with pytest.raises(ExecutionError, match=said):
        requested(uri, dataset, **params)
    assert state(dataset) == before


@pytest.mark.parametrize("uri", [AGREEMENT, BENCHMARK])
def test_a_finished_run_is_replaced_only_if_that_is_said(
    dataset: fo.Dataset, uri: str
) -> None:
    requested(uri, dataset)
    properties, valid, reasons = form(uri, dataset)
    assert not valid
    assert any("replace it, or choose another key" in reason for reason in reasons)
    assert properties["overwrite"].default is False
    assert form(uri, dataset, overwrite=True)[1]
    assert form(uri, dataset, key="other")[1]
    with pytest.raises(ExecutionError, match="replace it"):
        requested(uri, dataset)
    assert requested(uri, dataset, overwrite=True).result["message"]


def test_forms_say_what_is_missing() -> None:
    empty = fo.Dataset("empty")
    for uri, name in (
        (AGREEMENT, "no_fields"),
        (BENCHMARK, "no_fields"),
        (EVIDENCE, "no_comparison"),
    ):
        properties, valid, _ = form(uri, empty)
        assert list(properties) == [name]
        assert properties[name].view.description
        assert not valid


def test_in_the_app_progress_is_shown_and_the_dataset_reloaded(
    dataset: fo.Dataset,
) -> None:
    compare(dataset)
    for uri in (AGREEMENT, BENCHMARK, EVIDENCE):
        steps = foo.get_operator(uri).execute(app_context(uri, dataset))
        names = [invoked(step) for step in steps]
        assert names[0] == "set_progress"
        assert "reload_dataset" in names
        assert "notify" in names
