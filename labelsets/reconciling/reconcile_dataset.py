"""Reconciling two compared label fields of a dataset into a third."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import Any

from bson import ObjectId

from ...zoo.paused_gc import paused_gc
from ...zoo.progress import OnProgress, share_of
from ..error_types import (
    ComparisonError,
    OpenItemsError,
    PolicyError,
    ReconcileWarning,
)
from ..labels.fiftyone_internals import (
    labels_at,
    read_documents,
    write_values,
)
from ..runs.registry.claims import Claim
from ..runs.registry.other_runs import finish_run
from .consensus_field import read_consensus, write_consensus
from .consensus_results import ConsensusResults
from .copying import (
    CopyPlan,
    declare_copies,
    plan_copies,
    replaced_attributes,
)
from .decisions.items import Ints
from .decisions.policies import describe_unreachable
from .decisions.tally import Tally
from .item_reading import DecidedBatch, decide_batch
from .reconcile_results import ReconcileResults, items_view
from .reconcile_task import Samples, Task, check_task
from .reconciled_runs import writing_field

READ_AT_ONCE = 1_000
WRITTEN_AT_ONCE = 200
ATTEMPTS = 3
_COUNTING = 0.3
"""The share of the time that counting takes before anything is written."""


def reconcile_annotations(
    samples: Samples,
    key: str = "diff",
    policy: Any = "revised",
    field: str | None = None,
    open: str | None = None,
    overwrite: bool = False,
    dry_run: bool = False,
    on_progress: OnProgress | None = None,
) -> ReconcileResults | ConsensusResults:
    """Makes a label field out of the decisions on two compared ones.

    An item of the comparison is decided by its verdict or, without one, by the policy.
    The new field gets copies of the chosen labels; their ``source``, ``source_id`` and
    ``decided_by`` tell where they came from. The two fields are not changed.
    The run is registered before anything is written and marked as finished at its end;
    what an interrupted one left is removed when the field is reconciled again.

    Args:
        samples: a dataset, or a view: its samples alone get the field
        key: the key of the comparison, for a consensus that of the agreement
        policy: a preset (``revised``, ``base``, ``agreed``, ``union``,
            ``more-instances``), the path of a YAML or JSON file, a list of rules, a
            dict, or a :class:`Policy`; of a measured agreement ``"consensus"`` or
            ``{"consensus": {"quorum": 2, "shape": "medoid"}}``, or a file of it, see
            :func:`write_consensus`
        field: the field to make; by default ``reconciled_segmentations``, or
            ``reconciled_detections`` of boxes
        open (None): what to take of items that nothing decides: ``base``, ``revised``,
            ``both``, ``neither``, or ``refuse``, which is an error. By default what
            the policy itself says, else ``refuse``; a consensus leaves nothing open
        overwrite: whether a finished reconciliation of that field may be replaced
        dry_run: whether to count only, and write nothing
        on_progress: called with the share done, 0 to 1, and a text on what is done;
            what it raises cancels the run, which leaves nothing behind

    Returns:
        the results; those of a dry run are not kept

    Raises:
        PolicyError: if the policy can't be used
        OpenItemsError: if there are open items, which are refused; its `view` shows
            them
        ClaimedError: if another process makes the field
        ComparisonError: if the comparison, the samples or the field can't be used;
            in all these cases nothing is written
    """
    consensus = read_consensus(policy)
    if consensus is not None:
        if open is not None:
            raise PolicyError(
                f"A consensus leaves no items open: leave out `open`; found {open!r}"
            )
        return write_consensus(
            samples, key, consensus, field, overwrite, dry_run, on_progress
        )
    task = check_task(samples, key, policy, field, open, overwrite or dry_run)
    share = 1.0 if dry_run else _COUNTING
    with paused_gc():
        tally = _count(task, share_of(on_progress, 0, share))
    for line in describe_unreachable(task.policy, tally.unreached()):
        warnings.warn(line, ReconcileWarning, stacklevel=2)
    if dry_run:
        return ReconcileResults(samples, task.config, task.field, tally=tally.to_dict())
    _refuse_open(task, tally)
    with paused_gc():
        return _write(task, overwrite, share_of(on_progress, share, 1 - share))


def _count(task: Task, on_progress: OnProgress | None) -> Tally:
    """Counts what would be decided, without reading masks."""
    tally, reader = Tally(), task.reader()
    for ids in _batches(task.ids, READ_AT_ONCE):
        documents = read_documents(task.dataset, ids, reader.wanted)
        _add(tally, decide_batch(reader, documents, task.policy), task)
        _report(on_progress, tally.images, len(task.ids), "decided")
    return tally


def _add(tally: Tally, batch: DecidedBatch, task: Task) -> tuple[Ints, Ints]:
    """Counts a batch; gives what is taken of each item and label."""
    of_items, of_labels = batch.takes(task.open_take)
    tally.images += len(batch.documents)
    tally.count(batch.items, batch.decisions, task.policy, of_items, batch.name)
    return of_items, of_labels


def _refuse_open(task: Task, tally: Tally) -> None:
    count = tally.deciders["open"]
    if task.config.open != "refuse" or not count:
        return
    conflicts = sum(map(len, tally.conflicts.values()))
    unsure = f", {conflicts:,} of them with different verdicts" if conflicts else ""
    sample, names = next(iter(tally.open_items.items()))
    raise OpenItemsError(
        f"{count:,} items on {len(tally.open_items):,} images are open{unsure}: "
        f"neither a verdict nor the policy decides them. The first is {names[0]} of "
        f"sample {sample}; `view` of this error shows them. Decide them, add rules, or "
        "pass `open`: base, revised, both or neither",
        items_view(task.samples, task.config, tally.open_items),
    )


def _write(
    task: Task, overwrite: bool, on_progress: OnProgress | None
) -> ReconcileResults:
    """Registers the run, writes the field, and keeps the results."""
    dataset, config = task.dataset, task.config
    config.token = str(ObjectId())
    with writing_field(task.samples, task.field, config, overwrite) as claim:
        plan = plan_copies(dataset, (config.base_field, config.revised_field))
        for path in replaced_attributes(dataset, plan):
            warnings.warn(
                f"'{path}' is not copied: in the new field it says where labels come "
                "from",
                ReconcileWarning,
                stacklevel=3,
            )
        declare_copies(dataset, task.field, plan)
        tally = Tally()
        for ids in _batches(task.ids, WRITTEN_AT_ONCE):
            tally += _write_batch(task, plan, ids, claim)
            _report(on_progress, tally.images, len(task.ids), "written")
        _refuse_open(task, tally)
        claim.require()
        tally.filled_boxes = plan.filled_boxes
        results = ReconcileResults(
            task.samples, config, task.field, tally=tally.to_dict()
        )
        finish_run(task.samples, task.field, config, results)
    return results


def _write_batch(task: Task, plan: CopyPlan, ids: Sequence[str], claim: Claim) -> Tally:
    """Writes the new field of some samples.

    Samples whose labels or tags change in between are decided again.

    Raises:
        ComparisonError: if a sample keeps changing, or the claim is lost
    """
    tally, reader = Tally(), task.reader()
    wanted = {path.split(".")[0] for path in plan.paths} | {
        name for name in reader.wanted if "." not in name
    }
    for _ in range(ATTEMPTS):
        documents = read_documents(task.dataset, ids, [*sorted(wanted), "metadata"])
        batch = decide_batch(reader, documents, task.policy)
        values = _new_values(task, plan, batch)
        claim.require()
        now = datetime.now(timezone.utc)
        no_attributes: list[dict[str, Any]] = [{p: {} for p in plan.paths}]
        changed = set(
            write_values(
                task.dataset, documents, values, no_attributes * len(documents), now
            )
        )
        if changed:
            written = [d for d in documents if str(d["_id"]) not in changed]
            batch = decide_batch(reader, written, task.policy)
        _add(tally, batch, task)
        if not changed:
            return tally
        ids = sorted(changed)
    raise ComparisonError(
        f"The labels of {len(ids)} samples changed while they were reconciled, the "
        f"first is {ids[0]}. Reconcile again when nothing else changes them"
    )


def _new_values(
    task: Task, plan: CopyPlan, batch: DecidedBatch
) -> list[dict[str, Any]]:
    """The new field of each sample of a batch."""
    takes, deciders = batch.takes(task.open_take)[1], batch.deciders()
    values, start = [], 0
    for document in batch.documents:
        end = start + sum(len(labels_at(document, path)) for path in plan.paths)
        copies = plan.copies(document, takes[start:end], deciders[start:end])
        values.append({task.field: copies})
        start = end
    return values


def _batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _report(on_progress: OnProgress | None, done: int, total: int, what: str) -> None:
    if on_progress is not None:
        on_progress(min(done / total, 1.0), f"{done:,} of {total:,} images {what}")
