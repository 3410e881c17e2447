"""A label field in the layout that Ultralytics' YOLO trains on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .....zoo.progress import OnProgress
from .....zoo.workers.pools import WorkerPool
from ...encoding.encoded_batches import Encoded, SampleWork
from ..annotation_writer import AnnotationWriter
from ..export_plan import DATA_FILE
from ..exported_samples import ExportedSample
from ..image_copies import ImageFiles
from ..image_entries import common_root, file_name, split_of


class YoloExport(AnnotationWriter):
    """Writes the labels of a selection as rows of text files, and a ``data.yaml``."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        classes = self._selection.class_table()
        self._names = list(self._selection.classes or classes.names)
        self._options = self._selection.options("yolo", self._segmentation, classes)
        self._options["ids"] = {name: i for i, name in enumerate(self._names)}
        self._options["file_ids"] = []
        self._root = common_root(self._selection.samples.values("filepath"))
        self._targets: dict[int, list[Path]] = {}

    def write(
        self,
        images: ImageFiles,
        pool: WorkerPool,
        on_progress: OnProgress | None = None,
    ) -> None:
        """Writes all files; see :meth:`AnnotationWriter.write`."""
        for samples in self._reader.heads():
            for sample in samples:
                split = split_of(sample.document)
                name = file_name(sample.document, self._root, sample.found)
                images.add(sample.document["filepath"], split, name)

        def read(batch: int) -> list[SampleWork]:
            samples = self._reader.samples(batch)
            self._targets[batch] = [self._target(sample) for sample in samples]
            return [self._reader.work(s, 0, [0] * len(s.labels)) for s in samples]

        def write(batch: int, encoded: Encoded) -> None:
            targets = self._targets.pop(batch)
            for target, rows in zip(targets, encoded["samples"], strict=True):
                self._files.add(target).write_bytes(rows + b"\n" if rows else b"")
            self._result.images += len(targets)

        def label() -> str:
            return f"{self._result.images:,} images"

        self._encode(pool, read, write, on_progress, label)
        self._write_data_file()

    def _target(self, sample: ExportedSample) -> Path:
        name = file_name(sample.document, self._root, sample.found)
        return self._plan.rows(split_of(sample.document), name)

    def _write_data_file(self) -> None:
        found = set(self._plan.folders.values())
        entries: dict[str, Any] = {
            name: f"images/{name}" for name in ("train", "val", "test") if name in found
        }
        first = next(iter(entries.values()), "images")
        for required in ("train", "val"):  # which Ultralytics asks for in any case
            entries.setdefault(required, first)
        entries["names"] = dict(enumerate(self._names))
        text = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True)
        target = self._files.add(self._plan.root / DATA_FILE)
        target.write_text(text, encoding="utf-8")
