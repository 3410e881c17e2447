"""What a tab of runs shows of several: runs, models, classes, groups."""

from __future__ import annotations

from collections.abc import Sequence

from ..figure_views import Choice


def choose(
    name: str, label: str, options: Sequence[str], wanted: str | None
) -> tuple[str, list[Choice]]:
    """What is chosen of some names, and the choice, where there is one.

    Args:
        name: the name of the control
        label: what it is called
        options: the names, one or more
        wanted: what was chosen before; the first, if it is no longer there
    """
    chosen = wanted if wanted is not None and wanted in options else options[0]
    if len(options) < 2:
        return chosen, []
    return chosen, [Choice(name, label, {n: n for n in options}, chosen)]
