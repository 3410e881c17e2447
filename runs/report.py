"""A comparison in words and tables, to read in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabulate import tabulate

from ..comparison import Status

if TYPE_CHECKING:
    from .results import ComparisonResults

MOST_CLASSES = 10
LONGEST_NAME = 60


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
        f"PQ {summary['pq']:.3f} = SQ {summary['sq']:.3f} x RQ {summary['rq']:.3f}; "
        f"mean PQ of the classes {summary['mean_pq']:.3f}",
        f"TP {summary['tp']:,}, FP {summary['fp']:,}, FN {summary['fn']:,}",
        "",
        _statuses(results),
    ]
    classes = results.classes()
    if len(classes):
        lines += ["", "Most frequent classes", "", _classes(results)]
    relabels = results.relabels()
    if len(relabels):
        lines += ["", "Most frequent relabels", ""]
        lines += [
            f"{row.pairs:6,}  {_plain(row.base)} -> {_plain(row.revised)}"
            for row in relabels.head(MOST_CLASSES).itertuples()
        ]
    if results.broken:
        lines += ["", "Labels counted as degenerate because they are broken", ""]
        lines += [
            f"{found['count']:6,}  {reason} (label {', '.join(found['label_ids'])})"
            for reason, found in results.broken.items()
        ]
    return "\n".join(lines)


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
        table[columns].astype(object).rename(index=_plain),
        headers=["class", *columns],
        floatfmt=".3f",
        missingval="–",
        disable_numparse=[0],
    )


def _plain(name: str) -> str:
    """A class name on one line, with nothing in it that a terminal would act on."""
    text = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in name
    )
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 3]}..."
