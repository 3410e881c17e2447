"""Exporting a comparison through the operator, and the form that asks for it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from fiftyone import ViewField as F
from helpers.datasets.exported import drawn, files
from helpers.datasets.labelled import every_status, make_pair
from helpers.programs.app_server import app_context
from sama_coco.labelsets import ComparisonError, load_results

pytestmark = pytest.mark.usefixtures("fresh_database")

URI = "@sama/sama-coco/export_comparison"


def export(samples: Any, **arguments: Any) -> list[str]:
    paths: list[str] = foo.get_operator(URI)(samples, **arguments)
    return paths


def form(dataset: fo.Dataset, **params: Any) -> tuple[dict[str, Any], bool]:
    """The form's properties, and whether it can't be sent as it stands."""
    inputs = foo.get_operator(URI).resolve_input(app_context(URI, dataset, **params))
    properties = inputs.type.properties
    return properties, any(entry.invalid for entry in (inputs, *properties.values()))


def rows(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_objects_totals_and_a_report_are_written_if_nothing_else_is_asked(
    tmp_path: Path,
) -> None:
    dataset = drawn()
    paths = export(dataset, folder=tmp_path / "out")
    assert paths == [
        str(tmp_path / "out" / name)
        for name in ("diff_objects.csv", "diff_totals.json", "diff_report.html")
    ]
    assert set(files(tmp_path / "out")) == {Path(path).name for path in paths}
    counted = load_results(dataset, "diff").statuses().to_numpy().sum()
    assert len(rows(paths[0])) == counted


def test_pictures_are_among_the_paths(tmp_path: Path) -> None:
    paths = export(drawn(), folder=str(tmp_path), formats=("md", "parquet"))
    assert {Path(path) for path in paths} == {
        tmp_path / name for name in files(tmp_path)
    }
    assert sum(path.endswith(".svg") for path in paths) == 4


def test_one_format_may_be_named_alone(tmp_path: Path) -> None:
    assert export(drawn(), folder=tmp_path, formats="json") == [
        str(tmp_path / "diff_totals.json")
    ]


def test_a_view_is_exported_as_it_shows(tmp_path: Path) -> None:
    view = drawn(every_status(), every_status()).filter_labels(
        "before", F("diff") == "split"
    )
    (path,) = export(view.limit(1), folder=tmp_path, formats=["csv"])
    base = [row for row in rows(path) if row["side"] == "base"]
    assert [row["status"] for row in base] == ["split"]


def test_what_is_there_is_replaced_only_if_told_to(tmp_path: Path) -> None:
    dataset = drawn()
    export(dataset, folder=tmp_path)
    before = files(tmp_path)
    with pytest.raises(ComparisonError, match="overwrite=True"):
        export(dataset, folder=tmp_path)
    assert files(tmp_path) == before
    export(dataset, folder=tmp_path, overwrite=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"key": "other"}, "no comparison 'other'"),
        ({"formats": ["xls"]}, "csv, parquet, json, html, md"),
        ({"folder": ""}, "name a folder"),
    ],
)
def test_what_the_form_would_not_send_is_refused(
    arguments: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ComparisonError, match=message):
        export(drawn(), **{"folder": tmp_path} | arguments)
    assert not files(tmp_path)


def test_it_says_what_it_wrote(tmp_path: Path) -> None:
    folder = {"absolute_path": str(tmp_path)}
    ctx = app_context(URI, drawn(), folder=folder, formats=["csv", "md"])
    *told, done, _ = foo.get_operator(URI).execute(ctx)
    steps = [step.body.params["progress"] for step in told]
    assert done.body.params["results"]["message"] == (
        f"Wrote diff_objects.csv, diff_report.md and 13 pictures to {tmp_path}. "
        "21 objects are listed"
    )
    assert steps == sorted(steps)
    assert 0 < steps[0] < steps[-1] == 1


def test_it_says_what_is_gone_since_the_comparison(tmp_path: Path) -> None:
    dataset = drawn()
    sample = dataset.first()
    sample["before"].detections.pop()
    sample.save()
    params = {"folder": str(tmp_path), "formats": ["csv"]}
    done = foo.execute_operator(URI, {"dataset": dataset}, params=params)
    assert done.result["message"].endswith(
        "20 objects are listed; 1 compared objects no longer exist"
    )


def test_the_form_offers_finished_comparisons_alone(tmp_path: Path) -> None:
    dataset = drawn()
    properties, invalid = form(dataset)
    assert properties["key"].type.values == ["diff"]
    assert properties["folder"].required
    assert not invalid
    assert not form(dataset, folder={"absolute_path": str(tmp_path)})[1]
    config = dataset.get_run_info("diff").config
    config.finished = False
    dataset.update_run_config("diff", config)
    properties, invalid = form(dataset)
    assert set(properties) == {"no_comparison"}
    assert invalid


def test_the_form_says_that_a_comparison_is_needed_first() -> None:
    properties, invalid = form(make_pair(every_status()))
    assert set(properties) == {"no_comparison"}
    assert invalid


def test_the_form_asks_before_it_replaces_files(tmp_path: Path) -> None:
    dataset = drawn()
    export(dataset, folder=tmp_path)
    params = {"folder": {"absolute_path": str(tmp_path)}}
    properties, invalid = form(dataset, **params)
    assert properties["overwrite"].view.label == "Replace 3 existing files"
    assert invalid
    assert not form(dataset, **params, overwrite=True)[1]
    properties, invalid = form(dataset, **params, formats=["parquet"])
    assert "overwrite" not in properties
    assert not invalid


def test_the_form_says_why_a_folder_can_not_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    properties, invalid = form(drawn(), folder=str(tmp_path / "file"))
    assert "is a file" in properties["folder"].error_message
    assert invalid
