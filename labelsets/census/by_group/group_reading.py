"""Groups of the labels and images of a dataset or view, read and counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import fiftyone as fo
import numpy as np
import pandas as pd

from ....zoo.progress import OnProgress
from ...error_types import ComparisonError
from ...labels.label_columns import SampleRows, read_rows
from ...labels.label_fields import check_images, elements_path
from ...labels.views.view_internals import without_projection
from ...runs.batches.run_totals import compared_sides, outcome_attributes
from ...runs.fields import RunFields
from ...runs.registry.registered import require_comparison
from ..counts.deriving import census_columns
from ..counts.label_census import ATTRIBUTES, LabelCensus
from .group_frames import census_groups, comparison_groups
from .grouping import (
    Group,
    GroupCounts,
    GroupedImages,
    Grouping,
    count_images,
    number_edges,
    tally_groups,
)

BATCH = 2_000
BINS = 10
MOST_WHOLE_NUMBERS = 12
"""Different whole numbers that are groups by themselves, and not put in bins."""


def group_comparison(
    samples: fo.core.collections.SampleCollection,
    key: str,
    name: str,
    bins: int = BINS,
    on_progress: OnProgress | None = None,
) -> pd.DataFrame:
    """What a comparison found by group: by whom, and where.

    Args:
        samples: a dataset or view, of which the labels that it shows are counted
        key: the key of a finished comparison
        name: an attribute of labels, a field of samples, or ``"tags"``
        bins: the greatest number of bins of numbers
        on_progress: called with the share done, 0 to 1, and a text on what is done

    Returns:
        see :func:`group_frames.comparison_groups`

    Raises:
        ComparisonError: if there is no such comparison, or nothing of that name
    """
    dataset = samples._root_dataset
    config = require_comparison(dataset, key)
    fields = [config.base_field, config.revised_field]
    grouping = resolve_grouping(samples, fields, name, bins)
    attributes = outcome_attributes(dataset, fields, key)
    pq, counts = RunFields(key).pq, GroupCounts()
    for found in _batches(samples, fields, grouping, attributes, [pq], on_progress):
        images = _grouped(counts, grouping, found)
        compared = np.array([value is not None for value in found.values[pq]], bool)
        sides = compared_sides(dataset, found, key)
        count_images(counts, images, sides)
        tally_groups(counts, images, compared, sides)
    return comparison_groups(counts, name)


def group_census(
    samples: fo.core.collections.SampleCollection,
    fields: Sequence[str],
    name: str,
    bins: int = BINS,
    on_progress: OnProgress | None = None,
) -> pd.DataFrame:
    """The figures of one or two label fields by group.

    Args:
        samples: a dataset or view, of which the labels that it shows are counted
        fields: one label field, or two
        name: an attribute of labels, a field of samples, or ``"tags"``
        bins: the greatest number of bins of numbers
        on_progress: called with the share done, 0 to 1, and a text on what is done

    Returns:
        see :func:`group_frames.census_groups`

    Raises:
        ComparisonError: if there are no such fields, or nothing of that name
    """
    dataset = samples._root_dataset
    grouping = resolve_grouping(samples, fields, name, bins)
    counts = GroupCounts(censuses=[LabelCensus() for _ in fields])
    for found in _batches(samples, fields, grouping, ATTRIBUTES, [], on_progress):
        images = _grouped(counts, grouping, found)
        sides = [census_columns(dataset, rows) for rows in found.rows]
        count_images(counts, images, sides)
        for place, (side, census) in enumerate(
            zip(sides, counts.censuses, strict=True)
        ):
            grouped = images.spread(side, place)
            size = len(images.source)
            names = counts.codes.names
            census.add(replace(grouped, images=size, names=names, derived={}))
    return census_groups(counts, name)


def group_values(
    samples: fo.core.collections.SampleCollection,
    fields: Sequence[str],
    name: str,
    paths: Sequence[str],
    bins: int = BINS,
) -> dict[Group, list[tuple[Any, ...]]]:
    """Values of the images of each group; by an attribute, of those with a label of it.

    Args:
        samples: a dataset or view
        fields: the label fields
        name: an attribute of labels, a field of samples, or ``"tags"``
        paths: the fields of samples whose values are wanted
        bins: the greatest number of bins of numbers

    Raises:
        ComparisonError: if there is nothing of that name
    """
    grouping = resolve_grouping(samples, fields, name, bins)
    found: dict[Group, list[tuple[Any, ...]]] = {}
    for batch in _batches(samples, fields, grouping, [], paths, None):
        codes = GroupCounts()
        images = _grouped(codes, grouping, batch)
        if images.image_groups is not None:
            places = images.source.tolist(), images.image_groups.tolist()
            held = list(zip(*places, strict=True))
        else:
            held = sorted(
                {
                    pair
                    for rows, groups in zip(
                        batch.rows, images.label_groups, strict=True
                    )
                    for pair in zip(rows.image.tolist(), groups.tolist(), strict=True)
                }
            )
        groups = codes.codes.groups()
        for image, code in held:
            values = tuple(batch.values[path][image] for path in paths)
            found.setdefault(groups[code], []).append(values)
    return found


def resolve_grouping(
    samples: fo.core.collections.SampleCollection,
    fields: Sequence[str],
    name: str,
    bins: int | None = None,
) -> Grouping:
    """What a name groups by: tags, a field of samples, or an attribute of labels.

    Args:
        samples: a dataset or view
        fields: the label fields
        name: the name; a field of classifications groups by their label
        bins: the greatest number of bins of numbers, None for none

    Raises:
        ComparisonError: if there is nothing of that name, or it holds no plain values
    """
    check_images(samples)
    is_number = isinstance(bins, int) and not isinstance(bins, bool) and bins > 0
    if not is_number and bins is not None:
        raise ComparisonError(f"bins {bins!r}; expected a whole number of at least 1")
    dataset = samples._root_dataset
    if name == "tags":
        return Grouping(name, "tags", name)
    paths = [f"{elements_path(dataset, field)}.{name}" for field in fields]
    held = [path for path in paths if dataset.get_field(path) is not None]
    found = dataset.get_field(name)
    if found is not None and not held:
        kind = getattr(found, "document_type", None)
        is_class = kind is not None and issubclass(kind, fo.Classification)
        held = [f"{name}.label" if is_class else name]
        of: Any = "sample"
    elif held:
        of = "label"
    else:
        raise ComparisonError(
            f"There is nothing called {name!r} to group by. Labels have: "
            f"{', '.join(_attributes(dataset, fields)) or 'no attribute'}; samples "
            f"have: {', '.join(_sample_fields(dataset))}. An attribute that is not "
            "declared is found after `dataset.add_dynamic_sample_fields()`"
        )
    _check_plain(dataset, held, name)
    path = name if of == "label" else held[0]
    return Grouping(name, of, path, _edges(samples, held, bins) if bins else ())


def groupable(dataset: fo.Dataset, fields: Sequence[str]) -> list[str]:
    """What there is to group by: attributes of labels, then fields of samples.

    Args:
        dataset: the dataset
        fields: the label fields
    """
    names = _attributes(dataset, fields)
    return [*names, *(n for n in _sample_fields(dataset) if n not in names)]


def _batches(
    samples: fo.core.collections.SampleCollection,
    fields: Sequence[str],
    grouping: Grouping,
    attributes: Sequence[str],
    paths: Sequence[str],
    on_progress: OnProgress | None,
) -> Iterator[SampleRows]:
    shown = without_projection(samples)
    ids = list(dict.fromkeys(shown.values("id")))
    of_labels = grouping.of == "label"
    wanted = [*attributes, *([grouping.path] if of_labels else [])]
    read = [*paths, *([] if of_labels else [grouping.path])]
    for first in range(0, len(ids), BATCH):
        found = read_rows(shown, ids[first : first + BATCH], fields, wanted, read)
        yield found
        done = min(first + BATCH, len(ids))
        if on_progress is not None:
            on_progress(done / len(ids), f"{done:,} of {len(ids):,} images counted")


def _grouped(
    counts: GroupCounts, grouping: Grouping, found: SampleRows
) -> GroupedImages:
    every = np.arange(len(found.ids))
    if grouping.of == "label":
        codes = [
            counts.codes.of([grouping.group(v) for v in rows.values[grouping.path]])
            for rows in found.rows
        ]
        return GroupedImages(every, None, codes)
    values = found.values[grouping.path]
    if grouping.of == "sample":
        groups = counts.codes.of([grouping.group(value) for value in values])
        return GroupedImages(every, groups)
    on_each = [list(dict.fromkeys(tags or [])) or [None] for tags in values]
    source = np.repeat(every, [len(tags) for tags in on_each])
    tags = [grouping.group(tag) for tags in on_each for tag in tags]
    return GroupedImages(source, counts.codes.of(tags))


def _edges(
    samples: fo.core.collections.SampleCollection, paths: Sequence[str], bins: int
) -> tuple[float, ...]:
    """The edges of bins, if what is there are numbers, and many of them."""
    dataset = samples._root_dataset
    numeric = fo.FloatField, fo.IntField
    if not all(isinstance(dataset.get_field(path), numeric) for path in paths):
        return ()
    shown = without_projection(samples)
    values = [v for path in paths for v in shown.values(path, unwind=True)]
    numbers = [v for v in values if v is not None and np.isfinite(v)]
    whole = all(float(number).is_integer() for number in numbers)
    if not numbers or (whole and len(set(numbers)) <= MOST_WHOLE_NUMBERS):
        return ()
    return number_edges(numbers, bins)


def _check_plain(dataset: fo.Dataset, paths: Sequence[str], name: str) -> None:
    for path in paths:
        found = dataset.get_field(path)
        if not isinstance(found, _PLAIN):
            raise ComparisonError(
                f"{name!r} can't be grouped by: '{path}' holds {found}. Texts, "
                "numbers, truth values and dates can"
            )


_PLAIN = (
    fo.StringField,
    fo.BooleanField,
    fo.IntField,
    fo.FloatField,
    fo.DateField,
    fo.DateTimeField,
    fo.ObjectIdField,
)


def _attributes(dataset: fo.Dataset, fields: Sequence[str]) -> list[str]:
    schema = dataset.get_field_schema(flat=True)
    names = [
        path.removeprefix(f"{start}.")
        for start in (elements_path(dataset, field) for field in fields)
        for path, found in schema.items()
        if path.startswith(f"{start}.") and isinstance(found, _PLAIN)
    ]
    return sorted({name for name in names if "." not in name and name != "id"})


def _sample_fields(dataset: fo.Dataset) -> list[str]:
    schema = dataset.get_field_schema()
    names = [name for name, found in schema.items() if isinstance(found, _PLAIN)]
    return ["tags", *(name for name in names if name != "id")]
