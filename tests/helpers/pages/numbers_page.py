"""A page of the App on which the panel of numbers is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from helpers.pages.app_page import OpenRequests, open_dataset, open_panel, until
from playwright.sync_api import Locator, Page, expect
from sama_coco.labelsets import Census
from sama_coco.panels.numbers import Chart, Controls, Table, figures_of

PANEL = "By the numbers"
Shown = TypeVar("Shown")


class NumbersPage:
    """The App on one dataset, and what a person does with the panel in it.

    Args:
        page: the browser's page
        url: the App's address
        dataset: the name of the dataset
    """

    def __init__(self, page: Page, url: str, dataset: str) -> None:
        self.page = page
        self.requests = OpenRequests(page)
        open_dataset(page, url, dataset)
        open_panel(page, page.locator("body"), PANEL)

    def until(self, read: Callable[[], Shown], expected: Shown) -> None:
        """Waits until what is shown is as expected, and asserts that it is."""
        last: list[Shown] = []

        def is_there() -> bool:
            last[:] = [read()]
            return last == [expected]

        until(self.page, is_there, lambda: f"{last} and not {expected}")

    def open_tab(self, name: str) -> None:
        """Opens a tab and waits for it."""
        tab = self.page.get_by_role("tab", name=name, exact=True)
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")

    def table(self, title: str) -> Locator:
        """The table under a title."""
        return self._under(title, "table")

    def chart(self, title: str) -> Locator:
        """The chart under a title."""
        return self._under(title, "*[contains(@class, 'js-plotly-plot')]")

    def rows(self, title: str) -> list[list[str]]:
        """The cells of the table under a title, without those of its buttons."""
        found: list[list[str]] = self.table(title).evaluate(
            """table => [...table.querySelectorAll('tbody tr')].map(
                row => [...row.querySelectorAll('td:not(:has(button))')].map(
                    cell => cell.innerText))"""
        )
        return found

    def cell(self, title: str, row: int, column: int) -> Locator:
        """A cell of the table under a title."""
        return self.table(title).locator("tbody tr").nth(row).locator("td").nth(column)

    def click_bar(self, title: str, trace: int, point: int) -> None:
        """Clicks a bar of the chart under a title, as high as it is."""
        bars = self.chart(title).locator(".trace.bars").nth(trace)
        bars.scroll_into_view_if_needed()
        box = bars.locator(".point").nth(point).bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x - 3, y)
        self.page.mouse.move(x, y)
        expect(
            self.chart(title).locator(".hoverlayer .hovertext").first
        ).to_be_visible()
        self.page.mouse.click(x, y)

    def values(self, title: str) -> list[list[int]]:
        """What the bars of the chart under a title show, trace by trace."""
        found: list[list[int]] = self.chart(title).evaluate(
            "chart => chart.data.map(trace => trace.y)"
        )
        return found

    def until_drawn(self, titles: Sequence[str], charts: int) -> None:
        """Waits for the titles of a tab, and so many charts with marks in them."""
        for title in titles:
            shown = self.page.get_by_text(title, exact=True)
            expect(shown).to_have_count(1, timeout=20_000)
        drawn = ".js-plotly-plot:has(.point, .hm image, .xtick)"
        expect(self.page.locator(drawn)).to_have_count(charts, timeout=20_000)

    def open_drawn(self, tab: str, census: Census) -> None:
        """Opens a tab and waits until all of it is drawn."""
        self.open_tab(tab)
        figures = figures_of(tab, census, Controls())
        found = [one for one in figures if isinstance(one, Chart | Table)]
        charts = sum(isinstance(one, Chart) for one in found)
        self.until_drawn([one.title for one in found], charts)

    def overhanging(self) -> list[str]:
        """The charts that are wider than the panel, or have not filled it yet."""
        found: list[str] = self.page.evaluate(
            """() => [...document.querySelectorAll('.js-plotly-plot')].filter(plot => {
                const drawn = plot.querySelector('.main-svg').getBoundingClientRect();
                const room = plot.parentElement.getBoundingClientRect();
                return Math.abs(drawn.right - room.right) > 2 ||
                    drawn.right > window.innerWidth;
            }).map(plot => plot.innerText)"""
        )
        return found

    def take_panel(self, path: Path) -> None:
        """Takes a screenshot of the panel alone, with no pointer in it."""
        self.page.mouse.move(2, 2)
        self.requests.until_all()
        until(self.page, lambda: not self.overhanging(), self.overhanging)
        content = self.page.locator('[data-cy="panel-content-by_the_numbers"]')
        content.screenshot(path=path)

    def switch_theme(self) -> None:
        """Switches between the light and the dark theme."""
        icons = '[data-testid="LightModeIcon"], [data-testid="DarkModeIcon"]'
        self.page.locator(icons).first.click()

    def export(self, title: str) -> Locator:
        """The button that saves the numbers under a title."""
        return self._head(title).get_by_role("button", name="CSV")

    def _head(self, title: str) -> Locator:
        shown = self.page.get_by_text(title, exact=True)
        expect(shown).to_have_count(1)
        buttons = self.page.get_by_role("button", name="CSV")
        return self.page.locator("div").filter(has=shown).filter(has=buttons).last

    def _under(self, title: str, kind: str) -> Locator:
        """The first element of a kind, an XPath, behind a title.

        It is looked up in one step whenever it is used: between two, an answer can draw
        something else.
        """
        shown = self.page.get_by_text(title, exact=True)
        return shown.locator(f"xpath=following::{kind}[1]")
