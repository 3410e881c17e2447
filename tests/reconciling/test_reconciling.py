"""Reconciled fields: exactly what verdicts and policies take, copied whole."""

from __future__ import annotations

import random
import warnings
from typing import Any

import fiftyone as fo
import numpy as np
import pytest
from helpers.datasets.labelled import (
    FIELDS,
    boxed,
    every_status,
    make_pair,
    masked,
    outlined,
    state,
)
from helpers.datasets.reconciled import (
    check_copies,
    documents,
    labels_of,
    origins,
    plain_samples,
)
from helpers.oracles.plain_reconciling import VERDICTS, chosen
from sama_coco.labelsets import (
    ComparisonError,
    OpenItemsError,
    PolicyError,
    compare_annotations,
    list_reconciliations,
    load_reconciliation,
    reconcile_annotations,
)
from sama_coco.labelsets.error_types import ReconcileWarning
from sama_coco.labelsets.reconciling.decisions.policies import PRESETS

pytestmark = pytest.mark.usefixtures("fresh_database")

SIDES = tuple(FIELDS.values())
FIELD = "reconciled_segmentations"
RULES = [
    {"take": "both", "status": ["split", "added"]},
    {"take": "review", "status": ["merged"]},
    {"take": "base", "classes": ["cat", "dog"], "min_iou": 0.95},
    {"take": "neither", "status": ["displaced"], "max_area": 100},
    {"take": "revised", "crowd": False, "max_iou": 1.0},
]


def compared(count: int = 3, **arguments: Any) -> fo.Dataset:
    dataset = make_pair(*(every_status() for _ in range(count)))
    compare_annotations(dataset, **FIELDS, **arguments)
    return dataset


def judged(seed: int, count: int = 3) -> fo.Dataset:
    """A compared dataset with tags of verdicts, and others, here and there."""
    chance, dataset = random.Random(seed), compared(count)
    for sample in dataset.iter_samples(autosave=True):
        sample.tags = [chance.choice([*VERDICTS, "mine", "unsure about it"])]
        for side in SIDES:
            for label in sample[side].detections:
                label.tags = ["mine"] if chance.random() < 0.5 else []
                if chance.random() < 0.2:
                    label.tags.append(chance.choice(list(VERDICTS)))
    return dataset


def label_ids(dataset: fo.Dataset, field: str, status: str) -> list[str]:
    found = dataset.values([f"{field}.detections.{n}" for n in ("id", "diff")])
    return [
        i
        for ids, statuses in zip(*found, strict=True)
        for i, s in zip(ids, statuses, strict=True)
        if s == status
    ]


@pytest.mark.parametrize("policy", [*PRESETS, RULES])
def test_the_field_holds_what_the_plain_implementation_chooses(policy: Any) -> None:
    for seed, open_ in enumerate(("base", "revised", "both", "neither")):
        dataset = judged(seed)
        results = reconcile_annotations(dataset, policy=policy, open=open_)
        plain = plain_samples(dataset, SIDES)
        assert origins(dataset, FIELD) == [chosen(s, policy, open_) for s in plain]
        check_copies(dataset, FIELD, SIDES, ["diff"])
        assert results.key == FIELD
        dataset.delete()


def test_nothing_else_of_the_dataset_changes() -> None:
    dataset = judged(1)

    def all_but_field() -> list[dict[str, Any]]:
        left_out = (FIELD, "last_modified_at")
        return [
            {k: v for k, v in d.items() if k not in left_out}
            for d in documents(dataset)
        ]

    before, schema = all_but_field(), list(dataset.get_field_schema(flat=True))
    reconcile_annotations(dataset, open="neither")
    assert all_but_field() == before
    names = [n for n in dataset.get_field_schema(flat=True) if not n.startswith(FIELD)]
    assert names == schema


def test_the_new_field_is_declared_for_the_app() -> None:
    dataset = compared()
    dataset.set_values("before.detections.mine", [[7] * 11] * 3, dynamic=True)
    dataset.set_values("after.detections.mine", [[0.5] * 10] * 3, dynamic=True)
    reconcile_annotations(dataset)
    schema = dataset.get_field_schema(flat=True)
    path = f"{FIELD}.detections"
    for name in ("source", "source_id", "decided_by"):
        assert isinstance(schema[f"{path}.{name}"], fo.StringField)
    assert isinstance(schema[f"{path}.mine"], fo.FloatField)
    assert not [n for n in schema if n.startswith(f"{path}.diff")]
    assert dataset.count_values(f"{path}.source") == {"after": 30}
    assert dataset.first()[FIELD].detections[0].mine == 0.5


def test_samples_without_labels_and_empty_fields_get_an_empty_list() -> None:
    dataset = make_pair(([], []), (None, []), every_status(), (None, None))
    compare_annotations(dataset.match(fo.ViewField("before") != None), **FIELDS)  # noqa: E711
    view = dataset.exists("diff_pq")
    reconcile_annotations(view)
    counts = [len(x.detections) if x else None for x in dataset.values(FIELD)]
    assert counts == [0, None, 10, None]


def test_counts_rules_and_summary_agree_with_what_is_written() -> None:
    dataset = judged(5)
    results = reconcile_annotations(dataset, policy=RULES, open="both")
    plain = plain_samples(dataset, SIDES)
    items = [item for sample in plain for item in sample.items]
    counts, summary, rules = results.counts(), results.summary(), results.rules()
    assert counts.to_numpy().sum() == summary["items"] == len(items)
    by = [by for sample in origins(dataset, FIELD) for by in sample.values()]
    written = summary["labels_from_base"] + summary["labels_from_revised"]
    assert written == len(by) == dataset.count(f"{FIELD}.detections")
    assert summary["open"] == counts["open"].sum() > 0
    assert summary["items"] == sum(
        summary[n] for n in ("by_verdict", "by_policy", "open")
    )
    assert summary["degenerate"] == 3
    assert list(rules["take"]) == [rule["take"] for rule in RULES]
    assert (rules["decides"] <= rules["fits"]).all()
    deciding = rules[rules["take"] != "review"]["decides"].sum()
    assert deciding == summary["by_policy"]
    kept = load_reconciliation(dataset, FIELD)
    assert kept.to_dict() == results.to_dict()
    assert str(kept) == str(results)
    assert "labels from base" in str(kept)


def test_a_dry_run_writes_nothing_and_counts_the_same() -> None:
    dataset = judged(2)
    before = state(dataset)
    dry = reconcile_annotations(dataset, policy=RULES, open="base", dry_run=True)
    assert state(dataset) == before
    wet = reconcile_annotations(dataset, policy=RULES, open="base")
    assert dry.to_dict() == wet.to_dict()
    refused = reconcile_annotations(dataset, policy=RULES, dry_run=True)
    assert refused.summary()["open"] == wet.summary()["open"] > 0


def test_open_items_are_refused_and_shown() -> None:
    dataset = judged(3)
    before = state(dataset)
    with pytest.raises(OpenItemsError) as caught:
        reconcile_annotations(dataset, policy=RULES)
    assert state(dataset) == before
    view = caught.value.view
    dry = reconcile_annotations(dataset, policy=RULES, dry_run=True)
    assert f"{dry.summary()['open']} items" in str(caught.value)
    assert "with different verdicts" in str(caught.value)
    shown = {
        label.id
        for sample in view
        for side in SIDES
        for label in sample[side].detections
    }
    plain = plain_samples(dataset, SIDES)
    everything = [chosen(sample, RULES, "both") for sample in plain]
    assert shown == {i for s in everything for i, by in s.items() if by == "open"}
    disagreements = view.values("diff_disagreement")
    assert disagreements == sorted(disagreements, reverse=True)
    assert list(dry.open_items().values("id")) == list(view.values("id"))


def test_conflicts_are_counted_and_shown() -> None:
    dataset = compared(1)
    (base,), (revised,) = (label_ids(dataset, s, "refined") for s in SIDES)
    dataset.select_labels(ids=[base]).tag_labels("prefer base", label_fields="before")
    dataset.select_labels(ids=[revised]).tag_labels("unsure", label_fields="after")
    results = reconcile_annotations(dataset, open="neither")
    assert results.summary()["conflicts"] == results.summary()["open"] == 1
    shown = results.conflicts().first()
    found = [[label.id for label in shown[side].detections] for side in SIDES]
    assert found == [[base], [revised]]
    assert results.counts().loc["refined", "open"] == 1


def test_a_verdict_on_one_label_decides_its_whole_group() -> None:
    dataset = compared(1)
    part = label_ids(dataset, "after", "split")[1]
    dataset.select_labels(ids=[part]).tag_labels("prefer base", label_fields="after")
    reconcile_annotations(dataset)
    (whole,) = label_ids(dataset, "before", "split")
    (found,) = origins(dataset, FIELD)
    assert found[whole] == "verdict"
    assert not set(label_ids(dataset, "after", "split")) & set(found)


def test_what_a_policy_says_of_open_items_counts_unless_the_call_does() -> None:
    dataset = compared(1)
    policy = {"rules": [{"take": "review"}], "open": "base"}
    reconcile_annotations(dataset, policy=policy)
    assert dataset.count_values(f"{FIELD}.detections.source") == {"before": 10}
    assert dataset.count_values(f"{FIELD}.detections.decided_by") == {"open": 10}
    reconcile_annotations(dataset, policy=policy, open="revised", overwrite=True)
    assert dataset.count_values(f"{FIELD}.detections.source") == {"after": 10}
    with pytest.raises(OpenItemsError):
        reconcile_annotations(dataset, policy=policy, open="refuse", overwrite=True)


def test_labels_newer_than_the_comparison_are_counted_and_go_nowhere() -> None:
    dataset = compared(1)
    sample = dataset.first()
    sample["after"].detections.append(masked("new", 1, 1, 5, 5))
    sample.save()
    results = reconcile_annotations(dataset)
    assert results.summary()["newer"] == 1
    assert "new" not in dataset.distinct(f"{FIELD}.detections.label")


def test_verdicts_of_another_key_have_its_prefix() -> None:
    dataset = compared(1)
    compare_annotations(dataset, **FIELDS, key="second")
    (base,) = label_ids(dataset, "before", "refined")
    label = dataset.select_labels(ids=[base])
    label.tag_labels(["second: prefer base", "keep neither"], label_fields="before")
    reconcile_annotations(dataset, key="second")
    (found,) = origins(dataset, FIELD)
    assert found[base] == "verdict"
    check_copies(dataset, FIELD, SIDES, ["diff", "second"])


def test_attributes_of_evaluations_are_not_copied() -> None:
    dataset = compared(1)
    dataset.evaluate_detections("after", gt_field="before", eval_key="ev")
    assert "ev_iou" in str(documents(dataset)[0]["after"])
    reconcile_annotations(dataset)
    assert "ev" not in str(documents(dataset)[0][FIELD].keys())
    for label in labels_of(dataset, documents(dataset)[0], FIELD):
        assert not [name for name in label if name.startswith("ev")]


def test_over_a_view_its_samples_alone_get_the_field() -> None:
    dataset = compared(4)
    ids = dataset.values("id")
    view = dataset.select([ids[2], ids[0]]).select_fields("before")
    results = reconcile_annotations(view)
    assert [x is not None for x in dataset.values(FIELD)] == [True, False, True, False]
    assert results.summary()["images"] == 2


@pytest.mark.parametrize("name", ["mine", "x_1"])
def test_the_field_may_have_any_free_name(name: str) -> None:
    dataset = compared(1)
    assert reconcile_annotations(dataset, field=name).key == name
    assert list_reconciliations(dataset) == [name]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"key": "other"}, "There is no comparison 'other'; there are: diff"),
        ({"policy": "revise"}, "did you mean 'revised'"),
        ({"policy": [{"take": "base", "classes": "caat"}]}, "did you mean 'cat'"),
        ({"open": "leave"}, "Unknown value of open 'leave'"),
        ({"field": "before"}, "one of the compared fields"),
        ({"field": "a b"}, "must be letters, digits and underscores"),
        ({"field": "tags"}, "field"),
        ({"field": "filepath"}, "field"),
        ({"field": "id"}, "'id'"),
        ({"field": "pk"}, "overwrite the field 'pk'"),
        ({"field": "self"}, "overwrite the field 'self'"),
        ({"field": "save"}, "overwrite the field 'save'"),
        ({"field": "diff"}, "the key of a run of compare_annotations"),
        ({"field": "diff_pq"}, "which no run of reconcile_annotations made"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_written(
    arguments: dict[str, Any], said: str
) -> None:
    dataset = compared(1)
    before = state(dataset)
    with pytest.raises((ComparisonError, PolicyError)) as caught:
        reconcile_annotations(dataset, **arguments)
    assert said in str(caught.value)
    assert state(dataset) == before


def test_samples_that_were_not_compared_are_refused() -> None:
    dataset = make_pair(every_status(), every_status(), every_status())
    compare_annotations(dataset.limit(2), **FIELDS)
    before = state(dataset)
    with pytest.raises(ComparisonError, match="1 samples were not compared as 'diff'"):
        reconcile_annotations(dataset)
    with pytest.raises(ComparisonError, match="the view is empty"):
        reconcile_annotations(dataset.limit(0))
    with pytest.raises(ComparisonError, match="view of patches"):
        reconcile_annotations(dataset.to_patches("before"))
    assert state(dataset) == before
    reconcile_annotations(dataset.exists("diff_disagreement"))


def test_rules_that_can_never_apply_are_warned_of() -> None:
    dataset = compared(1)
    fine = [{"take": "base", "status": "added"}, {"take": "revised"}]
    with warnings.catch_warnings():
        warnings.simplefilter("error", ReconcileWarning)
        reconcile_annotations(dataset, policy=fine, dry_run=True)
    for second in (
        {"take": "base", "status": "added", "min_area": 10},
        {"take": "base", "classes": "fork"},
    ):
        with pytest.warns(ReconcileWarning, match="Rule 2 .* can never apply"):
            reconcile_annotations(dataset, policy=[fine[0], second], dry_run=True)


def test_fields_of_one_form_keep_it() -> None:
    sides = (
        [boxed("cat", 1, 1, 9.5, 9)],
        [boxed("cat", 1, 1, 9.5, 8), boxed("dog", 30, 3, 5, 5)],
    )
    dataset = make_pair(sides)
    compare_annotations(dataset, **FIELDS)
    assert reconcile_annotations(dataset).key == "reconciled_detections"
    check_copies(dataset, "reconciled_detections", SIDES, ["diff"])
    assert dataset.count("reconciled_detections.detections.mask") == 0
    lines = ([outlined("cat", 1, 1, 9, 9)], [outlined("cat", 1, 1, 9, 8)])
    drawn = make_pair(lines, name="drawn")
    compare_annotations(drawn, **FIELDS)
    assert reconcile_annotations(drawn, policy="base").key == FIELD
    check_copies(drawn, FIELD, SIDES, ["diff"])
    assert drawn.get_field(FIELD).document_type is fo.Polylines


@pytest.mark.parametrize("make", [outlined, boxed])
def test_fields_of_different_forms_become_masks(make: Any) -> None:
    before = [make("cat", 1, 1, 9, 9, iscrowd=1), make("dog", 70, 45, 5, 10)]
    after = [masked("cat", 1, 1, 9, 9, iscrowd=1), masked("cow", 40, 20, 9, 9)]
    dataset = make_pair((before, after))
    compare_annotations(dataset, **FIELDS)
    results = reconcile_annotations(dataset, policy=[{"take": "both"}])
    found = dataset.first()[FIELD].detections
    assert [label.label for label in found] == ["cat", "dog", "cat", "cow"]
    assert [label.iscrowd for label in found[::2]] == [1, 1]
    assert [label.mask.shape for label in found] == [(9, 9), (10, 5), (9, 9), (9, 9)]
    assert all(np.all(label.mask) for label in found)
    assert np.allclose(found[1].bounding_box, [70 / 80, 45 / 60, 5 / 80, 10 / 60])
    assert results.summary()["filled_boxes"] == (2 if make is boxed else 0)
    again = compare_annotations(dataset, "before", FIELD, key="again")
    assert again.statuses()["base"].sum() == 2
    assert again.statuses().loc["identical", "base"] == 2


def test_mask_files_stay_where_they_are(tmp_path: Any) -> None:
    from helpers.datasets.labelled import stored

    before = [stored(tmp_path, "cat", 1, 1, 9, 9)]
    dataset = make_pair((before, [stored(tmp_path, "dog", 30, 1, 9, 9)]))
    files = {path: path.read_bytes() for path in tmp_path.iterdir()}
    compare_annotations(dataset, **FIELDS)
    reconcile_annotations(dataset, policy="union")
    found = dataset.first()[FIELD].detections
    assert sorted(label.mask_path for label in found) == sorted(map(str, files))
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_an_attribute_that_copies_lose_is_warned_of() -> None:
    dataset = compared(1)
    dataset.set_values("after.detections.source", [["drawn"] * 10], dynamic=True)
    with pytest.warns(ReconcileWarning, match=r"after\.detections\.source"):
        reconcile_annotations(dataset)
    compare_annotations(dataset, "before", FIELD, key="again")
    with warnings.catch_warnings():
        warnings.simplefilter("error", ReconcileWarning)
        reconcile_annotations(dataset, key="again", field="third")
    assert dataset.count_values("third.detections.source") == {FIELD: 10}
