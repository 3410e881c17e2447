"""The comparison that a form asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fiftyone.operators import types

from ...labelsets import list_comparisons
from .form_parts import blocked
from .parameters import Text, Values


def finished_comparisons(dataset: Any) -> list[str]:
    """The keys of the comparisons of a dataset that can be used."""
    return list_comparisons(dataset, finished=True)


@dataclass(frozen=True)
class ComparisonKey(Text):
    """The key of a comparison, chosen from the existing ones.

    Attributes:
        offered: the keys that can be chosen, of a dataset
    """

    name: str = "key"
    label: str = "Comparison"
    offered: Callable[[Any], Sequence[str]] = finished_comparisons

    def default_for(self, ctx: Any, values: Values) -> str:
        """The comparison that is offered first: `diff` if there is one."""
        keys = self.offered(ctx.dataset)
        return "diff" if "diff" in keys or not keys else keys[0]

    def ask(self, inputs: types.Object, ctx: Any, values: Values) -> None:
        """Adds the choice to a form."""
        keys = list(self.offered(ctx.dataset))
        inputs.enum(self.name, keys, **self._look(ctx, values))


def no_comparison(title: str) -> types.Property:
    """The form if there is no comparison to choose."""
    reason = "This dataset has no finished comparison"
    return blocked(title, "no_comparison", reason, "Run 'Compare annotations' first")
