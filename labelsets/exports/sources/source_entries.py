"""The images and annotations of label files, found by id, name or image.

What is kept of each is where it stands: 22 bytes an annotation, 30 an image.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from ....zoo.coco.tool_ids import whole_number
from ....zoo.label_sources import LabelSource

Ints = NDArray[np.int64]


class Entry(msgspec.Struct):
    """What an index keeps of an entry, as tools may write it."""

    id: Any = None
    image_id: Any = None
    file_name: Any = None


_decode_entry = msgspec.json.Decoder(Entry).decode


class ImageReference(NamedTuple):
    """A sample whose entry in a file is looked for.

    Attributes:
        coco_id: its image id, if it has one
        file_name: the name of its file
    """

    coco_id: int | None
    file_name: str


class Part(NamedTuple):
    """Entries of files, sorted by a key.

    Attributes:
        keys: int64 (n,), ascending
        ids: int64 (n,), the id of each entry
        files: int16 (n,), which file each stands in
        offsets: int64 (n,), where it begins there, in bytes
        lengths: int32 (n,), how long it is, in bytes
    """

    keys: Ints
    ids: Ints
    files: NDArray[np.int16]
    offsets: Ints
    lengths: NDArray[np.int32]


class SourceSet:
    """The files of one split of a field.

    Args:
        sources: the files
        files: the descriptor of each, and where in it the document begins
        images: their images, by id
        names: their images, by the hash of their file names
        annotations: their annotations, by image id
    """

    def __init__(
        self,
        sources: Sequence[LabelSource],
        files: Sequence[tuple[int, int]],
        images: Part,
        names: Part,
        annotations: Part,
    ) -> None:
        self.sources = sources
        self.encoded_categories = _encode_categories(sources)
        self.split = sources[0]["split"]
        self._files = files
        self._images, self._names, self._annotations = images, names, annotations
        self._by_annotation: NDArray[np.intp] | None = None

    @property
    def largest_image_id(self) -> int:
        """The largest id of an image; 0 if there is none."""
        return int(self._images.keys.max(initial=0))

    def image(self, wanted: ImageReference) -> bytes | None:
        """The entry of an image as it stands in its file, None if there is none.

        The id counts where the entry that has it names the same file; else the name.
        """
        if wanted.coco_id is not None:
            for raw in self._read(self._images, wanted.coco_id):
                if _name(raw) == wanted.file_name:
                    return raw
        for raw in self._read(self._names, hash(wanted.file_name)):
            if _name(raw) == wanted.file_name:
                return raw
        return None

    def annotations(self, image_id: int) -> list[bytes]:
        """The annotations of an image as they stand in their files, in order."""
        return list(self._read(self._annotations, image_id))

    def image_of(self, annotation_ids: Iterable[int]) -> bytes | None:
        """The entry of the image that the first annotation of these ids is on.

        It finds images whose files were renamed after the labels had been read.
        """
        ids = self._annotations.ids
        if self._by_annotation is None:
            self._by_annotation = np.argsort(ids, kind="stable")
        for id in annotation_ids:
            place = np.searchsorted(ids, id, sorter=self._by_annotation)
            if place < len(ids) and ids[row := self._by_annotation[place]] == id:
                return next(self._read(self._images, self._annotations.keys[row]), None)
        return None

    def _read(self, part: Part, key: int) -> Iterator[bytes]:
        first = int(part.keys.searchsorted(key))
        for place in range(first, len(part.keys)):
            if part.keys[place] != key:
                return
            file, start = self._files[part.files[place]]
            length = int(part.lengths[place])
            yield os.pread(file, length, start + int(part.offsets[place]))


def _encode_categories(sources: Sequence[LabelSource]) -> bytes:
    """The categories of all files as a JSON list, each once."""
    found: dict[Any, Any] = {}
    for source in sources:
        for category in source["categories"]:
            found.setdefault(category.get("id"), category)
    return msgspec.json.encode(list(found.values()))


def read_entry(raw: bytes | memoryview) -> Entry:
    """What an index keeps of the JSON of an entry."""
    try:
        return _decode_entry(raw)
    except msgspec.DecodeError:  # NaN and Infinity
        return msgspec.convert(json.loads(bytes(raw)), Entry)


def entry_id(value: Any) -> int:
    """An id as a number; -1 if it is none."""
    number = whole_number(value)
    return -1 if number is None else number


def base_name(file_name: Any) -> str:
    """The name of a file without its folders."""
    return str(file_name or "").replace("\\", "/").rsplit("/", 1)[-1]


def _name(raw: bytes) -> str:
    return base_name(read_entry(raw).file_name)
