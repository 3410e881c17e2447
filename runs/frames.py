"""Frames whose whole numbers stay whole numbers, and None stays None."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd


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
