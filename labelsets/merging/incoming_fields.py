"""Fields that are written under temporary names, and all renamed at the end.

So a killed process leaves no field that looks finished. Its fields are marked, and the
next process that brings labels into the dataset removes them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import fiftyone as fo

from ...zoo.label_sources import LabelSource, note_label_source
from ...zoo.labels import LabelField
from ...zoo.writing.label_writing import move_labels

MARK = "sama_coco_merge"
"""What marks a field as unfinished, in its ``info``."""

_INCOMING, _REPLACED = "_incoming", "_replaced"


@dataclass(frozen=True)
class Incoming:
    """Fields that are being written.

    Attributes:
        names: the temporary name of each, by its final name
        undo: the steps to take if they can't be finished, last first
    """

    names: Mapping[str, str]
    undo: ExitStack


@contextmanager
def incoming_fields(
    dataset: fo.Dataset,
    names: Collection[str],
    replaced: Collection[str] = (),
    rename: Mapping[str, str] | None = None,
) -> Iterator[Incoming]:
    """Gives fields temporary names while they are written, and their own at the end.

    If that fails or is cancelled, the dataset is restored.

    Args:
        dataset: the dataset
        names: the fields to declare, with the mark, and to fill
        replaced (()): those of them that exist and are replaced
        rename (None): other fields to rename with them
    """
    remove_leftovers(dataset)
    rename = dict(rename or {})
    taken = {*dataset.get_field_schema(), *names, *rename.values()}
    set_aside = {name: _spare_name(name, _REPLACED, taken) for name in replaced}
    spares = {name: _spare_name(name, _INCOMING, taken) for name in names}
    with ExitStack() as undo:
        undo.callback(delete_fields, dataset, list(spares.values()))
        yield Incoming(spares, undo)
        _rename_all(dataset, rename | set_aside, spares, undo)
        undo.pop_all()
    dataset.reload()  # fields keep their old paths in memory when they are renamed
    set_mark(dataset, set_aside.values(), True)
    set_mark(dataset, spares, None)
    delete_fields(dataset, list(set_aside.values()))


@contextmanager
def appended_field(
    dataset: fo.Dataset, target: str, kind: str, file: LabelSource
) -> Iterator[LabelField]:
    """A field to write, whose labels are then appended to those of another.

    If that fails before they are appended, the dataset is restored; if it is
    interrupted while they are, :func:`remove_leftovers` appends the rest.

    Args:
        dataset: the dataset
        target: the field that gets the labels
        kind: the form of its labels, see :class:`zoo.labels.LabelField`
        file: what the dataset keeps of the labels' file
    """
    remove_leftovers(dataset)
    taken = dataset.get_field_schema()
    source = LabelField(_spare_name(target, _INCOMING, taken), "", kind)
    with ExitStack() as undo:
        undo.callback(delete_fields, dataset, [source.name])
        yield source
        set_mark(dataset, [source.name], {"append_to": target, "file": dict(file)})
        undo.pop_all()
    _append(dataset, source, target, file)
    dataset.reload()


def remove_leftovers(dataset: fo.Dataset) -> None:
    """Removes the fields that a killed process left; finishes an interrupted append."""
    for name, field in list(dataset.get_field_schema().items()):
        mark = (field.info or {}).get(MARK)
        if not mark or not name.rstrip("_").endswith((_INCOMING, _REPLACED)):
            continue
        target = mark.get("append_to") if isinstance(mark, dict) else None
        if target and dataset.has_field(target):
            kind = "polylines" if field.document_type is fo.Polylines else "masks"
            _append(dataset, LabelField(name, "", kind), target, mark["file"])
        delete_fields(dataset, [name])


def _append(
    dataset: fo.Dataset, source: LabelField, target: str, file: LabelSource
) -> None:
    move_labels(dataset, source, target)
    note_label_source(dataset, target, file)
    delete_fields(dataset, [source.name])


def set_mark(dataset: fo.Dataset, names: Iterable[str], mark: Any) -> None:
    """Marks fields as unfinished, or removes the mark.

    Args:
        dataset: the dataset
        names: the fields
        mark: the mark, None to remove it
    """
    for name in names:
        field = dataset.get_field(name)
        others = {k: v for k, v in (field.info or {}).items() if k != MARK}
        field.info = others | ({MARK: mark} if mark else {}) or None
        field.save()


def delete_fields(dataset: fo.Dataset, names: Sequence[str]) -> None:
    """Deletes the given fields that exist."""
    schema = dataset.get_field_schema()
    if present := [name for name in names if name in schema]:
        dataset.delete_sample_fields(present)


def _spare_name(name: str, ending: str, taken: Collection[str]) -> str:
    """An unused name, to keep a field under for a while."""
    spare = f"{name}{ending}"
    while spare in taken:
        spare += "_"
    return spare


def _rename_all(
    dataset: fo.Dataset, own: dict[str, str], spares: dict[str, str], undo: ExitStack
) -> None:
    """Renames all fields: at once, unless some names must be freed for others."""
    arriving = {spare: name for name, spare in spares.items()}
    if own.keys() & spares.keys():
        _rename(dataset, own, undo)
        own = {}
    _rename(dataset, own | arriving, undo)


def _rename(dataset: fo.Dataset, names: dict[str, str], undo: ExitStack) -> None:
    if names:
        dataset.rename_sample_fields(names)
        back = {new: old for old, new in names.items()}
        undo.callback(dataset.rename_sample_fields, back)
