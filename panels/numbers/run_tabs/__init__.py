"""The tabs that are made of runs, a file each."""

from collections.abc import Callable, Sequence

from ..controls import Controls
from ..counting import Subject
from ..figure_views import Figure, Samples
from .agreement_tab import agreement_tab
from .groups_tab import groups_tab
from .models_tab import models_tab

RUN_TABS: dict[str, Callable[[Samples, Subject, Controls], Sequence[Figure]]] = {
    "Models": models_tab,
    "Agreement": agreement_tab,
    "Groups": groups_tab,
}
"""What works out the figures of each tab, of what a window shows and has chosen."""

__all__ = ["RUN_TABS"]
