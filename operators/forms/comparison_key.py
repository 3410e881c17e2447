"""The comparison that a form asks for, and statuses of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fiftyone.operators import types

from ...labelsets import list_comparisons, load_results
from ...labelsets.comparison import Status
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


def ask_statuses(
    inputs: types.Object,
    ctx: Any,
    key: str,
    statuses: Iterable[Status] = Status,
    description: str | None = None,
) -> None:
    """Asks for statuses, of those that occur in a comparison, with their counts.

    Args:
        inputs: the form
        ctx: the :class:`fiftyone.operators.ExecutionContext`
        key: the key of the comparison
        statuses: those that can be chosen
        description (None): the text below the input
    """
    counts = load_results(ctx.dataset, key).statuses().sum(axis=1)
    view = types.DropdownView(multiple=True)
    for status in statuses:
        if counts[str(status)]:
            label = f"{status} ({counts[str(status)]:,})"
            view.add_choice(str(status), label=label, description=status.description)
    look = {"label": "Statuses", "description": description, "view": view}
    inputs.list("statuses", types.String(), **look)
