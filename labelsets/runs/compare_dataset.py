"""The comparison of two label fields of a dataset, as a run of it.

`compare_annotations` goes through it in order: it checks, claims the run, registers it,
has every batch compared (`compare_batch`), counts what was written (`run_totals`), and
keeps the results (`run_results`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import fiftyone as fo
from bson import ObjectId

from ...zoo.progress import OnProgress
from ...zoo.workers.pools import WorkerPool, choose_pool
from ...zoo.workers.spreading import spread
from ...zoo.workers.tasks import ROOT, fingerprint
from ...zoo.writing.database_disk import DatabaseDisk
from ...zoo.writing.fiftyone_writer import dataset_token
from ..error_types import ComparisonError
from ..labels.fiftyone_internals import reach_dataset, refresh
from ..labels.held_samples import reload_when_used
from ..labels.views.view_internals import label_stages, newest_change
from .batches.compare_batch import compare_in_worker
from .batches.run_totals import RunTotals, count_in_worker
from .checks import (
    check_comparison,
    check_has_lists,
    complete_metadata,
    find_listed_fields,
)
from .compared_classes import read_class_map, read_ignored
from .freshness import find_done_in_worker
from .registry.claims import Claim, claim_run
from .registry.key_checks import check_key, check_key_name
from .run_config import (
    ComparisonRun,
    ComparisonRunConfig,
    clear_run,
    config_of,
    mark_unfinished,
)
from .run_results import ComparisonResults, require_readable, save_results
from .stored_fields import declare_fields, remove_fields, unset_fields
from .workspace.app_setup import prepare_app
from .workspace.saved_views import has_saved

BATCH = 100
CHECKED_AT_ONCE = 500
COUNTED_AT_ONCE = 2_000
MIN_FOR_POOL = 4_000
"""The least number of images with which a pool's start, of seconds, pays off."""

MIN_FOR_CENSUS = 10_000
"""The least number of images whose figures take seconds to count."""

ADVICE = "What is done is kept: running the comparison again does only these"

ROUNDS = 3
"""How often what a killed server has forgotten is compared again."""


def compare_annotations(
    samples: fo.core.collections.SampleCollection,
    base_field: str = "coco_segmentations",
    revised_field: str = "sama_segmentations",
    key: str = "diff",
    iou: float = 0.5,
    low_iou: float = 0.1,
    cover: float = 0.5,
    missing: str | None = None,
    class_map: Mapping[str, str] | str | Path | None = None,
    ignore_class: str | Sequence[str] = (),
    ignore_crowd: bool = False,
    overwrite: bool = False,
    force: bool = False,
    on_progress: OnProgress | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
) -> ComparisonResults:
    """Compares two label fields object by object, and keeps the results.

    Labels are compared as a view shows them: what it filters out has no part in the
    comparison and gets no values, and what it maps is compared under its mapped class.

    The run is registered before anything is written and marked as finished at its end,
    so that an interrupted run is visible. The next run with the same key resumes it if
    parameters and code are the same, and starts over if not.

    The work is spread over the cores of this machine where that pays off, over an
    executor, or over the workers of a Dask scheduler. The results are the same.

    Args:
        samples: a dataset, or a view of its samples
        base_field: the earlier label field: detections or polylines
        revised_field: the later label field: detections or polylines
        key: the name of the run, which its fields are named after
        iou: least IoU of a pair
        low_iou: least IoU of a displaced pair
        cover: least share of a part's area inside its whole
        missing: what becomes of samples whose field is None: ``"skip"`` leaves them
            out, ``"empty"`` takes them for samples without labels. By default, a
            sample is left out if the field was read from files and none lists it
        class_map: the common names that classes of either side are compared under, or
            the path of a YAML or JSON file with them; labels keep their own
        ignore_class: the classes, by their own or common names, whose labels are left
            out
        ignore_crowd: whether crowds are left out
        overwrite: whether a finished run of that key may be replaced
        force: whether it may be replaced even if other runs depend on it
        on_progress: called with the share done, 0 to 1, and a text on what is done
        executor: who does the work
        scheduler: the address of the Dask scheduler whose workers do it, such as
            ``tcp://192.168.0.10:8786``; by default that in ``SAMA_COCO_SCHEDULER``

    Raises:
        ComparisonError: if the fields, the key or the samples can't be used; nothing
            is written then
        ClaimedError: if another process works on the run
        DiskFullError: if the disk of the database is all but full
        WorkerError: if there are no workers that can do it; nothing is written then
        MissingBatchesError: if batches were lost with their workers again and again;
            running it again does only those
        ValueError: if a threshold is out of its range
    """
    stages = label_stages(samples)
    config = ComparisonRunConfig(
        base_field,
        revised_field,
        iou,
        low_iou,
        cover,
        missing,
        stages,
        read_class_map(class_map),
        read_ignored(ignore_class),
        bool(ignore_crowd),
    )
    dataset = samples._root_dataset
    check_key_name(key)
    DatabaseDisk().require_room()
    with claim_run(dataset, key) as claim:
        refresh(dataset)
        check_comparison(samples, key, config)
        check_key(dataset, key, overwrite, force)
        config.listed_fields = find_listed_fields(dataset, config)
        check_has_lists(samples, config.listed_fields)
        complete_metadata(samples)
        ids = list(dict.fromkeys(samples.values("id")))
        size = None if len(ids) >= MIN_FOR_POOL else 1
        with choose_pool(executor, scheduler, size) as pool:
            pool.check(reach_dataset, dataset=dataset.name)
            is_resumed = _begin(samples, ids, key, config)
            run = _Run(dataset, config, claim, ids, pool, on_progress)
            totals = run.compare(run.missing() if is_resumed else ids)
            require_readable(dataset, key, config, totals)
            results = _finish(samples, key, config, totals)
            if len(ids) >= MIN_FOR_CENSUS:
                run.keep_census()
        return results


def _begin(
    samples: fo.core.collections.SampleCollection,
    ids: Sequence[str],
    key: str,
    config: ComparisonRunConfig,
) -> bool:
    """Registers a run, or finds the interrupted one of its key.

    That is resumed if it has the same parameters and code; any other is deleted, with
    every value that it wrote.

    Args:
        samples: what is compared
        ids: the ids of the samples
        key: the key of the run
        config: its parameters; is given the token of the run

    Returns:
        whether a run is resumed
    """
    dataset = samples._root_dataset
    config.code = fingerprint(ROOT)
    found = config_of(dataset, key) if key in dataset.list_runs() else None
    is_resumed = found is not None and _can_resume(found, config)
    if found is not None and is_resumed:
        config.token = found.token
        unset_fields(dataset, key, except_ids=ids)
    else:
        _delete_old(dataset, key, found, config)
        config.token = str(ObjectId())
        samples.register_run(key, config)
    declare_fields(dataset, key, config.fields, config.may_map_classes)
    return is_resumed


def _can_resume(found: ComparisonRunConfig, wanted: ComparisonRunConfig) -> bool:
    is_interrupted = not found.finished and found.renaming_to is None
    is_same = (found.parameters, found.code) == (wanted.parameters, wanted.code)
    return is_interrupted and is_same and found.token is not None


def _delete_old(
    dataset: fo.Dataset,
    key: str,
    found: ComparisonRunConfig | None,
    wanted: ComparisonRunConfig,
) -> None:
    """Removes the run of a key, or what FiftyOne left of one that it deleted.

    Fields that the next run has too stay declared: to remove them has FiftyOne read
    every sample anew that a program holds.
    """
    if found is None:
        remove_fields(dataset, key)
        return
    if found.fields == wanted.fields and found.renaming_to is None:
        mark_unfinished(dataset, key)
        unset_fields(dataset, key)
    else:
        clear_run(dataset, key)
    ComparisonRun.delete_run(dataset, key, cleanup=False)


@dataclass
class _Run:
    """A run that is begun, and who does the work."""

    dataset: fo.Dataset
    config: ComparisonRunConfig
    claim: Claim
    ids: Sequence[str]
    pool: WorkerPool
    on_progress: OnProgress | None
    compared: int = 0
    counts_figures: bool = False

    def missing(self) -> list[str]:
        """The samples that an interrupted run has not compared as they are now."""
        about = {"key": self.claim.key, "config": self.config.to_plain()}
        found = self._spread(find_done_in_worker, self.ids, CHECKED_AT_ONCE, about)
        done = {id for ids in found for id in ids}
        return [id for id in self.ids if id not in done]

    def compare(self, missing: Sequence[str]) -> RunTotals:
        """Has samples compared, and counts what the run wrote on all of its samples.

        A server that is killed forgets what it was told last; that is compared again.
        """
        about = {"claim": asdict(self.claim), "config": self.config.to_plain()}
        for _ in range(ROUNDS):
            self.compared = len(self.ids) - len(missing)
            self._report_progress()
            self._spread(compare_in_worker, missing, BATCH, about, self._advance)
            totals = self._count()
            if not totals.undone:
                return totals
            missing = totals.undone
        raise ComparisonError(
            f"The values of {len(missing):,} samples were removed while others were "
            "compared. Run the comparison again"
        )

    def _count(self) -> RunTotals:
        about = {"key": self.claim.key, "config": self.config.to_plain()}
        totals = RunTotals()
        for found in self._spread(count_in_worker, self.ids, COUNTED_AT_ONCE, about):
            totals += RunTotals.from_dict(found)
        return totals

    def keep_census(self) -> None:
        """Has the figures of the finished run counted while there are workers.

        *By the numbers* would count them in one process when it is first opened.
        """
        from ..census.kept_census import count_and_keep

        self.counts_figures = True
        count_and_keep(
            self.dataset,
            self.claim.key,
            self.pool,
            on_progress=lambda *_: self._report_progress(),
        )

    def _spread(
        self,
        function: Callable[..., Any],
        ids: Sequence[str],
        size: int,
        about: Mapping[str, Any],
        on_result: Callable[[Any], None] = lambda _: None,
    ) -> list[Any]:
        """Calls a function for batches of samples; what it returned, in their order."""
        batches = [ids[start : start + size] for start in range(0, len(ids), size)]
        named = {"dataset": self.dataset.name, "token": dataset_token(self.dataset)}
        found: dict[int, Any] = {}

        def arguments(batch: int) -> dict[str, Any]:
            return {**named, "ids": list(batches[batch]), **about}

        def done(batch: int, result: Any) -> None:
            found[batch] = result
            on_result(result)

        numbers = range(len(batches))
        spread(
            self.pool, function, numbers, arguments, done, self._report_progress, ADVICE
        )
        return [found[batch] for batch in sorted(found)]

    def _advance(self, samples: int) -> None:
        self.compared += samples
        self._report_progress()

    def _report_progress(self) -> None:
        if self.on_progress is not None:
            total = len(self.ids)
            part = "" if self.compared == total else f"{self.compared:,} of "
            end = ", their figures are counted" if self.counts_figures else ""
            text = f"{part}{total:,} images compared{end}"
            self.on_progress(self.compared / total, text)


def _finish(
    samples: fo.core.collections.SampleCollection,
    key: str,
    config: ComparisonRunConfig,
    totals: RunTotals,
) -> ComparisonResults:
    """Keeps the results, and marks the run as finished."""
    dataset = samples._root_dataset
    results = save_results(samples, key, config, totals)
    config.finished = True
    config.compared = totals.tally.totals.images
    config.last_written = newest_change(dataset)
    dataset.update_run_config(key, config)
    reload_when_used(dataset)
    if has_saved(dataset, key):  # of the run that this one replaces
        prepare_app(dataset, key)
    return results
