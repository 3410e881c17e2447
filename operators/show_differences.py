"""Operator that shows the samples, or the objects, with chosen differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import fiftyone as fo
from fiftyone.operators import types
from fiftyone.operators.constants import ViewTarget

from ..labelsets import ComparisonError, list_comparisons, load_results
from ..labelsets.labels.views.view_internals import build_view, view_stages
from ..labelsets.runs.views.difference_views import (
    Differences,
    differences_view,
    shows_differences,
)
from .calls.answering import OnProgress
from .calls.base import DatasetOperator, describe_operator
from .forms.comparison_key import (
    ComparisonKey,
    ask_statuses,
    finished_comparisons,
    no_comparison,
)
from .forms.form_parts import refuse
from .forms.parameters import Flag, Number, Texts

SETS = ("statuses", "base_classes", "revised_classes")
RANGES = {"iou": "IoU", "disagreement": "disagreement"}


class ShowDifferences(DatasetOperator):
    """Sets the view to the samples or objects with chosen differences."""

    parameters = (
        ComparisonKey(),
        Texts("statuses"),
        Texts("base_classes", label="Classes in base"),
        Texts("revised_classes", label="Classes in revised"),
        *(
            Number(f"{end}_{name}", None, f"{word} {label}", least=0, most=1)
            for name, label in RANGES.items()
            for end, word in (("min", "Least"), ("max", "Greatest"))
        ),
        Flag(
            "only_labels",
            True,
            "Show the chosen objects alone",
            "Otherwise all objects of the matching samples",
        ),
        Flag("by_disagreement", True, "In order of disagreement"),
    )
    has_progress = False

    config = describe_operator(
        "show_differences",
        "Show differences",
        "Show the samples or objects with chosen differences",
        icon="difference",
        risk="low",
    )

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Makes the view; see :meth:`SamaCocoOperator.run`."""
        ranges = {n: (values[f"min_{n}"], values[f"max_{n}"]) for n in RANGES}
        sets = {n: tuple(values[n]) for n in SETS}
        target = ctx.target_view()
        view = differences_view(
            target,
            values["key"],
            Differences(**sets, **ranges),
            only_labels=values["only_labels"],
            by_disagreement=values["by_disagreement"],
        )
        count = len(view)
        message = f"{count:,} samples match, of {len(target):,} searched"
        return {"samples": count, "view": view_stages(view), "message": message}

    def __call__(
        self,
        samples: fo.core.collections.SampleCollection,
        key: str = "diff",
        statuses: Sequence[str] = (),
        base_classes: Sequence[str] = (),
        revised_classes: Sequence[str] = (),
        iou: tuple[float | None, float | None] = (None, None),
        disagreement: tuple[float | None, float | None] = (None, None),
        only_labels: bool = True,
        by_disagreement: bool = True,
    ) -> fo.DatasetView:
        """Makes the view from Python.

        Args:
            samples: a dataset or a view of it
            key: the key of a finished comparison
            statuses: labels of these statuses; of any if empty
            base_classes: base labels of these classes, and their partners
            revised_classes: revised labels of these classes, and their partners
            iou: least and greatest IoU, None for no bound
            disagreement: least and greatest disagreement, None for no bound
            only_labels: whether the chosen labels alone are shown
            by_disagreement: whether samples come in order of disagreement

        Returns:
            the view

        Raises:
            ComparisonError: if there is no such comparison, or a value can't be used
        """
        self.require_samples(samples)
        differences = Differences(
            tuple(statuses),
            tuple(base_classes),
            tuple(revised_classes),
            iou,
            disagreement,
        )
        return differences_view(samples, key, differences, only_labels, by_disagreement)

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form: statuses and classes that the comparison has."""
        if not finished_comparisons(ctx.dataset):
            return no_comparison(self.config.label)
        inputs = types.Object()
        self.ask(inputs, ctx, values, "key")
        _ask_target(inputs, ctx)
        key = values["key"]
        if key not in finished_comparisons(ctx.dataset):
            refuse(inputs, "key", f"There is no finished comparison '{key}'")
            return types.Property(inputs, view=types.View(label=self.config.label))
        ask_statuses(inputs, ctx, key)
        _ask_classes(inputs, ctx, key)
        for name in RANGES:
            self.ask(inputs, ctx, values, f"min_{name}", f"max_{name}")
            _check_range(inputs, values, name)
        self.ask(inputs, ctx, values, "only_labels", "by_disagreement")
        return types.Property(inputs, view=types.View(label=self.config.label))

    def resolve_placement(self, ctx: Any) -> types.Placement | None:
        """A button in the grid's toolbar, where there is a comparison."""
        if ctx.dataset is None or not finished_comparisons(ctx.dataset):
            return None
        button = types.Button(label=self.config.label, icon="difference", prompt=True)
        return types.Placement(types.Places.SAMPLES_GRID_SECONDARY_ACTIONS, button)

    def follow_up(self, ctx: Any, result: Mapping[str, Any]) -> Iterator[Any]:
        """Shows the view."""
        view = build_view(ctx.dataset, result["view"])
        yield ctx.ops.set_view(view=view)


def _ask_target(inputs: types.Object, ctx: Any) -> None:
    """Asks where to look; by default in the whole dataset if differences are shown."""
    keys = list_comparisons(ctx.dataset)
    again = any(shows_differences(ctx.view, key) for key in keys)
    inputs.view_target(
        ctx,
        action_description="Show differences of",
        default_target=ViewTarget.DATASET if again else None,
        dataset_description=f"All {len(ctx.dataset):,} samples",
        current_view_description=f"The {len(ctx.view):,} samples in view",
    )


def _ask_classes(inputs: types.Object, ctx: Any, key: str) -> None:
    """Asks for classes, of those that occur."""
    view = types.AutocompleteView(multiple=True)
    for name in load_results(ctx.dataset, key).classes().index:
        view.add_choice(name, label=name)
    for side in ("base", "revised"):
        name, label = f"{side}_classes", f"Classes in {side}"
        inputs.list(name, types.String(), label=label, view=view)


def _check_range(inputs: types.Object, values: Mapping[str, Any], name: str) -> None:
    try:
        Differences(**{name: (values[f"min_{name}"], values[f"max_{name}"])})
    except ComparisonError as error:
        refuse(inputs, f"max_{name}", error)
