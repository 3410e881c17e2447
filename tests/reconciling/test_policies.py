"""Policies read from files and values, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sama_coco.labelsets.error_types import PolicyError
from sama_coco.labelsets.reconciling.decisions.policies import PRESETS, Policy, Rule
from sama_coco.labelsets.reconciling.decisions.policy_documents import (
    check_classes,
    read_policy,
)

YAML = """
rules:
  - take: revised
    status: [refined, identical]
    min_iou: 0.7
  - take: both
    classes: person
    crowd: false
    max_area: 1024
  - take: review
open: base
"""
RULES = (
    Rule("revised", status=("refined", "identical"), min_iou=0.7),
    Rule("both", classes=("person",), crowd=False, max_area=1024),
    Rule("review"),
)


def test_the_same_policy_from_yaml_json_and_python(tmp_path: Path) -> None:
    expected = Policy(RULES, open="base")
    for name in ("policy.yaml", "policy.YML", "policy.json"):
        path = tmp_path / name
        is_json = name.endswith("json")
        path.write_text(json.dumps(expected.to_dict()) if is_json else YAML)
        assert read_policy(path) == read_policy(str(path)) == expected
    assert read_policy(expected) is expected
    assert read_policy(expected.to_dict()) == expected
    assert read_policy(list(RULES)) == Policy(RULES)
    assert read_policy([rule.to_dict() for rule in RULES]) == Policy(RULES)
    for preset in PRESETS:
        assert read_policy(preset) == read_policy({"preset": preset})


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("revise", "Unknown policy 'revise'; did you mean 'revised'"),
        ({"preset": "unions"}, "did you mean 'union'"),
        ({"consenus": {}}, "did you mean 'consensus'"),
        ({"consensus": {}}, "of a measured agreement, not of a comparison"),
        ({"rule": []}, "Unknown key 'rule'; did you mean 'rules'"),
        ({"rules": []}, "'rules' must be a list of at least one rule; found []"),
        ([], "at least one rule"),
        ({}, "either 'rules' or a 'preset'"),
        (7, "found 7"),
        (None, "found None"),
        ({"rules": [{"take": "base"}], "preset": "base"}, "either 'rules' or"),
        ({"rules": [{"take": "base"}], "open": "ask"}, "Unknown value of open 'ask'"),
        ([{"take": "base"}, {"take": "bse"}], "Rule 2: Unknown take 'bse'; did you"),
        ([{"status": ["added"]}], "Rule 1: 'take' is missing"),
        ([{"take": "base", "statsu": "added"}], "Unknown key 'statsu'; did you mean"),
        ([{"take": "base", "status": "refind"}], "did you mean 'refined'"),
        ([{"take": "base", "status": "degenerate"}], "Unknown status 'degenerate'"),
        ([{"take": "base", "status": []}], "'status' must be a name or a list"),
        ([{"take": "base", "classes": [True]}], "'classes' must hold text; found True"),
        ([{"take": "base", "crowd": 1}], "'crowd' must be true or false; found 1"),
        ([{"take": "base", "min_iou": "0.5"}], "'min_iou' must be a number"),
        ([{"take": "base", "max_area": float("nan")}], "'max_area' must be a number"),
        ([{"take": "base", "min_area": 9, "max_area": 8}], "which no item fits"),
        (["base"], "Rule 1: must be a mapping; found 'base'"),
    ],
)
def test_what_is_wrong_is_said_with_the_nearest_name(document: Any, said: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_policy(document)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("p.yaml", "rules: [", "is not valid YAML (line 1)"),
        ("p.json", "rules: []", "is not valid JSON (line 1)"),
        ("p.yaml", "a: !!python/object/apply:os.getcwd []", "is not valid YAML"),
        ("p.json", '[{"take": "bse"}]', "p.json: Rule 1: Unknown take 'bse'"),
        ("p.yaml", "#" * (1 << 20) + "\n", "is larger than"),
        ("p.json", "[" * 100_000, "is not valid JSON"),
    ],
)
def test_a_file_that_is_no_policy_is_named(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(PolicyError) as caught:
        read_policy(path)
    assert said in str(caught.value)
    assert name in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"nowhere\.yaml' can't be read"):
        read_policy(tmp_path / "nowhere.yaml")


def test_an_unknown_class_is_said_with_the_nearest_one() -> None:
    policy = read_policy([{"take": "base"}, {"take": "base", "classes": "persn"}])
    with pytest.raises(PolicyError, match=r"Rule 2: Unknown class 'persn'.*'person'"):
        check_classes(policy, ["person", "dog"])
    check_classes(policy, ["persn"])


def test_a_rule_behind_one_that_fits_all_its_items_is_unreachable() -> None:
    def unreachable(*rules: Rule) -> list[int]:
        return Policy(rules).unreachable()

    assert unreachable(Rule("review"), *RULES) == [2, 3, 4]
    assert unreachable(*RULES) == []
    wide = Rule("base", status=("added", "removed"), min_area=10)
    narrow = Rule("revised", status=("added",), min_area=20, classes=("cat",))
    assert unreachable(wide, narrow) == [2]
    assert unreachable(narrow, wide) == []
    assert unreachable(wide, Rule("base", status=("added",))) == []
    assert unreachable(Rule("base", crowd=True), Rule("base", crowd=False)) == []
    assert unreachable(Rule("base", max_iou=0.5), Rule("base", max_iou=0.6)) == []


def test_a_mirrored_rule_exchanges_sides_statuses_and_evidence() -> None:
    rule = Rule("base", ("added", "split", "refined"), min_evidence=0.2, min_iou=0.5)
    assert rule.mirror == Rule(
        "revised", ("removed", "merged", "refined"), max_evidence=-0.2, min_iou=0.5
    )
    assert rule.mirror.mirror == rule


def test_rules_read_as_sentences() -> None:
    assert str(RULES[0]) == "revised where status is refined or identical and iou ≥ 0.7"
    assert str(RULES[1]) == (
        "both where class is person and no label is a crowd and area ≤ 1024 px²"
    )
    assert str(RULES[2]) == "review"
