"""COCO JSON: a file of images, annotations and classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from ....zoo.coco.coco_json import Annotation, Image, LabelSet
from ....zoo.coco.tool_json import read_tool_json
from ....zoo.defects import Defects
from ....zoo.errors import FormatError
from ....zoo.label_sources import describe_source
from ..join.join_sides import Side, Size
from .label_attributes import normalize_attributes
from .label_file import IMAGE_IDS, LabelFile


@dataclass
class CocoFile(LabelFile):
    """A COCO JSON file.

    Attributes:
        images: the images that it lists
        label_set: all its contents
    """

    images: Sequence[Image] = ()
    label_set: LabelSet = field(default_factory=lambda: LabelSet(""))

    def annotations(self, row: int, size: Size) -> Sequence[Annotation]:
        """The annotations of an image."""
        return self.label_set.annotations.get(self.images[row].id, ())

    def ids(self) -> set[int]:
        """The ids of all annotations."""
        return {a.id for a in chain.from_iterable(self.label_set.annotations.values())}


def read_coco(path: Path, data: bytes, member: str | None = None) -> CocoFile:
    """Reads a COCO JSON file of any tool.

    Args:
        path: the file, or the zip file that contains it
        data: its JSON
        member (None): its name in the zip

    Raises:
        FormatError: if it can't be used
    """
    problems = Defects()
    name = member or path.name
    labels = read_tool_json(name, data, problems)
    if not labels.images:
        raise FormatError(f"'{name}' is COCO JSON, but its list of images is empty")
    images = list(labels.images.values())
    every = list(chain.from_iterable(labels.annotations.values()))
    return CocoFile(
        format="COCO JSON",
        name=name,
        entries=Side(
            name,
            [image.file_name or None for image in images],
            [(i.width, i.height) if i.width else None for i in images],
            {IMAGE_IDS: [image.id for image in images]},
        ),
        categories=labels.categories,
        source=describe_source(path, data, member),
        has_ids=True,
        attributes=normalize_attributes(every, problems),
        problems=problems,
        images=images,
        label_set=labels,
    )
