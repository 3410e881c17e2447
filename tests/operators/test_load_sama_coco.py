"""Operator load_sama_coco: the same load, from the App, from Python and delegated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from fiftyone.operators.delegated import DelegatedOperationService
from fiftyone.operators.executor import ExecutionContext

URI = "@sama/sama-coco/load_sama_coco"

pytestmark = pytest.mark.usefixtures("fresh_database", "zoo_dir")


def form(**params: Any) -> Any:
    operator = foo.get_operator(URI)
    ctx = ExecutionContext(request_params={"params": params}, operator_uri=URI)
    return operator.resolve_input(ctx)


def test_it_loads_both_label_sets_from_python(example_mirror: Path) -> None:
    dataset = foo.get_operator(URI)("loaded", mirror=str(example_mirror))
    assert isinstance(dataset, fo.Dataset)
    assert dataset.name == "loaded"
    assert dataset.count("coco_segmentations.detections") > 0
    assert dataset.count("sama_segmentations.detections") > 0
    assert not dataset.persistent


def test_its_arguments_choose_what_is_loaded(example_mirror: Path) -> None:
    dataset = foo.get_operator(URI)(
        "some",
        splits=["train", "validation"],
        label_types="detections",
        with_coco=False,
        classes="person",
        max_samples=2,
        persistent=True,
        mirror=str(example_mirror),
    )
    assert dataset.count_sample_tags() == {"train": 2, "validation": 2}
    assert dataset.persistent
    for detections in dataset.values("ground_truth.detections.label"):
        assert "person" in detections


def test_it_takes_every_argument_of_a_load(example_mirror: Path) -> None:
    dataset = foo.get_operator(URI)(
        "ids",
        with_coco=False,
        include_id=True,
        image_ids=[900_001],
        mirror=str(example_mirror),
    )
    assert dataset.values("coco_id") == [900_001]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"max_sampels": 5}, "'max_sampels'; did you mean 'max_samples'"),
        ({"splits": []}, "No split is named"),
        ({"splits": 5}, "`splits` must be"),
        ({"label_types": 5}, "`label_types` must be"),
        ({"classes": 5}, "`classes` must be"),
    ],
)
def test_arguments_that_cannot_be_used_load_nothing(
    example_mirror: Path, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        foo.get_operator(URI)("no", mirror=str(example_mirror), **arguments)
    assert fo.list_datasets() == []


def test_a_failure_says_what_is_wrong_and_leaves_no_dataset(
    example_mirror: Path,
) -> None:
    with pytest.raises(ValueError, match="did you mean 'validation'"):
        foo.get_operator(URI)("no", splits="validaton", mirror=str(example_mirror))
    assert not fo.dataset_exists("no")


def test_a_delegated_load_makes_the_dataset_and_reports_progress(
    example_mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMA_COCO_MIRROR", str(example_mirror))
    params = {
        "dataset_name": "delegated",
        "splits": ["validation"],
        "label_types": ["segmentations"],
        "with_coco": True,
        "persistent": True,
    }
    here = fo.Dataset("here")
    execution = foo.execute_operator(
        URI, {"dataset": here}, params=params, request_delegation=True
    )
    service = DelegatedOperationService()
    service.execute_queued_operations(limit=1, log=False)
    operation = service.get(execution.result["id"])
    assert operation.run_state == "completed", operation.result
    assert "Loaded 24 images" in operation.result.result["message"]
    assert operation.status.progress == 1
    assert len(fo.load_dataset("delegated")) == 24


def test_the_form_refuses_a_name_that_is_taken() -> None:
    fo.Dataset("taken")
    inputs = form(dataset_name="taken").type
    assert inputs.get_property("dataset_name").invalid
    assert not form(dataset_name="free").type.get_property("dataset_name").invalid


def fetched(**params: Any) -> str:
    """What the form says of what would be fetched, as the App shows it."""
    label: str = form(**params).type.get_property("fetched").view.label
    return label.replace("\\", "")


def test_the_form_says_what_would_be_fetched_from_where() -> None:
    assert "50 images (about 8 MB) from images.cocodataset.org" in fetched()
    assert "sama-coco-files" in fetched()
    every = fetched(splits=["train", "validation"], max_samples=None)
    assert "123,287 images" in every


def test_the_form_says_that_a_mirror_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMA_COCO_MIRROR", "/nowhere")
    assert "neither a folder" in fetched()
