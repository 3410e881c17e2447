"""CVAT for images: one XML file of all images of a task."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

import numpy as np
import xmltodict

from ....zoo.coco.coco_json import Annotation, Category
from ....zoo.defects import Defects
from ....zoo.errors import FormatError
from ..join.join_sides import Side, Size
from .label_attributes import normalize_attributes, plain_value
from .label_file import ReadyFile, file_source
from .outlined import boxed, masked, outlined

Element = Mapping[str, Any]

_LEFT_OUT = ("tag", "polyline", "points", "cuboid", "skeleton", "ellipse")


def read_cvat(path: Path, data: bytes) -> ReadyFile:
    """Reads a file of the format "CVAT for images".

    Boxes (rotated ones too), polygons and masks are read; anything else is counted.

    Args:
        path: the file
        data: its XML

    Raises:
        FormatError: if it is not in that format
    """
    problems = Defects()
    images = list(_images(path.name, data))
    numbers: dict[str, int] = {}
    by_row: list[list[Annotation]] = []
    sizes: list[Size | None] = []
    try:
        for image in images:
            size = int(image["@width"]), int(image["@height"])
            sizes.append(size)
            by_row.append(list(_objects(image, size, numbers, problems)))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise FormatError(
            f"'{path.name}' has an image or a shape that can't be read"
        ) from error
    return ReadyFile(
        format="CVAT for images",
        name=path.name,
        entries=Side(path.name, [image.get("@name") for image in images], sizes),
        categories={i: Category(i, name) for name, i in numbers.items()},
        source=file_source("cvat", path, data, list(numbers)),
        attributes=normalize_attributes(list(chain.from_iterable(by_row)), problems),
        problems=problems,
        by_row=by_row,
    )


def _images(name: str, data: bytes) -> Iterable[Element]:
    try:
        document = xmltodict.parse(data).get("annotations")
    except (ExpatError, ValueError) as error:
        raise FormatError(f"'{name}' can't be read as XML: {error}") from error
    images = _each(document, "image") if isinstance(document, dict) else []
    if not images:
        raise FormatError(
            f"'{name}' lists no images; an export in the format 'CVAT for images' is "
            "expected, not one of a video"
        )
    return images


def _objects(
    image: Element, size: Size, numbers: dict[str, int], problems: Defects
) -> Iterator[Annotation]:
    count = 0
    for kind, read in _SHAPES.items():
        for element in _each(image, kind):
            label = str(element["@label"])
            category = numbers.setdefault(label, len(numbers))
            yield read(count, category, element, size)
            count += 1
    for kind in _LEFT_OUT:
        for _ in _each(image, kind):
            problems.skip(f"{kind} of CVAT, which is no object", f"{image['@name']}")


def _box(number: int, category: int, element: Element, _: Size) -> Annotation:
    x0, y0, x1, y1 = (float(element[f"@{k}"]) for k in ("xtl", "ytl", "xbr", "ybr"))
    angle = math.radians(float(element.get("@rotation") or 0))
    extra = _attributes(element)
    if not angle:
        return boxed(number, category, (x0, y0, x1 - x0, y1 - y0), extra)
    center = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) - center
    turn = np.array(
        [
            [math.cos(angle), math.sin(angle)],
            [-math.sin(angle), math.cos(angle)],
        ]
    )
    return outlined(number, category, corners @ turn + center, extra)


def _polygon(number: int, category: int, element: Element, _: Size) -> Annotation:
    points = [p.split(",") for p in str(element["@points"]).split(";")]
    corners = np.array(points, float)
    return outlined(number, category, corners, _attributes(element))


def _mask(number: int, category: int, element: Element, size: Size) -> Annotation:
    x, y, width, height = (
        int(element[f"@{k}"]) for k in ("left", "top", "width", "height")
    )
    runs = [int(run) for run in str(element["@rle"]).split(",")]
    if sum(runs) != width * height or min(width, height, x, y) < 0:
        raise ValueError(f"a mask of {sum(runs)} pixels in {width} x {height}")
    inside = np.zeros(len(runs), bool)
    inside[1::2] = True
    mask = np.repeat(inside, runs).reshape(height, width)
    return masked(number, category, mask, (x, y), size, _attributes(element))


_SHAPES: dict[str, Callable[[int, int, Element, Size], Annotation]] = {
    "box": _box,
    "polygon": _polygon,
    "mask": _mask,
}
"""How each kind of object is read. FiftyOne's reader rounds points to whole pixels and
does not read masks."""


def _attributes(element: Element) -> dict[str, Any]:
    found = {
        str(entry["@name"]): plain_value(entry["#text"])
        for entry in _each(element, "attribute")
        if "#text" in entry
    }
    occluded = element.get("@occluded")
    return found if occluded is None else found | {"occluded": occluded == "1"}


def _each(element: Element, name: str) -> list[Element]:
    found = element.get(name) or []
    return found if isinstance(found, list) else [found]
