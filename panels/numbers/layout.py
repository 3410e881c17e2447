"""The layout of the panel of numbers, in the App's types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fiftyone.operators import types

from .. import widgets
from ..presenting import plain
from ..widgets import Action
from .controls import ALL, TEN, WHERE, Controls
from .figures import Chart, Figure, Lines, Table

FORMATS = ("png", "svg")

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
_TABLE = widgets.table_look(460, wrapping=1)


def show_choices(
    panel: types.Object, choices: Mapping[str, str], chosen: str, action: Action
) -> None:
    """The choice of what is counted, where there is one.

    Args:
        panel: the panel
        choices: what can be counted: names for people, by what the state holds
        chosen: what is counted
        action: called with another choice
    """
    if len(choices) > 1:
        widgets.dropdown(panel, "choice", "Counted", choices, chosen, action)


def show_tabs(
    panel: types.Object, tabs: Sequence[str], chosen: str, action: Action
) -> None:
    """The tabs."""
    view = types.TabsView()
    for tab in tabs:
        view.add_choice(tab, label=tab)
    panel.str("tab", default=chosen, view=view, on_change=action)


def show_class_controls(
    panel: types.Object, controls: Controls, action: Action
) -> None:
    """What can be chosen of the chart of classes."""
    row = widgets.row(panel, "class_controls")
    shown = {TEN: TEN, ALL: ALL}
    widgets.dropdown(
        row, "classes_shown", "Chart of", shown, controls.classes_shown, action
    )
    row.bool("log", default=controls.log, label="Logarithmic", on_change=action)


def show_search(panel: types.Object, controls: Controls, action: Action) -> None:
    """What narrows the table of classes that follows."""
    row = widgets.row(panel, "class_search")
    row.str(
        "search",
        default=controls.search,
        label="Search classes",
        on_change=action,
        view=types.TextFieldView(),
    )


def show_explorer_controls(
    panel: types.Object,
    controls: Controls,
    classes: Sequence[str],
    two: bool,
    action: Action,
) -> None:
    """Which classes images shall hold.

    Args:
        panel: the panel
        controls: what is chosen
        classes: the classes there are
        two: whether there are two label sets
        action: called with another choice
    """
    for name, label in (
        ("must", "Must hold all of"),
        ("may", "Must hold one or more of"),
        ("must_not", "Must not hold"),
    ):
        view = types.AutocompleteView(allow_user_input=False, multiple=True)
        for one in classes:
            view.add_choice(one, label=one)
        panel.list(
            name,
            types.String(),
            default=list(getattr(controls, name)),
            label=label,
            view=view,
            on_change=action,
        )
    if two:
        widgets.dropdown(panel, "where", "Where", WHERE, controls.where, action)


def show_explored(panel: types.Object, images: int, action: Action) -> None:
    """How many images the explorer found, and the button that opens them."""
    row = widgets.row(panel, "explored")
    widgets.text(
        row, "explored_images", f"{images:,} images" if images != 1 else "1 image"
    )
    widgets.button(row, "open_explored", "Open them", action, variant="contained")


def show_figure(
    panel: types.Object,
    figure: Figure,
    image_format: str,
    sort: tuple[int, bool] | None,
    actions: Mapping[str, Action],
) -> None:
    """One figure, with its title and the button that exports it.

    Args:
        panel: the panel
        figure: the figure
        image_format: in which format charts are saved, one of `FORMATS`
        sort: the column that a table is sorted by, and whether it descends
        actions: what `csv`, `cell` and `point` do
    """
    if isinstance(figure, Lines):
        _show_lines(panel, figure)
        return
    row = widgets.row(panel, f"{figure.name}_head")
    widgets.text(row, f"{figure.name}_title", figure.title, strong=True)
    meant = {"figure": figure.name}
    title = "Save the numbers as CSV"
    name = f"{figure.name}_csv"
    widgets.button(row, name, "CSV", actions["csv"], title=title, params=meant)
    if isinstance(figure, Table):
        _show_table(panel, figure, sort, actions["cell"])
    else:
        _show_chart(panel, figure, image_format, actions["point"])
    if figure.note:
        widgets.text(panel, f"{figure.name}_note", figure.note)


def show_formats(panel: types.Object, chosen: str, action: Action) -> None:
    """In which format the camera button of a chart saves it."""
    names = {form: f"Camera saves {form.upper()}" for form in FORMATS}
    widgets.dropdown(panel, "image_format", "Charts", names, chosen, action)


def _show_lines(panel: types.Object, lines: Lines) -> None:
    items = "\n".join(f"- {plain(line)}" for line in lines.lines)
    title = f"**{plain(lines.title)}**\n\n" if lines.title else ""
    panel.md(title + items, name=lines.name)


def _show_table(
    panel: types.Object,
    table: Table,
    sort: tuple[int, bool] | None,
    on_cell: Action,
) -> None:
    shown = table if sort is None else table.sorted(*sort)
    view = types.TableView(on_click_cell=on_cell, size="small", componentsProps=_TABLE)
    keys = [f"c{place}" for place in range(len(table.columns))]
    for place, column in enumerate(table.columns):
        arrow = ""
        if sort is not None and sort[0] == place:
            arrow = " ▾" if sort[1] else " ▴"
        view.add_column(keys[place], label=column.title + arrow)
    rows = [
        [column.show(value) for column, value in zip(table.columns, row, strict=False)]
        for row in shown.shown
    ]
    data = {"columns": keys, "rows": rows}
    panel.list(table.name, types.Object(), view=view, default=data)
    if len(table.rows) > table.most:
        text = f"The first {table.most} of {len(table.rows):,}; all are exported"
        widgets.text(panel, f"{table.name}_most", text)


def _show_chart(
    panel: types.Object, chart: Chart, image_format: str, on_point: Action
) -> None:
    view = types.PlotlyView(
        data=list(chart.traces),
        layout=chart.layout,
        config={
            "displaylogo": False,
            "scrollZoom": False,
            "modeBarButtonsToRemove": _ZOOM_BUTTONS,
            "toImageButtonOptions": {"format": image_format, "filename": chart.name},
        },
        on_click=on_point,
        height=f"{chart.height}px",
        componentsProps={"plotly": {"useResizeHandler": True}},
    )
    panel.obj(chart.name, view=view)
