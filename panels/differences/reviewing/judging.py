"""Verdicts given in a panel, by key or button, and the way to the next open item."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from uuid import uuid4

from ....labelsets import ComparisonError
from ....labelsets.reconciling.review_items import next_open_sample
from ....labelsets.reconciling.verdict_writing import undo_verdict, write_verdict
from ....labelsets.runs.views.disagreement_order import whole_samples
from ...shown_runs import find_run
from ..place import Place
from ..showing import SamplePanel, focus_on, ids_of
from ..shown_sample import shown_policy
from .kept_progress import follow_verdict
from .review_steps import (
    NO_POLICY,
    first_open_row,
    next_open_row,
    pack_written,
    policy_choices,
    read_verdict,
    unpack_written,
)


class ReviewPanel(SamplePanel):
    """A panel for judging items.

    The window that gave a verdict keeps what undoes it.
    """

    def on_judge(self, ctx: Any) -> None:
        """Gives the picked objects, or the image, a verdict; then goes on if asked."""
        said, here, picked = Place.of_event(ctx), self._now(ctx), ids_of(ctx)
        run = said and find_run(ctx.dataset, said.run)
        if said is None or here is None or said.sample_id is None or not run:
            self._update(ctx, here, ())
            return
        try:
            verdict = read_verdict(ctx.params.get("verdict"))
            with self._following(ctx, replace(here, run=said.run), said.sample_id):
                written = write_verdict(
                    ctx.dataset, said.sample_id, verdict, picked, said.run
                )
        except ComparisonError as error:
            ctx.ops.notify(str(error), variant="warning")
            self._update(ctx, here, self._picks(ctx, here))
            return
        is_shown = here.shows_image_of(said)
        if ctx.params.get("go_on") and verdict is not None and is_shown:
            self._go_on(ctx, here, picked)
        else:
            self._update(ctx, here, picked if is_shown else self._picks(ctx, here))
            ctx.ops.reload_samples()
        undo = pack_written(written)
        ctx.panel.data.set("viewer.written", {"nonce": uuid4().hex, "undo": undo})

    def on_undo(self, ctx: Any) -> None:
        """Undoes the last verdict of a window, and shows the item it was on."""
        said, here = Place.of_event(ctx), self._now(ctx)
        if said is None or here is None:
            return
        there = replace(here, run=said.run)
        try:
            written = unpack_written(ctx.params.get("undo"), said.run)
            if not ctx.dataset.select(written.sample_id).limit(1):
                raise ComparisonError("The image of this verdict no longer exists")
            with self._following(ctx, there, written.sample_id):
                undo_verdict(ctx.dataset, written)
        except ComparisonError as error:
            ctx.ops.notify(str(error), variant="warning")
            self._update(ctx, here, ())
            return
        there = replace(there, sample_id=written.sample_id)
        labels = list(written.labels)
        if there == here:
            self._update(ctx, there, labels, focus_on(labels))
        else:
            self._show(ctx, replace(there, page=0), labels, focus_on(labels))
            self._open_shown(ctx, written.sample_id)
        ctx.ops.reload_samples()

    def on_policy(self, ctx: Any) -> None:
        """Shows what another policy would decide."""
        here = self._now(ctx)
        if here is not None:
            name = str(ctx.params["value"])
            chosen = (
                name if name in policy_choices(ctx.dataset, here.run) else NO_POLICY
            )
            self._update(ctx, replace(here, policy=chosen), self._picks(ctx, here))

    def on_open_only(self, ctx: Any) -> None:
        """Shows only open items, or all."""
        here = self._now(ctx)
        if here is not None:
            here = replace(here, open_only=bool(ctx.params.get("open_only")), page=0)
            self._update(ctx, here, ids_of(ctx))

    def _following(
        self, ctx: Any, here: Place, sample_id: str
    ) -> AbstractContextManager[None]:
        """Updates the progress of the view by a verdict that is written inside."""
        policy = shown_policy(ctx.dataset, here)
        return follow_verdict(whole_samples(ctx.view), here.run, policy, sample_id)

    def _go_on(self, ctx: Any, here: Place, judged: Sequence[str]) -> None:
        """Goes to the next open item: on the image, else on the images behind it.

        A verdict on the image decides all its items.
        """
        shown = self._read(ctx, here)
        row = next_open_row(shown.rows, shown.items, judged) if shown else None
        if shown and row and judged:
            there = replace(here, page=shown.page_of(row))
            self._update(ctx, there, row.ids, focus_on(row.ids))
            return
        policy = shown_policy(ctx.dataset, here)
        found = next_open_sample(ctx.view, here.run, policy, here.sample_id)
        if found is None:
            said = "No open items are left on the images after this one"
            ctx.ops.notify(said, variant="info")
            self._update(ctx, here, judged)
            return
        there = replace(here, sample_id=found, page=0)
        shown = self._read(ctx, there)
        row = first_open_row(shown.rows, shown.items) if shown else None
        page = shown.page_of(row) if shown else 0
        ids = row.ids if row else []
        self._show(ctx, replace(there, page=page), ids, focus_on(ids))
        self._open_shown(ctx, found)
        ctx.ops.reload_samples()
