"""A label field written as COCO documents, one a split."""

from __future__ import annotations

from array import array
from collections import Counter
from contextlib import ExitStack, closing
from typing import Any

import fiftyone as fo
import msgspec

from .....zoo.progress import OnProgress, share_of
from .....zoo.workers.pools import WorkerPool
from ....error_types import ExportError
from ....labels.label_fields import elements_path
from ...encoding.encoded_batches import Encoded, SampleWork
from ..annotation_ids import AnnotationIds
from ..annotation_writer import AnnotationWriter
from ..companion_files import CompanionFiles
from ..exported_samples import ExportedSample
from ..image_copies import ImageFiles
from ..image_entries import ImageTable, common_root, split_of
from ..label_selection import LabelSelection
from .coco_files import CocoFile
from .coco_heads import CocoHeads

_encode = msgspec.json.Encoder().encode
_IMAGES_SHARE = 0.1


class CocoExport(AnnotationWriter):
    """Writes the labels of a selection as COCO documents."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._heads = CocoHeads(self._selection)
        self._options = self._selection.options(
            "coco", self._segmentation, self._heads.classes
        )
        self._options["trusted"] = self._reader.trusted
        self._splits = list(self._plan.documents)
        self._documents: list[CocoFile] = []
        self._ids = AnnotationIds()
        self._image_ids, self._of_splits = array("q"), array("b")
        self._firsts = array("q", [0])

    def write(
        self,
        images: ImageFiles,
        pool: WorkerPool,
        on_progress: OnProgress | None = None,
    ) -> None:
        """Writes all documents; see :meth:`AnnotationWriter.write`."""
        with ExitStack() as stack:
            for split, target in self._plan.documents.items():
                head = self._heads.head(split)
                document = CocoFile(self._files.add(target), head)
                self._documents.append(stack.enter_context(closing(document)))
            self._companions = CompanionFiles(
                self._selection, self._heads, self._plan, self._files, stack
            )
            self._write_images(images, share_of(on_progress, 0, _IMAGES_SHARE))
            for document in self._documents:
                document.begin_annotations()
            self._companions.begin_annotations()
            rest = share_of(on_progress, _IMAGES_SHARE, 1 - _IMAGES_SHARE)
            self._write_annotations(pool, rest)
            for document in self._documents:
                document.finish()
            self._result.notes += self._companions.finish()

    def _write_images(self, images: ImageFiles, on_progress: OnProgress | None) -> None:
        known = max((one.largest_image_id for one in self._reader.sets), default=0)
        largest = max(known, largest_id(self._selection.dataset, "coco_id"))
        root = common_root(self._selection.samples.values("filepath"))
        table = ImageTable(largest, root)
        for samples in self._reader.heads():
            for sample in samples:
                split = split_of(sample.document)
                licenses = self._heads.license_ids(split)
                entry = table.entry(sample.document, sample.found, licenses)
                number = self._splits.index(split)
                encoded = _encode(entry)
                self._documents[number].add(encoded)
                self._companions.add_image(number, encoded)
                self._image_ids.append(entry["id"])
                self._of_splits.append(number)
                self._ids.add_sample()
                for label in sample.labels:
                    field = self._selection.fields.index(self._selection.origin(label))
                    self._ids.add_label(label.get("coco_id"), number, field)
                images.add(sample.document["filepath"], split, entry["file_name"])
            self._firsts.append(len(self._image_ids))
            if on_progress is not None:
                share = (len(self._firsts) - 1) / self._reader.batches
                on_progress(share, f"{len(self._image_ids):,} images")
        self._result.images = len(self._image_ids)
        self._result.lost += Counter(
            {
                "images with a new id, theirs being taken": table.renumbered,
                "with a new id, theirs being taken": self._ids.renumbered(),
            }
        )

    def _write_annotations(
        self, pool: WorkerPool, on_progress: OnProgress | None
    ) -> None:
        ids = self._ids.assign(largest_coco_id(self._selection))
        read: dict[int, list[ExportedSample]] = {}

        def read_batch(batch: int) -> list[SampleWork]:
            samples = self._reader.samples(batch)
            first = self._firsts[batch]
            if len(samples) != self._firsts[batch + 1] - first:
                raise _changed_meanwhile()
            found = []
            for index, sample in enumerate(samples, first):
                own = ids.of_sample(index)
                if len(own) != len(sample.labels):
                    raise _changed_meanwhile()
                found.append(self._reader.work(sample, self._image_ids[index], own))
            if self._plan.companions:
                read[batch] = samples
            return found

        def write(batch: int, encoded: Encoded) -> None:
            first = self._firsts[batch]
            for index, entries in enumerate(encoded["samples"], first):
                split = self._of_splits[index]
                if entries:
                    self._documents[split].add(entries)
                if batch in read:
                    sample = read[batch][index - first]
                    self._companions.add(sample, split, self._image_ids[index], entries)
            read.pop(batch, None)

        def label() -> str:
            return f"{self._result.annotations:,} objects"

        self._encode(pool, read_batch, write, on_progress, label)


def largest_coco_id(selection: LabelSelection) -> int:
    """The largest annotation id on labels of the fields that labels came from."""
    dataset = selection.dataset
    schema = dataset.get_field_schema()
    paths = [
        elements_path(dataset, field)
        for field in {selection.field, *selection.fields}
        if field in schema
    ]
    return max(largest_id(dataset, f"{path}.coco_id") for path in paths)


def largest_id(dataset: fo.Dataset, path: str) -> int:
    """The largest id at a path, 0 where there are no ids."""
    if not isinstance(dataset.get_field(path), fo.IntField):
        return 0
    found: Any = dataset.bounds(path)[1]
    return found or 0


def _changed_meanwhile() -> ExportError:
    return ExportError("Labels changed while they were exported. Export again")
