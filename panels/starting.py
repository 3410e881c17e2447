"""What panels offer if there is nothing to show yet: the forms to run first."""

from __future__ import annotations

from typing import Any

import fiftyone.operators as foo
from fiftyone.operators import types

from ..labelsets import find_pair
from ..operators.forms.markdown import plain
from ..zoo.paused_gc import paused_gc
from . import widgets
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

    def _render_start(
        self, panel: types.Object, pair: tuple[str, str] | None = None
    ) -> None:
        """What to do first if there is nothing to show yet.

        Args:
            panel: the panel
            pair: two fields that can be compared, if there are any
        """
        if pair is not None:
            label = "These labels have not been compared yet"
            text = f"{pair[0]} and {pair[1]} can be compared, object by object."
            buttons = {"compare": ("Compare annotations", self.on_compare)}
        else:
            label = "This needs two label fields"
            text = (
                "Load Sama-COCO next to COCO-2017, add a label file, or merge another "
                "dataset's labels into this one."
            )
            buttons = {
                "load": ("Load Sama-COCO", self.on_load_labels),
                "add": ("Add annotations", self.on_add),
                "merge": ("Merge annotations", self.on_merge),
            }
        panel.view("start", types.Header(label=label, description=plain(text)))
        row = widgets.row(panel, "ways")
        for name, (caption, action) in buttons.items():
            widgets.button(row, name, caption, action, variant="contained")
