"""What is checked before a comparison writes anything."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import cast, get_args

import fiftyone as fo
from fiftyone import ViewField as F

from ..error_types import ComparisonError
from ..labels.field_lists import Missing, means_no_list
from ..labels.fiftyone_internals import set_metadata
from ..labels.label_fields import check_images, comparable_fields, elements_path
from ..labels.label_units import check_relative
from ..labels.views.view_references import RELATIVE, fields_read
from .compared_classes import check_ignored
from .fields import RunFields
from .run_config import ComparisonRunConfig


def check_comparison(
    samples: fo.core.collections.SampleCollection, key: str, config: ComparisonRunConfig
) -> None:
    """Checks what is asked of a comparison, its key's being free apart.

    Raises:
        ComparisonError: if it can't be done
        ValueError: if a threshold is out of its range
    """
    _ = config.thresholds
    if config.missing not in (None, *get_args(Missing)):
        raise ComparisonError(
            f"Unknown `missing` {config.missing!r}; expected 'skip', 'empty' or None"
        )
    check_fields(samples._root_dataset, *config.fields)
    check_samples(samples)
    check_view(samples, key)
    check_relative(samples, config.fields)
    check_ignored(samples._root_dataset, config.fields, config.classes)


def check_view(samples: fo.core.collections.SampleCollection, key: str) -> None:
    """Checks that a view does not depend on what the comparison writes.

    Raises:
        ComparisonError: if a stage of it reads a field of the key's
    """
    fields = RunFields(key)
    on_samples, on_labels = set(fields.on_samples), set(fields.all_on_labels)
    for path in fields_read(samples):
        first, *rest = path.split(".")
        named = ({first} & on_samples) | (set(rest) & on_labels)
        if first.startswith(RELATIVE):
            named |= set(rest) & on_samples
        if named:
            raise ComparisonError(
                f"The view reads '{min(named)}', which the comparison '{key}' writes. "
                "Compare another view, or choose another key"
            )


def find_listed_fields(dataset: fo.Dataset, config: ComparisonRunConfig) -> list[str]:
    """The fields without whose list of labels a sample is left out."""
    missing = cast("Missing | None", config.missing)
    return [field for field in config.fields if means_no_list(dataset, field, missing)]


def check_has_lists(
    samples: fo.core.collections.SampleCollection, listed_fields: Sequence[str]
) -> None:
    """Checks that some sample has a list of labels in each field where it must.

    Raises:
        ComparisonError: if none has
    """
    found = samples
    for field in listed_fields:
        found = found.match(F(field).exists())
        if not found.limit(1).count():
            raise ComparisonError(
                f"Every sample would be left out: '{field}' has no list of labels "
                "where the other field has one, since no file lists these images. "
                'Take them for images without labels with missing="empty", or compare '
                "other samples"
            )


def check_samples(samples: fo.core.collections.SampleCollection) -> None:
    """Checks that samples are images, and not patches or clips made of others.

    Raises:
        ComparisonError: if they can't be compared, or there are none
    """
    check_images(samples)
    if not samples.limit(1).count():
        raise ComparisonError("There are no samples to compare: the view is empty")


def complete_metadata(samples: fo.core.collections.SampleCollection) -> None:
    """Computes the width and height of images that lack them.

    Raises:
        ComparisonError: if there is an image whose size can't be found out; none is
            written then
    """
    unknown = samples.match(~((F("metadata.width") > 0) & (F("metadata.height") > 0)))
    ids, paths = unknown.values(["id", "filepath"])
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(_image_metadata, paths))
    unreadable = [
        (path, error)
        for path, error in zip(paths, found, strict=True)
        if isinstance(error, Exception)
    ]
    if unreadable:
        path, error = unreadable[0]
        raise ComparisonError(
            f"{len(unreadable):,} samples have no metadata with their width and "
            "height, and none can be computed: there is no image that can be read at "
            f"'{path}'. Put the images there; or set `sample.metadata` to "
            "`fo.ImageMetadata(width=..., height=...)`; or use a view without them"
        ) from error
    if paths:
        set_metadata(samples._root_dataset, dict(zip(ids, found, strict=True)))


def _image_metadata(path: str) -> fo.ImageMetadata | Exception:
    """What FiftyOne knows of an image, or why it can't be read."""
    try:
        metadata = fo.ImageMetadata.build_for(path)
    except Exception as error:  # whatever makes of a file no image
        return error
    if not (metadata.width and metadata.height):
        return ValueError(f"'{path}' has no pixels")
    return metadata


def check_fields(dataset: fo.Dataset, base_field: str, revised_field: str) -> None:
    """Checks that two fields can be compared.

    Raises:
        ComparisonError: if they are missing, of another kind, or the same one
    """
    if dataset.media_type == "video":
        check_images(dataset)
    known = comparable_fields(dataset)
    for field in (base_field, revised_field):
        if field not in known:
            found = dataset.get_field_schema().get(field)
            kind = "there is no such field" if found is None else f"it holds {found}"
            raise ComparisonError(
                f"Field '{field}' can't be compared: {kind}. Fields of detections and "
                f"polylines can: {', '.join(known) or 'there are none'}"
            )
    if base_field == revised_field:
        raise ComparisonError(
            f"'{base_field}' would be compared with itself; name two fields"
        )
    for field in (base_field, revised_field):
        _check_areas(dataset, field)


def _check_areas(dataset: fo.Dataset, field: str) -> None:
    """Checks that a field of polylines does not hold lines alone."""
    path = elements_path(dataset, field)
    if not path.endswith(".polylines"):
        return
    is_area = F("filled") | F("closed")
    has_labels = F(path).length() > 0
    has_areas = F(path).filter(is_area).length() > 0
    if dataset.match(has_labels).limit(1) and not dataset.match(has_areas).limit(1):
        raise ComparisonError(
            f"Field '{field}' can't be compared: it holds polylines of which none is "
            "closed or filled. Lines cover no area; if they are outlines, set `closed` "
            "of them to True"
        )
