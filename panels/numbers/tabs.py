"""The tabs of the panel of numbers, and what stands in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from ...runs import Census
from .classes import classes_tab
from .controls import Controls
from .explorer import explorer_tab
from .figures import Figure
from .images import images_tab
from .overview import overview_tab
from .relabels import relabels_tab
from .shapes import shapes_tab

TABS: dict[str, Callable[[Census, Controls], Sequence[Figure]]] = {
    "Overview": overview_tab,
    "Classes": classes_tab,
    "Relabels": relabels_tab,
    "Shapes": shapes_tab,
    "Images": images_tab,
    "Explorer": explorer_tab,
}
"""What works out the figures of each tab, by the tab's name."""


@lru_cache(maxsize=32)
def figures_of(tab: str, census: Census, controls: Controls) -> tuple[Figure, ...]:
    """The figures of a tab, worked out when the tab is opened.

    Args:
        tab: one of `TABS`
        census: what was counted
        controls: what is chosen in the tab
    """
    return tuple(TABS[tab](census, controls))
