"""What panels offer where what they show is not there yet: forms to be opened."""

from __future__ import annotations

from typing import Any

import fiftyone.operators as foo

from ..runs import find_pair

PLUGIN = "@sama/sama-coco"


class StartingPanel(foo.Panel):
    """A panel that leads to the forms that load, merge and compare label sets."""

    def on_compare(self, ctx: Any) -> None:
        """Opens the form of the comparison, filled in."""
        pair = find_pair(ctx.dataset)
        params = dict(zip(("base_field", "revised_field"), pair or (), strict=False))
        self._prompt(ctx, "compare_annotations", params)

    def on_load_labels(self, ctx: Any) -> None:
        """Opens the form that loads Sama-COCO."""
        self._prompt(ctx, "load_sama_coco", {})

    def on_merge(self, ctx: Any) -> None:
        """Opens the form that merges another dataset's labels."""
        self._prompt(ctx, "merge_annotations", {})

    def _prompt(self, ctx: Any, operator: str, params: dict[str, Any]) -> None:
        ctx.prompt(f"{PLUGIN}/{operator}", params=params, on_success=self.on_load)
