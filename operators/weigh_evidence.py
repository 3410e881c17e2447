"""Operator that weighs the items of a comparison by what models predict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from fiftyone.operators import types

from ..labelsets import weigh_evidence
from ..labelsets.evaluation.evidence_results import COLUMNS, evidence_lines
from .calls.answering import OnProgress
from .calls.base import DatasetOperator, describe_operator
from .forms.comparison_key import ComparisonKey, finished_comparisons, no_comparison
from .forms.field_choices import all_predictions, any_fields
from .forms.parameters import Texts

MOST_ROWS = 80
NONE = "–"


class WeighEvidence(DatasetOperator):
    """Writes on each item of a comparison which label set models side with."""

    parameters = (
        Texts(
            "predictions",
            all_predictions,
            "Predictions",
            "Fields of labels with a confidence; with several, the mean of those that "
            "touch an item counts",
            choices=any_fields,
            least=1,
        ),
        ComparisonKey(),
    )

    config = describe_operator(
        "weigh_evidence",
        "Weigh evidence",
        "Write on each difference which label set models side with: advice, not truth",
        icon="balance",
        risk="medium",
        delegated=True,
    )
    function = staticmethod(weigh_evidence)
    changes_dataset = True

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Weighs; see :meth:`SamaCocoOperator.run`."""
        results = weigh_evidence(ctx.target_view(), on_progress=on_progress, **values)
        message = ". ".join(evidence_lines(results))
        tables = {"statuses": results.statuses(), "classes": results.classes()}
        records = {name: _records(table) for name, table in tables.items()}
        return {"key": results.key, **results.summary(), "message": message, **records}

    def output(self, outputs: types.Object, result: Mapping[str, Any]) -> None:
        """Adds tables of how often models side with which label set."""
        for name, what in (("statuses", "status"), ("classes", "class")):
            table = types.TableView()
            for column in (what, *COLUMNS):
                table.add_column(column, label=column.capitalize())
            outputs.list(name, types.Object(), view=table, label=f"By {what}")

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form: fields with scores, and the comparisons that there are."""
        if not finished_comparisons(ctx.dataset):
            return no_comparison(self.config.label)
        inputs = types.Object()
        inputs.view_target(ctx)
        self.ask(inputs, ctx, values)
        return types.Property(inputs, view=types.View(label=self.config.label))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The first rows of a table, for the dialog."""
    shown = table.head(MOST_ROWS).astype({"mean": object}).reset_index()
    shown["mean"] = [NONE if pd.isna(m) else f"{m:+.3f}" for m in shown["mean"]]
    records: list[dict[str, Any]] = shown.to_dict(orient="records")
    return records
