"""Operator that measures how far several label fields agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fiftyone.operators import types

from ..labelsets import comparable_fields, measure_agreement
from ..labelsets.agreement.agreement_run import METHOD, sample_fields
from ..labelsets.labels.field_lists import check_label_fields
from ..labelsets.runs.registry.other_runs import check_run_key
from .calls.answering import OnProgress
from .calls.base import DatasetOperator, describe_operator
from .forms.field_choices import MISSING, all_label_sets, any_fields
from .forms.form_parts import ask_to_replace_run, blocked, refuse_what_fails
from .forms.parameters import Flag, Text, Texts


class MeasureAgreement(DatasetOperator):
    """Measures how far two label fields or more agree."""

    parameters = (
        Texts("fields", all_label_sets, "Label fields", choices=any_fields, least=2),
        Text(
            "key",
            "agreement",
            "Key",
            "The name of this run and the prefix of its sample fields",
            required=True,
        ),
        MISSING,
        Flag("overwrite"),
    )

    config = describe_operator(
        METHOD,
        "Measure agreement",
        "Measure how far several label fields agree",
        icon="handshake",
        risk="medium",
        delegated=True,
    )
    function = staticmethod(measure_agreement)
    changes_dataset = True

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Measures; see :meth:`SamaCocoOperator.run`."""
        results = measure_agreement(
            ctx.target_view(), on_progress=on_progress, **values
        )
        summary = results.summary()
        message = (
            f"Measured {len(results.fields)} label fields on {summary['images']:,} "
            f"images as '{results.key}': Krippendorff's alpha {summary['alpha']:.3f}"
        )
        if skipped := summary["skipped"]:
            message += f". Skipped {skipped:,} images listed in fewer than two fields"
        return {"key": results.key, "alpha": summary["alpha"], "message": message}

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form: the fields that can be measured, with all label sets chosen."""
        if len(comparable_fields(ctx.dataset)) < 2:
            return blocked(
                self.config.label,
                "no_fields",
                "This needs two label fields of detections or polylines",
                "Add another label set, with 'Add annotations' or 'Merge annotations'",
            )
        inputs = types.Object()
        inputs.view_target(ctx)
        self.ask(inputs, ctx, values, "fields", "key", "missing")
        ask_to_replace_run(inputs, ctx.dataset, METHOD, values)
        key, fields = values["key"], sample_fields(values["key"])
        refuse_what_fails(
            inputs,
            {
                "fields": lambda: check_label_fields(ctx.dataset, values["fields"]),
                "key": lambda: check_run_key(ctx.dataset, key, METHOD, True, fields),
            },
        )
        return types.Property(inputs, view=types.View(label=self.config.label))
