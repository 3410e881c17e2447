"""A comparison written to files: its objects, its totals and a report."""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import fiftyone as fo

from ..runs.errors import ComparisonError
from ..runs.frames import harmless
from ..runs.results import ComparisonResults, load_results
from .files import absolute_path, check_targets, writing
from .html_report import export_report, report_files
from .object_rows import ObjectTable, Row

Report = Callable[[float, str], None]
Write = Callable[[list[Row]], None]


class Format(NamedTuple):
    """What can be written.

    Attributes:
        ending: the end of the file's name; it begins with the key
        label: what it is, for people
    """

    ending: str
    label: str


FORMATS = {
    "csv": Format("objects.csv", "Objects, one a row, as CSV"),
    "parquet": Format("objects.parquet", "Objects, one a row, as Parquet"),
    "json": Format("totals.json", "Totals, as JSON"),
    "html": Format("report.html", "Report, as HTML in one file"),
    "md": Format("report.md", "Report, as Markdown with pictures"),
}
DEFAULT_FORMATS = ("csv", "json", "html")

OBJECTS, REPORTS = ("csv", "parquet"), ("html", "md")


@dataclass
class Export:
    """What was written.

    Attributes:
        paths: the files, in the order asked for, pictures after their report
        objects: the number of objects written; None if they were not asked for
        missing: how many objects of a dataset that the comparison counted were not
            there any more
    """

    paths: list[Path] = field(default_factory=list)
    objects: int | None = None
    missing: int = 0


def export_comparison(
    samples: fo.core.collections.SampleCollection,
    key: str = "diff",
    folder: str | os.PathLike[str] = "",
    formats: Sequence[str] = DEFAULT_FORMATS,
    overwrite: bool = False,
    report: Report | None = None,
) -> Export:
    """Writes a finished comparison to files of a folder, named after its key.

    Totals and the figures of a report are of the whole comparison; objects and
    pictures are of the samples given, and of a view only the labels that it shows.

    Args:
        samples: the dataset, or a view of its samples
        key: the key of the comparison
        folder: where to write to; created if it doesn't exist
        formats: any of ``FORMATS``
        overwrite: whether files that exist may be replaced
        report: told of the progress: how much is done, from 0 to 1, and of what

    Returns:
        what was written

    Raises:
        ComparisonError: if there is no such comparison, it is not finished, a file is
            in the way or can't be written. Nothing is written if that can be told
            before
    """
    results = load_results(samples._root_dataset, key)
    targets = target_files(key, folder, formats)
    ObjectTable(samples, key)
    if "parquet" in formats:
        require_pyarrow()
    check_targets([p for paths in targets.values() for p in paths], overwrite)
    done = Export()
    for index, (name, paths) in enumerate(targets.items()):

        def tell(share: float, label: str, before: int = index) -> None:
            if report is not None:
                report((before + share) / len(targets), label)

        written = paths[:1]
        if name in OBJECTS:
            done.objects = export_objects(samples, key, paths[0], overwrite, tell)
        elif name == "json":
            export_totals(results, paths[0], overwrite)
        else:
            written = export_report(samples, key, paths[0], overwrite, tell)
        done.paths += written
    if report is not None:
        report(1, f"{len(done.paths)} files written")
    if done.objects is not None and isinstance(samples, fo.Dataset):
        done.missing = int(results.statuses().to_numpy().sum()) - done.objects
    return done


def target_files(
    key: str, folder: str | os.PathLike[str], formats: Sequence[str]
) -> dict[str, list[Path]]:
    """The files that an export may write, by format.

    Args:
        key: the key of the comparison
        folder: where to write to
        formats: any of ``FORMATS``

    Raises:
        ComparisonError: if a format is not known, or none is asked for
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats or isinstance(formats, str):
        raise ComparisonError(
            f"Choose one or more of the formats {', '.join(FORMATS)}; found {formats!r}"
        )
    where = absolute_path(folder)
    files = {name: where / f"{key}_{FORMATS[name].ending}" for name in formats}
    return {
        name: report_files(path) if name in REPORTS else [path]
        for name, path in files.items()
    }


def export_objects(
    samples: fo.core.collections.SampleCollection,
    key: str,
    path: str | os.PathLike[str],
    overwrite: bool = False,
    report: Report | None = None,
) -> int:
    """Writes a row an object of a finished comparison, see :class:`ObjectTable`.

    Parquet keeps all text as it is. In CSV, text that begins with one of ``= + - @ '``
    (spaces apart), a tab or a line break gets a ``'`` in front, so that a spreadsheet
    never takes it for a formula: leaving out one ``'`` where there is one gives the
    text back. Tags are one text there, joined by ``;``.

    Args:
        samples: the dataset, or a view of its samples
        key: the key of the comparison
        path: a file that ends with ``.csv`` or ``.parquet``
        overwrite: whether a file that exists may be replaced
        report: told of the progress: how much is done, from 0 to 1, and of what

    Returns:
        the number of rows

    Raises:
        ComparisonError: if there is no such comparison, it is not finished, or the
            file is in the way or can't be written
    """
    target = absolute_path(path)
    writers = {".csv": _csv_file, ".parquet": _parquet_file}
    if target.suffix not in writers:
        raise ComparisonError(f"'{target.name}' must end with .csv or .parquet")
    table = ObjectTable(samples, key)
    written = 0
    with (
        writing(target, overwrite) as part,
        writers[target.suffix](part, table.columns) as write,
    ):
        for share, rows in table.batches():
            write(rows)
            written += len(rows)
            if report is not None:
                report(share, f"{target.name}: {written:,} objects")
    return written


def export_totals(
    results: ComparisonResults,
    path: str | os.PathLike[str],
    overwrite: bool = False,
) -> None:
    """Writes the parameters, the figures and every table of a comparison as JSON.

    What is no number, as a quality of nothing, is null.

    Args:
        results: the results
        path: the file
        overwrite: whether one that exists may be replaced

    Raises:
        ComparisonError: if the file is in the way or can't be written
    """
    document = _finite(results.to_dict())
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    with writing(absolute_path(path), overwrite) as part:
        part.write_text(text + "\n", encoding="utf-8")


def require_pyarrow() -> Any:
    """The package that writes Parquet, which FiftyOne does not come with.

    Raises:
        ComparisonError: if it is not installed
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ComparisonError(
            "Parquet is written by pyarrow, which is not installed: run `pip install "
            "pyarrow` where FiftyOne runs, or choose CSV"
        ) from error
    return pyarrow


@contextmanager
def _csv_file(path: Path, columns: dict[str, type]) -> Iterator[Write]:
    texts = [name for name, kind in columns.items() if kind is str]

    def write(rows: list[Row]) -> None:
        for row in rows:
            plain = {name: harmless(row[name]) for name in texts}
            tags = harmless(";".join(row["tags"]))
            lines.writerow(row | plain | {"tags": tags})

    with path.open("x", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, list(columns), lineterminator="\n")
        lines.writeheader()
        yield write


@contextmanager
def _parquet_file(path: Path, columns: dict[str, type]) -> Iterator[Write]:
    arrow = require_pyarrow()
    kinds = {
        str: arrow.string(),
        int: arrow.int64(),
        float: arrow.float64(),
        list: arrow.list_(arrow.string()),
    }
    schema = arrow.schema([(name, kinds[kind]) for name, kind in columns.items()])

    def write(rows: list[Row]) -> None:
        if rows:
            file.write_table(arrow.Table.from_pylist(rows, schema=schema))

    with arrow.parquet.ParquetWriter(path, schema) as file:
        yield write


def _finite(value: Any) -> Any:
    """A JSON document in which every number that is none is null."""
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
