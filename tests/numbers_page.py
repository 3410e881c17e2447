"""A page of the App on which the panel of numbers is open."""

from __future__ import annotations

from collections.abc import Sequence

from app_page import open_dataset
from playwright.sync_api import Locator, Page, expect

PANEL = "By the numbers"


class NumbersPage:
    """The App on one dataset, and what a person does with the panel in it.

    Args:
        page: the browser's page
        url: the App's address
        dataset: the name of the dataset
    """

    def __init__(self, page: Page, url: str, dataset: str) -> None:
        self.page = page
        open_dataset(page, url, dataset)
        page.wait_for_timeout(500)
        opened = page.locator('[data-cy^="panel-tab-"]').filter(has_text=PANEL)
        if opened.count():
            opened.first.click()
            return
        page.locator('[data-cy="new-panel-btn"]').first.click()
        page.get_by_text(PANEL, exact=True).last.click()

    def open_tab(self, name: str) -> None:
        """Opens a tab and waits for it."""
        tab = self.page.get_by_role("tab", name=name, exact=True)
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")

    def table(self, title: str) -> Locator:
        """The table under a title."""
        return self.page.locator("table").nth(self._place(title, "table"))

    def chart(self, title: str) -> Locator:
        """The chart under a title."""
        charts = self.page.locator(".js-plotly-plot")
        return charts.nth(self._place(title, ".js-plotly-plot"))

    def rows(self, title: str) -> list[list[str]]:
        """The cells of the table under a title."""
        found: list[list[str]] = self.table(title).evaluate(
            """table => [...table.querySelectorAll('tbody tr')].map(
                row => [...row.querySelectorAll('td')].map(cell => cell.innerText))"""
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
        self.page.wait_for_timeout(300)
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
        self.page.wait_for_timeout(500)

    def export(self, title: str) -> Locator:
        """The button that saves the numbers under a title."""
        return self._head(title).get_by_role("button", name="CSV")

    def _head(self, title: str) -> Locator:
        shown = self.page.get_by_text(title, exact=True)
        expect(shown).to_have_count(1)
        buttons = self.page.get_by_role("button", name="CSV")
        return self.page.locator("div").filter(has=shown).filter(has=buttons).last

    def _place(self, title: str, selector: str) -> int:
        """How many elements of a kind stand before a title, once one stands behind."""
        shown = self.page.get_by_text(title, exact=True)
        expect(shown).to_have_count(1)
        count = """(title, selector) => {
            const all = [...document.querySelectorAll(selector)];
            const before = all.filter(element =>
                title.compareDocumentPosition(element) & 2).length;
            return before < all.length ? before : -1;
        }"""
        for _ in range(100):
            place = int(shown.evaluate(count, selector))
            if place >= 0:
                return place
            self.page.wait_for_timeout(50)
        raise AssertionError(f"There is no {selector} under '{title}'")
