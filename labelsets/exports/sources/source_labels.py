"""Which labels are as their file has them: a loader would make them again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
import numpy as np

from ....zoo.coco.coco_json import Annotation, Image, LabelSet, read_label_set
from ....zoo.coco.tool_ids import whole_number
from ....zoo.coco.tool_json import read_tool_json
from ....zoo.defects import Defects
from ....zoo.errors import FormatError
from ....zoo.labels import Label, image_labels
from ...labels.reading import BrokenLabelError, read_mask

Document = Mapping[str, Any]
Annotations = Mapping[int, "SourceAnnotation"]
Entry = tuple[bytes, Image, Sequence[bytes]]
Read = Callable[[str, bytes, Defects], LabelSet]

_NAME = "the source"


class SourceAnnotation(NamedTuple):
    """The annotation that a label was read from.

    Attributes:
        raw: the JSON that stands in the file
        annotation: what the loader read of it
        label: the label that the loader makes of it
    """

    raw: bytes
    annotation: Annotation
    label: Label

    def has_shape_of(self, label: Document) -> bool:
        """Whether a label has the shape that the loader gives it."""
        if label["_cls"] == "Polyline":
            return all(label.get(k) == self.label[k] for k in ("points", "filled"))
        if label.get("bounding_box") != self.label["bounding_box"]:
            return False
        made = self.label.get("mask")
        try:
            mask = read_mask(label)
        except BrokenLabelError:
            return False
        if made is None or mask is None:
            return made is mask
        return np.array_equal(made, mask)


@dataclass
class SourceImage:
    """The entry of an image in a file, with its annotations.

    Attributes:
        raw: the entry as it stands in the file
        image: what the loader reads of it
        annotations: its annotations as they stand in the file
        categories: the categories that they refer to, as JSON
        kind: the form of labels, see :class:`zoo.labels.LabelField`
        strict: what the zoo's loader makes of the annotations, by id
    """

    raw: bytes
    image: Image
    annotations: Sequence[bytes]
    categories: bytes
    kind: str
    strict: Annotations

    def find(self, label: Document) -> tuple[SourceAnnotation | None, bool]:
        """The annotation that a label was read from, and whether its shape is kept.

        The zoo's loader reads COCO's own format; the loader of label sets reads what
        tools make of it. Either may have made the label.
        """
        id = label.get("coco_id")
        found = self.strict.get(id) if isinstance(id, int) else None
        if found is not None and found.has_shape_of(label):
            return found, True
        if not isinstance(id, int):
            return None, False
        other = self.lenient.get(id)
        if other is not None and other.has_shape_of(label):
            return other, True
        return found or other, False

    @cached_property
    def lenient(self) -> Annotations:
        """What the loader of label sets makes of the annotations, by id."""
        entries = [(self.raw, self.image, self.annotations)]
        return _make(self.categories, entries, self.kind, read_tool_json)[0]

    def unread(self, coco_ids: Iterable[Any]) -> int:
        """How many annotations were left out when the labels of a sample were read.

        Args:
            coco_ids: the ids of all labels that the sample has
        """
        ids = {*coco_ids} | self.strict.keys()
        return sum(annotation_id(raw) not in ids for raw in self.annotations)


def read_source_images(
    categories: bytes, entries: Sequence[Entry], kind: str
) -> list[SourceImage]:
    """Reads images and their annotations as the zoo's loader does.

    Args:
        categories: the categories that annotations refer to, as JSON
        entries: of each image its entry, what loaders read of it, and its annotations
        kind: the form of labels, see :class:`zoo.labels.LabelField`
    """
    made = _make(categories, entries, kind, _read_strictly)
    return [
        SourceImage(raw, image, annotations, categories, kind, strict)
        for (raw, image, annotations), strict in zip(entries, made, strict=True)
    ]


def read_image(raw: bytes, size: tuple[int, int] | None) -> Image | None:
    """What loaders read of an image's entry, None if it has no id of its own.

    Args:
        raw: the entry as it stands in a file
        size: width and height in px, where the entry does not say
    """
    try:
        return _decode_image(raw)
    except msgspec.DecodeError:
        document = _document([raw], [], b"[]")
        image = next(iter(read_tool_json(_NAME, document, Defects()).images.values()))
    if whole_number(json.loads(raw).get("id")) is None:
        return None
    width, height = (image.width, image.height) if image.width else size or (0, 0)
    return msgspec.structs.replace(image, width=width, height=height)


def annotation_id(raw: bytes) -> int | None:
    """The id of an annotation as it stands in a file; None if it is no number."""
    try:
        return whole_number(_decode_id(raw).id)
    except msgspec.DecodeError:  # NaN and Infinity
        return whole_number(json.loads(raw).get("id"))


def _make(
    categories: bytes, entries: Sequence[Entry], kind: str, read: Read
) -> list[dict[int, SourceAnnotation]]:
    """The labels that a loader makes of images, by annotation id."""
    raws = [raw for _, _, annotations in entries for raw in annotations]
    images = [raw for raw, _, _ in entries]
    document = _document(images, raws, categories)
    try:
        labels = read(_NAME, document, Defects())
    except FormatError:
        return [{} for _ in entries]
    by_id = {annotation_id(raw): raw for raw in reversed(raws)}
    made = []
    for _, image, _ in entries:
        known = {a.id: a for a in labels.annotations.get(image.id, ())}
        found = image_labels(labels, image, {kind}, Defects())[kind]
        made.append(
            {
                label["coco_id"]: SourceAnnotation(
                    by_id[label["coco_id"]], known[label["coco_id"]], label
                )
                for label in found
                if label["coco_id"] in by_id
            }
        )
    return made


def _read_strictly(name: str, data: bytes, problems: Defects) -> LabelSet:
    return read_label_set(name, [(name, lambda: data)], problems)


def _document(
    images: Sequence[bytes], annotations: Sequence[bytes], categories: bytes
) -> bytes:
    """A document of some entries alone."""
    return b'{"images":[%b],"annotations":[%b],"categories":%b}' % (
        b",".join(images),
        b",".join(annotations),
        categories,
    )


class _Identified(msgspec.Struct):
    id: Any = None


_decode_id = msgspec.json.Decoder(_Identified).decode
_decode_image = msgspec.json.Decoder(Image).decode
