"""The label fields of a dataset: which can be compared, and where their labels lie."""

from __future__ import annotations

import fiftyone as fo

from ..error_types import ComparisonError
from .views.view_internals import is_generated

_LISTS = {fo.Detections: "detections", fo.Polylines: "polylines"}

_IMAGES = ("image", "unknown", None)
"""The media types that images have. It is unknown of an address with a query."""

COMPARABLE = tuple(_LISTS)
"""The types of label fields that can be compared."""


def comparable_fields(dataset: fo.Dataset) -> list[str]:
    """The label fields of a dataset that can be compared."""
    return [
        name
        for name, field in dataset.get_field_schema().items()
        if isinstance(field, fo.EmbeddedDocumentField)
        and issubclass(field.document_type, COMPARABLE)
    ]


def find_pair(dataset: fo.Dataset) -> tuple[str, str] | None:
    """The pair of fields most likely meant: COCO's and Sama's, or the first two."""
    fields = comparable_fields(dataset)
    for kind in ("segmentations", "detections"):
        pair = f"coco_{kind}", f"sama_{kind}"
        if set(pair) <= set(fields):
            return pair
    return (fields[0], fields[1]) if len(fields) >= 2 else None


def elements_path(dataset: fo.Dataset, field: str) -> str:
    """The path of the labels in a field, such as ``ground_truth.detections``.

    Args:
        dataset: the dataset
        field: a field of detections or polylines

    Raises:
        ComparisonError: if there is no such field
    """
    kind = getattr(dataset.get_field(field), "document_type", None)
    if kind not in _LISTS:
        raise ComparisonError(
            f"'{dataset.name}' has no field '{field}' of detections or polylines; if "
            "it was renamed or deleted after a comparison, run the comparison again"
        )
    return f"{field}.{_LISTS[kind]}"


def check_images(samples: fo.core.collections.SampleCollection) -> None:
    """Checks that samples are images, and not patches or clips made of others.

    Raises:
        ComparisonError: if they can't be compared
    """
    if is_generated(samples):
        raise ComparisonError(
            "A view of patches, frames or clips can't be compared; compare the "
            "samples that it was made of"
        )
    name, media_type = samples._root_dataset.name, samples.media_type
    if media_type == "group" and not samples.group_slices:
        raise ComparisonError(
            "A view that groups samples by a field can't be compared; `view.flatten()` "
            "gives the samples themselves"
        )
    if media_type == "group":
        slices = ", ".join(map(repr, samples.group_slices))
        raise ComparisonError(
            f"'{name}' holds groups; compare one slice of them: "
            f"`dataset.select_group_slices(...)` with one of {slices}"
        )
    if media_type == "video":
        raise ComparisonError(
            f"'{name}' holds videos. Neither videos nor their frames can be compared; "
            "compare a dataset of images: `dataset.to_frames().clone()` makes one"
        )
    if media_type not in _IMAGES:
        raise ComparisonError(
            f"'{name}' holds {media_type} samples; only images can be compared"
        )
