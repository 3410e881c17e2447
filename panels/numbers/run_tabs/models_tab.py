"""Models: predictions held against each label set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import fiftyone as fo
import pandas as pd

from ....labelsets import BenchmarkResults, contested_view, load_benchmark
from ....labelsets.evaluation.benchmark_report import benchmark_lines
from ....labelsets.evaluation.benchmark_run import METHOD
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
            "This needs a model's predictions evaluated against label sets: run "
            "Benchmark predictions."
        )
        return [
            Lines("needs_benchmark", [text]),
            Form("benchmark", "Benchmark predictions", METHOD),
        ]
    key, choices = choose("benchmark", "Benchmark", keys, controls.benchmark)
    results = load_benchmark(dataset, key)
    model, more = choose("model", "Model", results.predictions, controls.model)
    pair, pairs = _choose_pair(results.fields, controls.pair)
    others = _others(results.fields, pair)
    figures: list[Figure] = [
        *choices,
        Lines("benchmark_lines", benchmark_lines(results)),
        *pairs,
    ]
    if len(results.predictions) > 1:
        figures.append(_ranks(results, others))
    figures += [*more, _metrics(results, model, others)]
    if pair is not None:
        figures.append(_difference(results, model, pair))
    classes = results.classes(model)
    known = classes[(results.fields[0], "labels")].sort_values(ascending=False)
    if len(known):
        names = [str(name) for name in known.index]
        name, choice = choose("curve_class", "Class", names, controls.curve_class)
        figures += [*choice, _curve(results, model, name, others)]
    return figures


def _choose_pair(
    fields: Sequence[str], wanted: str | None
) -> tuple[tuple[str, str] | None, list[Choice]]:
    """Which two label sets are held against each other, the earlier first, and the
    choice of these, of more than two."""
    names = dict(zip(fields, side_names(fields), strict=True))
    pairs = {f"{b} - {a}": (a, b) for a, b in combinations(fields, 2)}
    if not pairs:
        return None, []
    what = wanted if wanted in pairs else next(iter(pairs))
    titles = {what: f"{names[b]} - {names[a]}" for what, (a, b) in pairs.items()}
    choice = [Choice("pair", "Difference", titles, what)] if len(pairs) > 1 else []
    return pairs[what], choice


def _others(fields: Sequence[str], pair: tuple[str, str] | None) -> dict[str, str]:
    """What each label set is held against: of the two that are chosen the other one,
    for any further one the earlier of them."""
    if pair is None:
        return {}
    return {field: pair[1] if field == pair[0] else pair[0] for field in fields}


def _against(others: Mapping[str, str]) -> str:
    """What each label set is held against, in words; nothing of two, or of one."""
    if len(others) < 3:
        return ""
    names = dict(zip(others, side_names([*others]), strict=True))
    held = [f"{names[one]} against {names[other]}" for one, other in others.items()]
    return f": {', '.join(held)}"


def _contested(
    samples: Samples,
    results: BenchmarkResults,
    model: str,
    right: str,
    wrong: str | None,
    name: str | None = None,
) -> fo.DatasetView | None:
    """The predictions that are right under a label set and wrong under another."""
    if wrong is None:
        return None
    return contested_view(samples, results.key, right, wrong, model, name)


def _metrics(results: BenchmarkResults, model: str, others: Mapping[str, str]) -> Table:
    frame, fields = results.intervals(model), results.fields
    names = dict(zip(fields, side_names(fields), strict=True))
    pairs = {f"{b} - {a}": (b, a) for a, b in combinations(fields, 2)}
    meant = {field: (field, others.get(field)) for field in fields} | pairs
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
        return _contested(samples, results, model, right, wrong)

    return Table(
        "metrics",
        f"{model} against each label set",
        columns,
        rows,
        open_cell,
        note="A cell opens the predictions that are right under its label set, or "
        f"under the first of two, and wrong under the other{_against(others)}",
    )


def _ranks(results: BenchmarkResults, others: Mapping[str, str]) -> Table:
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
        right = results.fields[place]
        return _contested(samples, results, row[0], right, others.get(right))

    title = "Models by AP under each label set"
    return Table("ranks", title, columns, rows, open_cell, note=_contested_note(others))


def _contested_note(others: Mapping[str, str]) -> str:
    """What a click on a label set opens, where that takes saying."""
    said = _against(others)
    text = "Opens predictions that are right under one label set, wrong under another"
    return text + said if said else ""


def _difference(results: BenchmarkResults, model: str, pair: tuple[str, str]) -> Chart:
    classes = results.classes(model)
    earlier, later = pair
    names = dict(zip(results.fields, side_names(results.fields), strict=True))
    title = f"{names[later]} - {names[earlier]}"
    found = classes[f"{later} - {earlier}"].dropna(subset=["value"])
    order = found["value"].abs().sort_values(ascending=False, kind="stable").index
    shown = found.loc[order[:MOST]]
    frame = shown[["value"]].rename(columns={"value": title})

    def open_bar(samples: Samples, trace: int, point: int) -> fo.DatasetView | None:
        sides = (later, earlier)
        right, wrong = sides if frame.iloc[point, 0] >= 0 else sides[::-1]
        name = str(frame.index[point])
        return _contested(samples, results, model, right, wrong, name)

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


def _curve(
    results: BenchmarkResults, model: str, name: str, others: Mapping[str, str]
) -> Chart:
    frame = results.precision_recall(name, model)
    frame.columns = pd.Index(side_names(results.fields))

    def open_point(samples: Samples, trace: int, point: int) -> fo.DatasetView | None:
        right = results.fields[trace]
        return _contested(samples, results, model, right, others.get(right), name)

    title, axes = f"Precision over recall of {name}, IoU 0.5", ("recall", "precision")
    note = _contested_note(others)
    return curves("precision_recall", title, frame, axes, open_point, note)


def _rank(value: int) -> str:
    """A rank, which counts nothing."""
    return str(value)


def _signed(value: float) -> str:
    return f"{value:+.3f}"
