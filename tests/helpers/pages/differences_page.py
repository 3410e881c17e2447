"""A page of the App on which the panel of annotation differences is open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import fiftyone as fo
from helpers.pages.app_page import (
    ANSWERS,
    OpenRequests,
    open_dataset,
    open_panel,
    until,
)
from playwright.sync_api import Locator, Page, Request, expect

PANEL = "Annotation differences"
SIDES = ("coco_segmentations", "sama_segmentations")
MODAL = "#modal.modalon"


class DifferencesPage:
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
        self.close_sample()

    @classmethod
    def beside_samples(cls, page: Page) -> DifferencesPage:
        """The panel on a page of the App that opens with it."""
        shown = cls.__new__(cls)
        shown.page, shown.requests = page, OpenRequests(page)
        expect(shown.root).to_have_attribute("data-picture", "ready")
        return shown

    @property
    def scope(self) -> Locator:
        """The sample viewer if it is open, else the page."""
        modal = self.page.locator(MODAL)
        return modal if modal.count() else self.page.locator("body")

    def close_sample(self) -> None:
        """Closes the sample viewer, which a session opens again on its next page."""
        modal = self.page.locator(MODAL)
        expect(self.page.locator('[data-cy^="panel-tab-"]').first).to_be_attached()
        if modal.count():
            modal.click(position={"x": 8, "y": 400})
        expect(modal).to_have_count(0)

    @property
    def root(self) -> Locator:
        """The viewer."""
        return self.scope.locator(".annotation-differences")

    @property
    def panes(self) -> Locator:
        """What has the keyboard while objects are picked by keys."""
        return self.root.get_by_role("application")

    @property
    def rows(self) -> Locator:
        """The rows of the table."""
        return self.scope.locator("tbody tr")

    def open_panel(self) -> None:
        """Opens the panel beside the samples, or in the sample viewer."""
        open_panel(self.page, self.scope, PANEL)

    def open(self) -> DifferencesPage:
        """Opens the panel and waits for the picture of its sample."""
        self.open_panel()
        expect(self.root).to_have_attribute("data-picture", "ready")
        return self

    def open_sample(self) -> None:
        """Opens the sample that is shown in the sample viewer."""
        self.button("Open").click()
        expect(self.page.locator(MODAL)).to_have_count(1)

    def button(self, name: str) -> Locator:
        """A button of the panel or of the viewer."""
        return self.scope.get_by_role("button", name=name, exact=True)

    def stay(self) -> None:
        """Turns off going on to the next open item after a verdict."""
        self.root.get_by_label("go on to the next open item").uncheck()

    def data(self) -> dict[str, str]:
        """What the viewer says of itself."""
        found: dict[str, str] = self.root.evaluate("e => ({...e.dataset})")
        return found

    def pane(self, kind: str) -> Locator:
        """One pane."""
        return self.root.locator(f'[data-pane="{kind}"]')

    def look(self, kind: str) -> tuple[float, ...]:
        """The scale and the middle of what a pane shows."""
        found: dict[str, str] = self.pane(kind).evaluate("e => ({...e.dataset})")
        return tuple(float(found[name]) for name in ("scale", "x", "y"))

    @property
    def sample_id(self) -> str:
        """The sample that is shown."""
        return self.data()["key"].rpartition("/")[2]

    def outlines(self) -> tuple[int, int]:
        """The outlines in the panes of base and revised."""
        data = self.data()
        return int(data["outlinesBase"]), int(data["outlinesRevised"])

    def marked(self) -> set[str]:
        """The ids of the objects that are marked."""
        return set(self.data()["marked"].split())

    def until(self, true: Callable[[], Any]) -> None:
        """Waits until something holds."""
        until(self.page, true, lambda: f"The viewer says {self.data()}")

    def still(self) -> None:
        """Waits until what was done is answered and drawn."""
        self.requests.until_all()

    def next(self, name: str = "Next ›") -> str:
        """Goes to the next sample, whose id is returned."""
        before = self.sample_id
        self.button(name).click()
        self.until(lambda: self.sample_id != before)
        expect(self.root).to_have_attribute("data-picture", "ready")
        return self.sample_id

    def show(self, sample_id: str, session: fo.Session) -> None:
        """Selects a sample, which the panel shows then, and selects none again.

        To go there step by step would take seconds for each that lies between.
        """
        if self.sample_id == sample_id:
            return
        session.selected = [sample_id]
        self.until(lambda: self.sample_id == sample_id)
        with self.page.expect_request(_tells_of_selection):
            session.selected = []
        self.still()
        expect(self.root).to_have_attribute("data-picture", "ready")
        assert self.sample_id == sample_id

    def choose(self, run: str) -> None:
        """Chooses another comparison."""
        self.scope.get_by_role("combobox").last.click()
        self.page.get_by_role("option", name=run).click()
        self.until(lambda: self.data()["key"].startswith(f"{run}/"))

    def picture_of(self, kind: str) -> str:
        """What is painted in a pane, marks apart."""
        found: str = (
            self.pane(kind)
            .locator("canvas")
            .first.evaluate("canvas => canvas.toDataURL()")
        )
        return found

    def switch_theme(self) -> None:
        """Switches between the light and the dark theme."""
        icons = '[data-testid="LightModeIcon"], [data-testid="DarkModeIcon"]'
        self.page.locator(icons).first.click()


def _tells_of_selection(request: Request) -> bool:
    return request.url.endswith(ANSWERS) and "on_change_selected" in (
        request.post_data or ""
    )


def in_order(dataset: fo.Dataset, key: str = "diff") -> list[str]:
    """The ids of the samples, the greatest disagreement first."""
    ids, values = dataset.values(["id", f"{key}_disagreement"])
    return [i for _, i in sorted(zip((-v for v in values), ids, strict=True))]


def counts(dataset: fo.Dataset, sample_id: str) -> tuple[int, int]:
    """The objects of a sample in the database."""
    sample = dataset[sample_id]
    base, revised = (len(sample[side].detections) for side in SIDES)
    return base, revised


def labels(
    dataset: fo.Dataset, sample_id: str, sides: Iterable[str] = SIDES
) -> list[fo.Detection]:
    """The labels of a sample in the database, base first."""
    dataset.reload()
    sample = dataset[sample_id]
    sample.reload()
    return [label for side in sides for label in sample[side].detections]
