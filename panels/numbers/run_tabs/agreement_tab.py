"""Agreement: how far several label sets agree, and which stands apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import fiftyone as fo

from ....labelsets import AgreementResults, load_agreement
from ....labelsets.agreement.agreement_results import SCORES
from ....labelsets.agreement.agreement_run import METHOD
from ....labelsets.agreement.agreement_views import (
    agreement_class_view,
    compared_view,
    comparison_of,
    measured_view,
)
from ....labelsets.runs.registry.other_runs import finished_runs
from ...side_names import side_names
from ..controls import Controls
from ..counting import Subject
from ..figure_views import (
    NONE,
    Chart,
    Choice,
    Column,
    Figure,
    Form,
    Lines,
    Samples,
    Table,
    share,
    whole,
)
from .run_choices import choose
from .score_charts import score_matrix

SCORE_NAMES = dict(zip(SCORES, ("PQ", "RQ", "SQ", "Mean boundary IoU"), strict=True))


def agreement_tab(
    samples: Samples, counted: Subject, controls: Controls
) -> Sequence[Figure]:
    """Scores of each pair of label sets, alpha by class, and which disagrees most."""
    dataset = samples._root_dataset
    keys = finished_runs(dataset, METHOD)
    if not keys:
        text = "This needs a measured agreement of label sets: run Measure agreement."
        return [
            Lines("needs_agreement", [text]),
            Form("agreement", "Measure agreement", METHOD),
        ]
    key, choices = choose("agreement", "Agreement", keys, controls.agreement)
    results = load_agreement(dataset, key)
    score = controls.score if controls.score in SCORE_NAMES else SCORES[0]
    return [
        *choices,
        _headlines(results),
        Choice("score", "Score", SCORE_NAMES, score),
        _matrix(results, score),
        _vitality(results),
        _classes(results),
    ]


def _headlines(results: AgreementResults) -> Lines:
    found = results.summary()
    lines = [
        f"Krippendorff's alpha {found['alpha']:.3f}, mean of the images "
        f"{found['mean_alpha']:.3f}",
        f"{found['clusters']:,} clusters of objects on {found['images']:,} images",
    ]
    if found["skipped"]:
        lines.append(
            f"{found['skipped']:,} images left out: fewer than two label sets list them"
        )
    return Lines("agreement_lines", lines)


def _matrix(results: AgreementResults, score: str) -> Chart:
    fields = results.fields

    def open_field(
        samples: Samples, row: int, column: int
    ) -> fo.DatasetView | Form | None:
        if row == column:
            return None
        one, other = fields[min(row, column)], fields[max(row, column)]
        key = comparison_of(samples._root_dataset, one, other)
        if key is not None:
            return compared_view(samples, key)
        params = {"base_field": one, "revised_field": other, "key": f"{one}_{other}"}
        return Form("", "Compare annotations", "compare_annotations", params)

    return score_matrix(
        "scores",
        f"{SCORE_NAMES[score]} of each pair of label sets",
        results.matrix(score),
        side_names(fields),
        open_field,
        "A cell opens the comparison of its two label sets, most disagreement first; "
        "where there is none yet, the form that runs it",
    )


def _vitality(results: AgreementResults) -> Table:
    frame = results.vitality()
    forms = {
        "vitality": Column("Vitality", lambda value: f"{value:+.3f}", NONE),
        "alpha_without": Column("Alpha without it", share, NONE),
        "mean_pq": Column("Mean PQ", share, NONE),
        "objects": Column("Objects", whole),
        "lacking": Column("Images without a list", whole),
    }
    names = dict(zip(results.fields, side_names(results.fields), strict=True))
    rows = [
        (names[field], *row)
        for field, row in zip(frame.index, _plain(frame[[*forms]]), strict=True)
    ]

    def open_cell(samples: Samples, row: Sequence[Any], column: int) -> fo.DatasetView:
        return measured_view(samples, results.key)

    return Table(
        "vitality",
        "Label sets, the one that disagrees most first",
        [Column("Label set"), *forms.values()],
        rows,
        open_cell,
        note="Vitality is alpha minus that without the label set: below 0 the others "
        "agree better without it. A row opens the images, lowest alpha first",
    )


def _classes(results: AgreementResults) -> Table:
    frame = results.classes()
    names = side_names(results.fields)
    columns = [Column("Class"), Column("Alpha", share, NONE), Column("Clusters", whole)]
    columns += [Column(name, whole) for name in names]
    rows = [(str(n), *row) for n, row in zip(frame.index, _plain(frame), strict=True)]

    def open_cell(samples: Samples, row: Sequence[Any], column: int) -> fo.DatasetView:
        return agreement_class_view(samples, results.key, row[0])

    return Table(
        "alpha_by_class", f"Alpha of {len(rows):,} classes", columns, rows, open_cell
    )


def _plain(frame: Any) -> list[tuple[Any, ...]]:
    """The rows of a frame."""
    return list(frame.itertuples(index=False, name=None))
