"""A comparison in words and tables, to read in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from tabulate import tabulate

from ..comparison import Status
from ..labels.frames import plain_name
from .run_config import ComparisonRunConfig

if TYPE_CHECKING:
    from .run_results import ComparisonResults

MOST_CLASSES = 10
_MOST_CHECKED = 1_000
"""Of the samples that were written to since; a report is not to take long."""


def text_report(results: ComparisonResults) -> str:
    """The report of a comparison as plain text."""
    config, summary = results.config, results.summary()
    title = f"Comparison '{results.key}': {config.base_field} -> {config.revised_field}"
    lines = [
        title,
        "=" * len(title),
        f"{summary['images']:,} images, {summary['images_with_disagreement']:,} with "
        f"disagreement; {summary['base']:,} objects in base, "
        f"{summary['revised']:,} in revised",
        *_age(results),
        *_left_out(results),
        *options_lines(results.config),
        *filter(None, [results.degenerate_line(), results.full_boxes_line()]),
        f"PQ {summary['pq']:.3f} = SQ {summary['sq']:.3f} x RQ {summary['rq']:.3f}; "
        f"mean PQ of the classes {summary['mean_pq']:.3f}",
        f"TP {summary['tp']:,}, FP {summary['fp']:,}, FN {summary['fn']:,}",
        "",
        _statuses(results),
    ]
    classes = results.classes()
    if len(classes):
        lines += ["", "Most frequent classes", "", _classes(results)]
    if lines_of_classes := one_sided_lines(results.one_sided_classes()):
        lines += ["", "Classes that only one side has", "", *lines_of_classes]
    relabels = results.relabels()
    if len(relabels):
        lines += ["", "Most frequent relabels", ""]
        lines += [
            f"{row.pairs:6,}  {plain_name(row.base)} -> {plain_name(row.revised)}"
            for row in relabels.head(MOST_CLASSES).itertuples()
        ]
    if results.broken:
        lines += ["", "Degenerate labels, which were not matched", ""]
        lines += [
            f"{found['count']:6,}  {reason} (label {', '.join(found['examples'])})"
            for reason, found in results.broken.items()
        ]
    return "\n".join(lines)


def options_lines(config: Any) -> list[str]:
    """What the options of a comparison changed, a sentence a line; none by default."""
    options = ComparisonRunConfig.of(config)
    lines = []
    if options.class_map:
        pairs = (f"{plain_name(a)} as {plain_name(b)}" for a, b in options.class_map)
        lines.append(f"Classes compared under a common name: {', '.join(pairs)}")
    if options.ignore_class:
        names = ", ".join(map(plain_name, options.ignore_class))
        lines.append(f"Classes left out: {names}")
    if options.ignore_crowd:
        lines.append("Crowds were left out")
    return lines


def one_sided_lines(classes: pd.DataFrame) -> list[str]:
    """Classes that only one side has, in words, those with a suggestion first.

    Args:
        classes: see :meth:`run_results.ComparisonResults.one_sided_classes`
    """
    rows = list(classes.itertuples())
    rows.sort(key=lambda row: (row.suggestion is None, -row.objects))
    lines = [
        f"{row.objects:6,}  {row.side}: {plain_name(row.Index)}"
        + (f", likely {plain_name(row.suggestion)}" if row.suggestion else "")
        for row in rows[:MOST_CLASSES]
    ]
    if len(rows) > MOST_CLASSES:
        lines.append(f"        and {len(rows) - MOST_CLASSES:,} more")
    return lines


def _age(results: ComparisonResults) -> list[str]:
    """Says that the figures are of labels that have changed since."""
    dataset = results.samples._root_dataset
    if results.key not in dataset.list_runs():
        return []
    return list(filter(None, [results.freshness(_MOST_CHECKED).line(results.key)]))


def _left_out(results: ComparisonResults) -> list[str]:
    if not results.left_out:
        return []
    fields = " or ".join(f"'{field}'" for field in results.config.listed_fields)
    return [f"{results.left_out:,} left out: {fields} has no list of labels for them"]


def _statuses(results: ComparisonResults) -> str:
    counts = results.statuses()
    rows = [
        [status, *counts.loc[str(status)], status.description]
        for status in Status
        if counts.loc[str(status)].any()
    ]
    return tabulate(rows, headers=["status", "base", "revised", ""], intfmt=",")


def _classes(results: ComparisonResults) -> str:
    columns = ["base", "revised", "difference", "pq", "sq", "rq"]
    table = results.classes().sort_values("base", ascending=False).head(MOST_CLASSES)
    return tabulate(
        table[columns].astype(object).rename(index=plain_name),
        headers=["class", *columns],
        floatfmt=".3f",
        missingval="–",
        disable_numparse=[0],
    )
