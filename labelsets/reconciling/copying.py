"""Which labels are copied into a reconciled field, in which form and attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import fiftyone as fo
from fiftyone import ViewField as F

from ..error_types import ComparisonError
from ..labels.fiftyone_internals import labels_at
from ..labels.label_copies import as_mask, copy_label, has_mask, label_list
from ..labels.label_fields import elements_path
from ..runs.fields import RunFields
from ..runs.registry.registered import list_comparisons
from ..runs.stored_fields import list_leftovers
from .decisions.items import Ints
from .decisions.verdicts import is_verdict
from .reconciled_runs import ATTRIBUTES, is_leftover_field, list_reconciliations

POLYLINES, MASKS, BOXES = "polylines", "masks", "boxes"
"""The forms that the labels of a field have."""

_TYPES = {POLYLINES: "Polylines", MASKS: "Detections", BOXES: "Detections"}


@dataclass
class CopyPlan:
    """How labels of two fields or more become labels of one.

    Attributes:
        sides: the fields, base first
        paths: the paths of their labels
        forms: the form of each; None of one without labels
        leave: of each, the attributes that runs made, which are not copied
        as_masks: whether all labels become masks, even if their form is the same
        filled_boxes: how many boxes became masks so far
    """

    sides: tuple[str, ...]
    paths: tuple[str, ...]
    forms: tuple[str | None, ...]
    leave: tuple[frozenset[str], ...]
    as_masks: bool = False
    filled_boxes: int = field(default=0)

    @property
    def form(self) -> str:
        """The form of the new field: masks where the fields have different ones."""
        known = {form for form in self.forms if form is not None}
        return known.pop() if len(known) == 1 and not self.as_masks else MASKS

    @property
    def labels_type(self) -> str:
        """The type of the new field."""
        return _TYPES[self.form]

    def copies(
        self, document: Mapping[str, Any], takes: Ints, deciders: Sequence[str]
    ) -> dict[str, Any]:
        """The value of the new field of a sample.

        Args:
            document: the sample, with all of both fields and its metadata
            takes: what is taken of the item of each label, base's first, as in
                `deciding.TAKE_BITS`; 0 for those in no item
            deciders: what decided each
        """
        copies, index = [], 0
        for side, path in enumerate(self.paths):
            for label in labels_at(document, path):
                if takes[index] >> side & 1:
                    copies.append(self.copy(document, label, side, deciders[index]))
                index += 1
        return label_list(self.labels_type, copies)

    def copy(
        self,
        document: Mapping[str, Any],
        label: Mapping[str, Any],
        side: int,
        decider: str,
    ) -> dict[str, Any]:
        """A label as the new field has it.

        Args:
            document: the sample, with its metadata
            label: the label
            side: the number of its field
            decider: what decided that it is taken
        """
        values = self.sides[side], str(label["_id"]), decider
        is_mixed = self.as_masks or len(set(self.forms) - {None}) > 1
        if is_mixed and not has_mask(label):
            self.filled_boxes += label["_cls"] == "Detection"
            label = as_mask(label, *_size(document))
        return copy_label(
            label,
            self.leave[side],
            lambda tag: not is_verdict(tag),
            dict(zip(ATTRIBUTES, values, strict=True)),
        )


def plan_copies(dataset: fo.Dataset, sides: Sequence[str]) -> CopyPlan:
    """Looks up what is needed to copy the labels of fields.

    Args:
        dataset: the dataset
        sides: the fields, base first
    """
    return CopyPlan(
        tuple(sides),
        tuple(elements_path(dataset, side) for side in sides),
        tuple(_form(dataset, side) for side in sides),
        tuple(_run_attributes(dataset, side) for side in sides),
    )


def default_field(dataset: fo.Dataset, sides: Sequence[str]) -> str:
    """The default name of the reconciled field."""
    forms = {_form(dataset, side) for side in sides} - {None}
    kind = "detections" if forms == {BOXES} else "segmentations"
    return f"reconciled_{kind}"


def declare_copies(dataset: fo.Dataset, name: str, plan: CopyPlan) -> None:
    """Declares the new field and the attributes of its labels, for the App's filters.

    Args:
        dataset: the dataset
        name: the new field
        plan: how its labels are made
    """
    labels_type = getattr(fo, plan.labels_type)
    dataset.add_dynamic_sample_fields({name: fo.EmbeddedDocumentField(labels_type)})
    path = elements_path(dataset, name)
    schema = dataset.get_field_schema(flat=True)
    wanted: dict[str, list[fo.Field]] = {}
    for source, leave in zip(plan.paths, plan.leave, strict=True):
        for found, kind in schema.items():
            attribute = found.removeprefix(f"{source}.")
            is_top = found != attribute and "." not in attribute
            is_new = f"{path}.{attribute}" not in schema and attribute not in leave
            if is_top and is_new:
                wanted.setdefault(attribute, []).append(kind)
    declared = {attribute: _common_kind(kinds) for attribute, kinds in wanted.items()}
    declared |= {attribute: fo.StringField() for attribute in ATTRIBUTES}
    dataset.add_dynamic_sample_fields(
        {f"{path}.{attribute}": kind for attribute, kind in declared.items() if kind}
    )


def replaced_attributes(dataset: fo.Dataset, plan: CopyPlan) -> list[str]:
    """The paths of attributes that copies lose: their origin takes the names."""
    known = set(list_reconciliations(dataset))
    schema = dataset.get_field_schema(flat=True)
    return [
        f"{path}.{attribute}"
        for side, path in zip(plan.sides, plan.paths, strict=True)
        for attribute in ATTRIBUTES
        if f"{path}.{attribute}" in schema
        and not (side in known or is_leftover_field(dataset, side))
    ]


def _form(dataset: fo.Dataset, name: str) -> str | None:
    """The form of the labels of a field; None if it has none."""
    path = elements_path(dataset, name)
    if path.endswith(".polylines"):
        return POLYLINES
    is_mask = F("mask").exists() | F("mask_path").exists()
    if dataset.match(F(path).filter(is_mask).length() > 0).limit(1).count():
        return MASKS
    return BOXES if dataset.match(F(path).length() > 0).limit(1).count() else None


def _run_attributes(dataset: fo.Dataset, name: str) -> frozenset[str]:
    """The attributes of labels of a field that comparisons and evaluations made."""
    path = elements_path(dataset, name)
    found = set()
    for key in (*list_comparisons(dataset), *list_leftovers(dataset)):
        found |= set(RunFields(key).all_on_labels)
    infos = {
        key: dataset.get_evaluation_info(key) for key in dataset.list_evaluations()
    }
    infos |= {key: dataset.get_brain_info(key) for key in dataset.list_brain_runs()}
    for key, info in infos.items():
        made = info.config.build().get_fields(dataset, key)
        found |= {
            one.removeprefix(f"{path}.") for one in made if one.startswith(f"{path}.")
        }
    return frozenset(found)


def _common_kind(kinds: Sequence[fo.Field]) -> fo.Field | None:
    """A field that holds the values of all; None if there is none."""
    first = kinds[0]
    if all(type(kind) is type(first) for kind in kinds):
        return first.copy()
    numbers = (fo.IntField, fo.FloatField)
    return fo.FloatField() if all(isinstance(k, numbers) for k in kinds) else None


def _size(document: Mapping[str, Any]) -> tuple[int, int]:
    metadata = document.get("metadata") or {}
    width, height = metadata.get("width"), metadata.get("height")
    if not width or not height:
        raise ComparisonError(
            f"Sample {document['_id']} has lost its metadata, which holds its width "
            "and height. Compute it, then reconcile again"
        )
    return width, height
