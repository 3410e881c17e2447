"""A page of the App on a dataset."""

from __future__ import annotations

import time
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page, expect

NO_PROMOTION = "localStorage.setItem('fiftyone-enterprise-tooltip-seen', 'true')"


def open_dataset(page: Page, url: str, dataset: str) -> None:
    """Opens a dataset in the App, and waits until panels can be opened.

    Args:
        page: the browser's page
        url: the App's address
        dataset: the name of the dataset
    """
    page.add_init_script(NO_PROMOTION)
    page.goto(f"{url}/datasets/{dataset}")
    expect(page.locator('[data-cy="new-panel-btn"]').first).to_be_attached()


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
