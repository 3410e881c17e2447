"""The census of one or two label fields of a dataset or view, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from typing import Any

import fiftyone as fo
import numpy as np

from ..comparison.census_counts import CensusCounts
from ..comparison.rebuilding import ComparedColumns, rebuild_totals
from ..comparison.statuses import Status
from ..zoo.crews import ThisProcess, choose_crew
from ..zoo.fiftyone_writer import dataset_token, open_dataset
from ..zoo.spreading import spread
from .census_frames import Census
from .checks import check_kind, find_pair
from .errors import ComparisonError
from .fields import RunFields, elements_path
from .fiftyone_internals import plain_stages, staged_view, without_projection
from .label_columns import (
    COUNTED,
    LabelRows,
    census_columns,
    compared_columns,
    read_batch,
)
from .run import require_comparison

BATCH = 2_000
"""Samples read at a time."""

WORTH_A_POOL = 50_000
"""The least number of images with which a pool's start, of seconds, pays off."""

Report = Callable[[float, str], None]


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
    report: Report | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
    here: bool = False,
) -> Census:
    """Counts images and the labels of one or two fields; of a view what it shows.

    Args:
        samples: a dataset or view of its samples
        base_field: the earlier, or only, label field. Without one, that of the
            comparison, or the fields most likely meant
        revised_field: the later label field, None for a census of one
        key: the key of a finished comparison of the two fields, for what it found
        report: told of the progress: how much is done, from 0 to 1, and of what
        executor: who does the work
        scheduler: the address of the Dask scheduler whose workers do it; by default
            that in ``SAMA_COCO_SCHEDULER``
        here (False): whether this process does it by itself, whoever else there is

    Raises:
        ComparisonError: if there are no such fields or no such comparison, the
            comparison is of other fields, or the samples are no images
        CrewError: if there are no workers that can do it
        MissingBatchesError: if batches were lost with their workers again and again
    """
    request = resolve(samples, base_field, revised_field, key)
    samples = without_projection(samples)
    dataset, stages = samples._root_dataset, plain_stages(samples)
    ids = list(dict.fromkeys(samples.values("id")))
    counts, counted = CensusCounts(), 0

    def arguments(batch: int) -> dict[str, Any]:
        chosen = ids[batch * BATCH : (batch + 1) * BATCH]
        named = {"dataset": dataset.name, "token": dataset_token(dataset)}
        return named | {"stages": stages, "ids": chosen, "request": asdict(request)}

    def done(batch: int, found: dict[str, Any]) -> None:
        nonlocal counts, counted
        counts += CensusCounts.from_dict(found)
        counted += min(BATCH, len(ids) - batch * BATCH)
        tell()

    def tell() -> None:
        if report is not None:
            text = "" if counted == len(ids) else f"{counted:,} of "
            report(counted / (len(ids) or 1), f"{text}{len(ids):,} images counted")

    size = None if len(ids) >= WORTH_A_POOL else 1
    with ThisProcess() if here else choose_crew(executor, scheduler, size) as crew:
        crew.check(reach_dataset, dataset=dataset.name)
        tell()
        spread(crew, count_there, range(-(-len(ids) // BATCH)), arguments, done)
    return Census(counts, request.base_field, request.revised_field, request.key)


def reach_dataset(dataset: str) -> None:
    """Fails where a worker can't reach a dataset."""
    fo.load_dataset(dataset)


def count_there(
    dataset: str,
    token: str,
    stages: str,
    ids: Sequence[str],
    request: Mapping[str, Any],
) -> dict[str, Any]:
    """Counts a batch of a view, in whatever process; see `count_batch`.

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
    check_kind(samples)
    dataset = samples._root_dataset
    if key is not None:
        config = require_comparison(dataset, key)
        compared = config.base_field, config.revised_field
        if (base_field or compared[0], revised_field or compared[1]) != compared:
            raise ComparisonError(
                f"The comparison '{key}' is of '{compared[0]}' and '{compared[1]}'; "
                f"asked for was a census of '{base_field}' and '{revised_field}'"
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
    fields = None if request.key is None else RunFields(request.key)
    attributes = [*COUNTED, *(fields.on_labels if fields else ())]
    paths = ["metadata.width", "metadata.height", *([fields.pq] if fields else ())]
    shown = without_projection(samples)
    batch = read_batch(shown, ids, request.fields, attributes, paths)
    counts = CensusCounts()
    counts.add(*(census_columns(dataset, side) for side in batch.rows))
    counts.images.add(zip(*(batch.values[path] for path in paths[:2]), strict=True))
    if fields is not None:
        compared = [pq is not None for pq in batch.values[fields.pq]]
        sides = _compared_sides(dataset, batch.rows, fields)
        counts.comparison = rebuild_totals(np.array(compared, bool), *sides)
    return counts


def _compared_sides(
    dataset: fo.Dataset, rows: Sequence[LabelRows], fields: RunFields
) -> list[ComparedColumns]:
    absorbing = Status.MERGED, Status.SPLIT
    hidden = [
        _hidden_crowds(dataset, rows[own], rows[other], fields, absorbing[own])
        for own, other in ((0, 1), (1, 0))
    ]
    return [
        compared_columns(side, fields, crowds)
        for side, crowds in zip(rows, hidden[::-1], strict=True)
    ]


def _hidden_crowds(
    dataset: fo.Dataset,
    parts: LabelRows,
    wholes: LabelRows,
    fields: RunFields,
    status: Status,
) -> set[tuple[int, str]]:
    """Crowds that took in parts, and that the view leaves out while it shows these."""
    shown = set(zip(wholes.image.tolist(), wholes.values["id"], strict=True))
    absorbed = {
        (image, partner)
        for image, partner, found in zip(
            parts.image.tolist(),
            parts.values[fields.partner],
            parts.values[fields.status],
            strict=True,
        )
        if found == status and partner is not None and (image, partner) not in shown
    }
    if not absorbed:
        return set()
    ids = [wholes.samples[image] for image, _ in absorbed]
    field = wholes.path.split(".")[0]
    (every,) = read_batch(dataset, ids, [field], ["iscrowd"]).rows
    crowds = {
        key
        for key, crowd in zip(every.keys(), every.values["iscrowd"], strict=True)
        if crowd
    }
    return {key for key in absorbed if (wholes.samples[key[0]], key[1]) in crowds}
