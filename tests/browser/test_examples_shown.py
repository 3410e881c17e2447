"""The examples of what changed in the App: their pictures, and what a click opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import fiftyone as fo
import pytest
from helpers.pages.app_page import until
from helpers.pages.differences_page import MODAL, SIDES
from helpers.pages.operator_page import OperatorPage
from playwright.sync_api import Page, expect
from sama_coco.labelsets import compare_annotations, show_examples

OPERATOR = "Show examples of what changed"
ICONS = '[data-testid="LightModeIcon"], [data-testid="DarkModeIcon"]'


@pytest.fixture
def dataset(
    make_example: Callable[..., fo.Dataset], request: pytest.FixtureRequest
) -> fo.Dataset:
    dataset = make_example(request.node.name.partition("[")[0])
    compare_annotations(dataset, *SIDES)
    return dataset


@pytest.fixture(params=["dark", "light"])
def shown(
    dataset: fo.Dataset, page: Page, app_url: str, request: pytest.FixtureRequest
) -> Iterator[tuple[str, OperatorPage]]:
    shown = OperatorPage(page, app_url, dataset.name)
    if request.param == "light":
        page.locator(ICONS).first.click()
    yield request.param, shown
    if request.param == "light":
        modal = page.locator(MODAL)  # a sample opens in all tabs of a session
        page.keyboard.press("Escape")
        expect(modal).to_have_count(0)
        page.locator(ICONS).first.click()


def test_a_click_on_an_example_opens_its_image(
    shown: tuple[str, OperatorPage], dataset: fo.Dataset, screenshots: Path
) -> None:
    theme, app = shown
    app.open(OPERATOR)
    app.page.screenshot(path=screenshots / f"examples-{theme}-form.png")
    app.execute()
    expected = show_examples(dataset)
    pictures = app.dialog.locator("img[alt*='base and revised on']")
    expect(pictures).to_have_count(len(expected.examples))
    until(
        app.page,
        lambda: pictures.evaluate_all("all => all.every(one => one.naturalWidth)"),
    )
    expect(app.dialog.get_by_text(expected.summary())).to_be_visible()
    app.page.screenshot(path=screenshots / f"examples-{theme}.png")
    split = pictures.and_(app.page.locator("img[alt^='split']")).first
    split.scroll_into_view_if_needed()
    app.page.screenshot(path=screenshots / f"examples-{theme}-split.png")
    (row,) = [r for r in expected.rows if r["status"] == "split"][:1]
    with app.page.context.expect_page() as opened:
        split.click()
    other = opened.value
    assert f"id={row['sample_id']}" in other.url
    expect(other.locator(MODAL)).to_be_visible()
    expect(other.locator(MODAL).get_by_text(row["sample_id"])).to_be_visible()
    other.screenshot(path=screenshots / f"examples-{theme}-opened.png")
    other.close()
    app.close()
