"""Contradictions of a join: the name of another image, another size."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ...error_types import JoinError
from .join_keys import FILE_NAME, RELATIVE_PATH, STEM, JoinKey
from .join_sides import RowIndex, Side, Size, key_columns

Pair = tuple[int, int]
"""The row of an entry and that of its image."""


def check_names(
    images: Side, entries: Side, key: JoinKey, pairs: Sequence[Pair]
) -> None:
    """Checks that no pair has a name that another image or entry has.

    Args:
        images: the images
        entries: the entries of one label set
        key: what they were joined by
        pairs: the rows of entries and their images

    Raises:
        JoinError: if one has
    """
    image_of = namesakes(images, entries)
    entry_of = {image: entry for entry, image in image_of.items()}
    for entry, image in pairs:
        if (other := image_of.get(entry, image)) != image:
            but = f"but its name is that of '{images.paths[other]}'"
        elif (rival := entry_of.get(image, entry)) != entry:
            but = f"whose name is that of '{entries.paths[rival]}'"
        else:
            continue
        raise JoinError(
            f"The key {key} contradicts the names: it joins '{entries.paths[entry]}' "
            f"of '{entries.name}' to '{images.paths[image]}', {but}. Join by file "
            "name or stem"
        )


@lru_cache(maxsize=2)
def namesakes(images: Side, entries: Side) -> dict[int, int]:
    """The image that each entry is named like, by file name, path or stem.

    A name that repeats on a side is ignored.

    Returns:
        rows of images by rows of entries
    """
    found: dict[int, int] = {}
    for kind in (FILE_NAME, RELATIVE_PATH, STEM):
        for ours, theirs in key_columns(images, entries, JoinKey(kind)):
            here, there = RowIndex.of(ours), RowIndex.of(theirs)
            repeated = here.repeated.keys() | there.repeated.keys()
            common = there.rows.keys() & here.rows.keys() - repeated
            found = {there.rows[v]: here.rows[v] for v in common} | found
        if len(found) == min(len(images), len(entries)):
            break
    return found


def pairs_of_other_size(
    images: Side, entries: Side, pairs: Sequence[Pair]
) -> list[Pair]:
    """The pairs whose sizes are known and differ."""
    if not (images.sizes and entries.sizes):
        return []
    sizes = [(entries.sizes[entry], images.sizes[image]) for entry, image in pairs]
    return [
        pair
        for pair, (there, here) in zip(pairs, sizes, strict=True)
        if there != here and there is not None and here is not None
    ]


def other_size_error(
    images: Side, entries: Side, key: JoinKey, pair: Pair
) -> JoinError:
    """The error of a pair whose sizes differ."""
    entry, image = pair
    return JoinError(
        f"The key {key} contradicts the sizes: '{entries.paths[entry]}' of "
        f"'{entries.name}' is {_px(entries.sizes[entry])}, but '{images.paths[image]}' "
        f"is {_px(images.sizes[image])}. Choose another key, or the images that were "
        "labelled"
    )


def _px(size: Size | None) -> str:
    return f"{size[0]} x {size[1]} px" if size else "of unknown size"
