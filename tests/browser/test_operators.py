"""Operators in the App: the form, and what takes its place when it was sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fiftyone as fo
import pytest
from helpers.pages.differences_page import SIDES
from helpers.pages.operator_page import OperatorPage
from playwright.sync_api import Page, Request, expect
from sama_coco.labelsets import compare_annotations

Make = Callable[..., fo.Dataset]


@pytest.fixture
def dataset(make_example: Make, request: pytest.FixtureRequest) -> fo.Dataset:
    return make_example(request.node.name)


@pytest.fixture
def shown(dataset: fo.Dataset, page: Page, app_url: str) -> OperatorPage:
    return OperatorPage(page, app_url, dataset.name)


def test_a_load_without_network_says_so_where_its_progress_was(
    shown: OperatorPage, screenshots: Path
) -> None:
    shown.open("Load Sama-COCO")
    shown.execute()
    expect(shown.dialog.get_by_text("Load Sama-COCO failed")).to_be_visible()
    expect(shown.dialog.get_by_text("cannot be reached")).to_be_visible()
    expect(shown.page.get_by_role("alert").last).to_contain_text("cannot be reached")
    shown.page.screenshot(path=screenshots / "operator-failure.png")
    shown.close()
    assert "sama-coco" not in fo.list_datasets()


def test_a_comparison_that_fails_after_it_began_says_so(
    shown: OperatorPage, dataset: fo.Dataset
) -> None:
    shown.open("Compare annotations")
    dataset.set_values("filepath", [f"/gone/{i}.png" for i in range(len(dataset))])
    dataset.set_values("metadata", [None] * len(dataset))
    shown.execute()
    expect(shown.dialog.get_by_text("Compare annotations failed")).to_be_visible()
    expect(shown.dialog.get_by_text("/gone/0.png")).to_be_visible()
    shown.close()
    dataset.reload()
    assert dataset.list_runs() == []


def test_a_comparison_of_a_field_deleted_meanwhile_says_so(
    shown: OperatorPage, dataset: fo.Dataset
) -> None:
    shown.open("Compare annotations")
    expect(shown.button("Execute")).to_be_enabled()
    dataset.delete_sample_field(SIDES[0])
    shown.button("Execute").click()
    expect(
        shown.dialog.get_by_text("This needs two label fields of detections")
    ).to_be_visible()
    expect(shown.button("Execute")).to_be_disabled()


def test_a_result_takes_the_place_of_the_progress(
    shown: OperatorPage, dataset: fo.Dataset, screenshots: Path
) -> None:
    shown.open("Compare annotations")
    shown.execute()
    expect(shown.dialog.get_by_text("on 24 images as 'diff'")).to_be_visible()
    shown.page.screenshot(path=screenshots / "operator-result.png")
    shown.close()


def test_the_paths_of_an_export_can_be_copied(
    shown: OperatorPage, dataset: fo.Dataset, tmp_path: Path, screenshots: Path
) -> None:
    compare_annotations(dataset, *SIDES)
    shown.open("Export comparison")
    folder = tmp_path / "an *export*"
    shown.dialog.locator("input").last.fill(str(folder))
    shown.execute()
    files = ["diff_objects.csv", "diff_totals.json", "diff_report.html"]
    paths = "\n".join(str(folder / name) for name in files)
    expect(shown.dialog.locator("code")).to_have_text(paths)
    shown.page.screenshot(path=screenshots / "operator-export.png")
    shown.close()


def test_a_number_that_is_cleared_stands_for_all(
    shown: OperatorPage, dataset: fo.Dataset
) -> None:
    shown.open("Load Sama-COCO")
    asked = shown.dialog.locator("input[type=number]")
    expect(asked).to_have_value("50")

    def asks_for_all(request: Request) -> bool:
        if not request.url.endswith("/operators/resolve-type"):
            return False
        return request.post_data_json["params"].get("max_samples", 50) is None

    with shown.page.expect_request(asks_for_all):
        asked.fill("")
