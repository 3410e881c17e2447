"""A second, plain implementation of deciding: objects and loops, nothing shared."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

VERDICTS = {
    "prefer base": "base",
    "prefer revised": "revised",
    "keep both": "both",
    "keep neither": "neither",
    "unsure": None,
}


@dataclass
class PlainLabel:
    """A label with what a comparison wrote on it."""

    id: str
    side: str
    name: str
    status: str | None
    item: str | None
    iou: float | None = None
    area: float | None = None
    evidence: float | None = None
    crowd: bool = False
    compared_name: str | None = None
    tags: list[str] = field(default_factory=list)

    @property
    def compared(self) -> str:
        return self.compared_name or self.name


@dataclass
class PlainSample:
    """An image: its labels on both sides, base first, and its tags."""

    labels: list[PlainLabel]
    tags: list[str] = field(default_factory=list)

    @property
    def items(self) -> list[list[PlainLabel]]:
        found: dict[str, list[PlainLabel]] = {}
        for label in self.labels:
            if label.status not in (None, "degenerate"):
                found.setdefault(str(label.item), []).append(label)
        return list(found.values())


def decision(
    sample: PlainSample, item: list[PlainLabel], policy: Any, key: str = "diff"
) -> tuple[str | None, str]:
    """What is taken of an item, None where it is open, and what decided it."""
    prefix = "" if key == "diff" else f"{key}: "
    known = {prefix + words: take for words, take in VERDICTS.items()}
    tags = {tag for label in item for tag in label.tags if tag in known}
    tags = tags or {tag for tag in sample.tags if tag in known}
    if tags:
        take = known[tags.pop()] if len(tags) == 1 else None
        return (take, "verdict") if take else (None, "open")
    if isinstance(policy, str):
        return by_preset(sample, item, policy), policy
    for number, rule in enumerate(policy, 1):
        if fits(item, rule):
            if rule["take"] == "review":
                return None, "open"
            return rule["take"], f"rule {number}"
    return None, "open"


def by_preset(sample: PlainSample, item: list[PlainLabel], preset: str) -> str:
    if preset in ("base", "revised"):
        return preset
    statuses = statuses_of(item)
    if preset == "agreed":
        return "revised" if statuses <= {"identical", "refined"} else "neither"
    if preset == "union":
        return "both" if statuses <= {"added", "removed"} else "revised"
    assert preset == "more-instances"
    counts = Counter((x.compared, x.side) for every in sample.items for x in every)
    sides = set()
    for name in {label.compared for label in item}:
        base, revised = counts[name, "base"], counts[name, "revised"]
        if base != revised:
            sides.add("base" if base > revised else "revised")
    return sides.pop() if len(sides) == 1 else "base"


def statuses_of(item: list[PlainLabel]) -> set[str]:
    found = {str(label.status) for label in item}
    return found & {"split", "merged"} or found


def fits(item: list[PlainLabel], rule: dict[str, Any]) -> bool:
    names = {name for label in item for name in (label.name, label.compared)}
    if "status" in rule and not statuses_of(item) & set(rule["status"]):
        return False
    if "classes" in rule and not names & set(rule["classes"]):
        return False
    if "crowd" in rule and any(label.crowd for label in item) != rule["crowd"]:
        return False
    for name in ("area", "iou", "evidence"):
        values = [getattr(label, name) for label in item]
        known = [value for value in values if value is not None]
        for end in ("min", "max"):
            bound = rule.get(f"{end}_{name}")
            if bound is None:
                continue
            if not known:
                return False
            value = max(known)
            if value < bound if end == "min" else value > bound:
                return False
    return True


def chosen(
    sample: PlainSample, policy: Any, open_: str = "neither", key: str = "diff"
) -> dict[str, str]:
    """The ids of the labels that are taken, with what decided each."""
    found = {}
    for item in sample.items:
        take, by = decision(sample, item, policy, key)
        for label in item:
            if (take or open_) in (label.side, "both"):
                found[label.id] = by
    return found
