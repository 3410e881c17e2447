"""Panel that shows one image's two label sets side by side, with their differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import fiftyone.operators as foo
from fiftyone.operators import types

from ..runs import find_pair
from . import layout, widgets
from .object_table import COLUMNS, table_rows
from .place import Place
from .presenting import picked_verdicts, sample_facts, table_data, viewer_data
from .review_order import first_sample, neighbour, sample_behind, sample_in
from .reviewing import mark
from .sample_differences import SampleDifferences, read_sample
from .shown_runs import ShownRun, find_run, list_runs
from .starting import StartingPanel


class AnnotationDifferences(StartingPanel):
    """Two panes of one picture, and the table of what differs.

    A panel is shared by all windows, so nothing is kept on it, and the App keeps the
    windows of a session on one panel state. Two windows may show two samples, or two
    comparisons, all the same: each event says what its window shows, and what that is
    sent is worked out for it. An event that can't say so, and changes nothing, draws
    nothing: it would draw what another window shows.
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

    def execute(self, ctx: Any) -> Any:
        """Answers an event, unless it is one that changes nothing."""
        method = ctx.params.get("__method__")
        if method == "on_change_selected" and (ctx.current_sample or not ctx.selected):
            return None
        closed = ctx.panel.state.followed and not ctx.current_sample
        if method == "on_change_current_sample" and not (ctx.current_sample or closed):
            return None
        return super().execute(ctx)

    def on_load(self, ctx: Any) -> None:
        """Chooses a comparison and a sample."""
        if ctx.dataset is None:
            return
        runs = list_runs(ctx.dataset)
        here = Place.read(ctx.panel.state.place)
        if not runs:
            ctx.panel.state.place = None
            return
        if here is None or here.run not in runs:
            run = "diff" if "diff" in runs else runs[0]
            here = replace(here, run=run) if here else Place(run)
        self._show(ctx, replace(here, sample_id=_wanted_sample(ctx, here)))

    def on_change_current_sample(self, ctx: Any) -> None:
        """Follows the sample viewer; when that is closed, what was last in it stays."""
        ctx.panel.state.followed = bool(ctx.current_sample)
        self._follow(ctx, ctx.current_sample)

    def on_change_selected(self, ctx: Any) -> None:
        """Shows the sample that was selected last in the grid."""
        self._follow(ctx, ctx.selected[-1])

    def on_change_dataset(self, ctx: Any) -> None:
        """Starts anew with another dataset."""
        ctx.panel.state.place = None
        self.on_load(ctx)

    def on_key(self, ctx: Any) -> None:
        """Shows what another comparison says."""
        here = _place(ctx)
        if here is not None:
            self._show(ctx, replace(here, run=str(ctx.params["value"])))

    def on_pick(self, ctx: Any) -> None:
        """Remembers the objects that were picked in a pane, and marks their row."""
        picked = [i for i in ctx.params.get("ids", ()) if isinstance(i, str)]
        self._tell(ctx, _place(ctx), picked)

    def on_cell(self, ctx: Any) -> None:
        """Sorts by a column, or zooms to the objects of a row."""
        here = _place(ctx)
        if here is None:
            return
        row, column = ctx.params["row"], ctx.params["column"]
        picked = ctx.panel.state.picked or ()
        if row < 0:
            name = list(COLUMNS)[column]
            descending = here.sort == name and not here.descending
            here = replace(here, sort=name, descending=descending)
            self._tell(ctx, here, picked)
            return
        sample = self._read(ctx, here)
        rows = _rows(sample, here) if sample else []
        if row < len(rows):
            picked = rows[row].ids
            focus = {"ids": picked, "nonce": uuid4().hex}
            ctx.panel.data.set("viewer.focus", focus)
        self._tell(ctx, here, picked, sample)

    def on_next(self, ctx: Any) -> None:
        """Goes to the next sample in order of disagreement."""
        self._step(ctx, 1)

    def on_previous(self, ctx: Any) -> None:
        """Goes to the previous sample in order of disagreement."""
        self._step(ctx, -1)

    def on_open(self, ctx: Any) -> None:
        """Opens the sample in the sample viewer."""
        here = _place(ctx)
        if here is not None and here.sample_id:
            self._tell(ctx, here, ())
            ctx.ops.open_sample(id=sample_in(ctx.view, here.sample_id))

    def on_mark(self, ctx: Any) -> None:
        """Gives the picked objects, or the sample, a verdict."""
        here, picked = _place(ctx), ctx.params["picked"]
        run = here and find_run(ctx.dataset, here.run)
        if here and here.sample_id and run:
            verdict = ctx.params.get("verdict")
            said = mark(ctx.dataset, here.sample_id, verdict, picked, run.sides)
            ctx.ops.notify(said, variant="success")
            ctx.ops.reload_samples()
        self._tell(ctx, here, picked)

    def render(self, ctx: Any) -> types.Property:
        """The layout."""
        panel = types.Object()
        if ctx.dataset is not None:
            here = Place.read(ctx.panel.state.place)
            if here is None:
                self._render_start(panel, ctx)
            else:
                self._render_sample(panel, ctx, here)
        return types.Property(panel, view=widgets.page())

    def _follow(self, ctx: Any, shown: str | None) -> None:
        here = Place.read(ctx.panel.state.place)
        if here is None:
            self.on_load(ctx)
            return
        if shown:
            here = replace(here, sample_id=sample_behind(ctx.view, shown))
        self._show(ctx, here)

    def _step(self, ctx: Any, by: int) -> None:
        here = _place(ctx)
        run = here and find_run(ctx.dataset, here.run)
        if not here or not here.sample_id or not run:
            self.on_load(ctx)
            return
        found = neighbour(ctx.view, here.run, here.sample_id, by)
        if found is None:
            ctx.ops.notify("That was the last one in this order", variant="info")
            self._tell(ctx, here, ())
            return
        self._show(ctx, replace(here, sample_id=found))
        if ctx.current_sample:
            ctx.ops.open_sample(id=sample_in(ctx.view, found))

    def _run(self, ctx: Any, here: Place | None) -> ShownRun | None:
        """The comparison of a place, which is taken up; else the panel starts anew."""
        run = here and find_run(ctx.dataset, here.run)
        ctx.panel.state.place = str(here) if here else None
        if not run:
            self.on_load(ctx)
            return None
        return run

    def _read(self, ctx: Any, here: Place) -> SampleDifferences | None:
        """The facts of a place's sample, without outlines."""
        run = find_run(ctx.dataset, here.run)
        if run is None or here.sample_id is None:
            return None
        return read_sample(ctx.dataset, here.sample_id, run, outlines=False)

    def _show(self, ctx: Any, here: Place) -> None:
        """Shows another sample, or what another comparison says of one."""
        run = self._run(ctx, here)
        if run is None:
            return
        sample = here.sample_id and read_sample(ctx.dataset, here.sample_id, run)
        self._show_facts(ctx, here, sample or None, ())
        if sample and sample.compared:
            ctx.panel.data.set("viewer", viewer_data(sample, run))

    def _tell(
        self,
        ctx: Any,
        here: Place | None,
        picked: Sequence[str],
        sample: SampleDifferences | None = None,
    ) -> None:
        """Shows anew what is said of the sample that a window shows."""
        if self._run(ctx, here) is not None and here is not None:
            self._show_facts(ctx, here, sample or self._read(ctx, here), picked)

    def _show_facts(
        self,
        ctx: Any,
        here: Place,
        sample: SampleDifferences | None,
        picked: Sequence[str],
    ) -> None:
        state = ctx.panel.state
        # an input shows what stands in the state, which windows share, but for data
        ctx.panel.data.set(here.name(layout.CHOICE), here.run)
        state.facts, state.given, state.picked = None, [], []
        if sample is None:
            return
        own = {item["id"] for item in sample.objects}
        state.picked = [i for i in picked if i in own]
        state.facts = sample_facts(sample)
        state.given = picked_verdicts(sample, state.picked)
        table = table_data(_rows(sample, here), state.picked)
        ctx.panel.data.set(here.name(layout.TABLE), table)

    def _render_start(self, panel: types.Object, ctx: Any) -> None:
        actions = {
            "compare": self.on_compare,
            "load": self.on_load_labels,
            "merge": self.on_merge,
        }
        layout.show_start(panel, find_pair(ctx.dataset), actions)

    def _render_sample(self, panel: types.Object, ctx: Any, here: Place) -> None:
        state = ctx.panel.state
        facts = state.facts or {}
        runs = list_runs(ctx.dataset)
        if len(runs) > 1:
            layout.show_choice(panel, runs, here, self.on_key)
        layout.show_facts(panel, facts)
        steps = {"previous": self.on_previous, "next": self.on_next}
        if not ctx.current_sample:
            steps["open"] = self.on_open
        compared = bool(facts.get("compared"))
        picked = list(state.picked or ())
        given = (state.given if picked else facts.get("verdicts")) or ()
        on_mark = self.on_mark if compared else None
        layout.show_buttons(panel, steps, here, picked, given, on_mark)
        if not compared:
            if facts:
                layout.show_outside(panel, here.run)
            return
        layout.show_viewer(panel, here, self.on_pick)
        if facts["objects"]:
            layout.show_table(panel, here, self.on_cell)


def _place(ctx: Any) -> Place | None:
    """What the window shows that an event comes from, as the event says it."""
    return Place.read(ctx.params.get("place") or ctx.params.get("path"))


def _rows(sample: SampleDifferences, here: Place) -> list[Any]:
    sort = here.sort if here.sort in COLUMNS else None
    return table_rows(sample.objects, sort, here.descending)


def _wanted_sample(ctx: Any, here: Place) -> str | None:
    shown = ctx.current_sample or (ctx.selected or [None])[-1]
    if shown:
        return sample_behind(ctx.view, str(shown))
    return here.sample_id or first_sample(ctx.view, here.run)
