"""What panels offer if there is nothing to show yet: the forms to run first."""

from __future__ import annotations

from typing import Any

import fiftyone.operators as foo

from ..labelsets import find_pair
from ..zoo.paused_gc import paused_gc
from .turns import turns_of

PLUGIN = "@sama/sama-coco"


class StartingPanel(foo.Panel):
    """A panel that opens the forms that load, merge and compare label sets.

    Its events are answered one after the other, so that the last choice is drawn last.
    What they read of an image with many objects would have the garbage collector visit
    all that FiftyOne holds, more than once.
    """

    def execute(self, ctx: Any) -> Any:
        """Answers an event when those that came before it are answered."""
        with turns_of(str(ctx.panel_id)).turn(), paused_gc():
            return super().execute(ctx)

    def on_compare(self, ctx: Any) -> None:
        """Opens the form of the comparison, filled in."""
        pair = find_pair(ctx.dataset)
        params = dict(zip(("base_field", "revised_field"), pair or (), strict=False))
        self._prompt(ctx, "compare_annotations", params)

    def on_load_labels(self, ctx: Any) -> None:
        """Opens the form that loads Sama-COCO."""
        self._prompt(ctx, "load_sama_coco", {})

    def on_add(self, ctx: Any) -> None:
        """Opens the form that adds a label file."""
        self._prompt(ctx, "add_annotations", {})

    def on_merge(self, ctx: Any) -> None:
        """Opens the form that merges another dataset's labels."""
        self._prompt(ctx, "merge_annotations", {})

    def _prompt(self, ctx: Any, operator: str, params: dict[str, Any]) -> None:
        ctx.prompt(f"{PLUGIN}/{operator}", params=params, on_success=self.on_load)
