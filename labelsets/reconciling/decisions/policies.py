"""Policies: ordered rules that decide the items of a comparison, and the presets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

TAKES = ("base", "revised", "both", "neither", "review")
"""What a rule may take of an item; ``review`` leaves it open."""

OPEN = ("base", "revised", "both", "neither", "refuse")
"""What can be taken of open items."""

PRESETS = {
    "revised": "Everything as it is in the revised labels",
    "base": "Everything as it is in the base labels",
    "agreed": "Only what both have: revised where identical or refined, else nothing",
    "union": "What either has: single labels of both, else revised",
    "more-instances": "Per image and class, the side with more labels, else base",
}
"""The named policies, with what they take."""

CONSENSUS = "consensus"
"""The name of the policy of a measured agreement, which decides no items."""

RANGES = ("area", "iou", "evidence")
"""The values that a rule may bound from below and above."""

_MIRROR = {
    "base": "revised",
    "added": "removed",
    "split": "merged",
}
_MIRROR |= {after: before for before, after in _MIRROR.items()}


@dataclass(frozen=True)
class Rule:
    """A rule of a policy: what to take of the items that meet all its conditions.

    Attributes:
        take: one of :data:`TAKES`
        status: the item has one of these statuses
        classes: the item has a label of one of these classes
        crowd: whether a label of the item is a crowd
        min_area: the least area of the item's largest label, in px²
        max_area: the greatest area of the item's largest label, in px²
        min_iou: the least IoU of the item
        max_iou: the greatest IoU of the item
        min_evidence: the least evidence for revised over base
        max_evidence: the greatest evidence for revised over base
    """

    take: str
    status: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    crowd: bool | None = None
    min_area: float | None = None
    max_area: float | None = None
    min_iou: float | None = None
    max_iou: float | None = None
    min_evidence: float | None = None
    max_evidence: float | None = None

    @property
    def mirror(self) -> Rule:
        """The rule that means the same after base and revised are exchanged."""
        status = self.status and tuple(_MIRROR.get(name, name) for name in self.status)
        low, high = self.min_evidence, self.max_evidence
        return replace(
            self,
            take=mirror_take(self.take),
            status=status,
            min_evidence=None if high is None else -high,
            max_evidence=None if low is None else -low,
        )

    def covers(self, other: Rule) -> bool:
        """Whether this rule fits every item that another fits, whatever the data."""
        named = (self.status, other.status), (self.classes, other.classes)
        return (
            all(a is None or (b is not None and set(b) <= set(a)) for a, b in named)
            and self.crowd in (None, other.crowd)
            and all(self._spans(other, name) for name in RANGES)
        )

    def bounds(self, name: str) -> tuple[float | None, float | None]:
        """The least and the greatest value of one of :data:`RANGES`."""
        return getattr(self, f"min_{name}"), getattr(self, f"max_{name}")

    def to_dict(self) -> dict[str, Any]:
        """The rule as in files: plain JSON, without unset conditions."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value is not None
        }

    def __str__(self) -> str:
        conditions = " and ".join(self._conditions())
        return f"{self.take} where {conditions}" if conditions else self.take

    def _spans(self, other: Rule, name: str) -> bool:
        (low, high), (other_low, other_high) = self.bounds(name), other.bounds(name)
        above = low is None or (other_low is not None and other_low >= low)
        below = high is None or (other_high is not None and other_high <= high)
        return above and below

    def _conditions(self) -> Iterator[str]:
        if self.status is not None:
            yield f"status is {' or '.join(self.status)}"
        if self.classes is not None:
            yield f"class is {' or '.join(self.classes)}"
        if self.crowd is not None:
            yield "a label is a crowd" if self.crowd else "no label is a crowd"
        for name in RANGES:
            unit = " px²" if name == "area" else ""
            for bound, sign in zip(self.bounds(name), "≥≤", strict=True):
                if bound is not None:
                    yield f"{name} {sign} {bound:g}{unit}"


@dataclass(frozen=True)
class Policy:
    """What decides the items that have no verdict: rules, or a preset.

    Attributes:
        rules: the rules, in order; the first that fits an item decides it
        preset: one of :data:`PRESETS`, in place of rules
        is_mirrored: whether base and revised are exchanged in the preset
        open: one of :data:`OPEN`, for items that stay open; None leaves it to the call
    """

    rules: tuple[Rule, ...] = ()
    preset: str | None = None
    is_mirrored: bool = False
    open: str | None = None

    @property
    def mirror(self) -> Policy:
        """The policy that gives the same objects after the sides are exchanged."""
        preset, is_mirrored = self.preset, not self.is_mirrored
        if preset is None or preset in _MIRROR:
            preset, is_mirrored = preset and _MIRROR[preset], False
        return Policy(
            rules=tuple(rule.mirror for rule in self.rules),
            preset=preset,
            is_mirrored=is_mirrored,
            open=self.open and mirror_take(self.open),
        )

    @property
    def decides_all(self) -> bool:
        """Whether no item is left open, whatever the data."""
        if self.preset is not None:
            return True
        for rule in self.rules:
            if rule.take == "review":
                return False
            if rule == Rule(rule.take):
                return True
        return False

    def unreachable(self) -> list[int]:
        """The numbers, from 1, of rules whose items an earlier rule always fits."""
        return [
            number
            for number, rule in enumerate(self.rules, 1)
            if any(earlier.covers(rule) for earlier in self.rules[: number - 1])
        ]

    def to_dict(self) -> dict[str, Any]:
        """The policy as in files, in plain JSON."""
        document: dict[str, Any] = {}
        if self.preset is None:
            document["rules"] = [rule.to_dict() for rule in self.rules]
        else:
            document["preset"] = self.preset
        if self.is_mirrored:
            document["is_mirrored"] = True
        return document if self.open is None else document | {"open": self.open}


def describe_unreachable(policy: Policy, unreached: Iterable[int]) -> list[str]:
    """Sentences about rules that never decide.

    Args:
        policy: the policy
        unreached: the numbers, from 1, of rules whose items earlier rules all fit
    """
    return [
        f"Rule {number} ({policy.rules[number - 1]}) can never apply: earlier rules "
        "decide all items that it fits"
        for number in sorted({*policy.unreachable(), *unreached})
    ]


def mirror_take(take: str) -> str:
    """A `take` or an `open` after base and revised are exchanged."""
    return _MIRROR.get(take, take)
