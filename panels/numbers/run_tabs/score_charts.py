"""Plotly charts of scores: fractions, with intervals where they are known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ....labelsets.comparison.statuses import SIDE_COLORS
from ..charts import BARE, axis_of, depth, escaped, room
from ..figure_views import Chart, OpenPoint

COLORS = (*SIDE_COLORS.values(), "#17a589", "#b565d9", "#8a8a8a")
_LEGEND = {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "xanchor": "left"}
_SHADES = [[0, "#f3f6ff"], [1, "#12449e"]]


def numbers(values: Sequence[Any]) -> list[float | None]:
    """Numbers as JSON has them: what is not known is None."""
    return [None if pd.isna(value) else float(value) for value in values]


def score_bars(
    name: str,
    title: str,
    frame: pd.DataFrame,
    axis: str,
    opens: OpenPoint,
    bounds: Mapping[str, pd.DataFrame] | None = None,
    note: str = "",
) -> Chart:
    """Bars of scores, a trace for each column of a frame.

    Args:
        name: the name of the chart
        title: what it shows
        frame: a row a place on the axis, a column a trace
        axis: the title of the axis of scores
        opens: the view behind a bar
        bounds (None): by column a frame with the ends ``low`` and ``high`` of intervals
        note: said under the chart
    """
    texts = [escaped(str(label)) for label in frame.index]
    places = list(range(len(frame)))
    traces = []
    for number, column in enumerate(frame.columns):
        trace = {
            "type": "bar",
            "name": escaped(str(column)),
            "x": places,
            "y": numbers(frame[column]),
            "text": texts,
            "textposition": "none",
            "hovertemplate": "%{text}: %{y:.3f}<extra>%{fullData.name}</extra>",
            "marker": {"color": COLORS[number % len(COLORS)]},
        }
        ends = (bounds or {}).get(str(column))
        if ends is not None and ends.notna().to_numpy().any():
            trace["error_y"] = {
                "type": "data",
                "symmetric": False,
                "array": numbers(ends["high"] - frame[column]),
                "arrayminus": numbers(frame[column] - ends["low"]),
                "color": "rgba(127,127,127,0.9)",
                "thickness": 1.2,
                "width": 3,
            }
        traces.append(trace)
    layout = {
        "barmode": "group",
        "showlegend": len(traces) > 1,
        "legend": _LEGEND,
        "margin": {"t": 30, "l": 64, "r": 10, "b": depth(texts)},
        "xaxis": axis_of("", places, texts),
        "yaxis": {"title": {"text": axis}, "automargin": False, "fixedrange": True},
    }
    return Chart(name, title, traces, layout, frame, opens, note=note)


def curves(
    name: str,
    title: str,
    frame: pd.DataFrame,
    axes: tuple[str, str],
    opens: OpenPoint,
    note: str = "",
) -> Chart:
    """Lines of scores over the index of a frame, a line a column.

    Args:
        name: the name of the chart
        title: what it shows
        frame: the values
        axes: the titles of both axes
        opens: the view behind a point of a line
        note: said under the chart
    """
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": escaped(str(column)),
            "x": numbers(frame.index),
            "y": numbers(frame[column]),
            "marker": {"size": 4, "color": COLORS[number % len(COLORS)]},
            "line": {"width": 1.5, "color": COLORS[number % len(COLORS)]},
            "hovertemplate": "%{y:.3f} at %{x:.2f}<extra>%{fullData.name}</extra>",
        }
        for number, column in enumerate(frame.columns)
    ]
    ends = {"range": [0, 1.02], "fixedrange": True, "automargin": False}
    layout = {
        "showlegend": True,
        "legend": _LEGEND,
        "margin": {"t": 30, "l": 64, "r": 10, "b": 46},
        "xaxis": {"title": {"text": axes[0], "standoff": 8}, **ends},
        "yaxis": {"title": {"text": axes[1]}, **ends},
    }
    return Chart(name, title, traces, layout, frame, opens, note=note)


def score_matrix(
    name: str,
    title: str,
    frame: pd.DataFrame,
    labels: Sequence[str],
    opens: OpenPoint,
    note: str = "",
) -> Chart:
    """A heat map of the scores of each two of some things.

    Args:
        name: the name of the chart
        title: what it shows
        frame: the scores, from 0 to 1
        labels: what each thing is called
        opens: the view behind a field
        note: said under the chart
    """
    texts = [escaped(label) for label in labels]
    places = list(range(len(texts)))
    trace = {
        "type": "heatmap",
        "z": [numbers(row) for row in frame.to_numpy()],
        "x": places,
        "y": places,
        "text": [[f"{row} / {column}" for column in texts] for row in texts],
        "hovertemplate": "%{text}: %{z:.3f}<extra></extra>",
        "texttemplate": "%{z:.3f}",
        "colorscale": _SHADES,
        "zmin": 0,
        "zmax": 1,
        "xgap": 1,
        "ygap": 1,
        "showscale": False,
    }
    margins = {"t": 10, "r": 10, "l": room(texts) + 30, "b": depth(texts)}
    layout = {
        "margin": margins,
        "xaxis": axis_of("", places, texts) | BARE,
        "yaxis": axis_of("", places, texts)
        | BARE
        | {"tickangle": 0, "autorange": "reversed"},
    }
    height = math.ceil(margins["t"] + margins["b"] + max(110, 34 * len(texts)))
    return Chart(name, title, [trace], layout, frame, opens, height, note, matrix=True)
