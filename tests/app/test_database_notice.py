"""FiftyOne's notice of an old MongoDB: quiet for the server of set-up alone."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sama_coco.app import database_notice
from sama_coco.app.database_notice import URI, VARIABLE

CODE = """
from sama_coco.app.command_line import main
try:
    main(["export", "--help"])
except SystemExit:
    pass
import fiftyone as fo
print(fo.config.database_validation)
"""


@pytest.mark.parametrize(
    ("server", "variables", "validates"),
    [
        ("fiftyone", {}, False),
        ("no-such-package", {}, True),
        ("fiftyone", {URI: "mongodb://127.0.0.1:1"}, True),
        ("fiftyone", {VARIABLE: "true"}, True),
    ],
)
def test_fiftyone_checks_its_database_but_for_the_one_of_set_up(
    server: str, variables: dict[str, str], validates: bool
) -> None:
    kept = {n: v for n, v in os.environ.items() if n not in (URI, VARIABLE)}
    named = f"from sama_coco.app import database_notice as n\nn.SERVER = {server!r}\n"
    done = subprocess.run(
        [sys.executable, "-c", named + CODE],
        env=kept | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[-1] == str(validates)


def test_set_up_installs_that_server() -> None:
    from helpers.checkout import REPOSITORY

    text = (REPOSITORY / "scripts" / "ensure_mongod.py").read_text()
    assert f'"{database_notice.SERVER}==' in text
