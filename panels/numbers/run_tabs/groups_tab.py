"""Groups: by whom and where label sets differ, the largest deviations first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import fiftyone as fo
import pandas as pd

from ....labelsets import group_view
from ....labelsets.census.by_group.group_reading import groupable
from ....labelsets.census.by_group.grouping import NO_VALUE
from ...side_names import side_names
from ..controls import Controls
from ..counting import Subject
from ..figure_views import (
    NONE,
    Column,
    Figure,
    Lines,
    Samples,
    Table,
    share,
    signed,
    whole,
)
from .kept_groups import read_groups
from .run_choices import choose
from .score_charts import score_bars

MOST_BARS = 20


def groups_tab(
    samples: Samples, counted: Subject, controls: Controls
) -> Sequence[Figure]:
    """What a comparison found by group, else what each label set holds by group."""
    dataset = samples._root_dataset
    fields = [f for f in (counted.base_field, counted.revised_field) if f is not None]
    names = groupable(dataset, fields)
    chosen, choice = choose("group_by", "By", names, controls.group_by)
    figures: list[Figure] = [*choice]
    frame = read_groups(samples, fields, counted.key, chosen)
    if counted.key is None:
        text = (
            "Deviations need a comparison of two label sets: run Compare annotations "
            "and choose it above."
        )
        return [*figures, Lines("groups_alone", [text]), _table(frame, fields, chosen)]
    named = frame[frame.index != NO_VALUE]
    deviating = named[["deviation"]].dropna().head(MOST_BARS)
    if len(deviating) > 1:

        def open_bar(samples: Samples, _: int, point: int) -> fo.DatasetView:
            return group_view(samples, fields, chosen, deviating.index[point])

        figures.append(
            score_bars(
                "deviations",
                f"PQ by {chosen}, deviation from the whole",
                deviating,
                "deviation of PQ",
                open_bar,
            )
        )
    return [*figures, _table(frame, fields, chosen)]


def _table(frame: pd.DataFrame, fields: Sequence[str], name: str) -> Table:
    sides = dict(zip(("base", "revised"), side_names(fields), strict=False))
    forms = {"images": Column("Images", whole)}
    forms |= {side: Column(title, whole) for side, title in sides.items()}
    forms["difference"] = Column("Difference", signed)
    forms["deviation"] = Column("Deviation", lambda value: f"{value:+.3f}", NONE)
    forms |= {n: Column(n.upper(), share, NONE) for n in ("pq", "sq", "rq")}
    forms |= {
        column: Column(column.replace("_", " "), whole)
        for column in frame.columns
        if column not in forms
    }
    kept = [column for column in forms if column in frame.columns]
    groups = list(frame.index)
    rows = [
        (str(group), *values, group)
        for group, values in zip(
            groups, frame[kept].itertuples(index=False, name=None), strict=True
        )
    ]

    def open_cell(samples: Samples, row: Sequence[Any], column: int) -> fo.DatasetView:
        return group_view(samples, fields, name, row[-1])

    return Table(
        "groups",
        f"{len(rows):,} groups by {name}",
        [Column("Group"), *(forms[column] for column in kept)],
        rows,
        open_cell,
    )
