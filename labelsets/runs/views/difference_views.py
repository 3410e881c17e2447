"""Views of what a comparison found: samples, or their labels, that were chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import fiftyone as fo
from fiftyone import ViewField as F

from ...comparison import Status
from ...error_types import ComparisonError
from ...labels.label_fields import elements_path
from ...labels.views.expressions import all_of, is_of_class, one_of
from ...labels.views.view_internals import is_generated, view_stages
from ..fields import RunFields
from ..registry.registered import require_comparison

Range = tuple[float | None, float | None]
"""The least and the greatest value wanted, None where there is no bound."""


@dataclass(frozen=True)
class Differences:
    """Which differences to show.

    Attributes:
        statuses: of these statuses; of any if empty
        base_classes: base labels of these classes; of any if empty
        revised_classes: revised labels of these classes; of any if empty
        iou: labels with an IoU in this range
        disagreement: samples with a disagreement in this range
    """

    statuses: Sequence[str] = ()
    base_classes: Sequence[str] = ()
    revised_classes: Sequence[str] = ()
    iou: Range = (None, None)
    disagreement: Range = (None, None)

    def __post_init__(self) -> None:
        known = [str(status) for status in Status]
        for status in self.statuses:
            if status not in known:
                raise ComparisonError(
                    f"Unknown status {status!r}; there are: {', '.join(known)}"
                )
        for low, high in (self.iou, self.disagreement):
            if low is not None and high is not None and low > high:
                raise ComparisonError(f"The range from {low} to {high} is empty")

    @property
    def chooses_labels(self) -> bool:
        """Whether it filters labels."""
        ranged = self.iou != (None, None)
        return bool(
            self.statuses or self.base_classes or self.revised_classes or ranged
        )


def differences_view(
    samples: fo.core.collections.SampleCollection,
    key: str,
    differences: Differences,
    only_labels: bool = True,
    by_disagreement: bool = True,
) -> fo.DatasetView:
    """The samples that have the chosen differences.

    Where classes are asked of one side alone, labels of the other side count only as
    partners: they must belong to a chosen label. Where classes are asked of both,
    both the label and its partner must be of them.

    Args:
        samples: a dataset or a view of it
        key: the key of a finished comparison
        differences: what is wanted
        only_labels (True): whether the chosen labels alone are shown, not all labels
            of the samples that have one
        by_disagreement (True): whether the samples come in order of disagreement,
            the greatest first

    Raises:
        ComparisonError: if there is no such comparison, it is not finished, or the
            view is of patches
    """
    if is_generated(samples):
        raise ComparisonError(
            "Differences can't be shown for a view of patches, frames or clips; show "
            "those of the samples that it was made from"
        )
    dataset = samples._root_dataset
    config = require_comparison(dataset, key)
    fields = RunFields(key)
    view = samples.add_stage(_was_compared(key))
    for bound in _bounds(fields.disagreement, differences.disagreement):
        view = view.match(bound)
    if differences.chooses_labels:
        sides = config.base_field, config.revised_field
        view = _with_labels(view, dataset, sides, fields, differences, only_labels)
    if by_disagreement:
        view = view.sort_by(fields.disagreement, reverse=True)
    return view.view()


def shows_differences(samples: fo.core.collections.SampleCollection, key: str) -> bool:
    """Whether a view is one that :func:`differences_view` made, or goes on from one."""
    (compared,) = view_stages(samples._root_dataset.add_stage(_was_compared(key)))
    return compared in view_stages(samples)


def _was_compared(key: str) -> fo.Match:
    # not by the disagreement: its index would give the samples in its order
    return fo.Match(F(RunFields(key).pq).exists())


def _with_labels(
    view: fo.DatasetView,
    dataset: fo.Dataset,
    sides: tuple[str, str],
    fields: RunFields,
    wanted: Differences,
    only_labels: bool,
) -> fo.DatasetView:
    filtered = _by_class(view, dataset, sides, fields, wanted)
    condition = _label_condition(fields, wanted)
    if condition is not None:
        for side in sides:
            filtered = filtered.filter_labels(side, condition, only_matches=False)
    paths = [elements_path(dataset, side) for side in sides]
    filtered = filtered.match((F(paths[0]).length() > 0) | (F(paths[1]).length() > 0))
    return filtered if only_labels else view.select(filtered.values("id"))


def _by_class(
    view: fo.DatasetView,
    dataset: fo.Dataset,
    sides: tuple[str, str],
    fields: RunFields,
    wanted: Differences,
) -> fo.DatasetView:
    """Keeps the labels of the classes wanted, and those that they belong to.

    A side whose partners are asked for is filtered while the other is still whole.
    """
    classes = wanted.base_classes, wanted.revised_classes
    paths = [elements_path(dataset, side) for side in sides]
    order = (0, 1) if classes[1] else (1, 0)
    for own in order:
        other = 1 - own
        conditions = []
        if classes[own]:
            conditions.append(_compared_as(dataset, paths[own], classes[own], fields))
        if classes[other]:
            wanted_there = _compared_as(dataset, paths[other], classes[other], fields)
            conditions.append(_belongs_to(paths[other], wanted_there, fields))
        if conditions:
            condition = all_of(conditions)
            view = view.filter_labels(sides[own], condition, only_matches=False)
    return view


def _compared_as(
    dataset: fo.Dataset, path: str, classes: Sequence[str], fields: RunFields
) -> F:
    """Whether a label was compared as one of these classes, its own or a common one."""
    own = is_of_class(classes)
    if dataset.get_field(f"{path}.{fields.class_name}") is None:
        return own
    common = F(fields.class_name)
    named = common.is_in([F.literal(name) for name in classes])
    return (common.exists() & named) | (~common.exists() & own)


def _belongs_to(path: str, is_wanted: F, fields: RunFields) -> F:
    """Whether a label names a label that is wanted as its partner, or is named."""
    facing = F(f"${path}").filter(is_wanted)
    ids = facing.map(F("_id").to_string())
    named = facing.map(F(fields.partner))
    return one_of(F(fields.partner), ids) | one_of(F("_id").to_string(), named)


def _label_condition(fields: RunFields, wanted: Differences) -> F | None:
    conditions = _bounds(fields.iou, wanted.iou)
    if conditions:
        conditions.append(F(fields.iou).exists())
    if wanted.statuses:
        conditions.append(F(fields.status).is_in(list(wanted.statuses)))
    return all_of(conditions) if conditions else None


def _bounds(field: str, bounds: Range) -> list[F]:
    low, high = bounds
    conditions = []
    if low is not None:
        conditions.append(F(field) >= low)
    if high is not None:
        conditions.append(F(field) <= high)
    return conditions
