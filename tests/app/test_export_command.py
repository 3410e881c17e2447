"""The command that writes a label field of a dataset to files."""

from __future__ import annotations

import json
from pathlib import Path

import fiftyone as fo
import pytest
from helpers.data.tool_files import coco, draw_images, write_json
from helpers.datasets.exported import files
from sama_coco.app.command_line import cli
from sama_coco.labelsets import load_label_sets
from typer.testing import CliRunner

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def dataset(tmp_path: Path) -> fo.Dataset:
    draw_images(tmp_path / "photos")
    path = write_json(tmp_path / "base.json", coco())
    return load_label_sets(tmp_path / "photos", {"base": path}, name="mine")


def test_a_field_comes_out_as_it_went_in(dataset: fo.Dataset, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    command = ["export", "mine", "base", str(target), "--json"]
    done = CliRunner().invoke(cli, command)
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    assert (printed["images"], printed["annotations"]) == (3, 6)
    assert printed["paths"] == [str(target)]
    assert json.loads(target.read_text())["annotations"] == coco()["annotations"]
    refused = CliRunner().invoke(cli, command)
    assert refused.exit_code == 2
    assert "out.json" in refused.output
    assert CliRunner().invoke(cli, [*command, "--overwrite"]).exit_code == 0


def test_yolo_of_a_class(dataset: fo.Dataset, tmp_path: Path) -> None:
    command = ["export", "mine", "base", str(tmp_path / "yolo"), "--format", "yolo"]
    done = CliRunner().invoke(cli, [*command, "--class", "dog"])
    assert done.exit_code == 0, done.output
    assert "3 objects on 3 images" in done.stdout
    assert "data.yaml" in str(files(tmp_path / "yolo"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gone", "base", "x.json"], "gone"),
        (["mine", "bse", "x.json"], "no field 'bse'"),
        (["mine", "base", "x.json", "--format", "voc"], "must be one of 'coco'"),
        (["mine", "base", "x.json", "--class", "dgo"], "did you mean 'dog'"),
    ],
)
def test_what_can_not_be_exported_is_said_in_a_sentence(
    words: list[str], said: str, dataset: fo.Dataset, tmp_path: Path
) -> None:
    words[2] = str(tmp_path / words[2])
    done = CliRunner().invoke(cli, ["export", *words])
    assert done.exit_code == 2
    assert said in done.output
    assert "Traceback" not in done.output
    assert not (tmp_path / "x.json").exists()
