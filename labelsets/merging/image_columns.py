"""The columns that datasets and views are joined by, read once for each state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from ..error_types import JoinError
from ..labels.views.view_internals import identity
from .join.join_keys import FILE_NAME, JoinKey
from .join.join_sides import Side
from .join.joining import Join, join, try_keys
from .merge_keys import id_fields


@dataclass(frozen=True)
class ImageColumns:
    """The images of a dataset or view.

    Attributes:
        side: names, sizes and ids
        sample_ids: the id of each sample
    """

    side: Side
    sample_ids: Sequence[Any]


def _state(samples: Any, *others: Any) -> tuple[Any, ...]:
    return (*identity(samples), *others)


@cached(LRUCache(4), key=_state, lock=Lock())
def read_images(samples: Any, id_fields: tuple[str, ...]) -> ImageColumns:
    """Reads the images of a dataset or view; kept until one of its samples changes.

    Args:
        samples: the dataset or view
        id_fields: the fields that hold image ids
    """
    sizes = ("metadata.width", "metadata.height")
    ids, paths, *columns = samples.values(["_id", "filepath", *sizes, *id_fields])
    widths, heights, *id_columns = columns
    side = Side(
        samples._root_dataset.name,
        paths,
        [
            (width, height) if width and height else None
            for width, height in zip(widths, heights, strict=True)
        ],
        dict(zip(id_fields, id_columns, strict=True)),
    )
    return ImageColumns(side, ids)


def _states(here: Any, there: Any, *others: Any) -> tuple[Any, ...]:
    return (*identity(here), *identity(there), *others)


@cached(LRUCache(8), key=_states, lock=Lock())
def join_samples(here: Any, there: Any, key: JoinKey | None) -> Join:
    """Joins the samples of two datasets or views; kept as long as neither changes.

    Args:
        here: the dataset that is merged into
        there: the other side
        key: what to join by, None to choose

    Raises:
        JoinError: as :func:`joining.join`
    """
    return join(*_sides(here, there, key), key)


def found_key(here: Any, there: Any) -> JoinKey:
    """The key that is chosen by default; file names if none joins anything."""
    try:
        return join_samples(here, there, None).key
    except JoinError:
        return JoinKey(FILE_NAME)


@cached(LRUCache(8), key=_states, lock=Lock())
def count_matches(here: Any, there: Any) -> dict[JoinKey, int | str]:
    """How many samples each key joins, or why it isn't chosen by default.

    Args:
        here: the dataset that is merged into
        there: the other side
    """
    return {
        key: str(outcome) if isinstance(outcome, JoinError) else len(outcome.pairs)
        for key, outcome in try_keys(*_sides(here, there, None))
    }


def _sides(here: Any, there: Any, key: JoinKey | None) -> tuple[Side, Side]:
    ours, theirs = id_fields(here, there, key)
    return read_images(here, ours).side, read_images(there, theirs).side
