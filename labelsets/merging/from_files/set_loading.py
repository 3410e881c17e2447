"""Making a dataset of images and their label files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fiftyone as fo

from ....zoo.defects import Defects
from ....zoo.label_sources import note_label_source
from ....zoo.labels import LabelField
from ....zoo.paused_gc import paused_gc
from ....zoo.progress import OnProgress, stage
from ....zoo.writing.fiftyone_writer import add_samples
from ....zoo.writing.label_writing import declare_label_field
from ....zoo.writing.samples import SampleValues
from ....zoo.writing.unfinished import making
from ...error_types import MergeError
from ..field_checks import reserved_names
from ..field_names import check_new_name
from ..formats.coco_file import CocoFile
from ..image_folder import find_images, read_sizes
from ..join.join_sides import Side, Size
from .set_reading import (
    FilePath,
    JoinedFile,
    check_shape,
    join_file,
    open_label_sets,
    read_join_key,
)

Images = FilePath | Iterable[str | Path]

_BATCH = 200


@dataclass(frozen=True)
class LoadedSets:
    """A dataset made of label files.

    Attributes:
        dataset: the dataset
        joined: each file, with the images that it was joined to
        problems: what was odd or left out
    """

    dataset: fo.Dataset
    joined: Sequence[JoinedFile]
    problems: Defects


def load_label_sets(
    images: Images,
    label_sets: Mapping[str, FilePath],
    *,
    name: str | None = None,
    join_by: str | None = None,
    shapes: str = "masks",
    persistent: bool = False,
    on_progress: OnProgress | None = None,
) -> fo.Dataset:
    """Makes a dataset of images and their label files.

    Example::

        load_label_sets("photos", {"base": "a.json", "revised": "b.json"})

    Args:
        images: a folder of images, or the paths of images
        label_sets: the file or folder of labels for each label field: COCO JSON, COCO
            results, YOLO's data.yaml, a folder of Pascal VOC, or CVAT for images
        name (None): the name of the dataset; by default made from the folder's name
        join_by (None): ``"relative path"``, ``"file name"``, ``"stem"``, or a regular
            expression with one group that is looked for in file names. By default the
            key that joins the most images and contradicts no size
        shapes ("masks"): ``"masks"``, ``"polylines"`` or ``"boxes"``. Annotations
            without an outline become boxes in each
        persistent (False): whether the dataset outlives this session
        on_progress (None): called with the progress; by default bars are drawn

    Returns:
        the dataset, with a sample for each image. A field is empty on the images that
        its file lists without labels, and None on those that it does not list

    Raises:
        MergeError: if images are missing, or a file can't be joined to them
        FormatError: if the format of a file is not supported, or it is damaged
    """
    loaded = load_sets(
        images,
        label_sets,
        name=name,
        join_by=join_by,
        shapes=shapes,
        persistent=persistent,
        on_progress=on_progress,
    )
    loaded.problems.log()
    return loaded.dataset


def load_sets(
    images: Images,
    label_sets: Mapping[str, FilePath],
    *,
    name: str | None = None,
    join_by: str | None = None,
    shapes: str = "masks",
    persistent: bool = False,
    on_progress: OnProgress | None = None,
) -> LoadedSets:
    """Does what :func:`load_label_sets` does, and returns what was joined.

    Args:
        images: see :func:`load_label_sets`, also for all others

    Returns:
        the dataset, its files and what was left out
    """
    kind = check_shape(shapes)
    _check_names(label_sets, name)
    key = read_join_key(join_by, None)
    paths = find_images(images)
    title = str(images) if isinstance(images, str | os.PathLike) else "the images"
    with stage("Reading label files", len(label_sets), on_progress) as advance:
        files = open_label_sets(label_sets)
        advance(len(label_sets))
    problems = Defects()
    side = _readable(title, paths, problems)
    joined = [join_file(field, file, side, key) for field, file in files.items()]
    for part in joined:
        part.note(side, problems)
    with making(name or _unused_name(title, label_sets), persistent) as dataset:
        _fill(dataset, side, joined, kind, problems, on_progress)
    return LoadedSets(dataset, joined, problems)


def _check_names(label_sets: Mapping[str, FilePath], name: str | None) -> None:
    if not label_sets:
        raise MergeError("No label files are given; give a file for each label field")
    for field in label_sets:
        check_new_name(field, {*reserved_names(), "coco_id", "coco_url", "license"})
    if name is not None and fo.dataset_exists(name):
        raise MergeError(
            f"There is a dataset '{name}' already. Choose another name, or delete it"
        )


def _unused_name(title: str, label_sets: Mapping[str, FilePath]) -> str:
    parts = [Path(title).resolve().name or "images", *label_sets]
    return str(fo.make_unique_dataset_name("-".join(parts)))


def _readable(title: str, paths: Sequence[str], problems: Defects) -> Side:
    """The images that can be read, with their sizes."""
    sizes = read_sizes(paths)
    for path, size in zip(paths, sizes, strict=True):
        if size is None:
            problems.note("image that can't be read, left out", path)
    known = [(p, s) for p, s in zip(paths, sizes, strict=True) if s is not None]
    if not known:
        raise MergeError(f"None of the {len(paths)} images in '{title}' can be read")
    return Side(title, [path for path, _ in known], [size for _, size in known])


def _fill(
    dataset: fo.Dataset,
    side: Side,
    joined: Sequence[JoinedFile],
    kind: str,
    problems: Defects,
    on_progress: OnProgress | None,
) -> None:
    fields = [LabelField(part.field, "", kind) for part in joined]
    values = _image_values(joined)
    kinds = {name: type(v) for row in values.values() for name, v in row.items()}
    types = {int: fo.IntField, str: fo.StringField}
    dataset.add_dynamic_sample_fields({n: types[kind]() for n, kind in kinds.items()})
    for field, part in zip(fields, joined, strict=True):
        declare_label_field(dataset, field, part.file.label_attributes)
    entries = [part.entry_of for part in joined]

    def sample(row: int) -> SampleValues:
        size: Size = side.sizes[row]  # type: ignore[assignment]
        return SampleValues(
            filepath=str(side.paths[row]),
            tags=[],
            width=size[0],
            height=size[1],
            values=values.get(row, {}),
            labels={
                field: part.file.labels(rows[row], size, kind, problems)
                for field, part, rows in zip(fields, joined, entries, strict=True)
                if row in rows
            },
        )

    _write(dataset, len(side), sample, on_progress)
    for part in joined:
        note_label_source(dataset, part.field, part.file.source)
    dataset.default_classes = joined[0].file.classes
    dataset.classes = {part.field: part.file.classes for part in joined}
    dataset.save()


def _image_values(joined: Sequence[JoinedFile]) -> dict[int, dict[str, Any]]:
    """Values that files give images: ids of the first, and of others that differ."""
    values: dict[int, dict[str, Any]] = {}
    first: dict[int, int] = {}
    for part in joined:
        ids = part.image_ids()
        if not ids:
            continue
        is_first = not first
        first = first or ids
        if is_first or any(first.get(row) != id for row, id in ids.items()):
            name = "coco_id" if is_first else f"{part.field}_coco_id"
            for row, id in ids.items():
                values.setdefault(row, {})[name] = id
        if is_first and isinstance(part.file, CocoFile):
            _add_coco_values(part, part.file, values)
    return values


def _add_coco_values(
    part: JoinedFile, file: CocoFile, values: dict[int, dict[str, Any]]
) -> None:
    licenses = file.label_set.licenses
    for entry, row in part.join.pairs:
        image = file.images[entry]
        if image.coco_url is not None:
            values[row]["coco_url"] = image.coco_url
        if image.license in licenses and licenses[image.license].name is not None:
            values[row]["license"] = licenses[image.license].name


def _write(
    dataset: fo.Dataset, count: int, sample: Any, on_progress: OnProgress | None
) -> None:
    """Makes a batch of samples while the previous one is written."""
    with (
        stage("Samples", count, on_progress) as advance,
        paused_gc(),
        ThreadPoolExecutor(1) as writer,
    ):
        written: Future[None] | None = None
        for start in range(0, count, _BATCH):
            rows = range(start, min(start + _BATCH, count))
            samples = [sample(row) for row in rows]
            if written is not None:
                written.result()
            written = writer.submit(add_samples, dataset, samples)
            advance(len(rows))
        if written is not None:
            written.result()
