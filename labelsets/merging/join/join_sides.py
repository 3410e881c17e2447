"""The two sides of a join as columns, and the values of each key in them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from .image_names import (
    Parts,
    below_common_folder,
    file_name,
    last_parts,
    path_parts,
    stem,
)
from .join_keys import FILE_NAME, IMAGE_ID, RELATIVE_PATH, STEM, JoinKey, find_group

Size = tuple[int, int]
"""The width and height of an image in px."""

Column = Sequence[Hashable | None]


@dataclass(frozen=True, eq=False)
class Side:
    """Images, or the entries of a label set: equally long columns.

    Attributes:
        name: the name of the side in messages
        paths: the path or the file name of each row, None if it is unknown
        sizes: width and height of each row in px, None if they are unknown; empty
            if all are
        ids: columns of image ids by their names
    """

    name: str
    paths: Sequence[str | None]
    sizes: Sequence[Size | None] = ()
    ids: Mapping[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.paths)

    @cached_property
    def parts(self) -> list[Parts]:
        """Folders and name of each row."""
        return [path_parts(path) for path in self.paths]

    @cached_property
    def file_names(self) -> list[str | None]:
        """The file name of each row, see :func:`image_names.file_name`."""
        return [file_name(parts) for parts in self.parts]

    @cached_property
    def stems(self) -> list[str | None]:
        """The file name of each row without its suffix."""
        return [stem(name) for name in self.file_names]


class RowIndex(NamedTuple):
    """The rows of a column by value, and two rows of each value that repeats."""

    rows: dict[Hashable, int]
    repeated: dict[Hashable, tuple[int, int]]

    @classmethod
    def of(cls, column: Column) -> RowIndex:
        """Indexes a column; None is no value."""
        rows: dict[Hashable, int] = dict(zip(column, range(len(column)), strict=True))
        rows.pop(None, None)
        repeated: dict[Hashable, tuple[int, int]] = {}
        if len(rows) < len(column) - sum(value is None for value in column):
            for row, value in enumerate(column):
                if value is not None and rows[value] != row:
                    repeated.setdefault(value, (row, rows[value]))
        return cls(rows, repeated)


def key_columns(
    images: Side, entries: Side, key: JoinKey
) -> Iterator[tuple[Column, Column]]:
    """The values of a key on both sides, in each way that the key can be read.

    A relative path is read from the deepest folder on that all files of a side are in,
    and as the last two, three, ... parts. A pattern is looked for in the names of one
    side, whose stems are compared on the other, and in those of both.
    """
    if key.kind == IMAGE_ID:
        yield images.ids[key.images], entries.ids[key.entries]
    elif key.kind == FILE_NAME:
        yield images.file_names, entries.file_names
    elif key.kind == STEM:
        yield images.stems, entries.stems
    elif key.kind == RELATIVE_PATH:
        yield below_common_folder(images.parts), below_common_folder(entries.parts)
        depth = min(max(map(len, side.parts), default=0) for side in (images, entries))
        for count in range(min(2, depth), depth + 1):
            yield last_parts(images.parts, count), last_parts(entries.parts, count)
    else:
        ours, theirs = (_groups(key.pattern, side) for side in (images, entries))
        yield images.stems, theirs
        yield ours, theirs
        yield ours, entries.stems


def _groups(pattern: str, side: Side) -> list[str | None]:
    return [find_group(pattern, parts[-1]) if parts else None for parts in side.parts]
