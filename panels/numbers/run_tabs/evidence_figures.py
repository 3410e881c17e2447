"""Which label set models side with, for the comparison that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

import fiftyone as fo
import pandas as pd
from cachetools import LRUCache, cached

from ....labelsets import (
    ComparisonError,
    EvidenceResults,
    RunFields,
    evidence_view,
    load_evidence,
)
from ....labelsets.evaluation.benchmark_checks import likely_predictions
from ....labelsets.evaluation.evidence_results import COLUMNS, evidence_lines
from ....labelsets.labels.label_fields import elements_path
from ....labelsets.labels.tags.tag_times import identity_but_tags
from ...side_names import side_names
from ..counting import Subject
from ..figure_views import NONE, Column, Figure, Form, Lines, Samples, Table, whole

KEPT = 16
"""Results that are kept, of all windows and datasets together."""


def evidence_figures(samples: Samples, counted: Subject) -> list[Figure]:
    """How often models side with each label set, by status and by class.

    Nothing where no comparison is shown, or where there are no predictions to weigh
    its differences by; the form that weighs them, where that was not done.
    """
    if counted.key is None:
        return []
    try:
        return _figures(samples, counted.key, counted.base_field)
    except ComparisonError as error:
        return [Lines("evidence_refused", [str(error)])]


def _figures(samples: Samples, key: str, base_field: str) -> list[Figure]:
    dataset = samples._root_dataset
    path = elements_path(dataset, base_field)
    if dataset.get_field(f"{path}.{RunFields(key).evidence}") is None:
        return _offer(dataset, key)
    results = read_evidence(samples, key)
    title = f"Evidence of {', '.join(results.predictions)} for '{key}'"
    return [
        Lines("evidence_lines", evidence_lines(results), title),
        _table(results, "status", results.statuses()),
        _table(results, "class", results.classes()),
    ]


@cached(
    LRUCache(KEPT),
    key=lambda samples, key: (*identity_but_tags(samples), key),
    lock=Lock(),
)
def read_evidence(samples: Samples, key: str) -> EvidenceResults:
    """The evidence in a view, read once for each state of the data.

    Raises:
        ComparisonError: see `load_evidence`
    """
    return load_evidence(samples, key)


def _offer(dataset: fo.Dataset, key: str) -> list[Figure]:
    if not likely_predictions(dataset):
        return []
    text = (
        f"To see which label set models side with on each difference of '{key}', run "
        "Weigh evidence."
    )
    form = Form("weigh_evidence", "Weigh evidence", "weigh_evidence", {"key": key})
    return [Lines("needs_evidence", [text]), form]


def _table(results: EvidenceResults, what: str, frame: pd.DataFrame) -> Table:
    base, revised = side_names([results.base_field, results.revised_field])
    forms = {
        "items": Column("Items", whole),
        "advised": Column("Touched", whole),
        "base": Column(f"For {base}", whole),
        "revised": Column(f"For {revised}", whole),
        "equal": Column("Equal", whole),
        "mean": Column("Mean", lambda value: f"{value:+.3f}", NONE),
    }
    rows = [
        (str(name), *(None if pd.isna(value) else value for value in row))
        for name, row in zip(frame.index, _plain(frame[[*COLUMNS]]), strict=True)
    ]

    def open_cell(samples: Samples, row: Sequence[Any], column: int) -> fo.DatasetView:
        status, name = (row[0], None) if what == "status" else (None, row[0])
        counted = COLUMNS[max(column - 1, 0)]
        return evidence_view(samples, results.key, status, name, counted)

    return Table(
        f"evidence_by_{what}",
        f"Which label set models side with, by {what}",
        [Column(what.capitalize()), *(forms[name] for name in COLUMNS)],
        rows,
        open_cell,
        note="Of the items that a prediction touches: above 0 the mean is for "
        f"{revised}, below it for {base}. A cell opens the items that it counts",
    )


def _plain(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """The rows of a frame, whole numbers among them as such."""
    return list(frame.astype(object).itertuples(index=False, name=None))
