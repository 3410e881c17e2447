"""Operator that shows what changed by pictures of the most telling objects."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from fiftyone.operators import types

from ..labelsets import show_examples
from ..labelsets.comparison import Status
from ..labelsets.comparison.statuses import BY_NAME
from ..labelsets.exports.examples.example_sheets import PER_STATUS, ExampleSheets
from ..labelsets.exports.examples.item_examples import PANE
from ..labelsets.exports.examples.telling_items import SHOWABLE
from .calls.answering import OnProgress
from .calls.base import DatasetOperator, describe_operator
from .forms.comparison_key import (
    ComparisonKey,
    ask_statuses,
    finished_comparisons,
    no_comparison,
)
from .forms.form_parts import refuse
from .forms.markdown import plain
from .forms.parameters import Number, Texts

_ABOUT = (
    "Base is on the left, below a blue bar, revised on the right, below an orange one. "
    "A click on a picture opens its image in a new tab."
)

MOST = 12
"""How many examples of a status a request may ask for."""


class ShowExamples(DatasetOperator):
    """Shows the most telling objects of each status, both sides cropped alike."""

    parameters = (
        ComparisonKey(),
        Texts("statuses"),
        Number(
            "per_status",
            PER_STATUS,
            "Examples of each status",
            least=1,
            most=MOST,
            whole=True,
        ),
    )

    config = describe_operator(
        "show_examples",
        "Show examples of what changed",
        "Show the most telling objects of each status as pictures",
        icon="photo_library",
        risk="low",
    )
    function = staticmethod(show_examples)

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Draws the examples; see :meth:`SamaCocoOperator.run`.

        ``examples`` has them by a name each, in order, with ``picture``, a JPEG as a
        data address.
        """
        shown = show_examples(
            ctx.target_view(),
            values["key"],
            values["statuses"] or None,
            values["per_status"],
            on_progress=on_progress,
        )
        return {"message": shown.summary(), "examples": _named(shown)}

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form: the statuses that the comparison has, with their counts."""
        if not finished_comparisons(ctx.dataset):
            return no_comparison(self.config.label)
        inputs = types.Object()
        self.ask(inputs, ctx, values, "key")
        inputs.view_target(ctx)
        if values["key"] in finished_comparisons(ctx.dataset):
            ask_statuses(inputs, ctx, values["key"], SHOWABLE, "By default all changes")
        else:
            reason = f"There is no finished comparison '{values['key']}'"
            refuse(inputs, "key", reason)
        self.ask(inputs, ctx, values, "per_status")
        return types.Property(inputs, view=types.View(label=self.config.label))

    def output(self, outputs: types.Object, result: Mapping[str, Any]) -> None:
        """Adds the pictures, status by status; a click on one opens its sample."""
        pictures = types.Object()
        before = None
        for name, example in (result.get("examples") or {}).items():
            status = BY_NAME[example["status"]]
            if status is not before:
                before = status
                text = f"**{plain(str(status))}**: {plain(status.description)}"
                pictures.md(text, name=f"about_{status}")
            shown = types.Object()
            shown.str(
                "picture",
                view=types.ImageView(
                    href=f"?id={example['sample_id']}",
                    alt=f"{status}: base and revised on {example['file_name']}",
                    width=f"{2 * PANE[0]}px",
                ),
            )
            words = f"{plain(example['text'])}, {plain(example['file_name'])}"
            shown.md(words, name="words")
            pictures.define_property(name, shown, view=types.ObjectView())
        if before is not None:
            outputs.md(_ABOUT, name="about")
            outputs.define_property("examples", pictures, view=types.ObjectView())


def _named(shown: ExampleSheets) -> dict[str, Any]:
    """The examples by a name each, such as ``split_1``, with their pictures."""
    found: dict[str, Any] = {}
    numbers: dict[Status, int] = {}
    for example, row in zip(shown.examples, shown.rows, strict=True):
        numbers[example.status] = numbers.get(example.status, 0) + 1
        picture = base64.b64encode(example.jpeg()).decode()
        found[f"{example.status}_{numbers[example.status]}"] = {
            **row,
            "picture": f"data:image/jpeg;base64,{picture}",
        }
    return found
