"""The evidence of predictions, written on the labels of a comparison."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import fiftyone as fo
import pytest
from fiftyone import ViewField as F
from helpers.datasets.labelled import (
    FIELDS,
    column,
    every_status,
    make_pair,
    masked,
    state,
)
from sama_coco.labelsets import (
    ComparisonError,
    compare_annotations,
    delete_comparison,
    load_evidence,
    reconcile_annotations,
    rename_comparison,
    weigh_evidence,
)

pytestmark = pytest.mark.usefixtures("fresh_database")


def predicted(label: str, x: int, y: int, w: int, h: int, score: float) -> Any:
    return masked(label, x, y, w, h, confidence=score)


def with_model(**models: list[list[Any]]) -> fo.Dataset:
    """A compared dataset: every status on a sample, a cat on another, and models."""
    cat = [masked("cat", 0, 0, 10, 10)], [masked("cat", 0, 0, 10, 5)]
    dataset = make_pair(every_status(), cat)
    for name, on_samples in models.items():
        values = [fo.Detections(detections=found) for found in on_samples]
        dataset.set_values(name, values, dynamic=True)
    compare_annotations(dataset, **FIELDS)
    return dataset


HORSE = predicted("horse", 36, 0, 10, 10, 0.9)
COW = predicted("cow", 36, 0, 10, 10, 0.3)
BUS = predicted("bus", 0, 20, 20, 10, 0.5)


def of_label(dataset: fo.Dataset, field: str, index: int) -> float | None:
    value: float | None = column(dataset, field, "diff_evidence")[index]
    return value


def test_evidence_is_written_on_every_label_of_an_item() -> None:
    dataset = with_model(model=[[HORSE, COW, BUS], []])
    weigh_evidence(dataset, "model")
    assert of_label(dataset, "before", 3) == pytest.approx(0.6)
    assert of_label(dataset, "after", 4) == pytest.approx(0.6)
    whole = of_label(dataset, "before", 5)
    parts = [of_label(dataset, "after", n) for n in (6, 7, 8)]
    assert whole == pytest.approx(0.5 * 0.35 - 0.5)
    assert parts == [whole] * 3
    assert of_label(dataset, "before", 0) is None
    assert of_label(dataset, "before", 10) is None
    field = dataset.get_field("before.detections.diff_evidence")
    assert isinstance(field, fo.FloatField)
    assert "not truth" in field.description


def test_the_table_tells_how_often_models_side_with_whom() -> None:
    dataset = with_model(model=[[HORSE, COW, BUS], [predicted("cat", 0, 0, 10, 10, 1)]])
    results = weigh_evidence(dataset, "model")
    statuses = results.statuses()
    assert statuses.loc["relabeled"].to_dict() == {
        "items": 1,
        "advised": 1,
        "base": 0,
        "revised": 1,
        "equal": 0,
        "mean": pytest.approx(0.6),
    }
    assert statuses.loc["split", "base"] == 1
    assert statuses.loc["identical", ["items", "advised", "mean"]].tolist() == [
        1,
        0,
        None,
    ]
    assert statuses.loc["refined", ["items", "base"]].tolist() == [2, 1]
    assert "degenerate" not in statuses.index
    classes = results.classes()
    assert classes.loc["cow", "revised"] == classes.loc["horse", "revised"] == 1
    assert classes.loc["cat", ["items", "advised"]].tolist() == [3, 1]
    assert results.summary()["items"] == statuses["items"].sum() == 10
    assert results.summary()["advised"] == 3
    for part in ("relabeled", "not truth", "model"):
        assert part in str(results)
    assert load_evidence(dataset).to_dict() == results.to_dict()


def test_several_models_have_the_mean_of_those_that_touch() -> None:
    dataset = with_model(one=[[HORSE], []], two=[[COW.copy()], []])
    results = weigh_evidence(dataset, ["one", "two"])
    assert of_label(dataset, "before", 3) == pytest.approx((0.9 - 0.3) / 2)
    assert load_evidence(dataset).predictions == ["one", "two"] == results.predictions
    weigh_evidence(dataset, "two")
    assert of_label(dataset, "before", 3) == pytest.approx(-0.3)
    assert load_evidence(dataset).predictions == ["two"]


def test_what_is_not_touched_any_more_loses_its_evidence() -> None:
    dataset = with_model(one=[[HORSE], []], two=[[BUS], []])
    weigh_evidence(dataset, "one")
    weigh_evidence(dataset, "two")
    assert of_label(dataset, "before", 3) is None


def test_predictions_are_taken_as_a_view_shows_them_and_labels_as_they_are() -> None:
    dataset = with_model(model=[[HORSE, COW], [predicted("cat", 0, 0, 10, 10, 1)]])
    view = dataset.limit(1).filter_labels("model", F("confidence") > 0.5)
    view = view.filter_labels("before", F("label") == "nothing", only_matches=False)
    results = weigh_evidence(view, "model")
    assert of_label(dataset, "before", 3) == pytest.approx(0.9)
    assert column(dataset, "before", "diff_evidence")[-1] is None
    assert results.summary()["advised"] == 1


def test_a_policy_can_use_it_and_it_goes_with_the_comparison() -> None:
    dataset = with_model(model=[[HORSE, COW, BUS], []])
    weigh_evidence(dataset, "model")
    rules = [{"take": "revised", "min_evidence": 0.5}, {"take": "neither"}]
    reconcile_annotations(dataset, policy=rules, field="sure")
    assert column(dataset, "sure", "label") == ["horse"]
    dataset.delete_run("sure")
    rename_comparison(dataset, "diff", "other")
    assert load_evidence(dataset, "other").predictions == ["model"]
    delete_comparison(dataset, "other")
    assert "before.detections.other_evidence" not in dataset.get_field_schema(flat=True)


def test_it_is_the_same_whoever_does_the_work() -> None:
    dataset = with_model(model=[[HORSE, COW, BUS], []])
    here = weigh_evidence(dataset, "model").to_dict()
    told: list[float] = []
    with ThreadPoolExecutor(2) as pool:
        there = weigh_evidence(
            dataset,
            "model",
            executor=pool,
            on_progress=lambda done, text: told.append(done),
        )
    assert there.to_dict() == here
    assert (told[0], told[-1], told) == (0, 1, sorted(told))


def test_what_can_not_be_weighed_is_refused_and_nothing_written() -> None:
    unscored = [masked("cat", 0, 0, 9, 9)]
    strange = [predicted("zebra", 0, 0, 9, 9, 0.5)]
    dataset = with_model(
        model=[[HORSE], []], unscored=[unscored, []], strange=[strange, []]
    )
    later = dataset.first().copy()
    later.clear_field("diff_disagreement")
    newer = dataset.add_sample(later)
    before = state(dataset)
    for samples, predictions, options, message in (
        (dataset, "before", {}, "one of the label fields"),
        (dataset, "unscored", {}, "no `confidence`"),
        (dataset, "strange", {}, "'zebra'"),
        (dataset, "nowhere", {}, "no field 'nowhere'"),
        (dataset, [], {}, "Name a field of predictions"),
        (dataset, "model", {"key": "other"}, "no comparison 'other'"),
        (dataset.select(newer), "model", {}, "None of these samples was compared"),
        (dataset.to_patches("before"), "model", {}, "patches"),
    ):
        with pytest.raises(ComparisonError, match=message):
            weigh_evidence(samples, predictions, **options)
        assert state(dataset) == before, message
    with pytest.raises(ComparisonError, match="call `weigh_evidence`"):
        load_evidence(dataset)
