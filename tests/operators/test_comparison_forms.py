"""The forms of the operators of comparisons: what they offer, ask and refuse."""

from __future__ import annotations

from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from fiftyone.operators.executor import ExecutionError
from helpers.datasets.labelled import FIELDS, every_status, make_pair, masked, state
from helpers.programs.app_server import app_context
from helpers.programs.comparison_operators import (
    COMPARE,
    DELETE,
    EQUAL,
    LIST,
    PREFIX,
    RENAME,
    SHOW,
    compare,
    form,
    requested,
    shown,
)

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def dataset() -> fo.Dataset:
    return make_pair(every_status(), EQUAL, EQUAL)


@pytest.mark.parametrize(
    "uri",
    [
        *(COMPARE, SHOW, LIST, RENAME, DELETE),
        f"{PREFIX}/export_comparison",
        f"{PREFIX}/merge_annotations",
    ],
)
def test_without_a_dataset_a_form_says_that_one_must_be_open(uri: str) -> None:
    properties, valid, _ = form(uri, None)
    assert properties["no_dataset"].view.label == "Open a dataset first"
    assert not valid


WRONG_INPUT: dict[str, tuple[str, dict[str, Any], str]] = {
    "one field twice": (COMPARE, {"revised_field": "before"}, "compared with itself"),
    "no field": (COMPARE, {"base_field": "gone"}, "there is no such field"),
    "odd key": (COMPARE, {"key": "a b"}, "must be letters"),
    "key of every label": (COMPARE, {"key": "label"}, "would hide"),
    "low above iou": (COMPARE, {"iou": 0.05}, "expected 0 < low_iou <= iou"),
    "no cover": (COMPARE, {"cover": 0.0}, "expected 0 < cover"),
    "odd new key": (RENAME, {"new_key": "a b"}, "must be letters"),
    "same key": (RENAME, {"new_key": "diff"}, "There is a run 'diff' already"),
    "empty range": (SHOW, {"min_iou": 0.9, "max_iou": 0.1}, "0.9 to 0.1 is empty"),
}


@pytest.mark.parametrize("name", WRONG_INPUT)
def test_a_form_says_beside_an_input_why_it_can_not_be_sent(
    dataset: fo.Dataset, name: str
) -> None:
    uri, params, said = WRONG_INPUT[name]
    compare(dataset)
    sent = FIELDS | {"key": "other"} if uri == COMPARE else {"key": "diff"}
    _, valid, reasons = form(uri, dataset, **sent | params)
    assert not valid
    assert any(said in reason for reason in reasons), reasons


def test_a_cleared_input_means_its_default(dataset: fo.Dataset) -> None:
    cleared = dict.fromkeys(("iou", "low_iou", "cover"))
    _, valid, reasons = form(COMPARE, dataset, **FIELDS, key="diff", **cleared)
    assert valid, reasons
    requested(COMPARE, dataset, **FIELDS, key="diff", **cleared)
    assert dataset.get_run_info("diff").config.iou == 0.5


def test_the_form_says_what_is_missing_where_there_is_no_pair() -> None:
    dataset = fo.Dataset("alone")
    dataset.add_sample_field("before", fo.EmbeddedDocumentField, fo.Detections)
    properties, valid, _ = form(COMPARE, dataset)
    assert list(properties) == ["no_pair"]
    assert "two label fields" in properties["no_pair"].view.label
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
        requested(COMPARE, dataset, **FIELDS, key="diff")
    for params in ({}, {"confirmed": False}):
        with pytest.raises(ExecutionError):
            requested(DELETE, dataset, key="diff", **params)
    assert state(dataset) == before


def test_differences_are_looked_for_in_the_dataset_where_others_are_shown(
    dataset: fo.Dataset,
) -> None:
    compare(dataset)
    shown = foo.get_operator(SHOW)(dataset, statuses=["relabeled"])
    properties, *_ = form(SHOW, shown)
    assert properties["view_target"].default == "DATASET"
    assert "All 3 samples" in str(properties["view_target"].view.to_json())
    properties, *_ = form(SHOW, dataset.skip(1))
    assert properties["view_target"].default == "CURRENT_VIEW"

    for target, count in (("DATASET", 1), ("CURRENT_VIEW", 0)):
        ctx = app_context(SHOW, shown, statuses=["added"], view_target=target)
        told = list(foo.get_operator(SHOW).execute(ctx))[-1].body.params["message"]
        assert told.startswith(f"{count} samples match, of")


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


def test_deleting_asks_first(dataset: fo.Dataset) -> None:
    properties, valid, _ = form(DELETE, dataset)
    assert list(properties) == ["no_comparison"]
    assert not valid
    compare(dataset)
    properties, valid, _ = form(DELETE, dataset, key="diff")
    assert "Delete 'diff' and all its fields" in properties["confirmed"].view.label
    assert not valid
    _, valid, _ = form(DELETE, dataset, key="diff", confirmed=True)
    assert valid
    requested(DELETE, dataset, key="diff", confirmed=True)
    dataset.reload()
    assert dataset.list_runs() == []


def test_deleting_needs_the_confirmation_also_where_the_form_was_passed_by(
    dataset: fo.Dataset,
) -> None:
    compare(dataset)
    *_, told = foo.get_operator(DELETE).execute(app_context(DELETE, dataset))
    assert "Confirm the deletion of 'diff'" in told.body.params["message"]
    assert told.body.params["variant"] == "error"
    dataset.reload()
    assert dataset.list_runs() == ["diff"]


def test_what_is_left_of_a_comparison_is_offered_to_be_deleted_or_replaced(
    dataset: fo.Dataset,
) -> None:
    compare(dataset)
    # what a process does that has not loaded the plugin
    fo.core.runs.Run.delete_run(dataset, "diff", cleanup=False)
    properties, *_ = form(DELETE, dataset)
    assert properties["key"].type.values == ["diff"]
    _, valid, _ = form(COMPARE, dataset, **FIELDS, key="diff")
    assert not valid
    _, valid, _ = form(COMPARE, dataset, **FIELDS, key="diff", overwrite=True)
    assert valid
    foo.get_operator(DELETE)(dataset, "diff")
    dataset.reload()
    assert "diff_pq" not in dataset.get_field_schema()


def test_the_form_lists_classes_of_one_side_and_maps_only_what_is_asked(
    dataset: fo.Dataset,
) -> None:
    properties, valid, _ = form(COMPARE, dataset, **FIELDS, key="diff")
    assert valid
    view = properties["one_sided"].view
    assert view.label == "Classes in only one field: 3"
    assert "after: horse" in shown(view.description)
    rows = [{"name": "cow", "common": "horse"}, {"name": "tie"}]
    sent = {"class_map": rows, "ignore_class": ["tie"], "ignore_crowd": True}
    properties, valid, reasons = form(COMPARE, dataset, **FIELDS, key="diff", **sent)
    assert valid, reasons
    assert "one_sided" not in properties
    requested(COMPARE, dataset, **FIELDS, key="diff", **sent)
    config = dataset.get_run_info("diff").config
    assert config.class_map == [["cow", "horse"]]
    assert (config.ignore_class, config.ignore_crowd) == (["tie"], True)
    requested(COMPARE, dataset, **FIELDS, key="other")
    assert dataset.get_run_info("other").config.class_map == []


def test_likely_classes_are_suggested() -> None:
    one, other = masked("Dining_Table", 0, 0, 9, 9), masked("diningtable", 0, 0, 9, 9)
    properties, *_ = form(COMPARE, make_pair(([one], [other])), **FIELDS, key="diff")
    said = shown(properties["one_sided"].view.description)
    assert "before: Dining_Table (likely diningtable)" in said


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"ignore_class": ["dgo"]}, "did you mean 'dog'"),
        ({"class_map": {"cow": 3}}, "must map text to text"),
        (
            {"class_map": "/etc/passwd"},
            "must be a mapping of class names to common",
        ),
    ],
)
def test_the_form_and_the_operator_refuse_classes_that_can_not_be_mapped(
    dataset: fo.Dataset, params: dict[str, Any], said: str
) -> None:
    sent = FIELDS | {"key": "diff"} | params
    _, valid, reasons = form(COMPARE, dataset, **sent)
    assert not valid
    assert any(said in reason for reason in reasons), reasons
    *_, told = foo.get_operator(COMPARE).execute(app_context(COMPARE, dataset, **sent))
    assert told.body.params["variant"] == "error"
    dataset.reload()
    assert dataset.list_runs() == []
