"""`labelsets export`: a label field of a dataset to COCO JSON or YOLO."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .terminal import failing, print_json, progress_bars, quiet_output


def export(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset in FiftyOne.")],
    field: Annotated[str, typer.Argument(help="Name of the label field.")],
    path: Annotated[
        Path, typer.Argument(help="A .json file or a folder for COCO, one for YOLO.")
    ],
    format: Annotated[str, typer.Option(help="coco or yolo.")] = "coco",
    segmentation: Annotated[
        str,
        typer.Option(
            help="source (as in the files that the labels were read from), rle or "
            "polygons."
        ),
    ] = "source",
    images: Annotated[
        str, typer.Option(help="What to do with images: none, copy or symlink.")
    ] = "none",
    classes: Annotated[
        list[str] | None,
        typer.Option(
            "--class",
            help="A class to export; can be given again. By default all.",
            metavar="NAME",
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace existing files.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON alone, for programs.")
    ] = False,
) -> None:
    """Writes a label field to files, one for each split.

    Example: labelsets export mine reconciled_segmentations result.json
    """
    with failing(), quiet_output():
        import fiftyone as fo

        from ..labelsets import export_annotations

        with progress_bars() as on_progress:
            done = export_annotations(
                fo.load_dataset(dataset),
                field,
                path,
                format,
                segmentation,
                images,
                classes,
                overwrite,
                on_progress,
            )
    if as_json:
        print_json(done.to_dict())
    else:
        typer.echo(str(done))
