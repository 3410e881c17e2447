"""Operator that brings another dataset's labels to the same images into this one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
from fiftyone.operators import types

from ..merging import (
    FILE_NAME,
    KEEP,
    SKIP,
    MergePlan,
    MergeRequest,
    carry_out,
    find_key,
    find_other,
    key_fields,
    label_fields,
    offered_fields,
    offered_renames,
    plan_merge,
)
from .base import FROM_PYTHON, DatasetOperator, Report


class MergeAnnotations(DatasetOperator):
    """Merges label fields of another dataset into this one, sample by sample."""

    @property
    def config(self) -> foo.OperatorConfig:
        """How FiftyOne lists and runs the operator."""
        return foo.OperatorConfig(
            name="merge_annotations",
            label="Merge annotations",
            description="Bring another dataset's labels of the same images into this",
            icon="merge",
            dynamic=True,
            execute_as_generator=True,
            allow_delegated_execution=True,
            risk_level=types.RiskLevel.HIGH,
        )

    def form(self, ctx: Any) -> types.Property:
        """The form; it shows what a merge would do, or why it can't be done."""
        inputs = types.Object()
        form = types.Property(inputs, view=types.View(label="Merge annotations"))
        other = _other_input(inputs, ctx)
        if other is not None:
            found = find_key(ctx.dataset, other)
            _key_inputs(inputs, ctx, other, found)
            _show_plan(inputs, ctx, other, found)
            _field_inputs(inputs, ctx, other)
            _sample_inputs(inputs)
        return form

    def run(self, ctx: Any, report: Report | None) -> dict[str, Any]:
        """Merges; see :meth:`DatasetOperator.run` and :func:`merging.carry_out`."""
        if ctx.params.get(FROM_PYTHON):
            given = {k: v for k, v in ctx.params.items() if k != FROM_PYTHON}
            request = MergeRequest(**given)
        else:
            other = find_other(ctx.dataset, ctx.params.get("other") or "")
            request = _request(ctx, other, find_key(ctx.dataset, other))
        return carry_out(ctx.dataset, plan_merge(ctx.dataset, request), report)

    def follow_up(self, ctx: Any, result: dict[str, Any]) -> Iterator[Any]:
        """Shows the new fields, without samples that are to be left out."""
        yield ctx.ops.reload_dataset()
        if result["left_out"]:
            yield ctx.ops.set_view(view=ctx.dataset.exclude(result["left_out"]))
        elif result["renamed"]:
            yield ctx.ops.clear_view()

    def resolve_output(self, ctx: Any) -> types.Property:
        """What was done."""
        outputs = types.Object()
        outputs.str("message", label="Result")
        return types.Property(outputs)

    def __call__(
        self,
        dataset: fo.Dataset,
        other: fo.Dataset | fo.DatasetView | str,
        key_field: str | None = "coco_id",
        fields: str | Iterable[str] | Mapping[str, str] | None = None,
        *,
        other_key_field: str | None = None,
        rename: Mapping[str, str] | None = None,
        only_here: str = KEEP,
        only_there: str = SKIP,
        include_info: bool = True,
        overwrite: bool = False,
    ) -> dict[str, Any]:
        """Merges from Python.

        Args:
            dataset: the dataset to merge into, all of it
            other: the dataset that the labels come from, its name, or a view of it
            key_field ("coco_id"): the field that is equal on samples of one image,
                ``"file name"`` for the twelve digits that end COCO's file names (the
                whole name of other files), or None to find one
            fields (None): the label fields to bring over, with their names here if
                they get new ones: ``{"segmentations": "coco_segmentations"}``. By
                default all that can be compared, under a ``sama_`` or ``coco_`` name
            other_key_field (None): the key's name in ``other``, if it differs
            rename (None): label fields of ``dataset`` to rename, and their new names
            only_here ("keep"): ``"skip"`` leaves samples that ``other`` lacks out of
                the ``view`` that is returned. They always stay in the dataset
            only_there ("skip"): ``"keep"`` adds the samples that ``dataset`` lacks.
                They are always counted
            include_info (True): whether ``coco_id``, ``coco_url``, ``license`` and the
                dataset's info come over where ``dataset`` has none
            overwrite (False): whether existing label fields of these names are
                replaced, with all that they hold

        Returns:
            the outputs of :func:`merging.carry_out`, among them ``message`` and the
            number of samples ``matched``, ``only_here``, ``only_there`` and ``added``;
            and ``view``, the samples as asked for

        Raises:
            ValueError: if ``dataset`` is a view
            fiftyone.operators.executor.ExecutionError: if the two can't be merged; then
                nothing was written
        """
        if isinstance(dataset, fo.DatasetView):
            raise ValueError(
                "A merge works on a whole dataset; pass the dataset of this view"
            )
        result: dict[str, Any] = self.call(
            dataset,
            other=other,
            key_field=key_field,
            fields=fields,
            other_key_field=other_key_field,
            rename=rename or {},
            only_here=only_here,
            only_there=only_there,
            include_info=include_info,
            overwrite=overwrite,
        )
        view = dataset.exclude(result["left_out"]) if result["left_out"] else dataset
        return result | {"view": view}


def _request(ctx: Any, other: Any, found: tuple[str, str]) -> MergeRequest:
    """What the form asks for, given the key that was found."""
    params = ctx.params
    key = params.get("key_field") or found[0]
    other_key = params.get("other_key_field") or _other_key(key, other, found[1])
    rename = _named(params.get("rename"), offered_renames(ctx.dataset))
    offered = offered_fields(ctx.dataset, other, rename)
    return MergeRequest(
        other=other,
        key_field=key,
        other_key_field=FILE_NAME if key == FILE_NAME else other_key,
        fields=_named(params.get("fields"), offered),
        rename=rename,
        **{name: params[name] for name in _CHOICES if name in params},
    )


def _named(entered: dict[str, str] | None, offered: dict[str, str]) -> dict[str, str]:
    """What the form holds for the fields it offers; no name means no."""
    names = offered | (entered or {})
    return {field: names[field] for field in offered if names[field]}


def _other_key(key: str, other: Any, found: str) -> str:
    return key if key in other.get_field_schema() or found == FILE_NAME else found


def _other_input(inputs: types.Object, ctx: Any) -> Any:
    """Asks for the other dataset and returns it, if it can be merged."""
    if ctx.dataset is None:
        asked = inputs.str("other", label="The other dataset", view=types.HiddenView())
        _refuse(inputs, asked, ValueError("Open the dataset to merge into first"))
        return None
    inputs.view(
        "scope",
        types.Notice(
            label="This works on the whole dataset, whatever is filtered or selected. "
            "The other dataset isn't changed."
        ),
    )
    names = [n for n in fo.list_datasets() if n != ctx.dataset.name]
    choice = types.AutocompleteView(allow_user_input=False)
    for name in names:
        choice.add_choice(name, label=name)
    asked = inputs.enum(
        "other",
        names,
        required=True,
        label="The other dataset",
        description="Whose labels come over" if names else "There is no other dataset",
        view=choice,
    )
    if not ctx.params.get("other"):
        return None
    try:
        return find_other(ctx.dataset, ctx.params["other"])
    except ValueError as error:
        _refuse(inputs, asked, error)
        return None


def _key_inputs(
    inputs: types.Object, ctx: Any, other: Any, found: tuple[str, str]
) -> None:
    ours, theirs = key_fields(ctx.dataset), key_fields(other)
    usable = [n for n, kind in ours.items() if kind in theirs.values()]
    inputs.enum(
        "key_field",
        [*usable, FILE_NAME],
        default=found[0],
        required=True,
        label="Key",
        description="What is equal on samples of one image. The file name is its "
        "twelve-digit number where it ends in one",
        view=_dropdown([*usable, FILE_NAME]),
    )
    key = ctx.params.get("key_field") or found[0]
    if key in ours:
        same_kind = [n for n, kind in theirs.items() if kind == ours[key]]
        inputs.enum(
            "other_key_field",
            same_kind,
            default=_other_key(key, other, found[1]),
            label="Key in the other dataset",
            view=_dropdown(same_kind),
        )


def _field_inputs(inputs: types.Object, ctx: Any, other: Any) -> None:
    renames = offered_renames(ctx.dataset)
    rename = _named(ctx.params.get("rename"), renames)
    kinds = label_fields(other)
    names = inputs.obj(
        "fields",
        label="Fields that come over",
        description="Their names in this dataset. A field without a name stays there",
    )
    for source, offered in offered_fields(ctx.dataset, other, rename).items():
        names.type.str(
            source, label=f"{source} ({kinds[source]})", default=offered or None
        )
    if renames:
        own = inputs.obj(
            "rename",
            label="Fields to rename in this dataset",
            description="A field without a new name keeps its own",
        )
        for name, offered in renames.items():
            own.type.str(name, label=name, default=offered or None)


def _sample_inputs(inputs: types.Object) -> None:
    for name, label, keep, skip in (
        (
            "only_here",
            "Samples that only this dataset has",
            "Keep",
            "Leave out of view",
        ),
        ("only_there", "Samples that only the other has", "Add", "Only count"),
    ):
        choice = types.RadioGroup(orientation="horizontal")
        choice.add_choice(KEEP, label=keep)
        choice.add_choice(SKIP, label=skip)
        default = KEEP if name == "only_here" else SKIP
        inputs.enum(name, [KEEP, SKIP], default=default, label=label, view=choice)
    inputs.bool(
        "include_info",
        default=True,
        label="With what is said of images and dataset",
        description="coco_id, coco_url, license and info, where this dataset has none",
    )
    inputs.bool(
        "overwrite",
        default=False,
        label="Overwrite label fields of these names",
        description="Replaces them, with all that they hold",
    )


def _show_plan(
    inputs: types.Object, ctx: Any, other: Any, found: tuple[str, str]
) -> None:
    try:
        plan = plan_merge(ctx.dataset, _request(ctx, other, found))
    except ValueError as error:
        _refuse(inputs, inputs.get_property("other"), error)
        return
    view = types.Warning if plan.replaced else types.Notice
    inputs.view("plan", view(label=_summary(ctx.dataset, plan)))


def _summary(dataset: Any, plan: MergePlan) -> str:
    matched = len(plan.match.pairs)
    here = matched + len(plan.match.only_here)
    there = matched + len(plan.match.only_there)
    text = (
        f"{matched:,} of {here:,} samples here match {matched:,} of {there:,} in "
        f"'{plan.other.name}'"
    )
    replaced = ", ".join(plan.replaced)
    return f"{text}. Will be replaced: {replaced}" if replaced else text


def _refuse(inputs: types.Object, asked: types.Property, error: ValueError) -> None:
    inputs.view("refused", types.Error(label=str(error)))
    asked.invalid = True
    asked.error_message = str(error)


def _dropdown(names: Iterable[str]) -> types.DropdownView:
    view = types.DropdownView()
    for name in names:
        view.add_choice(name, label=name)
    return view


_CHOICES = ("only_here", "only_there", "include_info", "overwrite")
