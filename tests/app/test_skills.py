"""The skills that tell agents how to use the plugin, every command of them."""

from __future__ import annotations

import ast
import os
import re
import types
from pathlib import Path
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import fiftyone.plugins as fop
import pytest
import yaml
from helpers.checkout import REPOSITORY
from helpers.datasets.modelled import add_models
from helpers.programs.documented import run_page
from sama_coco.labelsets import (
    comparable_fields,
    compare_annotations,
    export_annotations,
    load_label_sets,
)
from sama_coco.zoo import load_splits

PLUGIN = "@sama/sama-coco"
SKILLS = REPOSITORY / "skills"
LONGEST = 130


def skill(name: str) -> Path:
    return SKILLS / f"fiftyone-{name}-label-sets" / "SKILL.md"


@pytest.fixture
def files(
    fresh_database: None,
    example_mirror: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> fo.Dataset:
    """A working folder with `old.json`, `new.json` and their images in `photos`."""
    dataset, _ = load_splits(
        "example",
        "validation",
        tmp_path / "files",
        mirror=str(example_mirror),
        with_coco=True,
        label_types="segmentations",
    )
    monkeypatch.chdir(tmp_path)
    for field, name in (("coco", "old.json"), ("sama", "new.json")):
        export_annotations(dataset, f"{field}_segmentations", name)
    images = Path(dataset.first().filepath).parent
    (tmp_path / "photos").symlink_to(images, target_is_directory=True)
    return dataset


@pytest.fixture
def compared(files: fo.Dataset) -> fo.Dataset:
    """What the first skill ends with, and the predictions of a model."""
    sets = {"base": "old.json", "revised": "new.json"}
    dataset = load_label_sets("photos", sets, name="mine", persistent=True)
    add_models(files)
    by_name = {os.path.basename(s.filepath): s.model_a for s in files}
    found = [by_name[os.path.basename(path)] for path in dataset.values("filepath")]
    dataset.set_values("model", found, dynamic=True)
    compare_annotations(dataset, "base", "revised")
    return dataset


def run(name: str, dataset: fo.Dataset | None = None) -> dict[str, Any]:
    """Runs a skill's commands; operators are called as a server of tools calls them."""
    session = types.SimpleNamespace(view=None, spaces=None)
    found: dict[str, Any] = {"dataset": dataset, "session": session, "told": []}

    def execute_operator(operator_uri: str, params: dict[str, Any]) -> None:
        opened = fo.load_dataset("mine")
        done = foo.execute_operator(operator_uri, {"dataset": opened}, params=params)
        found["told"].append(done.result)

    names = found | {"execute_operator": execute_operator}
    return names | run_page(skill(name), names)


@pytest.mark.usefixtures("files")
def test_the_skill_of_comparing() -> None:
    found = run("compare")
    dataset, session = found["dataset"], found["session"]
    assert comparable_fields(dataset) == ["base", "revised"]
    assert set(dataset.list_runs()) == {"diff", "again"}
    assert found["results"].summary()["images"] == 24
    assert session.spaces == found["setup"].spaces
    statuses = session.view.values("revised.detections.diff", unwind=True)
    assert set(statuses) == {"relabeled", "split"}
    listed = found["told"][1]["comparisons"]
    assert {row["key"] for row in listed} == {"diff", "again"}


def test_the_skill_of_reconciling(compared: fo.Dataset) -> None:
    found = run("reconcile", compared)
    assert found["session"].view == found["planned"].open_items()
    by_verdict = found["reconciled"].summary()["by_verdict"]
    assert 0 < by_verdict < found["planned"].summary()["open"]
    assert found["evidence"].summary()["revised"] > 0
    fields = set(comparable_fields(compared))
    assert fields == {"base", "revised", "model", "reconciled", "agreed"}
    assert "items" in found["told"][0]["message"]


def test_the_skill_of_exporting(compared: fo.Dataset) -> None:
    found = run("export", compared)
    texts = [Path(f"out/{name}.json").read_text() for name in ("labels", "again")]
    assert texts[0] == texts[1] == Path("out/third.json").read_text()
    assert Path("out/yolo/data.yaml").is_file()
    for folder in ("report", "second"):
        suffixes = {path.suffix for path in Path("out", folder).iterdir()}
        assert suffixes >= {".html", ".csv", ".json"}
    assert len(found["told"]) == 1


def test_fiftyone_lists_every_skill() -> None:
    found = {one.name: one for one in list_skills()}
    folders = {path.parent.name for path in SKILLS.glob("*/SKILL.md")}
    assert set(found) == folders == {path.name for path in SKILLS.iterdir()}
    declared = yaml.safe_load((REPOSITORY / "fiftyone.yml").read_text())["skills"]
    assert set(declared) == folders
    for one in found.values():
        assert "Use when" in one.description
        assert len(one.content.splitlines()) <= LONGEST
        for part in ("## Key directives", "## Workflow", "## Troubleshooting"):
            assert part in one.content


def list_skills() -> list[Any]:
    """The skills as FiftyOne lists them; of the files before 1.16, which lists none."""
    if hasattr(fop, "list_skills"):
        return list(fop.list_skills(plugin=PLUGIN))
    texts = [path.read_text() for path in SKILLS.glob("*/SKILL.md")]
    parts = [text.split("---\n", 2)[1:] for text in texts]
    return [types.SimpleNamespace(content=c, **yaml.safe_load(h)) for h, c in parts]


@pytest.mark.parametrize("name", ["compare", "reconcile", "export"])
def test_the_errors_that_a_skill_helps_with_are_worded_so(name: str) -> None:
    _, _, table = skill(name).read_text().partition("## Troubleshooting")
    rows = [line.split("|")[1] for line in table.strip().splitlines()[2:]]
    wanted = [text for row in rows for text in re.findall(r"`([^`]+)`", row)]
    assert len(wanted) >= len(rows) > 2
    said = worded()
    assert [text for text in wanted if not any(text in one for one in said)] == []


def worded() -> set[str]:
    """All text in the code of the library and the operators."""
    files = [
        p for r in ("labelsets", "operators") for p in (REPOSITORY / r).rglob("*.py")
    ]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
