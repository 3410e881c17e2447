"""The agreement of several label fields of a dataset, as a run of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import fiftyone as fo

from ...zoo.defects import Defects
from ...zoo.paused_gc import paused_gc
from ...zoo.progress import OnProgress
from ...zoo.writing.fiftyone_writer import open_dataset
from ..error_types import AgreementError
from ..labels.field_lists import (
    Missing,
    check_label_fields,
    check_lists,
    means_no_list,
)
from ..labels.fiftyone_internals import labels_at, read_documents, write_values
from ..labels.label_fields import elements_path
from ..labels.reading import read_objects
from ..labels.views.shown_labels import has_list, read_shown
from ..labels.views.view_internals import staged_view, without_projection
from ..runs.batches.view_batches import for_each_batch
from ..runs.checks import check_samples, complete_metadata
from ..runs.registry.other_runs import (
    check_run_key,
    check_view,
    finish_run,
    writing_run,
)
from .agreement_counts import AgreementCounts
from .agreement_results import AgreementResults
from .agreement_run import (
    METHOD,
    AgreementRunConfig,
    sample_fields,
)
from .measuring_images import ImageAgreement, ImageSides, measure_images

BATCH = 200

Measured = tuple[AgreementCounts, Defects, list[list[Any]]]
"""Counts, labels that can't be read, and of each image its id and what is written."""


def measure_agreement(
    samples: fo.core.collections.SampleCollection,
    fields: Sequence[str],
    key: str = "agreement",
    missing: Missing | None = None,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
) -> AgreementResults:
    """Measures the agreement of two label fields or more, and keeps the result.

    Objects of different fields with an IoU of at least 0.5 are clustered, crowds left
    out. Krippendorff's nominal alpha is computed from the classes that the fields give
    the clusters, "no object" being one. Each two fields are also compared as
    :func:`compare_annotations` does. Nothing is written before everything is measured.

    Args:
        samples: a dataset, or a view of its samples, whose labels are measured as it
            shows them
        fields: the label fields, detections or polylines, two or more
        key: the name of the run, and the prefix of the sample fields ``<key>_alpha``,
            ``<key>_clusters``, ``<key>_pq``, ``<key>_tp``, ``<key>_fp`` and
            ``<key>_fn``, the last four of each two fields together
        missing (None): what a sample without a value in a field means: ``"empty"``, an
            image without labels, or ``"skip"``, one that was not annotated. By default
            the latter in fields that were read from files, the former in all others
        overwrite: whether a finished run of that key may be replaced
        on_progress: called with the share done, 0 to 1, and a text on what is done
        executor: the executor that does the work
        scheduler: the address of a Dask scheduler whose workers do it

    Raises:
        ComparisonError: if the fields, the key or the samples can't be used; nothing
            is written then
        ClaimedError: if another process writes a run of that key
        WorkerError: if there are no workers that can do the work
        MissingBatchesError: if batches were lost with their workers again and again
    """
    dataset = samples._root_dataset
    dataset.reload()
    made = sample_fields(key)
    if isinstance(fields, str) or len(fields) < 2:
        raise AgreementError(
            f"Agreement is of two label fields or more; found {fields!r}. Name them as "
            "a list"
        )
    check_label_fields(dataset, fields)
    check_run_key(dataset, key, METHOD, overwrite, made)
    check_samples(samples)
    check_view(samples, key, made)
    shown = without_projection(samples)
    check_lists(shown, fields, missing)
    complete_metadata(samples)
    counts, broken, rows = _measure(
        shown, fields, missing, on_progress, executor, scheduler
    )
    _check_measured(counts, broken)

    config = AgreementRunConfig(fields, missing)
    with writing_run(samples, key, config, made, overwrite):
        _write(dataset, key, rows)
        results = AgreementResults(
            samples, config, key, counts=counts.to_dict(), broken=broken.to_dict()
        )
        finish_run(samples, key, config, results)
    return results


def _measure(
    samples: fo.core.collections.SampleCollection,
    fields: Sequence[str],
    missing: Missing | None,
    on_progress: OnProgress | None,
    executor: Executor | None,
    scheduler: str | None,
) -> Measured:
    ids = list(dict.fromkeys(samples.values("id")))
    absent = {f: means_no_list(samples._root_dataset, f, missing) for f in fields}
    counts, broken = AgreementCounts(tuple(fields)), Defects()
    rows: list[list[Any]] = []

    def add(_: int, found: Mapping[str, Any]) -> None:
        nonlocal counts, broken
        counts += AgreementCounts.from_dict(found["counts"])
        broken += Defects.from_dict(found["broken"])
        rows.extend(found["rows"])

    for_each_batch(
        samples,
        ids,
        measure_in_worker,
        {"absent": absent},
        add,
        on_progress,
        "measured",
        size=BATCH,
        executor=executor,
        scheduler=scheduler,
    )
    return counts, broken, rows


def measure_in_worker(
    dataset: str,
    token: str,
    stages: str,
    ids: Sequence[str],
    absent: Mapping[str, bool],
) -> dict[str, Any]:
    """Measures a batch of a view, in any process; writes nothing.

    Args:
        dataset: the name of the dataset
        token: distinguishes it from earlier ones of its name
        stages: the stages of the view, as :func:`plain_stages` gives them
        ids: the ids of the samples to measure
        absent: the label fields, and whether no value in one means no list
    """
    opened = open_dataset(dataset, token)
    paths = {field: elements_path(opened, field) for field in absent}
    broken = Defects()

    def objects(document: Mapping[str, Any]) -> ImageSides:
        metadata = document["metadata"]
        width, height = metadata["width"], metadata["height"]
        sides = [
            None
            if absent[field] and not has_list(document, field)
            else read_objects(labels_at(document, path), width, height, broken)
            for field, path in paths.items()
        ]
        return ImageSides(sides, (height, width))

    with paused_gc():
        view = staged_view(opened, stages)
        documents = read_shown(view, ids, ["metadata", *paths.values()])
        counts, found = measure_images(map(objects, documents), list(absent))
    rows = [
        [str(document["_id"]), *_written(one)]
        for document, one in zip(documents, found, strict=True)
    ]
    return {"counts": counts.to_dict(), "broken": broken.to_dict(), "rows": rows}


def _written(found: ImageAgreement | None) -> list[Any]:
    """The values of a sample, in the order of `sample_fields`."""
    if found is None:
        return [None] * len(sample_fields(""))
    quality = found.quality
    counts = [quality.pq, quality.tp, quality.fp, quality.fn]
    return [found.alpha, found.clusters, *counts]


def _check_measured(counts: AgreementCounts, broken: Defects) -> None:
    """Checks that there was something to measure.

    Raises:
        AgreementError: if no image has two label sets, or none of a field's labels
            can be used
    """
    if not counts.images:
        raise AgreementError(
            f"None of the {counts.skipped:,} samples has a list of labels in two of "
            f"the fields {', '.join(counts.fields)}"
        )
    for place, field in enumerate(counts.fields):
        if not any(held == place for held, _ in counts.objects):
            reasons = "; ".join(broken.lines()) or "they are crowds, or cover nothing"
            raise AgreementError(
                f"None of the labels in '{field}' can be measured: {reasons}"
            )


def _write(dataset: fo.Dataset, key: str, rows: Sequence[Sequence[Any]]) -> None:
    """Writes what was measured on each sample."""
    names = list(sample_fields(key))
    values = {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}
    ids = list(values)
    for first in range(0, len(ids), BATCH):
        documents = read_documents(dataset, ids[first : first + BATCH], ["_id"])
        chosen = [values[str(document["_id"])] for document in documents]
        write_values(dataset, documents, chosen, [{}] * len(documents))
    dataset.reload()
