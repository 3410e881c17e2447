"""Operator that brings in another dataset's labels of the same images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import fiftyone as fo
from fiftyone.operators import types

from ..labelsets import merge_annotations
from ..labelsets.merging.image_columns import count_matches, found_key
from ..labelsets.merging.join.join_keys import NAME_KINDS, PATTERN
from ..labelsets.merging.merge import merge_requested
from ..labelsets.merging.merge_plan import (
    KEEP,
    SKIP,
    MergePlan,
    MergeRequest,
    find_other,
    plan_merge,
)
from ..labelsets.merging.offers import (
    key_fields,
    label_fields,
    offered_fields,
    offered_renames,
)
from .calls.answering import OnProgress
from .calls.base import DatasetOperator, describe_operator
from .forms.form_parts import refuse
from .forms.markdown import plain
from .forms.parameters import Choice, Flag, Names, Text, Values


def _other_names(ctx: Any, values: Values) -> list[str]:
    return [name for name in fo.list_datasets() if name != ctx.dataset.name]


class MergeAnnotations(DatasetOperator):
    """Merges label fields of another dataset into this one, sample by sample."""

    parameters = (
        Choice(
            "other",
            None,
            "The other dataset",
            "Its labels are merged into this one",
            choices=_other_names,
            required=True,
        ),
        Text("key_field"),
        Text(
            "pattern",
            None,
            "Pattern",
            "A regular expression with one group around the equal part, such as "
            r"(\d{12})",
            required=True,
        ),
        Text("other_key_field"),
        Names("fields"),
        Names("rename"),
        Choice(
            "only_here",
            KEEP,
            "Samples that only this dataset has",
            choices={KEEP: "Keep", SKIP: "Leave out of view"},
            radio=True,
        ),
        Choice(
            "only_there",
            SKIP,
            "Samples that only the other dataset has",
            choices={KEEP: "Add", SKIP: "Only count"},
            radio=True,
        ),
        Flag(
            "include_info",
            True,
            "Merge facts about images and dataset",
            "coco_id, coco_url, license and info, where this dataset has none",
        ),
        Flag(
            "overwrite",
            False,
            "Overwrite existing label fields",
            "Replaces fields of the same names, with all their labels",
        ),
    )

    config = describe_operator(
        "merge_annotations",
        "Merge annotations",
        "Bring another dataset's labels of the same images into this one",
        icon="merge",
        risk="high",
        delegated=True,
    )
    function = staticmethod(merge_annotations)
    changes_dataset = True

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Merges; see :func:`merge.merge_requested`."""
        other = find_other(ctx.dataset, values["other"] or "")
        request = _request(ctx, values, other)
        return merge_requested(ctx.dataset, request, on_progress)

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form; it shows what a merge would do, or why it can't be done."""
        inputs = types.Object()
        form = types.Property(inputs, view=types.View(label=self.config.label))
        other = self._ask_other(inputs, ctx, values)
        if other is not None:
            self._ask_key(inputs, ctx, values, other)
            _show_plan(inputs, ctx, values, other)
            _ask_fields(inputs, ctx, values, other)
            names = ("only_here", "only_there", "include_info", "overwrite")
            self.ask(inputs, ctx, values, *names)
        return form

    def follow_up(self, ctx: Any, result: Mapping[str, Any]) -> Iterator[Any]:
        """Shows the new fields, without samples that are to be left out."""
        yield from super().follow_up(ctx, result)
        if result["left_out"]:
            yield ctx.ops.set_view(view=ctx.dataset.exclude(result["left_out"]))
        elif result["renamed"]:
            yield ctx.ops.clear_view()

    def _ask_other(
        self, inputs: types.Object, ctx: Any, values: Mapping[str, Any]
    ) -> Any:
        """Asks for the other dataset and returns it, if it can be merged."""
        inputs.view(
            "scope",
            types.Notice(
                label="This works on the whole dataset, whatever is filtered or "
                "selected. The other dataset isn't changed."
            ),
        )
        self.ask(inputs, ctx, values, "other")
        if not values["other"]:
            return None
        try:
            return find_other(ctx.dataset, values["other"])
        except ValueError as error:
            _refuse_other(inputs, error)
            return None

    def _ask_key(
        self, inputs: types.Object, ctx: Any, values: Mapping[str, Any], other: Any
    ) -> None:
        """Asks what to join by, and shows how many samples each key joins."""
        ours, theirs = key_fields(ctx.dataset), key_fields(other)
        found = found_key(ctx.dataset, other)
        usable = [n for n, kind in ours.items() if kind in theirs.values()]
        counts = _counts(ctx.dataset, other)
        choice = types.DropdownView()
        for name in (*usable, *NAME_KINDS):
            choice.add_choice(name, label=name, description=counts.get(name))
        choice.add_choice(PATTERN, label="a pattern in file names")
        inputs.enum(
            "key_field",
            choice.values(),
            default=found.images or found.kind,
            label="Key",
            description="What identifies an image in both datasets",
            view=choice,
        )
        key = values["key_field"] or found.images
        if key == PATTERN:
            self.ask(inputs, ctx, values, "pattern")
        elif key in ours:
            same_kind = [n for n, kind in theirs.items() if kind == ours[key]]
            inputs.enum(
                "other_key_field",
                same_kind,
                default=key if key in same_kind else found.entries or None,
                label="Key in the other dataset",
                view=_dropdown(same_kind),
            )


def _request(ctx: Any, values: Mapping[str, Any], other: Any) -> MergeRequest:
    """The request that was entered in the form."""
    key = values["key_field"]
    rename = _named(values["rename"], offered_renames(ctx.dataset))
    offered = offered_fields(ctx.dataset, other, rename)
    return MergeRequest(
        other=other,
        key_field=str(values["pattern"] or "()") if key == PATTERN else key,
        other_key_field=_other_key(values, key, other),
        fields=_named(values["fields"], offered),
        rename=rename,
        **{name: values[name] for name in _CHOICES},
    )


def _other_key(values: Mapping[str, Any], key: str | None, other: Any) -> str | None:
    """The key of the other dataset; an input for another key is ignored."""
    if key is None or key in (*NAME_KINDS, PATTERN):
        return None
    asked: str | None = values["other_key_field"]
    return asked if asked in other.get_field_schema() else None


def _named(
    entered: Mapping[str, str] | None, offered: Mapping[str, str]
) -> dict[str, str]:
    """The names entered for the offered fields; no name leaves a field out."""
    names = {**offered, **(entered or {})}
    return {field: names[field] for field in offered if names[field]}


def _counts(dataset: Any, other: Any) -> dict[str, str]:
    """How many samples each tried key joins, by its name here."""
    return {
        key.images or key.kind: f"joins {n:,}" if isinstance(n, int) else n
        for key, n in count_matches(dataset, other).items()
    }


def _ask_fields(
    inputs: types.Object, ctx: Any, values: Mapping[str, Any], other: Any
) -> None:
    """Asks which fields to merge, and under which names."""
    renames = offered_renames(ctx.dataset)
    rename = _named(values["rename"], renames)
    kinds = label_fields(other)
    names = inputs.obj(
        "fields",
        label="Fields to merge",
        description="Their names in this dataset. A field without a name is not merged",
    )
    for source, offered in offered_fields(ctx.dataset, other, rename).items():
        names.type.str(
            source, label=f"{source} ({kinds[source]})", default=offered or None
        )
    if renames:
        own = inputs.obj(
            "rename",
            label="Fields to rename in this dataset",
            description="A field without a new name keeps its name",
        )
        for name, offered in renames.items():
            own.type.str(name, label=name, default=offered or None)


def _show_plan(
    inputs: types.Object, ctx: Any, values: Mapping[str, Any], other: Any
) -> None:
    try:
        plan = plan_merge(ctx.dataset, _request(ctx, values, other))
    except ValueError as error:
        _refuse_other(inputs, error)
        return
    view = types.Warning if plan.replaced or plan.other_size else types.Notice
    inputs.view("plan", view(label=plain(_summary(plan))))


def _summary(plan: MergePlan) -> str:
    matched = len(plan.pairs)
    here, there = (matched + len(only) for only in (plan.only_here, plan.only_there))
    text = (
        f"{matched:,} of {here:,} samples here match {matched:,} of {there:,} in "
        f"'{plan.other.name}', by {plan.key}"
    )
    if plan.other_size:
        text += f". {plan.other_size:,} are left out: their sizes differ"
    if plan.replaced:
        text += f". To be replaced: {', '.join(plan.replaced)}"
    return text


def _refuse_other(inputs: types.Object, error: ValueError) -> None:
    inputs.view("refused", types.Error(label=plain(str(error))))
    refuse(inputs, "other", error)


def _dropdown(names: Iterable[str]) -> types.DropdownView:
    view = types.DropdownView()
    for name in names:
        view.add_choice(name, label=name)
    return view


_CHOICES = ("only_here", "only_there", "include_info", "overwrite")
