"""Operator that compares two label fields object by object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
from fiftyone.operators import types

from .base import DatasetOperator, Report
from .forms import ask_scheduler, given, refuse

THRESHOLDS = (
    ("iou", 0.5, "Least IoU of a pair"),
    ("low_iou", 0.1, "Least IoU of a displaced pair"),
    ("cover", 0.5, "Least share of a part that lies in its whole"),
)


class CompareAnnotations(DatasetOperator):
    """Says of every object of two label fields what became of it."""

    @property
    def config(self) -> foo.OperatorConfig:
        """How FiftyOne lists and runs the operator."""
        return foo.OperatorConfig(
            name="compare_annotations",
            label="Compare annotations",
            description="Compare two label fields object by object",
            icon="compare",
            dynamic=True,
            execute_as_generator=True,
            allow_delegated_execution=True,
            risk_level=types.RiskLevel.MEDIUM,
        )

    def form(self, ctx: Any) -> types.Property:
        """The form: only what can be compared, filled in with the likely pair."""
        from ..runs import comparable_fields, find_pair

        inputs = types.Object()
        view = types.View(label="Compare annotations")
        fields = comparable_fields(ctx.dataset)
        pair = find_pair(ctx.dataset)
        if pair is None:
            inputs.view(
                "no_pair",
                types.Error(
                    label="Two label fields of detections or polylines are needed",
                    description="Load Sama-COCO with COCO-2017's labels, or merge "
                    "another dataset's labels into this one, first",
                ),
            )
            return types.Property(inputs, view=view, invalid=True)
        inputs.view_target(ctx)
        for name, default, label in (
            ("base_field", pair[0], "Base: the earlier labels"),
            ("revised_field", pair[1], "Revised: the later labels"),
        ):
            inputs.enum(name, fields, default=default, required=True, label=label)
        inputs.str(
            "key",
            default="diff",
            required=True,
            label="Key",
            description="The name of this comparison; its fields are named after it",
        )
        for name, threshold, label in THRESHOLDS:
            inputs.float(name, default=threshold, min=0, max=1, label=label)
        ask_scheduler(inputs, ctx)
        _ask(inputs, ctx)
        _check(inputs, ctx, pair)
        return types.Property(inputs, view=view)

    def run(self, ctx: Any, report: Report | None) -> dict[str, Any]:
        """Compares; see :meth:`DatasetOperator.run`."""
        from ..runs import compare_annotations

        thresholds = [name for name, *_ in THRESHOLDS]
        names = ["base_field", "revised_field", "key", "overwrite", *thresholds]
        names.append("scheduler")
        results = compare_annotations(
            ctx.target_view(), report=report, **given(ctx, names)
        )
        summary = results.summary()
        message = (
            f"Compared {summary['base']:,} with {summary['revised']:,} objects on "
            f"{summary['images']:,} images as '{results.key}': PQ {summary['pq']:.3f}"
        )
        broken = sum(found["count"] for found in results.broken.values())
        if broken:
            reasons = "; ".join(results.broken)
            message += f". {broken:,} broken labels count as degenerate: {reasons}"
        return {"key": results.key, "message": message}

    def follow_up(self, ctx: Any, result: dict[str, Any]) -> Iterator[Any]:
        """Shows the new fields."""
        yield ctx.ops.reload_dataset()

    def resolve_output(self, ctx: Any) -> types.Property:
        """What was done."""
        outputs = types.Object()
        outputs.str("message", label="Result")
        return types.Property(outputs)

    def __call__(
        self,
        samples: fo.core.collections.SampleCollection,
        base_field: str = "coco_segmentations",
        revised_field: str = "sama_segmentations",
        key: str = "diff",
        iou: float = 0.5,
        low_iou: float = 0.1,
        cover: float = 0.5,
        overwrite: bool = False,
        scheduler: str | None = None,
    ) -> Any:
        """Compares two label fields from Python.

        Args:
            samples: a dataset, or a view of its samples
            base_field: the earlier label field: detections or polylines
            revised_field: the later label field: detections or polylines
            key: the name of the comparison, which its fields are named after
            iou: least IoU of a pair
            low_iou: least IoU of a displaced pair
            cover: least share of a part's area inside its whole
            overwrite: whether a finished comparison of that key may be replaced
            scheduler: the address of the Dask scheduler whose workers do the work, such
                as ``tcp://192.168.0.10:8786``

        Returns:
            the :class:`runs.ComparisonResults`

        Raises:
            fiftyone.operators.executor.ExecutionError: if the fields, the key or the
                samples can't be used; nothing is written then
        """
        from ..runs import load_results

        self.call(
            samples,
            base_field=base_field,
            revised_field=revised_field,
            key=key,
            iou=iou,
            low_iou=low_iou,
            cover=cover,
            overwrite=overwrite,
            scheduler=scheduler,
        )
        return load_results(samples._root_dataset, key)


def _check(inputs: types.Object, ctx: Any, pair: tuple[str, str]) -> None:
    """Says what of the form can't be used, beside it."""
    from ..comparison import Thresholds
    from ..runs.checks import check_fields, check_key

    dataset = ctx.dataset
    names = ("base_field", "revised_field")
    fields = dict(zip(names, pair, strict=True)) | given(ctx, names)
    key = given(ctx, ["key"]).get("key", "diff")
    thresholds = given(ctx, [name for name, *_ in THRESHOLDS])
    for name, check in (
        ("revised_field", lambda: check_fields(dataset, **fields)),
        ("key", lambda: check_key(dataset, key, overwrite=True, read_labels=False)),
        ("low_iou", lambda: Thresholds(**thresholds)),
    ):
        try:
            check()
        except ValueError as error:
            refuse(inputs, name, error)


def _ask(inputs: types.Object, ctx: Any) -> None:
    """Asks whether a finished run of the key, or what is left of one, may go."""
    from ..runs import list_comparisons
    from ..runs.checks import list_leftovers

    key = ctx.params.get("key", "diff")
    finished = list_comparisons(ctx.dataset, finished=True)
    if key not in (*finished, *list_leftovers(ctx.dataset)):
        return
    inputs.bool(
        "overwrite",
        default=False,
        required=True,
        label=f"Replace the comparison '{key}'",
        description="Its fields and results are deleted, then made anew",
        invalid=not ctx.params.get("overwrite", False),
        error_message=f"There is a comparison '{key}': replace it, or choose a key",
    )
