"""Reading COCO's JSON: one label set of one split, checked, as it stands in files.

Annotations are decoded one at a time, and their outlines not before they are
needed, so that a broken one is left out alone and a whole split fits in memory.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any, Protocol, TypeVar

import msgspec

from ..defects import Defects
from ..errors import FormatError, require_unicode
from ..fetch.disk import safe_file_name
from ..label_sources import LabelSource
from .companions import Companions

Id = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]

LONGEST_SIDE = 65_535
"""The largest width or height of a JPEG image, in px."""

_FARTHEST = 16 * LONGEST_SIDE
"""No box of an object reaches farther out of its image, in px."""


class Category(msgspec.Struct, frozen=True, gc=False):
    """A class that objects are labelled with."""

    id: Id
    name: str
    supercategory: str | None = None


class License(msgspec.Struct, frozen=True, gc=False):
    """A licence that images are under."""

    id: Id
    name: str | None = None
    url: str | None = None


class Image(msgspec.Struct, frozen=True, gc=False):
    """An image; ``width`` and ``height`` in px."""

    id: Id
    file_name: str
    width: int
    height: int
    license: int | None = None
    coco_url: str | None = None


class Annotation(msgspec.Struct, frozen=True, gc=False):
    """An object.

    Attributes:
        bbox: its box, as x, y, width, height in px
        area: the area of its mask in px²
        iscrowd: 1 if it is a group of objects labelled as one
        segmentation: its outline or RLE, still as JSON
        extra: what else its label is to say, by name
    """

    id: Id
    image_id: Id
    category_id: Id
    bbox: tuple[float, float, float, float]
    iscrowd: int = 0
    area: float | None = None
    segmentation: msgspec.Raw = msgspec.Raw(b"null")
    extra: dict[str, Any] | None = msgspec.field(default=None, name="__extra")

    @property
    def has_area(self) -> bool:
        """Whether its box has a width and a height."""
        return bool(self.bbox[2] and self.bbox[3])


class _Document(msgspec.Struct):
    images: list[Image]
    annotations: list[msgspec.Raw]
    categories: list[Category]
    licenses: list[License] | None = None


class _Entry(Protocol):
    """What documents list by id: images, classes, licences."""

    @property
    def id(self) -> int:
        """What it is known by."""


Entry = TypeVar("Entry", bound=_Entry)

_decode_document = msgspec.json.Decoder(_Document).decode
_decode_annotation = msgspec.json.Decoder(Annotation).decode


@dataclass
class LabelSet:
    """One label set of one split.

    Attributes:
        name: what the set is called in messages
        images: the images by id
        categories: the classes by id
        licenses: the licences by id
        annotations: the objects of each image that has any, by image id
        sources: the files that it was read from, where the reader recorded them
        companions: the keypoints and captions of its images
        companion_sources: the file of each kind of these that was read
    """

    name: str
    images: dict[int, Image] = field(default_factory=dict)
    categories: dict[int, Category] = field(default_factory=dict)
    licenses: dict[int, License] = field(default_factory=dict)
    annotations: dict[int, list[Annotation]] = field(default_factory=dict)
    sources: list[LabelSource] = field(default_factory=list)
    companions: Companions = field(default_factory=Companions)
    companion_sources: dict[str, LabelSource] = field(default_factory=dict)

    @property
    def classes(self) -> list[str]:
        """The names of the classes, in order of their ids."""
        return [self.categories[i].name for i in sorted(self.categories)]


def read_label_set(
    name: str,
    files: Iterable[tuple[str, Callable[[], bytes]]],
    problems: Defects,
) -> LabelSet:
    """Reads the files that a label set is spread over.

    An image entry may stand in several files. Annotations may stand in another
    file than their image.

    Args:
        name: what the set is called in messages
        files: the name of each file, and a function that gives its bytes
        problems: where annotations that had to be left out are counted

    Returns:
        the label set

    Raises:
        FormatError: if a file is damaged as a whole, or two entries of an image or a
            class mean different ones
    """
    labels = LabelSet(name)
    annotations: dict[int, list[Annotation]] = defaultdict(list)
    seen: set[int] = set()
    for file_name, read in files:
        document = _read_document(file_name, read())
        _add_entries(labels, document, file_name, problems)
        for raw in document.annotations:
            annotation = _read_annotation(raw, file_name, problems)
            if annotation is None:
                continue
            if annotation.id in seen:
                problems.skip("annotation id that repeats", f"{annotation.id}")
                continue
            seen.add(annotation.id)
            annotations[annotation.image_id].append(annotation)
    if not labels.images:
        raise FormatError(f"The labels of {name} list no images")
    _require_unique_file_names(labels)
    labels.annotations = _known_only(annotations, labels, problems)
    return labels


def _read_document(file_name: str, data: bytes) -> _Document:
    try:
        return _decode_document(data)
    except msgspec.ValidationError as error:
        raise FormatError(
            f"'{file_name}' is not in COCO's format: {error}. A JSON object with the "
            "lists 'images', 'annotations' and 'categories' is expected"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _read_lenient(file_name, data, error)


def _read_lenient(file_name: str, data: bytes, cause: Exception) -> _Document:
    """Reads a document with NaN or Infinity in it, which JSON does not know."""
    try:
        content = json.loads(data)
        rest = {k: content[k] for k in content if k not in ("annotations", "images")}
        require_unicode(rest, f"'{file_name}'")
        content["annotations"] = [
            msgspec.Raw(json.dumps(a).encode()) for a in content["annotations"]
        ]
        document = msgspec.convert(content, _Document)
        require_unicode([i.coco_url for i in document.images], f"'{file_name}'")
        return document
    except msgspec.ValidationError as error:
        raise FormatError(f"'{file_name}' is not in COCO's format: {error}") from error
    except FormatError:
        raise
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise FormatError(
            f"'{file_name}' is not whole JSON: {cause}. Delete the file that it was "
            "read from, or correct the mirror, and run this again"
        ) from error


def _add_entries(
    labels: LabelSet, document: _Document, file_name: str, problems: Defects
) -> None:
    for image in document.images:
        safe_file_name(image.file_name, f"'{file_name}', image {image.id},")
        if not (0 < image.width <= LONGEST_SIDE and 0 < image.height <= LONGEST_SIDE):
            raise FormatError(
                f"'{file_name}' gives image {image.id} the size {image.width} x "
                f"{image.height}; both must be from 1 to {LONGEST_SIDE}"
            )
        _add_entry(labels.images, image, file_name, problems)
    for category in document.categories:
        _add_entry(labels.categories, category, file_name, problems)
    for license in document.licenses or ():
        _add_entry(labels.licenses, license, file_name, problems)


_IDENTITY: dict[type, tuple[str, ...]] = {
    Image: ("file_name", "width", "height"),
    Category: ("name",),
    License: (),
}
"""In what two entries of one id must agree; of all else the first entry counts."""


def _add_entry(
    known: dict[int, Entry], entry: Entry, file_name: str, problems: Defects
) -> None:
    first = known.setdefault(entry.id, entry)
    if first == entry:
        return
    if any(getattr(first, k) != getattr(entry, k) for k in _IDENTITY[type(entry)]):
        raise FormatError(
            f"'{file_name}' repeats the id {entry.id} with other content: {first} and "
            f"{entry}"
        )
    kind = type(entry).__name__.lower()
    problems.note(
        f"{kind} that is listed again with other details, of which the first count",
        f"'{file_name}', {kind} {entry.id}",
    )


def _require_unique_file_names(labels: LabelSet) -> None:
    ids: dict[str, int] = {}
    for image in labels.images.values():
        if ids.setdefault(image.file_name, image.id) != image.id:
            raise FormatError(
                f"{labels.name} gives '{image.file_name}' two ids, "
                f"{ids[image.file_name]} and {image.id}"
            )


def _read_annotation(
    raw: msgspec.Raw, file_name: str, problems: Defects
) -> Annotation | None:
    try:
        annotation = _decode_annotation(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        start = bytes(memoryview(raw)[:60]).decode(errors="replace")
        problems.skip(
            "annotation that cannot be read", f"'{file_name}': {error}: {start}"
        )
        return None
    if annotation.iscrowd not in (0, 1):
        problems.skip("annotation whose 'iscrowd' is not 0 or 1", f"{annotation.id}")
        return None
    x, y, w, h = annotation.bbox
    corners = (x, y, x + w, y + h)
    if min(w, h) < 0 or not all(-_FARTHEST <= c <= _FARTHEST for c in corners):
        problems.skip("annotation with an impossible 'bbox'", f"{annotation.id}")
        return None
    if annotation.area is not None and not 0 <= annotation.area < math.inf:
        problems.skip("annotation with an impossible 'area'", f"{annotation.id}")
        return None
    return annotation


def _known_only(
    annotations: dict[int, list[Annotation]], labels: LabelSet, problems: Defects
) -> dict[int, list[Annotation]]:
    for image_id in annotations.keys() - labels.images.keys():
        for annotation in annotations.pop(image_id):
            problems.skip(
                "annotation of an unknown image",
                f"annotation {annotation.id}, image {image_id}",
            )
    for image_id, objects in annotations.items():
        unknown = [a for a in objects if a.category_id not in labels.categories]
        for annotation in unknown:
            problems.skip(
                "annotation of an unknown category",
                f"annotation {annotation.id}, category {annotation.category_id}",
            )
        if unknown:
            known = [a for a in objects if a.category_id in labels.categories]
            annotations[image_id] = known
    return dict(annotations)
