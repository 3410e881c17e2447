"""The command `labelsets`; each of its commands is a module of this folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from .app_command import open_app
from .compare_command import compare
from .database_notice import quiet_notice
from .export_command import export
from .reconcile_command import reconcile

cli = typer.Typer(
    name="labelsets",
    help="Compare label sets of the same images, object by object.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
cli.callback()(quiet_notice)
cli.command("compare")(compare)
cli.command("reconcile")(reconcile)
cli.command("export")(export)
cli.command("app")(open_app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command.

    Args:
        arguments (None): its name and options, by default those of this process

    Returns:
        the exit code: 0 for success, 1 if a comparison is below `--least-pq` or the App
        can't be opened, 2 if something can't be done as asked
    """
    return int(cli(list(arguments) if arguments is not None else None) or 0)


if __name__ == "__main__":
    sys.exit(main())
