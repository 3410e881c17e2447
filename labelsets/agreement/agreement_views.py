"""The views that figures of an agreement open."""

from __future__ import annotations

import fiftyone as fo
from fiftyone import ViewField as F

from ..labels.label_fields import elements_path
from ..labels.views.expressions import any_of, is_of_class
from ..labels.views.view_internals import without_projection
from ..runs.fields import RunFields
from ..runs.registry.registered import list_comparisons, require_comparison
from .agreement_results import load_agreement
from .agreement_run import alpha_field


def comparison_of(dataset: fo.Dataset, one: str, other: str) -> str | None:
    """The key of the finished comparison of two fields, the first there is.

    Args:
        dataset: the dataset
        one: a label field
        other: another one, on whichever side

    Returns:
        the key; None if they were not compared
    """
    for key in list_comparisons(dataset, finished=True):
        config = require_comparison(dataset, key)
        if {config.base_field, config.revised_field} == {one, other}:
            return key
    return None


def compared_view(
    samples: fo.core.collections.SampleCollection, key: str
) -> fo.DatasetView:
    """The images of a comparison, those that disagree most first."""
    field = RunFields(key).disagreement
    return without_projection(samples).exists(field).sort_by(field, reverse=True)


def measured_view(
    samples: fo.core.collections.SampleCollection, key: str
) -> fo.DatasetView:
    """The images of a measured agreement, those of the least alpha first."""
    field = alpha_field(key)
    return without_projection(samples).exists(field).sort_by(field)


def agreement_class_view(
    samples: fo.core.collections.SampleCollection, key: str, name: str
) -> fo.DatasetView:
    """The images on which a field has a class, those of the least alpha first.

    Args:
        samples: a dataset or view
        key: the key of a measured agreement
        name: the class

    Raises:
        ComparisonError: if there is no such agreement
    """
    dataset = samples._root_dataset
    fields = load_agreement(dataset, key).fields
    paths = [elements_path(dataset, field) for field in fields]
    held = [F(path).filter(is_of_class([name])).length() > 0 for path in paths]
    return measured_view(samples, key).match(any_of(held))
