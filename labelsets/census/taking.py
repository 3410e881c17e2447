"""The census of one or two label fields of a dataset or view, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from typing import Any

import fiftyone as fo

from ...zoo.progress import OnProgress
from ...zoo.workers.pools import ThisProcess, WorkerPool
from ...zoo.writing.fiftyone_writer import open_dataset
from ..error_types import ComparisonError
from ..labels.label_columns import read_rows
from ..labels.label_fields import check_images, elements_path, find_pair
from ..labels.views.view_internals import staged_view, without_projection
from ..runs.batches.run_totals import outcome_attributes, tally_rows
from ..runs.batches.view_batches import for_each_batch
from ..runs.fields import RunFields
from ..runs.registry.registered import require_comparison
from .census_frames import Census
from .counts.census_counts import CensusCounts
from .counts.deriving import census_columns
from .counts.label_census import ATTRIBUTES

BATCH = 2_000
"""Samples read at a time."""

MIN_FOR_POOL = 50_000
"""The least number of images with which a pool's start, of seconds, pays off."""

SIZE = ("metadata.width", "metadata.height")


@dataclass(frozen=True)
class CensusRequest:
    """What a census is asked of; plain, so that it can be sent to other processes.

    Attributes:
        base_field: the earlier, or only, label field
        revised_field: the later label field, None for a census of one
        key: the key of a finished comparison of the two, None for none
    """

    base_field: str
    revised_field: str | None = None
    key: str | None = None

    @property
    def fields(self) -> list[str]:
        """The label fields, base first."""
        return [f for f in (self.base_field, self.revised_field) if f is not None]


def take_census(
    samples: fo.core.collections.SampleCollection,
    base_field: str | None = None,
    revised_field: str | None = None,
    key: str | None = None,
    on_progress: OnProgress | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
    in_process: bool = False,
) -> Census:
    """Counts images and the labels of one or two fields; of a view what it shows.

    Args:
        samples: a dataset or view of its samples
        base_field: the earlier, or only, label field. Without one, that of the
            comparison, or the fields most likely meant
        revised_field: the later label field, None for a census of one
        key: the key of a finished comparison of the two fields, for what it found
        on_progress: called with the share done, 0 to 1, and a text on what is done
        executor: who does the work
        scheduler: the address of the Dask scheduler whose workers do it; by default
            that in ``SAMA_COCO_SCHEDULER``
        in_process (False): whether to count in this process, even if there are workers

    Raises:
        ComparisonError: if there are no such fields or no such comparison, the
            comparison is of other fields, or the samples are no images
        WorkerError: if there are no workers that can do it
        MissingBatchesError: if batches were lost with their workers again and again
    """
    request = resolve(samples, base_field, revised_field, key)
    samples = without_projection(samples)
    pool = ThisProcess() if in_process else None
    counts = count_samples(samples, request, on_progress, executor, scheduler, pool)
    fields = request.base_field, request.revised_field
    return Census(counts, *fields, request.key, samples)


def count_samples(
    samples: fo.core.collections.SampleCollection,
    request: CensusRequest,
    on_progress: OnProgress | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
    pool: WorkerPool | None = None,
) -> CensusCounts:
    """Counts samples, batch by batch; see `take_census` for what it raises.

    Args:
        samples: a dataset or view that hides no field
        request: what to count
        on_progress: called with the share done, 0 to 1, and a text on what is done
        executor: who does the work
        scheduler: the address of the Dask scheduler whose workers do it
        pool: what does the work in place of these, found able to; it stays open
    """
    counts = CensusCounts()

    def add(batch: int, found: dict[str, Any]) -> None:
        nonlocal counts
        counts += CensusCounts.from_dict(found)

    for_each_batch(
        samples,
        list(dict.fromkeys(samples.values("id"))),
        count_in_worker,
        {"request": asdict(request)},
        add,
        on_progress,
        verb="counted",
        size=BATCH,
        min_for_pool=MIN_FOR_POOL,
        executor=executor,
        scheduler=scheduler,
        pool=pool,
    )
    return counts


def count_in_worker(
    dataset: str,
    token: str,
    stages: str,
    ids: Sequence[str],
    request: Mapping[str, Any],
) -> dict[str, Any]:
    """Counts a batch of a view, in any process; see `count_batch`.

    Args:
        dataset: the name of the dataset
        token: what tells it from earlier ones of its name
        stages: the stages of the view, as :func:`plain_stages` gives them
        ids: the ids of the samples to count
        request: what to count
    """
    view = staged_view(open_dataset(dataset, token), stages)
    return count_batch(view, ids, CensusRequest(**request)).to_dict()


def resolve(
    samples: fo.core.collections.SampleCollection,
    base_field: str | None = None,
    revised_field: str | None = None,
    key: str | None = None,
) -> CensusRequest:
    """Checks and completes what is asked of a census; see `take_census`."""
    check_images(samples)
    dataset = samples._root_dataset
    if key is not None:
        config = require_comparison(dataset, key)
        compared = config.base_field, config.revised_field
        if (base_field or compared[0], revised_field or compared[1]) != compared:
            raise ComparisonError(
                f"The comparison '{key}' is of '{compared[0]}' and '{compared[1]}', "
                f"but a census of '{base_field}' and '{revised_field}' was asked for"
            )
        base_field, revised_field = compared
    elif base_field is None:
        pair = find_pair(dataset)
        if pair is None:
            raise ComparisonError(
                f"'{dataset.name}' has no two fields of detections or polylines; name "
                "the field to count as `base_field`"
            )
        base_field, revised_field = pair
    request = CensusRequest(base_field, revised_field, key)
    for field in request.fields:
        elements_path(dataset, field)
    return request


def count_batch(
    samples: fo.core.collections.SampleCollection,
    ids: Sequence[str],
    request: CensusRequest,
) -> CensusCounts:
    """Counts some samples: the unit that can be done anywhere, and merged by `+=`.

    Args:
        samples: a dataset or view; fields that it hides are counted all the same
        ids: the ids of the samples to count, all in ``samples``
        request: what to count
    """
    dataset = samples._root_dataset
    fields, attributes, paths = request.fields, list(ATTRIBUTES), list(SIZE)
    if request.key is not None:
        attributes += outcome_attributes(dataset, fields, request.key)
        paths.append(RunFields(request.key).pq)
    found = read_rows(without_projection(samples), ids, fields, attributes, paths)
    counts = CensusCounts()
    counts.add(*(census_columns(dataset, side) for side in found.rows))
    counts.images.add(zip(*(found.values[path] for path in SIZE), strict=True))
    if request.key is not None:
        compared = [pq is not None for pq in found.values[paths[-1]]]
        counts.comparison = tally_rows(dataset, found, compared, request.key)
    return counts
