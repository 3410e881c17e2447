"""Views of exactly the images, or labels, that a row of groups counts."""

from __future__ import annotations

from collections.abc import Sequence

import fiftyone as fo
import pandas as pd
from fiftyone import ViewField as F

from ...labels.label_fields import elements_path
from ...labels.views.expressions import any_of, between
from ...labels.views.view_internals import without_projection
from .group_reading import resolve_grouping
from .grouping import NO_VALUE, Group


def group_view(
    samples: fo.core.collections.SampleCollection,
    fields: Sequence[str],
    name: str,
    group: Group,
) -> fo.DatasetView:
    """The images of a group: for an attribute of labels, those with a label of it.

    Of the label fields that have the attribute, only labels of the group are shown.

    Args:
        samples: a dataset or view
        fields: the label fields that were counted
        name: what the groups are by
        group: the group, as the index of the table of groups has it

    Raises:
        ComparisonError: if there is nothing of that name
    """
    samples = without_projection(samples)
    grouping = resolve_grouping(samples, fields, name)
    if grouping.of == "tags":
        if group == NO_VALUE:
            return samples.match(F("tags").length() == 0)
        return samples.match_tags(str(group))
    if grouping.of == "sample":
        return samples.match(_is_of(F(grouping.path), group))
    dataset = samples._root_dataset
    paths = {field: elements_path(dataset, field) for field in fields}
    wanted = _is_of(F(grouping.path), group)
    view = samples.match(
        any_of([F(path).filter(wanted).length() > 0 for path in paths.values()])
    )
    for field in fields:
        view = view.filter_labels(field, wanted, only_matches=False)
    return view


def _is_of(value: F, group: Group) -> F:
    """Whether a value is of a group."""
    if isinstance(group, pd.Interval):
        high = None if group.right == float("inf") else group.right
        return value.is_number() & between(value, group.left, high)
    if group == NO_VALUE:
        return ~value.exists()
    if isinstance(group, str):
        return value == F.literal(group)
    return value == group
