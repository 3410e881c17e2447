"""Each tab of the panel of numbers under each theme: numbers, names and contrast."""

from __future__ import annotations

from pathlib import Path

import fiftyone as fo
import pytest
from helpers.pages.app_page import until
from helpers.pages.axe_checks import check, contrast
from helpers.pages.numbers_page import NumbersPage
from playwright.sync_api import Page, ViewportSize, expect
from sama_coco.labelsets import Census, take_census
from sama_coco.panels.numbers import TABS, Chart, Controls, Table, figures_of

WHOLE: ViewportSize = {"width": 1400, "height": 6000}
"""All of a tab in view: axe gives up where the heading of a table is not."""

TOP = {"x": 0, "y": 0, "width": 1400, "height": 900}
"""What a person sees of it first."""


@pytest.fixture(scope="module")
def census(differences: fo.Dataset) -> Census:
    return take_census(differences, key="diff")


@pytest.fixture
def shown(differences: fo.Dataset, used_page: Page, app_url: str) -> NumbersPage:
    """The panel on the example."""
    return NumbersPage(used_page, app_url, differences.name)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_each_tab_shows_the_numbers_that_python_gives_with_names_and_contrast(
    theme: str, shown: NumbersPage, census: Census, screenshots: Path
) -> None:
    page = shown.page
    if theme == "light":
        shown.switch_theme()
    page.set_viewport_size(WHOLE)
    for tab in TABS:
        shown.open_drawn(tab, census)
        compare_numbers(shown, census, tab)
        page.mouse.move(5, 5)
        name = tab.lower() if theme == "dark" else f"light-{tab.lower()}"
        page.screenshot(path=screenshots / f"numbers-{name}.png", clip=TOP)
        check(page)
        if tab == "Classes":
            title = "Instances of the ten most frequent classes"
            chart = page.get_by_role("figure", name=title)
            for text in (".ytitle", ".ytick text"):
                assert contrast(chart.locator(text).first) >= 4.5, text
    if theme == "light":
        page.set_viewport_size({"width": 1400, "height": 900})
        shown.open_drawn("Shapes", census)
        page.set_viewport_size({"width": 1000, "height": 900})
        until(page, lambda: not shown.overhanging(), shown.overhanging)
        page.screenshot(path=screenshots / "numbers-narrow.png")
        shown.switch_theme()


def compare_numbers(shown: NumbersPage, census: Census, tab: str) -> None:
    """Waits until the tables and charts of a tab show what Python gives."""
    for one in figures_of(tab, census, Controls()):
        if isinstance(one, Table):
            expected = [
                [c.show(v) for c, v in zip(one.columns, row, strict=False)]
                for row in one.shown
            ]
            expect(shown.page.get_by_text(one.title, exact=True)).to_be_visible()
            shown.until(lambda one=one: shown.rows(one.title), expected)
        if isinstance(one, Chart) and not one.matrix:
            values = [trace["y"] for trace in one.traces]
            shown.until(lambda one=one: shown.values(one.title), values)
