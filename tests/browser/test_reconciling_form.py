"""The form that reconciles, in the App: its rules, and what they would decide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fiftyone as fo
import pytest
from helpers.checkout import REPOSITORY
from helpers.pages.differences_page import SIDES
from helpers.pages.operator_page import OperatorPage
from helpers.programs.documented import blocks
from playwright.sync_api import Page, expect
from sama_coco.labelsets import compare_annotations, load_reconciliation

REVIEW = REPOSITORY / "docs" / "review.md"


@pytest.fixture
def dataset(
    make_example: Callable[..., fo.Dataset], request: pytest.FixtureRequest
) -> fo.Dataset:
    dataset = make_example(request.node.name)
    compare_annotations(dataset, *SIDES)
    return dataset


@pytest.fixture
def shown(dataset: fo.Dataset, page: Page, app_url: str) -> OperatorPage:
    page = OperatorPage(page, app_url, dataset.name)
    page.open("Reconcile annotations")
    return page


def test_rules_are_added_and_what_they_decide_is_counted_before_it_is_written(
    shown: OperatorPage, dataset: fo.Dataset, screenshots: Path
) -> None:
    items = shown.dialog.get_by_text("items, verdicts decide 0")
    expect(items).to_be_visible()
    shown.choose("Policy", "Rules: the first that fits decides an item")
    expect(shown.dialog.get_by_text("Add a rule").first).to_be_visible()
    shown.page.screenshot(path=screenshots / "reconcile-no-rule.png")
    shown.dialog.get_by_role("button", name="Add").click()
    told = shown.dialog.get_by_text("Rule 1, revised: decides")
    expect(told).to_be_visible()
    shown.page.screenshot(path=screenshots / "reconcile-rules.png")
    text = told.inner_text()
    shown.execute()
    expect(shown.dialog.get_by_text("into 'reconciled_segmentations'")).to_be_visible()
    shown.page.screenshot(path=screenshots / "reconcile-result.png")
    shown.close()
    dataset.reload()
    rule = load_reconciliation(dataset, "reconciled_segmentations").rules().iloc[0]
    assert text == (
        f"Rule 1, revised: decides {rule.decides} of the {rule.fits} items that it fits"
    )


def test_a_policy_file_is_uploaded_and_counted(
    shown: OperatorPage, dataset: fo.Dataset, tmp_path: Path, screenshots: Path
) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(blocks(REVIEW, "yaml")[0])
    shown.choose("Policy", "A policy file")
    with shown.page.expect_file_chooser() as chooser:
        shown.dialog.get_by_text("Upload").click()
    chooser.value.set_files(path)
    expect(shown.dialog.get_by_text("Rule 5, revised where status")).to_be_visible()
    shown.page.mouse.move(2, 2)
    shown.dialog.screenshot(path=screenshots / "reconcile-file.png")
    shown.choose("Open items", "base")
    shown.execute()
    expect(shown.dialog.get_by_text("into 'reconciled_segmentations'")).to_be_visible()
    dataset.reload()
    results = load_reconciliation(dataset, "reconciled_segmentations")
    takes = ["revised", "revised", "base", "review", "revised"]
    assert results.rules()["take"].tolist() == takes
    assert results.config.open == "base"
