"""The keys that join images and the entries of a label set."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from ....zoo.errors import ArgumentError

RELATIVE_PATH = "relative path"
FILE_NAME = "file name"
STEM = "stem"
IMAGE_ID = "image id"
PATTERN = "pattern"

NAME_KINDS = (RELATIVE_PATH, FILE_NAME, STEM)
"""The keys that need no column of ids and no pattern."""

_SHORT = {"path": RELATIVE_PATH, "name": FILE_NAME, "id": IMAGE_ID}
_LONGEST_PATTERN = 200
_SECONDS_PER_NAME = 0.1


@dataclass(frozen=True)
class JoinKey:
    """The key that joins two sides.

    Attributes:
        kind: one of the kinds above
        images: of an id, the column of the images
        entries: of an id, the column of the entries
        pattern: of a pattern, the regular expression, with one group
    """

    kind: str
    images: str = ""
    entries: str = ""
    pattern: str = ""

    def __str__(self) -> str:
        if self.kind == IMAGE_ID:
            columns = dict.fromkeys((self.images, self.entries))
            return " and ".join(c for c in columns if c != IMAGE_ID) or IMAGE_ID
        return f"the pattern {self.pattern}" if self.pattern else self.kind


def read_kind(text: str) -> str:
    """The kind of key that a text names.

    Args:
        text: a kind, its short form (``"path"``, ``"name"``, ``"id"``), or a regular
            expression with one group

    Raises:
        ArgumentError: if it is none of them
    """
    kind = _SHORT.get(text, text)
    if kind in (*NAME_KINDS, IMAGE_ID):
        return kind
    if "(" not in text:
        raise ArgumentError(
            f"Nothing can be joined by {text!r}; it can be 'relative path', 'file "
            "name', 'stem', 'image id', or a pattern with one group, such as "
            r"'(\d{12})'"
        )
    check_pattern(text)
    return PATTERN


def check_pattern(pattern: str) -> None:
    """Checks a regular expression that finds the equal part of names.

    Raises:
        ArgumentError: if it can't be used
    """
    if len(pattern) > _LONGEST_PATTERN:
        raise ArgumentError(
            f"The pattern has {len(pattern)} characters; it can have {_LONGEST_PATTERN}"
        )
    try:
        groups = regex.compile(pattern).groups
    except regex.error as error:
        raise ArgumentError(f"The pattern {pattern!r} can't be read: {error}") from None
    if groups != 1:
        raise ArgumentError(
            f"The pattern {pattern!r} has {groups} groups; it needs one, around what "
            "is equal in both names. (?:...) groups without counting"
        )


def find_group(pattern: str, name: str) -> str | None:
    """The text of a pattern's group in a name, None if it is not found.

    Raises:
        ArgumentError: if the pattern takes too long on a name
    """
    try:
        found = regex.search(pattern, name, timeout=_SECONDS_PER_NAME)
    except TimeoutError:
        raise ArgumentError(
            f"The pattern {pattern!r} takes too long on names such as {name!r}; make "
            "it simpler"
        ) from None
    return found.group(1) or None if found else None
