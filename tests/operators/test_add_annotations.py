"""The operator that adds label files: its form, and what it makes of a request."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from fiftyone.operators.executor import ExecutionError
from helpers.data.tool_files import (
    NAMES,
    coco,
    draw_images,
    results,
    roboflow_coco,
    write_json,
    write_voc,
    write_yolo,
)
from helpers.programs.app_server import AppServer, app_context
from helpers.programs.comparison_operators import form, invoked, requested, shown
from sama_coco.labelsets import load_label_sets
from sama_coco.labelsets.merging.from_files import add_plan

pytestmark = pytest.mark.usefixtures("fresh_database")

URI = "@sama/sama-coco/add_annotations"


@pytest.fixture
def dataset(tmp_path: Path) -> fo.Dataset:
    images = draw_images(tmp_path / "photos")
    files = {"base": write_json(tmp_path / "base.json", coco())}
    return load_label_sets(images, files, name="photos")


def uploaded(content: Any, name: str = "Revised labels.json") -> dict[str, Any]:
    """A file as the App sends it."""
    data = base64.b64encode(json.dumps(content).encode()).decode()
    return {"name": name, "type": "application/json", "size": 1, "content": data}


def test_the_form_asks_for_a_file_first(dataset: fo.Dataset) -> None:
    properties, may_be_sent, _ = form(URI, dataset)
    assert set(properties) == {"source", "upload"}
    assert not may_be_sent
    properties, _, _ = form(URI, dataset, source="folder")
    assert set(properties) == {"source", "folder"}


def test_the_form_shows_what_an_uploaded_file_is(dataset: fo.Dataset) -> None:
    content = coco(NAMES[:2])
    content["categories"][1]["name"] = "Dogs"
    content["categories"].append({"id": 3, "name": "aeroplane"})
    content["annotations"][0]["segmentation"] = [[1, 2, 3]]
    properties, may_be_sent, reasons = form(URI, dataset, upload=uploaded(content))
    assert (may_be_sent, reasons) == (True, [])
    assert properties["field"].default == "revised_labels"
    view = properties["preview"].view
    assert shown(view.label) == (
        "COCO JSON: 2 of 3 images here match 2 of 2 in it, by coco_id"
    )
    assert shown(view.description).split("\n\n") == [
        "1 annotations are imported as masks, 2 as boxes",
        "1 x annotation with a broken segmentation (annotation 1 of Revised "
        "labels.json: a polygon of 3 coordinates, an odd count)",
        "Classes new to this dataset: Dogs (nearest: dog), aeroplane",
    ]


def test_the_form_can_be_sent_to_the_app(dataset: fo.Dataset) -> None:
    for params in ({}, {"source": "file"}, {"upload": uploaded(coco())}):
        ctx = app_context(URI, dataset, **params)
        sent = foo.get_operator(URI).resolve_input(ctx).to_json()
        assert json.loads(json.dumps(sent))["view"]["label"] == "Add annotations"
    upload = sent["type"]["properties"]["upload"]["view"]
    assert (upload["name"], upload["types"]) == ("FileView", ".json,.xml")
    assert upload["max_size"] == 64 << 20


def test_what_was_uploaded_is_added_and_the_app_shows_it(dataset: fo.Dataset) -> None:
    params = {"upload": uploaded(coco()), "field": "revised"}
    *_, reload, result, told = foo.get_operator(URI).execute(
        app_context(URI, dataset, **params)
    )
    assert invoked(reload) == "reload_dataset"
    assert result.body.params["results"]["matched"] == 3
    assert invoked(told) == "notify"
    dataset.reload()
    assert dataset.count("revised.detections") == 6


def test_files_and_folders_of_the_server_are_added(
    dataset: fo.Dataset, tmp_path: Path
) -> None:
    yolo = write_yolo(tmp_path / "yolo")
    voc = write_voc(tmp_path / "voc")
    requested(
        URI, dataset, source="file", file={"absolute_path": str(yolo)}, field="yolo"
    )
    done = requested(URI, dataset, source="folder", folder=str(voc))
    assert "Pascal VOC" in done.result["message"]
    dataset.reload()
    assert dataset.count("yolo.detections") == 4
    assert dataset.count("voc.detections") == 3


def test_the_form_says_what_joins_when_nothing_does(dataset: fo.Dataset) -> None:
    content = roboflow_coco()
    properties, may_be_sent, (reason,) = form(URI, dataset, upload=uploaded(content))
    assert not may_be_sent
    assert "The pattern ^(.+)_(?:jpe?g|" in reason
    pattern = reason.partition("The pattern ")[2].partition(" would join")[0]
    params = {"upload": uploaded(content), "join_by": "pattern", "pattern": pattern}
    properties, may_be_sent, _ = form(URI, dataset, **params)
    assert may_be_sent
    assert "3 of 3 images here match 3 of 3" in shown(properties["preview"].view.label)


def test_a_field_that_exists_is_asked_about(dataset: fo.Dataset) -> None:
    params = {"upload": uploaded(coco(first_id=50)), "field": "base"}
    properties, may_be_sent, (reason,) = form(URI, dataset, **params)
    assert not may_be_sent
    assert "already has a field 'base'" in reason
    assert properties["existing"].default == "new"
    with pytest.raises(ExecutionError, match="already has a field 'base'"):
        requested(URI, dataset, **params)
    requested(URI, dataset, **params, existing="append")
    dataset.reload()
    assert dataset.count("base.detections") == 12
    requested(URI, dataset, **params, existing="overwrite")
    dataset.reload()
    assert dataset.count("base.detections") == 6


def test_predictions_can_be_uploaded(dataset: fo.Dataset) -> None:
    params = {"upload": uploaded(results(coco())), "field": "predictions"}
    properties, may_be_sent, _ = form(URI, dataset, **params)
    assert may_be_sent
    assert shown(properties["preview"].view.label).startswith(
        "COCO results: 3 of 3 images"
    )
    requested(URI, dataset, **params)
    dataset.reload()
    assert dataset.bounds("predictions.detections.confidence") == (0.75, 0.75)


def test_a_file_is_read_once_however_often_the_form_is_drawn(
    dataset: fo.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_json(tmp_path / "b.json", coco())
    opened = []
    read = add_plan.open_labels
    monkeypatch.setattr(
        add_plan, "open_labels", lambda *args: opened.append(args) or read(*args)
    )
    for field in ("r", "re", "rev", "rev"):
        form(URI, dataset, source="file", file=str(path), field=field)
    assert len(opened) == 1
    write_json(path, coco(NAMES[:1]))
    properties, _, _ = form(URI, dataset, source="file", file=str(path), field="rev")
    assert "1 of 3 images here" in shown(properties["preview"].view.label)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"upload": "x"}, "`upload` must be an uploaded file"),
        ({"upload": {"name": "a.json", "content": "?"}}, "uploaded file in base64"),
        ({"upload": uploaded({"a": 1})}, "a JSON object without 'images'"),
        ({}, "There is no label file"),
        ({"shapes": "mask", "upload": uploaded(coco())}, "`shapes` must be one of"),
        ({"join_by": "x", "upload": uploaded(coco())}, "`join_by` must be one of"),
        ({"field": "a b", "upload": uploaded(coco())}, "called 'a b'"),
    ],
)
def test_requests_that_cannot_be_used_are_refused(
    dataset: fo.Dataset, params: dict[str, Any], message: str
) -> None:
    *_, told = foo.get_operator(URI).execute(
        app_context(URI, dataset, **{"field": "revised"} | params)
    )
    assert message in told.body.params["message"]
    dataset.reload()
    assert not dataset.has_field("revised")


@pytest.fixture(scope="module")
def allowed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("allowed")


@pytest.fixture(scope="module")
def server(allowed: Path) -> Iterator[AppServer]:
    found = AppServer(LABELSETS_FOLDERS=str(allowed))
    yield found
    found.close()


def test_a_foreign_page_reads_nothing_outside_the_folders_it_may_name(
    server: AppServer, allowed: Path, dataset: fo.Dataset, tmp_path: Path
) -> None:
    secret = "root:x:0:0"
    outside = tmp_path / "passwords.json"
    outside.write_text(secret)
    link = allowed / "link.json"
    link.symlink_to(outside)
    yolo = write_yolo(allowed / "yolo")
    yolo.write_text(f"path: {tmp_path}\nval: images\nnames: [a]\n")
    (allowed / "odd.json").write_text(secret)
    for path in (outside, link, yolo, allowed / "odd.json"):
        for name in ("file", "folder"):
            params = {"source": name, name: str(path), "field": "revised"}
            answer = str(server.send(URI, dataset, **params))
            assert secret not in answer
            assert "error" in answer or "stack" in answer
    assert "must be below" not in answer
    refused = str(server.send(URI, dataset, source="file", file=str(link), field="x"))
    assert "LABELSETS_FOLDERS" in refused
    write_json(allowed / "b.json", coco())
    params = {"source": "file", "file": str(allowed / "b.json"), "field": "revised"}
    assert server.send(URI, dataset, **params)["result"]["matched"] == 3
