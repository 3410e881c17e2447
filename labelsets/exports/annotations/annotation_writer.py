"""What exports share in all formats: labels encoded by workers, written in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....zoo.progress import OnProgress
from ....zoo.workers.pools import WorkerPool
from ....zoo.workers.spreading import in_order, spread
from ..encoding.encoded_batches import (
    Encoded,
    Options,
    SampleWork,
    Work,
    encode_batch,
    encode_in_worker,
    pack,
)
from ..staged_files import StagedFiles
from .export_plan import FilePlan
from .export_results import AnnotationExport
from .exported_samples import SampleReader
from .image_copies import ImageFiles

ADVICE = "Export again"


class AnnotationWriter:
    """Writes the labels of a selection to files of one format.

    Args:
        reader: the samples
        segmentation: the form of outlines, of those that the format has
        plan: the places of files
        files: the files of the export
        result: what is counted in
    """

    _options: Options
    """What workers are given beside labels, see `LabelSelection.options`."""

    def __init__(
        self,
        reader: SampleReader,
        segmentation: str,
        plan: FilePlan,
        files: StagedFiles,
        result: AnnotationExport,
    ) -> None:
        self._reader, self._selection = reader, reader.selection
        self._plan, self._files, self._result = plan, files, result
        self._segmentation = segmentation

    def write(
        self,
        images: ImageFiles,
        pool: WorkerPool,
        on_progress: OnProgress | None = None,
    ) -> None:
        """Writes all files.

        Args:
            images: the images, put in their places meanwhile
            pool: what encodes the labels
            on_progress: called with the share done, 0 to 1, and a text on what is done
        """
        raise NotImplementedError

    def _encode(
        self,
        pool: WorkerPool,
        read: Callable[[int], list[SampleWork]],
        write: Callable[[int, Encoded], None],
        on_progress: OnProgress | None,
        progress_label: Callable[[], str],
    ) -> None:
        """Has all labels encoded, and counts them.

        Args:
            pool: what does the work
            read: gives the samples of a batch
            write: called with each batch that is encoded, in order
            on_progress: called with the share done, 0 to 1, and a text on what is done
            progress_label: gives what is done

        Raises:
            MissingBatchesError: if batches were lost with their workers again and again
        """
        categories = [one.encoded_categories for one in self._reader.sets]
        encode: Any = encode_batch if pool.is_serial else encode_in_worker

        def arguments(batch: int) -> dict[str, Any]:
            work = Work(
                options=self._options, categories=categories, samples=read(batch)
            )
            return {"work": work if pool.is_serial else pack(work)}

        def take(batch: int, encoded: Encoded) -> None:
            write(batch, encoded)
            self._result.add(encoded)
            if on_progress is not None:
                done = (batch + 1) / self._reader.batches
                on_progress(done, progress_label())

        batches, on_result = range(self._reader.batches), in_order(take)
        spread(pool, encode, batches, arguments, on_result, advice=ADVICE)
