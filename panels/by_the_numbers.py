"""Panel that shows label sets by the numbers, and opens what each number counts."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import fiftyone.operators as foo
from fiftyone.operators import types

from ..runs import Census, ComparisonError
from ..runs.frames import harmless_csv
from . import layout, widgets
from .numbers import TABS, Chart, Controls, Table, figures_of
from .numbers import layout as numbers_layout
from .numbers.counting import Counted, choices, count
from .numbers.explorer import explored_view
from .starting import StartingPanel


class ByTheNumbers(StartingPanel):
    """Figures of one or two label fields, of the current view, tab by tab.

    A panel is shared by all windows, so nothing is kept on it: what is chosen stands
    in the panel's state, and all that is shown is worked out of the state and the view.
    """

    @property
    def config(self) -> foo.PanelConfig:
        """How FiftyOne lists and opens the panel."""
        return foo.PanelConfig(
            name="by_the_numbers",
            label="By the numbers",
            icon="bar_chart",
            surfaces="grid",
            help_markdown="Counts one or two label fields of the current view",
        )

    def on_load(self, ctx: Any) -> None:
        """Shows what there is by now."""

    def on_change_view(self, ctx: Any) -> None:
        """Follows the view: what is shown is worked out anew."""

    def on_change_dataset(self, ctx: Any) -> None:
        """Starts anew with another dataset."""
        state = ctx.panel.state
        state.choice, state.controls, state.sorts = None, {}, {}

    def on_choice(self, ctx: Any) -> None:
        """Counts something else."""
        self._choose(ctx, "choice", ctx.params["value"])

    def on_tab(self, ctx: Any) -> None:
        """Opens a tab."""
        self._choose(ctx, "tab", ctx.params["value"])

    def on_control(self, ctx: Any) -> None:
        """Takes what was chosen in a tab."""
        name = ctx.params["path"].rpartition(".")[2]
        chosen = (ctx.panel.state.controls or {}) | {name: ctx.params["value"]}
        if Controls.of(chosen) != self._controls(ctx):
            ctx.panel.state.controls = chosen

    def on_format(self, ctx: Any) -> None:
        """Takes the format in which charts are saved."""
        self._choose(ctx, "image_format", ctx.params["value"])

    def on_cell(self, ctx: Any) -> None:
        """Sorts a table by a column, or opens what a cell counts."""
        table = self._asked(ctx, ctx.params["path"])
        row, column = ctx.params["row"], ctx.params["column"]
        if table is None or column >= len(table.columns):
            return
        sort = self._sort(ctx, table)
        if row < 0:
            title = table.columns[column].title
            descending = sort != (column, True)
            sorts = ctx.panel.state.sorts or {}
            ctx.panel.state.sorts = sorts | {table.name: [column, descending, title]}
            return
        shown = table if sort is None else table.sorted(*sort)
        if table.opens is not None and row < len(shown.shown):
            self._open(ctx, table.opens, shown.shown[row], column)

    def on_point(self, ctx: Any) -> None:
        """Opens what a bar of a chart, or a field of a matrix, counts."""
        chart = self._asked(ctx, ctx.params["path"])
        if chart is None or chart.opens is None:
            return
        place = ctx.params["trace_idx"], ctx.params["idx"]
        if chart.matrix:
            place = round(ctx.params["y"]), round(ctx.params["x"])
        if chart.has(*place):
            self._open(ctx, chart.opens, *place)

    def on_csv(self, ctx: Any) -> None:
        """Has the browser save the numbers of a figure."""
        figure = self._asked(ctx, ctx.params["figure"])
        if figure is None:
            return
        text = harmless_csv(figure.frame, index=isinstance(figure, Chart))
        data = base64.b64encode(text.encode()).decode()
        counted = self._chosen(ctx, choices(ctx.dataset))
        name = f"{ctx.dataset.name}-{counted.label}-{figure.name}.csv"
        ctx.ops.browser_download(f"data:text/csv;base64,{data}", filename=name)

    def on_open_explored(self, ctx: Any) -> None:
        """Opens the images that the explorer found."""

        def explored(samples: Any) -> Any:
            census = count(samples, self._chosen(ctx, choices(ctx.dataset)))
            return explored_view(samples, census, self._controls(ctx))

        self._open(ctx, explored)

    def render(self, ctx: Any) -> types.Property:
        """The layout, with all that is shown."""
        panel = types.Object()
        if ctx.dataset is not None:
            found = choices(ctx.dataset)
            if found:
                self._render_numbers(panel, ctx, found)
            else:
                self._render_start(panel)
        return types.Property(panel, view=widgets.page())

    def _render_start(self, panel: types.Object) -> None:
        actions = {"load": self.on_load_labels, "merge": self.on_merge}
        layout.show_start(panel, None, actions)

    def _render_numbers(
        self, panel: types.Object, ctx: Any, found: Mapping[str, Counted]
    ) -> None:
        state = ctx.panel.state
        counted = self._chosen(ctx, found)
        names = {name: one.title for name, one in found.items()}
        numbers_layout.show_choices(panel, names, counted.name, self.on_choice)
        tab = self._tab(ctx)
        numbers_layout.show_tabs(panel, list(TABS), tab, self.on_tab)
        try:
            census = count(ctx.view, counted)
            self._render_controls(panel, ctx, tab, census)
        except ComparisonError as error:
            panel.view("refused", types.Notice(label=str(error)))
            return
        actions = {"csv": self.on_csv, "cell": self.on_cell, "point": self.on_point}
        image_format = state.image_format or numbers_layout.FORMATS[0]
        figures = figures_of(tab, census, self._controls(ctx))
        for figure in figures:
            if figure.name == "classes":
                numbers_layout.show_search(panel, self._controls(ctx), self.on_control)
            sort = self._sort(ctx, figure) if isinstance(figure, Table) else None
            numbers_layout.show_figure(panel, figure, image_format, sort, actions)
            if figure.name == "needs_comparison":
                widgets.button(panel, "compare", "Compare annotations", self.on_compare)
        if any(isinstance(figure, Chart) for figure in figures):
            numbers_layout.show_formats(panel, image_format, self.on_format)

    def _render_controls(
        self, panel: types.Object, ctx: Any, tab: str, census: Census
    ) -> None:
        controls = self._controls(ctx)
        if tab == "Classes":
            numbers_layout.show_class_controls(panel, controls, self.on_control)
        if tab == "Explorer":
            two = census.revised_field is not None
            classes = sorted(map(str, census.classes().index))
            numbers_layout.show_explorer_controls(
                panel, controls, classes, two, self.on_control
            )
            images = explored_view(ctx.view, census, controls).count()
            numbers_layout.show_explored(panel, images, self.on_open_explored)

    def _choose(self, ctx: Any, name: str, value: Any) -> None:
        """Takes a choice; inputs report theirs as soon as they are drawn, too."""
        if ctx.panel.state.get(name) != value:
            ctx.panel.state.set(name, value)

    def _chosen(self, ctx: Any, found: Mapping[str, Counted]) -> Counted:
        return found.get(ctx.panel.state.choice) or next(iter(found.values()))

    def _controls(self, ctx: Any) -> Controls:
        return Controls.of(ctx.panel.state.controls)

    def _tab(self, ctx: Any) -> str:
        tab = ctx.panel.state.tab
        return tab if tab in TABS else next(iter(TABS))

    def _sort(self, ctx: Any, table: Table) -> tuple[int, bool] | None:
        """By which column a table is sorted, if it still has that one."""
        sorts = ctx.panel.state.sorts or {}
        column, descending, title = sorts.get(table.name, (None, False, ""))
        titles = [one.title for one in table.columns]
        return (column, descending) if (column, title) in enumerate(titles) else None

    def _asked(self, ctx: Any, path: str) -> Any:
        """The figure that an event is of, None and a notice where it is gone."""
        try:
            census = count(ctx.view, self._chosen(ctx, choices(ctx.dataset)))
        except ComparisonError as error:
            ctx.ops.notify(str(error), variant="warning")
            return None
        name = path.rpartition(".")[2]
        figures = figures_of(self._tab(ctx), census, self._controls(ctx))
        found = {figure.name: figure for figure in figures}.get(name)
        if found is None:
            ctx.ops.notify("What was clicked is no longer shown", variant="info")
        return found

    def _open(self, ctx: Any, opens: Any, *place: Any) -> None:
        try:
            view = opens(ctx.view, *place)
        except ComparisonError as error:
            ctx.ops.notify(str(error), variant="warning")
            return
        if view is not None:
            ctx.ops.set_view(view)
