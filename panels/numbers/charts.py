"""Plotly charts of frames. Names of classes are data: Plotly takes HTML in texts."""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape
from typing import Any

import pandas as pd

from ...labelsets.comparison import Status
from .figure_views import Chart, OpenPoint

_SHADES = [[0, "rgba(127,127,127,0.10)"], [0.001, "#dbe7ff"], [1, "#12449e"]]
_STATUS_COLORS = {str(status): status.color for status in Status}
_LEGEND = {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "xanchor": "left"}
BARE = {"showgrid": False, "zeroline": False}
_BAR_OUTLINE = {"width": 0.5, "color": "rgba(127,127,127,0.6)"}


MOST_TICKS = 12
"""Ticks of an axis; of more places every second, third or so is named."""


def escaped(text: str) -> str:
    """Text as Plotly shows its characters, on one line and not too long."""
    text = " ".join(text.split()) or "“”"
    text = text if len(text) <= 40 else f"{text[:39]}…"
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def bars(
    name: str,
    title: str,
    frame: pd.DataFrame,
    labels: Sequence[str],
    colors: dict[str, str],
    names: dict[str, str],
    axes: tuple[str, str],
    opens: OpenPoint | None = None,
    stacked: bool = False,
    log: bool = False,
    note: str = "",
    most_ticks: int = MOST_TICKS,
) -> Chart:
    """Bars, a trace for each column of a frame.

    Args:
        name: the name of the chart
        title: what it shows
        frame: a row a place on the axis, a column a trace
        labels: what each place is called
        colors: the colour of each column
        names: what each column is called
        axes: the titles of both axes
        opens: the view behind a bar
        stacked (False): whether bars stand on one another, not side by side
        log (False): whether the axis of counts is logarithmic
        note: said under the chart
        most_ticks: how many places are named at most
    """
    places = list(range(len(frame)))
    texts = [escaped(label) for label in labels]
    traces = [
        {
            "type": "bar",
            "name": escaped(names[column]),
            "x": places,
            "y": [int(value) for value in frame[column]],
            "text": texts,
            "textposition": "none",
            "hovertemplate": "%{text}: %{y:,}<extra>%{fullData.name}</extra>",
            "marker": {"color": colors[column], "line": _BAR_OUTLINE},
        }
        for column in frame.columns
    ]
    step = max(-(-len(places) // most_ticks), 1)
    shown = texts[::step]
    layout = {
        "barmode": "stack" if stacked else "group",
        "bargap": 0.15,
        "showlegend": len(traces) > 1,
        "legend": _LEGEND,
        "margin": {"t": 30, "l": 64, "r": 10, "b": depth(shown)},
        "xaxis": axis_of(axes[0], places[::step], shown),
        "yaxis": {
            "title": {"text": axes[1]},
            "automargin": False,
            "type": "log" if log else "linear",
            "fixedrange": True,
            "rangemode": "tozero",
        },
    }
    return Chart(name, title, traces, layout, frame, opens, note=note)


def status_bars(
    name: str,
    title: str,
    frame: pd.DataFrame,
    labels: Sequence[str],
    axis: str,
    opens: OpenPoint | None,
    note: str = "",
) -> Chart:
    """A histogram of pairs, stacked by status in the colours of the plugin."""
    used = frame.loc[:, frame.sum() > 0] if len(frame) else frame
    columns = list(frame.columns)
    kept = [columns.index(column) for column in used.columns]

    def open_bar(samples: Any, trace: int, point: int) -> Any:
        return None if opens is None else opens(samples, kept[trace], point)

    return bars(
        name,
        title,
        used,
        labels,
        _STATUS_COLORS,
        {column: column for column in columns},
        (axis, "pairs"),
        open_bar,
        stacked=True,
        note=note,
    )


def matrix(
    name: str,
    title: str,
    frame: pd.DataFrame,
    axes: tuple[str, str],
    opens: OpenPoint | None,
    what: str,
    note: str = "",
    exported: pd.DataFrame | None = None,
) -> Chart:
    """A matrix of counts.

    Args:
        name: the name of the chart
        title: what it shows
        frame: a row of fields from the top, with index and columns
        axes: what columns and rows are
        opens: the view behind a field
        what: what is counted
        note: said under the chart
        exported: what is exported, if it is more than what is shown
    """
    columns = [escaped(str(column)) for column in frame.columns]
    rows = [escaped(str(row)) for row in frame.index]
    trace = {
        "type": "heatmap",
        "z": [[int(value) for value in row] for row in frame.to_numpy()],
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "text": [[f"{row} / {column}" for column in columns] for row in rows],
        "hovertemplate": f"%{{text}}: %{{z:,}} {what}<extra></extra>",
        "colorscale": _SHADES,
        "zmin": 0,
        "xgap": 1,
        "ygap": 1,
        "showscale": False,
    }
    if max(len(rows), len(columns)) <= 12:
        trace["texttemplate"] = "%{z:,}"
    margins = {"t": 10, "r": 10, "l": room(rows) + 30, "b": depth(columns)}
    layout = {
        "margin": margins,
        "xaxis": axis_of(axes[0], range(len(columns)), columns) | BARE,
        "yaxis": axis_of(axes[1], range(len(rows)), rows)
        | BARE
        | {"tickangle": 0, "autorange": "reversed"},
    }
    height = min(950, margins["t"] + margins["b"] + max(110, 22 * len(rows)))
    exported = frame if exported is None else exported
    return Chart(
        name, title, [trace], layout, exported, opens, height, note, matrix=True
    )


def room(labels: Sequence[str]) -> int:
    """The px that the longest of some labels takes."""
    longest = max((len(unescape(label)) for label in labels), default=0)
    return min(200, 16 + 6 * longest)


def depth(labels: Sequence[str]) -> int:
    """The px that slanted labels and the title under them take."""
    return 30 + round(0.7 * room(labels))


def axis_of(title: str, places: Sequence[int], labels: Sequence[str]) -> dict[str, Any]:
    return {
        "title": {"text": title, "standoff": 8},
        "tickvals": list(places),
        "ticktext": list(labels),
        "tickangle": -45,
        "tickfont": {"size": 11},
        "automargin": False,
        "fixedrange": True,
    }
