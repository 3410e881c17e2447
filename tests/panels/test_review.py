"""The order of a review, and its verdicts."""

from __future__ import annotations

import json
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.differences import compared, run_of
from helpers.datasets.labelled import every_status, masked
from sama_coco.labelsets import (
    ComparisonError,
    read_policy,
    reconcile_annotations,
    weigh_evidence,
)
from sama_coco.labelsets.reconciling.decisions.verdicts import Verdict
from sama_coco.labelsets.reconciling.review_progress import review_progress
from sama_coco.labelsets.reconciling.verdict_writing import undo_verdict, write_verdict
from sama_coco.panels.differences.place import Place
from sama_coco.panels.differences.presenting import viewer_data
from sama_coco.panels.differences.reviewing import kept_progress
from sama_coco.panels.differences.reviewing.kept_progress import (
    count_progress,
    follow_verdict,
    forget_progress,
)
from sama_coco.panels.differences.reviewing.review_order import (
    first_sample,
    neighbour,
    sample_behind,
    sample_in,
)
from sama_coco.panels.differences.reviewing.review_steps import (
    first_open_row,
    next_open_row,
    pack_written,
    policy_choices,
    read_verdict,
    unpack_written,
)
from sama_coco.panels.differences.shown_sample import ShownSample, read_shown

pytestmark = pytest.mark.usefixtures("fresh_database")


def several() -> fo.Dataset:
    """Nine samples, of which four agree fully and two disagree equally."""
    same = ([masked("cat", 0, 0, 9, 9)],) * 2
    worse = [
        ([masked("cat", 0, 0, 9, 9)], [masked("cat", 0, 0, 9, 9 - n)])
        for n in (1, 2, 3)
    ]
    gone = ([masked("cat", 0, 0, 9, 9)], [])
    return compared(same, worse[0], gone, same, worse[1], same, worse[2], gone, same)


def test_next_and_previous_visit_every_sample_once() -> None:
    dataset = several()
    views = [dataset.view(), dataset.shuffle(seed=3), dataset.limit(5)]
    for view in views:
        for step in (1, -1):
            here = first_sample(view, "diff")
            if step < 0:
                while (there := neighbour(view, "diff", here or "", 1)) is not None:
                    here = there
            seen = []
            while here is not None:
                seen.append(here)
                here = neighbour(view, "diff", here, step)
            values = dict(
                zip(*dataset.values(["id", "diff_disagreement"]), strict=True)
            )
            order = [values[i] for i in seen]
            assert order == sorted(order, reverse=step > 0)
            assert sorted(seen) == sorted(view.values("id"))


def test_a_sample_outside_the_view_leads_back_into_it() -> None:
    dataset = several()
    view = dataset.match(fo.ViewField("diff_disagreement") < 0.5)
    outside = first_sample(dataset, "diff")
    assert outside is not None
    assert neighbour(view, "diff", outside, 1) == first_sample(view, "diff")
    assert first_sample(dataset.limit(0), "diff") is None


def test_hidden_fields_do_not_change_the_order() -> None:
    dataset = several()
    order = [first_sample(dataset, "diff")]
    order.append(neighbour(dataset, "diff", str(order[0]), 1))
    for view in (
        dataset.select_fields("before"),
        dataset.exclude_fields("diff_disagreement"),
    ):
        assert first_sample(view, "diff") == order[0]
        assert neighbour(view, "diff", str(order[0]), 1) == order[1]


def test_patches_stand_for_the_samples_that_they_are_cut_from() -> None:
    dataset = compared(*(every_status() for _ in range(4)))
    patches = dataset.to_patches("before")
    first, last = dataset.values("id")[0], dataset.values("id")[-1]
    assert first_sample(patches, "diff") == first_sample(dataset, "diff")
    here, seen = first_sample(patches, "diff"), 0
    while here is not None:
        here, seen = neighbour(patches, "diff", here, 1), seen + 1
    assert seen == len(dataset)
    patch = sample_in(patches, last)
    assert patch in patches.values("id")
    assert sample_behind(patches, patch) == last
    assert sample_behind(dataset, first) == sample_in(dataset, first) == first
    assert first_sample(patches.limit(0), "diff") is None


def shown_of(dataset: fo.Dataset, **place: Any) -> ShownSample:
    """What the panel shows of the first sample."""
    here = Place("diff", dataset.first().id, **place)
    found = read_shown(dataset, here, run_of(dataset))
    assert found is not None
    return found


def cells(shown: ShownSample, status: str) -> list[str]:
    """What the table says is decided of the rows of a status."""
    rows = [row for row in shown.rows if row.cells["status"] == status]
    return [row.cells["decision"] for row in rows]


def test_the_table_tells_verdicts_from_what_a_policy_decides() -> None:
    dataset = compared(every_status(), every_status())
    first = dataset.first().id
    rows = shown_of(dataset).rows
    refined = next(r for r in rows if r.cells["status"] == "refined")
    assert {row.cells["decision"] for row in rows} == {"open", "–"}
    write_verdict(dataset, first, Verdict.UNSURE, refined.own)
    write_verdict(dataset, first, Verdict.BASE)
    found = shown_of(dataset)
    assert cells(found, "refined") == ["✓ unsure"]
    assert cells(found, "added") == ["✓ prefer base (image)"]
    assert cells(found, "degenerate") == ["–"]
    write_verdict(dataset, first, None)
    found = shown_of(dataset, policy="agreed")
    assert cells(found, "added") == ["⇢ neither (agreed)"]
    assert cells(found, "identical") == ["⇢ revised (agreed)"]
    assert cells(found, "refined") == ["✓ unsure"]
    label = dataset.first()["before"].detections[1]
    assert label.tags == ["unsure"]
    dataset.select_labels(ids=[label.id]).tag_labels("prefer base")
    assert cells(shown_of(dataset), "refined") == ["unsure: conflicting verdicts"]
    second = read_shown(dataset, Place("diff", dataset.last().id), run_of(dataset))
    assert second
    assert {row.cells["decision"] for row in second.rows} == {"open", "–"}


def test_only_open_items_are_listed_where_that_is_asked() -> None:
    dataset = compared(every_status())
    shown = shown_of(dataset, policy="agreed", open_only=True)
    assert shown.listed == []
    split = next(r for r in shown.rows if r.cells["status"] == "split")
    write_verdict(dataset, dataset.first().id, Verdict.UNSURE, split.own)
    shown = shown_of(dataset, policy="agreed", open_only=True)
    assert [row.cells["status"] for row in shown.listed] == ["split"] * 3


def test_what_comes_next_follows_the_table_and_visits_no_item_twice() -> None:
    dataset = compared(every_status())
    shown = shown_of(dataset, sort="area")
    row, seen = first_open_row(shown.rows, shown.items), []
    while row is not None:
        item = shown.items[row.own[0]]
        seen.append(item.name)
        write_verdict(dataset, dataset.first().id, Verdict.UNSURE, row.own)
        shown = shown_of(dataset, sort="area")
        row = next_open_row(shown.rows, shown.items, row.own)
    assert sorted(seen) == sorted({item.name for item in shown.items.values()})
    row = first_open_row(shown.rows, shown.items)
    assert row is not None
    assert row.cells["decision"] == "✓ unsure"
    every = [r for r in shown.rows if r.own[0] in shown.items]
    assert row == every[0]


def test_rows_above_come_after_those_below() -> None:
    dataset = compared(every_status())
    shown = shown_of(dataset)
    rows = [row for row in shown.rows if row.own[0] in shown.items]
    assert next_open_row(shown.rows, shown.items, rows[-1].ids) == rows[0]


def test_presets_and_policies_of_reconciled_fields_can_be_chosen() -> None:
    dataset = compared(every_status())
    rules = [{"take": "base", "status": ["added"]}, {"take": "revised"}]
    reconcile_annotations(dataset, policy={"rules": rules}, field="mine")
    found = policy_choices(dataset, "diff")
    assert [found[name].policy for name in ("none", "more_instances")] == [
        None,
        "more-instances",
    ]
    assert read_policy(found["as_mine"].policy) == read_policy({"rules": rules})
    assert "as_mine" not in policy_choices(dataset, "other")
    shown = shown_of(dataset, policy="as_mine")
    assert cells(shown, "added") == ["⇢ base (rule 1)"]
    assert cells(shown_of(dataset, policy="as_gone"), "added") == ["open"]


def test_a_window_gets_back_what_undoes_a_verdict_and_nothing_else() -> None:
    dataset = compared(every_status())
    sample_id, label = dataset.first().id, dataset.first()["after"].detections[0].id
    written = write_verdict(dataset, sample_id, Verdict.BOTH, [label])
    packed = json.loads(json.dumps(pack_written(written)))
    assert unpack_written(packed, "diff") == written
    undo_verdict(dataset, unpack_written(packed, "diff"))
    assert not dataset.first()["after"].detections[0].tags
    for change in (
        {"sample_id": "x"},
        {"sample_id": None},
        {"labels": {label: ["mine"]}},
        {"labels": {"$where": []}},
        {"labels": {label: "unsure"}},
        {"labels": [label]},
        {"own": ["validation"]},
    ):
        with pytest.raises(ComparisonError, match="can't be undone"):
            unpack_written(packed | change, "diff")
    with pytest.raises(ComparisonError, match="can't be undone"):
        unpack_written(None, "diff")


def test_a_request_names_a_verdict_or_is_told_which_there_are() -> None:
    assert read_verdict(None) is None
    assert [read_verdict(str(verdict)) for verdict in Verdict] == list(Verdict)
    for name in ("maybe", 3, ["unsure"], "base"):
        with pytest.raises(ComparisonError, match="there are: prefer base"):
            read_verdict(name)


def test_progress_that_takes_long_is_counted_once_and_moved_by_verdicts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_progress, "SLOW", -1.0)
    dataset = compared(every_status(), every_status(), every_status())
    view, policy = dataset.limit(2), "agreed"
    first = count_progress(view, "diff", policy)
    assert count_progress(dataset.limit(2), "diff", policy) is first
    for sample_id in dataset.values("id"):
        with follow_verdict(view, "diff", policy, sample_id):
            write_verdict(dataset, sample_id, Verdict.UNSURE)
        found = count_progress(view, "diff", policy)
        assert found == review_progress(view, "diff", policy)
    assert found.by_policy == 0 < first.by_policy
    write_verdict(dataset, dataset.first().id, Verdict.BASE)
    assert count_progress(view, "diff", policy) is found
    forget_progress(dataset)
    assert count_progress(view, "diff", policy).by_verdict > 0


def test_evidence_is_a_column_only_where_it_was_weighed_and_sorts_the_table() -> None:
    dataset = compared(every_status())
    assert "evidence" not in shown_of(dataset).columns
    labels = [x.copy() for x in dataset.first()["after"].detections]
    for label in labels:
        label.confidence = 0.9
    dataset.add_sample_field("model", fo.EmbeddedDocumentField, fo.Detections)
    dataset.set_values("model", [fo.Detections(detections=labels)])
    weigh_evidence(dataset, "model")
    shown = shown_of(dataset, sort="evidence", descending=True)
    assert shown.columns[-1] == "evidence"
    values = [row.values["evidence"] for row in shown.rows]
    known = [value for value in values if value is not None]
    assert len(known) > 3
    assert values[: len(known)] == sorted(known, reverse=True)
    added = next(row for row in shown.rows if row.cells["status"] == "added")
    assert added.cells["evidence"] == "+0.90"
    data = viewer_data(shown.sample, run_of(dataset), shown.items)
    assert {o["evidence"] for o in data["objects"]} >= set(known)
