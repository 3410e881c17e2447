"""Writing a planned merge, and undoing it if it can't be finished.

FiftyOne's ``merge_samples`` joins by a field that both sides have and leaves a unique
index of it on both. A key that is no field, or has another name there, would have to be
written first. So the other side is read through a view that gives its samples the ids
of their matches, and merged by id: the other dataset is never written to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import fiftyone as fo

from ...zoo.progress import OnProgress, stage
from ..labels.image_companions import KEYPOINTS
from .incoming_fields import MARK, incoming_fields
from .join.join_keys import IMAGE_ID
from .merge_info import brought_names
from .merge_plan import IMAGE_FIELDS, MergePlan

_BATCH = 500
_ADDED_FIELDS = ("tags", "metadata")

Pairs = Sequence[tuple[Any, Any]]
"""Ids of samples of the other side, and their ids here."""


def write_merge(
    dataset: Any, plan: MergePlan, added: Pairs, on_progress: OnProgress | None
) -> None:
    """Writes a merge; if that fails or is cancelled, restores the dataset.

    Args:
        dataset: the dataset to merge into
        plan: what to do
        added: samples of the other side that are added, and the ids they get here
        on_progress: called with the progress; by default a bar is drawn
    """
    names = [*plan.fields.values(), *plan.image_fields]
    with incoming_fields(dataset, names, plan.replaced, plan.rename) as incoming:
        _declare(dataset, plan, incoming.names)
        if added:
            ids = [str(here) for _, here in added]
            incoming.undo.callback(dataset.delete_samples, ids)
        _merge(dataset, plan, added, incoming.names, on_progress)
        _leave_behind(dataset, plan, incoming.names)
        keypoints = [name for name in plan.image_fields if name == KEYPOINTS]
        labels = [incoming.names[n] for n in (*plan.fields.values(), *keypoints)]
        dataset.add_dynamic_sample_fields(fields=labels)


def _declare(dataset: Any, plan: MergePlan, incoming: Mapping[str, str]) -> None:
    """Declares the merged fields, marked as unfinished while they are empty."""
    for source, name in brought_names(plan).items():
        field = plan.other.get_field(source)
        is_label = isinstance(field, fo.EmbeddedDocumentField)
        dataset.add_sample_field(
            incoming[name],
            type(field),
            embedded_doc_type=field.document_type if is_label else None,
            subfield=type(field.field) if isinstance(field, fo.ListField) else None,
            info={**(field.info or {}), MARK: True},
        )


def _merge(
    dataset: Any,
    plan: MergePlan,
    added: Pairs,
    incoming: Mapping[str, str],
    on_progress: OnProgress | None,
) -> None:
    fields = {source: incoming[name] for source, name in brought_names(plan).items()}
    total = len(plan.pairs) + len(added)
    parts = (
        (plan.pairs, fields, False),
        (added, fields | _fields_of_added(dataset, plan), True),
    )
    with stage("Merging samples", total, on_progress) as advance:
        for pairs, chosen, insert in parts:
            for start in range(0, len(pairs), _BATCH):
                batch = pairs[start : start + _BATCH]
                dataset.merge_samples(
                    _under_our_ids(plan.other, batch),
                    key_field="id",
                    fields=chosen,
                    insert_new=insert,
                    include_info=False,
                )
                advance(len(batch))


def _leave_behind(dataset: Any, plan: MergePlan, incoming: Mapping[str, str]) -> None:
    """Removes the values that the other side's comparisons wrote on merged labels."""
    split = [path.split(".", 1) for path in plan.left_behind]
    paths = [f"{incoming[plan.fields[source]]}.{rest}" for source, rest in split]
    if paths:
        dataset.delete_sample_fields(paths)


def _under_our_ids(other: Any, pairs: Pairs) -> Any:
    """A view of some samples of the other side, with their ids here."""
    theirs = [there for there, _ in pairs]
    ours = [here for _, here in pairs]
    place = {"$indexOfArray": [theirs, "$_id"]}
    return other.mongo(
        [
            {"$match": {"_id": {"$in": theirs}}},
            {"$set": {"_id": {"$arrayElemAt": [ours, place]}}},
        ]
    )


def _fields_of_added(dataset: Any, plan: MergePlan) -> dict[str, str]:
    """The fields of samples that are new here, apart from their labels."""
    ours, theirs = dataset.get_field_schema(), plan.other.get_field_schema()
    same = [n for n in theirs if n in ours and type(theirs[n]) is type(ours[n])]
    fields = {name: name for name in _ADDED_FIELDS if name in theirs}
    if plan.request.include_info:
        fields |= {n: n for n in IMAGE_FIELDS if n in same}
    here, there = plan.key.images, plan.key.entries
    if plan.key.kind == IMAGE_ID and here not in ("id", "filepath"):
        fields = {k: v for k, v in fields.items() if v != here} | {there: here}
    return fields
