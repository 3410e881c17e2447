"""Relabels: which class became which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import fiftyone as fo
import pandas as pd

from ....labelsets import Census
from ....labelsets.runs.views.pair_views import relabel_view
from ..charts import matrix
from ..controls import Controls
from ..figure_views import Column, Figure, Lines, Samples, Table, whole
from .naming import side_names

MOST = 40
"""Classes that the matrix shows: those in the most relabeled pairs."""


def relabels_tab(census: Census, controls: Controls) -> Sequence[Figure]:
    """The matrix of relabeled pairs, and the pairs by their number."""
    if census.totals is None:
        return [needs_comparison()]
    pairs = census.relabels()
    if pairs.empty:
        return [Lines("none", ["No object changed its class."])]
    names = side_names(census)
    base, revised = names["base"], names["revised"]
    key = census.key
    assert key is not None

    def open_pair(samples: Samples, row: Sequence[Any], _: int) -> fo.DatasetView:
        return relabel_view(samples, key, row[0], row[1])

    shown = _most_relabeled(pairs)

    def open_field(samples: Samples, row: int, column: int) -> fo.DatasetView | None:
        one, other = shown.index[row], shown.columns[column]
        return (
            relabel_view(samples, key, one, other) if shown.iloc[row, column] else None
        )

    total = int(pairs["pairs"].sum())
    fewer = len(shown.index) < pairs["base"].nunique() or (
        len(shown.columns) < pairs["revised"].nunique()
    )
    return [
        matrix(
            "relabel_matrix",
            f"{total:,} relabeled {'pairs' if total > 1 else 'pair'}",
            shown,
            (f"class in {revised}", f"class in {base}"),
            open_field,
            "pairs",
            f"The {MOST} classes in the most pairs; all are exported" if fewer else "",
            census.relabel_matrix(),
        ),
        Table(
            "relabels",
            "The most frequent first",
            [Column(base), Column(revised), Column("Pairs", whole)],
            list(pairs.itertuples(index=False, name=None)),
            open_pair,
        ),
    ]


def needs_comparison() -> Lines:
    """Shown if there is nothing to show without a comparison."""
    text = "This needs a comparison of the two label sets: run Compare annotations."
    return Lines("needs_comparison", [text])


def _most_relabeled(pairs: pd.DataFrame) -> pd.DataFrame:
    """The matrix of the classes in the most pairs, the most frequent first."""
    by_base = pairs.groupby("base", sort=False)["pairs"].sum()
    by_revised = pairs.groupby("revised", sort=False)["pairs"].sum()
    order = [
        s.sort_values(ascending=False, kind="stable") for s in (by_base, by_revised)
    ]
    table = pairs.pivot_table(
        index="base", columns="revised", values="pairs", fill_value=0
    )
    return table.loc[order[0].index[:MOST], order[1].index[:MOST]].astype(int)
