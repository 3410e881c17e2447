"""A function called for every batch of a view's samples, wherever the work is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from typing import Any

import fiftyone as fo

from ....zoo.progress import OnProgress
from ....zoo.workers.pools import WorkerPool, choose_pool
from ....zoo.workers.spreading import spread
from ....zoo.writing.fiftyone_writer import dataset_token
from ...labels.fiftyone_internals import reach_dataset
from ...labels.views.view_internals import plain_stages


def for_each_batch(
    samples: fo.core.collections.SampleCollection,
    ids: Sequence[str],
    function: Callable[..., Any],
    arguments: Mapping[str, Any],
    on_result: Callable[[int, Any], None],
    on_progress: OnProgress | None = None,
    verb: str = "done",
    size: int = 200,
    min_for_pool: int = 1_000,
    executor: Executor | None = None,
    scheduler: str | None = None,
    pool: WorkerPool | None = None,
) -> int:
    """Calls a function for every batch of samples.

    Args:
        samples: a dataset or view
        ids: the ids of its samples
        function: called with ``dataset`` (name), ``token``, ``stages`` (of the view),
            ``ids`` (of the batch) and the arguments; must be defined at the top of its
            module, and give the same when it is called twice
        arguments: more arguments, of values that JSON has
        on_result: called in this thread and in any order with the number of each
            batch and its result
        on_progress: called with the share done, 0 to 1, and a text on what is done
        verb: what was done to the images, for the progress
        size: the number of samples of a batch
        min_for_pool: the least number of samples with which a pool of processes pays
        executor: the executor that does the work
        scheduler: the address of a Dask scheduler whose workers do it
        pool: what does the work in place of these, found able to; it stays open

    Returns:
        the number of batches

    Raises:
        WorkerError: if there are no workers that can do the work
        MissingBatchesError: if batches were lost with their workers again and again
    """
    dataset, stages = samples._root_dataset, plain_stages(samples)
    named = {"dataset": dataset.name, "token": dataset_token(dataset), "stages": stages}
    batches, done = -(-len(ids) // size), 0

    def of_batch(batch: int) -> dict[str, Any]:
        chosen = list(ids[batch * size : (batch + 1) * size])
        return {**named, "ids": chosen, **arguments}

    def take(batch: int, result: Any) -> None:
        nonlocal done
        on_result(batch, result)
        done += min(size, len(ids) - batch * size)
        tell()

    def tell() -> None:
        if on_progress is not None:
            part = "" if done == len(ids) else f"{done:,} of "
            on_progress(done / (len(ids) or 1), f"{part}{len(ids):,} images {verb}")

    width = None if len(ids) >= min_for_pool else 1
    own = choose_pool(executor, scheduler, width) if pool is None else nullcontext(pool)
    with own as chosen:
        if pool is None:
            chosen.check(reach_dataset, dataset=dataset.name)
        tell()
        spread(chosen, function, range(batches), of_batch, take)
    return batches
