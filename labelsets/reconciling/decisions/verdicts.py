"""Verdicts: the tags by which a person decides an item of a comparison."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

DEFAULT_KEY = "diff"
"""The key of the comparison whose verdict tags have no prefix."""


class Verdict(str, Enum):
    """What a person decided.

    Attributes:
        take: ``base``, ``revised``, ``both``, ``neither``, or ``review`` for unsure
    """

    BASE = "prefer base", "base"
    REVISED = "prefer revised", "revised"
    BOTH = "keep both", "both"
    NEITHER = "keep neither", "neither"
    UNSURE = "unsure", "review"

    take: str

    def __new__(cls, value: str, take: str) -> Verdict:
        verdict = str.__new__(cls, value)
        verdict._value_ = value
        verdict.take = take
        return verdict

    def __str__(self) -> str:
        return str(self.value)

    @property
    def mirror(self) -> Verdict:
        """The verdict that means the same after base and revised are exchanged."""
        swapped = {Verdict.BASE: Verdict.REVISED, Verdict.REVISED: Verdict.BASE}
        return swapped.get(self, self)

    def tag(self, key: str = DEFAULT_KEY) -> str:
        """The tag by which a comparison keeps this verdict."""
        return f"{_prefix(key)}{self}"


class Judgement(NamedTuple):
    """The verdict on an item.

    Attributes:
        verdict: what was decided; None if nothing was
        is_conflict: whether different verdicts were found, which count as unsure
        is_inherited: whether it is the sample's, as none of the item's labels has one
    """

    verdict: Verdict | None = None
    is_conflict: bool = False
    is_inherited: bool = False


def verdict_tags(key: str = DEFAULT_KEY) -> dict[str, Verdict]:
    """The verdicts of a comparison by their tags, in the order of `Verdict`."""
    return {verdict.tag(key): verdict for verdict in Verdict}


def is_verdict(tag: str) -> bool:
    """Whether a tag is a verdict on any comparison."""
    return _ANY_VERDICT.fullmatch(tag) is not None


def verdict_of(tags: Iterable[str] | None, key: str = DEFAULT_KEY) -> Judgement:
    """The verdict in the tags of a label or of a sample.

    Args:
        tags: the tags; None for none
        key: the key of the comparison
    """
    known = verdict_tags(key)
    found = {known[tag] for tag in tags or () if tag in known}
    if len(found) > 1:
        return Judgement(Verdict.UNSURE, is_conflict=True)
    return Judgement(next(iter(found), None))


def judge_item(
    label_tags: Iterable[Iterable[str] | None],
    sample_tags: Iterable[str] | None = (),
    key: str = DEFAULT_KEY,
) -> Judgement:
    """The verdict on an item: its labels', else its sample's.

    Args:
        label_tags: the tags of each label of the item
        sample_tags: the tags of its sample
        key: the key of the comparison
    """
    own = verdict_of([tag for tags in label_tags for tag in tags or ()], key)
    if own.verdict is not None:
        return own
    whole = verdict_of(sample_tags, key)
    return whole._replace(is_inherited=whole.verdict is not None)


def _prefix(key: str) -> str:
    return "" if key == DEFAULT_KEY else f"{key}: "


_ANY_VERDICT = re.compile(
    rf"([A-Za-z][A-Za-z0-9_]*: )?({'|'.join(map(re.escape, Verdict))})"
)
