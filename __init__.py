"""FiftyOne plugin ``@sama/sama-coco``."""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_PACKAGE = "sama_coco"
_PLUGIN = "fiftyone.plugins.orgs.sama.sama_coco"
"""What FiftyOne calls this module since 1.14; before, it names it after its folder.
Runs keep the names of their classes, by which every version is to find them."""


def register(plugin: Any) -> None:
    """Registers the operators and panels; called by FiftyOne.

    FiftyOne imports a plugin under a name of its own. Where this folder is installed as
    the package too, the package is registered: a program then gets the same classes of
    both, and catches by the one what the other raises.
    """
    sys.modules.setdefault(_PLUGIN, sys.modules[__name__])
    package = _PACKAGE if _is_installed() else _PLUGIN
    operators = import_module(f"{package}.operators").OPERATORS
    panels = import_module(f"{package}.panels").PANELS
    for cls in (*operators, *panels):
        plugin.register(cls)


def _is_installed() -> bool:
    """Whether the package can be imported, and is this very folder."""
    try:
        found = find_spec(_PACKAGE)
    except (ImportError, ValueError):
        return False
    if found is None or not found.origin:
        return False
    return Path(found.origin).resolve() == Path(__file__).resolve()
