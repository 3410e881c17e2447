"""A consensus as a run: a label field of the objects that label sets agree on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import fiftyone as fo

from ...zoo.defects import Defects
from ...zoo.paused_gc import paused_gc
from ...zoo.progress import OnProgress
from ...zoo.writing.sample_documents import mask_bytes
from ..agreement.agreement_run import METHOD, alpha_field
from ..agreement.consensus import AgreedObject, ConsensusRule, find_consensus
from ..comparison.geometry.shapes import Pixels
from ..error_types import ComparisonError, PolicyError
from ..labels.field_lists import means_no_list
from ..labels.fiftyone_internals import (
    labels_at,
    read_documents,
    write_values,
)
from ..labels.label_copies import label_list
from ..labels.label_fields import check_images
from ..labels.reading import read_objects
from ..labels.views.shown_labels import has_list
from ..runs.registry.claims import Claim
from ..runs.registry.other_runs import finish_run, require_run
from ..small_documents import is_document_path, load_document
from .consensus_results import ConsensusResults
from .copying import (
    POLYLINES,
    CopyPlan,
    declare_copies,
    default_field,
    plan_copies,
)
from .decisions.policies import CONSENSUS
from .reconciled_runs import (
    ReconcileRunConfig,
    check_new_field,
    writing_field,
)

BATCH = 200
_OUTLINE = ("num_polygons", "num_vertices", "mask_path", "points", "closed", "filled")

Samples: TypeAlias = fo.core.collections.SampleCollection


def read_consensus(policy: Any) -> Mapping[str, Any] | None:
    """The consensus of several label sets that a policy is, None if it is another.

    Args:
        policy: ``"consensus"``, a dict, or the path of a YAML or JSON file of either;
            else it is another

    Raises:
        PolicyError: if the file can't be read
    """
    if is_document_path(policy):
        policy = load_document(Path(policy), "policy", PolicyError)
    return consensus_of(policy)


def consensus_of(document: Any) -> Mapping[str, Any] | None:
    """The consensus that the content of a policy file is, None if it is another.

    Args:
        document: the content; no path that it may hold is read
    """
    if document == CONSENSUS:
        return {CONSENSUS: {}}
    return document if isinstance(document, Mapping) and CONSENSUS in document else None


def write_consensus(
    samples: Samples,
    key: str,
    policy: Mapping[str, Any],
    field: str | None = None,
    overwrite: bool = False,
    dry_run: bool = False,
    on_progress: OnProgress | None = None,
) -> ConsensusResults:
    """Makes a label field of the objects that the fields of an agreement agree on.

    A cluster becomes a label if at least ``quorum`` fields have it. Its class is the
    most frequent one (ties: that of the field named first); its shape is that of the
    label with the greatest mean IoU to the others, or the pixels in over half of them.
    ``source`` and ``source_id`` of a label name the label it is a copy of, and
    ``decided_by`` is ``consensus``. Crowds are left out.

    Args:
        samples: a dataset, or a view: its samples alone get the field
        key: the key of the agreement
        policy: ``{"consensus": {"quorum": 2, "shape": "medoid" or "majority"}}``
        field: the field to make; by default ``reconciled_segmentations``, or
            ``reconciled_detections`` of boxes
        overwrite: whether a finished reconciliation of that field may be replaced
        dry_run: whether to count only, and write nothing
        on_progress: called with the share done, 0 to 1, and a text; what it
            raises cancels the run, which leaves nothing behind

    Raises:
        PolicyError: if the policy can't be used
        ClaimedError: if another process makes the field
        ComparisonError: if the agreement, the samples or the field can't be used; in
            all these cases nothing is written
    """
    task = _check(samples, key, policy, field, overwrite or dry_run)
    config = task.config
    if dry_run:
        tally = _run(task, None, on_progress)
        return ConsensusResults(samples, config, task.field, tally=tally)
    with writing_field(samples, task.field, config, overwrite) as claim:
        declare_copies(samples._root_dataset, task.field, task.plan)
        tally = _run(task, claim, on_progress)
        claim.require()
        results = ConsensusResults(samples, config, task.field, tally=tally)
        finish_run(samples, task.field, config, results)
    return results


@dataclass(frozen=True)
class _Task:
    """A consensus with checked parameters."""

    samples: Samples
    ids: list[str]
    rule: ConsensusRule
    plan: CopyPlan
    absent: tuple[bool, ...]
    config: ReconcileRunConfig
    field: str


def _check(
    samples: Samples,
    key: str,
    policy: Mapping[str, Any],
    field: str | None,
    overwrite: bool,
) -> _Task:
    dataset = samples._root_dataset
    dataset.reload()
    agreement = require_run(dataset, key, METHOD)
    fields = list(agreement.fields)
    rule = _rule(policy, len(fields))
    check_images(samples)
    name = field or default_field(dataset, fields)
    if name in fields:
        raise ComparisonError(f"'{name}' is one of the measured fields; name another")
    check_new_field(dataset, name, overwrite)
    ids = list(dict.fromkeys(samples.values("id")))
    if not ids:
        raise ComparisonError("There are no samples to reconcile: the view is empty")
    if not samples.exists(alpha_field(key)).count():
        raise ComparisonError(f"None of these samples was measured as '{key}'")
    plan = plan_copies(dataset, fields)
    plan.as_masks = rule.shape == "majority" and plan.form == POLYLINES
    parameters = {"quorum": rule.quorum, "shape": rule.shape, "fields": fields}
    config = ReconcileRunConfig(key, fields[0], fields[1], {CONSENSUS: parameters})
    missing = getattr(agreement, "missing", None)
    absent = tuple(means_no_list(dataset, one, missing) for one in fields)
    return _Task(samples, ids, rule, plan, absent, config, name)


def _rule(policy: Mapping[str, Any], fields: int) -> ConsensusRule:
    wanted = policy[CONSENSUS]
    known = ("quorum", "shape")
    if set(policy) != {CONSENSUS} or not isinstance(wanted, Mapping):
        raise PolicyError(
            'A consensus is {"consensus": {"quorum": 2, "shape": "medoid"}} and '
            f"nothing beside; found {dict(policy)!r}"
        )
    for name in wanted:
        if name not in known:
            raise PolicyError(
                f"Unknown key {name!r} of a consensus; there are: {', '.join(known)}"
            )
    rule = ConsensusRule(**wanted)
    if rule.quorum > fields:
        raise PolicyError(
            f"quorum {rule.quorum}; the agreement is of {fields} fields: no object can "
            "reach it"
        )
    return rule


def _run(
    task: _Task, claim: Claim | None, on_progress: OnProgress | None
) -> dict[str, Any]:
    """Finds the consensus of every sample, and writes it if there is a claim to."""
    dataset = task.samples._root_dataset
    counts: Counter[str] = Counter()
    votes: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    wanted = ["metadata", "last_modified_at"]
    wanted += [path.split(".")[0] for path in task.plan.paths]
    with paused_gc():
        for first in range(0, len(task.ids), BATCH):
            chosen = task.ids[first : first + BATCH]
            documents = read_documents(dataset, chosen, wanted)
            values = [_copies(d, task, counts, votes, sources) for d in documents]
            if claim is not None:
                claim.require()
                _write(dataset, task.field, documents, values)
            done = first + len(chosen)
            if on_progress is not None:
                text = f"{done:,} of {len(task.ids):,} images reconciled"
                on_progress(done / len(task.ids), text)
    tables = {"votes": dict(votes), "sources": dict(sources)}
    return {**counts, "images": len(task.ids), **tables}


def _copies(
    document: Mapping[str, Any],
    task: _Task,
    counts: Counter[str],
    votes: Counter[str],
    sources: Counter[str],
) -> dict[str, Any]:
    """The consensus of a sample as the value of the new field; counts it."""
    plan, metadata = task.plan, document.get("metadata") or {}
    width, height = metadata.get("width"), metadata.get("height")
    if not width or not height:
        raise ComparisonError(
            f"Sample {document['_id']} has no metadata with its width and height: it "
            f"was not measured as '{task.config.comparison}'. Measure it again"
        )
    labels = [labels_at(document, path) for path in plan.paths]
    broken = Defects()
    sides = [
        None
        if absent and not has_list(document, field)
        else read_objects(found, width, height, broken)
        for field, absent, found in zip(plan.sides, task.absent, labels, strict=True)
    ]
    found = find_consensus(sides, task.rule)
    counts.update(found.counts())
    counts["crowds"] += sum(int(s.crowds.sum()) for s in sides if s is not None)
    votes.update(str(len(one.members)) for one in found.objects)
    votes.update(str(len(members)) for members in found.leftovers)
    sources.update(plan.sides[one.field] for one in found.objects)
    copies = [_copy(document, one, labels, plan) for one in found.objects]
    return label_list(plan.labels_type, copies)


def _copy(
    document: Mapping[str, Any],
    one: AgreedObject,
    labels: Sequence[Sequence[Mapping[str, Any]]],
    plan: CopyPlan,
) -> dict[str, Any]:
    copy = plan.copy(document, labels[one.field][one.index], one.field, CONSENSUS)
    copy["label"] = one.label
    if one.pixels is None:
        return copy
    metadata = document["metadata"]
    return _drawn(copy, one.pixels, metadata["width"], metadata["height"])


def _drawn(
    copy: Mapping[str, Any], pixels: Pixels, width: int, height: int
) -> dict[str, Any]:
    """A label with other pixels, without the attributes of its old outline."""
    kept = {name: value for name, value in copy.items() if name not in _OUTLINE}
    x0, y0, x1, y1 = pixels.x0, pixels.y0, pixels.x1, pixels.y1
    box = [x0 / width, y0 / height, (x1 - x0) / width, (y1 - y0) / height]
    area = {"area": float(pixels.mask.sum())} if "area" in kept else {}
    return {
        **kept,
        **area,
        "_cls": "Detection",
        "bounding_box": box,
        "mask": mask_bytes(pixels.mask),
    }


def _write(
    dataset: fo.Dataset,
    field: str,
    documents: Sequence[Mapping[str, Any]],
    values: Sequence[Mapping[str, Any]],
) -> None:
    nothing: list[dict[str, Any]] = [{}] * len(documents)
    changed = write_values(dataset, documents, [{field: v} for v in values], nothing)
    if changed:
        raise ComparisonError(
            f"{len(changed):,} samples changed while they were reconciled, the first "
            f"is {changed[0]}. Reconcile again when nothing else changes them"
        )
