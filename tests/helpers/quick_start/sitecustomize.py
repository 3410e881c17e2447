"""Has programs that tests start import scikit-learn when they use it, if ever.

FiftyOne imports it as it is imported itself, for plots and for methods of its Brain,
which takes half of the time that such a program needs to start. Python imports this
module by itself in each program on whose path its folder is.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

PACKAGE = "sklearn"


class _Postponed(ModuleType):
    """Stands in for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if _finder in sys.meta_path:
            sys.meta_path.remove(_finder)
            for module in [m for m in sys.modules if m.partition(".")[0] == PACKAGE]:
                del sys.modules[module]
        return getattr(importlib.import_module(self.__name__), name)


class _Finder:
    """Finds a stand-in for each module of the package."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] != PACKAGE:
            return None
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Postponed(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to execute yet."""


_finder = _Finder()
sys.meta_path.insert(0, _finder)
