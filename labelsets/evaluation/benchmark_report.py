"""The report of a benchmark, to read in a terminal."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd
from tabulate import tabulate

from ..labels.frames import plain_name

if TYPE_CHECKING:
    from .benchmark_results import BenchmarkResults

MOST_CLASSES = 10


def benchmark_text(results: BenchmarkResults) -> str:
    """The report of a benchmark as plain text."""
    title = f"Benchmark '{results.key}': {', '.join(results.predictions)}"
    lines = [title, "=" * len(title), *benchmark_lines(results)]
    if len(results.predictions) > 1:
        lines += ["", "Models by AP under each label set", "", _ranks(results)]
    for name in results.predictions:
        lines += ["", name, "", _intervals(results.intervals(name))]
    pairs = list(combinations(results.fields, 2))
    for one, other in pairs:
        title = "Classes whose AP differs most"
        title += f", {other} - {one}" if len(pairs) > 1 else ""
        lines += ["", title, "", _classes(results, one, other)]
    return "\n".join(lines)


def benchmark_lines(results: BenchmarkResults) -> list[str]:
    """What was evaluated, and what was left out or counts otherwise, in sentences."""
    config, reading = results.config, results.reading
    overlap = "Boundary" if config.boundary else config.iou.capitalize()
    remarks = [
        f"{overlap} AP and AR on {reading['images']:,} images against "
        f"{', '.join(results.fields)}"
    ]
    if reading["skipped"]:
        remarks.append(
            f"{reading['skipped']:,} images left out: a label field has no list there"
        )
    for what, kind in (
        ("Images without predictions, which count as none predicted", "unpredicted"),
        ("Labels without a mask, which count as filled boxes", "boxes"),
    ):
        counts = [f"{n:,} of '{name}'" for name, n in reading[kind].items() if n]
        if counts:
            remarks.append(f"{what}: {', '.join(counts)}")
    remarks += [
        f"{found['count']:,} labels that can't be read, which nothing matches: {reason}"
        for reason, found in reading["broken"].items()
    ]
    return remarks


def _ranks(results: BenchmarkResults) -> str:
    table = results.ranks()
    rows = [
        [
            name,
            *(
                f"{table.loc[name, (field, 'rank')]}. {_number(value)}"
                for field in results.fields
                for value in [table.loc[name, (field, "value")]]
            ),
            "changes" if table.loc[name, ("rank", "changes")] else "",
        ]
        for name in table.index
    ]
    return tabulate(rows, headers=["", *results.fields, "rank"], disable_numparse=True)


def _intervals(table: pd.DataFrame) -> str:
    what = list(dict.fromkeys(column for column, _ in table.columns))
    rows = [
        [metric, *(_with_bounds(table[one].loc[metric]) for one in what)]
        for metric in table.index
    ]
    return tabulate(rows, headers=["", *what], disable_numparse=True)


def _classes(results: BenchmarkResults, one: str, other: str) -> str:
    table = results.classes()
    difference = f"{other} - {one}"
    far = table[difference, "value"].abs().sort_values(ascending=False, kind="stable")
    chosen = table.loc[far.dropna().index[:MOST_CLASSES]]
    rows = [
        [
            plain_name(name),
            *(_with_bounds(chosen[w].loc[name]) for w in (one, other, difference)),
        ]
        for name in chosen.index
    ]
    return tabulate(rows, headers=["", one, other, difference], disable_numparse=True)


def _with_bounds(found: pd.Series) -> str:
    text = _number(found["value"])
    if pd.isna(found["low"]):
        return text
    return f"{text} ({_number(found['low'])} to {_number(found['high'])})"


def _number(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.3f}"
