"""``python -m sama_coco.app``, which ``make app`` runs: the command `labelsets app`."""

from __future__ import annotations

import sys

from .command_line import cli


def main(arguments: list[str] | None = None) -> None:
    """Opens the App; ends the process with the command's exit code."""
    options = sys.argv[1:] if arguments is None else arguments
    cli(["app", *options], prog_name="make app")


if __name__ == "__main__":
    main()
