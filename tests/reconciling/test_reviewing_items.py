"""A review of items: verdicts given and undone, progress, and what comes next."""

from __future__ import annotations

import random
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.labelled import FIELDS, every_status, make_pair, masked, state
from helpers.datasets.reconciled import documents, plain_samples
from helpers.oracles.plain_reconciling import VERDICTS, PlainSample, decision
from sama_coco.labelsets import ComparisonError, compare_annotations, read_policy
from sama_coco.labelsets.labels import fiftyone_internals
from sama_coco.labelsets.reconciling import review_progress as progress_module
from sama_coco.labelsets.reconciling.decisions.policies import PRESETS
from sama_coco.labelsets.reconciling.decisions.verdicts import Verdict
from sama_coco.labelsets.reconciling.review_items import (
    next_open_sample,
    sample_items,
)
from sama_coco.labelsets.reconciling.review_progress import review_progress
from sama_coco.labelsets.reconciling.verdict_writing import (
    undo_verdict,
    write_verdict,
)

pytestmark = pytest.mark.usefixtures("fresh_database")

SIDES = tuple(FIELDS.values())
RULES: list[dict[str, Any]] = [
    {"take": "both", "status": ["added", "removed"]},
    {"take": "review", "status": ["split"]},
    {"take": "base", "min_iou": 0.95},
]


def compared(count: int = 1, key: str = "diff") -> fo.Dataset:
    dataset = make_pair(*(every_status() for _ in range(count)))
    compare_annotations(dataset, **FIELDS, key=key)
    return dataset


def judge(dataset: fo.Dataset, seed: int, key: str = "diff") -> None:
    """Gives verdicts here and there, on labels, items and samples."""
    chance, prefix = random.Random(seed), "" if key == "diff" else f"{key}: "
    for sample in dataset.iter_samples(autosave=True):
        if chance.random() < 0.3:
            sample.tags = chance.sample([prefix + v for v in VERDICTS], 2)[:1]
        for side in SIDES:
            for label in sample[side].detections:
                if chance.random() < 0.2:
                    label.tags = ["mine", prefix + chance.choice(list(VERDICTS))]


def expected(samples: list[PlainSample], policy: Any, key: str) -> tuple[int, ...]:
    every = [
        decision(sample, item, policy or [], key)
        for sample in samples
        for item in sample.items
    ]
    by_verdict = sum(by == "verdict" for _, by in every)
    decided = sum(take is not None for take, _ in every)
    return len(every), by_verdict, decided - by_verdict


@pytest.mark.parametrize("key", ["diff", "second"])
@pytest.mark.parametrize("policy", [None, *PRESETS, RULES], ids=str)
def test_progress_is_what_the_plain_implementation_counts(
    policy: Any, key: str
) -> None:
    dataset = compared(5, key)
    for seed in range(3):
        judge(dataset, seed, key)
        samples = plain_samples(dataset, SIDES, key)
        found = review_progress(dataset, key, policy)
        numbers = found.items, found.by_verdict, found.by_policy
        assert numbers == expected(samples, policy, key)
        some = dataset.skip(1).limit(3).select_fields("before")
        found = review_progress(some, key, policy)
        numbers = found.items, found.by_verdict, found.by_policy
        assert numbers == expected(samples[1:4], policy, key)
        assert found.open == found.items - found.decided


def test_progress_is_a_sentence() -> None:
    dataset = compared()
    item = sample_items(dataset, dataset.first().id)[0]
    write_verdict(dataset, dataset.first().id, Verdict.BOTH, item.label_ids)
    policy = [{"take": "revised", "status": ["refined", "added"]}]
    said = str(review_progress(dataset, policy=policy))
    assert said == "3 of 9 items decided, 1 by you, 2 by policy"
    assert str(review_progress(dataset.limit(0))).startswith("0 of 0 items")


def test_progress_reads_labels_again_only_where_samples_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dataset = compared(4)
    read: list[str] = []

    def noting(dataset: fo.Dataset, ids: Any, paths: Any) -> Any:
        read.extend(ids)
        return fiftyone_internals.read_documents(dataset, ids, paths)

    monkeypatch.setattr(progress_module, "read_documents", noting)
    first = review_progress(dataset, policy=RULES)
    assert read == dataset.values("id")
    assert review_progress(dataset, policy=RULES) == first
    assert len(read) == 4
    changed = dataset.values("id")[2]
    before = first.open
    write_verdict(dataset, changed, Verdict.BASE)
    assert review_progress(dataset, policy=RULES).open == before - first.open // 4
    assert read[4:] == [changed]
    compare_annotations(dataset, **FIELDS, overwrite=True, low_iou=0.3)
    assert review_progress(dataset, policy=RULES).items == first.items + 4


def test_samples_that_were_not_compared_have_no_items() -> None:
    dataset = make_pair(every_status(), every_status(), ([], []), (None, None))
    compare_annotations(dataset.limit(1), **FIELDS)
    assert review_progress(dataset, policy=RULES).items == 9
    assert sample_items(dataset, dataset.values("id")[1]) == []
    assert next_open_sample(dataset, "diff") == dataset.first().id
    assert next_open_sample(dataset, "diff", "revised") is None


def test_items_of_a_sample_hold_what_is_decided_and_by_what() -> None:
    dataset = compared()
    judge(dataset, 4)
    (plain,) = plain_samples(dataset, SIDES)
    for policy in (None, "union", RULES):
        found = sample_items(dataset, dataset.first().id, policy=policy)
        assert len(found) == len(plain.items) == 9
        for item, own in zip(found, plain.items, strict=True):
            take, by = decision(plain, own, policy or [])
            assert set(item.label_ids) == {label.id for label in own}
            assert (item.take, item.decided_by) == (take or "review", by)
            assert item.is_open == (take is None)
            assert item.area == max(label.area or 0 for label in own)
            assert item.classes == tuple(dict.fromkeys(label.name for label in own))
            plain_take, _ = decision(PlainSample(own), strip(own), policy or [])
            if policy != "more-instances":
                assert item.policy_take == (plain_take or "review")


def strip(item: list[Any]) -> list[Any]:
    """The labels of an item without their tags."""
    from dataclasses import replace

    return [replace(label, tags=[]) for label in item]


@pytest.mark.parametrize("key", ["diff", "second"])
def test_a_verdict_is_on_all_labels_of_the_item_and_nothing_else(key: str) -> None:
    dataset = compared(2, key)
    first, second = dataset.values("id")
    group = next(i for i in sample_items(dataset, first, key) if i.status == "merged")
    dataset.select(first).tag_labels("mine", label_fields=SIDES)
    before = documents(dataset)
    write_verdict(dataset, first, Verdict.BASE, [group.label_ids[1]], key)
    changed, untouched = documents(dataset)
    assert untouched == before[1]
    tag = Verdict.BASE.tag(key)
    for side in SIDES:
        old = before[0].pop(side)["detections"]
        for label, was in zip(changed.pop(side)["detections"], old, strict=True):
            own = str(label["_id"]) in group.label_ids
            assert label == was | {"tags": ["mine", tag] if own else ["mine"]}
    before[0].pop("last_modified_at")
    changed.pop("last_modified_at")
    assert changed == before[0]
    items = {i.name: i for i in sample_items(dataset, first, key)}
    assert items[group.name].judgement.verdict is Verdict.BASE
    assert second


def tags(dataset: fo.Dataset) -> list[Any]:
    """The tags of the first sample and of its labels."""
    sample = dataset.first()
    labels = [label for side in SIDES for label in sample[side].detections]
    return [sorted(sample.tags), *(sorted(label.tags) for label in labels)]


def test_verdicts_replace_each_other_and_can_be_undone_one_by_one() -> None:
    dataset = compared()
    sample = dataset.first().id
    item = sample_items(dataset, sample)[2]
    label = dataset.select_labels(ids=[item.label_ids[0]])
    label.tag_labels(["unsure", "mine"], label_fields="before")
    states, written = [tags(dataset)], []
    for verdict in (Verdict.BASE, None, Verdict.REVISED):
        for label_ids in (item.label_ids, ()):
            written.append(write_verdict(dataset, sample, verdict, label_ids))
            states.append(tags(dataset))
    assert [one.count(["prefer revised"]) for one in states[-2:]] == [1, 2]
    for index in range(len(written) - 1, -1, -1):
        assert tags(dataset) == states[index + 1]
        redo = undo_verdict(dataset, written[index])
        assert tags(dataset) == states[index]
        undo_verdict(dataset, redo)
        assert tags(dataset) == states[index + 1]
        undo_verdict(dataset, written[index])


def test_undoing_leaves_what_others_tagged_in_between() -> None:
    dataset = compared()
    sample = dataset.first().id
    item = sample_items(dataset, sample)[0]
    written = write_verdict(dataset, sample, Verdict.NEITHER, item.label_ids)
    dataset.tag_labels("another", label_fields=SIDES)
    dataset.tag_samples("another")
    undo_verdict(dataset, written)
    found = dataset.count_label_tags()
    assert found == {"another": 21}
    assert dataset.first().tags == ["another"]


def test_a_verdict_changes_no_field_without_a_value() -> None:
    dataset = make_pair((None, [masked("cat", 0, 0, 9, 9)]), every_status())
    compare_annotations(dataset, **FIELDS)
    document = documents(dataset)[0]
    (item,) = sample_items(dataset, str(document["_id"]))
    write_verdict(dataset, str(document["_id"]), Verdict.BASE, item.label_ids)
    assert documents(dataset)[0].get("before") is None
    assert documents(dataset)[0]["after"]["detections"][0]["tags"] == ["prefer base"]


def test_what_is_in_no_item_can_not_be_decided() -> None:
    dataset = compared()
    degenerate = str(documents(dataset)[0]["before"]["detections"][-1]["_id"])
    before = state(dataset)
    sample = dataset.first().id
    with pytest.raises(ComparisonError, match="nothing to decide about label"):
        write_verdict(dataset, sample, Verdict.BASE, [degenerate])
    with pytest.raises(ComparisonError, match="no comparison 'other'"):
        write_verdict(dataset, sample, Verdict.BASE, key="other")
    with pytest.raises(ComparisonError, match="no longer exists"):
        write_verdict(dataset, degenerate, Verdict.BASE, [degenerate])
    assert state(dataset) == before


def test_a_review_goes_through_all_open_samples_in_order_of_disagreement() -> None:
    def refined(height: int) -> tuple[list[Any], list[Any]]:
        after = [masked("cat", 0, 0, 9, height)] if height else []
        return [masked("cat", 0, 0, 9, 9)], after

    dataset = make_pair(*(refined(height) for height in (9, 6, 0, 8, 9, 7)))
    compare_annotations(dataset, **FIELDS)
    policy = [{"take": "base", "status": ["identical"]}]
    values = dict(zip(*dataset.values(["id", "diff_disagreement"]), strict=True))
    for view in (dataset, dataset.shuffle(seed=1), dataset.to_patches("before")):
        for step in (1, -1):
            seen: list[str] = []
            here = next_open_sample(view, "diff", policy, step=step)
            while here is not None:
                seen.append(here)
                here = next_open_sample(view, "diff", policy, here, step)
            found = [values[i] for i in seen]
            assert found == sorted(found, reverse=step > 0)
            assert len(seen) == 4
    for sample_id in seen[:3]:
        write_verdict(dataset, sample_id, Verdict.REVISED)
    assert next_open_sample(dataset, "diff", policy) == seen[3]
    write_verdict(dataset, seen[3], Verdict.UNSURE)
    assert next_open_sample(dataset, "diff", policy) == seen[3]
    assert next_open_sample(dataset, "diff", policy, seen[3]) is None


def test_open_samples_far_behind_are_found() -> None:
    dataset = make_pair(*(([masked("cat", 0, 0, 9, 9)], []) for _ in range(60)))
    compare_annotations(dataset, **FIELDS)
    last = dataset.values("id")[-1]
    dataset.tag_samples("prefer base")
    dataset.select(last).untag_samples("prefer base")
    first = dataset.values("id")[0]
    assert next_open_sample(dataset, "diff") == last
    assert next_open_sample(dataset, "diff", sample_id=first) == last
    assert next_open_sample(dataset, "diff", sample_id=last) is None


def test_two_reviewers_at_once_lose_no_verdict() -> None:
    from concurrent.futures import ThreadPoolExecutor

    dataset = compared()
    sample = dataset.first().id
    items = sample_items(dataset, sample)

    def give(number: int) -> None:
        write_verdict(dataset, sample, Verdict.BOTH, items[number].label_ids[:1])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(give, range(len(items))))
    assert review_progress(dataset).by_verdict == len(items) == 9
    policy = read_policy("base")
    assert review_progress(dataset, policy=policy).by_policy == 0
