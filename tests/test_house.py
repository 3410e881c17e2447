"""The rooms of the project: which may import which, and what files are called."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from helpers.checkout import REPOSITORY

PACKAGES = ("app", "example", "labelsets", "operators", "panels", "zoo")
SUPPORT = ("benchmarks", "scripts")
SHARED = [
    "zoo.defects",
    "zoo.errors",
    "zoo.label_sources",
    "zoo.paused_gc",
    "zoo.progress",
]
"""Modules that every room may import, and that import no room."""


def modules() -> dict[str, Path]:
    """The files of the package by dotted name, from the checkout on."""
    files = [p for room in PACKAGES for p in (REPOSITORY / room).rglob("*.py")]
    return {dotted(p): p for p in files if "node_modules" not in p.parts}


def dotted(path: Path) -> str:
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(
    name: str, path: Path, known: dict[str, Path], when_called: bool = True
) -> set[str]:
    """The modules of this project that a module imports.

    Args:
        name: its name
        path: its file
        known: the files of all modules by name
        when_called: whether imports inside functions count
    """
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in statements(ast.parse(path.read_text()), when_called):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        above = package.split(".")
        start = ".".join(above[: len(above) - node.level + 1])
        module = ".".join(part for part in (start, node.module) if part)
        for alias in node.names:
            inner = f"{module}.{alias.name}"
            found.add(inner if inner in known else module)
    return {module for module in found if module in known and module != name}


def statements(tree: ast.AST, when_called: bool) -> Iterator[ast.AST]:
    """All nodes but those that type checkers alone see."""
    for node in ast.iter_child_nodes(tree):
        test = getattr(node, "test", None)
        if isinstance(node, ast.If) and getattr(test, "id", "") == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.FunctionDef) and not when_called:
            continue
        yield node
        yield from statements(node, when_called)


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    known = modules()
    return {name: imported(name, path, known) for name, path in known.items()}


def test_no_two_modules_have_one_name() -> None:
    files = [*modules().values()]
    files += [p for room in SUPPORT for p in (REPOSITORY / room).glob("*.py")]
    names = Counter(p.name for p in files if not p.name.startswith("__"))
    assert [name for name, count in names.items() if count > 1] == []


def test_no_modules_import_each_other_in_a_circle(graph: dict[str, set[str]]) -> None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize(
    ("room", "allowed"),
    [
        ("zoo", ["zoo"]),
        ("example", ["example"]),
        ("labelsets.comparison", ["labelsets.comparison", "zoo"]),
        ("labelsets.labels", ["labelsets.labels", "labelsets.comparison", "zoo"]),
        ("labelsets", ["labelsets", "zoo"]),
        ("operators", ["operators", "labelsets", "zoo"]),
        ("panels", ["panels", "operators", "labelsets", "zoo"]),
        ("zoo.fetch", ["zoo.fetch", *SHARED]),
        ("zoo.coco", ["zoo.coco", "zoo.fetch", *SHARED]),
        ("zoo.workers", ["zoo.workers", *SHARED]),
        (
            "zoo.writing",
            [
                *("zoo.writing", "zoo.coco", "zoo.fetch", "zoo.workers"),
                *("zoo.labels", "zoo.request", *SHARED),
            ],
        ),
        *((module, SHARED) for module in SHARED),
    ],
)
def test_a_room_imports_only_what_comes_before_it(
    graph: dict[str, set[str]], room: str, allowed: list[str]
) -> None:
    errors = "labelsets.error_types"
    foreign = {
        f"{name} -> {other}"
        for name, others in graph.items()
        if inside(name, room)
        for other in others
        if other != errors and not any(inside(other, home) for home in allowed)
    }
    assert any(inside(name, room) for name in graph)
    assert foreign == set()


@pytest.mark.parametrize(
    "room", ["example", "labelsets.comparison", "zoo.coco", "zoo.fetch", "zoo.workers"]
)
def test_a_room_is_imported_without_fiftyone(room: str) -> None:
    names = [name for name in modules() if inside(name, room)]
    assert names
    code = "".join(f"import sama_coco.{n}\n" for n in names if "__main__" not in n)
    code += "import sys; print('fiftyone' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert result.stdout.split() == ["False"]


def test_no_module_imports_the_package_by_its_name() -> None:
    """FiftyOne imports the folder, and the zoo's folder alone, under other names."""
    for path in modules().values():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom | ast.Import):
                names = [alias.name for alias in node.names]
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not any(name.startswith("sama_coco") for name in names), path


def test_the_rooms_of_labelsets_form_no_circle() -> None:
    """But that results offer, as methods, what a later room computes of them."""
    rooms: dict[str, set[str]] = {}
    known = modules()
    for name, path in known.items():
        others = imported(name, path, known, when_called=False)
        if name.startswith("labelsets.") and name.count(".") > 1:
            near = {other for other in others if other.count(".") > 1}
            rooms.setdefault(room_of(name), set()).update(map(room_of, near))
    wanted = {room: found - {room} for room, found in rooms.items()}
    try:
        TopologicalSorter(wanted).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_every_public_name_is_in_the_module_that_is_said_to_have_it() -> None:
    """They are imported when they are asked for, which type checkers do not see."""
    known = modules()
    tree = ast.parse(known["labelsets"].read_text())
    tables = [n.value for n in tree.body if isinstance(n, ast.AnnAssign | ast.Assign)]
    (table,) = [ast.literal_eval(t) for t in tables if isinstance(t, ast.Dict)]
    missing = {
        name
        for name, module in table.items()
        if (path := known.get(f"labelsets.{module}")) is None
        or name not in defined(path)
    }
    assert table
    assert missing == set()


def defined(path: Path) -> set[str]:
    """The names of the functions and classes of a module."""
    body = ast.parse(path.read_text()).body
    return {n.name for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef)}


def inside(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def room_of(name: str) -> str:
    """The room of a module, the part of labelsets that it is in."""
    return ".".join(name.split(".")[:2])
