"""The samples of an export, read batch by batch, with what their files say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ...error_types import ExportError
from ...labels.fiftyone_internals import labels_at
from ...labels.views.shown_labels import has_list, read_shown
from ..encoding.encoded_batches import SampleWork, SourceWork
from ..encoding.label_origin import SOURCE, SOURCE_ID
from ..sources.source_entries import SourceSet
from .image_entries import HEAD, FoundImage, find_image, image_size
from .label_selection import LabelSelection

BATCH = 200

UNLISTED = "samples without a list of labels"
OTHER_CLASSES = "of other classes"

Document = Mapping[str, Any]


@dataclass
class ExportedSample:
    """A sample of an export.

    Attributes:
        document: the sample, as the database holds it
        labels: its labels that are exported, in order
        coco_ids: the ids of all of its labels
        images: the entries of its image in the files of each field that has one
    """

    document: Document
    labels: list[Document]
    coco_ids: list[Any]
    images: dict[str, FoundImage]

    @property
    def found(self) -> FoundImage | None:
        """The entry of its image, in the files of the first field that has one."""
        return next(iter(self.images.values()), None)

    @property
    def size(self) -> tuple[int, int]:
        """The width and height of its image in px.

        Raises:
            ExportError: if it is not known
        """
        size = image_size(self.document)
        if size is None and self.found is not None:
            size = self.found.image.width, self.found.image.height
        if size is None:
            raise ExportError(
                f"The size of '{self.document['filepath']}' is not known. Run "
                "`dataset.compute_metadata()`, or set `sample.metadata`"
            )
        return size


class SampleReader:
    """Reads the samples of an export; a batch ahead while the one before is used.

    Args:
        selection: the labels that are exported
        sources: the files of each field by split, from `opened_sources`
    """

    def __init__(
        self, selection: LabelSelection, sources: Mapping[str, list[SourceSet]]
    ) -> None:
        self.selection = selection
        self.sets = [one for found in sources.values() for one in found]
        self.trusted = [name for name, found in sources.items() if not found]
        self.left_out: Counter[str] = Counter()
        self._sources = sources
        self._ids: list[str] = selection.samples.values("id")
        self._ahead: tuple[int, Future[list[dict[str, Any]]]] | None = None
        self._thread = ThreadPoolExecutor(1)

    def __enter__(self) -> SampleReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    @property
    def batches(self) -> int:
        """How many batches there are."""
        return -(-len(self._ids) // BATCH)

    def __len__(self) -> int:
        return len(self._ids)

    def heads(self) -> Iterator[list[ExportedSample]]:
        """Yields the samples of each batch, without the shapes of labels.

        Those that are not exported are counted.
        """
        path = self.selection.path
        names = ("_id", "label", "coco_id", SOURCE, SOURCE_ID)
        paths = [f"{self.selection.field}._cls", *(f"{path}.{name}" for name in names)]
        for number in range(self.batches):
            documents = self._documents(number, [*HEAD, *paths])
            samples = self._samples(documents)
            self.left_out[UNLISTED] += len(documents) - len(samples)
            self.left_out[OTHER_CLASSES] += sum(
                len(labels_at(sample.document, path)) - len(sample.labels)
                for sample in samples
            )
            yield samples

    def samples(self, number: int) -> list[ExportedSample]:
        """The samples of a batch, with all of their labels."""
        return self._samples(
            self._documents(
                number, [*HEAD, self.selection.field, *self.selection.companions]
            ),
        )

    def work(
        self, sample: ExportedSample, image_id: int, ids: Sequence[int]
    ) -> SampleWork:
        """A sample to encode.

        Args:
            sample: the sample, with all of its labels
            image_id: the id of its image
            ids: the id of each of its annotations
        """
        sources = {
            name: SourceWork(
                entry=found.raw,
                annotations=found.sources.annotations(found.image.id),
                categories=self.sets.index(found.sources),
            )
            for name, found in sample.images.items()
        }
        return SampleWork(
            labels=sample.labels,
            coco_ids=sample.coco_ids,
            size=sample.size,
            sources=sources,
            image_id=image_id,
            ids=list(ids),
        )

    def _documents(self, number: int, paths: list[str]) -> list[dict[str, Any]]:
        """The documents of a batch; those of the next are read in the meantime."""
        ids = self._ids[number * BATCH : (number + 1) * BATCH]
        key = hash((number, *paths))
        if self._ahead is not None and self._ahead[0] == key:
            documents = self._ahead[1].result()
        else:
            documents = self._read(number, paths).result()
        if number + 1 < self.batches:
            ahead = self._read(number + 1, paths)
            self._ahead = hash((number + 1, *paths)), ahead
        if len(documents) < len(ids):
            raise ExportError(
                "Samples were deleted while they were exported. Export again"
            )
        return documents

    def _read(self, number: int, paths: list[str]) -> Future[list[dict[str, Any]]]:
        ids = self._ids[number * BATCH : (number + 1) * BATCH]
        return self._thread.submit(read_shown, self.selection.samples, ids, paths)

    def _samples(self, documents: Sequence[Document]) -> list[ExportedSample]:
        selection = self.selection
        return [
            self._sample(document)
            for document in documents
            if not selection.may_lack_lists or has_list(document, selection.field)
        ]

    def _sample(self, document: Document) -> ExportedSample:
        every = labels_at(document, self.selection.path)
        coco_ids: dict[str, list[int]] = {}
        for label in every:
            if isinstance(label.get("coco_id"), int):
                field = self.selection.origin(label)
                coco_ids.setdefault(field, []).append(label["coco_id"])
        found = {
            name: find_image(document, sets, coco_ids.get(name, ()))
            for name, sets in self._sources.items()
        }
        return ExportedSample(
            document,
            list(self.selection.chosen(every)),
            [label.get("coco_id") for label in every],
            {name: image for name, image in found.items() if image is not None},
        )
