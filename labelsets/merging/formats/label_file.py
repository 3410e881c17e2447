"""A label file of any format, as the entries of its images and their annotations."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from ....zoo.coco.coco_json import Annotation, Category, Image, LabelSet
from ....zoo.coco.masks import SegmentationError, parse_segmentation
from ....zoo.defects import Defects
from ....zoo.label_sources import LabelSource
from ....zoo.labels import ATTRIBUTES, Label, image_labels
from ..join.join_sides import Side, Size

IMAGE_IDS = "image id"
"""The column of image ids in the entries of a file."""

SHAPES = ("masks", "polylines", "boxes")
"""The forms of imported labels. An annotation without an outline becomes a box in each:
a detection without a mask, or a polyline of four points."""


@dataclass
class LabelFile:
    """The labels of a file or folder; formats give :meth:`annotations`.

    Attributes:
        format: the format's name
        name: the name of the file in messages
        entries: the images that the file lists
        categories: the classes by number
        source: what a dataset keeps of the file
        has_ids: whether the file has ids for its annotations
        attributes: the additional attributes of its labels, with their types
        problems: what was unusual or left out when the file was read
    """

    format: str
    name: str
    entries: Side
    categories: Mapping[int, Category]
    source: LabelSource
    has_ids: bool = False
    attributes: dict[str, type] = field(default_factory=dict)
    problems: Defects = field(default_factory=Defects)

    @property
    def classes(self) -> list[str]:
        """The names of the classes, each once, in the order of their numbers."""
        names = (self.categories[number].name for number in sorted(self.categories))
        return list(dict.fromkeys(names))

    @property
    def label_attributes(self) -> dict[str, type]:
        """The attributes of all labels of the file, with their types."""
        own = {k: v for k, v in ATTRIBUTES.items() if self.has_ids or k != "coco_id"}
        return own | self.attributes

    def annotations(self, row: int, size: Size) -> Sequence[Annotation]:
        """The annotations of an image.

        Args:
            row: the row of its entry
            size: its width and height in px
        """
        raise NotImplementedError

    def labels(
        self,
        row: int,
        size: Size,
        shape: str,
        problems: Defects,
        counts: Counter[str] | None = None,
    ) -> list[Label]:
        """The labels of an image.

        Args:
            row: the row of its entry
            size: its width and height in px
            shape: one of :data:`SHAPES`
            problems: counts what is left out
            counts (None): counts labels by their form
        """
        image = Image(row, self.entries.paths[row] or "", *size)
        annotations = list(self.annotations(row, size))
        part = LabelSet(
            self.name,
            categories=dict(self.categories),
            annotations={row: annotations},
        )
        labels = image_labels(part, image, {shape}, problems)[shape]
        if counts is not None:
            boxes = sum(not _has_outline(a) for a in annotations)
            counts["boxes"] += boxes
            counts[shape] += len(labels) - boxes
        if not self.has_ids:
            for label in labels:
                del label["coco_id"]
        return labels

    def count_shapes(self, row: int, size: Size, problems: Defects) -> Counter[str]:
        """How many annotations of an image have an outline, and how many only a box.

        Args:
            row: the row of its entry
            size: its width and height in px
            problems: counts what would be left out

        Returns:
            the counts of ``"outlines"`` and ``"boxes"``
        """
        counts: Counter[str] = Counter()
        for annotation in self.annotations(row, size):
            try:
                outline = parse_segmentation(annotation.segmentation, *size)
            except SegmentationError as error:
                problems.skip(
                    "annotation with a broken segmentation",
                    f"annotation {annotation.id} of {self.name}: {error}",
                )
                continue
            is_empty = not outline.polygons and outline.counts is None
            counts["boxes" if is_empty else "outlines"] += 1
        return counts

    def ids(self) -> set[int]:
        """The ids of all annotations; none where the format has none."""
        return set()


def _has_outline(annotation: Annotation) -> bool:
    return annotation.segmentation != msgspec.Raw(b"null")


@dataclass
class ReadyFile(LabelFile):
    """A label file whose annotations were all read at once, in px.

    Attributes:
        by_row: the annotations of each image
    """

    by_row: Sequence[Sequence[Annotation]] = ()

    def annotations(self, row: int, size: Size) -> Sequence[Annotation]:
        """The annotations of an image."""
        return self.by_row[row]


def file_source(
    format: str,
    path: Path,
    data: bytes,
    classes: Sequence[str] = (),
    member: str | None = None,
) -> LabelSource:
    """What a dataset keeps of a file in another format than COCO JSON.

    Args:
        format: the format's short name
        path: the file or folder
        data: the content that identifies it
        classes (()): the names of its classes
        member (None): its name in the zip at the path
    """
    return LabelSource(
        path=str(path.absolute()),
        member=member,
        sha256=hashlib.sha256(data).hexdigest(),
        split=None,
        format=format,
        categories=[{"id": i, "name": name} for i, name in enumerate(classes)],
        licenses=[],
        info=None,
    )
