"""Explorer: which classes occur together on an image, and which never do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import fiftyone as fo

from ....labelsets import Census
from ....labelsets.census.census_views import ClassQuery, explorer_view
from ..charts import matrix
from ..controls import Controls
from ..figure_views import Chart, Column, Figure, FrameRows, Samples, Table, whole
from .naming import side_field, side_names

MOST = 30
"""Classes that the matrix shows: the most frequent."""


def explorer_tab(census: Census, controls: Controls) -> Sequence[Figure]:
    """For each label set, which classes occur together and which never do."""
    sides = [controls.where] if controls.where in census.sides else list(census.sides)
    figures: list[Figure] = []
    for side in sides:
        figures += [_together(census, side), _never(census, side)]
    return figures


def explored_view(samples: Samples, census: Census, controls: Controls) -> Any:
    """The images with the required classes, and without the excluded ones."""
    wanted = controls.wanted
    if census.revised_field is None:
        wanted = ClassQuery(wanted.must, wanted.may, wanted.must_not, "base")
    return explorer_view(samples, census.base_field, census.revised_field, wanted)


@lru_cache(maxsize=4)
def _together(census: Census, side: str) -> Chart:
    frame = census.cooccurrences(side)
    shown = frame.iloc[:MOST, :MOST]
    field, name = side_field(census, side), side_names(census)[side]

    def open_field(samples: Samples, row: int, column: int) -> fo.DatasetView | None:
        if not shown.iloc[row, column]:
            return None
        pair = [str(shown.index[row]), str(shown.columns[column])]
        return explorer_view(
            samples, field, None, ClassQuery(list(dict.fromkeys(pair)))
        )

    fewer = len(shown) < len(frame)
    return matrix(
        f"together_{side}",
        f"Images with both classes, {name}",
        shown,
        ("", ""),
        open_field,
        "images",
        f"The {MOST} most frequent classes; all are exported" if fewer else "",
        frame,
    )


@lru_cache(maxsize=4)
def _never(census: Census, side: str) -> Table:
    field, name = side_field(census, side), side_names(census)[side]
    rows = FrameRows(census.absent_pairs(side))

    def open_cell(
        samples: Samples, row: Sequence[Any], column: int
    ) -> fo.DatasetView | None:
        chosen = {0: [row[0]], 2: [row[0]], 1: [row[1]], 3: [row[1]]}.get(column)
        if chosen is None:
            return None
        return explorer_view(samples, field, None, ClassQuery(chosen))

    return Table(
        f"never_meet_{side}",
        f"{len(rows):,} pairs of classes never occur together, {name}",
        [
            Column("Class"),
            Column("Other class"),
            Column("Images", whole),
            Column("Images of the other", whole),
            Column("Expected", lambda value: f"{value:,.1f}"),
        ],
        rows,
        open_cell,
        most=50,
        note="Expected: images that would hold both if classes were spread "
        "independently",
    )
