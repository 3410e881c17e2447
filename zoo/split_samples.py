"""Adding the samples of a split, which lies on this disk, to a FiftyOne dataset."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from .defects import Defects
from .label_sources import note_label_source
from .paused_gc import paused_gc
from .preparing import Prepared
from .progress import Advance, OnProgress, stage
from .workers.pools import WorkerPool
from .workers.spreading import TICK, in_order, spread
from .writing.companion_fields import declare_companions, note_skeleton
from .writing.database_disk import DatabaseDisk, translating_database_errors
from .writing.fiftyone_writer import (
    add_encoded,
    add_samples,
    dataset_token,
    declare_fields,
    writes_documents,
)
from .writing.label_batches import (
    encode_batch,
    import_packages,
    pack_batch,
)
from .writing.samples import sample_values

if TYPE_CHECKING:
    import fiftyone as fo

BATCH = 200
MIN_FOR_POOL = 1_000
"""The least number of images with which a pool, which starts in a second, pays off."""

GRACE_SECONDS = 5.0
"""A batch is written in less, if the database works at all."""


def add_split(
    dataset: fo.Dataset,
    prepared: Prepared,
    on_progress: OnProgress | None = None,
    pool: WorkerPool | None = None,
) -> Defects:
    """Adds the samples of a split to a dataset.

    Args:
        dataset: the dataset
        prepared: what :func:`prepare` returned
        on_progress (None): called with the progress, instead of bars being drawn
        pool (None): what makes the samples; by default, this process

    Returns:
        what was left out of the split

    Raises:
        FormatError: if the request is strict and an annotation is broken; nothing
            is written then
        MissingBatchesError: if batches were lost with their workers again and again
        DiskFullError: if the disk of the database is all but full
        DatabaseError: if the database ended
    """
    request, images = prepared.request, prepared.images
    if request.strict:
        for image, path in images:
            sample_values(request, prepared.label_sets, image, path, Defects(True))
    disk = DatabaseDisk()
    disk.require_room()
    workers = _workers(pool, dataset, len(images))
    if workers is not None:
        workers.warm_up(import_packages)
    with translating_database_errors():
        declare_fields(dataset, request.fields, request.has_image_id)
        declare_companions(dataset, request)
        if workers is None:
            _add_here(dataset, prepared, disk, on_progress)
        else:
            _add_elsewhere(dataset, prepared, disk, on_progress, workers)
        note_files(dataset, prepared)
    return prepared.defects


def note_files(dataset: fo.Dataset, prepared: Prepared) -> None:
    """Records licences, a skeleton, and the files that each field was read from."""
    found = {i: x for labels in prepared.label_sets for i, x in labels.licenses.items()}
    licenses = [
        {"id": i, "name": found[i].name, "url": found[i].url} for i in sorted(found)
    ]
    known = dataset.info.get("licenses") or []
    dataset.info["licenses"] = known + [x for x in licenses if x not in known]
    note_skeleton(dataset, prepared.request, prepared.label_sets[-1].companions)
    dataset.save()
    sources = zip(prepared.request.sources, prepared.label_sets, strict=True)
    for source, labels in sources:
        for field in prepared.request.fields:
            if field.source == source:
                note_label_source(dataset, field.name, *labels.sources)
        for kind, file in labels.companion_sources.items():
            note_label_source(dataset, f"{source}_{kind}", file)


def _workers(
    pool: WorkerPool | None, dataset: fo.Dataset, images: int
) -> WorkerPool | None:
    """The pool, if others are to do it: asked for, or so much that they pay off."""
    if pool is None or pool.is_serial or not writes_documents(dataset):
        return None
    return pool if pool.is_requested or images >= MIN_FOR_POOL else None


def _add_here(
    dataset: fo.Dataset,
    prepared: Prepared,
    disk: DatabaseDisk,
    on_progress: OnProgress | None,
) -> None:
    """Makes each batch while the one before is written."""
    request, images = prepared.request, prepared.images
    batches = [images[i : i + BATCH] for i in range(0, len(images), BATCH)]
    label = f"Samples of '{request.split.name}'"
    writer = ThreadPoolExecutor(1)
    written: Future[None] = Future()
    written.set_result(None)
    with stage(label, len(images), on_progress) as added, paused_gc():
        try:
            for batch in batches:
                samples = [
                    sample_values(
                        request, prepared.label_sets, image, path, prepared.defects
                    )
                    for image, path in batch
                ]
                _await(written, disk, added)
                written = writer.submit(add_samples, dataset, samples)
                added(len(batch))
            _await(written, disk, added)
        finally:
            # what is written now must not be written after the dataset is deleted
            wait([written], GRACE_SECONDS)
            writer.shutdown(wait=False)


def _await(written: Future[None], disk: DatabaseDisk, added: Advance) -> None:
    """Waits until a batch is written, as long as the database can write it."""
    disk.require_room()
    while not wait([written], TICK).done:
        disk.require_room()
        added(0)
    written.result()


def _add_elsewhere(
    dataset: fo.Dataset,
    prepared: Prepared,
    disk: DatabaseDisk,
    on_progress: OnProgress | None,
    pool: WorkerPool,
) -> None:
    """Has workers make the samples of each batch, and adds them in order."""
    request, images, defects = prepared.request, prepared.images, prepared.defects
    batches = [images[i : i + BATCH] for i in range(0, len(images), BATCH)]
    label = f"Samples of '{request.split.name}'"

    def arguments(number: int) -> dict[str, Any]:
        packed = pack_batch(request, prepared.label_sets, batches[number])
        return {"dataset_id": dataset_token(dataset)} | packed

    with stage(label, len(images), on_progress) as added, paused_gc():

        def on_wait() -> None:
            disk.require_room()
            added(0)

        def add(number: int, found: dict[str, Any]) -> None:
            nonlocal defects
            disk.require_room()
            add_encoded(dataset, found["documents"])
            defects += Defects.from_dict(found["defects"])
            added(len(batches[number]))

        numbers, on_result = range(len(batches)), in_order(add)
        advice = "Run the load again"
        spread(pool, encode_batch, numbers, arguments, on_result, on_wait, advice)
