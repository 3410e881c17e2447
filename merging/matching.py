"""Which samples of two sides are the same one, and what merged fields are called.

Plain values only: nothing here knows FiftyOne.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

FILE_NAME = "file name"
"""Stands for a key that no field holds: see :func:`file_name_key`."""

SOURCES = {"sama": "sama-coco", "coco": "coco-2017"}
"""The known label sets: the prefix of their fields -> their folder in a zoo."""

GENERIC_NAMES = ("segmentations", "detections", "ground_truth")
"""What importers call a label field, whoever drew the labels."""

_COCO_NUMBER = re.compile(r"(?<!\d)\d{12}$")


@dataclass(frozen=True)
class Side:
    """The samples of one side: equally long sequences of key, id and file path."""

    name: str
    key_name: str
    keys: Sequence[Any]
    ids: Sequence[Any]
    paths: Sequence[str]


@dataclass(frozen=True)
class Match:
    """Ids of the samples of both sides, as ``(there, here)``, and of the others."""

    pairs: list[tuple[Any, Any]]
    only_here: list[Any]
    only_there: list[Any]


def match_samples(here: Side, there: Side) -> Match:
    """Pairs the samples with equal keys; a sample without a key matches nothing.

    Args:
        here: the samples that are merged into
        there: the samples that are merged

    Returns:
        the match

    Raises:
        ValueError: if a key repeats on a side, or no two samples match
    """
    ours, theirs = _ids_by_key(here), _ids_by_key(there)
    pairs = [(id, ours[key]) for key, id in theirs.items() if key in ours]
    if not pairs:
        raise ValueError(
            f"No sample of '{there.name}' has the key of one of '{here.name}': "
            f"{here.key_name} is {_example(ours)} here and {there.key_name} is "
            f"{_example(theirs)} there. Choose another key"
        )
    return Match(
        pairs,
        [i for k, i in zip(here.keys, here.ids, strict=True) if k not in theirs],
        [i for k, i in zip(there.keys, there.ids, strict=True) if k not in ours],
    )


def file_name_key(path: str | None) -> str | None:
    """The key in a file's name.

    Args:
        path: the file's path

    Returns:
        the twelve digits that end the name, as in COCO's ``000000000139.jpg`` and
        ``COCO_val2014_000000000139.jpg``; of other files, the whole name
    """
    if not path:
        return None
    name = PurePath(path)
    number = _COCO_NUMBER.search(name.stem)
    return number.group() if number else name.name


def source_prefix(name: str, folders: Collection[str], info: Mapping[str, Any]) -> str:
    """Where labels come from, as far as their dataset says.

    Args:
        name: the dataset's name
        folders: the folders above one of its files
        info: what its label file says of itself

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
    """The name offered for a field that comes over.

    Args:
        field: its name now
        prefix: of the label set
        taken: the names that are taken

    Returns:
        ``field`` itself where that says whose labels they are and is free, else the
        prefixed name; an empty string if that is taken too
    """
    names = [f"{prefix}_{field}"] if not field.startswith(f"{prefix}_") else []
    if field not in GENERIC_NAMES:
        names.insert(0, field)
    return next((n for n in names if n not in taken), "")


def check_new_name(name: Any, reserved: Collection[str]) -> None:
    """Checks that a field may be called so.

    Args:
        name: the name
        reserved: names that mean something else

    Raises:
        ValueError: if it may not
    """
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII):
        raise ValueError(
            f"A field can't be called {name!r}: use letters, digits and '_', a letter "
            "first"
        )
    if name in reserved:
        raise ValueError(f"A field can't be called '{name}': that name is FiftyOne's")


def _ids_by_key(side: Side) -> dict[Any, Any]:
    places: dict[Any, int] = {}
    for place, key in enumerate(side.keys):
        if key is None:
            continue
        if key in places:
            first, second = side.paths[places[key]], side.paths[place]
            raise ValueError(
                f"The key {side.key_name} repeats in '{side.name}': {key!r} is that of "
                f"{first} and of {second}. Choose a key that no two samples share"
            )
        places[key] = place
    return {key: side.ids[place] for key, place in places.items()}


def _example(keys: Iterable[Any]) -> str:
    return next((repr(key) for key in keys), "set on no sample")


def _zoo_folders(folders: Collection[str]) -> list[str]:
    owners = {folder.removesuffix("-files") for folder in folders}
    return [folder for folder in SOURCES.values() if folder in owners]
