"""The command that reconciles a dataset of FiftyOne."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.datasets.labelled import FIELDS, every_status, make_pair
from sama_coco.app.command_line import cli
from sama_coco.labelsets import (
    compare_annotations,
    load_reconciliation,
    measure_agreement,
)
from typer.testing import CliRunner

pytestmark = pytest.mark.usefixtures("fresh_database")

POLICY = "rules:\n  - take: base\n    status: [removed]\n"


def test_a_policy_file_reconciles_a_dataset(tmp_path: Path) -> None:
    dataset = make_pair(every_status())
    compare_annotations(dataset, **FIELDS)
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY)
    command = ["reconcile", dataset.name, "--policy", str(path), "--json"]
    refused = CliRunner().invoke(cli, command)
    assert refused.exit_code == 2
    assert "8 items on 1 images are open" in refused.output
    done = CliRunner().invoke(cli, [*command, "--open", "revised", "--field", "best"])
    assert done.exit_code == 0, done.output
    dataset.reload()
    printed = json.loads(done.stdout)
    assert printed["summary"] == load_reconciliation(dataset, "best").summary()
    assert printed["summary"]["labels_from_base"] == 1


def test_measured_label_sets_become_a_consensus(tmp_path: Path) -> None:
    dataset = make_pair(every_status())
    measure_agreement(dataset, list(FIELDS.values()))
    path = tmp_path / "all.json"
    path.write_text('{"consensus": {"quorum": 2, "shape": "majority"}}')
    command = ["reconcile", dataset.name, "--key", "agreement", "--policy"]
    printed = []
    for policy in (str(path), "consensus"):
        named = ["--field", f"agreed_{len(printed)}"]
        done = CliRunner().invoke(cli, [*command, policy, *named, "--json"])
        assert done.exit_code == 0, done.output
        printed.append(json.loads(done.stdout))
    dataset.reload()
    for number, found in enumerate(printed):
        kept = load_reconciliation(dataset, f"agreed_{number}")
        assert found == kept.to_dict()
        assert found["summary"]["agreed"] > 0
    shapes = [found["parameters"]["shape"] for found in printed]
    assert shapes == ["majority", "medoid"]
    said = CliRunner().invoke(cli, [*command, "consensus", "--dry-run"])
    assert "leftover labels" in said.stdout
    refused = CliRunner().invoke(cli, [*command, "consensus", "--open", "base"])
    assert refused.exit_code == 2
    assert "leave out `open`" in refused.output


def test_what_can_not_be_done_is_said_in_a_sentence() -> None:
    done = CliRunner().invoke(cli, ["reconcile", "no-such-dataset"])
    assert done.exit_code == 2
    assert "no-such-dataset" in done.output
