"""The commands of a page of the documentation, run from top to bottom."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sama_coco.app.command_line import cli
from typer.testing import CliRunner

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page: Path, language: str) -> list[str]:
    """The blocks of a page that are in one language."""
    return [text for name, text in _BLOCK.findall(page.read_text()) if name == language]


def run_page(
    page: Path,
    names: Mapping[str, Any] | None = None,
    replaced: Mapping[str, str] | None = None,
    running: Iterable[str] = (),
) -> dict[str, Any]:
    """Runs the Python and the shell commands of a page in the current folder.

    A block of YAML becomes `policy.yaml`.

    Args:
        page: the page
        names: what the commands find defined
        replaced: what stands for addresses that the page leaves open
        running: programs that the test has started itself

    Returns:
        what the commands defined
    """
    found = dict(names or {})
    for language, text in _BLOCK.findall(page.read_text()):
        for placeholder, value in (replaced or {}).items():
            text = text.replace(placeholder, value)
        if language == "python":
            exec(compile(text, page.name, "exec"), found)
        elif language == "yaml":
            Path("policy.yaml").write_text(text)
        else:
            assert language == "shell"
            for line in text.splitlines():
                program, *arguments = shlex.split(line, comments=True)
                if program in running:
                    continue
                assert program == "labelsets"
                done = CliRunner().invoke(cli, arguments)
                assert done.exit_code == 0, (line, done.output, done.exception)
    return found
