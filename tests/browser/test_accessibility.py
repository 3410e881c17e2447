"""The panels for those who use no mouse, or can't see them: names, contrast, keys.

Buttons are pressed by Space: the App takes Enter away from every button of its page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fiftyone as fo
from helpers.pages.axe_checks import check, check_contrast
from helpers.pages.differences_page import DifferencesPage
from playwright.sync_api import Page, expect
from sama_coco.labelsets.runs.workspace.app_setup import (
    DIFFERENCES_PANEL,
    NUMBERS_PANEL,
)

COLOURED = {
    "a status in the legend": ".chip:not(.none) .status",
    "a status without objects": ".chip.none .status",
    "how far the review is": ".progress",
    "a word before a control": ".range .quiet",
    "a button": ".verb:enabled",
}
"""What of the viewer is written in a colour of its own, and in whose contrast."""


def side_by_side() -> fo.Space:
    """Both panels; older versions of the App open the second one over the first."""
    sides = [
        fo.Space(children=panels, active_child=panels[-1].component_id)
        for panels in (
            [fo.Panel(type="Samples", pinned=True), fo.Panel(type=DIFFERENCES_PANEL)],
            [fo.Panel(type=NUMBERS_PANEL)],
        )
    ]
    return fo.Space(children=sides, orientation="horizontal")


def test_axe_finds_nothing_in_either_panel_under_either_theme(
    differences: fo.Dataset,
    used_page: Page,
    app_url: str,
    app_server: Any,
    screenshots: Path,
) -> None:
    shown = DifferencesPage(used_page, app_url, differences.name)
    app_server.spaces = side_by_side()
    expect(used_page.locator('[data-cy^="panel-tab-"]')).to_have_count(3)
    shown.open()
    expect(used_page.get_by_text("What happened to the objects")).to_be_visible()
    for theme in ("dark", "light"):
        if theme == "light":
            shown.switch_theme()
        shown.still()
        passed = check_contrast(used_page)
        elements = used_page.locator(", ".join(sorted(passed)))
        for what, selector in COLOURED.items():
            own = shown.root.locator(selector)
            assert elements.and_(own).count() == own.count() > 0, (theme, what)
        shown.panes.press("]")
        expect(shown.root.locator(".told .card")).to_be_visible()
        shown.still()
        check(used_page)
        used_page.screenshot(path=screenshots / f"accessible-{theme}.png")
        shown.panes.press("Escape")
        shown.until(lambda: not shown.marked())
    shown.switch_theme()


def test_picks_by_key_show_their_card_and_say_it(
    differences: fo.Dataset, used_page: Page, app_url: str
) -> None:
    shown = DifferencesPage(used_page, app_url, differences.name).open()
    shown.next()
    told = shown.root.locator(".told")
    assert told.get_attribute("role") == "status"
    assert shown.root.get_by_role("application").get_by_role("button").count() == 0
    for kind, name in (("base", "COCO-2017"), ("revised", "Sama-COCO")):
        image = shown.pane(kind).get_by_role("img")
        number = shown.outlines()[kind == "revised"]
        expect(image).to_have_accessible_name(f"{name}, objects: {number}")

    shown.still()
    row = shown.rows.filter(has_text="refined").first
    row.get_by_role("button", name="Show").press("Space")
    expect(told).to_contain_text(row.locator("td").first.inner_text())
    expect(told).to_contain_text("refined")
    expect(shown.panes).to_be_focused()

    cards = []
    for _ in range(2):
        before = shown.marked()
        used_page.keyboard.press("]")
        shown.until(lambda before=before: shown.marked() not in (before, set()))
        cards.append(told.inner_text())
    assert cards[0] != cards[1] != ""

    box = shown.pane("base").bounding_box()
    assert box
    shown.pane("base").click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(told).to_be_empty()


def test_a_menu_closed_by_escape_gives_the_focus_back(
    differences: fo.Dataset, used_page: Page, app_url: str
) -> None:
    shown = DifferencesPage(used_page, app_url, differences.name).open()
    button = shown.root.locator("summary")
    button.press("Space")
    option = shown.root.get_by_label("all classes")
    expect(option).to_be_visible()
    option.focus()
    option.press("Escape")
    expect(option).to_be_hidden()
    expect(button).to_be_focused()
