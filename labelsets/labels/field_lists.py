"""Whether label fields have labels, and lists of them, on the samples at hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import fiftyone as fo

from ..error_types import ComparisonError
from .label_fields import comparable_fields, elements_path
from .views.shown_labels import from_files

Missing = Literal["empty", "skip"]
"""What a field without a value is: an empty list, or no list at all."""

MOST_MISSING = 0.5
"""The greatest share of samples that a field may lack without a word of the user's."""


def means_no_list(dataset: fo.Dataset, field: str, missing: Missing | None) -> bool:
    """Whether a sample without a value in a field has no list of labels there, rather
    than an empty one.

    Args:
        dataset: the dataset
        field: the label field
        missing: what the user says of it; None leaves it to where the field is from
    """
    return from_files(dataset, field) if missing is None else missing == "skip"


def check_label_fields(dataset: fo.Dataset, fields: Sequence[str]) -> None:
    """Checks that fields hold detections or polylines, each named once.

    Raises:
        ComparisonError: if one does not
    """
    known = comparable_fields(dataset)
    for field in fields:
        if field not in known:
            raise ComparisonError(
                f"'{dataset.name}' has no field {field!r} of detections or polylines; "
                f"it has: {', '.join(known) or 'none'}"
            )
        if list(fields).count(field) > 1:
            raise ComparisonError(f"The field '{field}' is named twice")


def check_lists(
    samples: fo.core.collections.SampleCollection,
    fields: Sequence[str],
    missing: Missing | None,
) -> None:
    """Checks that each field has labels, and a list for most samples.

    Args:
        samples: a dataset or view
        fields: the label fields
        missing: what a field without a value is; with one, any number may lack it

    Raises:
        ComparisonError: if one has not
    """
    if missing is not None and missing not in get_args(Missing):
        raise ComparisonError(
            f"Unknown `missing` {missing!r}; there are: {', '.join(get_args(Missing))}"
        )
    total = samples.count()
    for field in fields:
        if not samples.count(elements_path(samples._root_dataset, field)):
            raise ComparisonError(
                f"Field '{field}' has no label on any sample (of {total:,}); leave it "
                "out, or choose samples that it has labels on"
            )
        found = samples.exists(field).count()
        if missing is None and total - found > MOST_MISSING * total:
            raise ComparisonError(
                f"Field '{field}' has no value on {total - found:,} of {total:,} "
                f"samples. Choose the samples that have one, such as "
                f"`dataset.exists({field!r})`, or say what no value means: "
                '`missing="empty"` (no labels) or `missing="skip"` (not annotated)'
            )
