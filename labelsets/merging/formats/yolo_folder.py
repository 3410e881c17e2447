"""YOLO in Ultralytics' layout: ``data.yaml``, and a text file for each image."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fiftyone.utils.yolo as fouy
import numpy as np
import yaml

from ....zoo.coco.coco_json import Annotation, Category
from ....zoo.errors import FormatError
from ..image_folder import list_images
from ..join.join_sides import Side, Size
from .label_attributes import CONFIDENCE
from .label_file import LabelFile, file_source
from .outlined import boxed, outlined

_SPLITS = ("train", "val", "valid", "test", "minival")


@dataclass
class YoloFolder(LabelFile):
    """A folder of YOLO labels.

    Attributes:
        paths: the label file of each image, None for an image without one
    """

    paths: Sequence[Path | None] = ()

    def annotations(self, row: int, size: Size) -> Sequence[Annotation]:
        """The objects of an image: 5 or 6 numbers a row are a box, more an outline."""
        path = self.paths[row]
        if path is None:
            return []
        names = [self.categories[number].name for number in sorted(self.categories)]
        return list(_read_rows(path, names, size))


def read_yolo(path: Path, within: Sequence[Path] = ()) -> YoloFolder:
    """Reads a folder of YOLO labels.

    An image without a label file has no objects, as in YOLO.

    Args:
        path: the YAML file that names the classes and the folders of images; or the
            ``classes.txt`` of a folder with ``labels`` and perhaps ``images``
        within (()): the folders that it may refer to; any by default

    Raises:
        FormatError: if classes or labels are missing, or it is of poses
    """
    names, folders = _read_yaml(path) if path.suffix != ".txt" else _read_names(path)
    for folder in folders:
        _check_within(path, folder, within)
    files = dict(_label_files(folders))
    if not files:
        tried = ", ".join(f"'{folder}'" for folder in folders)
        raise FormatError(
            f"'{path}' names {tried}, but there are no images with labels: a folder "
            "'images' and beside it a folder 'labels' are expected"
        )
    return YoloFolder(
        format="YOLO",
        name=path.name,
        entries=Side(path.name, list(files)),
        categories={i: Category(i, name) for i, name in enumerate(names)},
        source=file_source("yolo", path, path.read_bytes(), names),
        paths=list(files.values()),
    )


def _read_yaml(path: Path) -> tuple[list[str], list[Path]]:
    try:
        content = yaml.safe_load(path.read_text())
    except (yaml.YAMLError, UnicodeDecodeError):  # whose text repeats the file's
        raise FormatError(f"'{path.name}' can't be read as YAML") from None
    names = content.get("names") if isinstance(content, dict) else None
    if isinstance(names, dict):
        names = [names[key] for key in sorted(names)]
    if not isinstance(names, list) or not names:
        raise FormatError(
            f"'{path.name}' names no classes. 'names', as in Ultralytics' data.yaml, "
            "is expected"
        )
    if "kpt_shape" in content:
        raise FormatError(
            f"'{path.name}' is of poses ('kpt_shape'); YOLO's boxes and outlines can "
            "be read"
        )
    folders = [f for split in _SPLITS for f in _folders(path, content, split)]
    return [str(name) for name in names], folders


def _folders(path: Path, content: dict[str, Any], split: str) -> Iterator[Path]:
    """Where the images of a split are, or the text file that lists them."""
    given = content.get(split) or []
    for entry in [given] if isinstance(given, str) else given:
        root = path.parent
        candidates = [
            root / str(content.get("path") or "") / entry,
            root / entry,
            root / entry.removeprefix("../"),  # as Roboflow writes it
            root / "images" / split,
        ]
        found = (c for c in candidates if c.exists() or _labels_of(c).exists())
        yield next(found, candidates[0])


def _read_names(path: Path) -> tuple[list[str], list[Path]]:
    names = [line.strip() for line in path.read_text().splitlines() if line.strip()]
    return names, [path.parent / "images"]


def _check_within(path: Path, folder: Path, within: Sequence[Path]) -> None:
    for place in {folder, _labels_of(folder)}:
        real = Path(os.path.realpath(place))
        if within and not any(real.is_relative_to(one) for one in within):
            below = ", ".join(map(str, within))
            raise FormatError(
                f"'{path.name}' leads to a folder that is not below {below}"
            )


def _label_files(folders: Sequence[Path]) -> Iterator[tuple[str, Path | None]]:
    """The name of each image, and its label file."""
    for folder in folders:
        if folder.suffix == ".txt" and folder.is_file():
            images = [
                folder.parent / line.strip()
                for line in folder.read_text().splitlines()
                if line.strip()
            ]
        else:
            images = list_images(folder) if folder.is_dir() else []
        named = {_labels_of(image).with_suffix(".txt"): image for image in images}
        labels = _labels_of(folder)
        found = labels.rglob("*.txt") if labels.is_dir() else ()
        for file in sorted({*named, *found}):
            yield str(named.get(file, file)), file if file.is_file() else None


def _labels_of(path: Path) -> Path:
    """The folder of images' labels: ``labels`` in place of the last ``images``."""
    parts = list(path.parts)
    for place in range(len(parts) - 1, -1, -1):
        if parts[place] == "images":
            parts[place] = "labels"
            return Path(*parts)
    return path


def _read_rows(path: Path, names: list[str], size: Size) -> Iterator[Annotation]:
    numbers = {name: number for number, name in reversed(list(enumerate(names)))}
    try:
        shapes = fouy.load_yolo_annotations(str(path), names, label_type="polylines")
        boxes = fouy.load_yolo_annotations(str(path), names, label_type="detections")
    except (ValueError, IndexError, TypeError):  # whose text repeats the file's
        raise FormatError(
            f"'{path}' has a row that is not a YOLO label. The number of a class and 4 "
            "numbers, or the points of an outline, are expected"
        ) from None
    pairs = zip(shapes.polylines, boxes.detections, strict=True)
    for number, (shape, box) in enumerate(pairs):
        if box.label not in numbers:
            raise FormatError(
                f"'{path}' has a class that is none of the {len(names)} named"
            )
        extra = {} if shape.confidence is None else {CONFIDENCE: shape.confidence}
        category, points = numbers[box.label], np.array(shape.points[0])
        if not np.isfinite(points).all():
            raise FormatError(f"'{path}' has coordinates that are not finite numbers")
        if _is_box(points, box.bounding_box):
            x, y, w, h = (
                v * s for v, s in zip(box.bounding_box, size * 2, strict=True)
            )
            yield boxed(number, category, (x, y, w, h), extra)
        else:
            yield outlined(number, category, points * size, extra)


def _is_box(points: Any, box: Sequence[float]) -> bool:
    """Whether a row gave a box, whose corners the importer makes an outline of."""
    x, y, w, h = box
    corners = [[x, y], [x + w, y], [x + w, y + h], [x, y + h]]
    return len(points) == 4 and bool((points == corners).all())
