"""The pages of the documentation and the README, every command of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import types
from pathlib import Path

import cv2
import fiftyone as fo
import pytest
import yaml
from helpers.checkout import REPOSITORY
from helpers.data.color_model import NAME as COLOR_MODEL
from helpers.data.color_model import write_manifest
from helpers.datasets.modelled import add_models
from helpers.programs.annotation_desk import RELABELED
from helpers.programs.dask_cluster import dask_cluster
from helpers.programs.documented import blocks, run_page
from sama_coco.labelsets import (
    compare_annotations,
    export_annotations,
    take_census,
)
from sama_coco.zoo import load_splits

DOCS = REPOSITORY / "docs"
MANIFEST = yaml.safe_load((REPOSITORY / "fiftyone.yml").read_text())
ADDRESS = MANIFEST.get("url", "https://github.com/<owner>/<repo>")
LONGEST = 150


@pytest.fixture
def loaded(fresh_database: None, example_mirror: Path, tmp_path: Path) -> fo.Dataset:
    """The example, loaded with both label sets."""
    dataset, _ = load_splits(
        "example",
        "validation",
        tmp_path / "files",
        mirror=str(example_mirror),
        with_coco=True,
        label_types="segmentations",
    )
    return dataset


@pytest.fixture
def label_files(
    loaded: fo.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> fo.Dataset:
    """A working folder with `old.json`, `new.json` and their images in `photos`."""
    monkeypatch.chdir(tmp_path)
    for field, name in (("coco", "old.json"), ("sama", "new.json")):
        export_annotations(loaded, f"{field}_segmentations", name)
    images = Path(loaded.first().filepath).parent
    (tmp_path / "photos").symlink_to(images, target_is_directory=True)
    return loaded


@pytest.mark.usefixtures("label_files")
def test_the_page_on_comparing() -> None:
    found = run_page(DOCS / "compare.md")
    assert not found["results"].freshness().is_out_of_date
    assert 0 < len(found["view"]) < len(found["dataset"])
    assert {path.suffix for path in Path("report").iterdir()} >= {".html", ".csv"}


@pytest.mark.usefixtures("label_files")
def test_the_page_on_review(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = {"config_cls": "helpers.programs.annotation_desk.DeskConfig"}
    monkeypatch.setitem(fo.annotation_config.backends, "cvat", desk)
    session = types.SimpleNamespace(view=None)
    found = run_page(DOCS / "review.md", {"session": session})
    dataset = found["dataset"]
    assert session.view == found["planned"].open_items()

    planned, figures = found["planned"].summary(), found["reconciled"].summary()
    assert planned["by_verdict"] == 0
    assert 0 < figures["by_verdict"] < planned["open"]
    assert figures["open"] == planned["open"] - figures["by_verdict"]
    written = json.loads(Path("reconciled.json").read_text())["annotations"]
    kept = figures["labels_from_base"] + figures["labels_from_revised"]
    assert len(written) == kept == dataset.count("from_the_shell.detections")
    assert dataset.count("returned.detections") == kept

    sent = len(found["planned"].open_items())
    assert dataset.count_values("checked.detections.label")[RELABELED] == sent
    assert set(found["third"].relabels()["revised"]) == {RELABELED}


def test_the_page_on_training(label_files: fo.Dataset) -> None:
    add_models(label_files)
    export_annotations(label_files, "model_a", "model_a.json")
    ids = {name: number for number, name in _classes("old.json").items()}
    names = _classes("model_a.json")
    predicted = json.loads(Path("model_a.json").read_text())["annotations"]
    for one in predicted:
        one |= {"score": 0.5, "category_id": ids[names[one["category_id"]]]}
    Path("predictions.json").write_text(json.dumps(predicted))

    found = run_page(DOCS / "train.md")
    precision = found["results"].metrics().loc["AP"]
    assert precision["revised"] > precision["base"]  # as the model follows them
    assert found["evidence"].summary()["mean"] > 0
    assert found["agreement"].matrix("pq").shape == (3, 3)
    assert found["dataset"].count("reconciled_segmentations.detections") > 0


def _classes(file: str) -> dict[int, str]:
    categories = json.loads(Path(file).read_text())["categories"]
    return {one["id"]: one["name"] for one in categories}


@pytest.mark.usefixtures("label_files")
def test_the_page_on_continuous_integration() -> None:
    found = run_page(DOCS / "integration.md")
    assert 0 < found["results"].summary()["mean_pq"] < 1


@pytest.fixture
def pull_request(label_files: fo.Dataset, tmp_path: Path) -> Path:
    """A checkout whose last commit holds the labels of `old.json`."""
    folder = tmp_path / "repository"
    folder.mkdir()
    shutil.copy("old.json", folder / "labels.json")
    (folder / "images").symlink_to(tmp_path / "photos")
    who = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
    for command in (
        ["init", "--quiet"],
        ["add", "labels.json"],
        [*who, "commit", "--quiet", "--message", "Labels"],
    ):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize("is_changed", [True, False])
def test_the_workflow_comments_a_pull_request(
    pull_request: Path, tmp_path: Path, is_changed: bool
) -> None:
    if is_changed:
        shutil.copy("new.json", pull_request / "labels.json")
    comment, programs = tmp_path / "comment.txt", tmp_path / "bin"
    programs.mkdir()
    (programs / "gh").write_text(
        f'#!/bin/sh\n[ "$4" = --body-file ] && cp "$5" {comment}\n'
    )
    (programs / "gh").chmod(0o755)
    path = [str(programs), str(Path(sys.executable).parent), os.environ["PATH"]]
    variables = {"PATH": os.pathsep.join(path), "BASE": "HEAD", "NUMBER": "7"}

    (text,) = blocks(DOCS / "integration.md", "yaml")
    steps = yaml.safe_load(text)["jobs"]["compare"]["steps"]
    commands = {step["name"]: step["run"] for step in steps if "name" in step}
    compared, commented = (
        subprocess.run(
            ["bash", "-eo", "pipefail", "-c", commands[name]],
            cwd=pull_request,
            env=os.environ | variables,
            capture_output=True,
            text=True,
        )
        for name in ("Compare", "Comment")
    )
    assert compared.returncode == is_changed, compared.stderr
    assert commented.returncode == 0, commented.stderr
    assert list((pull_request / "report").glob("*report.html"))
    said = "below 0.9" if is_changed else "at least 0.9"
    assert said in comment.read_text()


@pytest.mark.usefixtures("fresh_database", "zoo_dir")
def test_the_page_on_sama_coco(
    example_mirror: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMA_COCO_MIRROR", str(example_mirror))
    found = run_page(DOCS / "sama-coco.md", replaced={ADDRESS: url})
    assert len(found["dataset"]) == 24
    assert set(found["dataset"].list_runs()) == {"diff"}


def test_the_page_on_large_data(loaded: fo.Dataset) -> None:
    with dask_cluster(1) as cluster:
        run_page(
            DOCS / "large-data.md",
            {"dataset": loaded},
            {"tcp://HOST:8786": cluster.address},
            running=["dask"],
        )
    assert set(loaded.list_runs()) == {"diff", "again", "val", "spread"}
    same = {name: loaded.values(f"{name}_pq") for name in loaded.list_runs()}
    assert all(values == same["diff"] for values in same.values())


def test_the_page_on_search(
    loaded: fo.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifests = [str(write_manifest(tmp_path))]
    monkeypatch.setattr(fo.config, "model_zoo_manifest_paths", manifests)
    compare_annotations(loaded)
    session = types.SimpleNamespace(view=None)
    found = run_page(
        DOCS / "search.md",
        {"dataset": loaded, "session": session},
        {"clip-vit-base32-torch": COLOR_MODEL},
    )
    light = {p: float(cv2.imread(p).mean()) for p in loaded.values("filepath")}
    dark = [light.pop(path) for path in found["night"].values("filepath")]
    assert max(dark) < sum(light.values()) / len(light)
    counted = take_census(found["night"], key="diff").overview()
    assert counted.loc["images", "base"] == 6
    assert found["alike"].first().sama_segmentations.id == found["label"].id
    assert session.view == found["alike"]


@pytest.mark.usefixtures("label_files")
def test_the_example_of_the_readme() -> None:
    (code,) = blocks(REPOSITORY / "README.md", "python")
    found: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), found)
    dataset = found["dataset"]
    assert isinstance(dataset, fo.Dataset)
    assert dataset.count("reconciled_segmentations.detections") > 0


@pytest.mark.parametrize(
    "page", [REPOSITORY / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda p: p.name
)
def test_pages_are_short_and_their_links_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    assert len(text.splitlines()) <= LONGEST
    links = re.findall(r"\]\((?!https?:)([^)#]*)", text)
    assert [link for link in links if link and not (page.parent / link).exists()] == []
