"""What a panel shows of a window's sample, and how it is updated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from ...labelsets import is_sample_changed
from ...labelsets.runs.views.disagreement_order import whole_samples
from ..last_shown import LastShown
from ..shown_runs import ShownRun, find_run
from ..starting import StartingPanel
from . import layout
from .place import Place
from .presenting import (
    decisions,
    describe_age,
    review_of,
    sample_facts,
    table_data,
    viewer_data,
)
from .reviewing.kept_progress import count_progress, forget_progress
from .reviewing.review_order import sample_in
from .shown_sample import ShownSample, read_shown, shown_policy
from .viewer_types import Focus

_places: LastShown[Place] = LastShown()
_picked: LastShown[list[str]] = LastShown()


class SamplePanel(StartingPanel):
    """A panel that shows a sample in each window."""

    def _now(self, ctx: Any) -> Place | None:
        """What the window of an event shows by now: what it says, or later changes."""
        return latest_place(Place.of_event(ctx))

    def _picks(self, ctx: Any, here: Place) -> list[str]:
        """The labels that are picked in a window."""
        return _picked.get(here.window, ctx.panel.state.picked or [])

    def on_compare_again(self, ctx: Any) -> None:
        """Opens the form of the comparison, filled in as it was run."""
        here = Place.of_event(ctx)
        run = here and find_run(ctx.dataset, here.run)
        if run:
            fields = dict(zip(("base_field", "revised_field"), run.sides, strict=True))
            self._prompt(ctx, "compare_annotations", {"key": run.key, **fields})

    def _note_age(self, ctx: Any, here: Place) -> None:
        """Looks whether labels changed since a comparison was run.

        The progress of a review is counted again, too.
        """
        forget_progress(ctx.dataset)
        ages = ctx.panel.state.ages or {}
        line = describe_age(ctx.dataset, here.run) if here.run else None
        ctx.panel.state.ages = ages | {here.run: line}

    def _run(self, ctx: Any, here: Place | None) -> ShownRun | None:
        """The comparison of a place, which is adopted; else the panel starts over."""
        run = here and find_run(ctx.dataset, here.run)
        if here is not None:
            _places.set(here.window, here)
        if not run:
            ctx.panel.state.place = str(here) if here else None
            self.on_load(ctx)
            return None
        return run

    def _read(self, ctx: Any, here: Place) -> ShownSample | None:
        """A place's sample, without outlines."""
        run = find_run(ctx.dataset, here.run)
        return read_shown(ctx.dataset, here, run) if run else None

    def _show(
        self,
        ctx: Any,
        here: Place,
        picked: Sequence[str] = (),
        focus: Focus | None = None,
    ) -> None:
        """Shows another sample, or what another comparison says of one.

        Args:
            ctx: the context
            here: what the window shows
            picked: the labels that are picked
            focus: what the viewer zooms to; None leaves that and the keyboard alone
        """
        run = self._run(ctx, here)
        if run is None:
            return
        shown = read_shown(ctx.dataset, here, run, outlines=True)
        data: dict[str, Any] = {}
        if shown and shown.sample.compared:
            review = review_of(shown.sample, here, self._progress(ctx, here))
            viewer = viewer_data(shown.sample, run, shown.items, review)
            data = {"viewer": viewer | {"focus": focus}}
        self._draw(ctx, here, shown, picked, data)

    def _update(
        self,
        ctx: Any,
        here: Place | None,
        picked: Sequence[str],
        focus: Focus | None = None,
        recount: bool = True,
    ) -> None:
        """Updates what a window shows of its sample.

        Args:
            ctx: the context
            here: what the window shows
            picked: the labels that are picked
            focus: see `_show`
            recount: whether decisions, and how far the review is, may have changed
        """
        if self._run(ctx, here) is None or here is None:
            return
        shown = self._read(ctx, here)
        data: dict[str, Any] = {} if focus is None else {"viewer.focus": focus}
        if shown and shown.sample.compared and recount:
            review = review_of(shown.sample, here, self._progress(ctx, here))
            data["viewer.decisions"] = decisions(shown.items)
            data["viewer.review"] = review
        self._draw(ctx, here, shown, picked, data)

    def _progress(self, ctx: Any, here: Place) -> str:
        """The progress of the review of the view."""
        policy = shown_policy(ctx.dataset, here)
        return str(count_progress(whole_samples(ctx.view), here.run, policy))

    def _draw(
        self,
        ctx: Any,
        here: Place,
        shown: ShownSample | None,
        picked: Sequence[str],
        data: dict[str, Any],
    ) -> None:
        """Sends the panel's state and data, each at once.

        For each time that either is set, the App copies all of it and draws the panel
        anew, every cell of its table.
        """
        state: dict[str, Any] = {"place": str(here), "facts": None, "picked": []}
        if shown is not None:
            own = {item["id"] for item in shown.sample.objects}
            state["picked"] = [i for i in picked if i in own]
            _picked.set(here.window, state["picked"])
            changed = is_sample_changed(ctx.dataset, shown.sample.sample_id, here.run)
            table = {
                "columns": shown.columns,
                "rows": len(shown.listed),
                "statuses": [row.values["status"] for row in shown.page],
            }
            state["facts"] = sample_facts(shown.sample) | {"changed": changed} | table
            rows = table_data(shown.page, state["picked"], shown.columns)
            data = {here.name(layout.TABLE): rows, **data}
        ctx.panel.state.set(state)
        if data:
            ctx.panel.data.set(data)

    def _open_shown(self, ctx: Any, sample_id: str) -> None:
        """Opens the panel's sample in the sample viewer, if that is open."""
        if ctx.current_sample:
            ctx.ops.open_sample(id=sample_in(ctx.view, sample_id))


def focus_on(ids: Sequence[str], told: bool = True) -> Focus:
    """Has the viewer zoom to objects, and gives it the keyboard.

    Args:
        ids: the labels
        told (True): whether a card says what the first is
    """
    return {"ids": list(ids), "told": told, "nonce": uuid4().hex}


def latest_place(said: Place | None) -> Place | None:
    """What a window was shown last, where an event says what it showed before."""
    return None if said is None else _places.get(said.window, said)


def ids_of(ctx: Any) -> list[str]:
    """The labels that an event names."""
    return [i for i in ctx.params.get("ids") or () if isinstance(i, str)]
