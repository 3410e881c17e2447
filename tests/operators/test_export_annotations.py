"""Exporting a label field through the operator: by request, and what its form says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from fiftyone.operators.executor import ExecutionContext, ExecutionError, Executor
from helpers.datasets.exported import files
from helpers.datasets.labelled import every_status, make_pair
from sama_coco.labelsets import ExportError

pytestmark = pytest.mark.usefixtures("fresh_database")

URI = "@sama/sama-coco/export_annotations"


def context(dataset: fo.Dataset, **params: Any) -> ExecutionContext:
    request = {"dataset_name": dataset.name, "params": params}
    return ExecutionContext(request, executor=Executor(), operator_uri=URI)


def form(dataset: fo.Dataset, **params: Any) -> tuple[dict[str, Any], bool]:
    """The form's properties, and whether it can't be sent as it stands."""
    inputs = foo.get_operator(URI).resolve_input(context(dataset, **params))
    properties = inputs.type.properties
    return properties, any(entry.invalid for entry in (inputs, *properties.values()))


def request(dataset: fo.Dataset, **params: Any) -> dict[str, Any]:
    """What a request of another program gives."""
    asked = {"dataset": dataset}
    result: dict[str, Any] = foo.execute_operator(URI, asked, params=params).result
    return result


def test_from_python_the_result_and_errors_are_those_of_the_library(
    tmp_path: Path,
) -> None:
    dataset = make_pair(every_status())
    export = foo.get_operator(URI)
    done = export(dataset, "after", tmp_path / "out", segmentation="polygons")
    assert done.annotations == 10
    assert done.paths == [tmp_path / "out" / "annotations" / "instances_all.json"]
    with pytest.raises(ExportError, match="overwrite=True"):
        export(dataset, "after", tmp_path / "out")


def test_a_request_writes_the_files_and_says_what_is_in_them(tmp_path: Path) -> None:
    dataset = make_pair(every_status())
    path = tmp_path / "out"
    result = request(dataset, field="before", path=str(path), classes=["cat"])
    (document,) = result["paths"]
    assert len(json.loads(Path(document).read_text())["annotations"]) == 2
    assert result["message"] == (
        "Wrote 2 objects on 1 images: 2 as RLE of their pixels. Not carried over: 9 of "
        "other classes"
    )
    assert set(request(dataset, field="before", path=str(path), overwrite=True)) == {
        "paths",
        "message",
    }


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"field": "other"}, "Invalid enum value"),
        ({"format": "voc"}, "one of coco, yolo"),
        ({"images": "move"}, "one of none, copy, symlink"),
        ({"classes": ["dgo"]}, "did you mean 'dog'"),
        ({"path": 3}, "path"),
        ({"executor": "x"}, "executor"),
        ({"scheduler": "tcp://evil:1"}, "scheduler"),
    ],
)
def test_a_request_that_can_not_be_carried_out_is_refused(
    params: dict[str, Any], message: str, tmp_path: Path
) -> None:
    dataset = make_pair(every_status())
    given = {"field": "before", "path": str(tmp_path / "out")} | params
    with pytest.raises(ExecutionError, match=message):
        request(dataset, **given)
    assert not files(tmp_path)


def test_a_request_may_name_folders_below_those_allowed_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = make_pair(every_status())
    allowed, other = tmp_path / "allowed", tmp_path / "other"
    allowed.mkdir()
    monkeypatch.setenv("LABELSETS_FOLDERS", str(allowed))
    for path in (other, allowed / ".." / "other"):
        with pytest.raises(ExecutionError, match="LABELSETS_FOLDERS"):
            request(dataset, field="before", path=str(path))
    (allowed / "link").symlink_to(tmp_path)
    with pytest.raises(ExecutionError, match="LABELSETS_FOLDERS"):
        request(dataset, field="before", path=str(allowed / "link" / "other"))
    request(dataset, field="before", path=str(allowed / "new"))
    assert set(files(tmp_path)) == {"allowed/new/annotations/instances_all.json"}


def test_the_form_offers_fields_formats_and_classes(tmp_path: Path) -> None:
    dataset = make_pair(every_status())
    dataset.default_classes = ["cat", "dog"]
    properties, invalid = form(dataset)
    assert properties["field"].type.values == ["before", "after"]
    assert properties["format"].type.values == ["coco", "yolo"]
    assert properties["segmentation"].type.values == ["source", "rle", "polygons"]
    assert properties["path"].required
    assert not invalid
    assert not form(dataset, path={"absolute_path": str(tmp_path)})[1]


def test_the_form_says_what_can_not_be_done(tmp_path: Path) -> None:
    dataset = make_pair(every_status())
    (tmp_path / "file").write_text("mine")
    properties, invalid = form(dataset, path=str(tmp_path / "file"))
    assert "is a file" in properties["path"].error_message
    assert invalid
    params = {"path": str(tmp_path / "out"), "format": "yolo", "segmentation": "rle"}
    properties, invalid = form(dataset, **params)
    assert "YOLO has no RLE" in properties["segmentation"].error_message
    assert invalid


def test_the_form_asks_before_it_replaces_files(tmp_path: Path) -> None:
    dataset = make_pair(every_status())
    for format in ("coco", "yolo"):
        params = {"path": str(tmp_path / format), "format": format}
        assert "overwrite" not in form(dataset, **params)[0]
        request(dataset, field="before", **params)
        properties, invalid = form(dataset, **params)
        assert properties["overwrite"].view.label == "Replace 1 existing file"
        assert invalid
        assert not form(dataset, **params, overwrite=True)[1]
