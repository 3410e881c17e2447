"""Adding the labels of a file to a dataset that has the images."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import fiftyone as fo

from ....zoo.label_sources import (
    FROM_FILES,
    forget_label_sources,
    note_label_source,
)
from ....zoo.labels import LabelField
from ....zoo.paused_gc import paused_gc
from ....zoo.progress import OnProgress, stage
from ....zoo.writing.label_writing import declare_label_field, write_labels
from ...labels.fiftyone_internals import refresh
from ...runs.registry.claims import claim_label_fields
from ..incoming_fields import MARK, appended_field, incoming_fields, remove_leftovers
from .add_plan import AddPlan, AddRequest, Content, plan_addition
from .set_reading import FilePath

_BATCH = 200


def add_annotations(
    dataset: fo.Dataset,
    path: FilePath | Content,
    field: str,
    *,
    join_by: str | None = None,
    shapes: str = "masks",
    append: bool = False,
    overwrite: bool = False,
    listed_in: FilePath | None = None,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Adds the labels of a file to a dataset that has the images.

    Example::

        add_annotations(dataset, "revised.json", "revised")

    Args:
        dataset: the dataset, all of it
        path: a file or folder of labels: COCO JSON, COCO results, YOLO's data.yaml, a
            folder of Pascal VOC, or CVAT for images
        field: the label field that receives them
        join_by (None): ``"relative path"``, ``"file name"``, ``"stem"``, ``"image
            id"``, or a regular expression with one group that is looked for in file
            names. By default the key that joins the most images and contradicts no name
            and no size
        shapes ("masks"): ``"masks"``, ``"polylines"`` or ``"boxes"``. Annotations
            without an outline become boxes in each
        append (False): whether labels are appended to an existing field, such as the
            second half of one job
        overwrite (False): whether a field of that name is replaced
        listed_in (None): of COCO results, the COCO JSON file that lists their images
            and classes. By default classes are those of the dataset's label files, and
            images are known by their ids
        on_progress (None): called with the progress; by default bars are drawn

    Returns:
        what was done: ``format``, ``key``, the images ``matched``, ``only_here``,
        ``only_there`` and of ``other_size``, the ``labels`` by their form,
        ``left_out`` (what is unusual or was left out, with counts), and ``message``

    Raises:
        MergeError: if it can't be added; nothing is written then
        ClaimedError: if another process brings labels into the dataset
        FormatError: if the format of the file is not supported, or it is damaged
    """
    request = AddRequest(path, field, join_by, shapes, append, overwrite, listed_in)
    return carry_out_request(dataset, request, on_progress)


def carry_out_request(
    dataset: fo.Dataset, request: AddRequest, on_progress: OnProgress | None = None
) -> dict[str, Any]:
    """Checks an addition and carries it out.

    Args:
        dataset: the dataset
        request: what to add, and how
        on_progress (None): called with the progress; by default bars are drawn

    Returns:
        see :func:`add_annotations`

    Raises:
        ClaimedError: if another process brings labels into the dataset
    """
    if not isinstance(dataset, fo.Dataset):
        return carry_out(dataset, plan_addition(dataset, request), on_progress)
    with claim_label_fields(dataset):
        refresh(dataset)
        remove_leftovers(dataset)  # an interrupted append adds to the field
        return carry_out(dataset, plan_addition(dataset, request), on_progress)


def carry_out(
    dataset: fo.Dataset, plan: AddPlan, on_progress: OnProgress | None = None
) -> dict[str, Any]:
    """Adds labels; if that fails or is cancelled, the dataset is restored.

    Args:
        dataset: the dataset
        plan: what to do
        on_progress (None): called with the progress; by default bars are drawn

    Returns:
        see :func:`add_annotations`
    """
    field, file = plan.field, plan.joined.file
    appends = plan.append and dataset.has_field(field.name)
    counts: Counter[str] = Counter()
    if appends:
        part = appended_field(dataset, field.name, field.kind, file.source)
        with part as source:
            _write(dataset, plan, source, counts, on_progress)
        declare_label_field(dataset, field, file.label_attributes)
        _set_image_ids(dataset, plan)
    else:
        _write_new(dataset, plan, counts, on_progress)
        forget_label_sources(dataset, field.name)
        note_label_source(dataset, field.name, file.source)
    known = dataset.classes.get(field.name, []) if appends else []
    dataset.classes[field.name] = list(dict.fromkeys([*known, *file.classes]))
    dataset.save()
    return _outcome(dataset, plan, counts)


def _write_new(
    dataset: fo.Dataset,
    plan: AddPlan,
    counts: Counter[str],
    on_progress: OnProgress | None,
) -> None:
    """Writes a new field, and the image ids that the dataset lacks."""
    ids = _image_ids(dataset, plan)
    replaced = [name for name in ids if dataset.has_field(name)]
    replaced += [plan.field.name] if plan.replaced else []
    names = [plan.field.name, *ids]
    with incoming_fields(dataset, names, replaced) as incoming:
        spare = LabelField(incoming.names[plan.field.name], "", plan.field.kind)
        _write(dataset, plan, spare, counts, on_progress)
        for name, values in ids.items():
            target = incoming.names[name]
            dataset.add_sample_field(target, fo.IntField, info={MARK: True})
            dataset.set_values(target, values, key_field="id")


def _set_image_ids(dataset: fo.Dataset, plan: AddPlan) -> None:
    for name, values in _image_ids(dataset, plan).items():
        dataset.set_values(name, values, key_field="id")


def _image_ids(dataset: fo.Dataset, plan: AddPlan) -> dict[str, dict[str, int]]:
    """The image ids of the file that differ from those of the dataset.

    Returns:
        by field, the image id by the id of the sample
    """
    ids = plan.joined.image_ids()
    if not ids:
        return {}
    known = plan.images.ids.get("coco_id")
    if known is not None and all(known[row] == id for row, id in ids.items()):
        return {}
    name = f"{plan.field.name}_coco_id" if dataset.has_field("coco_id") else "coco_id"
    return {name: {str(plan.sample_ids[row]): id for row, id in ids.items()}}


def _write(
    dataset: fo.Dataset,
    plan: AddPlan,
    field: LabelField,
    counts: Counter[str],
    on_progress: OnProgress | None,
) -> None:
    """Makes the labels of a batch of images while the previous batch is written."""
    file, pairs = plan.joined.file, plan.join.pairs
    marks = {MARK: True, FROM_FILES: True}
    declare_label_field(dataset, field, file.label_attributes, marks)
    with (
        stage("Labels", len(pairs), on_progress) as advance,
        paused_gc(),
        ThreadPoolExecutor(1) as writer,
    ):
        written: Future[None] | None = None
        for start in range(0, len(pairs), _BATCH):
            batch = pairs[start : start + _BATCH]
            labels = [
                file.labels(
                    entry, plan.size(entry, row), field.kind, plan.problems, counts
                )
                for entry, row in batch
            ]
            if written is not None:
                written.result()
            ids = [plan.sample_ids[row] for _, row in batch]
            written = writer.submit(write_labels, dataset, field, ids, labels)
            advance(len(batch))
        if written is not None:
            written.result()


def _outcome(
    dataset: fo.Dataset, plan: AddPlan, counts: Counter[str]
) -> dict[str, Any]:
    joined = plan.join
    outcome: dict[str, Any] = {
        "format": plan.joined.file.format,
        "key": str(joined.key),
        "matched": len(joined.pairs),
        "only_here": len(joined.only_images) - len(joined.other_size),
        "only_there": len(joined.only_entries),
        "other_size": len(joined.other_size),
        "labels": {shape: count for shape, count in counts.items() if count},
        "left_out": plan.problems.to_dict(),
    }
    labels = ", ".join(f"{n:,} {shape}" for shape, n in outcome["labels"].items())
    message = (
        f"Added {labels or 'no labels'} of '{plan.joined.file.name}' "
        f"({outcome['format']}) to '{dataset.name}' as '{plan.field.name}': "
        f"{outcome['matched']:,} images matched by {joined.key}, "
        f"{outcome['only_here']:,} only here, {outcome['only_there']:,} only there"
    )
    lines = plan.problems.lines()
    return outcome | {"message": ". ".join([message, *lines])}
