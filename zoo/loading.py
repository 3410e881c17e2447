"""Loads: of splits into new datasets, and of one split after the other, as FiftyOne."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from pathlib import Path

import fiftyone as fo

from .defects import Defects
from .preparing import prepare
from .progress import OnProgress
from .request import Request
from .split_samples import add_split, note_files
from .workers.pools import choose_pool
from .writing.database_disk import DatabaseDisk
from .writing.label_batches import import_packages
from .writing.unfinished import adding_to, filling, is_own, making, require_free_name


def make_dataset(
    name: str,
    requests: Sequence[Request],
    root: Path,
    persistent: bool = False,
    on_progress: OnProgress | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
) -> tuple[fo.Dataset, Defects]:
    """Makes a dataset of one or more splits; on any failure there is none.

    Args:
        name: the name of the new dataset
        requests: what is asked of each split
        root: the folder of fetched files
        persistent (False): whether the dataset outlives this session
        on_progress (None): called with the progress, instead of bars being drawn
        executor (None): the executor that makes the samples
        scheduler (None): see :func:`zoo.load_dataset`

    Returns:
        the dataset, and what was left out of it

    Raises:
        SamaCocoError: as :func:`prepare`, and if there are no workers that can do it
        MissingBatchesError: as :func:`add_split`
        ValueError: if there is a dataset of that name
    """
    require_free_name(name)
    defects = Defects()
    with choose_pool(executor, scheduler) as pool:
        pool.check(import_packages)
        ready = [
            prepare(request, root, redraw=True, on_progress=on_progress)
            for request in requests
        ]
        DatabaseDisk().require_room()
        with making(name, persistent) as dataset:
            for prepared in ready:
                defects += add_split(dataset, prepared, on_progress, pool)
            dataset.default_classes = ready[0].label_sets[0].classes
    return dataset, defects


def fill(
    dataset: fo.Dataset, request: Request, root: Path, scheduler: str | None = None
) -> None:
    """Adds a split to a dataset.

    Args:
        dataset: the dataset. On any failure it is deleted if it held no samples before
            its first split; else it is as it was
        request: what is asked for
        root: the folder of fetched files
        scheduler (None): see :func:`zoo.load_dataset`

    Raises:
        SamaCocoError: as :func:`prepare` and :func:`add_split`
    """
    is_new = is_own(dataset)
    with (
        filling(dataset, request.split.name) if is_new else nullcontext(),
        choose_pool(None, scheduler) as pool,
    ):
        pool.check(import_packages)
        prepared = prepare(request, root)
        with nullcontext(dataset) if is_new else adding_to(dataset) as target:
            add_split(target, prepared, pool=pool).log()
        if not is_new:
            note_files(dataset, prepared)
        elif not dataset.default_classes:
            dataset.default_classes = prepared.label_sets[0].classes
