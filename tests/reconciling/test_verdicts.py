"""Verdicts as tags keep them."""

from __future__ import annotations

import pytest
from sama_coco.labelsets.reconciling.decisions.verdicts import (
    Judgement,
    Verdict,
    is_verdict,
    judge_item,
    verdict_of,
    verdict_tags,
)


def test_the_tags_of_the_default_key_have_no_prefix() -> None:
    words = ["prefer base", "prefer revised", "keep both", "keep neither", "unsure"]
    assert list(verdict_tags()) == list(verdict_tags("diff")) == words
    assert list(verdict_tags("second")) == [f"second: {word}" for word in words]


def test_a_verdict_on_any_label_is_the_items() -> None:
    tags = [[], ["mine", "keep both"], None]
    assert judge_item(tags, ["prefer base"]) == Judgement(Verdict.BOTH)
    assert judge_item([[], None], ["prefer base"]) == Judgement(
        Verdict.BASE, is_inherited=True
    )
    assert judge_item([[]], None) == Judgement()


@pytest.mark.parametrize(
    "tags", [[["prefer base"], ["keep both"]], [["prefer base", "prefer revised"]]]
)
def test_different_verdicts_are_a_conflict_and_unsure(tags: list[list[str]]) -> None:
    assert judge_item(tags, ["keep both"]) == Judgement(
        Verdict.UNSURE, is_conflict=True
    )
    inherited = judge_item([[]], [tag for some in tags for tag in some])
    assert inherited == Judgement(Verdict.UNSURE, is_conflict=True, is_inherited=True)


def test_the_same_verdict_on_several_labels_is_no_conflict() -> None:
    assert judge_item([["unsure"], ["unsure"]]) == Judgement(Verdict.UNSURE)


def test_verdicts_of_other_comparisons_are_not_read() -> None:
    assert verdict_of(["prefer base", "b: keep both"], "b").verdict is Verdict.BOTH
    assert verdict_of(["a: prefer base"]).verdict is None
    assert verdict_of(["a: prefer base"], "b").verdict is None


def test_verdict_tags_are_told_from_other_tags() -> None:
    for key in ("diff", "second", "a_1"):
        assert all(map(is_verdict, verdict_tags(key)))
    for tag in ("Prefer base", "prefer base!", "unsure about it", ": unsure", "unsur"):
        assert not is_verdict(tag)


def test_mirrored_verdicts_exchange_the_sides() -> None:
    assert [verdict.mirror.take for verdict in Verdict] == [
        "revised",
        "base",
        "both",
        "neither",
        "review",
    ]
