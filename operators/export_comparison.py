"""Operator that writes a comparison to files: objects, totals and a report."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import fiftyone as fo
from fiftyone.operators import types

from ..labelsets import ExportError, export_comparison
from ..labelsets.exports.comparison_files import (
    DEFAULT_FORMATS,
    FORMATS,
    Export,
    require_pyarrow,
    target_files,
)
from ..labelsets.exports.staged_files import check_targets, existing_files
from .calls.answering import OnProgress
from .calls.base import DatasetOperator, describe_operator
from .forms.allowed_paths import PathParameter
from .forms.comparison_key import ComparisonKey, finished_comparisons, no_comparison
from .forms.form_parts import ask_to_replace_files, refuse
from .forms.markdown import code_block
from .forms.parameters import Flag, Texts


class ExportComparison(DatasetOperator):
    """Writes the findings of a comparison to files in a folder."""

    parameters = (
        ComparisonKey(),
        Texts(
            "formats",
            DEFAULT_FORMATS,
            "What to write",
            "Totals and figures cover the whole comparison, objects and example images "
            "the chosen samples",
            choices={name: found.label for name, found in FORMATS.items()},
            least=1,
            required=True,
        ),
        PathParameter(
            "folder",
            None,
            "Folder",
            "Where FiftyOne runs; files are named after the comparison",
            required=True,
        ),
        Flag("overwrite"),
    )

    config = describe_operator(
        "export_comparison",
        "Export comparison",
        "Write a comparison's objects, totals and a report to files",
        icon="file_download",
        risk="high",
        delegated=True,
    )
    function = staticmethod(export_comparison)

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Writes the files; see :meth:`SamaCocoOperator.run`."""
        folder = values["folder"] or ""
        done = export_comparison(
            ctx.target_view(), on_progress=on_progress, **{**values, "folder": folder}
        )
        return {"paths": [str(path) for path in done.paths], "message": _say(done)}

    def __call__(
        self,
        samples: fo.core.collections.SampleCollection,
        key: str = "diff",
        folder: str | os.PathLike[str] = "",
        formats: str | Sequence[str] = DEFAULT_FORMATS,
        overwrite: bool = False,
    ) -> list[str]:
        """Writes a comparison to files from Python.

        Args:
            samples: the dataset, or a view of its samples: objects and example images
                are of what it shows, all other figures of the whole comparison
            key: the key of a finished comparison
            folder: where to write to; created if it doesn't exist
            formats: any of ``"csv"`` and ``"parquet"``, a row an object; ``"json"``,
                the totals; ``"html"``, a report in one file, and ``"md"``, one with
                its pictures in a folder
            overwrite: whether files that exist may be replaced

        Returns:
            the paths of the files written

        Raises:
            ComparisonError: if there is no such comparison, or it is not finished
            ExportError: if a file is in the way or can't be written
        """
        wanted = [formats] if isinstance(formats, str) else list(formats)
        done = super().__call__(
            samples, key=key, folder=folder, formats=wanted, overwrite=overwrite
        )
        return [str(path) for path in done.paths]

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form; it shows what is in the way before anything runs."""
        if not finished_comparisons(ctx.dataset):
            return no_comparison(self.config.label)
        inputs = types.Object()
        self.ask(inputs, ctx, values, "key")
        inputs.view_target(ctx)
        self.ask(inputs, ctx, values, "formats", "folder")
        if values["folder"]:
            _check(inputs, values)
        return types.Property(inputs, view=types.View(label=self.config.label))

    def output(self, outputs: types.Object, result: Mapping[str, Any]) -> None:
        """Adds the paths of the files, to be copied."""
        outputs.md(code_block("Files", result.get("paths", ())), name="files")


def _check(inputs: types.Object, values: Mapping[str, Any]) -> None:
    """Shows what is in the way, and asks whether existing files may be replaced."""
    try:
        targets = target_files(values["key"], values["folder"], values["formats"])
        paths = [path for found in targets.values() for path in found]
        check_targets(paths, overwrite=True)
        if "parquet" in values["formats"]:
            require_pyarrow()
    except ExportError as error:
        refuse(inputs, "folder", error)
        return
    ask_to_replace_files(inputs, existing_files(paths), values)


def _say(done: Export) -> str:
    """A sentence that reports what was written."""
    files = [path for path in done.paths if path.parent == done.paths[0].parent]
    pictures = len(done.paths) - len(files)
    message = f"Wrote {', '.join(path.name for path in files)}"
    if pictures:
        message += f" and {pictures} pictures"
    message += f" to {files[0].parent}"
    if done.objects is not None:
        message += f". {done.objects:,} objects are listed"
    if done.missing > 0:
        message += f"; {done.missing:,} compared objects no longer exist"
    return message
