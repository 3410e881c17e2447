"""What all runs of this plugin share in FiftyOne's run registry: their classes' names.

As a plugin, this code has a name that no process can import before FiftyOne has loaded
its plugins, and several names where it is imported in several ways.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import fiftyone as fo

from ...zoo.workers.tasks import ROOT, fingerprint

PACKAGE = "sama_coco"


class KeptConfig(fo.RunConfig):
    """The parameters of a run, under a class that other processes find."""

    @property
    def cls(self) -> str:
        """The name by which FiftyOne finds this class again."""
        return importable_name(type(self))


class KeptResults(fo.RunResults):
    """The results of a run: a few JSON-plain attributes, of which all else is made.

    They are arguments of the class too, and named in :attr:`kept`.
    """

    kept: ClassVar[tuple[str, ...]] = ()

    @property
    def cls(self) -> str:
        """The name by which FiftyOne finds this class again."""
        return importable_name(type(self))

    def attributes(self) -> list[str]:
        """What FiftyOne stores."""
        return ["cls", *self.kept]


Kept = TypeVar("Kept", bound=KeptResults)


def load_kept(kind: type[Kept], dataset: fo.Dataset, key: str, config: Any) -> Kept:
    """The results of a run, also where FiftyOne knows them by another import's class.

    Args:
        kind: the class of the results
        dataset: the dataset
        key: the key of the run
        config: its parameters
    """
    found = dataset.load_run_results(key, cache=False)
    if isinstance(found, kind):
        return found
    values = {name: getattr(found, name) for name in kind.kept}
    return kind(found.samples, config, key, **values)


def importable_name(cls: type) -> str:
    """The name of a class of this plugin under which other processes can import it.

    Where the same code is installed as a package too, that is the name in the package,
    which can be imported at once.

    Args:
        cls: a class of this plugin
    """
    own = str(__package__).removesuffix(".labelsets.runs")
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
    there = Path(found.origin).resolve().parent
    return there == ROOT or fingerprint(there) == fingerprint(ROOT)
