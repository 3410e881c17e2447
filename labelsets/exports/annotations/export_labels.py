"""A label field as files that other tools read: COCO JSON or Ultralytics' YOLO."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any

import fiftyone as fo

from ....zoo.progress import OnProgress, share_of
from ....zoo.workers.pools import choose_pool
from ...error_types import ExportError
from ..staged_files import absolute_path, staging
from .annotation_writer import AnnotationWriter
from .export_plan import plan_files
from .export_results import AnnotationExport
from .exported_samples import SampleReader
from .formats.coco_export import CocoExport
from .formats.yolo_export import YoloExport
from .image_copies import CHOICES, ImageFiles
from .label_selection import opened_sources, select_labels, splits_of

FORMATS = {"coco": "COCO JSON", "yolo": "YOLO (Ultralytics)"}
SEGMENTATIONS = {
    "source": "As in the files that the labels were read from",
    "rle": "RLE of their pixels",
    "polygons": "Polygons along the edges of their pixels",
}
"""The forms of outlines. Of labels that are in no file, or were changed since, those
for ``source`` are RLE; in YOLO's files all are polygons."""

MIN_FOR_POOL = 4_000
"""The least number of images with which a pool's start, of seconds, pays off."""

_SOURCES_SHARE = 0.2


def export_annotations(
    samples: fo.core.collections.SampleCollection,
    field: str,
    path: str | os.PathLike[str],
    format: str = "coco",
    segmentation: str = "source",
    images: str = "none",
    classes: Sequence[str] | None = None,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
) -> AnnotationExport:
    """Writes a label field to files, one for each split that samples are tagged with.

    What went in comes out: labels that were read from COCO's JSON keep their ids,
    boxes, areas and, with ``segmentation="source"``, their segmentations as they stand
    in the file, unless they were changed since. All files appear together when all are
    written; on a failure none does.

    Args:
        samples: the dataset, or a view of its samples: labels are exported as it
            shows them
        field: a field of detections or polylines
        path: a ``.json`` file or a folder for COCO, a folder for YOLO
        format: ``"coco"`` or ``"yolo"``
        segmentation: any of ``SEGMENTATIONS``
        images: ``"none"``, ``"copy"`` or ``"symlink"``
        classes: the classes to export, for YOLO in their order; None for all
        overwrite: whether files that exist may be replaced
        on_progress: called with the share done, 0 to 1, and a text on what is done
        executor: who encodes the labels
        scheduler: the address of the Dask scheduler whose workers do it; by default
            that in ``SAMA_COCO_SCHEDULER``

    Returns:
        what was written, and what the format could not carry

    Raises:
        ExportError: if something can't be exported as asked, a file that labels were
            read from is gone or has changed, or a file is in the way or can't be
            written
        WorkerError: if there are no workers that can do it
        MissingBatchesError: if batches were lost with their workers again and again
    """
    _check("format", format, FORMATS)
    _check("segmentation", segmentation, SEGMENTATIONS)
    _check("images", images, CHOICES)
    if format == "yolo" and segmentation == "rle":
        raise ExportError("YOLO has no RLE; choose segmentation 'source' or 'polygons'")
    selection = select_labels(samples, field, classes)
    plan = plan_files(
        absolute_path(path), format, splits_of(samples), selection.companions
    )
    result = AnnotationExport()
    with (
        staging(plan.root, overwrite, plan.targets) as files,
        opened_sources(
            selection,
            files,
            segmentation == "source",
            share_of(on_progress, 0, _SOURCES_SHARE),
        ) as (sources, reasons),
        SampleReader(selection, sources) as reader,
        choose_pool(executor, scheduler, _pool_size(reader)) as pool,
    ):
        pool.check(_reach_worker)
        pictures = ImageFiles(images, files, plan)
        writer = _WRITERS[format](reader, segmentation, plan, files, result)
        rest = share_of(on_progress, _SOURCES_SHARE, 1 - _SOURCES_SHARE)
        writer.write(pictures, pool, rest)
        result.lost.update(reader.left_out)
    result.lost = +result.lost
    result.paths = [*plan.targets, *pictures.folders]
    result.notes += [*reasons, *pictures.notes]
    if on_progress is not None:
        on_progress(1, f"{result.annotations:,} objects written")
    return result


_WRITERS: dict[str, type[AnnotationWriter]] = {
    "coco": CocoExport,
    "yolo": YoloExport,
}


def _pool_size(reader: SampleReader) -> int | None:
    """How many processes pay off; None for as many as there are cores."""
    return None if len(reader) >= MIN_FOR_POOL else 1


def _reach_worker() -> None:
    """Does nothing, where workers can be reached."""


def _check(name: str, value: object, known: Any) -> None:
    if value not in tuple(known):
        raise ExportError(
            f"`{name}` must be one of {', '.join(map(repr, known))}; found {value!r}"
        )
