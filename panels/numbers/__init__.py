"""What the panel of numbers shows: figures made of a census, tab by tab."""

from .controls import Controls
from .figures import Chart, Figure, Lines, Table
from .tabs import TABS, figures_of

__all__ = ["TABS", "Chart", "Controls", "Figure", "Lines", "Table", "figures_of"]
