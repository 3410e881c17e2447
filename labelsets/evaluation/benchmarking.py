"""Predictions evaluated against each of several label fields, as a run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict
from typing import Any

import fiftyone as fo

from ...zoo.defects import Defects
from ...zoo.progress import OnProgress
from ..labels.field_lists import (
    Missing,
    check_label_fields,
    check_lists,
    means_no_list,
)
from ..labels.views.view_internals import without_projection
from ..runs.batches.view_batches import for_each_batch
from ..runs.checks import check_samples, complete_metadata
from ..runs.registry.other_runs import check_run_key, finish_run, writing_run
from .benchmark_checks import (
    as_fields,
    check_options,
    check_prediction_fields,
    check_read,
)
from .benchmark_results import BenchmarkResults
from .benchmark_run import METHOD, BenchmarkRunConfig
from .metrics.evaluated_images import EvaluatedImages, join_images
from .metrics.evaluating import evaluate_images
from .reading_images import EvaluationRequest, ReadImages, read_in_worker

FIELDS = ("coco_segmentations", "sama_segmentations")
READING = 0.7
"""The share of the time that reading takes, as progress tells it."""


def benchmark_predictions(
    samples: fo.core.collections.SampleCollection,
    predictions: str | Sequence[str],
    fields: Sequence[str] = FIELDS,
    iou: str = "mask",
    boundary: bool = False,
    key: str = "benchmark",
    bootstrap: int = 1000,
    seed: int = 51,
    missing: Missing | None = None,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
) -> BenchmarkResults:
    """Evaluates predictions against each of several label fields, as COCO does.

    Average precision and recall are those of `pycocotools.cocoeval`, which ignores
    crowds. The 95 % intervals are from a paired bootstrap over images: each resample
    draws the same images for every field. Nothing is written to samples.

    Args:
        samples: a dataset, or a view of its samples, whose labels are evaluated as it
            shows them
        predictions: the field of predictions, or several: detections or polylines
            with a ``confidence``
        fields: the label fields
        iou: ``"mask"`` or ``"box"``, what overlaps
        boundary: whether the lesser of mask IoU and boundary IoU counts (Cheng et al.
            2021, Boundary IoU)
        key: the name of the run
        bootstrap: the number of resamples; 0 for no intervals
        seed: their seed; the same seed gives the same intervals
        missing (None): what no value in a label field of a sample means: ``"empty"``,
            an image without labels, or ``"skip"``, one that was not annotated and is
            left out. By default the latter in fields that were read from files
        overwrite: whether a finished run of that key may be replaced
        on_progress: called with the share done, 0 to 1, and a text on what is done
        executor: the executor that reads the labels
        scheduler: the address of a Dask scheduler whose workers read them

    Raises:
        ComparisonError: if the fields, the key, the samples or an option can't be
            used; nothing is written then
        ClaimedError: if another process writes a run of that key
        WorkerError: if there are no workers that can do the work
        MissingBatchesError: if batches were lost with their workers again and again
    """
    dataset = samples._root_dataset
    dataset.reload()
    names = as_fields(predictions, "predictions")
    labels = as_fields(fields, "labels")
    check_options(iou, boundary, bootstrap, seed)
    check_label_fields(dataset, labels)
    check_run_key(dataset, key, METHOD, overwrite, ())
    check_samples(samples)
    shown = without_projection(samples)
    check_lists(shown, labels, missing)
    check_prediction_fields(shown, names, labels)
    complete_metadata(samples)

    absent = {field: means_no_list(dataset, field, missing) for field in labels}
    request = EvaluationRequest(absent, names, iou == "mask", boundary)
    read = _read(shown, request, on_progress, executor, scheduler)
    check_read(read, request.masks)

    def tell(done: float, text: str) -> None:
        if on_progress is not None:
            on_progress(READING + (1 - READING) * done, text)

    found = evaluate_images(
        read.images,
        "boundary" if boundary else "segm" if request.masks else "bbox",
        bootstrap,
        seed,
        threads=os.cpu_count() or 1,
        on_progress=tell,
    )
    config = BenchmarkRunConfig(names, labels, iou, boundary, bootstrap, seed, missing)
    with writing_run(samples, key, config, {}, overwrite):
        results = BenchmarkResults(
            samples, config, key, evaluation=found, reading=_about(read)
        )
        finish_run(samples, key, config, results)
    dataset.reload()
    return results


def _read(
    samples: fo.core.collections.SampleCollection,
    request: EvaluationRequest,
    on_progress: OnProgress | None,
    executor: Executor | None,
    scheduler: str | None,
) -> ReadImages:
    parts: dict[int, Mapping[str, Any]] = {}
    tell = on_progress and (lambda done, text: on_progress(READING * done, text))
    for_each_batch(
        samples,
        _ids_in_order(samples),
        read_in_worker,
        {"request": asdict(request)},
        parts.__setitem__,
        tell,
        "read",
        executor=executor,
        scheduler=scheduler,
    )
    found = [parts[number] for number in sorted(parts)]
    read = ReadImages(
        join_images([EvaluatedImages.from_plain(part["images"]) for part in found]),
        skipped=sum(part["skipped"] for part in found),
        unpredicted=_summed([part["unpredicted"] for part in found]),
        boxes=_summed([part["boxes"] for part in found]),
    )
    for part in found:
        read.broken += Defects.from_dict(part["broken"])
    return read


def _ids_in_order(samples: fo.core.collections.SampleCollection) -> list[str]:
    """The ids of samples in the order of COCO's image ids, if they have these.

    The order decides between predictions of equal score, as in pycocotools.
    """
    ids: list[str] = list(dict.fromkeys(samples.values("id")))
    if not samples.has_field("coco_id"):
        return ids
    by_id = dict(zip(*samples.values(["id", "coco_id"]), strict=True))
    numbers = [by_id[one] for one in ids]
    are_ids = all(isinstance(number, int) for number in numbers)
    return sorted(ids, key=by_id.__getitem__) if are_ids else ids


def _about(read: ReadImages) -> dict[str, Any]:
    """The facts of the reading for the report, in plain JSON."""
    return {
        "images": len(read.images.samples),
        "skipped": read.skipped,
        "unpredicted": read.unpredicted,
        "boxes": {name: count for name, count in read.boxes.items() if count},
        "broken": read.broken.to_dict(),
    }


def _summed(parts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    return {name: sum(part[name] for part in parts) for name in parts[0]}
