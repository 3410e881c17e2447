"""The charts of a report, as SVG: text stays text, in whatever script it is.

They are drawn without a plotting library: its fonts would have to hold the letters of
every class name, and its settings are shared by all threads of a server.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any, NamedTuple

from ...comparison import Status
from ...comparison.statuses import PAIRED
from ...runs.run_results import ComparisonResults
from ..plain_lines import one_line, shorten

WIDTH = 860
MOST_CLASSES = 20
MOST_RELABELS = 15

_LONGEST = 30
_NAMES = 260
_BAR, _ROW = 16, 24
_INK, _MUTED, _LINE, _NEUTRAL = "#1f2328", "#59636e", "#d1d9e0", "#3b6ea8"


class Bar(NamedTuple):
    """A bar of a chart.

    Attributes:
        name: what it stands for
        length: its length, from 0 to 1
        text: what is written at its end
    """

    name: str
    length: float
    text: str


def frequent_classes(results: ComparisonResults) -> Any:
    """The rows of :meth:`ComparisonResults.classes` with the most objects."""
    table = results.classes()
    if not len(table):
        return table
    order = (table["base"] + table["revised"]).sort_values(
        ascending=False, kind="stable"
    )
    return table.loc[order.index[:MOST_CLASSES]]


def charts(results: ComparisonResults) -> dict[str, str]:
    """The charts that there is anything to show in, as SVG, by name."""
    drawn = {
        "statuses": _status_chart(results),
        "iou": _iou_chart(results),
        "classes": _class_chart(results),
        "relabels": _relabel_chart(results),
    }
    return {name: svg for name, svg in drawn.items() if svg}


CHARTS = ("statuses", "iou", "classes", "relabels")
"""The names of all charts."""


def _status_chart(results: ComparisonResults) -> str:
    """Objects by status: base to the left, revised to the right."""
    counts = results.statuses()
    shown = [s for s in Status if counts.loc[str(s)].any()]
    most = max(1, int(counts.to_numpy().max()))
    half, top = 60, 28
    left, right = WIDTH / 2 - half, WIDTH / 2 + half
    parts = [
        _text(left, 16, "base", "end", _MUTED),
        _text(right, 16, "revised", "start", _MUTED),
    ]
    for index, status in enumerate(shown):
        y = top + index * _ROW
        base, revised = (int(n) for n in counts.loc[str(status)])
        before, after = (n / most * (left - 60) for n in (base, revised))
        parts += [
            _text(WIDTH / 2, y + 12, str(status), "middle"),
            _rect(left - before, y, before, _BAR, status.color),
            _text(left - before - 6, y + 12, f"{base:,}", "end"),
            _rect(right, y, after, _BAR, status.color),
            _text(right + after + 6, y + 12, f"{revised:,}"),
        ]
    return _svg("Objects by status", parts, top + len(shown) * _ROW) if shown else ""


def _iou_chart(results: ComparisonResults) -> str:
    """Pairs that are not identical by IoU, in 20 bins stacked by status."""
    table = results.iou_histogram()
    shown = [s for s in PAIRED if s is not Status.IDENTICAL and table[str(s)].any()]
    if not shown:
        return ""
    most = int(table[[str(s) for s in shown]].sum(axis=1).max())
    left, bottom, height = 60, 210, 160
    step = (WIDTH - left - 10) / len(table)
    parts = [*_legend(shown, left), *_grid(most, left, bottom, height)]
    for index, edge in enumerate(table.index):
        x, y = left + index * step, float(bottom)
        for status in shown:
            tall = int(table.loc[edge, str(status)]) / most * height
            y -= tall
            parts.append(_rect(x + 2, y, step - 4, tall, status.color))
        if index % 4 == 0:
            parts.append(_text(x, bottom + 18, f"{edge:.1f}", "middle", _MUTED))
    parts += [
        _text(WIDTH - 10, bottom + 18, "1.0", "end", _MUTED),
        _text((WIDTH + left) / 2, bottom + 36, "IoU of the pair", "middle", _MUTED),
    ]
    return _svg("Pairs by IoU", parts, bottom + 44)


def _class_chart(results: ComparisonResults) -> str:
    """PQ of the classes with the most objects."""
    bars = [
        Bar(
            str(name),
            float(row["pq"]),
            f"{row['pq']:.3f} ({row['base']:,.0f} → {row['revised']:,.0f} objects)",
        )
        for name, row in frequent_classes(results).iterrows()
    ]
    return _bar_chart("PQ by class", bars, _NEUTRAL)


def _relabel_chart(results: ComparisonResults) -> str:
    """The most frequent relabels."""
    rows = list(results.relabels().head(MOST_RELABELS).itertuples())
    bars = [
        Bar(
            f"{shorten(row.base, _LONGEST // 2 - 1)} → "
            f"{shorten(row.revised, _LONGEST // 2 - 1)}",
            row.pairs / rows[0].pairs,
            f"{row.pairs:,}",
        )
        for row in rows
    ]
    return _bar_chart("Relabeled pairs", bars, Status.RELABELED.color)


def _bar_chart(title: str, bars: Sequence[Bar], color: str) -> str:
    parts = []
    for index, bar in enumerate(bars):
        y, length = 4 + index * _ROW, bar.length * (WIDTH - _NAMES - 220)
        parts += [
            _text(_NAMES - 8, y + 12, shorten(bar.name, _LONGEST), "end"),
            _rect(_NAMES, y, length, _BAR, color),
            _text(_NAMES + length + 6, y + 12, bar.text, color=_MUTED),
        ]
    return _svg(title, parts, 4 + len(bars) * _ROW) if bars else ""


def _grid(most: int, left: float, bottom: float, height: float) -> list[str]:
    parts = []
    for count in sorted({0, most // 2, most}):
        y = bottom - count / most * height
        parts += [
            _rect(left, y, WIDTH - left - 10, 1, _LINE),
            _text(left - 8, y + 4, f"{count:,}", "end", _MUTED),
        ]
    return parts


def _legend(statuses: Sequence[Status], left: float) -> list[str]:
    parts = []
    for index, status in enumerate(statuses):
        x = left + index * 110
        parts += [
            _rect(x, 8, 12, 12, status.color),
            _text(x + 18, 18, str(status), color=_MUTED),
        ]
    return parts


def _rect(x: float, y: float, width: float, height: float, color: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {place} fill="{color}"/>'


def _text(
    x: float, y: float, text: str, anchor: str = "start", color: str = _INK
) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}"'
    return f"<text {place}>{html.escape(one_line(text))}</text>"


def _svg(title: str, parts: Sequence[str], height: float) -> str:
    size = f'width="{WIDTH}" height="{height:.0f}" viewBox="0 0 {WIDTH} {height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" '
        f'aria-label="{html.escape(title)}" font-size="13" '
        'font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, '
        'sans-serif">'
        + _rect(0, 0, WIDTH, height, "#ffffff")
        + "".join(parts)
        + "</svg>\n"
    )
