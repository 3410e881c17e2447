"""Views of the predictions whose correctness depends on the label set."""

from __future__ import annotations

import fiftyone as fo
from bson import ObjectId
from fiftyone import ViewField as F

from ..labels.label_fields import elements_path
from ..labels.views.view_internals import without_projection
from .benchmark_results import load_benchmark


def contested_view(
    samples: fo.core.collections.SampleCollection,
    key: str,
    right: str,
    wrong: str,
    predictions: str | None = None,
    name: str | None = None,
) -> fo.DatasetView:
    """The predictions that are right under one label set and wrong under another.

    The view has the samples with such predictions, with all labels of the other fields.

    Args:
        samples: a dataset or view
        key: the key of a finished benchmark
        right: the label field under which they are right
        wrong: the label field under which they are wrong
        predictions (None): the field of predictions, by default the first
        name (None): the class that they predict, by default any

    Raises:
        ComparisonError: if there is no such benchmark, it has no such fields or class,
            or the field of predictions was deleted since
    """
    samples = without_projection(samples)
    results = load_benchmark(samples._root_dataset, key)
    field = predictions or results.predictions[0]
    elements_path(samples._root_dataset, field)
    found = results.contested(right, wrong, field, name)
    view = samples.select(list(dict.fromkeys(sample for sample, _ in found)))
    return view.filter_labels(field, F("_id").is_in([ObjectId(n) for _, n in found]))
