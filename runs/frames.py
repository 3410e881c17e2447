"""Frames whose whole numbers stay whole numbers, and None stays None, and their CSV."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar

import pandas as pd

T = TypeVar("T")

_FORMULA = re.compile(r"\s*['=+@＝＋－＠-]|[\t\r\n]")
"""Text that spreadsheets take for a formula, after OWASP's "CSV Injection", or that
begins as text made harmless does."""


def harmless(value: T) -> T | str:
    """Text as a spreadsheet takes it for text; all else as it is."""
    is_formula = isinstance(value, str) and _FORMULA.match(value)
    return f"'{value}" if is_formula else value


def harmless_csv(table: pd.DataFrame, index: bool) -> str:
    """A frame as CSV whose texts no spreadsheet takes for formulas.

    Args:
        table: the frame
        index: whether its index is written too
    """
    plain = table.map(harmless)
    plain.index = table.index.map(harmless)
    plain.columns = table.columns.map(harmless)
    text: str = plain.to_csv(index=index)
    return text


def frame(
    rows: list[dict[str, Any]],
    names: Sequence[str],
    index: str,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """A frame of rows with the same keys.

    Args:
        rows: the rows
        names: the index
        index: what the index is of
        columns: the columns, where there may be no row
    """
    columns = list(rows[0]) if columns is None else list(columns)
    return pd.DataFrame(
        {column: _column([row[column] for row in rows]) for column in columns},
        index=pd.Index(list(names), name=index, dtype=object),
        columns=columns,
    )


def _column(values: list[Any]) -> pd.Series | list[Any]:
    return pd.array(values, dtype=object) if None in values else values


def change(base: int | None, revised: int | None) -> dict[str, Any]:
    """Difference and ratio of two counts, None where they can't be worked out."""
    if base is None or revised is None:
        return {"difference": None, "ratio": None}
    return {"difference": revised - base, "ratio": revised / base if base else None}
