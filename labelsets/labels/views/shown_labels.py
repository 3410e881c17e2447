"""Documents of samples as a view shows them: its labels filtered and mapped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import fiftyone as fo

from ....zoo.label_sources import FROM_FILES, INFO_KEY
from ..fiftyone_internals import read_documents
from .view_internals import apply_stages, select_samples, view_stages


def read_shown(
    samples: fo.core.collections.SampleCollection,
    ids: Sequence[str],
    paths: Sequence[str],
) -> list[dict[str, Any]]:
    """Documents of samples with some fields, of a view as it shows them.

    Args:
        samples: a dataset or a view of its samples
        ids: the ids of the samples
        paths: the fields wanted besides the id

    Returns:
        the documents, in the order of ``ids``; samples that are not shown are left out
    """
    if not view_stages(samples):
        return read_documents(samples._root_dataset, ids, paths)
    return _read_view(select_samples(samples, ids), ids, paths)


def read_through(
    dataset: fo.Dataset,
    stages: str | None,
    documents: Sequence[Mapping[str, Any]],
    paths: Sequence[str],
) -> list[Mapping[str, Any]]:
    """Documents of samples as the stages of a view show their labels.

    Args:
        dataset: the dataset
        stages: what :func:`view_internals.label_stages` gave of the view
        documents: the documents as the database holds them
        paths: the paths of the labels to read as they are shown

    Returns:
        for each document, itself where there are no stages, else a copy with what is
        shown at each path: no labels where the view leaves the sample out
    """
    if stages is None:
        return list(documents)
    ids = [str(document["_id"]) for document in documents]
    view = apply_stages(select_samples(dataset, ids), stages)
    shown = {str(found["_id"]): found for found in _read_view(view, ids, paths)}
    fields = [path.split(".")[0] for path in paths]
    return [
        {**document, **{field: shown.get(id, {}).get(field) for field in fields}}
        for id, document in zip(ids, documents, strict=True)
    ]


def _read_view(
    view: fo.DatasetView, ids: Sequence[str], paths: Sequence[str]
) -> list[dict[str, Any]]:
    wanted = {"$project": dict.fromkeys(paths, True)}
    found = {str(d["_id"]): d for d in view._aggregate(post_pipeline=[wanted])}
    return [found[i] for i in ids if i in found]


def aggregate_shown(
    samples: fo.core.collections.SampleCollection, stages: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What stages of MongoDB make of samples, of a view as it shows them.

    Args:
        samples: a dataset or a view of its samples
        stages: the stages, to which no sample field is known but by its path
    """
    return list(samples.view()._aggregate(post_pipeline=list(stages)))


def from_files(dataset: fo.Dataset, field: str) -> bool:
    """Whether a label field was read from files, so that a sample without a value has
    no list of labels; in any other field it has an empty one."""
    if field in (dataset.info.get(INFO_KEY) or {}):
        return True
    declared = dataset.get_field(field)
    return FROM_FILES in ((declared and declared.info) or {})


def has_list(document: Mapping[str, Any], field: str) -> bool:
    """Whether a sample has a list of labels in a field, of none too."""
    return document.get(field) is not None
