"""The operator that merges datasets: its form, and what it makes of a request."""

from __future__ import annotations

from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from helpers.datasets.paired_datasets import boxes, labels, make
from helpers.programs.app_server import app_context
from helpers.programs.comparison_operators import shown

pytestmark = pytest.mark.usefixtures("fresh_database", "zoo_dir")

URI = "@sama/sama-coco/merge_annotations"


def form(dataset: fo.Dataset, **params: Any) -> tuple[dict[str, Any], Any]:
    """The form's properties and the context it was resolved for."""
    ctx = app_context(URI, dataset, **params)
    inputs = foo.get_operator(URI).resolve_input(ctx)
    return inputs.type.properties, ctx


def test_the_form_asks_for_the_other_dataset_first() -> None:
    sama = make("sama", [1])
    make("coco", [1])
    properties, _ = form(sama)
    assert set(properties) == {"scope", "other"}
    assert properties["other"].type.values == ["coco"]
    assert "whole dataset" in properties["scope"].view.label


def test_the_form_finds_the_key_counts_matches_and_offers_names() -> None:
    sama = make("sama", [1, 2, 3])
    make("coco", [3, 4], key="gt_coco_id")
    properties, _ = form(sama, other="coco")
    assert properties["key_field"].default == "coco_id"
    assert properties["other_key_field"].default == "gt_coco_id"
    assert shown(properties["plan"].view.label) == (
        "1 of 3 samples here match 1 of 2 in 'coco', by coco_id and gt_coco_id"
    )
    offered = {
        name: properties[name].type.properties["segmentations"].default
        for name in ("fields", "rename")
    }
    assert offered == {"fields": "coco_segmentations", "rename": "sama_segmentations"}


def test_the_form_says_what_is_wrong_and_cannot_be_sent() -> None:
    sama = make("sama", [1, 1])
    make("coco", [1])
    properties, _ = form(sama, other="coco")
    assert "repeats in 'sama'" in shown(properties["refused"].view.label)
    assert properties["other"].invalid


def test_what_the_form_sends_is_merged_and_the_app_shows_it() -> None:
    sama, coco = make("sama", [1, 2]), make("coco", [2])
    coco.set_values("detections", [boxes("box")])
    params = {
        "other": "coco",
        "fields": {"detections": None, "of an earlier choice": "x"},
        "only_here": "skip",
    }
    _, ctx = form(sama, **params)
    told = [step.body for step in foo.get_operator(URI).execute(ctx)]
    assert labels(sama, "coco_segmentations") == {1: None, 2: ["coco 2"]}
    assert sama.has_field("sama_segmentations")
    assert not sama.has_field("coco_detections")
    done = [r.operator_uri.split("/")[-1] for r in told]
    assert done[-5:-2] == ["set_progress", "reload_dataset", "set_view"]
    assert told[-5].params["progress"] == 1.0
