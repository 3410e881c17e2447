"""Operator that reconciles two compared label fields into a third."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fiftyone.operators import types

from ..labelsets import (
    ComparisonError,
    OpenItemsError,
    PolicyError,
    list_reconciliations,
    read_policy,
    reconcile_annotations,
)
from ..labelsets.agreement.agreement_run import METHOD as AGREEMENT_METHOD
from ..labelsets.reconciling.consensus_field import consensus_of
from ..labelsets.reconciling.consensus_results import ConsensusResults
from ..labelsets.reconciling.decision_preview import preview_decisions
from ..labelsets.reconciling.decisions.policies import (
    CONSENSUS,
    OPEN,
    PRESETS,
    describe_unreachable,
)
from ..labelsets.reconciling.decisions.policy_documents import parse_policy
from ..labelsets.reconciling.decisions.tally import OPEN_ITEMS
from ..labelsets.runs.registry.other_runs import finished_runs
from ..labelsets.small_documents import parse_document
from .calls.answering import OnProgress
from .calls.base import DatasetOperator, describe_operator
from .forms.comparison_key import ComparisonKey, finished_comparisons, no_comparison
from .forms.form_parts import refuse
from .forms.markdown import plain
from .forms.parameters import Choice, Flag, Number, ParameterError, Text, Values
from .forms.policy_rules import RuleList
from .forms.uploads import Upload

RULES, FILE = "rules", "file"
_FORM_ALONE = ("rules", "policy_file", "agreement", "quorum", "shape")
_TABLES = {
    "counts": ("status", "base", "revised", "both", "neither", "open"),
    "rules": ("number", "rule", "take", "fits", "decides"),
    "votes": ("votes", "clusters", "agreed"),
    "sources": ("field", "labels"),
}
"""The tables of a result, of decisions or of a consensus, and their columns."""
_SUFFIXES = (".yaml", ".yml", ".json")
_INPUTS = {
    RULES: ("rules",),
    FILE: ("policy_file",),
    CONSENSUS: ("quorum", "shape"),
}
"""What the form asks for where a policy is no preset."""

AS_POLICY = "policy"
_OPEN = {AS_POLICY: "as the policy says, else refuse"} | {name: name for name in OPEN}


def _agreements(dataset: Any) -> list[str]:
    """The keys of the finished agreements of a dataset."""
    return finished_runs(dataset, AGREEMENT_METHOD)


def _likely_policy(ctx: Any, values: Values) -> str:
    only_agreements = not finished_comparisons(ctx.dataset) and _agreements(ctx.dataset)
    return CONSENSUS if only_agreements else "revised"


class ReconcileAnnotations(DatasetOperator):
    """Makes a label field out of the decisions on two compared ones, or a consensus."""

    parameters = (
        ComparisonKey(),
        Choice(
            "policy",
            _likely_policy,
            "Policy",
            "Decides items without a verdict",
            choices=PRESETS
            | {
                RULES: "Rules: the first that fits decides an item",
                FILE: "A policy file",
                CONSENSUS: "Consensus: what several label sets agree on",
            },
        ),
        ComparisonKey("agreement", label="Measured agreement", offered=_agreements),
        Number(
            "quorum",
            2,
            "Quorum",
            "The least number of label sets that have an object",
            least=1,
            whole=True,
        ),
        Choice(
            "shape",
            "medoid",
            "Shape",
            choices={
                "medoid": "That of the label most like the others",
                "majority": "The pixels in over half of the labels",
            },
        ),
        RuleList("rules", (), "Rules"),
        Upload("policy_file", None, "Policy file", "YAML or JSON", suffixes=_SUFFIXES),
        Choice("open", AS_POLICY, "Open items", choices=_OPEN),
        Text(
            "field",
            None,
            "Field",
            "The name of the new field; leave empty for the usual name",
        ),
        Flag("overwrite", False, "Replace a reconciled field of that name"),
        Flag("dry_run", False, "Count only, write nothing"),
    )

    config = describe_operator(
        "reconcile_annotations",
        "Reconcile annotations",
        "Make a label field out of two compared ones",
        icon="merge",
        risk="medium",
        delegated=True,
    )
    function = staticmethod(reconcile_annotations)
    changes_dataset = True

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Reconciles; see :meth:`SamaCocoOperator.run`."""
        chosen = {n: v for n, v in values.items() if n not in _FORM_ALONE}
        chosen["policy"] = _policy(values)
        chosen["field"] = chosen["field"] or None
        if chosen["open"] == AS_POLICY or isinstance(chosen["policy"], Mapping):
            del chosen["open"]
        if isinstance(chosen["policy"], Mapping):
            chosen["key"] = values["agreement"]
        results = reconcile_annotations(
            ctx.target_view(), on_progress=on_progress, **chosen
        )
        if isinstance(results, ConsensusResults):
            return _consensus_result(results, values["dry_run"])
        figures = results.summary()
        labels = figures["labels_from_base"] + figures["labels_from_revised"]
        done = "Would write" if values["dry_run"] else "Wrote"
        message = (
            f"{done} {labels:,} labels of {figures['items']:,} items on "
            f"{figures['images']:,} images into '{results.key}'. Decided by verdict: "
            f"{figures['by_verdict']:,}, by policy: {figures['by_policy']:,}, open: "
            f"{figures['open']:,}"
        )
        counts, decided = results.counts().reset_index(), results.rules().reset_index()
        return {
            "key": results.key,
            "message": message,
            "counts": counts.to_dict(orient="records"),
            "rules": decided.to_dict(orient="records"),
        }

    def output(self, outputs: types.Object, result: Mapping[str, Any]) -> None:
        """Adds tables of the items by decision and of the rules, or of the votes."""
        for name, columns in _TABLES.items():
            if name not in result:
                continue
            table = types.TableView()
            for column in columns:
                table.add_column(column, label=column.capitalize())
            outputs.list(name, types.Object(), view=table, label=name.capitalize())

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form, with what the policy would decide."""
        if not finished_comparisons(ctx.dataset) and not _agreements(ctx.dataset):
            return no_comparison(self.config.label)
        inputs = types.Object()
        inputs.view_target(ctx)
        asked = _INPUTS.get(values["policy"], ())
        try:
            policy, refused = _policy(values), None
        except (ParameterError, PolicyError) as error:
            policy, refused = None, error
        is_consensus = isinstance(policy, Mapping)
        about = "agreement" if is_consensus else "key"
        self.ask(inputs, ctx, values, about, "policy", *asked)
        if refused is not None:
            refuse(inputs, asked[0], refused)
        elif is_consensus:
            _check_agreement(inputs, ctx, values)
        else:
            _show_preview(inputs, ctx, values, policy)
        if not is_consensus:
            self.ask(inputs, ctx, values, "open")
        self.ask(inputs, ctx, values, "field", "dry_run")
        if list_reconciliations(ctx.dataset):
            self.ask(inputs, ctx, values, "overwrite")
        return types.Property(inputs, view=types.View(label=self.config.label))

    def follow_error(self, ctx: Any, error: Exception) -> Iterator[Any]:
        """Shows the open items if they are refused."""
        if isinstance(error, OpenItemsError):
            yield ctx.ops.set_view(error.view)


def _policy(values: Mapping[str, Any]) -> Any:
    """The chosen policy: a mapping of a consensus, else for `read_policy`.

    Raises:
        PolicyError: if the file can't be used
        ParameterError: if there are no rules, or there is no file
    """
    chosen = values["policy"]
    if chosen == CONSENSUS:
        return {CONSENSUS: {name: values[name] for name in ("quorum", "shape")}}
    if chosen == RULES:
        if not values["rules"]:
            raise ParameterError("Add a rule")
        return values["rules"]
    if chosen == FILE:
        file = values["policy_file"]
        if file is None:
            raise ParameterError("Choose a policy file")
        document = parse_document(file.name, file.data, "policy", PolicyError)
        return consensus_of(document) or parse_policy(file.name, file.data)
    return chosen


def _consensus_result(results: ConsensusResults, dry_run: bool) -> dict[str, Any]:
    """The result of a consensus, as the App shows it."""
    figures = results.summary()
    done = "Would write" if dry_run else "Wrote"
    message = (
        f"{done} {figures['agreed']:,} labels on {figures['images']:,} images into "
        f"'{results.key}': objects that enough label sets agree on. Ties of classes: "
        f"{figures['tied']:,}; clusters below the quorum: {figures['leftover']:,}; "
        f"crowds, left out: {figures['crowds']:,}"
    )
    tables = {"votes": results.votes(), "sources": results.sources()}
    records = {
        name: table.reset_index().to_dict(orient="records")
        for name, table in tables.items()
    }
    return {"key": results.key, "message": message, **records}


def _check_agreement(inputs: types.Object, ctx: Any, values: Mapping[str, Any]) -> None:
    """Shows what is missing if no agreement was measured."""
    if values["agreement"] not in _agreements(ctx.dataset):
        reason = "A consensus needs a measured agreement: run 'Measure agreement' first"
        refuse(inputs, "policy", reason)


def _show_preview(
    inputs: types.Object, ctx: Any, values: Mapping[str, Any], chosen: Any
) -> None:
    """Shows how many items the policy, and each of its rules, would decide."""
    asked, *_ = _INPUTS.get(values["policy"], ("policy",))
    try:
        policy = read_policy(chosen)
        preview = preview_decisions(ctx.target_view(), values["key"], policy)
    except (PolicyError, ComparisonError) as error:
        refuse(inputs, asked, error)
        return
    if preview is None:
        label = (
            "Too many images to count here. Run this with 'Count only' to see what "
            "each rule decides"
        )
        inputs.view("preview", types.Notice(label=label))
        return
    counts = preview.deciders
    label = (
        f"Of {counts.total():,} items, verdicts decide {counts['verdict']:,} and this "
        f"policy decides {counts['policy']:,}; {counts[OPEN_ITEMS]:,} are open"
    )
    lines = [
        f"Rule {number}, {rule}: decides {preview.decided[number]:,} of the "
        f"{preview.fits[number]:,} items that it fits"
        for number, rule in enumerate(policy.rules, 1)
    ]
    warnings = describe_unreachable(policy, preview.unreached())
    view = types.Warning if warnings else types.Notice
    said = "\n\n".join(map(plain, [*lines, *warnings]))
    inputs.view("preview", view(label=plain(label), description=said))
