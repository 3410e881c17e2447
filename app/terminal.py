"""The output of commands: results, progress, errors, or JSON alone."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from ..zoo.errors import SamaCocoError
from ..zoo.progress import OnProgress

FAILED = 2
"""The exit code if something can't be done as asked."""

INTERRUPTED = 130


@contextmanager
def failing(exit_code: int = FAILED) -> Iterator[None]:
    """Ends the command with a sentence if something can't be done.

    Args:
        exit_code (2): the exit code
    """
    try:
        yield
    except (SamaCocoError, OSError, ValueError, ImportError) as error:
        typer.secho(f"Error: {error}", fg=typer.colors.RED, err=True)
        raise typer.Exit(exit_code) from None
    except KeyboardInterrupt:
        typer.echo("Stopped", err=True)
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def progress_bars() -> Iterator[OnProgress]:
    """Draws a bar for each part of the work, if standard error is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def on_progress(share: float, label: str) -> None:
            part = label.lstrip("0123456789, of")  # counts that change
            if part not in tasks:
                tasks[part] = bars.add_task(label, total=1.0)
            bars.update(tasks[part], completed=share, description=label)

        yield on_progress


@contextmanager
def quiet_output() -> Iterator[None]:
    """Redirects all output to standard error meanwhile, also that of libraries."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def print_json(content: Any) -> None:
    """Prints a document for programs, with null for NaN."""
    print(json.dumps(_plain(content), indent=2, allow_nan=False, default=str))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and value != value else value
