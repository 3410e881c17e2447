"""Planning a merge of two datasets: reads both, and refuses what can't be merged.

Nothing here writes.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import fiftyone as fo

from ..error_types import MergeError
from ..labels.image_companions import COMPANION_FIELDS, companion_fields
from ..labels.views.view_internals import is_generated
from ..runs.fields import RunFields
from ..runs.registry.registered import list_comparisons
from .field_checks import check_rename, check_sources, check_targets, comparable
from .image_columns import ImageColumns, join_samples, read_images
from .join.join_keys import JoinKey
from .join.joining import Join
from .merge_keys import id_fields, read_key
from .offers import LABEL_LISTS, key_kind, label_type, offered_fields

KEEP, SKIP = "keep", "skip"

IMAGE_FIELDS = ("coco_id", "coco_url", "license", *COMPANION_FIELDS)
"""COCO's facts about an image, apart from its labels."""


@dataclass(frozen=True)
class MergeRequest:
    """What was asked for; see :func:`merge.merge_annotations`."""

    other: Any
    key_field: str | None = None
    other_key_field: str | None = None
    fields: Any = None
    rename: Mapping[str, str] = field(default_factory=dict)
    only_here: str = KEEP
    only_there: str = SKIP
    include_info: bool = True
    overwrite: bool = False


@dataclass(frozen=True)
class MergePlan:
    """What a checked merge will do.

    Attributes:
        other: the dataset or view that is merged
        key: what the samples are joined by
        pairs: ids of matched samples, as ``(there, here)``
        only_here: ids of samples that only this dataset has
        only_there: ids of samples that only the other has
        other_size: the number of samples left out because their sizes differ
        fields: the label fields to merge -> their names here
        image_fields: the other fields of samples to merge
        rename: label fields here -> their new names
        replaced: label fields here that are replaced
        left_behind: paths of values that comparisons wrote there, which are left
        request: what was asked for
    """

    other: Any
    key: JoinKey
    pairs: list[tuple[Any, Any]]
    only_here: list[Any]
    only_there: list[Any]
    other_size: int
    fields: dict[str, str]
    image_fields: list[str]
    rename: dict[str, str]
    replaced: list[str]
    left_behind: list[str]
    request: MergeRequest


def plan_merge(dataset: Any, request: MergeRequest) -> MergePlan:
    """Checks a merge.

    Args:
        dataset: the dataset to merge into
        request: what to merge into it, and how

    Returns:
        the plan

    Raises:
        MergeError: if it can't be merged; the message says why and what to do
    """
    for name, value in {"here": request.only_here, "there": request.only_there}.items():
        if value not in (KEEP, SKIP):
            raise MergeError(f"only_{name} is {value!r}; it can be 'keep' or 'skip'")
    other = find_other(dataset, request.other)
    key = read_key(dataset, other, request.key_field, request.other_key_field)
    check_rename(dataset, request.rename)
    fields = _requested_fields(dataset, other, request)
    check_sources(other, fields)
    replaced = check_targets(
        dataset, fields.values(), request.rename, request.overwrite
    )
    joined = join_samples(dataset, other, key)
    here, there = (
        read_images(side, names)
        for side, names in zip(
            (dataset, other), id_fields(dataset, other, key), strict=True
        )
    )
    if request.only_there == KEEP:
        _check_files(dataset, here, there, joined)
    new_names = {*fields.values(), *request.rename.values()}
    return MergePlan(
        other=other,
        key=joined.key,
        pairs=[(there.sample_ids[t], here.sample_ids[h]) for t, h in joined.pairs],
        only_here=[here.sample_ids[row] for row in joined.only_images],
        only_there=[there.sample_ids[row] for row in joined.only_entries],
        other_size=len(joined.other_size),
        fields=fields,
        image_fields=_image_fields(dataset, other, request, new_names),
        rename=dict(request.rename),
        replaced=replaced,
        left_behind=_compared_attributes(other, fields),
        request=request,
    )


def find_other(dataset: Any, other: Any) -> Any:
    """The other side of a merge, which must be images like this one.

    Args:
        dataset: the dataset to merge into
        other: a dataset, its name, or a view of one

    Returns:
        the dataset or view

    Raises:
        MergeError: if it is none, this dataset again, or holds no plain images
    """
    if isinstance(other, str):
        other = _load(other)
    elif not isinstance(other, (fo.Dataset, fo.DatasetView)):
        raise MergeError(f"'other' is {other!r}; pass a dataset, its name or a view")
    if other._root_dataset.name == dataset.name:
        raise MergeError(
            f"'{dataset.name}' can't be merged with itself: it has both label "
            "sets already. Choose another dataset"
        )
    for side in (dataset, other):
        check_images(side)
    return other


def check_images(samples: Any) -> None:
    """Checks that a dataset or view holds whole images, one at least.

    Raises:
        MergeError: if it does not
    """
    root = samples._root_dataset
    if is_generated(samples):
        raise MergeError(
            f"The view of '{root.name}' holds patches, frames or clips; pass a view of "
            "whole images"
        )
    if not samples:
        raise MergeError(f"There are no samples in '{root.name}', or in that view")
    for kind in (root.media_type, samples.media_type):
        if kind != "image":
            raise MergeError(
                f"'{root.name}' holds samples of the kind '{kind}'; only datasets of "
                "ungrouped images can be merged"
            )


def _load(name: str) -> Any:
    if fo.dataset_exists(name):
        return fo.load_dataset(name, reload=True)
    close = difflib.get_close_matches(name, fo.list_datasets(), 1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    raise MergeError(f"There is no dataset '{name}'{hint}")


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
            raise MergeError(
                f"'fields' is {fields!r}; name the fields to merge, or "
                "give their names here by their names there"
            )
        fields = {name: name for name in fields}
    if not fields:
        raise MergeError(
            f"No field to merge. {comparable(other)}; name those that are to "
            "come, and what they are to be called here"
        )
    return dict(fields)


def _image_fields(
    dataset: Any, other: Any, request: MergeRequest, new_names: set[str]
) -> list[str]:
    """COCO's facts about images that only the other side has."""
    if not request.include_info:
        return []
    theirs = other.get_field_schema()
    taken = {*dataset.get_field_schema(), *new_names}
    companions = companion_fields(other)
    return [
        name
        for name in IMAGE_FIELDS
        if name not in taken and (name in companions or key_kind(theirs.get(name)))
    ]


def _compared_attributes(other: Any, fields: Iterable[str]) -> list[str]:
    """The values that comparisons of the other dataset wrote on the labels to merge.

    This dataset has no such comparison.
    """
    schema = other.get_field_schema(flat=True)
    names = {
        name
        for key in list_comparisons(other._root_dataset)
        for name in RunFields(key).all_on_labels
    }
    paths = [f"{f}.{LABEL_LISTS[label_type(other, f)]}" for f in fields]
    written = [f"{path}.{name}" for path in paths for name in sorted(names)]
    return [path for path in written if path in schema]


def _check_files(
    dataset: Any, here: ImageColumns, there: ImageColumns, joined: Join
) -> None:
    """Checks that samples can be added where no file may occur twice."""
    index = dataset.get_index_information().get("filepath", {})
    if not index.get("unique"):
        return
    seen = set(here.side.paths)
    for row in joined.only_entries:
        path = there.side.paths[row]
        if path in seen:
            raise MergeError(
                f"{path} can't be added: it is in '{dataset.name}' under another "
                f"{joined.key}, and its files may not repeat. Use only_there='skip'"
            )
        seen.add(path)
