"""Operators that list, rename and delete the comparisons of a dataset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
from fiftyone.operators import types

from .base import FROM_PYTHON, DatasetOperator, Report
from .forms import choose_comparison, refuse


class ListComparisons(DatasetOperator):
    """Says which comparisons a dataset has."""

    @property
    def config(self) -> foo.OperatorConfig:
        """How FiftyOne lists and runs the operator."""
        return foo.OperatorConfig(
            name="list_comparisons",
            label="List comparisons",
            description="The comparisons of this dataset, with their parameters",
            icon="list",
            risk_level=types.RiskLevel.LOW,
        )

    def execute(self, ctx: Any) -> dict[str, Any]:
        """Lists at once, so that the App shows the table."""
        return self.run(ctx, None)

    def run(self, ctx: Any, report: Report | None) -> dict[str, Any]:
        """Lists; see :meth:`DatasetOperator.run`."""
        from ..runs.run import describe_comparisons

        rows = describe_comparisons(ctx.dataset)
        return {"comparisons": rows, "message": f"{len(rows)} comparisons"}

    def resolve_output(self, ctx: Any) -> types.Property:
        """A table of them."""
        outputs = types.Object()
        table = types.TableView()
        for column in ("key", "base_field", "revised_field", "finished", "timestamp"):
            table.add_column(column, label=column.replace("_", " ").capitalize())
        outputs.list("comparisons", types.Object(), view=table, label="Comparisons")
        return types.Property(outputs, view=types.View(label="Comparisons"))

    def __call__(self, dataset: fo.Dataset) -> list[dict[str, Any]]:
        """Lists the comparisons from Python.

        Args:
            dataset: the dataset

        Returns:
            the key, the parameters, the time and the state of each
        """
        rows: list[dict[str, Any]] = self.call(dataset)["comparisons"]
        return rows


class RenameComparison(DatasetOperator):
    """Gives a comparison, and all its fields, another name."""

    @property
    def config(self) -> foo.OperatorConfig:
        """How FiftyOne lists and runs the operator."""
        return foo.OperatorConfig(
            name="rename_comparison",
            label="Rename comparison",
            description="Rename a comparison and its fields",
            icon="edit",
            dynamic=True,
            execute_as_generator=True,
            risk_level=types.RiskLevel.MEDIUM,
        )

    def form(self, ctx: Any) -> types.Property:
        """The form, which says why a new key can't be used."""
        from ..runs import ComparisonError
        from ..runs.checks import renaming_to
        from ..runs.run import check_rename, renamable_comparisons

        inputs = types.Object()
        view = types.View(label="Rename comparison")
        key = choose_comparison(inputs, ctx, renamable_comparisons(ctx.dataset))
        if key is None:
            return types.Property(inputs, view=view, invalid=True)
        begun = renaming_to(ctx.dataset, key)
        inputs.str("new_key", default=begun, required=True, label="New key")
        if new_key := ctx.params.get("new_key", begun):
            try:
                check_rename(ctx.dataset, key, new_key, read_labels=False)
            except ComparisonError as error:
                refuse(inputs, "new_key", error)
        return types.Property(inputs, view=view)

    def run(self, ctx: Any, report: Report | None) -> dict[str, Any]:
        """Renames; see :meth:`DatasetOperator.run`."""
        from ..runs.run import rename_comparison

        key, new_key = ctx.params.get("key", "diff"), ctx.params["new_key"]
        rename_comparison(ctx.dataset, key, new_key)
        return {"key": new_key, "message": f"Comparison '{key}' is now '{new_key}'"}

    def follow_up(self, ctx: Any, result: dict[str, Any]) -> Iterator[Any]:
        """Shows the new names."""
        yield ctx.ops.reload_dataset()

    def __call__(self, dataset: fo.Dataset, key: str, new_key: str) -> None:
        """Renames a comparison from Python.

        Args:
            dataset: the dataset
            key: its key
            new_key: the key it gets

        Raises:
            fiftyone.operators.executor.ExecutionError: if there is no such
                comparison, or the new key can't be used
        """
        self.call(dataset, key=key, new_key=new_key)


class DeleteComparison(DatasetOperator):
    """Deletes a comparison, with every field it made."""

    @property
    def config(self) -> foo.OperatorConfig:
        """How FiftyOne lists and runs the operator."""
        return foo.OperatorConfig(
            name="delete_comparison",
            label="Delete comparison",
            description="Delete a comparison and every field it made",
            icon="delete",
            dynamic=True,
            execute_as_generator=True,
            risk_level=types.RiskLevel.HIGH,
        )

    def form(self, ctx: Any) -> types.Property:
        """The form, which asks for a confirmation."""
        from ..runs.run import deletable_comparisons

        inputs = types.Object()
        view = types.View(label="Delete comparison")
        key = choose_comparison(inputs, ctx, deletable_comparisons(ctx.dataset))
        if key is None:
            return types.Property(inputs, view=view, invalid=True)
        inputs.bool(
            "confirmed",
            default=False,
            required=True,
            label=f"Delete '{key}' and every field it made",
            description="The labels themselves stay. This can't be undone",
            invalid=not ctx.params.get("confirmed", False),
            error_message="Confirm that it is to be deleted",
        )
        return types.Property(inputs, view=view)

    def run(self, ctx: Any, report: Report | None) -> dict[str, Any]:
        """Deletes; see :meth:`DatasetOperator.run`."""
        from ..runs import ComparisonError
        from ..runs.run import delete_comparison

        key = ctx.params.get("key", "diff")
        if not (ctx.params.get(FROM_PYTHON) or ctx.params.get("confirmed")):
            raise ComparisonError(f"Confirm that '{key}' is to be deleted")
        delete_comparison(ctx.dataset, key)
        return {"message": f"Deleted comparison '{key}' and its fields"}

    def follow_up(self, ctx: Any, result: dict[str, Any]) -> Iterator[Any]:
        """Shows that the fields are gone."""
        yield ctx.ops.reload_dataset()

    def __call__(self, dataset: fo.Dataset, key: str) -> None:
        """Deletes a comparison from Python.

        Args:
            dataset: the dataset
            key: its key

        Raises:
            fiftyone.operators.executor.ExecutionError: if there is no such comparison
        """
        self.call(dataset, key=key)
