"""Operator that compares two label fields object by object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import fiftyone as fo
from fiftyone.operators import types

from ..labelsets import (
    ComparisonError,
    comparable_fields,
    compare_annotations,
    find_pair,
    list_comparisons,
    prepare_app,
)
from ..labelsets.comparison import Thresholds
from ..labelsets.labels.class_names import one_sided_classes
from ..labelsets.labels.label_units import describe_mixed_forms
from ..labelsets.labels.views.view_internals import build_view, view_stages
from ..labelsets.runs.checks import check_fields
from ..labelsets.runs.compared_classes import (
    ComparedClasses,
    check_ignored,
    classes_of_fields,
    read_class_map,
)
from ..labelsets.runs.registry.key_checks import check_key
from ..labelsets.runs.stored_fields import list_leftovers
from .calls.answering import OnProgress
from .calls.base import DatasetOperator, describe_operator
from .forms.field_choices import any_fields
from .forms.form_parts import ask_to_overwrite, blocked, refuse_what_fails
from .forms.markdown import plain
from .forms.parameters import (
    Choice,
    Flag,
    Number,
    Parameter,
    ParameterError,
    Text,
    Texts,
    Values,
)

_SHOWN_CLASSES = 20


def _pair(side: int) -> Callable[[Any, Values], str | None]:
    """The most likely field of a side."""

    def default(ctx: Any, values: Values) -> str | None:
        pair = find_pair(ctx.dataset)
        return pair[side] if pair else None

    return default


@dataclass(frozen=True)
class ClassMap(Parameter):
    """A mapping of class names to common names, also as rows of a form."""

    def check(self, value: Any) -> dict[str, str]:
        """The map; rows that are not filled in are ignored.

        Raises:
            ParameterError: if it is no map of text to text
        """
        if isinstance(value, list) and all(isinstance(row, Mapping) for row in value):
            rows = [(row.get("name"), row.get("common")) for row in value]
            value = {name: common for name, common in rows if name and common}
        if not isinstance(value, Mapping):
            raise self._refuse("a mapping of class names to common names", value)
        try:
            return dict(read_class_map(value))
        except ComparisonError as error:
            raise ParameterError(str(error)) from None

    def ask(self, inputs: types.Object, ctx: Any, values: Values) -> None:
        """Adds a list of rows that can be added and removed."""
        row = types.Object()
        row.str("name", label="Class")
        row.str("common", label="Common name")
        inputs.list(self.name, row, **self._look(ctx, values))


class CompareAnnotations(DatasetOperator):
    """Compares two label fields object by object."""

    parameters = (
        Choice(
            "base_field", _pair(0), "Base: the earlier labels", choices=any_fields,
            required=True,
        ),
        Choice(
            "revised_field", _pair(1), "Revised: the later labels", choices=any_fields,
            required=True,
        ),
        Text(
            "key", "diff", "Key",
            "The name of this comparison and the prefix of its fields",
            required=True,
        ),
        Number("iou", 0.5, "Least IoU of a pair", least=0, most=1),
        Number("low_iou", 0.1, "Least IoU of a displaced pair", least=0, most=1),
        Number(
            "cover",
            0.5,
            "Least share of a part's area inside its whole",
            least=0,
            most=1,
        ),
        ClassMap(
            "class_map", None, "Common names of classes",
            "A class is compared under its common name; labels keep their own",
        ),
        Texts("ignore_class", (), "Classes to leave out"),
        Flag("ignore_crowd", False, "Leave out crowds"),
        Flag("overwrite"),
    )  # fmt: skip

    config = describe_operator(
        "compare_annotations",
        "Compare annotations",
        "Compare two label fields object by object, and write the result on labels",
        icon="compare",
        risk="medium",
        delegated=True,
    )
    function = staticmethod(compare_annotations)
    changes_dataset = True

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Compares, and has a workspace show it; see :meth:`SamaCocoOperator.run`."""
        samples = ctx.target_view()
        results = compare_annotations(samples, on_progress=on_progress, **values)
        setup = prepare_app(ctx.dataset, results.key)
        summary = results.summary()
        message = (
            f"Compared {summary['base']:,} with {summary['revised']:,} objects on "
            f"{summary['images']:,} images as '{results.key}': PQ {summary['pq']:.3f}"
        )
        said = results.degenerate_line(), results.full_boxes_line()
        message = ". ".join([message, *filter(None, said)])
        opened = {"view": view_stages(setup.view), "spaces": setup.spaces.to_dict()}
        return {"key": results.key, "message": message, **opened}

    def follow_up(self, ctx: Any, result: Mapping[str, Any]) -> Iterator[Any]:
        """Opens the workspace, unless a panel that shows the result asked for it."""
        yield from super().follow_up(ctx, result)
        if "panel_id" not in ctx.params:
            yield ctx.ops.set_view(view=build_view(ctx.dataset, result["view"]))
            yield ctx.ops.set_spaces(spaces=fo.Space.from_dict(result["spaces"]))

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form: fields that can be compared, filled in with the likely pair."""
        inputs = types.Object()
        view = types.View(label="Compare annotations")
        if find_pair(ctx.dataset) is None:
            return blocked(
                self.config.label,
                "no_pair",
                "This needs two label fields of detections or polylines",
                "Load Sama-COCO with COCO-2017's labels, or merge another dataset's "
                "labels into this one, first",
            )
        inputs.view_target(ctx)
        names = [one.name for one in self.parameters if one.name != "overwrite"]
        self.ask(inputs, ctx, values, *names)
        _note_forms(inputs, ctx, values)
        _note_classes(inputs, ctx, values)
        _ask_overwrite(inputs, ctx, values)
        _check(inputs, ctx, values)
        return types.Property(inputs, view=view)


def _note_forms(inputs: types.Object, ctx: Any, values: Mapping[str, Any]) -> None:
    """Warns that boxes will be compared with masks as filled boxes."""
    pair = values["base_field"], values["revised_field"]
    if not set(pair) <= set(comparable_fields(ctx.dataset)):
        return
    if note := describe_mixed_forms(ctx.dataset, *pair):
        inputs.view("mixed_forms", types.Notice(label=note))


def _classes(values: Mapping[str, Any]) -> ComparedClasses:
    """The classes that the form's values have compared."""
    ignored = frozenset(values["ignore_class"])
    return ComparedClasses(values["class_map"] or {}, ignored, values["ignore_crowd"])


def _note_classes(inputs: types.Object, ctx: Any, values: Mapping[str, Any]) -> None:
    """Lists the classes that only one side has, with likely names on the other."""
    pair = values["base_field"], values["revised_field"]
    if not set(pair) <= set(comparable_fields(ctx.dataset)):
        return
    sides = map(_classes(values).names, classes_of_fields(ctx.dataset, pair))
    found = sorted(one_sided_classes(*sides), key=lambda one: one.suggestion is None)
    if not found:
        return
    shown = [
        f"{pair[one.side]}: {one.name}"
        + (f" (likely {one.suggestion})" if one.suggestion else "")
        for one in found[:_SHOWN_CLASSES]
    ]
    if len(found) > len(shown):
        shown.append(f"and {len(found) - len(shown):,} more")
    label = f"Classes in only one field: {len(found):,}"
    said = "\n\n".join(map(plain, shown))
    inputs.view("one_sided", types.Notice(label=label, description=said))


def _ask_overwrite(inputs: types.Object, ctx: Any, values: Mapping[str, Any]) -> None:
    """Asks whether a finished run of the key, or its remains, may be replaced."""
    key = values["key"]
    finished = list_comparisons(ctx.dataset, finished=True)
    if key not in (*finished, *list_leftovers(ctx.dataset)):
        return
    ask_to_overwrite(
        inputs,
        values,
        f"Replace the comparison '{key}'",
        "Deletes its fields and results, then computes them again",
        f"There is a comparison '{key}': replace it, or choose another key",
    )


def _check(inputs: types.Object, ctx: Any, values: Mapping[str, Any]) -> None:
    """Shows beside an input why it can't be used."""
    dataset, key = ctx.dataset, values["key"]
    pair = values["base_field"], values["revised_field"]
    thresholds = [values[name] for name in ("iou", "low_iou", "cover")]
    is_known = values["base_field"] in comparable_fields(dataset)
    checks = {
        "revised_field" if is_known else "base_field": lambda: check_fields(
            dataset, *pair
        ),
        "key": lambda: check_key(dataset, key, overwrite=True, read_labels=False),
        "low_iou": lambda: Thresholds(*thresholds),
        "ignore_class": lambda: check_ignored(dataset, pair, _classes(values)),
    }
    refuse_what_fails(inputs, checks)
