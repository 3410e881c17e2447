"""DataFrames that keep ints as ints and None as None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

LONGEST_NAME = 60
"""The most characters of a name that a report shows."""


def plain_name(name: str) -> str:
    """A class name on one line, with nothing in it that a terminal would act on."""
    text = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in name
    )
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 3]}..."


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
    labels = pd.Index(list(names), name=index, dtype=object)
    return pd.DataFrame(
        {column: _column([row[column] for row in rows], labels) for column in columns},
        index=labels,
        columns=columns,
    )


def _column(values: list[Any], labels: pd.Index) -> pd.Series | list[Any]:
    """Values as a column; pandas itself would make NaN of None among text."""
    if None not in values:
        return values
    return pd.Series(values, index=labels, dtype=object)


def change(base: int | None, revised: int | None) -> dict[str, Any]:
    """Difference and ratio of two counts, None where they can't be computed."""
    if base is None or revised is None:
        return {"difference": None, "ratio": None}
    return {"difference": revised - base, "ratio": revised / base if base else None}


def summary_text(summary: Mapping[str, int], *tables: pd.DataFrame) -> str:
    """Counts, a line each, and tables below them, as plain text."""
    lines = [f"{name.replace('_', ' ')}: {count:,}" for name, count in summary.items()]
    return "\n\n".join(["\n".join(lines), *(t.to_string() for t in tables)])
