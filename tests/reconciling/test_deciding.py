"""Decisions: equal to those of a plain implementation, and symmetric."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from helpers.data.item_columns import CLASSES, columns, random_sample
from helpers.oracles.plain_reconciling import (
    PlainLabel,
    PlainSample,
    decision,
    fits,
    statuses_of,
)
from sama_coco.labelsets.comparison import Status
from sama_coco.labelsets.reconciling.decisions.deciding import (
    TAKE_BITS,
    count_fits,
    decide,
    rule_fits,
)
from sama_coco.labelsets.reconciling.decisions.items import group_labels
from sama_coco.labelsets.reconciling.decisions.policies import PRESETS, TAKES
from sama_coco.labelsets.reconciling.decisions.policy_documents import (
    ITEM_STATUSES,
    read_policy,
)

NAMES = {bits: take for take, bits in TAKE_BITS.items()}


def generated(seed: int, count: int = 60) -> list[PlainSample]:
    chance = random.Random(seed)
    return [random_sample(chance, number) for number in range(count)]


def random_rule(chance: random.Random) -> dict[str, Any]:
    rule: dict[str, Any] = {"take": chance.choice(TAKES)}
    if chance.random() < 0.5:
        rule["status"] = chance.sample(ITEM_STATUSES, chance.randint(1, 3))
    if chance.random() < 0.4:
        rule["classes"] = chance.sample([*CLASSES, "animal"], chance.randint(1, 2))
    if chance.random() < 0.2:
        rule["crowd"] = chance.random() < 0.5
    for name, low, high in (("area", 1, 20), ("iou", 0, 1), ("evidence", -1, 1)):
        ends = sorted(round(chance.uniform(low, high), 1) for _ in range(2))
        for end, bound in zip(("min", "max"), ends, strict=True):
            if chance.random() < 0.15:
                rule[f"{end}_{name}"] = bound
    return rule


def random_rules(seed: int) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    return [random_rule(chance) for _ in range(chance.randint(1, 5))]


def taken(samples: Sequence[PlainSample], policy: Any) -> dict[str, tuple[str, str]]:
    """What is decided of each label that is in an item, and by what."""
    labels = columns(samples)
    items = group_labels(labels)
    decisions = decide(items, read_policy(policy))
    found = {}
    every = [label for sample in samples for label in sample.labels]
    for label, item in zip(every, items.of_label, strict=True):
        if item >= 0:
            by = f"rule {decisions.rule[item]}"
            if decisions.is_open[item]:
                by = "open"
            elif decisions.by_verdict[item]:
                by = "verdict"
            elif isinstance(policy, str):
                by = policy
            found[label.id] = NAMES[int(decisions.take[item])], by
    return found


def plainly(samples: Sequence[PlainSample], policy: Any) -> dict[str, tuple[str, str]]:
    found = {}
    for sample in samples:
        for item in sample.items:
            take, by = decision(sample, item, policy)
            found |= {label.id: (take or "review", by) for label in item}
    return found


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_decide_as_the_plain_implementation(preset: str) -> None:
    for seed in range(20):
        samples = generated(seed)
        assert taken(samples, preset) == plainly(samples, preset)


def test_rules_decide_as_the_plain_implementation() -> None:
    every = set()
    for seed in range(80):
        samples, rules = generated(seed, 20), random_rules(seed)
        found = taken(samples, rules)
        assert found == plainly(samples, rules)
        every |= set(found.values())
    assert {take for take, _ in every} == set(TAKES)
    assert {"verdict", "open", "rule 1", "rule 2", "rule 3"} <= {by for _, by in every}


def test_what_each_rule_fits_is_counted_whatever_comes_before_it() -> None:
    samples, rules = generated(3), random_rules(11)
    items = group_labels(columns(samples))
    plain = [item for sample in samples for item in sample.items]
    expected = [sum(fits(item, rule) for item in plain) for rule in rules]
    assert count_fits(items, read_policy(rules)).tolist() == expected
    assert sum(expected) > 0


def test_items_hold_what_their_labels_say() -> None:
    samples = generated(5)
    items = group_labels(columns(samples))
    plain = {i[0].item: i for sample in samples for i in sample.items}
    labels = [label for sample in samples for label in sample.labels]
    assert len(items) == len(plain)
    for label, number in zip(labels, items.of_label, strict=True):
        assert (number < 0) == (label.status in (None, "degenerate"))
        if number < 0:
            continue
        own = plain[label.item]
        statuses = {str(s) for s in Status if items.statuses[number] >> s.order & 1}
        assert statuses == statuses_of(own)
        assert items.area[number] == max(one.area or 0 for one in own)
        assert items.crowd[number] == any(one.crowd for one in own)
        assert items.counts[number].tolist() == [
            sum(one.side == side for one in own) for side in ("base", "revised")
        ]
        ious = [one.iou for one in own if one.iou is not None]
        assert items.iou[number] == max(ious) if ious else np.isnan(items.iou[number])
    gone = [label.status for label in labels]
    assert items.degenerate == gone.count("degenerate") > 0
    assert items.newer == gone.count(None) > 0


def test_no_labels_at_all_are_no_items() -> None:
    for samples in ([], [PlainSample([])]):
        items = group_labels(columns(samples))
        assert len(items) == len(items.of_label) == 0
        for policy in ("agreed", "more-instances", [{"take": "base", "crowd": True}]):
            assert len(decide(items, read_policy(policy)).take) == 0


def test_labels_are_judged_by_their_own_class_and_by_that_compared() -> None:
    sofa = PlainLabel("a", "base", "sofa", "identical", "a", compared_name="couch")
    couch = PlainLabel("b", "revised", "couch", "identical", "a")
    items = group_labels(columns([PlainSample([sofa, couch])]))
    for name, expected in (("sofa", True), ("couch", True), ("chair", False)):
        (rule,) = read_policy([{"take": "base", "classes": name}]).rules
        assert rule_fits(items, rule).tolist() == [expected]


def swapped(samples: Sequence[PlainSample]) -> list[PlainSample]:
    """The samples as a comparison of the swapped fields leaves them."""
    sides = {"base": "revised", "revised": "base"}
    statuses = {"added": "removed", "split": "merged"}
    statuses |= {after: before for before, after in statuses.items()}
    tags = {"prefer base": "prefer revised", "prefer revised": "prefer base"}
    return [
        PlainSample(
            [
                replace(
                    label,
                    side=sides[label.side],
                    status=statuses.get(str(label.status), label.status),
                    evidence=None if label.evidence is None else -label.evidence,
                    tags=[tags.get(tag, tag) for tag in label.tags],
                )
                for label in sample.labels
            ],
            [tags.get(tag, tag) for tag in sample.tags],
        )
        for sample in samples
    ]


def test_the_mirror_of_a_policy_takes_the_same_labels_of_swapped_sides() -> None:
    mirrored = {"base": "revised", "revised": "base"}
    for seed in range(25):
        samples, rules = generated(seed, 20), random_rules(seed)
        for policy in (rules, *PRESETS):
            here = taken(samples, policy)
            there = taken(swapped(samples), read_policy(policy).mirror)
            assert {i: mirrored.get(t, t) for i, (t, _) in here.items()} == {
                i: take for i, (take, _) in there.items()
            }


def test_the_mirror_of_the_mirror_is_the_policy() -> None:
    for seed in range(50):
        policy = read_policy({"rules": random_rules(seed), "open": "base"})
        assert policy.mirror.mirror == policy != policy.mirror
        assert read_policy(policy.mirror.to_dict()) == policy.mirror
    for preset in PRESETS:
        policy = read_policy(preset)
        assert policy.mirror.mirror == policy != policy.mirror
        assert read_policy(policy.mirror.to_dict()) == policy.mirror
