"""FiftyOne plugin ``@sama/sama-coco``."""

from typing import Any


def register(plugin: Any) -> None:
    """Registers the operators and panels; called by FiftyOne."""
    from .operators import OPERATORS
    from .panels import PANELS

    for cls in (*OPERATORS, *PANELS):
        plugin.register(cls)
