"""One batch of a comparison: its labels are read, compared and written to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import fiftyone as fo

from ....zoo.paused_gc import paused_gc
from ....zoo.writing.fiftyone_writer import open_dataset
from ...comparison.counting.tallying import image_qualities
from ...error_types import ComparisonError
from ...labels.fiftyone_internals import (
    LabelValues,
    labels_at,
    read_documents,
    write_values,
)
from ...labels.label_fields import elements_path
from ...labels.reading import class_name
from ...labels.views.shown_labels import has_list, read_through
from ..fields import RunFields
from ..registry.claims import Claim
from ..run_config import ComparisonRunConfig
from .sample_labels import SampleLabels
from .written_values import Values, label_values, sample_values

ATTEMPTS = 3

Document = Mapping[str, Any]


def compare_in_worker(
    dataset: str,
    token: str,
    ids: Sequence[str],
    claim: Mapping[str, str],
    config: Mapping[str, Any],
) -> int:
    """Compares a batch of a run, in any process.

    Args:
        dataset: the name of the dataset
        token: what tells it from earlier ones of its name
        ids: the ids of the samples
        claim: the claim to the run
        config: its parameters

    Returns:
        how many samples the batch has

    Raises:
        ComparisonError: if the run is not to go on, or as :func:`compare_samples`
    """
    held = Claim(**claim)
    with paused_gc():
        compare_samples(
            open_dataset(dataset, token),
            ids,
            held.key,
            ComparisonRunConfig(**config),
            held.require,
        )
    return len(ids)


def compare_samples(
    dataset: fo.Dataset,
    ids: Sequence[str],
    key: str,
    config: ComparisonRunConfig,
    before_writing: Callable[[], None] = lambda: None,
) -> None:
    """Compares some samples, and writes the results to them and their labels.

    Samples whose labels change in between are compared again.

    Args:
        dataset: the dataset
        ids: the ids of the samples
        key: the key of the run
        config: the parameters of the run
        before_writing: called before each write; what it raises prevents it

    Raises:
        ComparisonError: if the labels of a sample change all the time
    """
    paths = [elements_path(dataset, name) for name in config.fields]
    fields = RunFields(key)
    wanted = ["metadata", "last_modified_at", fields.digest, *paths]
    left = list(ids)
    for _ in range(ATTEMPTS):
        found = read_documents(dataset, left, wanted)
        listed = [document for document in found if has_lists(document, config)]
        shown = read_through(dataset, config.label_stages, listed, paths)
        written = _compare(listed, shown, paths, config, fields)
        written += [
            _Written(document, *_nothing(document, paths, config, fields))
            for document in found
            if not has_lists(document, config) and document.get(fields.digest)
        ]
        before_writing()
        left = write_values(
            dataset,
            [one.document for one in written],
            [one.of_sample for one in written],
            [one.of_labels for one in written],
        )
        if not left:
            return
    raise ComparisonError(
        f"The labels of {len(left)} samples changed while they were compared, the "
        f"first is {left[0]}. Run the comparison again when nothing else changes them"
    )


def has_lists(document: Document, config: ComparisonRunConfig) -> bool:
    """Whether a sample has a list of labels in each field where it must have one."""
    return all(has_list(document, field) for field in config.listed_fields)


class _Written(NamedTuple):
    """What is to be written to the sample of a document, and to its labels by path."""

    document: Document
    of_sample: Values
    of_labels: Mapping[str, LabelValues]


def _compare(
    documents: Sequence[Document],
    shown: Sequence[Document],
    paths: Sequence[str],
    config: ComparisonRunConfig,
    fields: RunFields,
) -> list[_Written]:
    """Compares samples that were read, with the labels that are shown of them."""
    samples = [_read(document, paths, config) for document in shown]
    compared = [sample.compare(config) for sample in samples]
    qualities = image_qualities([comparison for comparison, _ in compared])
    written = []
    for document, sample, (comparison, reasons), quality in zip(
        documents, samples, compared, qualities, strict=True
    ):
        ids = [[str(label["_id"]) for label in labels] for labels in sample.sides]
        columns = label_values(comparison, ids, reasons, fields)
        of_labels = {}
        sides = comparison.base.labels, comparison.revised.labels
        for path, own, values, classes in zip(paths, ids, columns, sides, strict=True):
            labels = labels_at(document, path)
            if config.may_map_classes:
                values[fields.class_name] = _mapped(labels, own, classes)
            of_labels[path] = _for_all(labels, own, values, fields)
        digest = sample.digest(config)
        of_sample = sample_values(comparison, quality, digest, fields)
        written.append(_Written(document, of_sample, of_labels))
    return written


def _read(
    document: Document, paths: Sequence[str], config: ComparisonRunConfig
) -> SampleLabels:
    found = SampleLabels.of(document, paths, config.classes)
    if found is None:
        raise ComparisonError(
            f"Sample {document['_id']} has lost its metadata, which holds its width "
            "and height, while it was compared. Run the comparison again"
        )
    return found


def _mapped(
    labels: Sequence[Document], ids: Sequence[str], classes: Sequence[str]
) -> list[str | None]:
    """The class that was compared of each label, None where it is the label's own."""
    own = {str(label["_id"]): class_name(label.get("label")) for label in labels}
    return [
        None if name == own.get(id) else name
        for id, name in zip(ids, classes, strict=True)
    ]


def _for_all(
    labels: Sequence[Document],
    ids: Sequence[str],
    columns: LabelValues,
    fields: RunFields,
) -> LabelValues:
    """The values of all labels of a field, None for those that were not compared."""
    all_ids = [str(label["_id"]) for label in labels]
    chosen = dict(columns)
    if not any(columns[fields.reason]) and not any(fields.reason in x for x in labels):
        del chosen[fields.reason]
    if all_ids == list(ids):
        return chosen
    places = {id: place for place, id in enumerate(ids)}
    found = [places.get(id) for id in all_ids]
    return {
        name: [None if place is None else column[place] for place in found]
        for name, column in chosen.items()
    }


def _nothing(
    document: Document,
    paths: Sequence[str],
    config: ComparisonRunConfig,
    fields: RunFields,
) -> tuple[Values, Mapping[str, LabelValues]]:
    """Clears the values of an earlier comparison on a sample that is left out now."""
    names = [*fields.on_labels, *([fields.class_name] * config.may_map_classes)]
    on_labels = {
        path: {name: [None] * len(labels_at(document, path)) for name in names}
        for path in paths
    }
    return dict.fromkeys(fields.on_samples), on_labels
