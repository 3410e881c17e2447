"""Operator that shows the samples, or the objects, with chosen differences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
from fiftyone.operators import types
from fiftyone.operators.constants import ViewTarget

from .base import DatasetOperator, Report
from .forms import choose_comparison, refuse

RANGES = (
    ("iou", "IoU"),
    ("disagreement", "disagreement"),
)


class ShowDifferences(DatasetOperator):
    """Sets the view to what a comparison found."""

    @property
    def config(self) -> foo.OperatorConfig:
        """How FiftyOne lists and runs the operator."""
        return foo.OperatorConfig(
            name="show_differences",
            label="Show differences",
            description="Show the samples or objects with chosen differences",
            icon="difference",
            dynamic=True,
            execute_as_generator=True,
            risk_level=types.RiskLevel.LOW,
        )

    def form(self, ctx: Any) -> types.Property:
        """The form: statuses and classes that the comparison has."""
        from ..comparison import Status
        from ..runs import load_results

        inputs = types.Object()
        view = types.View(label="Show differences")
        key = choose_comparison(inputs, ctx)
        if key is None:
            return types.Property(inputs, view=view, invalid=True)
        _ask_target(inputs, ctx)
        counts = load_results(ctx.dataset, key).statuses().sum(axis=1)
        statuses = types.DropdownView(multiple=True)
        for status in Status:
            if counts[str(status)]:
                label = f"{status} ({counts[str(status)]:,})"
                statuses.add_choice(
                    str(status), label=label, description=status.description
                )
        inputs.list("statuses", types.String(), label="Statuses", view=statuses)
        classes = _classes(ctx, key)
        for side in ("base", "revised"):
            inputs.list(
                f"{side}_classes",
                types.String(),
                label=f"Classes in {side}",
                view=classes,
            )
        for name, label in RANGES:
            inputs.float(f"min_{name}", min=0, max=1, label=f"Least {label}")
            inputs.float(f"max_{name}", min=0, max=1, label=f"Greatest {label}")
            _check_range(inputs, ctx, name)
        inputs.bool(
            "only_labels",
            default=True,
            label="Show the chosen objects alone",
            description="Else all objects of the samples that have one",
        )
        inputs.bool("by_disagreement", default=True, label="In order of disagreement")
        return types.Property(inputs, view=view)

    def run(self, ctx: Any, report: Report | None) -> dict[str, Any]:
        """Makes the view; see :meth:`DatasetOperator.run`."""
        from ..runs.views import Differences, differences_view

        params = ctx.params
        differences = Differences(
            **{
                name: tuple(params.get(name) or ())
                for name in ("statuses", "base_classes", "revised_classes")
            },
            **{
                name: (params.get(f"min_{name}"), params.get(f"max_{name}"))
                for name, _ in RANGES
            },
        )
        target = ctx.target_view()
        view = differences_view(
            target,
            params.get("key", "diff"),
            differences,
            only_labels=params.get("only_labels", True),
            by_disagreement=params.get("by_disagreement", True),
        )
        message = f"{len(view):,} samples match, of {len(target):,} that were looked at"
        return {"view": view, "message": message}

    def follow_up(self, ctx: Any, result: dict[str, Any]) -> Iterator[Any]:
        """Shows the view."""
        yield ctx.ops.set_view(view=result["view"])

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
            fiftyone.operators.executor.ExecutionError: if there is no such
                comparison, or a value can't be used
        """
        view: fo.DatasetView = self.call(
            samples,
            key=key,
            statuses=list(statuses),
            base_classes=list(base_classes),
            revised_classes=list(revised_classes),
            min_iou=iou[0],
            max_iou=iou[1],
            min_disagreement=disagreement[0],
            max_disagreement=disagreement[1],
            only_labels=only_labels,
            by_disagreement=by_disagreement,
        )["view"]
        return view


def _ask_target(inputs: types.Object, ctx: Any) -> None:
    """Asks where to look: all over again by default where differences are shown."""
    from ..runs import list_comparisons
    from ..runs.views import shows_differences

    keys = list_comparisons(ctx.dataset)
    again = any(shows_differences(ctx.view, key) for key in keys)
    inputs.view_target(
        ctx,
        action_description="Show differences of",
        default_target=ViewTarget.DATASET if again else None,
        dataset_description=f"All {len(ctx.dataset):,} samples",
        current_view_description=f"The {len(ctx.view):,} samples that are shown",
    )


def _check_range(inputs: types.Object, ctx: Any, name: str) -> None:
    from ..runs import ComparisonError
    from ..runs.views import Differences

    least, greatest = (ctx.params.get(f"{end}_{name}") for end in ("min", "max"))
    try:
        Differences(**{name: (least, greatest)})
    except ComparisonError as error:
        refuse(inputs, f"max_{name}", error)


def _classes(ctx: Any, key: str) -> types.AutocompleteView:
    from ..runs import load_results

    view = types.AutocompleteView(multiple=True)
    for name in load_results(ctx.dataset, key).classes().index:
        view.add_choice(name, label=name)
    return view
