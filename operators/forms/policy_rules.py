"""The kind of parameter that holds the rules of a policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from fiftyone.operators import types

from ...labelsets import PolicyError, read_policy
from ...labelsets.reconciling.decisions.policies import TAKES
from ...labelsets.reconciling.decisions.policy_documents import ITEM_STATUSES
from .parameters import Parameter, ParameterError, Values

_PLACE = "place"
_ANY, _YES, _NO = "any", "yes", "no"
_CROWDS = {_ANY: None, _YES: True, _NO: False}
_BOUNDS = {
    "min_area": "Least area, px²",
    "max_area": "Greatest area, px²",
    "min_iou": "Least IoU",
    "max_iou": "Greatest IoU",
    "min_evidence": "Least evidence",
    "max_evidence": "Greatest evidence",
}


@dataclass(frozen=True)
class RuleList(Parameter):
    """The rules of a policy, as in files; empty inputs are ignored."""

    def check(self, value: Any) -> list[dict[str, Any]]:
        """The rules.

        Raises:
            ParameterError: if they are no rules
        """
        if not isinstance(value, list) or not all(
            isinstance(x, Mapping) for x in value
        ):
            raise self._refuse("a list of rules", value)
        rules = self._in_order(value)
        try:
            return read_policy(rules).to_dict()["rules"] if rules else []
        except PolicyError as error:
            raise ParameterError(str(error)) from None

    def ask(self, inputs: types.Object, ctx: Any, values: Values) -> None:
        """Adds a list of rules that can be added, moved and removed."""
        rule = types.Object()
        rule.enum("take", list(TAKES), default="revised", label="Take")
        statuses = types.DropdownView(multiple=True)
        for status in ITEM_STATUSES:
            statuses.add_choice(status, label=status)
        rule.list("status", types.String(), view=statuses, label="Status")
        classes = types.AutocompleteView(multiple=True, allow_user_input=True)
        rule.list("classes", types.String(), view=classes, label="Classes")
        rule.enum("crowd", list(_CROWDS), default=_ANY, label="Crowd")
        for name, label in _BOUNDS.items():
            rule.float(name, label=label)
        rule.int(
            _PLACE,
            label="Move to place",
            description="1 is tried first; leave empty to keep its place",
            min=1,
        )
        inputs.list(self.name, rule, **self._look(ctx, values))

    def _in_order(self, value: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Rules without empty inputs, each at the place that it was moved to."""
        found, moved = [], []
        for rule in map(_without_empty, value):
            place = rule.pop(_PLACE, None)
            if place is None:
                found.append(rule)
            elif isinstance(place, int) and not isinstance(place, bool) and place > 0:
                moved.append((place, rule))
            else:
                raise self._refuse("rules whose places are numbers from 1", place)
        for place, rule in sorted(moved, key=itemgetter(0)):
            found.insert(place - 1, rule)
        return found


def _without_empty(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule without the inputs that were left empty, its crowd read."""
    crowd = rule.get("crowd")
    found = dict(rule)
    if isinstance(crowd, str) and crowd in _CROWDS:
        found["crowd"] = _CROWDS[crowd]
    return {n: v for n, v in found.items() if v not in (None, "", [])}
