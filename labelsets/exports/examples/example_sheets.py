"""Shows by examples what changed: a contact sheet of the most telling items."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import fiftyone as fo
from PIL import Image

from ....zoo.progress import OnProgress
from ...comparison import Status
from ...error_types import ComparisonError, ExportError
from ...labels.views.view_internals import is_generated, without_projection
from ..object_rows import ObjectTable
from ..plain_lines import shorten
from ..staged_files import StagedFiles, absolute_path, staging
from .contact_sheet import draw_sheet
from .example_words import describe_example
from .item_examples import ItemExample, draw_examples
from .telling_items import CHANGES, SHOWABLE

PER_STATUS = 4
"""How many examples of a status are shown where no number is asked for."""

_LONGEST = 80
"""Characters of a file's name that are printed."""


@dataclass(frozen=True)
class ExampleSheets:
    """Examples of a comparison, those of a status next to each other.

    Attributes:
        key: the key of the comparison
        dataset: the name of the dataset
        fields: the label fields of base and revised
        examples: the examples
    """

    key: str
    dataset: str
    fields: tuple[str, str]
    examples: list[ItemExample]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """An example a row, JSON-plain: see :meth:`ItemExample.to_dict`.

        Also ``text``, what it shows in a line, and ``address``, see
        :func:`sample_address`.
        """
        return [
            {
                **example.to_dict(),
                "text": describe_example(example),
                "address": sample_address(self.dataset, example.sample_id),
            }
            for example in self.examples
        ]

    def sheet(
        self, statuses: Sequence[str] | None = None, columns: int = 2
    ) -> Image.Image:
        """The examples on one picture, RGB.

        Args:
            statuses (None): of these statuses alone
            columns (2): how many stand side by side at most
        """
        wanted = None if statuses is None else find_statuses(statuses)
        shown = [e for e in self.examples if wanted is None or e.status in wanted]
        return draw_sheet(shown, self.fields, columns)

    def summary(self) -> str:
        """What is shown, in a sentence."""
        if not self.examples:
            return f"'{self.key}' has no such differences here"
        counts = Counter(example.status for example in self.examples)
        shown = ", ".join(f"{count} {status}" for status, count in counts.items())
        missing = sum(not example.image_found for example in self.examples)
        images = "1 image was" if missing == 1 else f"{missing} images were"
        return f"Examples of '{self.key}': {shown}" + (
            f"; {images} not found" if missing else ""
        )

    def __str__(self) -> str:
        lines = [
            f"  {e.status}: {describe_example(e)} ({shorten(e.file_name, _LONGEST)})"
            for e in self.examples
        ]
        return "\n".join([self.summary(), *lines])


def show_examples(
    samples: fo.core.collections.SampleCollection,
    key: str = "diff",
    statuses: Sequence[str] | None = None,
    per_status: int = PER_STATUS,
    path: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
) -> ExampleSheets:
    """Shows by examples what changed between base and revised.

    The most telling items of each status are chosen, of different images where there
    are enough: where refined, those whose number of vertices changed most and whose
    boundary IoU is low (that alone where the number is not known); where relabeled,
    those of the highest IoU; where split or merged, those of the most parts, so crowds
    taken apart come first; else the largest. Objects under 32² px come last. Only the
    images of items that are shown are read.

    Args:
        samples: the dataset, or a view of its samples; of a view only labels that it
            shows are chosen and drawn
        key ("diff"): the key of a finished comparison
        statuses (None): which statuses; by default all that are a change
        per_status (4): how many examples of each status at most
        path (None): a file that ends with ``.png``, to write the contact sheet to
        overwrite (False): whether a file that exists may be replaced
        on_progress (None): called with the share done, 0 to 1, and a text on
            what is done

    Returns:
        the examples, with their pictures

    Raises:
        ComparisonError: if there is no such comparison, it is not finished, the view is
            of patches, or a status can't be shown
        ExportError: if the file is in the way or can't be written
    """
    if is_generated(samples):
        raise ComparisonError(
            "Examples can't be shown for a view of patches, frames or clips; show "
            "those of the samples that it was made from"
        )
    if not isinstance(per_status, int) or per_status < 1:
        raise ComparisonError(
            f"`per_status` must be a whole number of at least 1, not {per_status!r}"
        )
    wanted = CHANGES if statuses is None else find_statuses(statuses)
    table = ObjectTable(without_projection(samples), key)
    if path is None:
        return _collect(table, wanted, per_status, on_progress)
    target = absolute_path(path)
    if target.suffix != ".png":
        raise ExportError(f"'{target.name}' must end with .png")
    with staging(target.parent, overwrite, [target]) as files:
        shown = _collect(table, wanted, per_status, on_progress)
        _write_sheet(shown, files, target)
    return shown


def find_statuses(names: Sequence[str]) -> list[Status]:
    """The statuses of some names, in their own order.

    Raises:
        ComparisonError: if one is not known, or there is nothing to see of it
    """
    names = [names] if isinstance(names, str) else list(names)
    known = [str(status) for status in SHOWABLE]
    for name in names:
        if str(name) not in known:
            raise ComparisonError(
                f"There are no examples of the status {str(name)!r}; there may be of: "
                f"{', '.join(known)}"
            )
    return [status for status in SHOWABLE if str(status) in map(str, names)]


def app_address() -> str:
    """Where the App is, if it runs where FiftyOne's settings say."""
    host = fo.config.default_app_address or "localhost"
    host = "localhost" if host == "0.0.0.0" else host
    return f"http://{host}:{fo.config.default_app_port}"


def sample_address(dataset: str, sample_id: str) -> str:
    """Where the App shows a sample; see :func:`app_address`.

    Args:
        dataset: the name of the dataset
        sample_id: the id of the sample
    """
    return f"{app_address()}/datasets/{quote(dataset, safe='')}?id={sample_id}"


def _collect(
    table: ObjectTable,
    statuses: Sequence[Status],
    per_status: int,
    on_progress: OnProgress | None,
) -> ExampleSheets:
    examples: list[ItemExample] = []
    for example in draw_examples(table, statuses, per_status):
        examples.append(example)
        if on_progress is not None:
            share = len(examples) / (len(statuses) * per_status)
            on_progress(min(share, 1), f"{len(examples)} examples drawn")
    config = table.config
    fields = config.base_field, config.revised_field
    return ExampleSheets(table.fields.key, table.dataset.name, fields, examples)


def _write_sheet(shown: ExampleSheets, files: StagedFiles, target: Path) -> None:
    if not shown.examples:
        raise ExportError(f"No contact sheet can be written: {shown.summary()}")
    shown.sheet().save(files.add(target), "PNG")
