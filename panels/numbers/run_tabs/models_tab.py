"""Models: predictions held against each label set."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import fiftyone as fo
import pandas as pd

from ....labelsets import BenchmarkResults, contested_view, load_benchmark
from ....labelsets.evaluation.benchmark_report import benchmark_lines
from ....labelsets.evaluation.benchmark_run import METHOD
from ....labelsets.runs.other_runs import finished_runs
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
)
from .evidence_figures import evidence_figures
from .run_choices import choose
from .score_charts import curves, score_bars

MOST = 20
"""Classes of which the chart shows the difference of AP: those with the greatest."""

CHANGED = "▲▼ changes"
"""Marks a model that label sets rank differently."""


def models_tab(
    samples: Samples, counted: Subject, controls: Controls
) -> Sequence[Figure]:
    """Metrics and ranks of models, differences by class, and precision over recall;
    then which label set models side with, where a comparison is shown."""
    return [
        *_benchmark(samples._root_dataset, controls),
        *evidence_figures(samples, counted),
    ]


def _benchmark(dataset: fo.Dataset, controls: Controls) -> list[Figure]:
    """What a benchmark found, or the form that runs one."""
    keys = finished_runs(dataset, METHOD)
    if not keys:
        text = (
            "This takes a model's predictions, held against label sets: run "
            "Benchmark predictions."
        )
        return [
            Lines("needs_benchmark", [text]),
            Form("benchmark", "Benchmark predictions", METHOD),
        ]
    key, choices = choose("benchmark", "Benchmark", keys, controls.benchmark)
    results = load_benchmark(dataset, key)
    model, more = choose("model", "Model", results.predictions, controls.model)
    figures: list[Figure] = [
        *choices,
        Lines("benchmark_lines", benchmark_lines(results)),
    ]
    if len(results.predictions) > 1:
        figures.append(_ranks(results))
    figures += [*more, _metrics(results, model)]
    if len(results.fields) > 1:
        figures += _differences(results, model, controls.pair)
    classes = results.classes(model)
    known = classes[(results.fields[0], "labels")].sort_values(ascending=False)
    if len(known):
        names = [str(name) for name in known.index]
        name, choice = choose("curve_class", "Class", names, controls.curve_class)
        figures += [*choice, _curve(results, model, name)]
    return figures


def _contested(
    samples: Samples,
    results: BenchmarkResults,
    model: str,
    right: str,
    name: str | None = None,
    wrong: str = "",
) -> fo.DatasetView | None:
    """The predictions that are right under a label set and wrong under another."""
    wrong = wrong or next((f for f in results.fields if f != right), "")
    if not wrong:
        return None
    return contested_view(samples, results.key, right, wrong, model, name)


def _metrics(results: BenchmarkResults, model: str) -> Table:
    frame, fields = results.intervals(model), results.fields
    names = dict(zip(fields, side_names(fields), strict=True))
    pairs = {f"{b} - {a}": (b, a) for a, b in combinations(fields, 2)}
    meant = {field: (field, "") for field in fields} | pairs
    titles = names | {w: f"{names[b]} - {names[a]}" for w, (b, a) in pairs.items()}
    columns, cells = [Column("Metric")], [""]
    for what in meant:
        columns += [Column(titles[what], _signed if what in pairs else share, NONE)]
        columns += [Column("95 %", lacking=NONE)]
        cells += [what, what]
    rows = []
    for metric, values in frame.iterrows():
        row: list[Any] = [metric]
        for what in meant:
            value, low, high = (values[what, part] for part in ("value", "low", "high"))
            row.append(None if pd.isna(value) else float(value))
            row.append(None if pd.isna(low) else f"{low:.3f} to {high:.3f}")
        rows.append(tuple(row))

    def open_cell(
        samples: Samples, row: Sequence[Any], column: int
    ) -> fo.DatasetView | None:
        if not cells[column]:
            return None
        right, wrong = meant[cells[column]]
        return _contested(samples, results, model, right, None, wrong)

    return Table(
        "metrics",
        f"{model} against each label set",
        columns,
        rows,
        open_cell,
        note="A cell opens the predictions that are right under its label set, or "
        "under the first of two, and wrong under the other",
    )


def _ranks(results: BenchmarkResults) -> Table:
    frame = results.ranks()
    columns = [Column("Model")]
    for name in side_names(results.fields):
        columns += [Column(f"AP, {name}", share, NONE), Column("rank", _rank, NONE)]
    columns.append(Column("Ranks"))
    rows = []
    for model, values in frame.iterrows():
        row: list[Any] = [model]
        for field in results.fields:
            value, rank = values[field, "value"], values[field, "rank"]
            row += [None if pd.isna(value) else float(value)]
            row += [None if pd.isna(rank) else int(rank)]
        rows.append((*row, CHANGED if values["rank", "changes"] else "same"))

    def open_cell(
        samples: Samples, row: Sequence[Any], column: int
    ) -> fo.DatasetView | None:
        place = (column - 1) // 2
        if not 0 <= place < len(results.fields):
            return None
        return _contested(samples, results, row[0], results.fields[place])

    return Table("ranks", "Models by AP under each label set", columns, rows, open_cell)


def _differences(
    results: BenchmarkResults, model: str, wanted: str | None
) -> list[Figure]:
    """The differences of two label sets, and the choice of these, of more than two."""
    names = dict(zip(results.fields, side_names(results.fields), strict=True))
    pairs = {f"{b} - {a}": (a, b) for a, b in combinations(results.fields, 2)}
    titles = {what: f"{names[b]} - {names[a]}" for what, (a, b) in pairs.items()}
    what = wanted if wanted in pairs else next(iter(pairs))
    choice = [Choice("pair", "Difference", titles, what)] if len(pairs) > 1 else []
    return [*choice, _difference(results, model, what, titles[what], pairs[what])]


def _difference(
    results: BenchmarkResults, model: str, what: str, title: str, pair: tuple[str, str]
) -> Chart:
    classes = results.classes(model)
    earlier, later = pair
    found = classes[what].dropna(subset=["value"])
    order = found["value"].abs().sort_values(ascending=False, kind="stable").index
    shown = found.loc[order[:MOST]]
    frame = shown[["value"]].rename(columns={"value": title})

    def open_bar(samples: Samples, trace: int, point: int) -> fo.DatasetView | None:
        sides = (later, earlier)
        right, wrong = sides if frame.iloc[point, 0] >= 0 else sides[::-1]
        name = str(frame.index[point])
        return _contested(samples, results, model, right, name, wrong)

    fewer = len(shown) < len(found)
    return score_bars(
        "ap_differences",
        f"AP by class, {title}",
        frame,
        "difference of AP",
        open_bar,
        {title: shown[["low", "high"]]},
        f"The {MOST} greatest of {len(found):,}" if fewer else "",
    )


def _curve(results: BenchmarkResults, model: str, name: str) -> Chart:
    frame = results.precision_recall(name, model)
    frame.columns = pd.Index(side_names(results.fields))

    def open_point(samples: Samples, trace: int, point: int) -> fo.DatasetView | None:
        return _contested(samples, results, model, results.fields[trace], name)

    title = f"Precision over recall of {name}, IoU 0.5"
    return curves("precision_recall", title, frame, ("recall", "precision"), open_point)


def _rank(value: int) -> str:
    """A rank, which counts nothing."""
    return str(value)


def _signed(value: float) -> str:
    return f"{value:+.3f}"
