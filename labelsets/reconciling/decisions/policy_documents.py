"""Reads policies: from a preset's name, a YAML or JSON file, or plain values."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from ....zoo.errors import ArgumentError, one_of
from ...comparison import Status
from ...error_types import PolicyError
from ...small_documents import is_document_path, load_document, parse_document
from .policies import CONSENSUS, OPEN, PRESETS, RANGES, TAKES, Policy, Rule

ITEM_STATUSES = tuple(str(s) for s in Status if s is not Status.DEGENERATE)
"""The statuses that items can have."""

_RULE_KEYS = tuple(one.name for one in fields(Rule))
_POLICY_KEYS = ("rules", "preset", "is_mirrored", "open", CONSENSUS)
_BOUNDS = tuple(f"{end}_{name}" for name in RANGES for end in ("min", "max"))


def read_policy(source: Any) -> Policy:
    """Reads a policy.

    Args:
        source: a :class:`Policy`, a preset's name, the path of a ``.yaml``, ``.yml`` or
            ``.json`` file, a list of rules, or a dict with ``rules`` (a list) or
            ``preset`` (a name), and ``open`` if it decides what to take of open items

    Raises:
        PolicyError: if it can't be read, or names a key, a status or a take that does
            not exist; the message holds the nearest that does
    """
    if isinstance(source, Policy):
        return source
    if is_document_path(source):
        path = Path(source)
        document = load_document(path, "policy", PolicyError)
        return _policy(document, f"{path.name}: ")
    if isinstance(source, str):
        return Policy(preset=_one_of(source, PRESETS, "policy", ""))
    return _policy(source, "")


def parse_policy(name: str, data: bytes) -> Policy:
    """Reads a policy from the content of a file.

    Args:
        name: the file's name, whose suffix tells JSON from YAML
        data: its content

    Raises:
        PolicyError: as :func:`read_policy`
    """
    document = parse_document(name, data, "policy", PolicyError)
    return _policy(document, f"{name}: ")


def check_classes(policy: Policy, known: Collection[str]) -> None:
    """Checks that rules name classes that exist.

    Args:
        policy: the policy
        known: the names of all classes of both sides

    Raises:
        PolicyError: if one does not; the message holds the nearest that does
    """
    for number, rule in enumerate(policy.rules, 1):
        for name in rule.classes or ():
            _one_of(name, known, "class", _where("", number))


def _policy(document: Any, where: str) -> Policy:
    if _is_list(document):
        document = {"rules": document}
    if not isinstance(document, Mapping):
        raise PolicyError(
            f"{where}A policy is a preset's name, a list of rules, or a mapping with "
            f"'rules' or 'preset'; found {_shown(document)}"
        )
    for key in document:
        _one_of(key, _POLICY_KEYS, "key", where)
    if CONSENSUS in document:
        raise PolicyError(
            f"{where}A consensus is of a measured agreement, not of a comparison"
        )
    if ("rules" in document) == ("preset" in document):
        raise PolicyError(f"{where}A policy has either 'rules' or a 'preset'")
    open_ = document.get("open")
    if open_ is not None:
        _one_of(open_, OPEN, "value of open", where)
    if "preset" in document:
        preset = _one_of(document["preset"], PRESETS, "preset", where)
        mirrored = bool(document.get("is_mirrored"))
        return Policy(preset=preset, is_mirrored=mirrored, open=open_)
    rules = document["rules"]
    if not _is_list(rules) or not rules:
        raise PolicyError(
            f"{where}'rules' must be a list of at least one rule; found {_shown(rules)}"
        )
    read = (_rule(rule, _where(where, number)) for number, rule in enumerate(rules, 1))
    return Policy(tuple(read), open=open_)


def _rule(document: Any, where: str) -> Rule:
    if isinstance(document, Rule):
        document = document.to_dict()
    if not isinstance(document, Mapping):
        raise PolicyError(f"{where}must be a mapping; found {_shown(document)}")
    for key in document:
        _one_of(key, _RULE_KEYS, "key", where)
    if document.get("take") is None:
        raise PolicyError(f"{where}'take' is missing; it is one of {', '.join(TAKES)}")
    values: dict[str, Any] = {
        key: value for key, value in document.items() if value is not None
    }
    values["take"] = _one_of(values["take"], TAKES, "take", where)
    for key in {"status", "classes"} & set(values):
        values[key] = _names(values[key], key, where)
    for status in values.get("status", ()):
        _one_of(status, ITEM_STATUSES, "status", where)
    crowd = values.get("crowd")
    if crowd is not None and not isinstance(crowd, bool):
        raise PolicyError(
            f"{where}'crowd' must be true or false; found {_shown(crowd)}"
        )
    for key in set(_BOUNDS) & set(values):
        values[key] = _number(values[key], key, where)
    for name in RANGES:
        low, high = values.get(f"min_{name}"), values.get(f"max_{name}")
        if low is not None and high is not None and low > high:
            raise PolicyError(
                f"{where}'min_{name}' of {low:g} is above 'max_{name}' of {high:g}, "
                "which no item fits"
            )
    return Rule(**values)


def _names(value: Any, key: str, where: str) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not _is_list(names) or not names:
        raise PolicyError(
            f"{where}'{key}' must be a name or a list of names; found {_shown(value)}"
        )
    for name in names:
        if not isinstance(name, str):
            raise PolicyError(
                f"{where}'{key}' must hold text; found {_shown(name)}. In YAML, put "
                "it in quotes"
            )
    return tuple(dict.fromkeys(map(str, names)))


def _number(value: Any, key: str, where: str) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value):
        raise PolicyError(f"{where}'{key}' must be a number; found {_shown(value)}")
    return float(value)


def _one_of(value: Any, known: Collection[str], what: str, where: str) -> str:
    try:
        return one_of(value, known, what)
    except ArgumentError as error:
        raise PolicyError(f"{where}{error}") from None


def _where(where: str, number: int) -> str:
    return f"{where}Rule {number}: "


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _shown(value: Any) -> str:
    """A value as an error quotes it, shortened if it is long."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
