"""The layout of the panel of numbers, in the App's types."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fiftyone.operators import types

from ...operators.forms.markdown import plain
from .. import widgets
from ..widgets import Action
from ..window_names import Window
from .controls import ALL, TEN, WHERE, Controls
from .figure_views import Chart, Choice, Form, Lines, Table

FORMATS = ("png", "svg")

CONTROL_PATHS = {
    "classes_shown": "class_controls.classes_shown",
    "log": "class_controls.log",
    "search": "class_search.search",
    "must": "must",
    "may": "may",
    "must_not": "must_not",
    "where": "where",
    "benchmark": "benchmark",
    "model": "model",
    "pair": "pair",
    "curve_class": "curve_class",
    "agreement": "agreement",
    "score": "score",
    "group_by": "group_by",
}
"""Where the App keeps what each control holds, in the panel's state."""

# What is left of a chart's buttons is the camera. Not by `modeBarButtons`: Plotly
# changes that list in place, takes it for another at the next update, and draws without
# end.
_ZOOM_BUTTONS = [
    "autoScale2d",
    "lasso2d",
    "pan2d",
    "resetScale2d",
    "select2d",
    "zoom2d",
    "zoomIn2d",
    "zoomOut2d",
]


def show_window(panel: types.Object, action: Action) -> None:
    """What tells the panel which window it is in, when data of ``window`` changes."""
    view = types.View(component="PanelWindow", composite_view=True, on_window=action)
    panel.obj("window", view=view)


def show_choices(
    panel: types.Object,
    window: Window,
    choices: Mapping[str, str],
    chosen: str,
    action: Action,
) -> None:
    """The choice of what is counted, where there is one.

    Args:
        panel: the panel
        window: whose choice it is
        choices: what can be counted: names for people, by what the state holds
        chosen: what is counted
        action: called with another choice
    """
    if len(choices) > 1:
        widgets.dropdown(
            panel, window.name("choice"), "Counted", choices, chosen, action
        )


def show_tabs(
    panel: types.Object,
    window: Window,
    tabs: Sequence[str],
    chosen: str,
    action: Action,
) -> None:
    """The tabs."""
    view = types.TabsView()
    for tab in tabs:
        view.add_choice(tab, label=tab)
    panel.str(window.name("tab"), default=chosen, view=view, on_change=action)


def show_class_controls(
    panel: types.Object, window: Window, controls: Controls, action: Action
) -> None:
    """What can be chosen of the chart of classes."""
    row = widgets.row(panel, "class_controls")
    shown = {TEN: TEN, ALL: ALL}
    name = window.name("classes_shown")
    widgets.dropdown(row, name, "Chart of", shown, controls.classes_shown, action)
    row.bool(
        window.name("log"),
        default=controls.log,
        label="Logarithmic",
        on_change=action,
    )


def show_search(
    panel: types.Object, window: Window, controls: Controls, action: Action
) -> None:
    """What narrows the table of classes that follows."""
    row = widgets.row(panel, "class_search")
    row.str(
        window.name("search"),
        default=controls.search,
        label="Search classes",
        on_change=action,
        view=types.TextFieldView(
            componentsProps=widgets.spoken("field", "Search classes")
        ),
    )


def show_explorer_controls(
    panel: types.Object,
    window: Window,
    controls: Controls,
    classes: Sequence[str],
    two: bool,
    action: Action,
) -> None:
    """Which classes images must contain.

    Args:
        panel: the panel
        window: whose choice it is
        controls: what is chosen
        classes: the classes there are
        two: whether there are two label sets
        action: called with another choice
    """
    for name, label in (
        ("must", "Must contain all of"),
        ("may", "Must contain one or more of"),
        ("must_not", "Must not contain"),
    ):
        view = types.AutocompleteView(
            allow_user_input=False,
            multiple=True,
            componentsProps={"autocomplete": {"role": "group", "aria-label": label}},
        )
        for one in classes:
            view.add_choice(one, label=one)
        panel.list(
            window.name(name),
            types.String(),
            label=label,
            view=view,
            on_change=action,
        )
    if two:
        name = window.name("where")
        widgets.dropdown(panel, name, "Where", WHERE, controls.where, action)


def show_explored(
    panel: types.Object, window: Window, images: int, action: Action
) -> None:
    """How many images the explorer found, and the button that opens them."""
    row = widgets.row(panel, "explored")
    widgets.text(
        row, "explored_images", f"{images:,} images" if images != 1 else "1 image"
    )
    options: dict[str, Any] = {
        "variant": "contained",
        "params": {"place": str(window)},
    }
    widgets.button(row, "open_explored", "Open these images", action, **options)


@dataclass(frozen=True)
class SortedTable:
    """A table in the order that a window has it in, which its name says.

    So rows and headings of one order come together, and a click says what was clicked.

    Attributes:
        table: the table
        sort: the column that it is sorted by, and whether it descends
    """

    table: Table
    sort: tuple[int, bool] | None = None

    @property
    def name(self) -> str:
        """Its name, of which `read_table_name` finds name and order.

        It is another for other rows: the App lays new rows over those that it has
        under a name, and what was more stays.
        """
        rows = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        if self.sort is None:
            return f"{self.table.name}-{rows}"
        column, descending = self.sort
        return f"{self.table.name}-{column}-{'down' if descending else 'up'}-{rows}"

    @property
    def keys(self) -> list[str]:
        """What the App knows its columns by."""
        return [f"c{place}" for place in range(len(self.table.columns))]

    @property
    def data(self) -> dict[str, Any]:
        """The data of the App's table."""
        columns = self.table.columns
        shown = self.table if self.sort is None else self.table.sorted(*self.sort)
        rows = [
            [column.show(value) for column, value in zip(columns, row, strict=False)]
            for row in shown.shown
        ]
        return {"columns": self.keys, "rows": rows}


def read_table_name(name: str) -> tuple[str, tuple[int, bool] | None]:
    """The name of a table, and the order that a window has it in."""
    table, *order = name.split("-")
    return table, (int(order[0]), order[1] == "down") if len(order) > 1 else None


def show_table(
    panel: types.Object,
    window: Window,
    sorted_table: SortedTable,
    actions: Mapping[str, Action],
) -> None:
    """A table; its data is what the panel holds under its name.

    Args:
        panel: the panel
        window: whose table it is
        sorted_table: the table
        actions: what `csv`, `cell` and `row` do
    """
    table, sort = sorted_table.table, sorted_table.sort
    _show_head(panel, window, table, actions["csv"])
    headings = [column.title for column in table.columns]
    if sort is not None:
        headings[sort[0]] += " ▾" if sort[1] else " ▴"
    columns = dict(zip(sorted_table.keys, headings, strict=True))
    opening = widgets.TableActions(actions["cell"], "Open", actions["row"])
    name = window.name(sorted_table.name)
    widgets.table(panel, name, columns, opening, height=460, wrapping=1)
    if len(table.rows) > table.most:
        text = f"The first {table.most} of {len(table.rows):,}; all are exported"
        widgets.text(panel, f"{table.name}_most", text)
    _show_note(panel, table)


def show_chart(
    panel: types.Object,
    window: Window,
    chart: Chart,
    image_format: str,
    actions: Mapping[str, Action],
) -> None:
    """A chart.

    Args:
        panel: the panel
        window: whose chart it is
        chart: the chart
        image_format: in which format it is saved, one of `FORMATS`
        actions: what `csv` and `point` do
    """
    _show_head(panel, window, chart, actions["csv"])
    view = types.PlotlyView(
        data=list(chart.traces),
        layout=chart.layout,
        config={
            "displaylogo": False,
            "scrollZoom": False,
            "modeBarButtonsToRemove": _ZOOM_BUTTONS,
            "toImageButtonOptions": {"format": image_format, "filename": chart.name},
        },
        on_click=actions["point"],
        height=f"{chart.height}px",
        componentsProps={
            "container": {"role": "figure", "aria-label": chart.title},
            "plotly": {"useResizeHandler": True},
        },
    )
    panel.obj(window.name(chart.name), view=view)
    _show_note(panel, chart)


def show_choice(
    panel: types.Object, window: Window, choice: Choice, action: Action
) -> None:
    """A choice that the figures after it follow."""
    name = window.name(choice.name)
    widgets.dropdown(panel, name, choice.label, choice.options, choice.chosen, action)


def show_form(panel: types.Object, window: Window, form: Form, action: Action) -> None:
    """The button that opens a form."""
    options: dict[str, Any] = {
        "variant": "contained",
        "params": {"place": str(window), "operator": form.operator},
    }
    widgets.button(panel, form.name, form.label, action, **options)


def show_lines(panel: types.Object, lines: Lines) -> None:
    """Sentences."""
    items = "\n".join(f"- {plain(line)}" for line in lines.lines)
    title = f"**{plain(lines.title)}**\n\n" if lines.title else ""
    panel.md(title + items, name=lines.name)


def show_formats(
    panel: types.Object, window: Window, chosen: str, action: Action
) -> None:
    """In which format the camera button of a chart saves it."""
    names = {form: f"Camera saves {form.upper()}" for form in FORMATS}
    name = window.name("image_format")
    widgets.dropdown(panel, name, "Charts", names, chosen, action)


def _show_head(
    panel: types.Object, window: Window, figure: Table | Chart, on_csv: Action
) -> None:
    """The title of a figure, and the button that exports it."""
    row = widgets.row(panel, f"{figure.name}_head")
    widgets.text(row, f"{figure.name}_title", figure.title, strong=True)
    meant = {"figure": figure.name, "place": str(window)}
    title = "Save the numbers as CSV"
    name = f"{figure.name}_csv"
    widgets.button(row, name, "CSV", on_csv, title=title, params=meant)


def _show_note(panel: types.Object, figure: Table | Chart) -> None:
    if figure.note:
        widgets.text(panel, f"{figure.name}_note", figure.note)
