"""Classes: how many instances each has, and what happened to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import fiftyone as fo

from ....labelsets import Census
from ....labelsets.census.census_views import ClassQuery, class_view, explorer_view
from ....labelsets.census.class_frame import RARE_IMAGES
from ....labelsets.comparison.statuses import SIDE_COLORS
from ....labelsets.runs.views.pair_views import status_view
from ..charts import bars
from ..controls import TEN, Controls
from ..figure_views import (
    CHANGE_COLUMNS,
    NONE,
    Chart,
    Column,
    Figure,
    Samples,
    Table,
    share,
    whole,
)
from .naming import side_field, side_names

MOST_NAMES = 30
"""Classes that the axis of the chart names; of more every second, third or so."""

OUTCOMES = {
    "identical": ("identical", "base"),
    "refined": ("refined", "base"),
    "relabeled": ("relabeled", "base"),
    "relabeled_into": ("relabeled", "revised"),
    "split": ("split", "base"),
    "added": ("added", "revised"),
    "removed": ("removed", "base"),
}
"""The status and the side that a column counts."""


def classes_tab(census: Census, controls: Controls) -> Sequence[Figure]:
    """The bar chart and the table of classes."""
    return [_chart(census, controls), _table(census, controls)]


def _chart(census: Census, controls: Controls) -> Chart:
    frame = census.classes()[list(census.sides)]
    shown = frame.head(10) if controls.classes_shown == TEN else frame
    names, sides = list(shown.index), list(census.sides)

    def open_bar(samples: Samples, trace: int, point: int) -> fo.DatasetView:
        return class_view(samples, side_field(census, sides[trace]), names[point])

    what = "ten most frequent classes" if controls.classes_shown == TEN else "classes"
    return bars(
        "instances",
        f"Instances of the {what}",
        shown,
        names,
        SIDE_COLORS,
        side_names(census),
        ("", "instances"),
        open_bar,
        log=controls.log,
        most_ticks=MOST_NAMES,
    )


def _table(census: Census, controls: Controls) -> Table:
    frame, names = census.classes(), side_names(census)
    columns: dict[str, Column] = {side: Column(names[side], whole) for side in names}
    columns |= CHANGE_COLUMNS
    columns |= {name: Column(name.replace("_", " "), whole) for name in OUTCOMES}
    columns |= {name: Column(name.upper(), share, NONE) for name in ("pq", "sq", "rq")}
    kept = [name for name in columns if name in frame.columns]
    wanted = controls.search.strip().casefold()
    rows = [
        (name, *(row[column] for column in kept), "rare" if row["rare"] else "")
        for name, row in frame.to_dict("index").items()
        if wanted in str(name).casefold()
    ]
    cells = ["class", *kept, "rare"]

    def open_cell(
        samples: Samples, row: Sequence[Any], column: int
    ) -> fo.DatasetView | None:
        return _class_cell_view(census, samples, row[0], cells[column])

    return Table(
        "classes",
        f"{len(rows)} classes"
        if not wanted
        else f"{len(rows)} of {len(frame)} classes",
        [Column("Class"), *(columns[name] for name in kept), Column("Rare")],
        rows,
        open_cell,
        note=f"A class on at most {RARE_IMAGES} images of each label set is rare",
    )


def _class_cell_view(
    census: Census, samples: Samples, name: str, column: str
) -> fo.DatasetView:
    if column in census.sides:
        return class_view(samples, side_field(census, column), name)
    if column in OUTCOMES:
        assert census.key is not None
        return status_view(samples, census.key, *OUTCOMES[column], name)
    wanted = ClassQuery([name], where="either" if census.revised_field else "base")
    return explorer_view(samples, census.base_field, census.revised_field, wanted)
