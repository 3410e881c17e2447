"""Planning a merge: reading both sides and refusing what can't be merged.

Nothing here writes.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import fiftyone as fo

from .matching import (
    FILE_NAME,
    Match,
    Side,
    check_new_name,
    file_name_key,
    match_samples,
)
from .offers import (
    LABEL_LISTS,
    find_key,
    key_fields,
    key_kind,
    label_fields,
    label_type,
    offered_fields,
)

KEEP, SKIP = "keep", "skip"

IMAGE_FIELDS = ("coco_id", "coco_url", "license")
"""What COCO says of an image, beside its labels."""


@dataclass(frozen=True)
class MergeRequest:
    """What was asked for; see :meth:`MergeAnnotations.__call__`."""

    other: Any
    key_field: str | None = "coco_id"
    other_key_field: str | None = None
    fields: Any = None
    rename: Mapping[str, str] = field(default_factory=dict)
    only_here: str = KEEP
    only_there: str = SKIP
    include_info: bool = True
    overwrite: bool = False


@dataclass(frozen=True)
class MergePlan:
    """What a checked merge will do."""

    other: Any
    keys: tuple[str, str]
    match: Match
    fields: dict[str, str]
    image_fields: list[str]
    rename: dict[str, str]
    replaced: list[str]
    left_behind: list[str]
    only_here: str
    only_there: str
    include_info: bool


def plan_merge(dataset: Any, request: MergeRequest) -> MergePlan:
    """Checks a merge.

    Args:
        dataset: the dataset to merge into
        request: what to merge into it, and how

    Returns:
        the plan

    Raises:
        ValueError: if it can't be merged; the message says why and what to do
    """
    for name, value in {"here": request.only_here, "there": request.only_there}.items():
        if value not in (KEEP, SKIP):
            raise ValueError(f"only_{name} is {value!r}; it can be 'keep' or 'skip'")
    other = find_other(dataset, request.other)
    keys = _resolve_keys(dataset, other, request)
    rename = _check_rename(dataset, request.rename)
    fields = _check_sources(other, _requested_fields(dataset, other, request))
    replaced = _check_targets(dataset, fields, rename, request.overwrite)
    here, there = read_side(dataset, keys[0]), read_side(other, keys[1])
    match = match_samples(here, there)
    if request.only_there == KEEP:
        _check_files(dataset, here, there, match)
    return MergePlan(
        other=other,
        keys=keys,
        match=match,
        fields=fields,
        image_fields=_image_fields(
            dataset, other, request, {*fields.values(), *rename.values()}
        ),
        rename=rename,
        replaced=replaced,
        left_behind=_compared_attributes(other, fields),
        only_here=request.only_here,
        only_there=request.only_there,
        include_info=request.include_info,
    )


def find_other(dataset: Any, other: Any) -> Any:
    """The other side of a merge, which must be images like this one.

    Args:
        dataset: the dataset to merge into
        other: a dataset, its name, or a view of one

    Returns:
        the dataset or view

    Raises:
        ValueError: if it is none, this dataset again, or holds no plain images
    """
    if isinstance(other, str):
        other = _load(other)
    elif not isinstance(other, (fo.Dataset, fo.DatasetView)):
        raise ValueError(f"'other' is {other!r}; pass a dataset, its name or a view")
    if other._root_dataset.name == dataset.name:
        raise ValueError(
            f"'{dataset.name}' can't be merged with itself: both label sets are there "
            "already. Choose another dataset"
        )
    for side in (dataset, other):
        _check_images(side)
    return other


def read_side(samples: Any, key: str) -> Side:
    """Reads the keys of a side.

    Args:
        samples: the dataset or view
        key: the key field, or :data:`FILE_NAME`

    Returns:
        its keys, ids and paths
    """
    field = "filepath" if key == FILE_NAME else key
    keys, ids, paths = samples.values([field, "_id", "filepath"])
    if key == FILE_NAME:
        keys = [file_name_key(path) for path in paths]
    return Side(samples._root_dataset.name, key, keys, ids, paths)


def _load(name: str) -> Any:
    if fo.dataset_exists(name):
        return fo.load_dataset(name, reload=True)
    close = difflib.get_close_matches(name, fo.list_datasets(), 1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    raise ValueError(f"There is no dataset '{name}'{hint}")


def _check_images(samples: Any) -> None:
    root = samples._root_dataset
    if samples._is_generated:
        raise ValueError(
            f"The view of '{root.name}' holds patches, frames or clips; pass a view of "
            "whole images"
        )
    if not samples:
        raise ValueError(f"There are no samples in '{root.name}', or in that view")
    for kind in (root.media_type, samples.media_type):
        if kind != "image":
            raise ValueError(
                f"'{root.name}' holds samples of the kind '{kind}'; only datasets of "
                "ungrouped images can be merged"
            )


def _resolve_keys(dataset: Any, other: Any, request: MergeRequest) -> tuple[str, str]:
    if request.key_field is None:
        return find_key(dataset, other)
    keys = request.key_field, request.other_key_field or request.key_field
    if FILE_NAME in keys:
        if keys != (FILE_NAME, FILE_NAME):
            raise ValueError(f"'{FILE_NAME}' must be the key on both sides, or on none")
        return keys
    kinds = [
        _check_key(side, key) for side, key in zip((dataset, other), keys, strict=True)
    ]
    if kinds[0] != kinds[1]:
        raise ValueError(
            f"The keys can't be equal: '{keys[0]}' of '{dataset.name}' holds {kinds[0]}"
            f", '{keys[1]}' of '{other._root_dataset.name}' holds {kinds[1]}"
        )
    return keys


def _check_key(samples: Any, key: str) -> str:
    name = samples._root_dataset.name
    field = samples.get_field_schema().get(key)
    if field is None:
        found = ", ".join(f"'{n}'" for n in (*key_fields(samples), FILE_NAME))
        raise ValueError(
            f"'{name}' has no field '{key}' to be the key. It can be {found}; "
            "key_field=None finds one where COCO's ids or file names are known"
        )
    kind = key_kind(field)
    if not kind:
        raise ValueError(
            f"'{key}' of '{name}' is a {type(field).__name__}; a key must hold whole "
            "numbers, text or ids"
        )
    return kind


def _requested_fields(
    dataset: Any, other: Any, request: MergeRequest
) -> dict[str, str]:
    fields = request.fields
    if fields is None:
        offered = offered_fields(dataset, other, request.rename)
        fields = {source: name for source, name in offered.items() if name}
    elif isinstance(fields, str):
        fields = {fields: fields}
    elif not isinstance(fields, Mapping):
        if not isinstance(fields, Iterable):
            raise ValueError(
                f"'fields' is {fields!r}; name the fields that are to come over, or "
                "give their names here by their names there"
            )
        fields = {name: name for name in fields}
    if not fields:
        raise ValueError(
            f"No field to bring over. {_comparable(other)}; name those that are to "
            "come, and what they are to be called here"
        )
    return dict(fields)


def _check_sources(other: Any, fields: dict[str, str]) -> dict[str, str]:
    schema = other.get_field_schema()
    for source in fields:
        if source not in schema:
            raise ValueError(
                f"'{other._root_dataset.name}' has no field {source!r}. "
                f"{_comparable(other)}"
            )
        _check_comparable(other, source)
    return fields


def _compared_attributes(other: Any, fields: Iterable[str]) -> list[str]:
    """What comparisons of the other dataset wrote on labels that come over.

    Here there is no such comparison, whose fields they could be.
    """
    from ..runs import RunFields, list_comparisons

    schema = other.get_field_schema(flat=True)
    names = {
        name
        for key in list_comparisons(other._root_dataset)
        for name in RunFields(key).on_labels
    }
    paths = [f"{f}.{LABEL_LISTS[str(label_type(other, f))]}" for f in fields]
    written = [f"{path}.{name}" for path in paths for name in sorted(names)]
    return [path for path in written if path in schema]


def _check_comparable(samples: Any, name: str) -> None:
    kind = label_type(samples, name)
    if kind not in LABEL_LISTS:
        raise ValueError(
            f"'{name}' of '{samples._root_dataset.name}' is a {kind}, which can't be "
            f"compared. {_comparable(samples)}"
        )


def _comparable(samples: Any) -> str:
    found = ", ".join(f"'{n}' ({kind})" for n, kind in label_fields(samples).items())
    kinds = " and ".join(LABEL_LISTS)
    return f"{kinds} can be compared; there are {found or 'none'}"


def _check_rename(dataset: Any, rename: Mapping[str, str]) -> dict[str, str]:
    schema = dataset.get_field_schema()
    for old, new in rename.items():
        if old not in schema:
            raise ValueError(f"'{dataset.name}' has no field {old!r} to be renamed")
        _check_comparable(dataset, old)
        _check_free_to_change(dataset, old, "renamed")
        check_new_name(new, _reserved(dataset))
        if new in schema:
            raise ValueError(
                f"'{old}' can't be renamed to '{new}': '{dataset.name}' has that field"
            )
    _check_distinct(rename.values())
    return dict(rename)


def _check_targets(
    dataset: Any, fields: dict[str, str], rename: dict[str, str], overwrite: bool
) -> list[str]:
    """Returns the fields that will be replaced."""
    _check_distinct([*fields.values(), *rename.values()])
    schema = set(dataset.get_field_schema()) - set(rename)
    replaced = []
    for target in fields.values():
        check_new_name(target, _reserved(dataset))
        if target not in schema:
            continue
        if not overwrite:
            raise ValueError(
                f"'{dataset.name}' has a field '{target}' already. Choose another "
                "name, or overwrite it"
            )
        _check_comparable(dataset, target)
        _check_free_to_change(dataset, target, "overwritten")
        replaced.append(target)
    return replaced


def _check_distinct(names: Iterable[str]) -> None:
    names = list(names)
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"Two fields can't both be called '{name}'")


def _check_free_to_change(dataset: Any, name: str, what: str) -> None:
    if getattr(dataset.get_field(name), "read_only", False):
        raise ValueError(f"'{name}' of '{dataset.name}' is read-only")
    for key, config in _run_configs(dataset):
        for option, value in config.items():
            if option.endswith("field") and str(value).split(".")[0] == name:
                raise ValueError(
                    f"'{name}' can't be {what}: the run '{key}' of '{dataset.name}' is "
                    "about it. Delete that run first"
                )


def _run_configs(dataset: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    for keys, info in (
        (dataset.list_runs(), dataset.get_run_info),
        (dataset.list_evaluations(), dataset.get_evaluation_info),
        (dataset.list_brain_runs(), dataset.get_brain_info),
    ):
        for key in keys:
            config = info(key).config
            yield key, config.serialize() if config else {}


def _reserved(dataset: Any) -> set[str]:
    own = dataset._get_default_sample_fields(include_private=True)
    return {*own, *dir(fo.Sample), FILE_NAME}


def _image_fields(
    dataset: Any, other: Any, request: MergeRequest, new_names: set[str]
) -> list[str]:
    """What COCO says of an image that only the other side has."""
    if not request.include_info:
        return []
    theirs = other.get_field_schema()
    taken = {*dataset.get_field_schema(), *new_names}
    return [n for n in IMAGE_FIELDS if n not in taken and key_kind(theirs.get(n))]


def _check_files(dataset: Any, here: Side, there: Side, match: Match) -> None:
    """Checks that samples can be added where no file may stand twice."""
    index = dataset.get_index_information().get("filepath", {})
    if not index.get("unique"):
        return
    added = set(match.only_there)
    seen = set(here.paths)
    for id, path in zip(there.ids, there.paths, strict=True):
        if id in added and path in seen:
            raise ValueError(
                f"{path} can't be added: it is in '{dataset.name}' under another "
                f"{here.key_name}, and its files may not repeat. Use only_there='skip'"
            )
        if id in added:
            seen.add(path)
