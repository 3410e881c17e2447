"""Carrying out a planned merge, and undoing it where it can't be finished.

FiftyOne's ``merge_samples`` joins by a field that both sides hold and leaves a unique
index of it on both. A key that is no field, or is called otherwise there, would have to
be written first. So the other side is read through a view that gives its samples the
ids of those they match, and merged by id: the other dataset is never written to.

Fields come over under names of their own and get theirs at the end, all at once, so
that a process that is killed leaves nothing that passes for a finished merge. What it
leaves, the next merge removes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import Any

import fiftyone as fo
from bson import ObjectId

from .matching import FILE_NAME
from .offers import LABEL_LISTS
from .plan import IMAGE_FIELDS, KEEP, SKIP, MergePlan

Report = Callable[[float, str], None]
"""Called with how much is done, from 0 to 1, and what is being done."""

_BATCH = 500
_ADDED_FIELDS = ("tags", "metadata")

_INCOMING, _REPLACED = "_incoming", "_replaced"
_MARK = "sama_coco_merge"

Pairs = Sequence[tuple[Any, Any]]
"""Ids of samples of the other side, and what they are to be here."""


def carry_out(dataset: Any, plan: MergePlan, report: Report | None) -> dict[str, Any]:
    """Merges; where that fails or is cancelled, the dataset is put back as it was.

    Args:
        dataset: the dataset to merge into
        plan: what to do
        report: told of the progress

    Returns:
        what was done: ``matched``, ``only_here``, ``only_there`` and ``added`` samples,
        ``labels`` of every new field, fields ``renamed``, the ``key`` on both sides,
        ``left_out`` (ids of the samples to be left out of the view), and ``message``
    """
    added: Pairs = []
    if plan.only_there == KEEP:
        added = [(there, ObjectId()) for there in plan.match.only_there]
    remove_leftovers(dataset)
    set_aside = {name: _spare_name(dataset, plan, name) for name in plan.replaced}
    incoming = {
        name: _spare_name(dataset, plan, name, _INCOMING)
        for name in (*plan.fields.values(), *plan.image_fields)
    }
    with ExitStack() as undo:
        undo.callback(_delete_fields, dataset, list(incoming.values()))
        _declare(dataset, plan, incoming)
        if added:
            undo.callback(dataset.delete_samples, [str(here) for _, here in added])
        _merge(dataset, plan, added, incoming, report)
        _leave_behind(dataset, plan, incoming)
        labels = [incoming[name] for name in plan.fields.values()]
        dataset.add_dynamic_sample_fields(fields=labels)
        _rename_all(dataset, plan.rename | set_aside, incoming, undo)
        undo.pop_all()
    dataset.reload()  # fields keep their old paths in memory when they are renamed
    _mark(dataset, set_aside.values(), True)
    _mark(dataset, incoming, False)
    _delete_fields(dataset, list(set_aside.values()))
    _move_class_lists(dataset, plan)
    if plan.include_info:
        _merge_info(dataset, plan)
    dataset.save()
    return _outcome(dataset, plan, len(added))


def remove_leftovers(dataset: Any) -> None:
    """Removes the fields that a merge left which was killed."""
    _delete_fields(
        dataset,
        [
            name
            for name, field in dataset.get_field_schema().items()
            if (field.info or {}).get(_MARK)
            and name.rstrip("_").endswith((_INCOMING, _REPLACED))
        ],
    )


def _declare(dataset: Any, plan: MergePlan, incoming: dict[str, str]) -> None:
    """Declares the fields that come over, marked as such before they hold anything."""
    for source, name in _names(plan).items():
        field = plan.other.get_field(source)
        is_label = isinstance(field, fo.EmbeddedDocumentField)
        dataset.add_sample_field(
            incoming[name],
            type(field),
            embedded_doc_type=field.document_type if is_label else None,
            info={_MARK: True},
        )


def _mark(dataset: Any, names: Iterable[str], is_leftover: bool) -> None:
    for name in names:
        field = dataset.get_field(name)
        others = {k: v for k, v in (field.info or {}).items() if k != _MARK}
        field.info = others | ({_MARK: True} if is_leftover else {}) or None
        field.save()


def _names(plan: MergePlan) -> dict[str, str]:
    """The names here of all fields that come over, by their names there."""
    return plan.fields | {name: name for name in plan.image_fields}


def _merge(
    dataset: Any,
    plan: MergePlan,
    added: Pairs,
    incoming: dict[str, str],
    report: Report | None,
) -> None:
    fields = {source: incoming[name] for source, name in _names(plan).items()}
    total = len(plan.match.pairs) + len(added)
    done = 0
    for pairs, chosen, insert in (
        (plan.match.pairs, fields, False),
        (added, fields | _fields_of_added(dataset, plan), True),
    ):
        for start in range(0, len(pairs), _BATCH):
            if report:
                report(done / total, f"Merging sample {done + 1:,} of {total:,}")
            batch = pairs[start : start + _BATCH]
            dataset.merge_samples(
                _under_our_ids(plan.other, batch),
                key_field="id",
                fields=chosen,
                insert_new=insert,
                include_info=False,
            )
            done += len(batch)
    if report:
        report(1.0, f"Merged {total:,} samples")


def _leave_behind(dataset: Any, plan: MergePlan, incoming: dict[str, str]) -> None:
    """Removes what comparisons over there wrote on the labels that came over."""
    split = [path.split(".", 1) for path in plan.left_behind]
    paths = [f"{incoming[plan.fields[source]]}.{rest}" for source, rest in split]
    if paths:
        dataset.delete_sample_fields(paths)


def _under_our_ids(other: Any, pairs: Pairs) -> Any:
    """A view of some samples of the other side, with the ids they are to have here."""
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
    """What samples that are new here bring beside their labels."""
    ours, theirs = dataset.get_field_schema(), plan.other.get_field_schema()
    same = [n for n in theirs if n in ours and type(theirs[n]) is type(ours[n])]
    fields = {name: name for name in _ADDED_FIELDS if name in theirs}
    if plan.include_info:
        fields |= {n: n for n in IMAGE_FIELDS if n in same}
    here, there = plan.keys
    if here not in (FILE_NAME, "id", "filepath"):
        fields = {k: v for k, v in fields.items() if v != here} | {there: here}
    return fields


def _rename_all(
    dataset: Any, own: dict[str, str], incoming: dict[str, str], undo: ExitStack
) -> None:
    """Gives all fields their names: at once, unless some are to be freed for others."""
    arriving = {spare: name for name, spare in incoming.items()}
    if own.keys() & incoming.keys():
        _rename(dataset, own, undo)
        own = {}
    _rename(dataset, own | arriving, undo)


def _rename(dataset: Any, names: dict[str, str], undo: ExitStack) -> None:
    if names:
        dataset.rename_sample_fields(names)
        back = {new: old for old, new in names.items()}
        undo.callback(dataset.rename_sample_fields, back)


def _spare_name(
    dataset: Any, plan: MergePlan, name: str, ending: str = _REPLACED
) -> str:
    """A name that nothing has, to keep a field under for a while."""
    taken = {*dataset.get_field_schema(), *plan.fields.values(), *plan.rename.values()}
    spare = f"{name}{ending}"
    while spare in taken:
        spare += "_"
    return spare


def _delete_fields(dataset: Any, names: Sequence[str]) -> None:
    schema = dataset.get_field_schema()
    if present := [name for name in names if name in schema]:
        dataset.delete_sample_fields(present)


def _move_class_lists(dataset: Any, plan: MergePlan) -> None:
    """Enters the classes of fields under the names they have now.

    ``merge_samples`` would enter them under the fields' names over there.
    """
    theirs = plan.other._root_dataset.classes
    for old, new in plan.rename.items():
        if old in dataset.classes:
            dataset.classes[new] = dataset.classes.pop(old)
    for source, target in plan.fields.items():
        dataset.classes.pop(target, None)
        if source in theirs:
            dataset.classes[target] = theirs[source]


def _merge_info(dataset: Any, plan: MergePlan) -> None:
    """Takes over what the other dataset says of itself and this one doesn't."""
    other = plan.other._root_dataset
    dataset.default_classes = dataset.default_classes or other.default_classes
    for name, value in other.info.items():
        dataset.info.setdefault(name, value)


def _outcome(dataset: Any, plan: MergePlan, added: int) -> dict[str, Any]:
    labels = {name: _count_labels(dataset, name) for name in plan.fields.values()}
    left_out = plan.match.only_here if plan.only_here == SKIP else []
    outcome = {
        "matched": len(plan.match.pairs),
        "only_here": len(plan.match.only_here),
        "only_there": len(plan.match.only_there),
        "added": added,
        "labels": labels,
        "renamed": dict(plan.rename),
        "key": list(plan.keys),
        "left_out": [str(id) for id in left_out],
    }
    return outcome | {"message": _message(dataset, plan, outcome)}


def _count_labels(dataset: Any, name: str) -> int:
    kind = dataset.get_field(name).document_type.__name__
    return int(dataset.count(f"{name}.{LABEL_LISTS[kind]}"))


def _message(dataset: Any, plan: MergePlan, outcome: dict[str, Any]) -> str:
    here = "left out of the view" if plan.only_here == SKIP else "kept"
    there = "added" if plan.only_there == KEEP else "not added"
    labels = ", ".join(f"{k} ({n:,} labels)" for k, n in outcome["labels"].items())
    renamed = ", ".join(f"{old} to {new}" for old, new in plan.rename.items())
    return (
        f"Merged '{plan.other._root_dataset.name}' into '{dataset.name}' by "
        f"{' and '.join(dict.fromkeys(plan.keys))}: {outcome['matched']:,} samples "
        f"matched, {outcome['only_here']:,} only here ({here}), "
        f"{outcome['only_there']:,} only there ({there}). Brought over: {labels}"
        + (f". Renamed: {renamed}" if renamed else "")
        + (". What comparisons wrote there was left" if plan.left_behind else "")
    )
