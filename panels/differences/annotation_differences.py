"""Panel that shows one image's two label sets side by side, with their differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import fiftyone.operators as foo
from bson import ObjectId
from fiftyone.operators import types

from ...labelsets import find_pair
from ...labelsets.runs.workspace.app_setup import DIFFERENCES_PANEL
from .. import widgets
from ..shown_runs import find_run, list_runs
from . import layout
from .help_text import help_text
from .place import Place
from .reviewing.judging import ReviewPanel
from .reviewing.review_order import first_sample, neighbour, sample_behind, sample_in
from .reviewing.review_steps import policy_choices
from .showing import focus_on, ids_of, latest_place
from .shown_sample import ShownSample


class AnnotationDifferences(ReviewPanel):
    """Two panes of one picture, and the table of what differs.

    A panel is shared by all windows, so nothing is kept on it, and the App keeps
    the windows of a session on one panel state. Two windows may still show
    different samples or comparisons: each event says what its window shows, and the
    answer is made for that. An event that can't say so, and changes nothing, draws
    nothing: it would draw what another window shows.
    """

    @property
    def config(self) -> foo.PanelConfig:
        """How FiftyOne lists and opens the panel."""
        return foo.PanelConfig(
            name=DIFFERENCES_PANEL,
            label="Annotation differences",
            icon="compare",
            surfaces="grid modal",
            category=foo.Categories.ANALYZE,
            help_markdown=help_text(),
        )

    def execute(self, ctx: Any) -> Any:
        """Answers an event, unless it is one that changes nothing."""
        method = ctx.params.get("__method__")
        if method == "on_change_selected" and (ctx.current_sample or not ctx.selected):
            return None
        closed = method == "on_change_current_sample" and not ctx.current_sample
        if closed and not ctx.panel.state.followed:
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
        here = here or _first_place(ctx, runs)
        if here is None or here.run not in runs:
            run = "diff" if "diff" in runs else runs[0]
            here = replace(here, run=run) if here else Place(run)
        self._note_age(ctx, here)
        here = replace(here, sample_id=_wanted_sample(ctx, here))
        self._show(ctx, here.in_new_window())

    def on_change_current_sample(self, ctx: Any) -> None:
        """Follows the sample viewer; keeps its last sample when it is closed."""
        ctx.panel.state.followed = bool(ctx.current_sample)
        self._follow(ctx, ctx.current_sample)

    def on_change_selected(self, ctx: Any) -> None:
        """Shows the sample that was selected last in the grid."""
        self._follow(ctx, ctx.selected[-1])

    def on_change_dataset(self, ctx: Any) -> None:
        """Starts over with another dataset."""
        ctx.panel.state.place = ctx.panel.state.first = None
        self.on_load(ctx)

    def on_run(self, ctx: Any) -> None:
        """Switches to another comparison."""
        here = self._now(ctx)
        if here is not None:
            here = replace(here, run=str(ctx.params["value"]), page=0)
            self._note_age(ctx, here)
            self._show(ctx, here)

    def on_page(self, ctx: Any) -> None:
        """Goes to another page of the table."""
        here = self._now(ctx)
        if here is not None:
            here = replace(here, page=int(ctx.params["page"]))
            self._update(ctx, here, self._picks(ctx, here))

    def on_pick(self, ctx: Any) -> None:
        """Remembers the objects that were picked in a pane, and marks their row."""
        said, here = Place.of_event(ctx), self._now(ctx)
        picked = ids_of(ctx)
        if said and here and not here.shows_image_of(said):
            picked = self._picks(ctx, here)
        self._update(ctx, here, picked, recount=False)

    def on_cell(self, ctx: Any) -> None:
        """Sorts by a column, or zooms to the objects of a row."""
        row, column = ctx.params["row"], ctx.params["column"]
        if row < 0:
            self._sort(ctx, column)
        else:
            self._zoom(ctx, row, told=False)

    def on_row(self, ctx: Any) -> None:
        """Zooms to the objects of a row by its button; a card says what they are."""
        self._zoom(ctx, ctx.params["row"], told=True)

    def on_next(self, ctx: Any) -> None:
        """Goes to the next sample in order of disagreement."""
        self._step(ctx, 1)

    def on_previous(self, ctx: Any) -> None:
        """Goes to the previous sample in order of disagreement."""
        self._step(ctx, -1)

    def on_open(self, ctx: Any) -> None:
        """Opens the sample in the sample viewer."""
        here = self._now(ctx)
        if here is not None and here.sample_id:
            self._update(ctx, here, ())
            ctx.ops.open_sample(id=sample_in(ctx.view, here.sample_id))

    def render(self, ctx: Any) -> types.Property:
        """The layout."""
        panel = types.Object()
        if ctx.dataset is not None:
            here = Place.read(ctx.panel.state.place)
            if here is None:
                self._render_start(panel, find_pair(ctx.dataset))
            else:
                self._render_sample(panel, ctx, here)
        return types.Property(panel, view=widgets.page())

    def _follow(self, ctx: Any, shown: str | None) -> None:
        here = latest_place(Place.read(ctx.panel.state.place))
        if here is None:
            self.on_load(ctx)
            return
        if shown:
            here = replace(here, sample_id=sample_behind(ctx.view, shown))
        self._show(ctx, here.in_new_window())

    def _sort(self, ctx: Any, column: int) -> None:
        """Sorts by a column; the last heading is that of the rows' buttons."""
        asked = self._asked(ctx)
        if asked is None:
            return
        _, here, shown = asked
        if 0 <= column < len(shown.columns):
            name = shown.columns[column]
            descending = here.sort == name and not here.descending
            here = replace(here, sort=name, descending=descending, page=0)
        self._update(ctx, here, self._picks(ctx, here), focus_on([]), recount=False)

    def _zoom(self, ctx: Any, row: int, told: bool) -> None:
        """Zooms to the objects of a row of the table, as the window has it."""
        asked = self._asked(ctx)
        if asked is None:
            return
        said, here, shown = asked
        ids: list[str] = []
        if 0 <= row < len(shown.page) and here.shows_image_of(said):
            ids = shown.page[row].ids
        picked = ids or self._picks(ctx, here)
        self._update(ctx, here, picked, focus_on(ids, told), recount=False)

    def _asked(self, ctx: Any) -> tuple[Place, Place, ShownSample] | None:
        """What an event of the table says its window shows, by now, and its sample.

        None where that is gone, and then what there is instead is shown.
        """
        said, here = Place.of_event(ctx), self._now(ctx)
        shown = said and self._read(ctx, said)
        if said is None or here is None or not shown:
            self._update(ctx, here, ())
            return None
        return said, here, shown

    def _step(self, ctx: Any, by: int) -> None:
        here = self._now(ctx)
        run = here and find_run(ctx.dataset, here.run)
        if not here or not here.sample_id or not run:
            self.on_load(ctx)
            return
        found = neighbour(ctx.view, here.run, here.sample_id, by)
        if found is None:
            ctx.ops.notify(
                "There is no further image in this direction", variant="info"
            )
            self._update(ctx, here, ())
            return
        self._show(ctx, replace(here, sample_id=found, page=0), focus=focus_on([]))
        self._open_shown(ctx, found)

    def _render_sample(self, panel: types.Object, ctx: Any, here: Place) -> None:
        state = ctx.panel.state
        facts = state.facts or {}
        age = (state.ages or {}).get(here.run)
        layout.show_age(
            panel, age, bool(facts.get("changed")), here, self.on_compare_again
        )
        layout.show_facts(panel, facts)
        steps = {"previous": self.on_previous, "next": self.on_next}
        if not ctx.current_sample:
            steps["open"] = self.on_open
        choices = policy_choices(ctx.dataset, here.run)
        policies = {name: f"policy: {one.title}" for name, one in choices.items()}
        layout.show_buttons(panel, steps, policies, here, self.on_policy)
        runs = list_runs(ctx.dataset)
        if len(runs) > 1:
            layout.show_choice(panel, runs, here, self.on_run)
        if not facts.get("compared"):
            if facts:
                layout.show_outside(panel, here.run)
            return
        names = ("on_pick", "on_judge", "on_undo", "on_open_only")
        layout.show_viewer(panel, here, {name: getattr(self, name) for name in names})
        if facts["objects"]:
            columns = facts["columns"]
            statuses = facts["statuses"]
            layout.show_table(panel, here, columns, statuses, self.on_cell, self.on_row)
            layout.show_pages(panel, facts["rows"], here, self.on_page)
            if "evidence" in columns:
                layout.show_advice(panel)


def _first_place(ctx: Any, runs: Sequence[str]) -> Place | None:
    """The comparison and the sample that a saved workspace opens the panel on."""
    first = ctx.panel.state.first or {}
    run, sample_id = str(first.get("run")), first.get("sample_id")
    if run not in runs:
        return None
    is_shown = ObjectId.is_valid(sample_id) and len(ctx.view.select(sample_id))
    return Place(run, sample_id if is_shown else None)


def _wanted_sample(ctx: Any, here: Place) -> str | None:
    shown = ctx.current_sample or (ctx.selected or [None])[-1]
    if shown:
        return sample_behind(ctx.view, str(shown))
    return here.sample_id or first_sample(ctx.view, here.run)
