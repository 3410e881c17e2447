"""Datasets under way: without their name, and not persistent, until they are whole.

FiftyOne opens a dataset of the name that it is to load, whatever is in it. What a
process that is killed leaves must not have that name, and is deleted by FiftyOne with
all that is not persistent.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import fiftyone as fo

from .database_disk import delete_dataset

_ZOO = "fiftyone.zoo.datasets"


@dataclass
class _UnderWay:
    name: str
    persistent: bool
    splits: list[str] = field(default_factory=list)


_under_way: dict[str, _UnderWay] = {}
"""The datasets that this process fills split by split, by id."""


@contextmanager
def making(name: str, persistent: bool) -> Iterator[fo.Dataset]:
    """A new dataset that gets its name when it is whole, and is deleted if it fails.

    Args:
        name: its name
        persistent: whether it outlives this session
    """
    dataset = fo.Dataset(_unfinished_name(name))
    try:
        yield dataset
        dataset.name, dataset.persistent = name, persistent
    except BaseException:
        delete_dataset(dataset)
        raise


def require_free_name(name: str) -> None:
    """Checks that no dataset has a name.

    Raises:
        ValueError: if one has
    """
    if fo.dataset_exists(name):
        raise ValueError(f"There is a dataset '{name}' already. Choose another name")


def is_own(dataset: fo.Dataset) -> bool:
    """Whether a dataset is to be filled from the start, or is being filled."""
    return not len(dataset) or str(dataset._doc.id) in _under_way


@contextmanager
def filling(dataset: fo.Dataset, split: str) -> Iterator[None]:
    """A split is added to a dataset that FiftyOne made for it.

    FiftyOne loads one split after the other. The dataset has its name and permanence
    again after the last, and is deleted if any fails.

    Args:
        dataset: the dataset
        split: the name of the split
    """
    key = str(dataset._doc.id)
    try:
        state = _under_way.get(key)
        if state is None:
            state = _under_way[key] = _begin(dataset, split)
        else:
            state.splits.pop(0)
        yield
        if not state.splits:
            del _under_way[key]
            dataset.name, dataset.persistent = state.name, state.persistent
    except BaseException:
        _under_way.pop(key, None)
        delete_dataset(dataset)
        raise


@contextmanager
def adding_to(dataset: fo.Dataset) -> Iterator[fo.Dataset]:
    """A dataset to fill whose samples are added to another when it is whole.

    Args:
        dataset: the dataset that gets the samples; till then, nothing is written to it
    """
    part = fo.Dataset(_unfinished_name(dataset.name))
    try:
        yield part
        dataset.add_collection(part, include_info=False)
    finally:
        delete_dataset(part)


def _begin(dataset: fo.Dataset, split: str) -> _UnderWay:
    state = _UnderWay(dataset.name, dataset.persistent, _splits_to_come(split))
    dataset.name = _unfinished_name(dataset.name)
    dataset.persistent = False
    return state


def _splits_to_come(split: str) -> list[str]:
    """The splits that FiftyOne will load into the same dataset after this one.

    FiftyOne passes them one by one and says nothing of those to come, so they are read
    where it keeps them. Where it keeps them elsewhere one day, a dataset has its name
    after each split.
    """
    frame: Any = inspect.currentframe()
    while frame is not None:
        if (
            frame.f_code.co_name == "load_zoo_dataset"
            and frame.f_globals.get("__name__") == _ZOO
        ):
            splits = list(frame.f_locals.get("splits") or ())
            return splits[splits.index(split) + 1 :] if split in splits else []
        frame = frame.f_back
    return []


def _unfinished_name(name: str) -> str:
    unique: str = fo.make_unique_dataset_name(f"{name} unfinished")
    return unique
