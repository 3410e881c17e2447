"""Information about a dataset and its fields, merged along with the fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...zoo.label_sources import INFO_KEY


def brought_names(plan: Any) -> dict[str, str]:
    """The names here of all merged fields, by their names there."""
    return {**plan.fields, **{name: name for name in plan.image_fields}}


def move_entries(
    entries: dict[str, Any], theirs: Mapping[str, Any], plan: Any
) -> dict[str, Any]:
    """Entries by field, as they are after a merge.

    Args:
        entries: the entries of the dataset's fields
        theirs: those of the other dataset's fields
        plan: the :class:`merge_plan.MergePlan`
    """
    moved = {plan.rename.get(name, name): value for name, value in entries.items()}
    for source, target in brought_names(plan).items():
        moved.pop(target, None)
        if source in theirs:
            moved[target] = theirs[source]
    return moved


def merge_info(dataset: Any, plan: Any) -> None:
    """Enters classes and label files under the fields' names here, and merges the rest.

    Args:
        dataset: the dataset, whose fields are merged already; it is saved
        plan: the :class:`merge_plan.MergePlan`
    """
    other = plan.other._root_dataset
    dataset.classes = move_entries(dataset.classes, other.classes, plan)
    files = move_entries(
        dict(dataset.info.get(INFO_KEY) or {}), other.info.get(INFO_KEY) or {}, plan
    )
    if files or INFO_KEY in dataset.info:
        dataset.info[INFO_KEY] = files
    for name in {*plan.image_fields} & {*other.skeletons}:
        dataset.skeletons[name] = other.skeletons[name]
    if plan.request.include_info:
        dataset.default_classes = dataset.default_classes or other.default_classes
        for name, value in other.info.items():
            if name != INFO_KEY:
                dataset.info.setdefault(name, value)
    dataset.save()
