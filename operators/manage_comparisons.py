"""Operators that list, rename and delete the runs of a dataset, of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fiftyone.operators import types

from ..labelsets import (
    ComparisonError,
    delete_comparison,
    rename_comparison,
)
from ..labelsets.managing.kept_runs import (
    check_rename,
    deletable_comparisons,
    describe_comparisons,
    renamable_comparisons,
    renaming_to,
    runs_depending_on,
)
from .calls.answering import OnProgress
from .calls.base import DatasetOperator, describe_operator
from .forms.comparison_key import ComparisonKey, no_comparison
from .forms.form_parts import refuse
from .forms.parameters import Flag, Text, Values


class ListComparisons(DatasetOperator):
    """Lists the comparisons of a dataset, and its other runs."""

    has_progress = False

    config = describe_operator(
        "list_comparisons",
        "List comparisons",
        "List comparisons, reconciled fields, agreements and benchmarks",
        icon="list",
        risk="low",
        dynamic=False,
    )
    function = staticmethod(describe_comparisons)

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Lists; see :meth:`SamaCocoOperator.run`."""
        rows = describe_comparisons(ctx.dataset)
        shown = {"label_sets": _label_sets, "state": _state, "time": _time}
        rows = [row | {name: of(row) for name, of in shown.items()} for row in rows]
        noun = "run" if any(r["kind"] != "comparison" for r in rows) else "comparison"
        message = f"{len(rows)} {noun}{'' if len(rows) == 1 else 's'}"
        for what in ("out of date", "damaged"):
            if keys := [row["key"] for row in rows if row["state"].startswith(what)]:
                message += f"; {what}: {', '.join(keys)}"
        return {"comparisons": rows, "message": message}

    def output(self, outputs: types.Object, result: Mapping[str, Any]) -> None:
        """Adds a table of them."""
        table = types.TableView()
        for column in _COLUMNS:
            table.add_column(column, label=column.replace("_", " ").capitalize())
        outputs.list("comparisons", types.Object(), view=table, label="Runs")


_COLUMNS = (
    "kind",
    "key",
    "label_sets",
    "state",
    "time",
)


def _label_sets(row: Mapping[str, Any]) -> str:
    """The label fields that a run is of, and the predictions that it evaluates."""
    if fields := row.get("fields"):
        predictions = row.get("predictions") or []
        return " against ".join(", ".join(f) for f in (predictions, fields) if f)
    pair = row.get("base_field"), row.get("revised_field")
    return " → ".join(name for name in pair if name)


def _state(row: Mapping[str, Any]) -> str:
    """The state of a run in a word or two; tables show no flags."""
    if not row["finished"]:
        return "unfinished"
    if row.get("damage"):
        return f"damaged: {row['damage']}"
    if count := row.get("out_of_date"):
        return f"out of date: {count:,} sample{'' if count == 1 else 's'} changed since"
    return "as compared" if "damage" in row else "finished"


def _time(row: Mapping[str, Any]) -> str:
    """When a run was made, to the second."""
    return str(row["timestamp"]).partition(".")[0]


def _begun_rename(ctx: Any, values: Values) -> str | None:
    """The new key of a rename that was interrupted."""
    return renaming_to(ctx.dataset, values["key"])


class RenameComparison(DatasetOperator):
    """Renames a comparison, or another run, and all its fields."""

    parameters = (
        ComparisonKey(offered=renamable_comparisons),
        Text("new_key", _begun_rename, "New key", required=True),
    )

    config = describe_operator(
        "rename_comparison",
        "Rename comparison",
        "Rename a comparison, reconciled field, agreement or benchmark with its fields",
        icon="edit",
        risk="medium",
        delegated=True,
    )
    function = staticmethod(rename_comparison)
    changes_dataset = True

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Renames; see :meth:`SamaCocoOperator.run`."""
        key, new_key = values["key"], values["new_key"]
        rename_comparison(ctx.dataset, key, new_key, on_progress=on_progress)
        return {"key": new_key, "message": f"'{key}' is now '{new_key}'"}

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
    """Deletes a comparison, or another run, and all its fields."""

    parameters = (
        ComparisonKey(offered=deletable_comparisons),
        Flag("confirmed"),
        Flag("force"),
    )

    config = describe_operator(
        "delete_comparison",
        "Delete comparison",
        "Delete a comparison, reconciled field, agreement or benchmark with its fields",
        icon="delete",
        risk="high",
        delegated=True,
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
        delete_comparison(ctx.dataset, key, values["force"], on_progress)
        return {"key": key, "message": f"Deleted '{key}' and its fields"}

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form, which asks for a confirmation, twice where other runs need it."""
        if not deletable_comparisons(ctx.dataset):
            return no_comparison(self.config.label)
        key, inputs = values["key"], types.Object()
        self.ask(inputs, ctx, values, "key")
        inputs.bool(
            "confirmed",
            default=False,
            label=f"Delete '{key}' and all its fields",
            description="The label fields that it was made from stay. This can't be "
            "undone",
        )
        if not values["confirmed"]:
            refuse(inputs, "confirmed", "Confirm the deletion")
        if others := runs_depending_on(ctx.dataset, key):
            inputs.bool(
                "force",
                default=False,
                label="Delete it even though other runs depend on it",
                description="These runs stay, but no longer find it: "
                + ", ".join(others),
            )
            if not values["force"]:
                verb = "depends" if len(others) == 1 else "depend"
                refuse(inputs, "force", f"{', '.join(others)} {verb} on '{key}'")
        return types.Property(inputs, view=types.View(label=self.config.label))
