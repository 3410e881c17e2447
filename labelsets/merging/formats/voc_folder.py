"""Pascal VOC: an XML file for each image."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

import fiftyone.utils.voc as fouv
import xmltodict

from ....zoo.coco.coco_json import Annotation, Category
from ....zoo.defects import Defects
from ....zoo.errors import FormatError
from ..join.join_sides import Side, Size
from .label_attributes import normalize_attributes
from .label_file import ReadyFile, file_source
from .outlined import boxed


def read_voc(path: Path, files: Iterable[tuple[str, bytes]]) -> ReadyFile:
    """Reads VOC annotations.

    Args:
        path: the folder or file that they are in
        files: the name and the XML of each

    Raises:
        FormatError: if one is no VOC annotation
    """
    problems = Defects()
    digest = hashlib.sha256()
    names: list[tuple[str, str]] = []
    sizes: list[Size | None] = []
    by_row: list[list[Annotation]] = []
    numbers: dict[str, int] = {}
    for name, data in files:
        digest.update(data)
        document = _parse(name, data)
        annotation = _read(name, document)
        names.append((name, annotation.filename or name))
        known = annotation.metadata
        sizes.append((known.width, known.height) if known and known.width else None)
        by_row.append(list(_objects(annotation, document, numbers)))
    given = [given for _, given in names]
    by_file = len(set(given)) < len(given)  # names that the tool did not fill in
    every = list(chain.from_iterable(by_row))
    return ReadyFile(
        format="Pascal VOC",
        name=path.name,
        entries=Side(path.name, [pair[0 if by_file else 1] for pair in names], sizes),
        categories={i: Category(i, name) for name, i in numbers.items()},
        source=file_source("voc", path, digest.digest(), list(numbers)),
        attributes=normalize_attributes(every, problems),
        problems=problems,
        by_row=by_row,
    )


def _parse(name: str, data: bytes) -> dict[str, Any]:
    try:
        document = xmltodict.parse(data)
    except (ExpatError, ValueError) as error:
        raise FormatError(f"'{name}' can't be read as XML: {error}") from error
    if not isinstance(document.get("annotation"), dict):
        raise FormatError(
            f"'{name}' is not a Pascal VOC annotation: its root is not <annotation>"
        )
    return dict(document["annotation"])


def _read(name: str, document: dict[str, Any]) -> fouv.VOCAnnotation:
    try:
        return fouv.VOCAnnotation.from_dict({"annotation": document})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(
            f"'{name}' is a Pascal VOC annotation with an entry that can't be read"
        ) from error


def _objects(
    annotation: fouv.VOCAnnotation, document: dict[str, Any], numbers: dict[str, int]
) -> Iterable[Annotation]:
    """The objects in px; FiftyOne cuts the corners of boxes to whole pixels."""
    found = document.get("object") or []
    entries = found if isinstance(found, list) else [found]
    pairs = zip(entries, annotation.objects, strict=True)
    for number, (entry, object) in enumerate(pairs):
        box = entry["bndbox"]
        x0, y0, x1, y1 = (float(box[k]) for k in ("xmin", "ymin", "xmax", "ymax"))
        category = numbers.setdefault(object.name, len(numbers))
        yield boxed(number, category, (x0, y0, x1 - x0, y1 - y0), object.attributes)
