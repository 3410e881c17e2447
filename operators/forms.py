"""Parts of forms that several operators have."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

from fiftyone.operators import types


def ask_scheduler(inputs: types.Object, ctx: Any) -> None:
    """Asks for the address of a Dask scheduler, which may be left empty."""
    from ..zoo.crews import SCHEDULER_VARIABLE, CrewError, check_address

    inputs.str(
        "scheduler",
        default=os.environ.get(SCHEDULER_VARIABLE, ""),
        label="Dask scheduler (advanced)",
        description="Such as tcp://192.168.0.10:8786. Its workers do the work; leave "
        "empty to use this machine",
    )
    if address := ctx.params.get("scheduler"):
        try:
            check_address(address)
        except CrewError as error:
            refuse(inputs, "scheduler", error)


def given(ctx: Any, names: Iterable[str]) -> dict[str, Any]:
    """The parameters of some names that have a value; a cleared input has none."""
    return {n: ctx.params[n] for n in names if ctx.params.get(n) is not None}


def refuse(inputs: types.Object, name: str, reason: object) -> None:
    """Says beside an input why the form can't be sent."""
    found = inputs.get_property(name)
    found.invalid, found.error_message = True, str(reason)


def choose_comparison(
    inputs: types.Object, ctx: Any, keys: Sequence[str] | None = None
) -> str | None:
    """Asks for a comparison of the dataset.

    Args:
        inputs: the form
        ctx: the :class:`fiftyone.operators.ExecutionContext`
        keys (None): the keys of those that are offered, else all that are finished

    Returns:
        the key that is chosen; None if there is no comparison, which the form says
    """
    from ..runs.run import list_comparisons

    if keys is None:
        keys = list_comparisons(ctx.dataset, finished=True)
    if not keys:
        inputs.view(
            "no_comparison",
            types.Error(
                label="This dataset has no finished comparison",
                description="Run 'Compare annotations' first",
            ),
        )
        return None
    default = "diff" if "diff" in keys else keys[0]
    inputs.enum("key", list(keys), default=default, required=True, label="Comparison")
    chosen = ctx.params.get("key", default)
    return chosen if chosen in keys else default
