"""What a request may name, tested by request: by the App's server, without a form."""

from __future__ import annotations

import inspect
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from fiftyone.operators.executor import ExecutionError
from helpers.datasets.exported import files
from helpers.datasets.labelled import FIELDS, column, every_status, make_pair, state
from helpers.programs.app_server import AppServer, app_context, write_secret
from helpers.programs.comparison_operators import (
    COMPARE,
    DELETE,
    EQUAL,
    LIST,
    PREFIX,
    RENAME,
    SHOW,
    compare,
    requested,
)
from sama_coco.operators import OPERATORS
from sama_coco.operators.forms.allowed_paths import PathParameter
from sama_coco.operators.forms.request_check import FROM_PYTHON_ALONE

pytestmark = pytest.mark.usefixtures("fresh_database")

LOAD, MERGE, EXPORT = (
    f"{PREFIX}/{name}"
    for name in ("load_sama_coco", "merge_annotations", "export_comparison")
)
URIS = [f"{PREFIX}/{cls().config.name}" for cls in OPERATORS]


@pytest.fixture(scope="module")
def allowed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the server's owner lets requests name."""
    return tmp_path_factory.mktemp("allowed")


@pytest.fixture(scope="module")
def server(
    allowed: Path, example_mirror: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppServer]:
    found = AppServer(
        LABELSETS_FOLDERS=str(allowed),
        SAMA_COCO_MIRROR=str(example_mirror),
        FIFTYONE_DATASET_ZOO_DIR=str(tmp_path_factory.mktemp("zoo")),
    )
    yield found
    found.close()


@pytest.fixture
def dataset() -> fo.Dataset:
    return make_pair(every_status(), EQUAL)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A host that a request could have the server connect to."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        found.settimeout(0)
        yield found


@pytest.mark.parametrize(("uri", "name"), [(COMPARE, "scheduler"), (LOAD, "mirror")])
def test_a_foreign_page_can_not_have_the_server_connect_to_a_host(
    server: AppServer,
    dataset: fo.Dataset,
    listener: socket.socket,
    uri: str,
    name: str,
) -> None:
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    scheme = "tcp" if name == "scheduler" else "http"
    before = state(dataset)
    answer = server.send(uri, dataset, **FIELDS, **{name: f"{scheme}://{host}"})
    assert f"`{name}` can't be set by a request" in answer["stack"]
    with pytest.raises(BlockingIOError):
        listener.accept()
    assert state(dataset) == before
    assert fo.list_datasets() == [dataset.name]


def test_a_foreign_page_reads_no_file_by_way_of_image_ids(
    server: AppServer, tmp_path: Path
) -> None:
    path = tmp_path / "passwords.txt"
    secret = write_secret(path)
    answer = server.send(LOAD, image_ids=str(path))
    assert "`image_ids` must be a list of ids" in answer["stack"]
    assert secret not in str(answer)


FILES = [
    (f"{PREFIX}/{cls().config.name}", parameter.name)
    for cls in OPERATORS
    for parameter in cls.parameters
    if isinstance(parameter, PathParameter) and not parameter.folder
]
"""The operators that take a file, and what they call it."""

UNLIKELY = {
    "passwords.txt": "{}\n{}\n",
    "broken.json": '{{"images": [{}',
    "other.json": '{{"{0}": ["{0}"], "images": "{0}", "rules": "{0}"}}',
    "results.json": '[{{"image_id": "{0}", "category_id": "{0}", "score": "{0}"}}]',
    "broken.yaml": "rules:\n  - {}: [{}\n",
    "other.yaml": "{0}: {0}\n",
    "broken.xml": "<annotations><{0}></annotations>",
    "other.xml": "<{0}>{0}</{0}>",
}
"""Files that are not what an operator takes, around a text that is for nobody."""


@pytest.mark.parametrize("name", UNLIKELY)
@pytest.mark.parametrize(("uri", "parameter"), FILES)
def test_a_request_reads_no_file_by_way_of_its_errors(
    server: AppServer,
    dataset: fo.Dataset,
    allowed: Path,
    uri: str,
    parameter: str,
    name: str,
) -> None:
    path = allowed / name
    secret = write_secret(path)
    path.write_text(UNLIKELY[name].format(secret, secret))
    (allowed / "fine.json").write_text(
        '[{"image_id": 1, "category_id": 1, "bbox": [0, 0, 9, 9], "score": 0.5}]'
    )
    others = {"source": "file", "file": str(allowed / "fine.json"), "field": "f"}
    answer = server.send(uri, dataset, **others | {parameter: str(path)})
    assert f"'{name}'" in answer["stack"]
    assert secret not in str(answer)


@pytest.mark.parametrize("uri", URIS)
def test_what_an_operator_does_not_declare_is_refused(
    dataset: fo.Dataset, uri: str
) -> None:
    compare(dataset)
    before = state(dataset)
    for name in (*FROM_PYTHON_ALONE, "from_python", "nonsense"):
        with pytest.raises(ExecutionError, match=name):
            requested(uri, dataset, **{name: "x"})
        ctx = app_context(uri, dataset, **{name: "x"})
        *_, told = foo.get_operator(uri).execute(ctx)
        assert name in told.body.params["message"]
        assert state(dataset) == before, name


@pytest.mark.parametrize("uri", URIS)
def test_a_form_that_a_panel_opens_takes_what_the_app_adds_to_it(
    dataset: fo.Dataset, uri: str
) -> None:
    added = {"panel_id": "p", "panel_state": {"place": "-up-diff"}}
    errors = foo.get_operator(uri).check(app_context(uri, dataset, **added)).errors
    assert not errors.keys() & added.keys()


def test_no_operator_declares_a_host_or_what_is_for_python_alone() -> None:
    for cls in OPERATORS:
        names = [parameter.name for parameter in cls.parameters]
        assert not set(names) & set(FROM_PYTHON_ALONE)
        assert len(set(names)) == len(names)


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "a threshold in letters": (
        *(COMPARE, {"iou": "abc"}),
        "`iou` must be a number from 0 to 1, not 'abc'",
    ),
    "a threshold above its range": (
        *(COMPARE, {"iou": 2}),
        "`iou` must be a number from 0 to 1, not 2",
    ),
    "no number at all": (COMPARE, {"cover": float("nan")}, "`cover` must be a number"),
    "a key that is no text": (COMPARE, {"key": {"$ne": 1}}, "`key` must be text"),
    "a field that is none": (COMPARE, {"base_field": "gone"}, "no such field"),
    "a flag in words": (COMPARE, {"overwrite": "yes"}, "`overwrite` must be true or"),
    "a folder that is a number": (EXPORT, {"folder": 5}, "`folder` must be the path"),
    "an empty folder": (EXPORT, {"folder": " "}, "`folder` must be the path"),
    "no folder": (EXPORT, {}, "Path: folder. Reason: Required"),
    "an unknown format": (
        *(EXPORT, {"folder": "/tmp", "formats": ["xls"]}),
        "`formats` must be any of csv, parquet, json, html, md",
    ),
    "no format": (EXPORT, {"folder": "/tmp", "formats": []}, "at least 1 of csv"),
    "statuses in one text": (SHOW, {"statuses": {"a": 1}}, "must be a list of texts"),
    "names that are none": (MERGE, {"other": "x", "fields": {"a": 1}}, "to names"),
    "half an image": (LOAD, {"max_samples": 1.5}, "`max_samples` must be a whole"),
    "an unknown split": (LOAD, {"splits": ["test"]}, "any of validation, train"),
    "a new key that is a list": (RENAME, {"new_key": ["a"]}, "`new_key` must be text"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_value_that_can_not_be_used_is_refused_in_words(
    dataset: fo.Dataset, name: str
) -> None:
    uri, params, said = WRONG[name]
    compare(dataset)
    before = state(dataset)
    sent = FIELDS | {"key": "other"} if uri == COMPARE else {}
    with pytest.raises(ExecutionError) as raised:
        requested(uri, dataset, **sent | params)
    assert said in str(raised.value)
    assert state(dataset) == before


@pytest.mark.parametrize("uri", [uri for uri in URIS if uri != LOAD])
def test_without_a_dataset_the_reason_is_said(server: AppServer, uri: str) -> None:
    assert "Open a dataset first" in server.send(uri)["stack"]


@pytest.mark.parametrize("uri", URIS)
def test_what_a_request_leaves_out_is_what_the_form_starts_with(
    dataset: fo.Dataset, uri: str
) -> None:
    compare(dataset)
    operator = foo.get_operator(uri)
    ctx = app_context(uri, dataset)
    values = operator.check(ctx).require()
    assert set(values) == {parameter.name for parameter in operator.parameters}
    form = operator.resolve_input(ctx).type.properties
    for name in set(values) & set(form):
        assert plain(form[name].default) == plain(values[name]), name


def plain(value: Any) -> Any:
    """Lists, however they are said to be empty, as lists."""
    is_list = value is None or isinstance(value, list | tuple)
    return list(value or ()) if is_list else value


@pytest.mark.parametrize("uri", [COMPARE, EXPORT])
def test_a_request_and_a_call_from_python_start_with_the_same(
    dataset: fo.Dataset, uri: str
) -> None:
    operator = foo.get_operator(uri)
    signature = inspect.signature(operator.function)
    for parameter in operator.parameters:
        if not callable(parameter.default) and parameter.default is not None:
            assert signature.parameters[parameter.name].default == parameter.default


def test_a_load_by_request_is_the_one_that_the_form_starts_with(
    server: AppServer,
) -> None:
    answer = server.send(LOAD, dataset_name="bare")
    assert answer["result"]["dataset_name"] == "bare", answer
    loaded = fo.load_dataset("bare")
    assert loaded.persistent
    assert loaded.count_sample_tags() == {"validation": 24}
    assert {"coco_segmentations", "sama_segmentations"} <= set(
        loaded.get_field_schema()
    )
    values = foo.get_operator(LOAD).check(app_context(LOAD, None)).require()
    assert values["max_samples"] == 50


def test_cleared_is_all_images_where_left_out_is_a_quick_look() -> None:
    ctx = app_context(LOAD, None, max_samples=None)
    assert foo.get_operator(LOAD).check(ctx).require()["max_samples"] is None


def test_folders_lie_below_those_that_the_owner_of_the_server_names(
    server: AppServer, dataset: fo.Dataset, allowed: Path, tmp_path: Path
) -> None:
    compare(dataset)
    link = allowed / "link"
    link.symlink_to(tmp_path)
    for outside in (tmp_path, link, allowed / ".." / tmp_path.name, "/"):
        answer = server.send(EXPORT, dataset, folder=str(outside))
        assert f"must be below {allowed}" in answer["stack"], answer
    assert files(tmp_path) == {}
    answer = server.send(EXPORT, dataset, folder=str(allowed / "out"), formats=["json"])
    assert answer["result"]["paths"] == [str(allowed / "out" / "diff_totals.json")]


def test_any_folder_may_be_named_where_the_owner_names_none(
    dataset: fo.Dataset, tmp_path: Path
) -> None:
    compare(dataset)
    done = requested(EXPORT, dataset, folder=str(tmp_path), formats=["json"])
    assert done.result["paths"] == [str(tmp_path / "diff_totals.json")]


def test_several_folders_are_separated_as_in_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roots = [tmp_path / "one", tmp_path / "two"]
    monkeypatch.setenv("LABELSETS_FOLDERS", os.pathsep.join(map(str, roots)))
    place = PathParameter("folder")
    for root in roots:
        assert place.check(str(root / "deep" / "er")) == str(root / "deep" / "er")
        assert place.check(str(root)) == str(root)
    with pytest.raises(ValueError, match="must be below"):
        place.check(str(tmp_path / "one-more"))


def test_a_write_replaces_nothing_unless_told(
    server: AppServer, dataset: fo.Dataset, allowed: Path
) -> None:
    compare(dataset)
    folder = allowed / "kept"
    params = {"folder": str(folder), "formats": ["json"]}
    assert server.send(EXPORT, dataset, **params)["result"]["paths"]
    (folder / "diff_totals.json").write_text("mine")
    before = state(dataset), files(folder)
    for uri, sent in ((EXPORT, params), (COMPARE, FIELDS), (DELETE, {})):
        assert "stack" in server.send(uri, dataset, **sent)
    assert (state(dataset), files(folder)) == before
    answer = server.send(EXPORT, dataset, **params, overwrite=True)
    assert answer["result"]["paths"]


@pytest.mark.parametrize("uri", [COMPARE, SHOW, EXPORT, RENAME, LIST, DELETE])
def test_results_come_back_to_other_programs(
    dataset: fo.Dataset, tmp_path: Path, uri: str
) -> None:
    compare(dataset)
    params: dict[str, dict[str, Any]] = {
        COMPARE: FIELDS | {"key": "other"},
        SHOW: {"statuses": ["split"]},
        EXPORT: {"folder": str(tmp_path), "formats": ["json"]},
        RENAME: {"new_key": "other"},
        DELETE: {"confirmed": True},
    }
    result = requested(uri, dataset, **params.get(uri, {})).result
    assert result["message"]
    expected = {
        COMPARE: ("key", "other"),
        SHOW: ("samples", 1),
        EXPORT: ("paths", [str(tmp_path / "diff_totals.json")]),
        RENAME: ("key", "other"),
        LIST: ("message", "1 comparison"),
        DELETE: ("key", "diff"),
    }
    name, value = expected[uri]
    assert result[name] == value


def test_the_view_of_a_result_can_be_built(dataset: fo.Dataset) -> None:
    compare(dataset)
    result = requested(SHOW, dataset, statuses=["split"]).result
    view = fo.DatasetView._build(dataset, result["view"])
    assert column(view, "after", "diff") == ["split"] * 3


def test_the_app_gets_progress_the_result_and_a_notification(
    server: AppServer, dataset: fo.Dataset
) -> None:
    steps = server.stream(COMPARE, dataset, **FIELDS)
    names = [step["body"]["operator_uri"] for step in steps]
    assert names[0] == "set_progress"
    assert names[-2:] == ["show_output", "notify"]
    result = steps[-2]["body"]["params"]["results"]
    assert result["key"] == "diff"
    assert result["message"].startswith("Compared 12 with 11 objects on 2 images")
    assert steps[-1]["body"]["params"]["message"] == result["message"]


def test_the_app_gets_the_error_of_work_that_had_begun(
    server: AppServer, dataset: fo.Dataset
) -> None:
    dataset.set_values("metadata", [None, None])
    *_, shown, told = server.stream(COMPARE, dataset, **FIELDS)
    assert "no metadata with their width" in told["body"]["params"]["message"]
    assert told["body"]["params"]["variant"] == "error"
    outputs = shown["body"]["params"]["outputs"]
    assert outputs["type"]["properties"]["failure"]["view"]["name"] == "Error"


def test_an_error_that_nobody_worded_says_no_more_than_its_kind(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "passwords.txt"
    secret = write_secret(path)

    def fail(*_: Any, **__: Any) -> None:
        try:
            int(path.read_text())
        except ValueError as error:
            raise KeyError("chained") from error

    monkeypatch.setattr(
        "sama_coco.operators.compare_annotations.compare_annotations", fail
    )
    with pytest.raises(ExecutionError, match="failed: KeyError") as raised:
        requested(COMPARE, dataset, **FIELDS)
    assert secret not in str(raised.value)
    steps = foo.get_operator(COMPARE).execute(app_context(COMPARE, dataset))
    assert secret not in "".join(step.to_json_line() for step in steps)
