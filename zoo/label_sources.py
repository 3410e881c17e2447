"""The files that a label field was read from, kept in the dataset's ``info``."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, cast

import msgspec

from .errors import FormatError, require_unicode

if TYPE_CHECKING:
    import fiftyone as fo

INFO_KEY = "label_sets"

FROM_FILES = "read_from_files"
"""In a field's ``info``, where its labels were read from files: it goes with the field,
whatever it is renamed or copied to."""

_SHARED = ("categories", "licenses", "info")
_INT64 = range(-(2**63), 2**63)


class LabelSource(TypedDict):
    """One file of labels.

    Attributes:
        path: the absolute path of the file, or of the zip that it is in
        member: its name in the zip, None where it is a file of its own
        sha256: the SHA-256 of its JSON, unpacked, in hex
        split: the split that it is of, None where there are none
        format: ``"coco"``
        categories: the file's own list of categories, with all that it says of each
        licenses: the file's own list of licences
        info: the file's own ``info``
    """

    path: str
    member: str | None
    sha256: str
    split: str | None
    format: str
    categories: list[dict[str, Any]]
    licenses: list[dict[str, Any]]
    info: Any


class _Head(msgspec.Struct):
    categories: list[dict[str, Any]] = []
    licenses: list[dict[str, Any]] | None = None
    info: Any = None


_decode_head = msgspec.json.Decoder(_Head).decode


def describe_source(
    path: str | os.PathLike[str],
    data: bytes,
    member: str | None = None,
    split: str | None = None,
) -> LabelSource:
    """Describes a COCO JSON file that labels are read from.

    Args:
        path: the file, or the zip that it is in
        data: its JSON, unpacked
        member (None): its name in the zip
        split (None): the split that it is of

    Raises:
        FormatError: if its categories or licences are not what COCO's format has
    """
    where = f"'{path}'" if member is None else f"'{member}' in '{path}'"
    try:
        try:
            head = _decode_head(data)
        except msgspec.ValidationError:
            raise
        except (msgspec.DecodeError, UnicodeDecodeError):
            # NaN and Infinity, which msgspec refuses and Python's parser takes
            head = msgspec.convert(json.loads(data), _Head)
            require_unicode([head.categories, head.licenses, head.info], where)
    except FormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise FormatError(
            f"{where} is not in COCO's format: {error}. A JSON object with the lists "
            "'images', 'annotations' and 'categories' is expected"
        ) from error
    return LabelSource(
        path=str(Path(path).absolute()),
        member=member,
        sha256=hashlib.sha256(data).hexdigest(),
        split=split,
        format="coco",
        categories=_storable(head.categories),
        licenses=_storable(head.licenses or []),
        info=_storable(head.info),
    )


def note_label_source(dataset: fo.Dataset, field: str, *sources: LabelSource) -> None:
    """Records on a dataset which files a label field was read from.

    Sources that are recorded already stay; one of the same path, member and split is
    replaced.

    Args:
        dataset: the dataset, which is saved
        field: the name of the label field
        *sources: see :func:`describe_source`
    """
    known = {_identity(s): s for s in label_sources(dataset, field)}
    known.update((_identity(s), s) for s in sources)
    recorded = dict(dataset.info.get(INFO_KEY) or {})
    recorded[field] = _shorten(known.values())
    dataset.info[INFO_KEY] = recorded
    dataset.save()
    declared = dataset.get_field(field)
    if declared is not None and FROM_FILES not in (declared.info or {}):
        declared.info = {**(declared.info or {}), FROM_FILES: True}
        declared.save()


def forget_label_sources(dataset: fo.Dataset, field: str) -> None:
    """Forgets which files a label field was read from.

    Args:
        dataset: the dataset, which is saved
        field: the name of the label field
    """
    recorded = dict(dataset.info.get(INFO_KEY) or {})
    if recorded.pop(field, None) is not None:
        dataset.info[INFO_KEY] = recorded
        dataset.save()


def label_sources(dataset: fo.Dataset, field: str) -> list[LabelSource]:
    """The files that a label field was read from; none if it was not from files.

    Args:
        dataset: the dataset
        field: the name of the label field
    """
    recorded = (dataset.info.get(INFO_KEY) or {}).get(field) or []
    sources: list[dict[str, Any]] = []
    for entry in recorded:
        before = sources[-1] if sources else {}
        shared = {key: before.get(key) for key in _SHARED}
        sources.append(shared | dict(entry))
    return cast(list[LabelSource], sources)


def _identity(source: LabelSource) -> tuple[str, str | None, str | None]:
    return source["path"], source["member"], source["split"]


def _shorten(sources: Iterable[LabelSource]) -> list[dict[str, Any]]:
    """Leaves out of each source the lists that are those of the source before it.

    The 119 files of Sama's train split would else repeat 80 categories each, which
    makes each reload of the dataset a second longer.
    """
    entries = []
    before: dict[str, Any] = {}
    for source in sources:
        whole = cast(dict[str, Any], source)
        entries.append(
            {
                key: value
                for key, value in whole.items()
                if not (key in _SHARED and before and before[key] == value)
            }
        )
        before = whole
    return entries


def _storable(value: Any) -> Any:
    """A JSON value as MongoDB can keep it: longer ints as text."""
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, int) and value not in _INT64:
        return str(value)
    return value
