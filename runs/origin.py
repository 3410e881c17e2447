"""The names by which other processes find the classes that a run is kept with."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from ..zoo.tasks import fingerprint, root_of

PACKAGE = "sama_coco"


def lasting_name(cls: type) -> str:
    """The name to keep of a class of this plugin.

    As a plugin, this code has a name that no process can import before FiftyOne has
    loaded its plugins. Where the same code is installed as a package too, the name of
    that is kept, which can be imported at once.

    Args:
        cls: a class of this plugin
    """
    own = str(__package__).rpartition(".")[0]
    module = cls.__module__
    if own != PACKAGE and _is_installed():
        module = PACKAGE + module.removeprefix(own)
    return f"{module}.{cls.__qualname__}"


@lru_cache(maxsize=1)
def _is_installed() -> bool:
    """Whether the package can be imported, and is this very code."""
    try:
        found = find_spec(PACKAGE)
    except (ImportError, ValueError):
        return False
    if found is None or not found.origin:
        return False
    here, there = root_of(lasting_name), Path(found.origin).resolve().parent
    return here == there or fingerprint(here) == fingerprint(there)
