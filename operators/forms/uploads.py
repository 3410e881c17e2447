"""The kind of parameter that holds a file which was uploaded from the browser."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from fiftyone.operators import types

from ...labelsets.merging.from_files.add_plan import Content
from .parameters import Parameter, Values

LARGEST_BYTES = 64 << 20
"""A larger file is too slow: it is sent with every key pressed in the form."""


@dataclass(frozen=True)
class Upload(Parameter):
    """The name and the content of a file.

    Attributes:
        suffixes: what its name may end in, for the browser's dialog
    """

    suffixes: tuple[str, ...] = ()

    def check(self, value: Any) -> Content:
        """The content of the file.

        Raises:
            ParameterError: if it can't be read, or is too large
        """
        content = value.get("content") if isinstance(value, Mapping) else None
        name = value.get("name") if isinstance(value, Mapping) else None
        if not isinstance(content, str) or not isinstance(name, str):
            raise self._refuse("an uploaded file", type(value).__name__)
        if len(content) > LARGEST_BYTES * 4 // 3 + 4:
            raise self._refuse(f"a file of at most {LARGEST_BYTES >> 20} MB", name)
        try:
            data = base64.b64decode(content.rpartition(",")[2], validate=True)
        except (binascii.Error, ValueError):
            raise self._refuse("an uploaded file in base64", name) from None
        return Content(PurePath(name.replace("\\", "/")).name or "file", data)

    def ask(self, inputs: types.Object, ctx: Any, values: Values) -> None:
        """Adds a button that uploads a file."""
        view = types.FileView(
            max_size=LARGEST_BYTES,
            max_size_error_message=f"Larger than {LARGEST_BYTES >> 20} MB: choose it "
            "where FiftyOne runs",
            types=",".join(self.suffixes),
        )
        look = self._look(ctx, values)
        inputs.uploaded_file(self.name, view=view, **look)
