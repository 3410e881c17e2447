"""Decisions: what verdicts and a policy take of each item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...comparison import Status
from .items import BASE, REVISED, Floats, Ints, Items
from .policies import RANGES, Policy, Rule
from .verdicts import Verdict

TAKE_BITS = {"neither": 0, "base": 1, "revised": 2, "both": 3, "review": -1}
"""A take as bits: 1 for the base labels of the item, 2 for the revised ones."""

REVIEW = TAKE_BITS["review"]
"""In place of bits: of items that are open."""

_VERDICTS = tuple(Verdict)
_STATUS_BITS = {str(status): 1 << status.order for status in Status}
_SINGLE = Status.ADDED, Status.REMOVED
_SAME = Status.IDENTICAL, Status.REFINED


@dataclass(frozen=True)
class Decisions:
    """The decisions on some items, an entry an item in every column.

    Attributes:
        take: the take as in `TAKE_BITS`; `REVIEW` of open items
        policy_take: the same by the policy alone, whatever the verdict
        by_verdict: whether a verdict decided it; of open items, whether one says unsure
        rule: the number of the first rule that fits, from 1, whatever the verdict; 1
            of presets, 0 where none fits
        is_conflict: whether it has different verdicts
    """

    take: Ints
    policy_take: Ints
    by_verdict: NDArray[np.bool_]
    rule: Ints
    is_conflict: NDArray[np.bool_]

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Whether neither a verdict nor the policy decides."""
        return np.equal(self.take, REVIEW)

    def close(self, take: str) -> Ints:
        """What is taken if all open items are given a take, as in `TAKE_BITS`."""
        return np.where(self.is_open, TAKE_BITS[take], self.take)


def decide(items: Items, policy: Policy) -> Decisions:
    """Decides items: by their verdicts, else by the policy.

    Args:
        items: the items
        policy: the policy
    """
    rule, policy_take = first_rules(items, policy)
    takes = np.array([TAKE_BITS[verdict.take] for verdict in _VERDICTS])
    bits = 1 << np.arange(len(_VERDICTS))
    is_conflict = (items.verdicts & (items.verdicts - 1)) > 0
    by_verdict = items.verdicts > 0
    single = by_verdict & ~is_conflict
    take = np.where(is_conflict, REVIEW, policy_take)
    take[single] = takes[np.searchsorted(bits, items.verdicts[single])]
    return Decisions(take, policy_take, by_verdict, rule, is_conflict)


def first_rules(items: Items, policy: Policy) -> tuple[Ints, Ints]:
    """The first rule that fits each item, whatever verdicts there are.

    Args:
        items: the items
        policy: the policy

    Returns:
        the number of the rule, from 1, or 0 if none fits; of presets 1; and what it
        takes, as in `TAKE_BITS`
    """
    if policy.preset is not None:
        return np.ones(len(items), np.int64), _preset_takes(items, policy)
    rule, take = np.zeros(len(items), np.int64), np.full(len(items), REVIEW)
    for number, one in enumerate(policy.rules, 1):
        chosen = (rule == 0) & rule_fits(items, one)
        rule[chosen], take[chosen] = number, TAKE_BITS[one.take]
    return rule, take


def rule_fits(items: Items, rule: Rule) -> NDArray[np.bool_]:
    """Whether a rule fits each item, whatever earlier rules say.

    Args:
        items: the items
        rule: the rule
    """
    fits = np.ones(len(items), bool)
    if rule.status is not None:
        fits &= (items.statuses & _status_bits(rule.status)) > 0
    if rule.classes is not None:
        fits &= _of_classes(items, rule.classes)
    if rule.crowd is not None:
        fits &= items.crowd == rule.crowd
    for name in RANGES:
        fits &= _within(getattr(items, name), *rule.bounds(name))
    return fits


def count_fits(items: Items, policy: Policy) -> Ints:
    """How many items each rule fits, whatever earlier rules and verdicts say.

    Args:
        items: the items
        policy: the policy

    Returns:
        (rules,), one of a preset
    """
    if policy.preset is not None:
        return np.array([len(items)])
    return np.array([int(rule_fits(items, rule).sum()) for rule in policy.rules])


def _preset_takes(items: Items, policy: Policy) -> Ints:
    """What a preset takes of each item, as in `TAKE_BITS`."""
    base, revised = TAKE_BITS["base"], TAKE_BITS["revised"]
    if policy.is_mirrored:
        base, revised = revised, base
    if policy.preset == "agreed":
        is_same = (items.statuses & ~_status_bits(map(str, _SAME))) == 0
        return np.where(is_same, revised, TAKE_BITS["neither"])
    if policy.preset == "union":
        is_single = (items.statuses & _status_bits(map(str, _SINGLE))) > 0
        return np.where(is_single, TAKE_BITS["both"], revised)
    if policy.preset == "more-instances":
        sides = TAKE_BITS["base"], TAKE_BITS["revised"]
        return np.select(
            [items.majority == BASE, items.majority == REVISED], sides, base
        )
    return np.full(len(items), base if policy.preset == "base" else revised)


def _status_bits(names: Iterable[str]) -> int:
    return sum(_STATUS_BITS[name] for name in names)


def _of_classes(items: Items, names: Iterable[str]) -> NDArray[np.bool_]:
    """Whether each item has a label of one of some classes."""
    is_named = np.isin(items.class_names, list(names))
    found = np.zeros(len(items), bool)
    found[items.with_class[is_named[items.classes]]] = True
    return found


def _within(values: Floats, low: float | None, high: float | None) -> NDArray[np.bool_]:
    """Whether values lie in a range, bounds included, in which NaN never does."""
    fits = np.ones(len(values), bool)
    if low is not None:
        fits &= values >= low
    if high is not None:
        fits &= values <= high
    return fits
