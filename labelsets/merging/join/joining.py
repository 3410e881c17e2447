"""Joins the image entries of a label set to images; nothing else pairs them.

Plain columns only: nothing here knows FiftyOne.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...error_types import JoinError
from .contradictions import (
    Pair,
    check_names,
    namesakes,
    other_size_error,
    pairs_of_other_size,
)
from .join_keys import FILE_NAME, IMAGE_ID, PATTERN, RELATIVE_PATH, STEM, JoinKey
from .join_sides import Column, RowIndex, Side, key_columns
from .patterns import candidate_patterns


@dataclass(frozen=True)
class Join:
    """The entries and the images they belong to.

    Attributes:
        key: what they are joined by
        pairs: the rows of each entry and its image
        only_images: rows of images that no entry belongs to
        only_entries: rows of entries that belong to no image
        other_size: pairs that were left out because their sizes differ
    """

    key: JoinKey
    pairs: list[Pair]
    only_images: list[int]
    only_entries: list[int]
    other_size: list[Pair]


def join(images: Side, entries: Side, key: JoinKey | None = None) -> Join:
    """Joins entries to images.

    Args:
        images: the images
        entries: the entries of one label set
        key (None): what to join by; by default the key that joins the most images
            without a contradiction, an id only if names confirm it

    Returns:
        the join, which has at least one pair

    Raises:
        JoinError: if nothing matches, a key gives an entry two images or an image two
            entries, or names or sizes contradict an id
    """
    if key is not None:
        joined = join_by(images, entries, key)
        if not joined.pairs:
            raise JoinError(_nothing_joins(images, entries, key))
        return joined
    best, reasons = None, []
    for candidate, outcome in try_keys(images, entries):
        if isinstance(outcome, JoinError):
            reasons.append(f"By {candidate}: {outcome}")
        elif best is None or len(outcome.pairs) > len(best.pairs):
            best = outcome
    if best is None or not best.pairs:
        raise JoinError(". ".join([_nothing_joins(images, entries), *reasons]))
    return best


def try_keys(images: Side, entries: Side) -> Iterator[tuple[JoinKey, Join | JoinError]]:
    """Joins by every key except a pattern, in the order that decides ties.

    Args:
        images: the images
        entries: the entries of one label set

    Yields:
        each key with its join, or why it isn't chosen by default; no more once all
        file names are joined
    """
    for key in candidate_keys(images, entries):
        try:
            joined = join_by(images, entries, key)
            if key.kind == IMAGE_ID and joined.pairs:
                _require_common_names(images, entries, len(joined.pairs))
        except JoinError as error:
            yield key, error
        else:
            yield key, joined
            if key.kind == FILE_NAME and _is_complete(joined):
                return  # no path and no stem can join more


def candidate_keys(images: Side, entries: Side) -> list[JoinKey]:
    """The keys that could join two sides, except patterns."""
    ids = [
        JoinKey(IMAGE_ID, here, there)
        for here, ours in images.ids.items()
        for there, theirs in entries.ids.items()
        if _kind(ours) is _kind(theirs)
    ]
    return [*ids, *(JoinKey(kind) for kind in (FILE_NAME, RELATIVE_PATH, STEM))]


def join_by(images: Side, entries: Side, key: JoinKey) -> Join:
    """Joins by one key.

    Args:
        images: the images
        entries: the entries of one label set
        key: the key

    Returns:
        the join, perhaps without a pair

    Raises:
        JoinError: as :func:`join`, except that nothing needs to match
    """
    best: list[Pair] = []
    refused = None
    for columns in key_columns(images, entries, key):
        try:
            pairs = _pairs(images, entries, key, *columns)
        except JoinError as error:
            refused = refused or error
        else:
            best = max(best, pairs, key=len)
    if not best and refused is not None:
        raise refused
    if key.kind in (IMAGE_ID, PATTERN):
        check_names(images, entries, key, best)
    return _without_other_sizes(images, entries, key, best)


def _is_complete(joined: Join) -> bool:
    return not joined.other_size and not (joined.only_images and joined.only_entries)


def _pairs(
    images: Side, entries: Side, key: JoinKey, ours: Column, theirs: Column
) -> list[Pair]:
    """Pairs equal values.

    Raises:
        JoinError: if a value that both sides have repeats on one
    """
    here, there = RowIndex.of(ours), RowIndex.of(theirs)
    for side, index, others in ((images, here, there), (entries, there, here)):
        for value, (first, second) in index.repeated.items():
            if value in others.rows:
                raise JoinError(
                    f"The key {key} repeats in '{side.name}': {_shown(value)} is that "
                    f"of {side.paths[first]} and of {side.paths[second]}. Choose a key "
                    "that no two images share"
                )
    image_rows = here.rows
    return [
        (row, image_rows[value])
        for value, row in there.rows.items()
        if value in image_rows
    ]


def _require_common_names(images: Side, entries: Side, joined: int) -> None:
    if not namesakes(images, entries):
        raise JoinError(
            f"it would join {joined:,} images, but their names have nothing in common. "
            "Ask for this key if the ids are those of the same images"
        )


def _without_other_sizes(
    images: Side, entries: Side, key: JoinKey, pairs: Sequence[Pair]
) -> Join:
    """Leaves out pairs of images whose sizes differ.

    Raises:
        JoinError: if all differ, or one does that was joined by an id
    """
    other = pairs_of_other_size(images, entries, pairs)
    left_out = set(other)
    same = [pair for pair in pairs if pair not in left_out] if other else list(pairs)
    if other and (not same or key.kind == IMAGE_ID):
        raise other_size_error(images, entries, key, other[0])
    taken_entries = {entry for entry, _ in pairs}
    taken_images = {image for _, image in same}
    return Join(
        key,
        same,
        [row for row in range(len(images)) if row not in taken_images],
        [row for row in range(len(entries)) if row not in taken_entries],
        other,
    )


def _nothing_joins(images: Side, entries: Side, key: JoinKey | None = None) -> str:
    by = f" by {key}" if key else ""
    text = f"Nothing in '{entries.name}' joins an image of '{images.name}'{by}"
    if key and key.kind == IMAGE_ID:
        here, there = images.ids[key.images], entries.ids[key.entries]
        return (
            f"{text}: {key.images} is {_example(here)} here and {key.entries} is "
            f"{_example(there)} there. Choose another key"
        )
    text += (
        f": an image is called {_example(images.paths)} here and "
        f"{_example(entries.paths)} there"
    )
    suggested = suggest_pattern(images, entries)
    if suggested is None:
        return text
    return (
        f"{text}. The pattern {suggested.key.pattern} would join "
        f"{len(suggested.pairs):,} of {len(entries):,}: use it as the key"
    )


def suggest_pattern(images: Side, entries: Side) -> Join | None:
    """The join by the pattern that joins the most, None if none joins anything.

    Args:
        images: the images
        entries: the entries of one label set
    """
    here, there = ([s for s in side.stems if s] for side in (images, entries))
    best = None
    for pattern in candidate_patterns(here, there):
        try:
            joined = join_by(images, entries, JoinKey(PATTERN, pattern=pattern))
        except JoinError:
            continue
        if joined.pairs and (best is None or len(joined.pairs) > len(best.pairs)):
            best = joined
    return best


def _kind(column: Column) -> type | None:
    return next((type(value) for value in column if value is not None), None)


def _example(column: Column) -> str:
    return next((_shown(v) for v in column if v is not None), "set on none")


def _shown(value: Any) -> str:
    return "/".join(value) if isinstance(value, tuple) else repr(value)
