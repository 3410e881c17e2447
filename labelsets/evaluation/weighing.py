"""The evidence of predictions for the items of a comparison, written on its labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import fiftyone as fo

from ...zoo.defects import Defects
from ...zoo.paused_gc import paused_gc
from ...zoo.progress import OnProgress, share_of
from ...zoo.writing.fiftyone_writer import open_dataset
from ..comparison import ImageObjects
from ..error_types import EvaluationError
from ..labels.evaluated_labels import given_scores
from ..labels.fiftyone_internals import (
    labels_at,
    read_documents,
    reload_samples,
    write_values,
)
from ..labels.label_fields import check_images, elements_path
from ..labels.reading import read_objects
from ..labels.views.shown_labels import read_shown
from ..labels.views.view_internals import staged_view, without_projection
from ..runs.batches.view_batches import for_each_batch
from ..runs.fields import RunFields
from ..runs.registry.registered import require_comparison
from .benchmark_checks import as_fields, check_prediction_fields
from .evidence import Predicted, weigh_items
from .evidence_results import EvidenceResults, load_evidence

BATCH = 200
ATTEMPTS = 3
WEIGHING = 0.8
"""The share of the time that weighing takes, as progress tells it."""

ADVICE = (
    "How far models support revised over base, from -1 to 1. Advice, not truth: models "
    "that were trained on one of the label sets lean towards it"
)

Weighed = dict[str, list[Any]]
"""By sample: the label ids of base and revised, and their evidence."""


def weigh_evidence(
    samples: fo.core.collections.SampleCollection,
    predictions: str | Sequence[str],
    key: str = "diff",
    on_progress: OnProgress | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
) -> EvidenceResults:
    """Weighs the items of a comparison by what models predict.

    Writes ``<key>_evidence`` on every label of each item: the greatest score x IoU that
    a prediction of the same class has with a revised label, minus the greatest with a
    base label; null where no prediction of the class touches the item. Of several
    fields of predictions it is the mean of those that touch it. Evidence is advice:
    models that were trained on one of the label sets lean towards it.

    Args:
        samples: a dataset, or a view of its samples, whose predictions are taken as it
            shows them
        predictions: the field of predictions, or several: detections or polylines
            with a ``confidence``
        key: the key of a finished comparison
        on_progress: called with the share done, 0 to 1, and a text on what is done
        executor: the executor that does the work
        scheduler: the address of a Dask scheduler whose workers do it

    Returns:
        how often the models side with each label set

    Raises:
        ComparisonError: if there is no such comparison, or the fields or samples can't
            be used; nothing is written then
        WorkerError: if there are no workers that can do the work
        MissingBatchesError: if batches were lost with their workers again and again
    """
    dataset = samples._root_dataset
    dataset.reload()
    names = as_fields(predictions, "predictions")
    config = require_comparison(dataset, key)
    check_images(samples)
    compared = samples.exists(RunFields(key).disagreement)
    ids = list(dict.fromkeys(compared.values("id")))
    if not ids:
        raise EvaluationError(f"None of these samples was compared as '{key}'")
    shown = without_projection(samples)
    sides = [config.base_field, config.revised_field]
    check_prediction_fields(shown, names, sides)

    weighed: Weighed = {}
    for_each_batch(
        shown,
        ids,
        weigh_in_worker,
        {"key": key, "sides": sides, "predictions": names, "classes": _classes(config)},
        lambda _, found: weighed.update(found),
        share_of(on_progress, 0, WEIGHING),
        "weighed",
        size=BATCH,
        executor=executor,
        scheduler=scheduler,
    )
    _declare(dataset, key, sides, names)
    _write(dataset, key, sides, weighed, share_of(on_progress, WEIGHING, 1 - WEIGHING))
    return load_evidence(samples, key)


def weigh_in_worker(
    dataset: str,
    token: str,
    stages: str,
    ids: Sequence[str],
    key: str,
    sides: Sequence[str],
    predictions: Sequence[str],
    classes: Mapping[str, str],
) -> Weighed:
    """Weighs a batch of a view, in any process; writes nothing.

    Args:
        dataset: the name of the dataset
        token: what tells it from earlier ones of its name
        stages: the stages of the view, as :func:`plain_stages` gives them
        ids: the ids of the samples to weigh
        key: the key of the comparison
        sides: its fields, base first
        predictions: the fields of predictions
        classes: the common names of classes that were renamed for the comparison
    """
    opened = open_dataset(dataset, token)
    own, others = (
        [elements_path(opened, name) for name in names]
        for names in (sides, predictions)
    )
    with paused_gc():
        documents = read_documents(opened, ids, ["metadata", *own])
        view = staged_view(opened, stages)
        found = {str(d["_id"]): d for d in read_shown(view, ids, others)}
        return {
            str(document["_id"]): _weigh(
                document, own, found.get(str(document["_id"]), {}), others, key, classes
            )
            for document in documents
        }


def _weigh(
    document: Mapping[str, Any],
    own: Sequence[str],
    predicted: Mapping[str, Any],
    others: Sequence[str],
    key: str,
    classes: Mapping[str, str],
) -> list[Any]:
    metadata, fields, broken = document["metadata"], RunFields(key), Defects()

    def objects(labels: Sequence[Mapping[str, Any]]) -> ImageObjects:
        return read_objects(labels, metadata["width"], metadata["height"], broken)

    sides, items, label_ids = [], [], []
    for path in own:
        labels, found = labels_at(document, path), objects(labels_at(document, path))
        as_compared = [
            label.get(fields.class_name) or name
            for label, name in zip(labels, found.labels, strict=True)
        ]
        sides.append(replace(found, labels=tuple(as_compared)))
        items.append([label.get(fields.item) for label in labels])
        label_ids.append([str(label["_id"]) for label in labels])
    models = []
    for path in others:
        labels, found = labels_at(predicted, path), objects(labels_at(predicted, path))
        renamed = tuple(classes.get(name, name) for name in found.labels)
        models.append(Predicted(replace(found, labels=renamed), given_scores(labels)))
    evidence = weigh_items((sides[0], sides[1]), (items[0], items[1]), models)
    return [label_ids, list(evidence)]


def _classes(config: Any) -> dict[str, str]:
    """The common names of classes that a comparison used."""
    return dict(getattr(config, "class_map", None) or {})


def _declare(
    dataset: fo.Dataset, key: str, sides: Sequence[str], predictions: Sequence[str]
) -> None:
    """Declares the field on labels, with a description of its source."""
    for side in sides:
        path = f"{elements_path(dataset, side)}.{RunFields(key).evidence}"
        dataset.add_sample_field(path, fo.FloatField)
        field = dataset.get_field(path)
        field.description, field.info = ADVICE, {"predictions": list(predictions)}
        field.save()


def _write(
    dataset: fo.Dataset,
    key: str,
    sides: Sequence[str],
    weighed: Weighed,
    on_progress: OnProgress | None,
) -> None:
    paths = [elements_path(dataset, side) for side in sides]
    try:
        for done, ids in _batches(list(weighed)):
            _write_batch(dataset, RunFields(key).evidence, paths, ids, weighed)
            if on_progress is not None:
                text = f"{done:,} of {len(weighed):,} images written"
                on_progress(done / len(weighed), text)
    finally:
        reload_samples(dataset)
        dataset.reload()


def _write_batch(
    dataset: fo.Dataset,
    name: str,
    paths: Sequence[str],
    ids: Sequence[str],
    weighed: Weighed,
) -> None:
    """Writes the evidence of some samples, matched to their labels by id.

    Raises:
        EvaluationError: if samples keep changing
    """
    wanted = ["last_modified_at", *(f"{path}._id" for path in paths)]
    for _ in range(ATTEMPTS):
        documents = read_documents(dataset, ids, wanted)
        values = [_values(d, name, paths, weighed[str(d["_id"])]) for d in documents]
        now = datetime.now(timezone.utc)
        nothing: list[dict[str, Any]] = [{}] * len(documents)
        ids = write_values(dataset, documents, nothing, values, now)
        if not ids:
            return
    raise EvaluationError(
        f"The labels of {len(ids)} samples changed while evidence was written, the "
        f"first is {ids[0]}. Weigh it again when nothing else changes them"
    )


def _values(
    document: Mapping[str, Any], name: str, paths: Sequence[str], weighed: list[Any]
) -> dict[str, dict[str, list[Any]]]:
    values = {}
    for path, ids, evidence in zip(paths, *weighed, strict=True):
        known = dict(zip(ids, evidence, strict=True))
        found = [known.get(str(label["_id"])) for label in labels_at(document, path)]
        values[path] = {name: found}
    return values


def _batches(ids: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    for first in range(0, len(ids), BATCH):
        chosen = ids[first : first + BATCH]
        yield first + len(chosen), chosen
