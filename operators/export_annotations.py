"""Operator that writes a label field to files that other tools read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fiftyone.operators import types

from ..labelsets import ExportError, export_annotations
from ..labelsets.exports.annotations.export_labels import FORMATS, SEGMENTATIONS
from ..labelsets.exports.annotations.export_plan import plan_files
from ..labelsets.exports.annotations.image_copies import CHOICES
from ..labelsets.exports.annotations.label_selection import choosable_classes, splits_of
from ..labelsets.exports.staged_files import (
    absolute_path,
    check_targets,
    existing_files,
)
from ..labelsets.labels.label_fields import comparable_fields
from .calls.answering import OnProgress
from .calls.base import DatasetOperator, describe_operator
from .forms.allowed_paths import PathParameter
from .forms.field_choices import any_fields
from .forms.form_parts import ask_to_replace_files, refuse
from .forms.markdown import code_block
from .forms.parameters import Choice, Flag, Texts, Values


def _first_field(ctx: Any, values: Values) -> str:
    return next(iter(reversed(comparable_fields(ctx.dataset))), "")


def _classes(ctx: Any, values: Values) -> list[str]:
    return choosable_classes(ctx.dataset, values.get("field") or "")


class ExportAnnotations(DatasetOperator):
    """Writes a label field as COCO JSON or in YOLO's layout."""

    parameters = (
        Choice("field", _first_field, "Labels", choices=any_fields),
        Choice("format", "coco", "Format", choices=FORMATS, radio=True),
        PathParameter(
            "path",
            None,
            "Folder",
            "Where FiftyOne runs; a file is written for each split",
            folder=True,
            required=True,
        ),
        Choice("segmentation", "source", "Outlines", choices=SEGMENTATIONS),
        Choice("images", "none", "Images", choices=CHOICES, radio=True),
        Texts("classes", (), "Classes", "Leave empty for all", choices=_classes),
        Flag("overwrite"),
    )

    config = describe_operator(
        "export_annotations",
        "Export annotations",
        "Write a label field to COCO JSON or YOLO files",
        icon="file_download",
        risk="high",
        delegated=True,
    )
    function = staticmethod(export_annotations)

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Writes the files; see :meth:`SamaCocoOperator.run`."""
        classes = values["classes"] or None
        chosen = {**values, "path": values["path"] or "", "classes": classes}
        done = export_annotations(ctx.target_view(), on_progress=on_progress, **chosen)
        paths = [str(path) for path in done.paths]
        return {"paths": paths, "message": done.summary()}

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form; it shows what is in the way before anything runs."""
        inputs = types.Object()
        self.ask(inputs, ctx, values, "field")
        inputs.view_target(ctx)
        self.ask(inputs, ctx, values, "format", "path", "segmentation", "images")
        self.ask(inputs, ctx, values, "classes")
        if values["path"] and values["field"]:
            _check(inputs, ctx, values)
        return types.Property(inputs, view=types.View(label=self.config.label))

    def output(self, outputs: types.Object, result: Mapping[str, Any]) -> None:
        """Adds the paths of the files, to be copied."""
        outputs.md(code_block("Files", result.get("paths", ())), name="files")


def _check(inputs: types.Object, ctx: Any, values: Mapping[str, Any]) -> None:
    """Shows what is in the way, and asks whether existing files may be replaced."""
    try:
        splits = splits_of(ctx.target_view())
        path = absolute_path(values["path"])
        targets = plan_files(path, values["format"], splits).targets
        check_targets(targets, overwrite=True)
    except ExportError as error:
        refuse(inputs, "path", error)
        return
    if values["format"] == "yolo" and values["segmentation"] == "rle":
        refuse(inputs, "segmentation", "YOLO has no RLE; choose another")
    ask_to_replace_files(inputs, existing_files(targets), values)
