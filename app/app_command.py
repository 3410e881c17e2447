"""`labelsets app`: the App on Sama-COCO next to COCO-2017, which `make app` runs."""

from __future__ import annotations

from typing import Annotated

import typer

from .session import ROOT, require_free_port, run_folder, show
from .terminal import failing, progress_bars

Port = Annotated[
    str, typer.Option(help="Port of the App.", metavar="NUMBER", show_default=True)
]
Address = Annotated[str, typer.Option(help="Address of the App.")]


def open_app(
    split: Annotated[
        str, typer.Option(help="validation, train or both.")
    ] = "validation",
    max_samples: Annotated[
        str, typer.Option(help="Images of each split, or 'all'.")
    ] = "50",
    label_types: Annotated[
        str,
        typer.Option(
            help="segmentations, detections, keypoints, captions, or several of these."
        ),
    ] = "segmentations",
    port: Port = "5151",
    address: Address = "localhost",
    mirror: Annotated[
        str | None,
        typer.Option(help="Folder or address to use instead of the published hosts."),
    ] = None,
) -> None:
    """Opens the App on Sama-COCO next to COCO-2017, compared.

    Example: labelsets app --max-samples 500
    """
    splits = read_words("split", split)
    kinds = read_words("label-types", label_types)
    count, number = _read_number(max_samples), read_port(port)
    with failing(1):
        try:
            _open(splits, kinds, count, number, address, mirror)
        except KeyboardInterrupt:
            typer.echo("\nStopped")


def read_port(text: str) -> int:
    """The port of an option.

    Raises:
        typer.BadParameter: if it is none
    """
    if not text.strip().isdecimal() or not 1 <= int(text) <= 65_535:
        raise typer.BadParameter(
            f"--port: {text!r} is not a port; use a number from 1 to 65535, such as "
            "5151"
        )
    return int(text)


def read_words(option: str, text: str) -> list[str]:
    """The words of an option, separated by spaces or commas.

    Raises:
        typer.BadParameter: if there are none
    """
    found = text.replace(",", " ").split()
    if not found:
        raise typer.BadParameter(
            f"--{option}: no value is given; leave it out, or give one"
        )
    return found


def _read_number(text: str) -> int | None:
    """A number of images; None for all."""
    if text.strip() in ("", "all"):
        return None
    if not text.strip().isdecimal() or int(text) < 1:
        raise typer.BadParameter(
            f"--max-samples: {text!r} is not a number of images; use 1 or more, or "
            "'all'"
        )
    return int(text)


def _open(
    splits: list[str],
    label_types: list[str],
    max_samples: int | None,
    port: int,
    address: str,
    mirror: str | None,
) -> None:
    require_free_port(address, port)
    from ..labelsets import ComparisonError
    from .dataset import compare_once, open_dataset
    from .plugin_folder import use_plugin

    folder = run_folder()
    use_plugin(ROOT, folder / "plugins")
    dataset = open_dataset(splits, label_types, max_samples, mirror, folder / "example")
    setup = None
    try:
        with progress_bars() as on_progress:
            setup = compare_once(dataset, on_progress)
    except ComparisonError as error:
        typer.secho(
            f"Opened without a comparison: {error}", fg=typer.colors.YELLOW, err=True
        )
    show(dataset, address, port, setup)
