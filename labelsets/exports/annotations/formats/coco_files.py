"""COCO documents written piece by piece, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode


class CocoFile:
    """A COCO document: first its images are added, then its annotations.

    Args:
        path: the file to write
        head: all but the two long lists: info, licences, categories
    """

    def __init__(self, path: Path, head: Mapping[str, Any]) -> None:
        self._is_empty = True
        self._file = path.open("xb")
        self._file.write(_encode(head)[:-1])
        self._open_list("images", is_first=not head)

    def add(self, entry: bytes) -> None:
        """Adds an entry to the list that is open, as JSON."""
        self._file.write(b"\n" if self._is_empty else b",\n")
        self._file.write(entry)
        self._is_empty = False

    def begin_annotations(self) -> None:
        """Ends the images."""
        self._file.write(b"\n]")
        self._open_list("annotations")

    def finish(self) -> None:
        """Ends the document."""
        self._file.write(b"\n]}\n")
        self._file.close()

    def close(self) -> None:
        """Closes the file, finished or not."""
        self._file.close()

    def _open_list(self, name: str, is_first: bool = False) -> None:
        self._file.write(f'{"" if is_first else ","}"{name}":['.encode())
        self._is_empty = True
