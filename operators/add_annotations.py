"""Operator that adds the labels of a file to the dataset that has the images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fiftyone.operators import types

from ..labelsets import add_annotations
from ..labelsets.merging.formats.label_file import SHAPES
from ..labelsets.merging.formats.recognising import SUPPORTED
from ..labelsets.merging.from_files.add_plan import AddRequest, Content
from ..labelsets.merging.from_files.adding import carry_out_request
from ..labelsets.merging.from_files.previews import Preview, preview_addition
from ..labelsets.merging.join.join_keys import FILE_NAME, IMAGE_ID, RELATIVE_PATH, STEM
from .calls.answering import OnProgress
from .calls.base import DatasetOperator, describe_operator
from .forms.allowed_paths import PathParameter, allowed_folders
from .forms.form_parts import refuse
from .forms.markdown import plain
from .forms.parameters import Choice, ParameterError, Text, Values
from .forms.uploads import Upload

_UPLOAD, _FILE, _FOLDER = "upload", "file", "folder"
_NEW, _APPEND, _OVERWRITE = "new", "append", "overwrite"
_PATTERN = "pattern"
_BEST = "best"
_SUFFIXES = (".json", ".xml")
_SHOWN_CLASSES = 20


def _default_field(ctx: Any, values: Values) -> str | None:
    """The name of the file, turned into a valid field name."""
    path = values.get(values.get("source", _UPLOAD))
    if path is None:
        return None
    name = path.name if isinstance(path, Content) else str(path)
    stem = "".join(c if c.isalnum() and c.isascii() else "_" for c in Path(name).stem)
    stem = stem.strip("_").lower()
    return stem if stem[:1].isalpha() else f"labels_{stem}".rstrip("_")


class AddAnnotations(DatasetOperator):
    """Adds the labels of a file to the dataset that is open."""

    parameters = (
        Choice(
            "source",
            _UPLOAD,
            "Where the labels are",
            choices={
                _UPLOAD: "A file on this computer",
                _FILE: "A file where FiftyOne runs",
                _FOLDER: "A folder where FiftyOne runs",
            },
            radio=True,
        ),
        Upload("upload", None, "Label file", SUPPORTED, suffixes=_SUFFIXES),
        PathParameter("file", None, "Label file", SUPPORTED, folder=False),
        PathParameter("folder", None, "Folder of labels", SUPPORTED),
        Text(
            "field",
            _default_field,
            "Field",
            "The label field that receives them",
            required=True,
        ),
        Choice(
            "existing",
            _NEW,
            "If the field exists",
            choices={
                _NEW: "Choose another name",
                _APPEND: "Append to it",
                _OVERWRITE: "Replace it",
            },
            radio=True,
        ),
        Choice(
            "join_by",
            _BEST,
            "Join by",
            "What identifies an image in the file and in this dataset",
            choices={
                _BEST: "the key that joins the most images",
                RELATIVE_PATH: RELATIVE_PATH,
                FILE_NAME: FILE_NAME,
                STEM: "file name without its suffix",
                IMAGE_ID: IMAGE_ID,
                _PATTERN: "a pattern in file names",
            },
        ),
        Text(
            "pattern",
            None,
            "Pattern",
            "A regular expression with one group around the equal part, such as "
            r"(\d{12})",
        ),
        Choice(
            "shapes",
            "masks",
            "Import outlines as",
            "Annotations without an outline are imported as boxes",
            choices={shape: shape for shape in SHAPES},
            radio=True,
        ),
        PathParameter(
            "listed_in",
            None,
            "COCO JSON with the list of images",
            "Needed for COCO results if this dataset was not made from COCO JSON",
            folder=False,
        ),
    )

    config = describe_operator(
        "add_annotations",
        "Add annotations",
        "Add the labels of a file to this dataset",
        icon="upload_file",
        risk="high",
        delegated=True,
    )
    function = staticmethod(add_annotations)
    changes_dataset = True

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Adds the labels; see :meth:`SamaCocoOperator.run`."""
        return carry_out_request(ctx.dataset, _request(values), on_progress)

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form; it shows what the file is and what of it would be added."""
        inputs = types.Object()
        form = types.Property(inputs, view=types.View(label=self.config.label))
        source = values["source"]
        self.ask(inputs, ctx, values, "source", source)
        if values[source] is None:
            inputs.get_property(source).required = True
            return form
        self.ask(inputs, ctx, values, "field")
        if ctx.dataset.has_field(values["field"] or ""):
            self.ask(inputs, ctx, values, "existing")
        self.ask(inputs, ctx, values, "join_by")
        if values["join_by"] == _PATTERN:
            self.ask(inputs, ctx, values, "pattern")
        self.ask(inputs, ctx, values, "shapes")
        _show(self, inputs, ctx, values)
        return form

    def output(self, outputs: types.Object, result: Mapping[str, Any]) -> None:
        """Adds what was left out."""
        outputs.obj(
            "left_out", label="Odd or left out", view=types.JSONView(read_only=True)
        )


def _request(values: Mapping[str, Any]) -> AddRequest:
    """The request that was entered in the form."""
    path, join_by = values[values["source"]], values["join_by"]
    if path is None:
        raise ParameterError(f"There is no label file: `{values['source']}` is missing")
    if join_by == _PATTERN:
        join_by = values["pattern"] or "()"
    return AddRequest(
        path=path,
        field=values["field"] or "",
        join_by=None if join_by == _BEST else join_by,
        shapes=values["shapes"],
        append=values["existing"] == _APPEND,
        overwrite=values["existing"] == _OVERWRITE,
        listed_in=values["listed_in"],
        within=tuple(allowed_folders()),
    )


def _show(
    operator: AddAnnotations, inputs: types.Object, ctx: Any, values: Mapping[str, Any]
) -> None:
    """Shows what would be added, or why nothing can be."""
    try:
        preview = preview_addition(ctx.dataset, _request(values))
    except (ValueError, OSError) as error:
        if "'listed_in'" in str(error):
            operator.ask(inputs, ctx, values, "listed_in")
        inputs.view("refused", types.Error(label=plain(str(error))))
        refuse(inputs, values["source"], error)
        return
    is_odd = bool(preview.left_out.counts or preview.new_classes)
    view = types.Warning if is_odd else types.Notice
    said = "\n\n".join(map(plain, _lines(preview)))
    inputs.view("preview", view(label=plain(_summary(preview)), description=said))


def _summary(preview: Preview) -> str:
    plan = preview.plan
    joined, file = plan.join, plan.joined.file
    return (
        f"{file.format}: {len(joined.pairs):,} of {len(plan.images):,} images here "
        f"match {len(joined.pairs):,} of {len(file.entries):,} in it, by {joined.key}"
    )


def _lines(preview: Preview) -> Iterator[str]:
    kind = preview.plan.field.kind
    boxes = preview.shapes["boxes"]
    if kind == "boxes":
        yield f"{preview.shapes.total():,} annotations are imported as boxes"
    else:
        outlines = preview.shapes["outlines"]
        yield f"{outlines:,} annotations are imported as {kind}, {boxes:,} as boxes"
    yield from preview.left_out.lines()
    new = preview.new_classes
    if new:
        shown = [
            f"{name} (nearest: {near})" if near else name
            for name, near in list(new.items())[:_SHOWN_CLASSES]
        ]
        more = f" and {len(new) - len(shown):,} more" if len(new) > len(shown) else ""
        yield f"Classes new to this dataset: {', '.join(shown)}{more}"
