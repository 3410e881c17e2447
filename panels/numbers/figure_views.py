"""The parts of a tab: sentences, tables and charts that know what they count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import fiftyone as fo
import pandas as pd

from ...labelsets import ComparisonError

Samples: TypeAlias = fo.core.collections.SampleCollection
OpenCell: TypeAlias = Callable[[Samples, Sequence[Any], int], fo.DatasetView | None]
"""Given samples, the values of a row and the number of a column: what it counts."""
OpenPoint: TypeAlias = "Callable[[Samples, int, int], fo.DatasetView | Form | None]"
"""Given samples, the number of a trace and of a point in it: what it counts."""

NOT_AVAILABLE, NONE = "n/a", "–"
"""What could not be counted, and what there is none of."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        title: its heading
        form: how a value is written
        lacking: what stands for None
    """

    title: str
    form: Callable[[Any], str] = str
    lacking: str = NOT_AVAILABLE

    def show(self, value: Any) -> str:
        """A value as people read it."""
        return self.lacking if value is None else self.form(value)


class FrameRows(Sequence[Any]):
    """Rows of a frame, made when they are asked for: it may have a million.

    Args:
        frame: the frame; its index is no part of the rows
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame

    def __len__(self) -> int:
        return len(self.frame)

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            return self[place : place + 1][0] if place >= 0 else self[:][place]
        return list(self.frame.iloc[place].itertuples(index=False, name=None))

    def sorted(self, column: int, descending: bool) -> FrameRows:
        """In another order; rows of the same value stay as they are."""
        name = self.frame.columns[column]
        ordered = self.frame.sort_values(
            name, ascending=not descending, kind="stable", na_position="last"
        )
        return FrameRows(ordered)


@dataclass(frozen=True)
class Lines:
    """Sentences.

    Attributes:
        name: unique in its tab
        lines: the sentences
        title: what they are about, if that is said
    """

    name: str
    lines: Sequence[str]
    title: str = ""


@dataclass(frozen=True)
class Table:
    """A table that can be sorted, exported, and clicked.

    Attributes:
        name: unique in its tab
        title: what it shows
        columns: its columns
        rows: the values of each row; what stands behind those of the columns is not
            shown, for `opens`
        opens: the view of what a cell counts, None where it counts nothing
        most: how many rows are shown at most; all are exported
        note: said under it
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    opens: OpenCell | None = None
    most: int = 200
    note: str = ""

    def sorted(self, column: int, descending: bool) -> Table:
        """With the rows in another order; those without a value come last."""
        if isinstance(self.rows, FrameRows):
            return replace(self, rows=self.rows.sorted(column, descending))
        known = [row for row in self.rows if row[column] is not None]
        known.sort(key=lambda row: row[column], reverse=descending)
        unknown = [row for row in self.rows if row[column] is None]
        return replace(self, rows=[*known, *unknown])

    def view(
        self, samples: Samples, row: Sequence[Any], column: int
    ) -> fo.DatasetView | None:
        """The view of what a cell counts, None where it counts nothing.

        Args:
            samples: a dataset or view
            row: the values of the row
            column: the number of the column
        """
        nothing = self.columns[column].form is whole and not row[column]
        if self.opens is None or nothing:
            return None
        return self.opens(samples, row, column)

    def row_view(self, samples: Samples, row: Sequence[Any]) -> fo.DatasetView:
        """The view of what a row counts: that of its first cell with one.

        Args:
            samples: a dataset or view
            row: the values of the row

        Raises:
            ComparisonError: if no cell of the row counts anything
        """
        for column in range(len(self.columns)):
            found = self.view(samples, row, column)
            if found is not None:
                return found
        raise ComparisonError("There is nothing to open in this row")

    @property
    def shown(self) -> Sequence[Sequence[Any]]:
        """The rows that are shown."""
        return self.rows[: self.most]

    @property
    def frame(self) -> pd.DataFrame:
        """What is exported."""
        titles = [column.title for column in self.columns]
        if isinstance(self.rows, FrameRows):
            return self.rows.frame.set_axis(titles, axis="columns")
        rows = [tuple(row[: len(titles)]) for row in self.rows]
        return pd.DataFrame(rows, columns=titles)


@dataclass(frozen=True)
class Chart:
    """A Plotly chart.

    Attributes:
        name: unique in its tab
        title: what it shows
        traces: Plotly's traces; text that comes from data is escaped
        layout: Plotly's layout
        frame: what is exported, with its index
        opens: the view of what a point counts. Of a matrix, the trace is the row and
            the point the column
        height: in px
        note: said under it
    """

    name: str
    title: str
    traces: Sequence[dict[str, Any]]
    layout: dict[str, Any]
    frame: pd.DataFrame
    opens: OpenPoint | None = None
    height: int = 280
    note: str = ""
    matrix: bool = False

    def has(self, row: int, column: int) -> bool:
        """Whether there is such a point; of a matrix, such a field."""
        rows = self.traces[0]["z"] if self.matrix else [t["y"] for t in self.traces]
        return 0 <= row < len(rows) and 0 <= column < len(rows[row])


@dataclass(frozen=True)
class Choice:
    """A choice of one, which the figures after it follow.

    Attributes:
        name: the control of `Controls` that it sets
        label: what it is called
        options: titles by what the control holds
        chosen: what is chosen
    """

    name: str
    label: str
    options: Mapping[str, str]
    chosen: str


@dataclass(frozen=True)
class Form:
    """A form that is offered, since what it runs is not there yet.

    Attributes:
        name: unique in its tab
        label: what its button says
        operator: the operator whose form it is
        params: what it is filled in with
    """

    name: str
    label: str
    operator: str
    params: Mapping[str, Any] = field(default_factory=dict)


Figure: TypeAlias = Lines | Table | Chart | Choice | Form


def whole(value: Any) -> str:
    """A whole number, with separators."""
    return f"{value:,}"


def signed(value: Any) -> str:
    """A difference, with its sign."""
    return f"{value:+,}" if value else "0"


def ratio(value: Any) -> str:
    """A ratio."""
    return f"{value:.2f}"


def share(value: Any) -> str:
    """A score between 0 and 1."""
    return f"{value:.3f}"


CHANGE_COLUMNS = {
    "difference": Column("Difference", signed),
    "ratio": Column("×", ratio, NONE),
}
"""The columns that tell two counts apart."""
