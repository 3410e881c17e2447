"""Overview: the table of figures, and its headlines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import fiftyone as fo

from ....labelsets import Census
from ....labelsets.census.census_views import (
    classes_view,
    crowds_view,
    labelled_view,
    several_polygons_view,
    size_view,
)
from ....labelsets.census.figures import CLASSES_WITH_MORE, classes_with_more
from ....labelsets.runs.views.pair_views import status_view
from ..controls import Controls
from ..figure_views import (
    CHANGE_COLUMNS,
    NONE,
    Column,
    Figure,
    Lines,
    Samples,
    Table,
    whole,
)
from .naming import side_field, side_names

SIZES = ("very_small", "small", "medium", "large")


def overview_tab(census: Census, controls: Controls) -> Sequence[Figure]:
    """Sentences, the table of figures, and the statuses of a comparison."""
    figures: list[Figure] = [Lines("headlines", census.headlines())]
    figures.append(_figures_table(census))
    if census.totals is not None:
        figures.append(_status_table(census))
    reasons = [
        f"{side_names(census).get(side, side)}, {name.replace('_', ' ')}: {reason}"
        for (name, side), reason in census.missing.items()
    ]
    if reasons:
        figures.append(Lines("missing", reasons, "Not available (n/a)"))
    if census.notes:
        figures.append(Lines("notes", census.notes, "Computed"))
    return figures


def _figures_table(census: Census) -> Table:
    frame, names = census.overview(), side_names(census)
    columns = {"title": Column("Figure")}
    columns |= {side: Column(names[side], whole) for side in census.sides}
    columns |= CHANGE_COLUMNS
    for side, name in names.items():
        columns[f"published_{side}"] = Column(f"{name}, published", whole, NONE)
        columns[f"agrees_{side}"] = Column("agrees", str, NONE)
    kept = [name for name in columns if name in frame.columns]
    figures = list(frame.index)
    rows = [
        (*row, figure) for row, figure in zip(frame[kept].values, figures, strict=True)
    ]
    shown = [columns[name] for name in kept]

    def open_cell(
        samples: Samples, row: Sequence[Any], column: int
    ) -> fo.DatasetView | None:
        return _figure_view(census, samples, row[-1], kept[column])

    return Table(
        "figures",
        "The label sets in figures" if len(names) > 1 else "The label set in figures",
        shown,
        [tuple(row) for row in rows],
        open_cell,
        note="Small is below 32² px², medium below 96² px²; very small is small too",
    )


def _figure_view(
    census: Census, samples: Samples, figure: str, column: str
) -> fo.DatasetView | None:
    if figure == "images":
        return samples.view()
    side = column.removeprefix("published_").removeprefix("agrees_")
    if side not in census.sides:
        return None
    field = side_field(census, side)
    if figure in SIZES:
        size: Any = figure
        return size_view(samples, field, size)
    if figure == "crowds":
        return crowds_view(samples, field)
    if figure == "several_polygons":
        return several_polygons_view(samples, field)
    if figure == CLASSES_WITH_MORE:
        (other,) = set(census.sides) - {side}
        more = classes_with_more(census.sides[side], census.sides[other])
        return classes_view(samples, field, more) if more else None
    return labelled_view(samples, field, None, "base")


def _status_table(census: Census) -> Table:
    frame, names = census.statuses(), side_names(census)
    rows = [
        (status, int(base), int(revised))
        for status, base, revised in frame.itertuples()
        if base or revised
    ]

    def open_cell(
        samples: Samples, row: Sequence[Any], column: int
    ) -> fo.DatasetView | None:
        side = ("either", "base", "revised")[column]
        assert census.key is not None
        if side == "either":
            return None
        return status_view(samples, census.key, row[0], side)

    columns = [Column("Status"), *(Column(names[side], whole) for side in names)]
    title = "What happened to the objects"
    return Table("statuses", title, columns, rows, open_cell)
