"""A page of the App on a dataset."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Locator, Page, Request, Route, expect

ANSWERS = "/operators/execute"
"""Where the App asks panels and operators."""

NO_PROMOTION = "localStorage.setItem('fiftyone-enterprise-tooltip-seen', 'true')"
NO_GUIDE = "localStorage.setItem('sama-coco-guide-dismissed', 'true')"


def open_dataset(page: Page, url: str, dataset: str) -> None:
    """Opens a dataset in the App, and waits until panels can be opened.

    Args:
        page: the browser's page
        url: the App's address
        dataset: the name of the dataset
    """
    address = f"{url}/datasets/{dataset}"
    if page.url.partition("?")[0] == address:
        # shown before: its panels go when the page hears that it shall forget them
        tabs = page.locator('[data-cy^="panel-tab-"]')
        expect(tabs.filter(has_not_text="Samples")).to_have_count(0)
        return
    page.add_init_script(f"{NO_PROMOTION};{NO_GUIDE}")
    page.goto(address)
    expect(page.locator('[data-cy="new-panel-btn"]').first).to_be_attached()


def open_panel(page: Page, scope: Locator, name: str) -> None:
    """Opens a panel beside what is shown, or goes to it where it is open.

    Args:
        page: the browser's page
        scope: the page, or the sample viewer
        name: the panel's name
    """
    tabs = scope.locator('[data-cy^="panel-tab-"]')
    expect(tabs.first).to_be_visible()
    tab = tabs.filter(has_text=name)
    if tab.count():
        tab.first.click()
        return
    scope.locator('[data-cy="new-panel-btn"]').first.click()
    page.get_by_text(name, exact=True).last.click()


def until(page: Page, true: Callable[[], Any], what: Any = "") -> None:
    """Waits until something holds.

    Args:
        page: the browser's page
        true: what shall hold
        what: said, if it does not come true within 20 s
    """
    for _ in range(400):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"It did not come true. {what() if callable(what) else what}")


class OpenRequests:
    """The requests of a page to panels and operators that are not answered yet.

    Args:
        page: the browser's page
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self._open: set[Request] = set()
        page.on("request", self._add)
        page.on("requestfinished", self._drop)
        page.on("requestfailed", self._drop)

    def until_all(self) -> None:
        """Waits until all of them are answered, and drawn."""
        until(self.page, lambda: not self._open, "OpenRequests have not come")
        self.page.evaluate(
            """() => new Promise(drawn => requestAnimationFrame(
                () => requestAnimationFrame(drawn)))"""
        )

    def _add(self, request: Request) -> None:
        if request.url.endswith(ANSWERS):
            self._open.add(request)

    def _drop(self, request: Request) -> None:
        self._open.discard(request)


@contextmanager
def held_requests(page: Page) -> Iterator[list[Route]]:
    """Holds the events of panels back, and sends them in their order at the end."""
    held: list[Route] = []
    page.route(f"**{ANSWERS}", lambda route: held.append(route))
    yield held
    for route in held:
        route.continue_()
    page.unroute(f"**{ANSWERS}")


def wait_for_session(session: Any, seconds: float = 120) -> None:
    """Waits until an App's session hears its server, which can be slow to start.

    A session that is connected later would take pages back to what it opened with.
    """
    client = session._client
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urlopen(f"{client.origin}/fiftyone", timeout=10):
                if client._connected:
                    return
        except (URLError, TimeoutError, ConnectionError):
            pass
        time.sleep(0.5)
    raise TimeoutError("The App's server did not start")
