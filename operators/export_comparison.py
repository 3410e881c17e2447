"""Operator that writes a comparison to files: objects, totals and a report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import fiftyone as fo
import fiftyone.operators as foo
from fiftyone.operators import types

from .base import DatasetOperator, Report
from .forms import choose_comparison, given, refuse

if TYPE_CHECKING:
    from ..exports.exporting import Export


class ExportComparison(DatasetOperator):
    """Writes what a comparison found to files of a folder."""

    @property
    def config(self) -> foo.OperatorConfig:
        """How FiftyOne lists and runs the operator."""
        return foo.OperatorConfig(
            name="export_comparison",
            label="Export comparison",
            description="Write a comparison's objects, totals and a report to files",
            icon="file_download",
            dynamic=True,
            execute_as_generator=True,
            allow_delegated_execution=True,
            risk_level=types.RiskLevel.HIGH,
        )

    def form(self, ctx: Any) -> types.Property:
        """The form; it says what is in the way before anything is run."""
        from ..exports.exporting import DEFAULT_FORMATS, FORMATS

        inputs = types.Object()
        view = types.View(label="Export comparison")
        key = choose_comparison(inputs, ctx)
        if key is None:
            return types.Property(inputs, view=view, invalid=True)
        inputs.view_target(ctx)
        choices = types.DropdownView(multiple=True)
        for name, found in FORMATS.items():
            choices.add_choice(name, label=found.label)
        inputs.list(
            "formats",
            types.String(),
            default=list(DEFAULT_FORMATS),
            required=True,
            label="What to write",
            description="Totals and figures are of the whole comparison, objects and "
            "example images of the samples that are chosen",
            view=choices,
        )
        inputs.file(
            "folder",
            required=True,
            label="Folder",
            description="Where FiftyOne runs; files are named after the comparison",
            view=types.FileExplorerView(
                choose_dir=True, button_label="Choose a folder..."
            ),
        )
        _check(inputs, ctx, key)
        return types.Property(inputs, view=view)

    def run(self, ctx: Any, report: Report | None) -> dict[str, Any]:
        """Writes the files; see :meth:`DatasetOperator.run`."""
        from ..exports.exporting import export_comparison

        names = ("key", "formats", "overwrite")
        params = given(ctx, names)
        done = export_comparison(
            ctx.target_view(), folder=_folder(ctx), report=report, **params
        )
        return {"paths": [str(path) for path in done.paths], "message": _say(done)}

    def resolve_output(self, ctx: Any) -> types.Property:
        """What was done."""
        outputs = types.Object()
        outputs.str("message", label="Result")
        outputs.list("paths", types.String(), label="Files")
        return types.Property(outputs)

    def __call__(
        self,
        samples: fo.core.collections.SampleCollection,
        key: str = "diff",
        folder: str | os.PathLike[str] = "",
        formats: str | Sequence[str] = ("csv", "json", "html"),
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
            fiftyone.operators.executor.ExecutionError: if there is no such comparison,
                it is not finished, or a file is in the way or can't be written
        """
        paths: list[str] = self.call(
            samples,
            key=key,
            folder=os.fspath(folder),
            formats=[formats] if isinstance(formats, str) else list(formats),
            overwrite=overwrite,
        )["paths"]
        return paths


def _folder(ctx: Any) -> str:
    """The folder that the form or the caller names, empty if none."""
    folder = ctx.params.get("folder") or ""
    return folder.get("absolute_path") or "" if isinstance(folder, dict) else folder


def _check(inputs: types.Object, ctx: Any, key: str) -> None:
    """Says what is in the way, and asks whether files that are there may go."""
    from ..exports.exporting import DEFAULT_FORMATS, require_pyarrow, target_files
    from ..exports.files import check_targets, existing_files
    from ..runs import ComparisonError

    folder, formats = _folder(ctx), ctx.params.get("formats", DEFAULT_FORMATS)
    if not folder or not formats:
        return
    try:
        targets = target_files(key, folder, formats)
        paths = [path for found in targets.values() for path in found]
        check_targets(paths, overwrite=True)
        if "parquet" in formats:
            require_pyarrow()
    except ComparisonError as error:
        refuse(inputs, "folder", error)
        return
    found = existing_files(paths)
    if found:
        inputs.bool(
            "overwrite",
            default=False,
            required=True,
            label=f"Replace {len(found)} files that are there already",
            description=", ".join(path.name for path in found),
        )
        if not ctx.params.get("overwrite", False):
            refuse(
                inputs, "overwrite", "Choose another folder, or let them be replaced"
            )


def _say(done: Export) -> str:
    """A sentence about what was written."""
    files = [path for path in done.paths if path.parent == done.paths[0].parent]
    pictures = len(done.paths) - len(files)
    message = f"Wrote {', '.join(path.name for path in files)}"
    if pictures:
        message += f" and {pictures} pictures"
    message += f" to {files[0].parent}"
    if done.objects is not None:
        message += f". {done.objects:,} objects are listed"
    if done.missing > 0:
        message += f"; {done.missing:,} that were compared are no longer there"
    return message
