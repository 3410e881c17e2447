"""The App with the form of an operator, as a person sees and uses it."""

from __future__ import annotations

from helpers.pages.app_page import open_dataset
from playwright.sync_api import Locator, Page, expect


class OperatorPage:
    """The App on one dataset, with the form of an operator.

    Args:
        page: the browser's page
        url: the App's address
        dataset: the name of the dataset
    """

    def __init__(self, page: Page, url: str, dataset: str) -> None:
        self.page = page
        open_dataset(page, url, dataset)

    @property
    def dialog(self) -> Locator:
        """The dialog of the form, then of the progress, then of the result."""
        return self.page.get_by_role("dialog")

    def open(self, operator: str) -> None:
        """Opens the form of an operator, as a person does."""
        self.find(operator)
        expect(self.button("Execute")).to_be_visible()

    def find(self, operator: str) -> None:
        """Chooses an operator from the list of all."""
        self.page.keyboard.press("`")
        self.page.get_by_placeholder("Search operations by name...").fill(operator)
        self.page.get_by_text(operator, exact=True).last.click()

    def button(self, name: str) -> Locator:
        """A button of the dialog."""
        return self.dialog.get_by_role("button", name=name, exact=True)

    def choose(self, label: str, choice: str) -> None:
        """Chooses from a list that drops down."""
        asked = self.dialog.get_by_text(label, exact=True)
        asked.locator("xpath=following::*[@role='combobox'][1]").click()
        self.page.get_by_role("option", name=choice, exact=True).click()

    def execute(self) -> None:
        """Sends the form."""
        expect(self.button("Execute")).to_be_enabled()
        self.button("Execute").click()

    def close(self) -> None:
        """Closes the dialog, which shows no progress any more."""
        expect(self.dialog.get_by_role("progressbar")).to_have_count(0)
        self.button("Done").click()
        expect(self.dialog).to_have_count(0)
