"""Batches of samples encoded for a file format, in this process or another.

All that a batch takes is in its :class:`Work`: labels as the database holds them, and
the annotations that stand in their files for the same images.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypedDict

import bson

from ...labels.reading import BrokenLabelError, class_name
from ..sources.source_labels import SourceImage, read_image, read_source_images
from .coco_annotations import Target, draft_annotation
from .drafts import Draft, finish_drafts
from .label_origin import SOURCE, SOURCE_ID, Origin
from .yolo_rows import box_row, polygon_row

Document = Mapping[str, Any]

UNREADABLE = "annotations of the files that were left out when they were loaded"


class SourceWork(TypedDict):
    """What stands in a file of the image of a sample.

    Attributes:
        entry: the entry of the image
        annotations: its annotations, in order
        categories: which of the batch's lists of categories they refer to
    """

    entry: bytes
    annotations: list[bytes]
    categories: int


class SampleWork(TypedDict):
    """A sample to encode.

    Attributes:
        labels: its labels that are exported, as the database holds them
        coco_ids: the ids of all of its labels
        size: the width and height of its image in px
        sources: what stands in files, by the field that was read from them
        image_id: the id of its image
        ids: the id of each label's annotation
    """

    labels: list[Document]
    coco_ids: list[Any]
    size: tuple[int, int]
    sources: dict[str, SourceWork]
    image_id: int
    ids: list[int]


class Options(TypedDict):
    """What is the same for all batches of an export.

    Attributes:
        format: ``"coco"`` or ``"yolo"``
        segmentation: ``"source"``, ``"rle"`` or ``"polygons"``
        kind: the form of the labels, see :class:`zoo.labels.LabelField`
        field: the field that labels came from where they don't say
        is_reconciled: whether labels say which field they came from
        trusted: the fields whose files can't be asked
        class_map: the common names of classes that are exported under another name
        ids: the id of each class; for YOLO its place, from 0
        file_ids: ids of classes of which files have several of one name, as lists of
            the id in the file, the name, and the id
    """

    format: str
    segmentation: str
    kind: str
    field: str
    is_reconciled: bool
    trusted: list[str]
    class_map: dict[str, str]
    ids: dict[str, int]
    file_ids: list[tuple[int, str, int]]


class Work(TypedDict):
    """A batch to encode.

    Attributes:
        options: what is the same for all batches
        categories: lists of categories as JSON
        samples: the samples
    """

    options: Options
    categories: list[bytes]
    samples: list[SampleWork]


class Encoded(TypedDict):
    """A batch that was encoded.

    Attributes:
        samples: the annotations or rows of each sample, ready to be written
        annotations: how many there are
        counts: how they were written, by kind
        lost: what they can't say, by kind
    """

    samples: list[bytes]
    annotations: int
    counts: dict[str, int]
    lost: dict[str, int]


def encode_in_worker(work: bytes) -> Encoded:
    """Encodes a batch that came from another process, see :func:`pack`."""
    unpacked: Any = bson.decode(work)
    return encode_batch(unpacked)


def pack(work: Work) -> bytes:
    """A batch on its way to another process."""
    packed: bytes = bson.encode(work)
    return packed


def encode_batch(work: Work) -> Encoded:
    """Encodes the labels of some samples.

    Args:
        work: the batch
    """
    batch = _Batch(work["options"])
    drafts = []
    for sample, sources in zip(work["samples"], _source_images(work), strict=True):
        drafts.append(batch.drafts(sample, sources))
        for image in sources.values():
            batch.lost[UNREADABLE] += image.unread(sample["coco_ids"])
    finish_drafts(chain.from_iterable(drafts))
    separator = SEPARATORS[work["options"]["format"]]
    samples = [separator.join(batch.texts(of_sample)) for of_sample in drafts]
    lost = {name: count for name, count in batch.lost.items() if count}
    done = sum(batch.counts.values())
    return Encoded(
        samples=samples, annotations=done, counts=dict(batch.counts), lost=lost
    )


class _Batch:
    """Encodes labels, and counts how."""

    def __init__(self, options: Options) -> None:
        self.counts: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self._options = options
        self._file_ids = {(id, name): out for id, name, out in options["file_ids"]}
        is_coco = options["format"] == "coco"
        self._draft = self._annotation if is_coco else self._row

    def drafts(
        self, sample: SampleWork, sources: Mapping[str, SourceImage]
    ) -> list[Draft]:
        """What is written of the labels of a sample."""
        found = []
        for index, label in enumerate(sample["labels"]):
            try:
                found.append(self._draft(sample, index, self._origin(label, sources)))
            except BrokenLabelError as error:
                self.lost[f"that can't be read: {error}"] += 1
        return found

    def texts(self, drafts: Iterable[Draft]) -> Iterator[bytes]:
        """The texts of drafts that are finished; how they were written is counted."""
        for draft in drafts:
            self.lost.update(draft.lost)
            if draft.text is not None:
                self.counts[draft.kind] += 1
                yield draft.text

    def _annotation(self, sample: SampleWork, index: int, origin: Origin) -> Draft:
        label = sample["labels"][index]
        target = Target(
            sample["ids"][index],
            sample["image_id"],
            self._class_id(label, origin),
            (sample["size"][0], sample["size"][1]),
        )
        return draft_annotation(label, target, origin, self._options["segmentation"])

    def _row(self, sample: SampleWork, index: int, origin: Origin) -> Draft:
        label, (width, height) = sample["labels"][index], sample["size"]
        number = self._class_id(label, origin)
        if self._options["kind"] == "boxes":
            return box_row(label, number, (width, height))
        wanted = self._drawn_origin(origin)
        return polygon_row(label, number, (width, height), wanted)

    def _drawn_origin(self, origin: Origin) -> Origin | None:
        """Where a label came from, if its file's polygons are wanted."""
        return origin if self._options["segmentation"] == "source" else None

    def _origin(self, label: Document, sources: Mapping[str, SourceImage]) -> Origin:
        options, id = self._options, label.get("coco_id")
        name = label.get(SOURCE) if options["is_reconciled"] else None
        name = name or options["field"]
        image = sources.get(name)
        annotation, is_kept = (None, False) if image is None else image.find(label)
        extra: dict[str, Any] = {}
        if options["is_reconciled"]:
            has_id = isinstance(id, int)
            extra = {SOURCE: name, SOURCE_ID: id if has_id else label.get(SOURCE_ID)}
        is_trusted = name in options["trusted"] and id is not None
        return Origin(name, annotation, is_kept, is_trusted, extra)

    def _class_id(self, label: Document, origin: Origin) -> int:
        name = exported_class(label, self._options["class_map"])
        source = origin.annotation
        if source is not None and source.label["label"] == name:
            found = self._file_ids.get((source.annotation.category_id, name))
            if found is not None:
                return found
        return self._options["ids"][name]


SEPARATORS = {"coco": b",\n", "yolo": b"\n"}
"""What stands between the entries of a sample."""


def exported_class(label: Document, class_map: Mapping[str, str]) -> str:
    """The class that a label is exported under.

    Args:
        label: the label
        class_map: the common names of classes that are exported under another name
    """
    name = class_name(label.get("label"))
    return class_map.get(name, name)


def _source_images(work: Work) -> list[dict[str, SourceImage]]:
    """What the files say of each sample's image, by field; those of a file together."""
    found: list[dict[str, SourceImage]] = [{} for _ in work["samples"]]
    groups: dict[tuple[str, int], list[int]] = {}
    for place, sample in enumerate(work["samples"]):
        for field, source in sample["sources"].items():
            groups.setdefault((field, source["categories"]), []).append(place)
    for (field, number), places in groups.items():
        images = []
        for place in places:
            source = work["samples"][place]["sources"][field]
            size: Sequence[int] = work["samples"][place]["size"]
            image = read_image(source["entry"], (size[0], size[1]))
            assert image is not None, "an entry without an id was found by its id"
            images.append((source["entry"], image, source["annotations"]))
        kind = work["options"]["kind"]
        read = read_source_images(work["categories"][number], images, kind)
        for place, one in zip(places, read, strict=True):
            found[place][field] = one
    return found
