"""The names of label fields that come from elsewhere.

Plain values only: nothing here knows FiftyOne.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ..error_types import MergeError

SOURCES = {"sama": "sama-coco", "coco": "coco-2017"}
"""The known label sets: the prefix of their fields -> their folder in a zoo."""

GENERIC_NAMES = ("segmentations", "detections", "ground_truth")
"""The names that importers give a label field, whatever its source."""


def source_prefix(name: str, folders: Collection[str], info: Mapping[str, Any]) -> str:
    """The source of labels, if their dataset tells it.

    Args:
        name: the dataset's name
        folders: the folders above one of its files
        info: the info section of its label file

    Returns:
        a key of :data:`SOURCES`, or an empty string
    """
    written = " ".join(v for v in info.values() if isinstance(v, str))
    for text in (name, *_zoo_folders(folders), written):
        for prefix in SOURCES:
            if prefix in text.lower():
                return prefix
    return ""


def name_prefix(name: str) -> str:
    """A prefix for field names made of a dataset's name."""
    prefix = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").lower()
    return prefix if prefix[:1].isalpha() else f"other_{prefix}".rstrip("_")


def offered_name(field: str, prefix: str, taken: Collection[str]) -> str:
    """The name offered for a field to be merged.

    Args:
        field: its name now
        prefix: of the label set
        taken: the names that are taken

    Returns:
        ``field`` itself if it tells the source and is free, else the prefixed name; an
        empty string if that is taken too
    """
    names = [f"{prefix}_{field}"] if not field.startswith(f"{prefix}_") else []
    if field not in GENERIC_NAMES:
        names.insert(0, field)
    return next((n for n in names if n not in taken), "")


def check_new_name(name: Any, reserved: Collection[str]) -> None:
    """Checks that a field may have a name.

    Args:
        name: the name
        reserved: names that mean something else

    Raises:
        MergeError: if it may not
    """
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII):
        raise MergeError(
            f"A field can't be called {name!r}: use letters, digits and '_', a letter "
            "first"
        )
    if name in reserved:
        raise MergeError(
            f"A field can't be called '{name}': FiftyOne uses that name itself"
        )


def _zoo_folders(folders: Collection[str]) -> list[str]:
    owners = {folder.removesuffix("-files") for folder in folders}
    return [folder for folder in SOURCES.values() if folder in owners]
