"""`labelsets compare`: two label files and a folder of images, to a comparison."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from .app_command import Address, Port, read_port
from .comparison_output import Compared, describe, judge, say
from .session import ROOT, require_free_port, run_folder, show
from .terminal import failing, print_json, progress_bars, quiet_output

BELOW = 1
"""The exit code if the quality is below the required one."""

Labels = Annotated[
    Path,
    typer.Argument(
        help="COCO JSON, COCO results, YOLO's data.yaml, a folder of Pascal VOC, or "
        "CVAT for images."
    ),
]


def compare(
    base: Labels,
    revised: Labels,
    images: Annotated[
        Path, typer.Option(help="Folder of the images that were labelled.")
    ],
    also: Annotated[
        list[str] | None,
        typer.Option(help="A further label set.", metavar="NAME=FILE"),
    ] = None,
    join_by: Annotated[
        str | None,
        typer.Option(
            help="path, name, stem, or a pattern with one group; by default the "
            "key that joins the most images."
        ),
    ] = None,
    key: Annotated[str, typer.Option(help="Name of the comparison.")] = "diff",
    class_map: Annotated[
        Path | None,
        typer.Option(
            help="YAML or JSON file of class names and their common names in the "
            "comparison."
        ),
    ] = None,
    ignore_class: Annotated[
        list[str] | None,
        typer.Option(help="A class to leave out; can be given again.", metavar="NAME"),
    ] = None,
    ignore_crowd: Annotated[
        bool, typer.Option("--ignore-crowd", help="Leave out crowds.")
    ] = False,
    shapes: Annotated[
        str, typer.Option(help="Outlines become masks, polylines or boxes.")
    ] = "masks",
    report: Annotated[
        Path | None,
        typer.Option(help="Folder to write an HTML, CSV and JSON report to."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an existing report.")
    ] = False,
    least_pq: Annotated[
        float | None,
        typer.Option(
            help="Exit with 1 if the mean PQ over classes is below this.", min=0, max=1
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON alone, for programs.")
    ] = False,
    no_app: Annotated[
        bool, typer.Option("--no-app", help="Don't open the App.")
    ] = False,
    name: Annotated[
        str | None, typer.Option(help="Keep the dataset under this name.")
    ] = None,
    port: Port = "5151",
    address: Address = "localhost",
) -> None:
    """Compares two label files of one folder of images.

    Example: labelsets compare old.json new.json --images photos
    """
    opens = not (no_app or as_json)
    number = read_port(port)
    files = {"base": base, "revised": revised} | _further(also or [])
    with failing():
        if opens:
            require_free_port(address, number)
        with quiet_output():
            loading = {"join_by": join_by, "shapes": shapes, "name": name}
            options = {
                "key": key,
                "class_map": class_map,
                "ignore_class": ignore_class or (),
                "ignore_crowd": ignore_crowd,
            }
            compared = _compare(images, files, loading, options)
        dataset = compared.loaded.dataset
        with _deleted_if(name is None, dataset):
            with quiet_output():
                setup = _prepare(dataset, key) if opens or name else None
                paths = _write(dataset, key, report, overwrite)
                verdict = judge(compared.results, dataset, key, least_pq)
            if as_json:
                print_json(describe(compared, verdict, paths))
            else:
                say(compared, verdict, paths)
            if opens:
                _open(dataset, address, number, setup)
    if verdict is not None and verdict.is_below:
        raise typer.Exit(BELOW)


@contextmanager
def _deleted_if(is_temporary: bool, dataset: Any) -> Iterator[None]:
    try:
        yield
    finally:
        if is_temporary:
            dataset.delete()


def _further(also: list[str]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for text in also:
        name, mark, path = text.partition("=")
        if not mark or not name or not path or name in ("base", "revised", *found):
            raise typer.BadParameter(
                f"--also: {text!r} is not a further label set; use NAME=FILE, with a "
                "new name"
            )
        found[name] = Path(path)
    return found


def _compare(
    images: Path,
    files: dict[str, Path],
    loading: dict[str, Any],
    options: dict[str, Any],
) -> Compared:
    """Loads label files and compares the first two.

    Args:
        images: the folder of images
        files: the label files by the names of their fields
        loading: options of `load_sets`
        options: options of `compare_annotations`
    """
    from ..labelsets import compare_annotations
    from ..labelsets.merging.from_files.set_loading import load_sets
    from ..labelsets.runs.compared_classes import read_class_map

    mapped = dict(read_class_map(options["class_map"]))  # read before images are
    is_kept = loading["name"] is not None
    with progress_bars() as on_progress:
        loading |= {"persistent": is_kept, "on_progress": on_progress}
        loaded = load_sets(images, files, **loading)
        options |= {"class_map": mapped, "on_progress": on_progress}
        try:
            results = compare_annotations(loaded.dataset, "base", "revised", **options)
        except BaseException:
            loaded.dataset.delete()
            raise
    return Compared(loaded, results)


def _prepare(dataset: Any, key: str) -> Any:
    from ..labelsets import prepare_app

    return prepare_app(dataset, key)


def _write(dataset: Any, key: str, folder: Path | None, overwrite: bool) -> list[Path]:
    from ..labelsets import export_comparison

    if folder is None:
        return []
    done = export_comparison(
        dataset, key, folder, ("html", "csv", "json"), overwrite=overwrite
    )
    return list(done.paths)


def _open(dataset: Any, address: str, port: int, setup: Any) -> None:
    from .plugin_folder import use_plugin

    use_plugin(ROOT, run_folder() / "plugins")
    try:
        show(dataset, address, port, setup)
    except KeyboardInterrupt:
        typer.echo("\nStopped")
