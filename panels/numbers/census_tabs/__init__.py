"""The tabs that are made of a census, a file each."""

from .tabs import TABS, figures_of

__all__ = ["TABS", "figures_of"]
