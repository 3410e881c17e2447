"""Runs of every kind, listed and deleted by a person in the App."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fiftyone as fo
from helpers.datasets.modelled import FIELDS, MODELS, add_models
from helpers.pages.operator_page import OperatorPage
from playwright.sync_api import Page, expect
from sama_coco.labelsets import (
    benchmark_predictions,
    compare_annotations,
    measure_agreement,
    reconcile_annotations,
)

Make = Callable[..., fo.Dataset]


def test_what_another_run_rests_on_is_deleted_when_told_twice(
    make_example: Make, page: Page, app_url: str, screenshots: Path
) -> None:
    dataset = make_example("managed-runs")
    add_models(dataset)
    compare_annotations(dataset, *FIELDS)
    measure_agreement(dataset, [*FIELDS, "third"])
    benchmark_predictions(dataset, MODELS[0], FIELDS, bootstrap=0)
    consensus = {"consensus": {"quorum": 2}}
    reconcile_annotations(dataset, "agreement", policy=consensus, field="agreed")

    shown = OperatorPage(page, app_url, dataset.name)
    shown.find("List comparisons")  # asks for nothing
    for key in dataset.list_runs():
        cell = shown.dialog.get_by_role("cell", name=key, exact=True)
        expect(cell.last).to_be_visible()
    page.screenshot(path=screenshots / "operator-list-runs.png")
    shown.close()

    shown.open("Delete comparison")
    shown.choose("Comparison", "agreement")
    text = "Delete it even though other runs depend on it"
    expect(shown.dialog.get_by_text(text)).to_be_visible()
    expect(shown.button("Execute")).to_be_disabled()
    page.screenshot(path=screenshots / "operator-delete-run.png")
    boxes = shown.dialog.get_by_role("checkbox")
    boxes.first.check()
    expect(shown.dialog.get_by_text("agreed depends on 'agreement'")).to_be_visible()
    boxes.last.check()
    shown.execute()
    expect(shown.dialog.get_by_text("Deleted 'agreement' and its")).to_be_visible()
    shown.close()
    dataset.reload()
    assert "agreement" not in dataset.list_runs()
    assert not dataset.has_sample_field("agreement_alpha")
