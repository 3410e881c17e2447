"""The package as pip installs it, without the checkout."""

from __future__ import annotations

import re

from checkout import REPOSITORY

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
