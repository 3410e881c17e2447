"""The comparison of two label fields of a dataset, as a run of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import fiftyone as fo
import numpy as np
from numpy.typing import NDArray

from ..comparison import (
    ComparisonTotals,
    ImageComparison,
    SideComparison,
    Status,
    compare_image,
    score_image,
)
from ..zoo.crews import Crew, choose_crew
from ..zoo.fiftyone_writer import open_dataset
from ..zoo.label_batches import without_cycle_search
from ..zoo.spreading import MissingBatchesError, spread
from .census import reach_dataset
from .checks import check_fields, check_key, check_samples, complete_metadata
from .errors import BrokenLabels, ComparisonError
from .fields import COUNTED, RunFields, elements_path
from .fiftyone_internals import (
    LabelValues,
    labels_at,
    read_documents,
    reload_samples,
    write_values,
)
from .ledger import Ledger
from .reading import read_objects
from .results import ComparisonResults, save_results
from .run import ComparisonRunConfig
from .unfinished import OpenRun, open_run

BATCH = 100
ATTEMPTS = 3
WORTH_A_POOL = 4_000
"""The least number of images with which a pool's start, of seconds, pays off."""

Report = Callable[[float, str], None]


@dataclass
class BatchTotals:
    """What a batch of samples adds to a run; batches add up in any order.

    Attributes:
        totals: the counts
        broken: the labels that count as degenerate
        times: the `last_modified_at` that its samples were given, for each attempt
    """

    totals: ComparisonTotals = field(default_factory=ComparisonTotals)
    broken: BrokenLabels = field(default_factory=BrokenLabels)
    times: list[datetime] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """What is kept of a batch, JSON-plain."""
        return {"totals": self.totals.to_dict(), "broken": self.broken.to_dict()}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> BatchTotals:
        """The inverse of `to_dict`."""
        return cls(
            ComparisonTotals.from_dict(document["totals"]),
            BrokenLabels.from_dict(document["broken"]),
        )

    def __iadd__(self, other: BatchTotals) -> BatchTotals:
        self.totals += other.totals
        self.broken += other.broken
        return self


def compare_annotations(
    samples: fo.core.collections.SampleCollection,
    base_field: str = "coco_segmentations",
    revised_field: str = "sama_segmentations",
    key: str = "diff",
    iou: float = 0.5,
    low_iou: float = 0.1,
    cover: float = 0.5,
    overwrite: bool = False,
    report: Report | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
) -> ComparisonResults:
    """Compares two label fields object by object, and keeps what came of it.

    All labels of the samples are compared, also those that a view filters out. The
    run is registered before anything is written and marked as finished at its end,
    so that one that was broken off shows. The next of its key goes on with it where
    samples, parameters and code are the same, and replaces it where they are not.

    The work is spread over the cores of this machine where that pays off, over an
    executor, or over the workers of a Dask scheduler. It comes to the same.

    Args:
        samples: a dataset, or a view of its samples
        base_field: the earlier label field: detections or polylines
        revised_field: the later label field: detections or polylines
        key: the name of the run, which its fields are named after
        iou: least IoU of a pair
        low_iou: least IoU of a displaced pair
        cover: least share of a part's area inside its whole
        overwrite: whether a finished run of that key may be replaced
        report: told of the progress: how much is done, from 0 to 1, and of what
        executor: who does the work
        scheduler: the address of the Dask scheduler whose workers do it, such as
            ``tcp://192.168.0.10:8786``; by default that in ``SAMA_COCO_SCHEDULER``

    Raises:
        ComparisonError: if the fields, the key or the samples can't be used; nothing
            is written then
        CrewError: if there are no workers that can do it; nothing is written then
        MissingBatchesError: if batches were lost with their workers again and again;
            running it again does only those
        ValueError: if a threshold is out of its range
    """
    dataset = samples._root_dataset
    dataset.reload()
    config = ComparisonRunConfig(base_field, revised_field, iou, low_iou, cover)
    _ = config.thresholds
    check_fields(dataset, base_field, revised_field)
    check_key(dataset, key, overwrite)
    check_samples(samples)
    complete_metadata(samples)

    ids = list(dict.fromkeys(samples.values("id")))
    size = None if len(ids) >= WORTH_A_POOL else 1
    with choose_crew(executor, scheduler, size) as crew:
        crew.check(reach_dataset, dataset=dataset.name)
        run = open_run(samples, ids, BATCH, key, config)
        _compare_all(crew, run, report)
    return _finish(samples, run)


def _compare_all(crew: Crew, run: OpenRun, report: Report | None) -> None:
    """Has every batch compared that is missing, and says how far that is."""
    total = len(run.ids)
    missing = run.missing()
    compared = total - run.size_of(missing)

    def tell() -> None:
        if report is not None:
            text = "" if compared == total else f"{compared:,} of "
            report(compared / total, f"{text}{total:,} images compared")

    def done(batch: int, samples: int) -> None:
        nonlocal compared
        compared += samples
        tell()

    tell()
    try:
        while missing:
            spread(crew, compare_numbered, missing, run.arguments, done, tell)
            missing = run.unrecorded()
            compared = total - run.size_of(missing)
    except MissingBatchesError as error:
        raise error.advise(
            "What is done is kept: running the comparison again does only these"
        ) from error.__cause__


def _finish(
    samples: fo.core.collections.SampleCollection, run: OpenRun
) -> ComparisonResults:
    dataset = run.dataset
    reload_samples(dataset)
    found = BatchTotals()
    for result in run.ledger.results(run.count):
        found += BatchTotals.from_dict(result)
    results = save_results(samples, run.key, run.config, found.totals, found.broken)
    run.config.finished = True
    dataset.update_run_config(run.key, run.config)
    run.ledger.delete()
    dataset.reload()
    return results


def compare_numbered(
    dataset: str,
    token: str,
    batch: int,
    ids: Sequence[str],
    key: str,
    parameters: Mapping[str, Any],
) -> int:
    """Compares a batch of a run, in whatever process, and notes what it came to.

    Args:
        dataset: the name of the dataset
        token: what tells the run from all others
        batch: the number of the batch
        ids: the ids of its samples
        key: the key of the run
        parameters: those of the run

    Returns:
        how many samples the batch has

    Raises:
        ComparisonError: if the run is not to go on, or as :func:`compare_batch`
    """
    opened = open_dataset(dataset, token)
    ledger = Ledger(opened, token)

    def require_run() -> None:
        if not ledger.is_open:
            raise ComparisonError(
                f"The comparison '{key}' was deleted, replaced or brought to its end "
                "by another process in the meantime"
            )

    require_run()
    config = ComparisonRunConfig(**parameters)
    with without_cycle_search():
        done = compare_batch(opened, ids, key, config, require_run)
    require_run()
    ledger.record(batch, done.to_dict(), done.totals.images, done.times)
    return len(ids)


def compare_batch(
    dataset: fo.Dataset,
    ids: Sequence[str],
    key: str,
    config: ComparisonRunConfig,
    before_writing: Callable[[], None] = lambda: None,
) -> BatchTotals:
    """Compares some samples, and writes what came of it to them.

    Samples whose labels change in between are compared again.

    Args:
        dataset: the dataset
        ids: the ids of the samples
        key: the key of the run
        config: the parameters of the run
        before_writing: called before each write; what it raises prevents it

    Raises:
        ComparisonError: if the labels of a sample change all the time
    """
    done = BatchTotals()
    fields = (config.base_field, config.revised_field)
    paths = [elements_path(dataset, name) for name in fields]
    for _ in range(ATTEMPTS):
        wanted = ["metadata", "last_modified_at", *paths]
        documents = read_documents(dataset, ids, wanted)
        compared = [_compare(d, paths, config) for d in documents]
        comparisons = [comparison for comparison, _ in compared]
        sample_values = [_sample_values(c, RunFields(key)) for c in comparisons]
        label_values = [
            _label_values(d, c, paths, RunFields(key))
            for d, c in zip(documents, comparisons, strict=True)
        ]
        before_writing()
        now = datetime.now(timezone.utc)
        done.times.append(now)
        changed = set(
            write_values(dataset, documents, sample_values, label_values, now)
        )
        for document, (comparison, broken) in zip(documents, compared, strict=True):
            if str(document["_id"]) not in changed:
                done.totals.add(comparison)
                done.broken += broken
        if not changed:
            return done
        ids = list(changed)
    raise ComparisonError(
        f"The labels of {len(ids)} samples changed while they were compared, the first "
        f"is {ids[0]}. Run the comparison again when they are at rest"
    )


def _compare(
    document: Mapping[str, Any], paths: Sequence[str], config: ComparisonRunConfig
) -> tuple[ImageComparison, BrokenLabels]:
    metadata = document.get("metadata") or {}
    width, height = metadata.get("width"), metadata.get("height")
    if not width or not height:
        raise ComparisonError(
            f"Sample {document['_id']} has lost its metadata, which holds its width "
            "and height, while it was compared. Run the comparison again"
        )
    broken = BrokenLabels()
    base, revised = (
        read_objects(labels_at(document, path), width, height, broken) for path in paths
    )
    comparison = compare_image(base, revised, (height, width), config.thresholds)
    return comparison, broken


def _sample_values(comparison: ImageComparison, fields: RunFields) -> dict[str, Any]:
    pooled = score_image(comparison).pooled
    statuses = [*comparison.base.statuses, *comparison.revised.statuses]
    return {
        fields.disagreement: pooled.disagreement,
        fields.pq: pooled.pq,
        **{fields.count(status): statuses.count(status) for status in COUNTED},
    }


def _label_values(
    document: Mapping[str, Any],
    comparison: ImageComparison,
    paths: Sequence[str],
    fields: RunFields,
) -> dict[str, LabelValues]:
    ids = [[str(label["_id"]) for label in labels_at(document, p)] for p in paths]
    wholes = [
        {g.whole for g in comparison.groups if g.status is status}
        for status in (Status.SPLIT, Status.MERGED)
    ]
    sides = comparison.base, comparison.revised
    return {
        path: _side_values(side, own, other, leads, fields)
        for path, side, own, other, leads in zip(
            paths, sides, ids, ids[::-1], wholes, strict=True
        )
    }


def _side_values(
    side: SideComparison,
    own: Sequence[str],
    other: Sequence[str],
    wholes: set[int],
    fields: RunFields,
) -> LabelValues:
    partners = [
        other[partner] if partner >= 0 else own[index] if index in wholes else None
        for index, partner in enumerate(side.partners.tolist())
    ]
    return {
        fields.status: [str(status) for status in side.statuses],
        fields.partner: partners,
        fields.iou: _known(side.ious),
        fields.boundary_iou: _known(side.boundary_ious),
        fields.area: side.areas.tolist(),
    }


def _known(values: NDArray[np.float64]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]
