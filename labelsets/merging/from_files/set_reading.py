"""Label files read and joined to images: the first step of a load or an addition."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....zoo.defects import Defects
from ....zoo.errors import ArgumentError, FormatError, one_of
from ...error_types import JoinError
from ..formats.coco_file import CocoFile
from ..formats.label_file import IMAGE_IDS, SHAPES, LabelFile
from ..formats.recognising import Predicted, open_labels
from ..join.join_keys import IMAGE_ID, PATTERN, JoinKey, read_kind
from ..join.join_sides import Side
from ..join.joining import Join, join

FilePath = str | os.PathLike[str]


@dataclass(frozen=True)
class JoinedFile:
    """A label file, joined to images.

    Attributes:
        field: the label field of its labels
        file: the file
        join: its entries and the images they belong to
    """

    field: str
    file: LabelFile
    join: Join

    @property
    def entry_of(self) -> dict[int, int]:
        """The row of the entry of each image, by the row of the image."""
        return {image: entry for entry, image in self.join.pairs}

    def image_ids(self) -> dict[int, int]:
        """The ids that the file gives images, by the row of the image."""
        ids: Sequence[Any] = self.file.entries.ids.get(IMAGE_IDS, ())
        return {image: ids[entry] for entry, image in self.join.pairs} if ids else {}

    def note(self, images: Side, problems: Defects) -> None:
        """Counts what is unusual in the file, and what is left out.

        Args:
            images: the images that it was joined to
            problems: where it is counted
        """
        problems += self.file.problems
        for row in self.join.only_entries:
            problems.note(f"image of '{self.field}' that is missing", self._name(row))
        for entry, image in self.join.other_size:
            sizes = self.file.entries.sizes[entry], images.sizes[image]
            problems.note(
                f"image of '{self.field}' that has another size, left out",
                f"{self._name(entry)}: {sizes[0]} in the file, {sizes[1]} on disk",
            )

    def _name(self, entry: int) -> str:
        """What messages call an entry: its path or, where it has none, its image id."""
        path = self.file.entries.paths[entry]
        ids = self.file.entries.ids.get(IMAGE_IDS, ())
        return f"image {ids[entry]}" if path is None and ids else str(path)


def open_label_sets(paths: Mapping[str, FilePath]) -> dict[str, LabelFile]:
    """Reads the files of several label sets.

    A file of predictions takes images and classes from the first COCO JSON file.

    Args:
        paths: a file or folder for each label field

    Raises:
        FormatError: if the format of one is not supported, or it is damaged
        FileNotFoundError: if one is missing
    """
    opened: dict[str, LabelFile] = {}
    waiting: list[str] = []
    for field, path in paths.items():
        try:
            opened[field] = open_labels(path, _not_yet)
        except _LaterError:
            waiting.append(field)
    for field in waiting:
        opened[field] = open_labels(paths[field], lambda: _listed(opened.values()))
    return {field: opened[field] for field in paths}


def predicted_by(path: FilePath | None) -> Predicted:
    """The images and classes that a COCO JSON file lists, for predictions.

    Raises:
        FormatError: if there is none, or it is not COCO JSON
    """
    if path is None:
        return Predicted({})
    return _listed([open_labels(path)])


def read_join_key(text: str | None, ids: str | None) -> JoinKey | None:
    """The key to join a label file by.

    Args:
        text: the requested key, see :func:`join_keys.read_kind`; None to choose
        ids: the column of ids of the images, None if they have none

    Raises:
        ArgumentError: if there is no such key
    """
    if not text:
        return None
    kind = read_kind(text)
    if kind == PATTERN:
        return JoinKey(PATTERN, pattern=text)
    if kind != IMAGE_ID:
        return JoinKey(kind)
    if ids is None:
        raise ArgumentError(
            "Image files have no ids to join by; join by 'file name', 'relative path', "
            "'stem' or a pattern"
        )
    return JoinKey(IMAGE_ID, ids, IMAGE_IDS)


def join_file(
    field: str, file: LabelFile, images: Side, key: JoinKey | None
) -> JoinedFile:
    """Joins a label file to images.

    Args:
        field: the label field of its labels
        file: the file
        images: the images
        key: what to join by, None to choose

    Raises:
        JoinError: if it can't be joined
    """
    if key is not None and key.kind == IMAGE_ID and IMAGE_IDS not in file.entries.ids:
        raise JoinError(f"'{file.name}' ({file.format}) has no image ids to join by")
    return JoinedFile(field, file, join(images, file.entries, key))


def check_shape(shape: Any) -> str:
    """The requested form of labels, checked.

    Raises:
        ArgumentError: if it is none of them
    """
    return one_of(shape, SHAPES, "form of labels")


class _LaterError(Exception):
    """A file of predictions must be read after those that list its images."""


def _not_yet() -> Predicted:
    raise _LaterError


def _listed(files: Any) -> Predicted:
    for file in files:
        if isinstance(file, CocoFile):
            return Predicted(file.categories, file)
    raise FormatError(
        "COCO results name images and classes by ids alone. Give the COCO JSON file "
        "that lists them too"
    )
