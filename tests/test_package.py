"""The package as pip installs it, without the checkout."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
import sama_coco
import yaml
from helpers.checkout import REPOSITORY

sys.path.append(str(REPOSITORY / "scripts"))

from name_address import MANIFESTS, PLACEHOLDER, name_address

ELSEWHERE = {"build", "node_modules"}


def test_every_package_of_the_tree_is_installed() -> None:
    """Each is listed, since the checkout itself is the package and has any name."""
    listed = re.findall(
        r'"(sama_coco[\w.]*)",\n', (REPOSITORY / "pyproject.toml").read_text()
    )
    found = [
        ".".join(["sama_coco", *path.relative_to(REPOSITORY).parent.parts])
        for path in REPOSITORY.rglob("__init__.py")
        if not any(
            part in ELSEWHERE or part.startswith(".")
            for part in path.relative_to(REPOSITORY).parts
        )
    ]
    assert sorted(listed) == sorted(found)


def test_every_variable_that_the_code_reads_is_in_the_readme() -> None:
    found = set()
    for file in REPOSITORY.rglob("*.py"):
        room = file.relative_to(REPOSITORY).parts[0]
        if room in {"app", "labelsets", "operators", "panels", "zoo"}:
            own = r'"((?:SAMA_COCO|LABELSETS)_[A-Z_]+)"'
            found.update(re.findall(own, file.read_text()))
    assert found
    text = (REPOSITORY / "README.md").read_text()
    assert [name for name in found if f"| `{name}` |" not in text] == []


def test_what_make_runs_is_there() -> None:
    text = (REPOSITORY / "Makefile").read_text()
    programs = re.findall(r"\b(?:scripts|benchmarks)/\w+\.\w+", text)
    assert len(programs) > 3
    assert [name for name in programs if not (REPOSITORY / name).is_file()] == []


def test_one_version_of_fiftyone_is_the_oldest_everywhere() -> None:
    said = {
        "requirements.txt": r"^fiftyone>=([\d.]+)$",
        "fiftyone.yml": r'^  version: ">=([\d.]+)"$',
        "zoo/fiftyone.yml": r'^  version: ">=([\d.]+)"$',
        "README.md": r"^FiftyOne ([\d.]+) is the oldest",
        "CONTRIBUTING.md": r"^FiftyOne ([\d.]+) is the oldest",
        "Makefile": r"FIFTYONE=([\d.]+) ",
    }
    found = {
        name: re.findall(pattern, (REPOSITORY / name).read_text(), re.MULTILINE)
        for name, pattern in said.items()
    }
    assert len({tuple(versions) for versions in found.values()}) == 1, found
    assert all(found.values())


def test_the_address_of_the_repository_is_named_everywhere(tmp_path: Path) -> None:
    """In a copy of this checkout, or in itself once it is named."""
    folder = REPOSITORY
    manifest = yaml.safe_load((folder / MANIFESTS[0]).read_text())
    if (address := manifest.get("url")) is None:
        folder, address = tmp_path, "https://example.com/labels/sama.coco"
        for name in (*MANIFESTS, "pyproject.toml", "README.md"):
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(REPOSITORY / name, folder / name)
        shutil.copytree(REPOSITORY / "docs", folder / "docs")
        name_address(folder, f"{address}.git")
    for name in MANIFESTS:
        assert yaml.safe_load((folder / name).read_text())["url"] == address
    project = (folder / "pyproject.toml").read_text()
    assert f'[project.urls]\nRepository = "{address}"\n\n[project.scripts]' in project
    pages = [folder / "README.md", *(folder / "docs").glob("*.md")]
    assert not any(PLACEHOLDER in page.read_text() for page in pages)
    readme = (folder / "README.md").read_text()
    assert re.findall(r"\]\((?!https?:|#)", readme) == []
    named = re.findall(rf"{address}/(raw|blob)/main/([^)#]+)", readme)
    assert len(named) > 5
    assert [name for _, name in named if not (REPOSITORY / name).exists()] == []
    assert {kind for kind, name in named if name.endswith((".png", ".webp"))} == {"raw"}
    with pytest.raises(ValueError, match="named before"):
        name_address(folder, address)


@pytest.mark.parametrize(
    "address",
    ["sama", "https://x.org/a", "https://x.org/a/../b", "https://x.org/a/b/tree/main"],
)
def test_an_address_that_is_none_changes_nothing(tmp_path: Path, address: str) -> None:
    with pytest.raises(ValueError, match="no address like"):
        name_address(tmp_path, address)


def test_the_plugin_is_called_as_fiftyone_calls_it() -> None:
    name = yaml.safe_load((REPOSITORY / "fiftyone.yml").read_text())["name"]
    parts = name.removeprefix("@").replace("-", "_").split("/")
    assert ".".join(["fiftyone.plugins.orgs", *parts]) == sama_coco._PLUGIN
