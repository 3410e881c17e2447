"""The operator that reconciles: its form, its requests, and calls from Python."""

from __future__ import annotations

from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from fiftyone.operators.executor import ExecutionError
from helpers.datasets.labelled import FIELDS, every_status, make_pair, state
from helpers.programs.app_server import app_context
from helpers.programs.comparison_operators import (
    PREFIX,
    form,
    invoked,
    requested,
    shown,
    upload,
)
from sama_coco.labelsets import (
    compare_annotations,
    load_reconciliation,
)
from sama_coco.labelsets.error_types import ReconcileWarning
from sama_coco.labelsets.reconciling import decision_preview

pytestmark = pytest.mark.usefixtures("fresh_database")

URI = f"{PREFIX}/reconcile_annotations"
FIELD = "reconciled_segmentations"


@pytest.fixture
def dataset() -> fo.Dataset:
    dataset = make_pair(every_status(), every_status())
    compare_annotations(dataset, **FIELDS)
    return dataset


def test_a_request_reconciles_by_rules_as_the_form_sends_them(
    dataset: fo.Dataset,
) -> None:
    empty = {"classes": [], "crowd": "any", "min_area": None, "max_iou": None}
    rules = [
        {"take": "both", "status": ["added"], **empty},
        {"take": "base", "status": [], **empty, "crowd": "no"},
    ]
    sent = {"key": "diff", "policy": "rules", "rules": rules}
    before = state(dataset)
    dry = requested(URI, dataset, **sent, open="revised", dry_run=True)
    assert state(dataset) == before
    done = requested(URI, dataset, **sent, open="revised")
    assert dry.result["rules"] == done.result["rules"]
    assert dry.result["counts"] == done.result["counts"]
    assert [row["fits"] for row in done.result["rules"]] == [2, 16]
    results = load_reconciliation(dataset, FIELD)
    assert results.rules()["decides"].tolist() == [2, 14]
    assert results.summary()["open"] == 2
    assert done.result["message"].startswith("Wrote 22 labels of 18 items on 2 images")


def test_the_form_asks_for_rules_where_they_are_the_policy(dataset: fo.Dataset) -> None:
    properties, valid, _ = form(URI, dataset)
    assert valid
    assert "rules" not in properties
    properties, valid, reasons = form(URI, dataset, policy="rules")
    assert "rules" in properties
    assert not valid
    assert "Add a rule" in reasons
    wrong = [{"take": "base", "status": ["refind"]}]
    _, valid, reasons = form(URI, dataset, policy="rules", rules=wrong)
    assert not valid
    assert any("did you mean 'refined'" in reason for reason in reasons)


RULES = [
    {"take": "both", "status": ["added", "relabeled"]},
    {"take": "review", "status": ["split"]},
    {"take": "base", "status": ["added"]},
    {"take": "revised", "max_iou": 0.9, "classes": ["cat"]},
]
YAML = b"""
- {take: both, status: [added, relabeled]}
- {take: review, status: split}
- {take: base, status: added}
- {take: revised, max_iou: 0.9, classes: cat}
"""


def told(properties: dict[str, Any]) -> tuple[str, list[str]]:
    """What a form says that a policy would decide."""
    view = properties["preview"].view
    return shown(view.label), shown(view.description).split("\n\n")


@pytest.mark.parametrize(
    "policy",
    [
        {"policy": "rules", "rules": RULES},
        {"policy": "file", "policy_file": upload("mine.yaml", YAML)},
    ],
    ids=["rules", "file"],
)
def test_the_form_counts_what_is_then_written(
    dataset: fo.Dataset, policy: dict[str, Any]
) -> None:
    sample = dataset.first()
    sample["before"].detections[0].tags = ["keep neither"]
    sample.save()
    properties, valid, _ = form(URI, dataset, **policy)
    assert valid
    label, lines = told(properties)
    with pytest.warns(ReconcileWarning, match="Rule 3"):
        requested(URI, dataset, **policy, open="neither")
    results = load_reconciliation(dataset, FIELD)
    figures = results.summary()
    assert figures["by_verdict"] == 1
    assert figures["open"] > 0
    assert label == (
        f"Of {figures['items']} items, verdicts decide 1 and this policy decides "
        f"{figures['by_policy']}; {figures['open']} are open"
    )
    *counts, warning = lines
    assert counts == [
        f"Rule {number}, {row.rule}: decides {row.decides} of the {row.fits} items "
        "that it fits"
        for number, row in results.rules().iterrows()
    ]
    assert warning.startswith("Rule 3 (base where status is added) can never apply")


def test_the_form_counts_anew_what_was_decided_meanwhile(dataset: fo.Dataset) -> None:
    label, _ = told(form(URI, dataset)[0])
    assert label.startswith("Of 18 items, verdicts decide 0 and this policy decides 18")
    sample = dataset.last()
    sample["before"].detections[0].tags = ["unsure"]
    sample.save()
    label, _ = told(form(URI, dataset)[0])
    assert label.endswith("this policy decides 17; 1 are open")
    dataset.delete_samples(sample.id)
    label, _ = told(form(URI, dataset)[0])
    assert label.startswith("Of 9 items")


def test_the_form_counts_no_more_images_than_it_can_at_once(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decision_preview, "MOST_IMAGES", 1)
    properties, valid, _ = form(URI, dataset)
    assert valid
    assert "'Count only'" in properties["preview"].view.label


def test_rules_are_tried_where_they_were_moved_to(dataset: fo.Dataset) -> None:
    moved = [RULES[0], RULES[1] | {"place": 1}, RULES[2] | {"place": None}]
    _, lines = told(form(URI, dataset, policy="rules", rules=moved)[0])
    assert [line.partition(",")[0] for line in lines[:3]] == [
        "Rule 1",
        "Rule 2",
        "Rule 3",
    ]
    assert "review where" in lines[0]
    assert "both where" in lines[1]
    done = requested(URI, dataset, policy="rules", rules=moved, open="base")
    takes = [row["take"] for row in done.result["rules"]]
    assert takes == ["review", "both", "base"]
    for place in (0, -1, "first", True):
        wrong = [RULES[0] | {"place": place}]
        with pytest.raises(ExecutionError, match="places are numbers from 1"):
            requested(URI, dataset, policy="rules", rules=wrong)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (None, "Choose a policy file"),
        (upload("p.yaml", b"- {tak: base}"), "did you mean 'take'"),
        (upload("p.json", b"[{"), "p.json"),
        (upload("p.txt", b"hello"), "p.txt"),
        (upload("p.yaml", b"- {take: base, classes: catt}"), "did you mean 'cat'"),
    ],
)
def test_a_policy_file_that_can_not_be_used_is_refused_in_the_form_and_by_request(
    dataset: fo.Dataset, file: Any, reason: str
) -> None:
    before = state(dataset)
    sent = {"policy": "file", "policy_file": file}
    _, valid, reasons = form(URI, dataset, **sent)
    assert not valid
    assert any(reason in said for said in reasons)
    answer = list(foo.get_operator(URI).execute(app_context(URI, dataset, **sent)))
    assert reason in answer[-1].body.params["message"]
    assert state(dataset) == before


def test_open_items_that_are_refused_are_shown(dataset: fo.Dataset) -> None:
    sent = {"policy": "rules", "rules": [RULES[0]]}
    ctx = app_context(URI, dataset, **sent)
    steps = list(foo.get_operator(URI).execute(ctx))
    calls = {invoked(step): step for step in steps}
    assert "are open" in calls["notify"].body.params["message"]
    stages = calls["set_view"].body.params["view"]
    view = fo.DatasetView._build(dataset, stages)
    results = foo.get_operator(URI)(dataset, policy=sent["rules"], open="base")
    expected = results.open_items()
    shown_ids, ids = (x.values("before.detections.id") for x in (view, expected))
    assert shown_ids == ids


def test_a_request_names_no_file_and_says_what_is_open(dataset: fo.Dataset) -> None:
    before = state(dataset)
    with pytest.raises(ExecutionError, match="policy"):
        requested(URI, dataset, policy="/etc/passwd")
    review = [{"take": "review"}]
    with pytest.raises(ExecutionError, match="18 items on 2 images are open"):
        requested(URI, dataset, policy="rules", rules=review)
    assert state(dataset) == before


def test_from_python_the_operator_is_the_function(dataset: fo.Dataset) -> None:
    results = foo.get_operator(URI)(dataset.limit(1), policy="base", field="mine")
    assert results.key == "mine"
    assert dataset.count("mine.detections") == 10


def test_what_a_policy_file_says_of_open_items_holds_unless_a_choice_is_made(
    dataset: fo.Dataset,
) -> None:
    file = upload("mine.yaml", b"rules: [{take: review}]\nopen: base")
    sent = {"policy": "file", "policy_file": file}
    with pytest.raises(ExecutionError, match="18 items on 2 images are open"):
        requested(URI, dataset, **sent, open="refuse")
    for chosen, side in (({}, "before"), ({"open": "revised"}, "after")):
        requested(URI, dataset, **sent, **chosen, overwrite=True)
        assert dataset.distinct(f"{FIELD}.detections.source") == [side]


def test_without_a_comparison_the_form_says_what_to_do() -> None:
    _, valid, reasons = form(URI, make_pair(every_status()))
    assert not valid
    assert any("Run 'Compare annotations' first" in reason for reason in reasons)
