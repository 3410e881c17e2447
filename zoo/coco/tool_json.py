"""Reading COCO JSON as annotation tools write it, into the label set that COCO's gives.

What differs from COCO's own files is understood where its meaning is clear: ids that
are text or missing, names with folders; sizes, boxes, ``iscrowd`` and ``area`` that are
missing, classes of one name, attributes. What can't be used is counted.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

import msgspec

from ..defects import Defects
from ..errors import FormatError, require_unicode
from .coco_json import Annotation, Category, Image, LabelSet, License
from .masks import Box, segmentation_box
from .tool_ids import IdTable, whole_number

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NOTHING = msgspec.Raw(b"null")
_EMPTY = (b"", b"null", b"[]", b"{}", b"[[]]", b'""', b"false")
_FARTHEST = 1_000_000


class _Image(msgspec.Struct, gc=False):
    id: Any = None
    file_name: Any = None
    width: Any = None
    height: Any = None
    license: Any = None
    coco_url: Any = None


class _Category(msgspec.Struct, gc=False):
    id: Any = None
    name: Any = None
    supercategory: Any = None


class _Annotation(msgspec.Struct, gc=False):
    id: Any = None
    image_id: Any = None
    category_id: Any = None
    bbox: Any = None
    iscrowd: Any = None
    area: Any = None
    segmentation: msgspec.Raw = _NOTHING
    score: Any = None
    attributes: Any = None
    keypoints: Any = None


class _Document(msgspec.Struct):
    images: list[_Image]
    annotations: list[msgspec.Raw]
    categories: list[_Category]
    licenses: Any = None


_decode_document = msgspec.json.Decoder(_Document).decode
_decode_annotation = msgspec.json.Decoder(_Annotation).decode


def read_tool_json(name: str, data: bytes, problems: Defects) -> LabelSet:
    """Reads a COCO JSON file that any tool may have written.

    Image entries without a size get 0 x 0. Annotations without a segmentation keep
    their box, and those without a box get that of their segmentation. Ids that are no
    whole numbers count on from the largest.

    Args:
        name: what the file is called in messages
        data: its JSON
        problems: where annotations that are left out, and what is odd, are counted

    Returns:
        the label set; ``extra`` of an annotation holds its attributes, and its score as
        ``confidence``

    Raises:
        FormatError: if it is no COCO JSON, or two images or classes have one id
    """
    document = _read(name, data)
    labels = LabelSet(name)
    image_ids = IdTable(image.id for image in document.images)
    category_ids = IdTable(category.id for category in document.categories)
    _add_images(labels, document.images, image_ids, problems)
    _add_categories(labels, document.categories, category_ids, problems)
    _add_licenses(labels, document.licenses)
    found = list(_decode_all(name, document.annotations, problems))
    ids = _number(found, problems)
    for annotation, id in zip(found, ids, strict=True):
        image_id = image_ids[annotation.image_id]
        category_id = category_ids[annotation.category_id]
        if image_id not in labels.images:
            where = f"annotation {annotation.id}, image {annotation.image_id}"
            problems.skip("annotation of an unknown image", where)
        elif category_id not in labels.categories:
            where = f"annotation {annotation.id}, category {annotation.category_id}"
            problems.skip("annotation of an unknown category", where)
        elif id is not None:
            sound = _convert(annotation, id, image_id, category_id, problems)
            if sound is not None:
                labels.annotations.setdefault(image_id, []).append(sound)
    return labels


def read_box(value: Any) -> Box | None:
    """A box as COCO has it: x, y, width, height in px; None for anything else."""
    if not isinstance(value, list) or len(value) != 4:
        return None
    if not all(isinstance(v, int | float) and math.isfinite(v) for v in value):
        return None
    x, y, w, h = map(float, value)
    if min(w, h) < 0 or max(abs(x), abs(y), w, h) > _FARTHEST:
        return None
    return x, y, w, h


def _read(name: str, data: bytes) -> _Document:
    data = data.removeprefix(_BYTE_ORDER_MARK)
    try:
        return _decode_document(data)
    except msgspec.ValidationError as error:
        raise FormatError(
            f"'{name}' is not in COCO's format: {error}. A JSON object with the lists "
            "'images', 'annotations' and 'categories' is expected"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        return _read_with_nan(name, data, cause)


def _read_with_nan(name: str, data: bytes, cause: Exception) -> _Document:
    """Reads a document with NaN or Infinity in it, which JSON does not know."""
    try:
        content = json.loads(data, parse_constant=lambda _: None)
        rest = {key: content[key] for key in content if key != "annotations"}
        require_unicode(rest, f"'{name}'")
        content["annotations"] = [
            msgspec.Raw(json.dumps(a).encode()) for a in content["annotations"]
        ]
        return msgspec.convert(content, _Document)
    except msgspec.ValidationError as error:
        raise FormatError(f"'{name}' is not in COCO's format: {error}") from error
    except FormatError:
        raise
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise FormatError(f"'{name}' is not whole JSON: {cause}") from error


def _add_images(
    labels: LabelSet, images: Iterable[_Image], ids: IdTable, problems: Defects
) -> None:
    for image in images:
        id = ids[image.id]
        if id is None:
            id = ids.new()
            problems.note("image entry without an id", f"{image.file_name}")
        width, height = whole_number(image.width), whole_number(image.height)
        entry = Image(
            id,
            str(image.file_name or ""),
            *((width, height) if width and height else (0, 0)),
            license=whole_number(image.license),
            coco_url=image.coco_url if isinstance(image.coco_url, str) else None,
        )
        known = labels.images.setdefault(id, entry)
        if known is not entry:
            if known.file_name != entry.file_name:
                raise FormatError(
                    f"'{labels.name}' gives two images the id {image.id}: "
                    f"'{known.file_name}' and '{entry.file_name}'"
                )
            problems.note("image entry that is listed twice", entry.file_name)


def _add_categories(
    labels: LabelSet, categories: Iterable[_Category], ids: IdTable, problems: Defects
) -> None:
    names: set[str] = set()
    for category in categories:
        id = ids[category.id]
        if id is None:
            id = ids.new()
        parent = category.supercategory
        entry = Category(
            id,
            "" if category.name is None else str(category.name),
            parent if isinstance(parent, str) else None,
        )
        known = labels.categories.setdefault(id, entry)
        if known.name != entry.name:
            raise FormatError(
                f"'{labels.name}' gives two classes the id {category.id}: "
                f"'{known.name}' and '{entry.name}'"
            )
        if known is entry and entry.name in names:
            problems.note("class whose name another class has too", f"'{entry.name}'")
        names.add(entry.name)


def _add_licenses(labels: LabelSet, licenses: Any) -> None:
    for entry in licenses if isinstance(licenses, list) else ():
        id = whole_number(entry.get("id")) if isinstance(entry, dict) else None
        if id is not None:
            texts = [entry.get(key) for key in ("name", "url")]
            license = License(id, *(t if isinstance(t, str) else None for t in texts))
            labels.licenses.setdefault(id, license)


def _decode_all(
    name: str, raws: Iterable[msgspec.Raw], problems: Defects
) -> Iterable[_Annotation]:
    for number, raw in enumerate(raws):
        try:
            yield _decode_annotation(raw)
        except (msgspec.DecodeError, RecursionError):
            problems.skip("annotation that can't be read", f"'{name}', entry {number}")


def _number(annotations: list[_Annotation], problems: Defects) -> list[int | None]:
    """An id for each annotation, None for one that repeats another in all it says."""
    table = IdTable(annotation.id for annotation in annotations)
    seen: dict[int, _Annotation] = {}
    ids: list[int | None] = []
    for annotation in annotations:
        id = table[annotation.id]
        if id is None:
            problems.note("annotation without an id, numbered", f"{annotation.bbox}")
            id = table.new()
        elif id in seen:
            if seen[id] == annotation:
                problems.skip("annotation that is listed twice", f"{annotation.id}")
                ids.append(None)
                continue
            problems.note("annotation id that repeats, numbered", f"{annotation.id}")
            id = table.new()
        elif id in table.texts:
            problems.note("annotation id that is text, numbered", f"{annotation.id}")
        seen[id] = annotation
        ids.append(id)
    return ids


def _convert(
    annotation: _Annotation,
    id: int,
    image_id: int,
    category_id: int,
    problems: Defects,
) -> Annotation | None:
    if annotation.iscrowd not in (None, 0, 1, "0", "1"):
        problems.skip("annotation whose 'iscrowd' is not 0 or 1", f"{annotation.id}")
        return None
    segmentation = _plain_segmentation(annotation.segmentation)
    box = read_box(annotation.bbox)
    if box is None or not (box[2] and box[3]):
        box = segmentation_box(segmentation) or box
    if box is None:
        problems.skip("annotation without a box or an outline", f"{annotation.id}")
        return None
    if annotation.keypoints:
        problems.note(
            "annotation whose keypoints are left out: only outlines and boxes are read",
            f"{annotation.id}",
        )
    return Annotation(
        id=id,
        image_id=image_id,
        category_id=category_id,
        bbox=box,
        iscrowd=int(annotation.iscrowd or 0),
        area=_read_area(annotation.area),
        segmentation=segmentation,
        extra=_read_extra(annotation, id),
    )


def _plain_segmentation(raw: msgspec.Raw) -> msgspec.Raw:
    """A segmentation whose empty forms are null, and whose flat list is a polygon."""
    text = bytes(raw).strip()
    if len(text) <= 6 and b"".join(text.split()) in _EMPTY:
        return _NOTHING
    if text[:1] == b"[" and text[1:].lstrip()[:1] not in (b"[", b"{", b'"', b"]"):
        return msgspec.Raw(b"[" + text + b"]")
    return raw


def _read_area(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value < math.inf else None


def _read_extra(annotation: _Annotation, id: int) -> dict[str, Any] | None:
    extra = {}
    if isinstance(annotation.attributes, dict):
        extra.update(annotation.attributes)
    if isinstance(annotation.score, int | float):
        extra["confidence"] = float(annotation.score)
    if isinstance(annotation.id, str) and annotation.id.strip() != str(id):
        extra["file_id"] = annotation.id
    return extra or None
