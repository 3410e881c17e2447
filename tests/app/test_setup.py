"""Set-up of the checkout: the real script, on a project that has nothing to install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from helpers.checkout import REPOSITORY

PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "tiny"
version = "1"
optional-dependencies = { test = [] }
"""

BACKEND = '''
"""Builds an editable wheel of this folder with nothing but Python."""
import pathlib, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    info = "tiny-1.dist-info/"
    members = {
        "tiny.pth": str(pathlib.Path.cwd()),
        info + "METADATA": "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n"
        "Provides-Extra: test\\n",
        info + "WHEEL": "Wheel-Version: 1.0\\nTag: py3-none-any\\n",
        info + "RECORD": "",
    }
    name = "tiny-1-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        for member, text in members.items():
            wheel.writestr(member, text)
    return name
'''

RELEASES = {
    "fiftyone": ["1.12.0", "1.12.3", "1.13.0"],
    "graphql-core": ["3.2.9", "3.3.0"],
    "starlette": ["0.52.0"],
    "strawberry-graphql": ["0.291.0"],
}

LOG_RUN = "open('database-runs', 'a').write('x')\n"


class Checkout:
    """A folder with the real script in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def set_up(self, **variables: str) -> str:
        """Runs the script; returns what it says."""
        python = getattr(sys, "_base_executable", sys.executable)
        unset = ("FIFTYONE", "FIFTYONE_DATABASE_URI", "PYTHONPATH")
        inherited = {k: v for k, v in os.environ.items() if k not in unset}
        return subprocess.run(
            ["sh", "scripts/setup.sh"],
            cwd=self.folder,
            env=inherited | {"PYTHON": python, "PIP_NO_INDEX": "1"} | variables,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def origin(self) -> Path:
        """Where Python takes the project from, asked from elsewhere."""
        return Path(
            subprocess.run(
                [self.folder / ".venv/bin/python", "-c", "import tiny_module as t; "
                 "print(t.__file__)"],
                cwd="/",
                check=True,
                capture_output=True,
                text=True,
            ).stdout.strip()
        ).parent  # fmt: skip

    @property
    def database_runs(self) -> int:
        """How often the database was seen to."""
        return len((self.folder / "database-runs").read_text())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout that was set up."""
    folder = tmp_path_factory.mktemp("made") / "checkout"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(REPOSITORY / "scripts/setup.sh", folder / "scripts")
    (folder / "scripts/ensure_mongod.py").write_text(LOG_RUN)
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "requirements.txt").touch()
    (folder / "backend.py").write_text(BACKEND)
    (folder / "tiny_module.py").touch()
    checkout = Checkout(folder)
    assert "Setting up .venv" in checkout.set_up()
    return checkout


@pytest.fixture
def copied(made: Checkout, tmp_path: Path) -> Checkout:
    """A copy of it, with its virtual environment."""
    folder = tmp_path / "copy"
    return Checkout(Path(shutil.copytree(made.folder, folder, symlinks=True)))


def test_what_is_set_up_is_left_alone(made: Checkout) -> None:
    runs = made.database_runs
    assert made.set_up() == ""
    assert made.origin() == made.folder
    assert made.database_runs == runs


def test_a_copied_checkout_is_taken_from_where_it_is_now(copied: Checkout) -> None:
    copied.set_up()
    assert copied.origin() == copied.folder
    assert copied.set_up() == ""


def test_an_environment_without_pip_is_made_anew(copied: Checkout) -> None:
    """As a set-up leaves it that was killed before pip was there."""
    (copied.folder / ".venv/set-up").unlink()
    for package in (copied.folder / ".venv").glob("lib/python3*/site-packages/pip"):
        shutil.rmtree(package)
    copied.set_up()
    assert copied.origin() == copied.folder


def test_the_database_is_seen_to_when_the_users_own_is_no_longer_named(
    copied: Checkout,
) -> None:
    uri = {"FIFTYONE_DATABASE_URI": "mongodb://user:secret@localhost"}
    copied.set_up(**uri)
    runs = copied.database_runs
    assert copied.set_up(**uri) == ""
    copied.set_up()
    assert copied.database_runs == runs + 1
    assert "secret" not in (copied.folder / ".venv/set-up").read_text()


def test_a_version_of_fiftyone_has_an_environment_of_its_own(
    copied: Checkout, tmp_path: Path
) -> None:
    """What that version needs to be older than the newest is so."""
    copied.set_up()
    for package, versions in RELEASES.items():
        for version in versions:
            write_release(tmp_path, package, version)
    releases = {"PIP_FIND_LINKS": str(tmp_path)}
    said = copied.set_up(FIFTYONE="1.12", **releases)
    assert "Setting up .venv-1.12" in said
    assert installed(copied.folder / ".venv-1.12", "fiftyone") == "1.12.3"
    assert installed(copied.folder / ".venv-1.12", "graphql-core") == "3.2.9"
    assert copied.set_up(FIFTYONE="1.12") == ""
    copied.set_up(FIFTYONE="1.12.0", **releases)
    assert installed(copied.folder / ".venv-1.12.0", "fiftyone") == "1.12.0"
    assert copied.set_up() == ""


def write_release(folder: Path, package: str, version: str) -> None:
    """Writes a wheel of a package's name that holds nothing."""
    name = package.replace("-", "_")
    wheel_path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info/"
    metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
    with zipfile.ZipFile(wheel_path, "w") as wheel:
        wheel.writestr(info + "METADATA", metadata)
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(info + "RECORD", "")


def installed(environment: Path, package: str) -> str:
    """The version of a package in a virtual environment."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    command = [environment / "bin/python", "-c", code]
    return subprocess.check_output(command, text=True).strip()
