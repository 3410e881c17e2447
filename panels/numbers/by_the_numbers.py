"""Panel that shows label sets by the numbers, and opens what each number counts."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import fiftyone.operators as foo
from fiftyone.operators import types

from ...labelsets import Census, ComparisonError
from ...labelsets.exports.csv_text import frame_csv
from ...labelsets.labels.tags.tag_times import identity_but_tags
from ...labelsets.runs.workspace.app_setup import NUMBERS_PANEL
from ...operators.forms.markdown import plain
from .. import widgets
from ..starting import StartingPanel
from ..window_names import Window
from . import TABS, Chart, Table, figures_of, numbers_layout
from .census_tabs.explorer_tab import explored_view
from .counting import Subject, choices, count
from .figure_views import Choice, Figure, Form
from .numbers_help import numbers_help
from .run_tabs import RUN_TABS
from .window_choices import WindowChoices

ALL_TABS = TABS | RUN_TABS
"""All tabs, in their order."""


class ByTheNumbers(StartingPanel):
    """Figures of one or two label fields, of the current view, tab by tab.

    A panel is shared by all windows, so nothing is kept on it: what a window has chosen
    stands in the panel's state under names of its own, and all that is shown is worked
    out of the state and the view. Events of the window say which window it is; those
    of the App (a load, another view) don't, so the window is asked, by a component of
    ours in it, and what it answers with draws the panel.
    """

    @property
    def config(self) -> foo.PanelConfig:
        """How FiftyOne lists and opens the panel."""
        return foo.PanelConfig(
            name=NUMBERS_PANEL,
            label="By the numbers",
            icon="bar_chart",
            surfaces="grid",
            category=foo.Categories.ANALYZE,
            help_markdown=numbers_help(),
        )

    def execute(self, ctx: Any) -> Any:
        """Answers an event; that of another view has the window ask for its own."""
        if ctx.params.get("__method__") == "on_change_view":
            return self.on_change_view(ctx)
        return super().execute(ctx)

    def on_load(self, ctx: Any) -> None:
        """Shows what there is by now."""

    def on_change_view(self, ctx: Any) -> None:
        """Follows the view: computes again what is shown.

        The App says so of every change of the panel's state too, three times each.
        """
        if ctx.dataset is not None:
            ctx.panel.data.set("window.view", _view_digest(ctx))

    def on_change_dataset(self, ctx: Any) -> None:
        """Shows another dataset."""

    def on_window(self, ctx: Any) -> None:
        """Shows what the window that says so has chosen."""

    def on_input(self, ctx: Any) -> None:
        """Shows what follows from a choice."""

    def on_cell(self, ctx: Any) -> None:
        """Sorts a table by a column, or opens what a cell counts.

        The last heading, that of the rows' buttons, sorts nothing.
        """
        chosen, table = _chosen(ctx), self._asked_table(ctx)
        row, column = ctx.params["row"], ctx.params["column"]
        if not chosen or not table or not 0 <= column < len(table.columns):
            return
        if row < 0:
            descending = chosen.sort(table) != (column, True)
            chosen.set_sort(table, (column, descending))
        elif row < len(table.shown):
            self._open(ctx, table.view, table.shown[row], column)

    def on_row(self, ctx: Any) -> None:
        """Opens what a row counts whose button was pressed."""
        table, row = self._asked_table(ctx), ctx.params["row"]
        if table and 0 <= row < len(table.shown):
            self._open(ctx, table.row_view, table.shown[row])

    def on_point(self, ctx: Any) -> None:
        """Opens what a bar of a chart, or a field of a matrix, counts."""
        chosen = _chosen(ctx)
        chart = None if chosen is None else self._asked(ctx, chosen.asked)
        if not isinstance(chart, Chart) or chart.opens is None:
            return
        place = ctx.params["trace_idx"], ctx.params["idx"]
        if chart.matrix:
            place = round(ctx.params["y"]), round(ctx.params["x"])
        if chart.has(*place):
            self._open(ctx, chart.opens, *place)

    def on_csv(self, ctx: Any) -> None:
        """Has the browser save the numbers of a figure."""
        figure = self._asked(ctx, ctx.params["figure"])
        chosen = _chosen(ctx)
        if figure is None or chosen is None:
            return
        text = frame_csv(figure.frame, index=isinstance(figure, Chart))
        data = base64.b64encode(text.encode()).decode()
        counted = chosen.counted(choices(ctx.dataset))
        name = f"{ctx.dataset.name}-{counted.label}-{figure.name}.csv"
        ctx.ops.browser_download(f"data:text/csv;base64,{data}", filename=name)

    def on_form(self, ctx: Any) -> None:
        """Opens the form that makes what a tab shows."""
        chosen = _chosen(ctx)
        figures = () if chosen is None else _figures(ctx, chosen)
        for one in figures:
            if isinstance(one, Form) and one.operator == ctx.params["operator"]:
                self._prompt(ctx, one.operator, dict(one.params))

    def on_open_explored(self, ctx: Any) -> None:
        """Opens the images that the explorer found."""
        chosen = _chosen(ctx)
        if chosen is None:
            return

        def explored(samples: Any) -> Any:
            census = count(samples, chosen.counted(choices(ctx.dataset)))
            return explored_view(samples, census, chosen.controls)

        self._open(ctx, explored)

    def render(self, ctx: Any) -> types.Property:
        """The layout, with all that is shown."""
        panel = types.Object()
        numbers_layout.show_window(panel, self.on_window)
        if ctx.dataset is not None:
            found, chosen = choices(ctx.dataset), _chosen(ctx)
            if not found:
                self._render_start(panel)
            elif chosen is None:
                _ask(ctx)
            else:
                self._render_numbers(panel, ctx, found, chosen)
        return types.Property(panel, view=widgets.page())

    def _render_numbers(
        self,
        panel: types.Object,
        ctx: Any,
        found: Mapping[str, Subject],
        chosen: WindowChoices,
    ) -> None:
        window, counted = chosen.window, chosen.counted(found)
        names = {name: one.title for name, one in found.items()}
        numbers_layout.show_choices(panel, window, names, counted.name, self.on_input)
        tab = chosen.tab(ALL_TABS)
        chosen.hold({"choice": counted.name, "tab": tab})
        numbers_layout.show_tabs(panel, window, list(ALL_TABS), tab, self.on_input)
        try:
            if tab in TABS:
                census = count(ctx.view, counted)
                self._render_controls(panel, ctx, chosen, census)
            figures = _figures(ctx, chosen)
        except ComparisonError as error:
            panel.view("refused", types.Notice(label=plain(str(error))))
            return
        held = [figure for figure in figures if isinstance(figure, Choice)]
        chosen.hold({choice.name: choice.chosen for choice in held})
        self._render_figures(panel, ctx, chosen, figures)

    def _render_figures(
        self,
        panel: types.Object,
        ctx: Any,
        chosen: WindowChoices,
        figures: Sequence[Figure],
    ) -> None:
        window = chosen.window
        actions = {
            "csv": self.on_csv,
            "cell": self.on_cell,
            "row": self.on_row,
            "point": self.on_point,
        }
        rows: dict[str, Any] = {}
        for figure in figures:
            if figure.name == "classes":
                numbers_layout.show_search(
                    panel, window, chosen.controls, self.on_input
                )
            if isinstance(figure, Table):
                table = numbers_layout.SortedTable(figure, chosen.sort(figure))
                rows[window.name(table.name)] = table.data
                numbers_layout.show_table(panel, window, table, actions)
            elif isinstance(figure, Chart):
                numbers_layout.show_chart(
                    panel, window, figure, chosen.image_format, actions
                )
            elif isinstance(figure, Choice):
                numbers_layout.show_choice(panel, window, figure, self.on_input)
            elif isinstance(figure, Form):
                numbers_layout.show_form(panel, window, figure, self.on_form)
            else:
                numbers_layout.show_lines(panel, figure)
            if figure.name == "needs_comparison":
                place = {"place": str(window)}
                widgets.button(
                    panel,
                    "compare",
                    "Compare annotations",
                    self.on_compare,
                    params=place,
                )
        if rows:
            ctx.panel.data.set(rows)  # at once, as each time all is drawn anew
        if any(isinstance(figure, Chart) for figure in figures):
            numbers_layout.show_formats(
                panel, window, chosen.image_format, self.on_input
            )

    def _render_controls(
        self, panel: types.Object, ctx: Any, chosen: WindowChoices, census: Census
    ) -> None:
        window, controls, tab = chosen.window, chosen.controls, chosen.tab(ALL_TABS)
        if tab == "Classes":
            numbers_layout.show_class_controls(panel, window, controls, self.on_input)
        if tab == "Explorer":
            two = census.revised_field is not None
            classes = sorted(map(str, census.classes().index))
            numbers_layout.show_explorer_controls(
                panel, window, controls, classes, two, self.on_input
            )
            images = explored_view(ctx.view, census, controls).count()
            numbers_layout.show_explored(panel, window, images, self.on_open_explored)

    def _asked(self, ctx: Any, name: str) -> Any:
        """The figure that an event is of, None and a notice where it is gone."""
        chosen = _chosen(ctx)
        if chosen is None:
            return None
        try:
            figures = _figures(ctx, chosen)
        except ComparisonError as error:
            ctx.ops.notify(str(error), variant="warning")
            return None
        found = {figure.name: figure for figure in figures}.get(name)
        if found is None:
            ctx.ops.notify("What you clicked is no longer shown", variant="info")
        return found

    def _asked_table(self, ctx: Any) -> Table | None:
        """The table that an event is of, in the order that its window has it in."""
        chosen = _chosen(ctx)
        if chosen is None:
            return None
        name, sort = numbers_layout.read_table_name(chosen.asked)
        table = self._asked(ctx, name)
        if not isinstance(table, Table):
            return None
        if sort is None or sort[0] >= len(table.columns):
            return table
        return table.sorted(*sort)

    def _open(self, ctx: Any, opens: Any, *place: Any) -> None:
        try:
            view = opens(ctx.view, *place)
        except ComparisonError as error:
            ctx.ops.notify(str(error), variant="warning")
            return
        if isinstance(view, Form):
            self._prompt(ctx, view.operator, dict(view.params))
        elif view is not None:
            ctx.ops.set_view(view)


def _figures(ctx: Any, chosen: WindowChoices) -> Sequence[Figure]:
    """The figures of the tab that is open.

    Raises:
        ComparisonError: if what it shows can't be counted
    """
    tab, counted = chosen.tab(ALL_TABS), chosen.counted(choices(ctx.dataset))
    if tab in RUN_TABS:
        return RUN_TABS[tab](ctx.view, counted, chosen.controls)
    return figures_of(tab, count(ctx.view, counted), chosen.controls)


def _chosen(ctx: Any) -> WindowChoices | None:
    """What was chosen in the window of an event, None if that is not said."""
    window = Window.of_event(ctx)
    return None if window is None else WindowChoices(ctx, window)


def _ask(ctx: Any) -> None:
    """Has a window say which it is, and so have itself drawn."""
    asked = {"window.view": _view_digest(ctx), "window.load": uuid4().hex}
    ctx.panel.data.set(asked)


def _view_digest(ctx: Any) -> str:
    """What tells a view, and the labels in it, from what was shown before."""
    state = "\n".join(map(str, identity_but_tags(ctx.view)))
    return hashlib.sha256(state.encode()).hexdigest()
