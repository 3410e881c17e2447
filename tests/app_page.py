"""A page of the App on a dataset."""

from __future__ import annotations

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
