"""The files that a label field was read from, opened, checked and indexed.

Their annotations are looked up by image while a field is exported.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ....zoo.errors import SamaCocoError
from ....zoo.fetch.archives import open_archive
from ....zoo.label_sources import LabelSource
from ...error_types import ExportError
from .json_elements import CHUNK, find_elements
from .source_entries import Part, SourceSet, base_name, entry_id, read_entry

Advance = Callable[[int], None]

_DAMAGE = (OSError, SamaCocoError, EOFError)


class SourceError(ExportError):
    """A file that a field was read from is gone, or is another one now."""

    def __init__(self, source: LabelSource, reason: str) -> None:
        super().__init__(
            f"{source_name(source)}, which the labels were read from, {reason}. Put "
            "the file back, or export what the dataset itself holds with "
            "segmentation='rle' (for YOLO, 'polygons')"
        )


@contextmanager
def open_sources(
    sources: Sequence[LabelSource],
    scratch: Path,
    advance: Advance = lambda count: None,
) -> Iterator[list[SourceSet]]:
    """Opens the files of a field, checks that they are the same still, indexes them.

    Args:
        sources: the files
        scratch: where members of archives are unpacked to; deleted afterwards
        advance: called with the number of bytes that were just read

    Yields:
        the files of each split

    Raises:
        SourceError: if a file is gone or another one than was read
    """
    splits = list(dict.fromkeys(source["split"] for source in sources))
    opened: list[int] = []
    unpacked = os.open(scratch, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    opened.append(unpacked)
    try:
        found = []
        for split in splits:
            of_split = [source for source in sources if source["split"] == split]
            index = _Index()
            for source in of_split:
                file = unpacked if source["member"] else _open(source, opened)
                index.read(source, file, advance)
            found.append(index.finish(of_split))
        yield found
    finally:
        for file in opened:
            os.close(file)
        scratch.unlink(missing_ok=True)


def source_name(source: LabelSource) -> str:
    """What a file is called in messages."""
    if source["member"] is None:
        return f"'{source['path']}'"
    return f"'{source['member']}' in '{source['path']}'"


def source_size(source: LabelSource) -> int:
    """The size of a file in bytes, unpacked; 0 if it can't be told."""
    with suppress(*_DAMAGE, KeyError):
        if source["member"] is None:
            return os.path.getsize(source["path"])
        with open_archive(Path(source["path"])) as archive:
            return archive.getinfo(source["member"]).file_size
    return 0


class _Index:
    """The index of the files of one split, while they are read."""

    def __init__(self) -> None:
        self._files: list[tuple[int, int]] = []
        self._images: list[NDArray[np.int64]] = []
        self._names: list[NDArray[np.int64]] = []
        self._annotations: list[NDArray[np.int64]] = []

    def read(self, source: LabelSource, file: int, advance: Advance) -> None:
        """Reads a file, or unpacks it to the end of another."""
        start = os.lseek(file, 0, os.SEEK_END) if source["member"] else 0
        digest = hashlib.sha256()
        with _reading(source, file) as document:
            tee = _Tee(document, file if source["member"] else None, digest, advance)
            self._add(tee)
        if digest.hexdigest() != source["sha256"]:
            raise SourceError(source, "has changed since")
        self._files.append((file, start))

    def finish(self, sources: Sequence[LabelSource]) -> SourceSet:
        parts = map(_sort, (self._images, self._names, self._annotations))
        return SourceSet(sources, self._files, *parts)

    def _add(self, document: Any) -> None:
        number = len(self._files)
        for key, offset, data, starts, ends in find_elements(document):
            if key not in ("images", "annotations"):
                continue
            view = memoryview(data)
            bounds = zip(starts.tolist(), ends.tolist(), strict=True)
            entries = [read_entry(view[start:end]) for start, end in bounds]
            ids = [entry_id(entry.id) for entry in entries]
            files = np.full(len(entries), number)
            places = (ids, files, starts + offset, ends - starts)
            if key == "annotations":
                images = [entry_id(entry.image_id) for entry in entries]
                self._annotations.append(np.stack((images, *places)))
            else:
                names = [hash(base_name(entry.file_name)) for entry in entries]
                self._images.append(np.stack((ids, *places)))
                self._names.append(np.stack((names, *places)))


class _Tee:
    """A file whose bytes are counted, hashed, and written to another where wanted."""

    def __init__(
        self, file: IO[bytes], copy: int | None, digest: Any, advance: Advance
    ) -> None:
        self._file, self._copy = file, copy
        self._digest, self._advance = digest, advance

    def read(self, size: int = CHUNK) -> bytes:
        data = self._file.read(size)
        self._digest.update(data)
        self._advance(len(data))
        left = memoryview(data)
        while self._copy is not None and left:
            left = left[os.write(self._copy, left) :]
        return data


@contextmanager
def _reading(source: LabelSource, file: int) -> Iterator[IO[bytes]]:
    if source["member"] is None:
        with open(file, "rb", closefd=False) as document:
            yield document
        return
    try:
        with open_archive(Path(source["path"])) as archive:
            names = archive.namelist()
            if source["member"] not in names:
                raise SourceError(source, "is not there any more")
            with archive.open(source["member"]) as document:
                yield document
    except ExportError:
        raise
    except FileNotFoundError as error:
        raise SourceError(source, "is not there any more") from error
    except (PermissionError, SamaCocoError) as error:
        raise SourceError(source, f"can't be read: {error}") from error


def _open(source: LabelSource, opened: list[int]) -> int:
    try:
        file = os.open(source["path"], os.O_RDONLY)
    except FileNotFoundError as error:
        raise SourceError(source, "is not there any more") from error
    except OSError as error:
        raise SourceError(source, f"can't be read: {error.strerror}") from error
    opened.append(file)
    return file


def _sort(columns: Sequence[NDArray[np.int64]]) -> Part:
    """Entries by key, those of equal keys in their order."""
    keys, ids, files, offsets, lengths = (
        np.concatenate(columns, axis=1) if columns else np.zeros((5, 0), np.int64)
    )
    order = np.argsort(keys, kind="stable")
    return Part(
        keys[order],
        ids[order],
        files[order].astype(np.int16),
        offsets[order],
        lengths[order].astype(np.int32),
    )
