"""The tabs of the panel of numbers, and what stands in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from ....labelsets import Census
from ..controls import Controls
from ..figure_views import Figure
from .classes_tab import classes_tab
from .explorer_tab import explorer_tab
from .images_tab import images_tab
from .overview_tab import overview_tab
from .relabels_tab import relabels_tab
from .shapes_tab import shapes_tab

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
