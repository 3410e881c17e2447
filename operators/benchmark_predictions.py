"""Operator that evaluates predictions against each of several label fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fiftyone.operators import types

from ..labelsets import benchmark_predictions, comparable_fields
from ..labelsets.evaluation.benchmark_checks import check_options
from ..labelsets.evaluation.benchmark_report import benchmark_lines
from ..labelsets.evaluation.benchmark_run import METHOD
from ..labelsets.labels.field_lists import check_label_fields
from ..labelsets.runs.registry.other_runs import check_run_key
from .calls.answering import OnProgress
from .calls.base import DatasetOperator, describe_operator
from .forms.field_choices import MISSING, all_predictions, any_fields, two_label_sets
from .forms.form_parts import ask_to_replace_run, blocked, refuse, refuse_what_fails
from .forms.parameters import Choice, Flag, Number, Text, Texts

MOST_RESAMPLES = 100_000


class BenchmarkPredictions(DatasetOperator):
    """Evaluates predictions against each of several label fields, as COCO does."""

    parameters = (
        Texts(
            "predictions",
            all_predictions,
            "Predictions",
            "Fields of labels with a confidence. With several, models are ranked",
            choices=any_fields,
            least=1,
        ),
        Texts("fields", two_label_sets, "Label sets", choices=any_fields, least=1),
        Choice(
            "iou",
            "mask",
            "Overlap of",
            choices={"mask": "Masks", "box": "Boxes"},
            radio=True,
        ),
        Flag(
            "boundary",
            False,
            "Boundary AP",
            "Uses the lesser of mask IoU and boundary IoU; takes longer",
        ),
        Text("key", "benchmark", "Key", "The name of this run", required=True),
        Number(
            "bootstrap",
            1000,
            "Resamples",
            "Resamples of the images for 95 % intervals; 0 for none",
            least=0,
            most=MOST_RESAMPLES,
            whole=True,
        ),
        Number("seed", 51, "Seed of the resamples", least=0, whole=True),
        MISSING,
        Flag("overwrite"),
    )

    config = describe_operator(
        METHOD,
        "Benchmark predictions",
        "Evaluate predictions against each of several label sets",
        icon="leaderboard",
        risk="low",
        delegated=True,
    )
    function = staticmethod(benchmark_predictions)
    changes_dataset = True

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Evaluates; see :meth:`SamaCocoOperator.run`."""
        results = benchmark_predictions(
            ctx.target_view(), on_progress=on_progress, **values
        )
        first = results.predictions[0]
        found = ", ".join(
            f"{value:.3f} on {field}"
            for field, value in results.metrics(first).loc["AP"].items()
        )
        message = (
            f"Evaluated {' and '.join(results.predictions)} on "
            f"{results.reading['images']:,} images as '{results.key}': AP of {first} "
            f"{found}"
        )
        _, *remarks = benchmark_lines(results)
        return {"key": results.key, "message": ". ".join([message, *remarks])}

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form: fields with scores as predictions, the likely label sets."""
        if len(comparable_fields(ctx.dataset)) < 2:
            return blocked(
                self.config.label,
                "no_fields",
                "This needs a field of predictions and a label field",
                "Add predictions with 'Add annotations', or apply a model; predictions "
                "need a `confidence`",
            )
        inputs = types.Object()
        inputs.view_target(ctx)
        names = [one.name for one in self.parameters if one.name != "overwrite"]
        self.ask(inputs, ctx, values, *names)
        ask_to_replace_run(inputs, ctx.dataset, METHOD, values)
        _check(inputs, ctx.dataset, values)
        return types.Property(inputs, view=types.View(label=self.config.label))


def _check(inputs: types.Object, dataset: Any, values: Mapping[str, Any]) -> None:
    """Shows beside an input why it can't be used."""
    predictions, fields = values["predictions"], values["fields"]
    both = [name for name in predictions if name in fields]
    if both:
        refuse(inputs, "predictions", f"'{both[0]}' is one of the label sets")
    refuse_what_fails(
        inputs,
        {
            "fields": lambda: check_label_fields(dataset, fields),
            "boundary": lambda: check_options(values["iou"], values["boundary"], 0, 0),
            "key": lambda: check_run_key(dataset, values["key"], METHOD, True, ()),
        },
    )
