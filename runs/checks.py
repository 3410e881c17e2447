"""What is checked before a comparison writes anything."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import fiftyone as fo
from fiftyone import ViewField as F

from .errors import ComparisonError
from .fields import COMPARABLE, RunFields, elements_path
from .fiftyone_internals import is_generated

METHOD = "compare_annotations"


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


def check_samples(samples: fo.core.collections.SampleCollection) -> None:
    """Checks that samples are images, and not patches or clips made of others.

    Raises:
        ComparisonError: if they can't be compared, or there are none
    """
    check_kind(samples)
    if not samples.limit(1).count():
        raise ComparisonError("There are no samples to compare: the view is empty")


def check_kind(samples: fo.core.collections.SampleCollection) -> None:
    """Checks that samples are images, and not patches or clips made of others.

    Raises:
        ComparisonError: if they can't be compared
    """
    if is_generated(samples):
        raise ComparisonError(
            "A view of patches, frames or clips can't be compared; compare the "
            "samples that it was made of"
        )
    media_type = samples.media_type
    if media_type not in ("image", None):
        raise ComparisonError(
            f"'{samples._root_dataset.name}' holds {media_type} samples; only images "
            "can be compared. Of a grouped dataset, select one slice as a new dataset"
        )


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
    unreadable = [p for p, known in zip(paths, found, strict=True) if known is None]
    if unreadable:
        raise ComparisonError(
            f"{len(unreadable):,} samples have no metadata with their width and "
            "height, and none can be computed: there is no image that can be read at "
            f"'{unreadable[0]}'. Put the images there, or compare a view without them"
        )
    if paths:
        metadata = dict(zip(ids, found, strict=True))
        samples._root_dataset.set_values("metadata", metadata, key_field="id")


def _image_metadata(path: str) -> fo.ImageMetadata | None:
    """What FiftyOne knows of an image, None if it can't be read."""
    try:
        metadata = fo.ImageMetadata.build_for(path)
    except Exception:  # whatever makes of a file no image
        return None
    return metadata if metadata.width and metadata.height else None


def check_fields(dataset: fo.Dataset, base_field: str, revised_field: str) -> None:
    """Checks that two fields can be compared.

    Raises:
        ComparisonError: if they are missing, of another kind, or the same one
    """
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
    is_area = F("filled") & F("closed")
    has_labels = F(path).length() > 0
    has_areas = F(path).filter(is_area).length() > 0
    if dataset.match(has_labels).limit(1) and not dataset.match(has_areas).limit(1):
        raise ComparisonError(
            f"Field '{field}' can't be compared: it holds polylines of which none is "
            "both closed and filled. Lines cover no area; if they are outlines, set "
            "`closed` and `filled` of them to True"
        )


def check_key(
    dataset: fo.Dataset, key: str, overwrite: bool, read_labels: bool = True
) -> None:
    """Checks that a key names no fields that belong to anything else.

    Args:
        dataset: the dataset
        key: the key
        overwrite: whether a comparison of that key may be replaced
        read_labels (True): whether to look for attributes that are not declared too,
            which takes reading all labels

    Raises:
        ComparisonError: if the key can't be used
    """
    if not isinstance(key, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", key):
        raise ComparisonError(
            f"The key {key!r} must be letters, digits and underscores, with a letter "
            "first: fields are named after it"
        )
    if key in dataset.list_evaluations() or key in dataset.list_brain_runs():
        raise ComparisonError(
            f"'{key}' is the key of an evaluation or brain run; choose another"
        )
    if key in dataset.list_runs():
        _check_own_run(dataset, key, overwrite)
        return
    _check_not_taken_by_rename(dataset, key)
    if is_leftover(dataset, key):
        if not overwrite:
            raise ComparisonError(
                f"The fields of a comparison '{key}' are there, but its run was "
                "deleted where this plugin was not loaded. Delete the comparison to "
                "remove them, pass `overwrite=True` to replace them, or choose another "
                "key"
            )
        return
    for name in RunFields(key).on_samples:
        if dataset.has_sample_field(name):
            raise ComparisonError(
                f"The key '{key}' would overwrite the field '{name}', which no "
                "comparison made; choose another"
            )
    schema = dataset.get_field_schema(flat=True)
    for field in comparable_fields(dataset):
        path = elements_path(dataset, field)
        for name in RunFields(key).on_labels:
            if hasattr(fo.Detection, name) or hasattr(fo.Polyline, name):
                raise ComparisonError(
                    f"The key '{key}' would hide what FiftyOne calls '{name}' of every "
                    "label; choose another"
                )
            if f"{path}.{name}" in schema or (
                read_labels and _is_held(dataset, path, name)
            ):
                raise ComparisonError(
                    f"The key '{key}' would overwrite the attribute '{name}' of the "
                    f"labels in '{field}', which no comparison made; choose another"
                )


def _is_held(dataset: fo.Dataset, path: str, name: str) -> bool:
    """Whether any label has an attribute, which the schema need not declare."""
    has_any = F(path).filter(F(name).exists()).length() > 0
    return bool(dataset.match(has_any).limit(1).count())


def _check_own_run(dataset: fo.Dataset, key: str, overwrite: bool) -> None:
    config = dataset.get_run_info(key).config
    if getattr(config, "method", None) != METHOD:
        raise ComparisonError(f"'{key}' is the key of another kind of run")
    if not overwrite and is_finished(config):
        raise ComparisonError(
            f"There is a comparison '{key}' already. Pass `overwrite=True` to replace "
            "it, or another key"
        )


def _check_not_taken_by_rename(dataset: fo.Dataset, key: str) -> None:
    for other in dataset.list_runs(method=METHOD):
        if renaming_to(dataset, other) == key:
            raise broken_rename(other, key)


def broken_rename(key: str, new_key: str) -> ComparisonError:
    """Says that a comparison was being renamed when that was broken off."""
    return ComparisonError(
        f"The comparison '{key}' was being renamed to '{new_key}', which was broken "
        "off. Rename it to that again, or delete it"
    )


def is_leftover(dataset: fo.Dataset, key: str) -> bool:
    """Whether the fields of a key are all there, but no run.

    FiftyOne deletes a run alone where it has not loaded the plugin that made it. A
    comparison declares its fields all at once, so nothing less is taken for its own.
    """
    if key in dataset.list_runs() or not isinstance(key, str):
        return False
    schema = dataset.get_field_schema(flat=True)
    fields = RunFields(key)

    def has_all(kinds: dict[str, type[fo.Field]], path: str = "") -> bool:
        return all(type(schema.get(path + n)) is kind for n, kind in kinds.items())

    paths = [f"{elements_path(dataset, f)}." for f in comparable_fields(dataset)]
    marked = [p for p in paths if any(p + name in schema for name in fields.on_labels)]
    return has_all(fields.on_samples) and all(
        has_all(fields.on_labels, path) for path in marked
    )


def list_leftovers(dataset: fo.Dataset) -> list[str]:
    """The keys of comparisons of which the fields are left, but no run."""
    ending = RunFields("").disagreement
    names = dataset.get_field_schema()
    keys = [name.removesuffix(ending) for name in names if name.endswith(ending)]
    return [key for key in keys if key and is_leftover(dataset, key)]


def renaming_to(dataset: fo.Dataset, key: str) -> str | None:
    """The key that a run was being renamed to when that was broken off."""
    new_key: str | None = getattr(dataset.get_run_info(key).config, "renaming_to", None)
    return new_key


def is_finished(config: Any) -> bool:
    """Whether the run of a config came to its end."""
    return bool(getattr(config, "finished", False))
