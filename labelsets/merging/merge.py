"""Merging the label fields of another dataset into a dataset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import fiftyone as fo
from bson import ObjectId

from ...zoo.progress import OnProgress
from ..error_types import MergeError
from ..labels.fiftyone_internals import refresh
from ..runs.registry.claims import claim_label_fields
from .join.join_keys import IMAGE_ID
from .merge_info import merge_info
from .merge_plan import KEEP, SKIP, MergePlan, MergeRequest, plan_merge
from .merge_writing import Pairs, write_merge
from .offers import LABEL_LISTS


def merge_annotations(
    dataset: fo.Dataset,
    other: fo.Dataset | fo.DatasetView | str,
    key_field: str | None = None,
    fields: str | Iterable[str] | Mapping[str, str] | None = None,
    *,
    other_key_field: str | None = None,
    rename: Mapping[str, str] | None = None,
    only_here: str = KEEP,
    only_there: str = SKIP,
    include_info: bool = True,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Merges label fields of another dataset into a dataset, sample by sample.

    Args:
        dataset: the dataset to merge into, all of it
        other: the dataset that the labels come from, its name, or a view of it
        key_field (None): what identifies an image in both: a field, such as
            ``"coco_id"``; ``"relative path"``, ``"file name"`` or ``"stem"``; or a
            regular expression with one group, which is looked for in file names. By
            default the key that matches the most images and contradicts no name and no
            size
        fields (None): the label fields to merge, with new names if they get any:
            ``{"segmentations": "coco_segmentations"}``. By default all that can be
            compared, under a ``sama_`` or ``coco_`` name
        other_key_field (None): the key's name in ``other``, if it differs
        rename (None): label fields of ``dataset`` to rename, and their new names
        only_here ("keep"): ``"skip"`` leaves samples that ``other`` lacks out of the
            ``view`` that is returned. They always stay in the dataset
        only_there ("skip"): ``"keep"`` adds the samples that ``dataset`` lacks. They
            are always counted
        include_info (True): whether ``coco_id``, ``coco_url``, ``license`` and the
            dataset's info are merged where ``dataset`` has none
        overwrite (False): whether existing label fields of these names are replaced,
            with all their labels
        on_progress (None): called with the progress; by default a bar is drawn

    Returns:
        what :func:`carry_out` returns, and ``view``, the samples as asked for

    Raises:
        MergeError: if the two can't be merged; nothing is written then
        ClaimedError: if another process brings labels into the dataset
    """
    if not isinstance(dataset, fo.Dataset):
        raise MergeError("A merge needs a whole dataset; pass the dataset of this view")
    request = MergeRequest(
        other=other,
        key_field=key_field,
        other_key_field=other_key_field,
        fields=fields,
        rename=rename or {},
        only_here=only_here,
        only_there=only_there,
        include_info=include_info,
        overwrite=overwrite,
    )
    result = merge_requested(dataset, request, on_progress)
    view = dataset.exclude(result["left_out"]) if result["left_out"] else dataset
    return result | {"view": view}


def merge_requested(
    dataset: fo.Dataset, request: MergeRequest, on_progress: OnProgress | None = None
) -> dict[str, Any]:
    """Checks a merge and carries it out.

    Args:
        dataset: the dataset to merge into
        request: what to merge, and how
        on_progress (None): called with the progress; by default a bar is drawn

    Returns:
        see :func:`carry_out`

    Raises:
        MergeError: if the two can't be merged; nothing is written then
        ClaimedError: if another process brings labels into the dataset
    """
    with claim_label_fields(dataset):
        refresh(dataset)
        return carry_out(dataset, plan_merge(dataset, request), on_progress)


def carry_out(
    dataset: Any, plan: MergePlan, on_progress: OnProgress | None = None
) -> dict[str, Any]:
    """Merges; if that fails or is cancelled, the dataset is restored.

    Args:
        dataset: the dataset to merge into
        plan: what to do
        on_progress (None): called with the progress; by default a bar is drawn

    Returns:
        what was done: ``matched``, ``only_here``, ``only_there``, ``other_size`` and
        ``added`` samples, ``labels`` of every new field, fields ``renamed``, the
        ``key`` on both sides, ``left_out`` (ids of the samples to be left out of the
        view), and ``message``
    """
    added: Pairs = []
    if plan.request.only_there == KEEP:
        added = [(there, ObjectId()) for there in plan.only_there]
    write_merge(dataset, plan, added, on_progress)
    merge_info(dataset, plan)
    return _outcome(dataset, plan, len(added))


def _outcome(dataset: Any, plan: MergePlan, added: int) -> dict[str, Any]:
    labels = {name: _count_labels(dataset, name) for name in plan.fields.values()}
    left_out = plan.only_here if plan.request.only_here == SKIP else []
    outcome = {
        "matched": len(plan.pairs),
        "only_here": len(plan.only_here),
        "only_there": len(plan.only_there),
        "added": added,
        "labels": labels,
        "renamed": dict(plan.rename),
        "other_size": plan.other_size,
        "key": _both_names(plan),
        "left_out": [str(id) for id in left_out],
    }
    return outcome | {"message": _message(dataset, plan, outcome)}


def _both_names(plan: MergePlan) -> list[str]:
    if plan.key.kind == IMAGE_ID:
        return [plan.key.images, plan.key.entries]
    return [plan.key.pattern or plan.key.kind] * 2


def _count_labels(dataset: Any, name: str) -> int:
    kind = dataset.get_field(name).document_type.__name__
    return int(dataset.count(f"{name}.{LABEL_LISTS[kind]}"))


def _message(dataset: Any, plan: MergePlan, outcome: dict[str, Any]) -> str:
    here = "left out of the view" if plan.request.only_here == SKIP else "kept"
    there = "added" if plan.request.only_there == KEEP else "not added"
    labels = ", ".join(f"{k} ({n:,} labels)" for k, n in outcome["labels"].items())
    renamed = ", ".join(f"{old} to {new}" for old, new in plan.rename.items())
    return (
        f"Merged '{plan.other._root_dataset.name}' into '{dataset.name}' by "
        f"{plan.key}: {outcome['matched']:,} samples "
        f"matched, {outcome['only_here']:,} only here ({here}), "
        f"{outcome['only_there']:,} only there ({there}). Merged fields: {labels}"
        + (f". Renamed: {renamed}" if renamed else "")
        + (
            ". Values that comparisons wrote there were left"
            if plan.left_behind
            else ""
        )
    )
