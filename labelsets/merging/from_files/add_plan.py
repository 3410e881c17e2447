"""Planning how a label file is added to a dataset. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fiftyone as fo
import msgspec

from ....zoo.coco.tool_json import read_tool_json
from ....zoo.defects import Defects
from ....zoo.label_sources import INFO_KEY, label_sources
from ....zoo.labels import LabelField
from ....zoo.writing.sample_documents import ELEMENTS
from ...error_types import MergeError
from ..field_checks import check_free_to_change, check_targets
from ..formats.label_file import IMAGE_IDS, LabelFile
from ..formats.recognising import Predicted, open_labels, read_content
from ..image_columns import read_images
from ..image_folder import read_sizes
from ..join.join_keys import IMAGE_ID, JoinKey
from ..join.join_sides import Side, Size
from ..join.joining import Join
from ..merge_keys import image_id_fields
from ..merge_plan import check_images
from ..offers import label_type
from .set_reading import (
    FilePath,
    JoinedFile,
    check_shape,
    join_file,
    predicted_by,
    read_join_key,
)

_LISTED = 5


@dataclass(frozen=True)
class Content:
    """A label file that is given by its content.

    Attributes:
        name: what it is called
        data: its content
    """

    name: str
    data: bytes


@dataclass(frozen=True)
class AddRequest:
    """What was asked for; see :func:`adding.add_annotations`."""

    path: FilePath | Content
    field: str
    join_by: str | None = None
    shapes: str = "masks"
    append: bool = False
    overwrite: bool = False
    listed_in: FilePath | None = None
    within: tuple[Path, ...] = ()


@dataclass(frozen=True)
class AddPlan:
    """What a checked addition will do.

    Attributes:
        joined: the file, joined to the samples
        field: the label field, with the form that its labels have
        sample_ids: the id of each sample of the dataset
        images: names, sizes and ids of the samples
        replaced: whether the field exists and is replaced
        append: whether labels are appended to those of the field
        problems: what is unusual in the file, or left out
    """

    joined: JoinedFile
    field: LabelField
    sample_ids: Sequence[Any]
    images: Side
    replaced: bool
    append: bool
    problems: Defects

    @property
    def join(self) -> Join:
        """The entries of the file and the samples they belong to."""
        return self.joined.join

    def size(self, entry: int, image: int) -> Size:
        """The width and height of an image in px.

        Args:
            entry: the row of the file's entry
            image: the row of the sample

        Raises:
            MergeError: if neither side knows them
        """
        file = self.joined.file
        for sizes, row in ((self.images.sizes, image), (file.entries.sizes, entry)):
            if sizes and (size := sizes[row]) is not None:
                return size
        raise MergeError(
            f"The size of '{self.images.paths[image]}' is unknown: the image can't be "
            f"read, and '{file.name}' does not say it. Set sample.metadata"
        )


def plan_addition(
    dataset: Any, request: AddRequest, file: LabelFile | None = None
) -> AddPlan:
    """Checks the addition of a label file.

    Args:
        dataset: the dataset
        request: what to add, and how
        file (None): the file, if it was already read

    Returns:
        the plan

    Raises:
        MergeError: if it can't be added; the message says why and what to do
        FormatError: if the format of the file is not supported, or it is damaged
        FileNotFoundError: if there is no such file
    """
    if not isinstance(dataset, fo.Dataset):
        raise MergeError(
            "Labels are added to a whole dataset; pass the dataset of this view"
        )
    check_images(dataset)
    field = LabelField(request.field, "", check_shape(request.shapes))
    replaced = _check_field(dataset, field, request)
    file = file or read_file(dataset, request)
    if request.append:
        _check_collisions(dataset, field, file)
    id_fields = image_id_fields(dataset)
    columns = read_images(dataset, id_fields)
    side = _with_sizes(columns.side)
    key = _read_key(request, file, id_fields)
    joined = join_file(request.field, file, side, key)
    problems = Defects()
    joined.note(side, problems)
    return AddPlan(
        joined=joined,
        field=field,
        sample_ids=columns.sample_ids,
        images=side,
        replaced=replaced,
        append=request.append,
        problems=problems,
    )


def read_file(dataset: Any, request: AddRequest) -> LabelFile:
    """Reads the label file of a request, from the disk or from its content.

    Args:
        dataset: the dataset to add it to
        request: what to add
    """

    def predicted() -> Predicted:
        listed_in = request.listed_in
        return predicted_by(listed_in) if listed_in else _known_classes(dataset)

    if isinstance(request.path, Content):
        return read_content(Path(request.path.name), request.path.data, predicted)
    return open_labels(request.path, predicted, request.within)


def _known_classes(dataset: Any) -> Predicted:
    """The classes by id, of the first label file that the dataset was made from."""
    for field in dataset.info.get(INFO_KEY) or {}:
        for source in label_sources(dataset, field):
            if source["format"] == "coco":
                data = msgspec.json.encode(_bare(source["categories"]))
                labels = read_tool_json(source["path"], data, Defects())
                return Predicted(labels.categories)
    return Predicted({})


def _bare(categories: list[dict[str, Any]]) -> dict[str, Any]:
    return {"images": [], "annotations": [], "categories": categories}


def _check_field(dataset: Any, field: LabelField, request: AddRequest) -> bool:
    """Checks the field's name and contents.

    Returns:
        whether the field exists and is replaced
    """
    exists = dataset.has_field(field.name)
    if not (request.append and exists):
        if exists and not request.overwrite:
            raise MergeError(
                f"'{dataset.name}' already has a field '{field.name}'. Choose another "
                "name, append to it, or overwrite it"
            )
        return bool(check_targets(dataset, [field.name], {}, request.overwrite))
    if request.overwrite:
        raise MergeError("A field can't be appended to and overwritten at once")
    kind = label_type(dataset, field.name)
    if kind != field.labels_type:
        raise MergeError(
            f"'{field.name}' holds {kind}, but {field.kind} are {field.labels_type}. "
            "Append with the 'shapes' that it holds, or choose another name"
        )
    check_free_to_change(dataset, field.name, "appended to")
    return False


def _check_collisions(dataset: Any, field: LabelField, file: LabelFile) -> None:
    if not dataset.has_field(field.name):
        return
    for source in label_sources(dataset, field.name):
        if source["sha256"] == file.source["sha256"]:
            raise MergeError(f"'{file.name}' is in '{field.name}' already")
    path = f"{field.name}.{ELEMENTS[field.labels_type]}.coco_id"
    if not file.has_ids or not dataset.has_field(path):
        return
    both = sorted(file.ids() & set(dataset.distinct(path)))
    if both:
        shown = ", ".join(map(str, both[:_LISTED]))
        raise MergeError(
            f"{len(both):,} annotations of '{file.name}' have ids that labels of "
            f"'{field.name}' have: {shown}{', ...' if len(both) > _LISTED else ''}. "
            "Add it as a field of its own"
        )


def _with_sizes(side: Side) -> Side:
    """The side, with the sizes of its files where the dataset has none."""
    rows = [row for row, size in enumerate(side.sizes) if size is None]
    if not rows:
        return side
    found = read_sizes([str(side.paths[row]) for row in rows])
    sizes = list(side.sizes)
    for row, size in zip(rows, found, strict=True):
        sizes[row] = size
    return Side(side.name, side.paths, sizes, side.ids)


def _read_key(
    request: AddRequest, file: LabelFile, id_fields: Sequence[str]
) -> JoinKey | None:
    ids = id_fields[0] if id_fields else None
    has_names = any(path is not None for path in file.entries.paths)
    if request.join_by or has_names:
        return read_join_key(request.join_by, ids)
    if ids is None:
        raise MergeError(
            f"'{file.name}' names images by ids alone, and '{request.field}' is for a "
            "dataset without ids. Give the COCO JSON file that lists its images as "
            "'listed_in'"
        )
    return JoinKey(IMAGE_ID, ids, IMAGE_IDS)
