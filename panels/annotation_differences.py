"""Panel that shows one image's two label sets side by side, with their differences."""

from __future__ import annotations

from typing import Any

import fiftyone.operators as foo
from fiftyone.operators import types

from ..runs import find_pair, list_comparisons, require_comparison
from . import layout, widgets
from .object_table import COLUMNS, TableRow, table_rows
from .presenting import picked_verdicts, sample_facts, table_data, viewer_data
from .review_order import first_sample, neighbour
from .reviewing import mark
from .sample_differences import SampleDifferences, read_sample
from .starting import StartingPanel


class AnnotationDifferences(StartingPanel):
    """Two panes of one picture, and the table of what differs.

    A panel is shared by all windows, so nothing is kept on it, and the App keeps the
    windows of a session on one panel state. Two windows may show two samples all the
    same: each event says of which sample it is, and what its window is sent is worked
    out for that one. An event that can't say so would draw the sample of another
    window, which is why the view's changes are not listened to.
    """

    @property
    def config(self) -> foo.PanelConfig:
        """How FiftyOne lists and opens the panel."""
        return foo.PanelConfig(
            name="annotation_differences",
            label="Annotation differences",
            icon="compare",
            surfaces="grid modal",
            help_markdown="Compares two label fields of one image, object by object",
        )

    def on_load(self, ctx: Any) -> None:
        """Chooses a comparison and a sample."""
        if ctx.dataset is None:
            return
        keys = list_comparisons(ctx.dataset, finished=True)
        state = ctx.panel.state
        if state.key not in keys:
            state.key = "diff" if "diff" in keys else (keys[0] if keys else None)
        state.n = state.n or 0
        if state.key is not None:
            self._show(ctx, _wanted_sample(ctx))

    def on_change_current_sample(self, ctx: Any) -> None:
        """Follows the sample that is open in the sample viewer."""
        self._follow(ctx, ctx.current_sample)

    def on_change_selected(self, ctx: Any) -> None:
        """Shows the sample that was selected last in the grid."""
        if ctx.selected and not ctx.current_sample:
            self._follow(ctx, ctx.selected[-1])

    def on_change_dataset(self, ctx: Any) -> None:
        """Starts anew with another dataset."""
        ctx.panel.state.sample_id = None
        self.on_load(ctx)

    def on_key(self, ctx: Any) -> None:
        """Shows what another comparison says."""
        ctx.panel.state.key = ctx.params["value"]
        self._show(ctx, ctx.panel.state.sample_id or _wanted_sample(ctx))

    def on_pick(self, ctx: Any) -> None:
        """Remembers the objects that were picked in a pane, and marks their row."""
        if not self._adopt(ctx, ctx.params.get("key", "").rpartition("/")[2]):
            return
        ids = [i for i in ctx.params.get("ids", ()) if isinstance(i, str)]
        ctx.panel.state.picked = ids
        ctx.panel.data.set("viewer.selected", ids)
        self._show_given(ctx, self._read(ctx))

    def on_cell(self, ctx: Any) -> None:
        """Sorts by a column, or zooms to the objects of a row."""
        if not self._adopt(ctx, layout.table_sample(ctx.params["path"])):
            return
        row, column = ctx.params["row"], ctx.params["column"]
        state = ctx.panel.state
        sample = self._read(ctx)
        if sample is None:
            return
        if row < 0:
            name = list(COLUMNS)[column]
            state.descending = state.sort == name and not state.descending
            state.sort = name
        else:
            rows = _rows(sample, state)
            if row < len(rows):
                state.picked = rows[row].ids
                state.n = (state.n or 0) + 1
                ctx.panel.data.set("viewer.selected", state.picked)
                focus = {"ids": state.picked, "n": state.n}
                ctx.panel.data.set("viewer.focus", focus)
        self._show_given(ctx, sample)

    def on_step(self, ctx: Any) -> None:
        """Goes to the next sample in order of disagreement, or the previous."""
        key = ctx.params.get("key") or ""
        shown = ctx.params.get("sample_id") or key.rpartition("/")[2]
        if not shown or not self._adopt(ctx, shown):
            return
        step = 1 if ctx.params.get("by", 1) > 0 else -1
        found = neighbour(ctx.view, ctx.panel.state.key, shown, step)
        if found is None:
            ctx.ops.notify("That was the last one in this order", variant="info")
            self._show_given(ctx, self._read(ctx))
            return
        self._show(ctx, found)
        if ctx.current_sample:
            ctx.ops.open_sample(id=found)

    def on_next(self, ctx: Any) -> None:
        """Goes to the next sample in order of disagreement."""
        ctx.params["by"] = 1
        self.on_step(ctx)

    def on_previous(self, ctx: Any) -> None:
        """Goes to the previous sample in order of disagreement."""
        ctx.params["by"] = -1
        self.on_step(ctx)

    def on_open(self, ctx: Any) -> None:
        """Opens the sample in the sample viewer."""
        shown = ctx.params["sample_id"]
        if self._adopt(ctx, shown):
            self._show_given(ctx, self._read(ctx))
            ctx.ops.open_sample(id=shown)

    def on_mark(self, ctx: Any) -> None:
        """Gives the picked objects, or the sample, a verdict."""
        shown, picked = ctx.params["sample_id"], ctx.params["picked"]
        if not self._adopt(ctx, shown):
            return
        ctx.panel.state.picked = picked
        config = require_comparison(ctx.dataset, ctx.panel.state.key)
        fields = (config.base_field, config.revised_field)
        said = mark(ctx.dataset, shown, ctx.params.get("verdict"), picked, fields)
        ctx.ops.notify(said, variant="success")
        ctx.ops.reload_samples()
        self._show_given(ctx, self._read(ctx))

    def render(self, ctx: Any) -> types.Property:
        """The layout."""
        panel = types.Object()
        if ctx.dataset is not None:
            if ctx.panel.state.key is None:
                self._render_start(panel, ctx)
            else:
                self._render_sample(panel, ctx)
        return types.Property(panel, view=widgets.page())

    def _follow(self, ctx: Any, sample_id: str | None) -> None:
        if ctx.dataset is None or not sample_id:
            return
        if sample_id != ctx.panel.state.sample_id:
            self._show(ctx, sample_id)

    def _read(self, ctx: Any) -> SampleDifferences | None:
        state = ctx.panel.state
        if not state.key or not state.sample_id:
            return None
        config = require_comparison(ctx.dataset, state.key)
        return read_sample(ctx.dataset, state.sample_id, state.key, config)

    def _show(self, ctx: Any, sample_id: str | None) -> None:
        state = ctx.panel.state
        state.sample_id = sample_id
        state.picked = []
        sample = self._read(ctx)
        self._show_given(ctx, sample)
        self._show_objects(ctx, sample)

    def _show_objects(self, ctx: Any, sample: SampleDifferences | None) -> None:
        if sample is None or not sample.compared:
            return
        config = require_comparison(ctx.dataset, ctx.panel.state.key)
        sides = (config.base_field, config.revised_field)
        data = viewer_data(sample, ctx.panel.state.key, sides)
        ctx.panel.data.set("viewer", data)

    def _show_given(self, ctx: Any, sample: SampleDifferences | None) -> None:
        """Shows a sample's facts and objects, and the verdicts of those picked."""
        state = ctx.panel.state
        state.facts, state.given = None, []
        if sample is None:
            return
        picked = state.picked or ()
        state.facts = sample_facts(sample)
        state.given = picked_verdicts(sample, picked)
        table = table_data(_rows(sample, state), picked)
        ctx.panel.data.set(layout.table_name(state.sample_id), table)

    def _adopt(self, ctx: Any, sample_id: str) -> bool:
        """Takes up the sample that an event is of; False if its comparison is gone."""
        if ctx.panel.state.key not in list_comparisons(ctx.dataset, finished=True):
            self.on_load(ctx)
            return False
        ctx.panel.state.sample_id = sample_id
        return True

    def _render_start(self, panel: types.Object, ctx: Any) -> None:
        actions = {
            "compare": self.on_compare,
            "load": self.on_load_labels,
            "merge": self.on_merge,
        }
        layout.show_start(panel, find_pair(ctx.dataset), actions)

    def _render_sample(self, panel: types.Object, ctx: Any) -> None:
        state = ctx.panel.state
        facts = state.facts or {}
        keys = list_comparisons(ctx.dataset, finished=True)
        if len(keys) > 1:
            layout.show_choice(panel, keys, state.key, self.on_key)
        layout.show_facts(panel, facts)
        steps = {"previous": self.on_previous, "next": self.on_next}
        if not ctx.current_sample:
            steps["open"] = self.on_open
        compared = bool(facts.get("compared"))
        picked = list(state.picked or ())
        given = (state.given if picked else facts.get("verdicts")) or ()
        on_mark = self.on_mark if compared else None
        layout.show_buttons(panel, steps, state.sample_id, picked, given, on_mark)
        if not compared:
            if facts:
                layout.show_outside(panel, state.key)
            return
        layout.show_viewer(panel, self.on_pick, self.on_step)
        if facts["objects"]:
            order = state.sort, bool(state.descending)
            layout.show_table(panel, state.sample_id, order, self.on_cell)


def _rows(sample: SampleDifferences, state: Any) -> list[TableRow]:
    return table_rows(sample.objects, state.sort, bool(state.descending))


def _wanted_sample(ctx: Any) -> str | None:
    if ctx.current_sample:
        return str(ctx.current_sample)
    if ctx.selected:
        return str(ctx.selected[-1])
    return ctx.panel.state.sample_id or first_sample(ctx.view, ctx.panel.state.key)
