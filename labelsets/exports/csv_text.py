"""CSV that every reader splits alike and no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import IO, Any, TypeVar

import pandas as pd

T = TypeVar("T")

_FORMULA = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
    r"['=+@＝＋－＠-]|[\t\r\n]"
)
"""Text that spreadsheets take for a formula, whatever they leave out before it, after
OWASP's "CSV Injection"; and text that begins as escaped text does."""

_NUL = "\x00"


def escape_formula(value: T) -> T | str:
    """Text with a ``'`` in front where a spreadsheet would compute it.

    Args:
        value: text, or anything else, which stays as it is
    """
    is_formula = isinstance(value, str) and _FORMULA.match(value)
    return f"'{value}" if is_formula else value


class CsvWriter:
    """Rows of CSV as RFC 4180 has it: every field is quoted, so that text may hold
    commas, semicolons, quotes and line breaks of any kind.

    Lines end with CR LF. A NUL, which no reader takes, becomes U+FFFD.

    Args:
        file: a text file, opened with ``newline=""``
        columns: the names of the columns, which are written first
    """

    def __init__(self, file: IO[str], columns: Iterable[str]) -> None:
        self._lines = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        self.write([columns])

    def write(self, rows: Iterable[Iterable[Any]]) -> None:
        """Writes rows; what is None becomes an empty field."""
        self._lines.writerows(map(_field, row) for row in rows)


def frame_csv(table: pd.DataFrame, index: bool) -> str:
    """A frame as CSV, see :class:`CsvWriter`.

    Args:
        table: the frame
        index: whether its index is written too, as the first column
    """
    names, values = (
        list(map(str, table.columns)),
        table.itertuples(index=index, name=None),
    )
    file = io.StringIO(newline="")
    writer = CsvWriter(file, [str(table.index.name or ""), *names] if index else names)
    writer.write(values)
    return file.getvalue()


def _field(value: Any) -> Any:
    if isinstance(value, str):
        return escape_formula(value).replace(_NUL, "\N{REPLACEMENT CHARACTER}")
    return None if value is pd.NA or value != value else value
