"""What an addition would do, for a form that asks again after every change."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from ....zoo.defects import Defects
from ...labels.class_names import nearest_class
from ...labels.label_fields import comparable_fields, elements_path
from ...labels.views.view_internals import identity
from ..formats.label_file import LabelFile
from .add_plan import AddPlan, AddRequest, Content, plan_addition, read_file
from .set_reading import FilePath


@dataclass(frozen=True)
class Preview:
    """What an addition would do.

    Attributes:
        plan: the plan
        shapes: how many annotations have an outline (``"outlines"``) or only a box
            (``"boxes"``)
        left_out: what is unusual or left out, on the images that match
        new_classes: the classes that are new to the dataset, each with the nearest
            class of the dataset
    """

    plan: AddPlan
    shapes: Counter[str]
    left_out: Defects
    new_classes: dict[str, str | None]


def _state(dataset: Any, request: AddRequest) -> tuple[Any, ...]:
    schema = tuple(sorted(dataset.get_field_schema()))
    files = _file_state(request.path), _file_state(request.listed_in)
    return (*identity(dataset), schema, request, files)


@cached(LRUCache(4), key=_state, lock=Lock())
def preview_addition(dataset: Any, request: AddRequest) -> Preview:
    """Finds out what an addition would do; kept until dataset or file change.

    Args:
        dataset: the dataset
        request: what to add, and how

    Raises:
        MergeError: as :func:`add_plan.plan_addition`
    """
    plan = plan_addition(dataset, request, _read(dataset, request))
    problems = Defects()
    problems += plan.problems
    shapes: Counter[str] = Counter()
    for entry, row in plan.join.pairs:
        size = plan.size(entry, row)
        shapes += plan.joined.file.count_shapes(entry, size, problems)
    known = known_classes(dataset)
    new = [name for name in plan.joined.file.classes if name not in known]
    return Preview(plan, shapes, problems, {n: nearest_class(n, known) for n in new})


def _file_key(dataset: Any, request: AddRequest) -> tuple[Any, ...]:
    places = request.path, request.listed_in
    recorded = str(dataset.info) if request.listed_in is None else ""
    return dataset.name, recorded, request.within, *places, *map(_file_state, places)


@cached(LRUCache(2), key=_file_key, lock=Lock())
def _read(dataset: Any, request: AddRequest) -> LabelFile:
    return read_file(dataset, request)


def _file_state(path: FilePath | Content | None) -> tuple[Any, ...]:
    """A value that changes when a file does."""
    if path is None or isinstance(path, Content):
        return ()
    try:
        found = os.stat(Path(path).expanduser())
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size


def known_classes(dataset: Any) -> list[str]:
    """The classes of all label fields of a dataset, sorted."""
    names: set[str] = set(dataset.default_classes)
    for field in comparable_fields(dataset):
        names.update(dataset.distinct(f"{elements_path(dataset, field)}.label"))
    return sorted(name for name in names if name is not None)
