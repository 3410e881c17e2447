"""What the panel of numbers shows: figures made of a census, tab by tab."""

from .census_tabs import TABS, figures_of
from .controls import Controls
from .figure_views import Chart, Figure, Lines, Table

__all__ = ["TABS", "Chart", "Controls", "Figure", "Lines", "Table", "figures_of"]
