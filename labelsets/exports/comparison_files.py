"""A comparison as files: its objects, its totals and a report."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import fiftyone as fo

from ...zoo.progress import OnProgress, share_of
from ..error_types import ExportError
from ..runs.run_results import ComparisonResults, load_results
from .csv_text import CsvWriter
from .object_rows import ObjectTable, Row
from .report_pages.html_report import report_files, write_report
from .staged_files import absolute_path, staging

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
    on_progress: OnProgress | None = None,
) -> Export:
    """Writes a finished comparison to files of a folder, named after its key.

    Totals and the figures of a report are of the whole comparison; objects and
    pictures are of the samples given, and of a view only the labels that it shows.
    All files appear together when all are written; on a failure none does.

    Args:
        samples: the dataset, or a view of its samples
        key: the key of the comparison
        folder: where to write to; created if it doesn't exist
        formats: any of ``FORMATS``
        overwrite: whether files that exist may be replaced
        on_progress: called with the share done, 0 to 1, and a text on what is done

    Returns:
        what was written

    Raises:
        ComparisonError: if there is no such comparison, or it is not finished
        ExportError: if a file is in the way or can't be written. Nothing is written
            if that can be told before
    """
    results = load_results(samples._root_dataset, key)
    targets = target_files(key, folder, formats)
    table = ObjectTable(samples, key)
    if "parquet" in formats:
        require_pyarrow()
    done = Export()
    all_targets = [path for paths in targets.values() for path in paths]
    with staging(absolute_path(folder), overwrite, all_targets) as files:
        for index, (name, (path, *_)) in enumerate(targets.items()):
            part = share_of(on_progress, index / len(targets), 1 / len(targets))
            if name in OBJECTS:
                done.objects = _write_objects(table, files.add(path), path, part)
            elif name == "json":
                _write_totals(results, files.add(path))
            else:
                write_report(table, path, files, part)
        done.paths = files.paths
    if on_progress is not None:
        on_progress(1, f"{len(done.paths)} files written")
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
        ExportError: if a format is not known, or none is asked for
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats or isinstance(formats, str):
        raise ExportError(
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
    on_progress: OnProgress | None = None,
) -> int:
    """Writes a row an object of a finished comparison, see :class:`ObjectTable`.

    Parquet keeps all text as it is. In CSV every field is quoted, and text that
    begins with one of ``= + - @ '`` (spaces and invisible characters apart), a tab or
    a line break gets a ``'`` in front, so that a spreadsheet never takes it for a
    formula: leaving out one ``'`` where there is one gives the text back. Tags are one
    text there, joined by ``;``.

    Args:
        samples: the dataset, or a view of its samples
        key: the key of the comparison
        path: a file that ends with ``.csv`` or ``.parquet``
        overwrite: whether a file that exists may be replaced
        on_progress: called with the share done, 0 to 1, and a text on what is done

    Returns:
        the number of rows

    Raises:
        ComparisonError: if there is no such comparison, or it is not finished
        ExportError: if the file is in the way or can't be written
    """
    target = absolute_path(path)
    if target.suffix not in _WRITERS:
        raise ExportError(f"'{target.name}' must end with .csv or .parquet")
    table = ObjectTable(samples, key)
    with staging(target.parent, overwrite, [target]) as files:
        return _write_objects(table, files.add(target), target, on_progress)


def export_totals(
    results: ComparisonResults,
    path: str | os.PathLike[str],
    overwrite: bool = False,
) -> None:
    """Writes the parameters, the figures and every table of a comparison as JSON.

    NaN and infinities, such as the quality of nothing, become null.

    Args:
        results: the results
        path: the file
        overwrite: whether one that exists may be replaced

    Raises:
        ExportError: if the file is in the way or can't be written
    """
    target = absolute_path(path)
    with staging(target.parent, overwrite, [target]) as files:
        _write_totals(results, files.add(target))


def require_pyarrow() -> Any:
    """The package that writes Parquet, which FiftyOne does not come with.

    Raises:
        ExportError: if it is not installed
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ExportError(
            "Parquet is written by pyarrow, which is not installed: run `pip install "
            "pyarrow` where FiftyOne runs, or choose CSV"
        ) from error
    return pyarrow


def _write_objects(
    table: ObjectTable, part: Path, target: Path, on_progress: OnProgress | None
) -> int:
    written = 0
    with _WRITERS[target.suffix](part, table.columns) as write:
        for share, rows in table.batches():
            write(rows)
            written += len(rows)
            if on_progress is not None:
                on_progress(share, f"{target.name}: {written:,} objects")
    return written


def _write_totals(results: ComparisonResults, part: Path) -> None:
    document = _finite(results.to_dict())
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    part.write_text(text + "\n", encoding="utf-8")


@contextmanager
def _csv_file(path: Path, columns: dict[str, type]) -> Iterator[Write]:
    texts = [name for name, kind in columns.items() if kind is list]

    def write(rows: list[Row]) -> None:
        for row in rows:
            row |= {name: ";".join(row[name]) for name in texts}
        writer.write([row[name] for name in columns] for row in rows)

    with path.open("x", encoding="utf-8", newline="") as file:
        writer = CsvWriter(file, columns)
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


_WRITERS = {".csv": _csv_file, ".parquet": _parquet_file}


def _finite(value: Any) -> Any:
    """A JSON document with null in place of NaN and infinities."""
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
