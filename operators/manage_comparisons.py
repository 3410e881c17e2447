"""Operators that list, rename and delete the comparisons of a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fiftyone.operators import types

from ..labelsets import (
    ComparisonError,
    delete_comparison,
    rename_comparison,
)
from ..labelsets.reconciling.kept_runs import (
    check_rename,
    deletable_comparisons,
    describe_comparisons,
    renamable_comparisons,
    renaming_to,
)
from .answering import OnProgress
from .base import DatasetOperator, describe_operator
from .forms.comparison_key import ComparisonKey, no_comparison
from .forms.form_parts import refuse
from .forms.parameters import Flag, Text, Values


class ListComparisons(DatasetOperator):
    """Lists the comparisons of a dataset."""

    has_progress = False

    config = describe_operator(
        "list_comparisons",
        "List comparisons",
        "List the comparisons of this dataset, with their parameters",
        icon="list",
        risk=types.RiskLevel.LOW,
        dynamic=False,
    )
    function = staticmethod(describe_comparisons)

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Lists; see :meth:`SamaCocoOperator.run`."""
        rows = describe_comparisons(ctx.dataset)
        rows = [row | {"state": _state(row)} for row in rows]
        message = f"{len(rows)} comparison{'' if len(rows) == 1 else 's'}"
        for what in ("out of date", "damaged"):
            if keys := [row["key"] for row in rows if row["state"].startswith(what)]:
                message += f"; {what}: {', '.join(keys)}"
        return {"comparisons": rows, "message": message}

    def output(self, outputs: types.Object, result: Mapping[str, Any]) -> None:
        """Adds a table of them."""
        table = types.TableView()
        for column in _COLUMNS:
            table.add_column(column, label=column.replace("_", " ").capitalize())
        outputs.list("comparisons", types.Object(), view=table, label="Comparisons")


_COLUMNS = (
    "kind",
    "key",
    "base_field",
    "revised_field",
    "finished",
    "state",
    "timestamp",
)


def _state(row: Mapping[str, Any]) -> str:
    """The state of a comparison that can't be used as it is, in a word or two."""
    if row.get("damage"):
        return f"damaged: {row['damage']}"
    if count := row.get("out_of_date"):
        return f"out of date: {count:,} sample{'' if count == 1 else 's'} changed since"
    return "as compared" if row["finished"] and "damage" in row else ""


def _begun_rename(ctx: Any, values: Values) -> str | None:
    """The new key of a rename that was interrupted."""
    return renaming_to(ctx.dataset, values["key"])


class RenameComparison(DatasetOperator):
    """Renames a comparison and all its fields."""

    parameters = (
        ComparisonKey(offered=renamable_comparisons),
        Text("new_key", _begun_rename, "New key", required=True),
    )
    has_progress = False

    config = describe_operator(
        "rename_comparison",
        "Rename comparison",
        "Rename a comparison and its fields",
        icon="edit",
        risk=types.RiskLevel.MEDIUM,
    )
    function = staticmethod(rename_comparison)
    changes_dataset = True

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Renames; see :meth:`SamaCocoOperator.run`."""
        key, new_key = values["key"], values["new_key"]
        rename_comparison(ctx.dataset, key, new_key)
        return {"key": new_key, "message": f"Comparison '{key}' is now '{new_key}'"}

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form, which shows why a new key can't be used."""
        if not renamable_comparisons(ctx.dataset):
            return no_comparison(self.config.label)
        form = super().form(ctx, values)
        if values["new_key"]:
            try:
                check_rename(
                    ctx.dataset, values["key"], values["new_key"], read_labels=False
                )
            except ComparisonError as error:
                refuse(form.type, "new_key", error)
        return form


class DeleteComparison(DatasetOperator):
    """Deletes a comparison and all its fields."""

    parameters = (ComparisonKey(offered=deletable_comparisons), Flag("confirmed"))
    has_progress = False

    config = describe_operator(
        "delete_comparison",
        "Delete comparison",
        "Delete a comparison and all its fields",
        icon="delete",
        risk=types.RiskLevel.HIGH,
    )
    function = staticmethod(delete_comparison)
    changes_dataset = True

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Deletes; see :meth:`SamaCocoOperator.run`."""
        key = values["key"]
        if not values["confirmed"]:
            raise ComparisonError(f"Confirm the deletion of '{key}'")
        delete_comparison(ctx.dataset, key)
        return {"key": key, "message": f"Deleted comparison '{key}' and its fields"}

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form, which asks for a confirmation."""
        if not deletable_comparisons(ctx.dataset):
            return no_comparison(self.config.label)
        inputs = types.Object()
        self.ask(inputs, ctx, values, "key")
        inputs.bool(
            "confirmed",
            default=False,
            label=f"Delete '{values['key']}' and all its fields",
            description="The labels themselves stay. This can't be undone",
        )
        if not values["confirmed"]:
            refuse(inputs, "confirmed", "Confirm the deletion")
        return types.Property(inputs, view=types.View(label=self.config.label))
