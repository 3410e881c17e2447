"""Views of exactly the samples, or labels, that a figure of a census counts.

Each begins at the view it is given, keeps its filters, and is made of FiftyOne's own
expressions, so that the App shows it, saves it and loads it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import fiftyone as fo
from fiftyone import ViewField as F

from ..comparison.counting.object_sizes import VERY_SMALL_AREA
from ..error_types import ComparisonError
from ..labels.label_fields import check_images, elements_path
from ..labels.views.expressions import (
    all_of,
    any_of,
    between,
    in_bucket,
    is_crowd,
    is_known,
    is_of_class,
    is_readable_crowd_flag,
    is_whole,
)
from ..labels.views.view_internals import without_projection
from .counts.bins import ASPECT_EDGES, VERTEX_EDGES, bounds

SizeName = Literal["very_small", "small", "medium", "large"]
Labelled = Literal["both", "base", "revised", "neither"]
Where = Literal["base", "revised", "either", "both"]


@dataclass(frozen=True)
class ClassQuery:
    """The classes that images have and lack.

    Attributes:
        must: all of these
        may: at least one of these, if there are any
        must_not: none of these
        where: in the base labels, the revised ones, either (in one of the two is
            enough), or both (each label set by itself)
    """

    must: Sequence[str] = ()
    may: Sequence[str] = ()
    must_not: Sequence[str] = ()
    where: Where = "base"

    def __post_init__(self) -> None:
        if self.where not in get_args(Where):
            known = ", ".join(get_args(Where))
            raise ComparisonError(f"Unknown place {self.where!r}; there are: {known}")


def class_view(
    samples: fo.core.collections.SampleCollection,
    field: str,
    name: str,
    only_labels: bool = False,
) -> fo.DatasetView:
    """The images that hold a class.

    Args:
        samples: a dataset or view
        field: the label field
        name: the class
        only_labels (False): whether of that field only labels of the class are shown
    """
    samples = without_projection(samples)
    return _with_labels(samples, field, is_of_class([name]), only_labels)


def classes_view(
    samples: fo.core.collections.SampleCollection, field: str, names: Sequence[str]
) -> fo.DatasetView:
    """The labels of some classes, on the images that have any."""
    samples = without_projection(samples)
    return _with_labels(samples, field, is_of_class(names))


def size_view(
    samples: fo.core.collections.SampleCollection, field: str, size: SizeName
) -> fo.DatasetView:
    """The labels of a size by their `area`, on the images that have any.

    Raises:
        ComparisonError: if labels have no `area`: those that were counted from masks
            can't be asked for
    """
    samples = without_projection(samples)
    area = F("area")
    _require(samples, field, "area", ~is_known(area))
    found = area <= VERY_SMALL_AREA if size == "very_small" else in_bucket(area, size)
    return _with_labels(samples, field, is_known(area) & found)


def crowds_view(
    samples: fo.core.collections.SampleCollection, field: str
) -> fo.DatasetView:
    """The crowds, on the images that have any.

    Raises:
        ComparisonError: if labels have no `iscrowd`
    """
    samples = without_projection(samples)
    crowd = F("iscrowd")
    _require(samples, field, "iscrowd", ~is_readable_crowd_flag(crowd))
    return _with_labels(samples, field, is_crowd(crowd))


def several_polygons_view(
    samples: fo.core.collections.SampleCollection, field: str
) -> fo.DatasetView:
    """The labels of more than one polygon, on the images that have any.

    Raises:
        ComparisonError: if labels have no `num_polygons`: those that were counted from
            outlines can't be asked for
    """
    samples = without_projection(samples)
    number = F("num_polygons")
    _require(samples, field, "num_polygons", ~is_whole(number))
    return _with_labels(samples, field, is_whole(number) & (number > 1))


def vertices_view(
    samples: fo.core.collections.SampleCollection, field: str, low: int
) -> fo.DatasetView:
    """The labels in the bin of `VERTEX_EDGES` from ``low`` on, where there are any.

    Raises:
        ComparisonError: if no label has `num_vertices`, or those of some were counted
            from outlines, which can't be asked for
        ValueError: if no bin begins there
    """
    samples = without_projection(samples)
    number = F("num_vertices")
    known = is_whole(number)
    counted = (F("filled") == True) | (F("closed") == True)  # noqa: E712
    _require(samples, field, "num_vertices", ~known & counted)
    wanted = between(number, *bounds(VERTEX_EDGES, low))
    return _with_labels(samples, field, known & wanted)


def objects_view(
    samples: fo.core.collections.SampleCollection, field: str, objects: int
) -> fo.DatasetView:
    """The images with so many labels in a field."""
    samples = without_projection(samples)
    return samples.match(_count(samples, field) == objects)


def labelled_view(
    samples: fo.core.collections.SampleCollection,
    base_field: str,
    revised_field: str | None,
    where: Labelled,
) -> fo.DatasetView:
    """The images with labels in both fields, in one alone, or in neither."""
    samples = without_projection(samples)
    in_base = _count(samples, base_field) > 0
    wanted = in_base if where in ("both", "base") else ~in_base
    if revised_field is not None:
        in_revised = _count(samples, revised_field) > 0
        wanted &= in_revised if where in ("both", "revised") else ~in_revised
    return samples.match(wanted)


def image_size_view(
    samples: fo.core.collections.SampleCollection,
    width: int | None = None,
    height: int | None = None,
) -> fo.DatasetView:
    """The images of a width and height in px; without them those of unknown size."""
    samples = without_projection(samples)
    check_images(samples)
    if width is None or height is None:
        known = (F("metadata.width") > 0) & (F("metadata.height") > 0)
        return samples.match(~known)
    return samples.match(
        (F("metadata.width") == width) & (F("metadata.height") == height)
    )


def aspect_view(
    samples: fo.core.collections.SampleCollection, low: float
) -> fo.DatasetView:
    """The images in the bin of `ASPECT_EDGES` from ``low`` on.

    Raises:
        ValueError: if no bin begins there
    """
    samples = without_projection(samples)
    check_images(samples)
    known = samples.match((F("metadata.width") > 0) & (F("metadata.height") > 0))
    ratio = F("metadata.width") / F("metadata.height")
    return known.match(between(ratio, *bounds(ASPECT_EDGES, low)))


def explorer_view(
    samples: fo.core.collections.SampleCollection,
    base_field: str,
    revised_field: str | None,
    query: ClassQuery,
) -> fo.DatasetView:
    """The images that hold classes and lack others.

    Raises:
        ComparisonError: if two label sets are asked for and there is one
    """
    samples = without_projection(samples)
    fields = {"base": base_field, "revised": revised_field}
    sides = [query.where] if query.where in fields else list(fields)
    paths = []
    for side in sides:
        field = fields[side]
        if field is None:
            raise ComparisonError(f"There is one label set; '{query.where}' needs two")
        paths.append(_path(samples, field))
    groups = [paths] if query.where == "either" else [[path] for path in paths]
    conditions = [c for group in groups for c in _conditions(group, query)]
    return samples.match(all_of(conditions)) if conditions else samples.view()


def _conditions(paths: Sequence[str], query: ClassQuery) -> list[F]:
    def held(name: str) -> F:
        return any_of(
            [F(path).filter(is_of_class([name])).length() > 0 for path in paths]
        )

    conditions = [held(name) for name in query.must]
    conditions += [any_of([held(name) for name in query.may])] if query.may else []
    return conditions + [~held(name) for name in query.must_not]


def _with_labels(
    samples: fo.core.collections.SampleCollection,
    field: str,
    condition: F,
    only_labels: bool = True,
) -> fo.DatasetView:
    path = _path(samples, field)
    if only_labels:
        return samples.filter_labels(field, condition)
    return samples.match(F(path).filter(condition).length() > 0)


def _count(samples: fo.core.collections.SampleCollection, field: str) -> F:
    return F(_path(samples, field)).length()


def _path(samples: fo.core.collections.SampleCollection, field: str) -> str:
    check_images(samples)
    return elements_path(samples._root_dataset, field)


def _require(
    samples: fo.core.collections.SampleCollection,
    field: str,
    attribute: str,
    lacks: F,
) -> None:
    """Refuses to ask for an attribute that would leave labels out that are counted.

    Args:
        samples: a dataset or view
        field: the label field
        attribute: what is asked for
        lacks: whether a label is counted without it
    """
    path = _path(samples, field)
    advice = f"so that no view can ask for it. Set `{attribute}` on the labels first"
    has_any = F(path).filter(F(attribute).exists()).length() > 0
    if not samples._root_dataset.match(has_any).limit(1).count():
        raise ComparisonError(f"No label of '{field}' has `{attribute}`, {advice}")
    lacking = int(samples.sum(F(path).filter(lacks).length()))
    if lacking:
        labels = "1 label" if lacking == 1 else f"{lacking:,} labels"
        raise ComparisonError(
            f"No `{attribute}` is given for {labels} of '{field}', {advice}"
        )
