"""Files and folders that a request may name, and the kind of parameter for them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fiftyone.operators import types

from .parameters import Parameter, Values

FOLDERS_VARIABLE = "LABELSETS_FOLDERS"
"""Holds the folders that requests may name, separated as in ``PATH``."""


@dataclass(frozen=True)
class PathParameter(Parameter):
    """A file or folder of the machine that FiftyOne runs on.

    Attributes:
        folder: whether it is a folder
    """

    folder: bool = field(default=True, kw_only=True)

    def check(self, value: Any) -> str:
        path = value.get("absolute_path") if isinstance(value, Mapping) else value
        if not isinstance(path, str) or "\0" in path or not path.strip():
            what = "folder" if self.folder else "file"
            raise self._refuse(f"the path of a {what}, as text", value)
        found = os.path.abspath(os.path.expanduser(path))
        allowed = allowed_folders()
        real = Path(os.path.realpath(found))
        if allowed and not any(real.is_relative_to(folder) for folder in allowed):
            below = ", ".join(map(str, allowed))
            raise self._refuse(
                f"below {below}, as {FOLDERS_VARIABLE} requires on the machine that "
                "runs FiftyOne",
                path,
            )
        return found

    def ask(self, inputs: types.Object, ctx: Any, values: Values) -> None:
        if isinstance(ctx.params.get(self.name), str):  # not of the file explorer
            inputs.str(self.name, **self._look(ctx, values))
            return
        what = "folder" if self.folder else "file"
        view = types.FileExplorerView(
            choose_dir=self.folder, button_label=f"Choose a {what}..."
        )
        inputs.file(self.name, view=view, **self._look(ctx, values))


def allowed_folders() -> list[Path]:
    """The folders that requests may name paths below; none if any may be named."""
    listed = os.environ.get(FOLDERS_VARIABLE, "").split(os.pathsep)
    return [Path(os.path.realpath(name)) for name in listed if name]
