"""The panels for those who use no mouse, or can't see them: names, contrast, keys.

Buttons are pressed by Space: the App takes Enter away from every button of its page.
"""

from __future__ import annotations

from pathlib import Path

import fiftyone as fo
from app_page import open_panel
from axe_playwright_python.sync_playwright import Axe
from differences_page import DifferencesPage
from numbers_page import NumbersPage
from playwright.sync_api import Locator, Page, expect
from sama_coco.labelsets import take_census
from sama_coco.panels.numbers import TABS

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    # the App draws the lines between its panels as pseudo-elements, for which axe
    # would not say what the background of anything is
    "checks": {"color-contrast": {"options": {"ignorePseudo": True}}},
}
PANELS = ["annotation_differences", "by_the_numbers"]
NOT_OURS = [
    ".MuiTab-root",  # FiftyOne draws the open tab in its orange, of low contrast
]
COLOURED = {
    "a status in the legend": ".chip:not(.none) .status",
    "a status without objects": ".chip.none .status",
    "how far the review is": ".progress",
    "a word before a control": ".range .quiet",
    "a button": ".verb:enabled",
}
"""What of the viewer is written in a colour of its own, and in whose contrast."""


def check(page: Page) -> set[str]:
    """Asserts that axe finds nothing; returns selectors of what passed for contrast."""
    context = {
        "include": [[f'[data-cy="panel-content-{name}"]'] for name in PANELS],
        "exclude": [[selector] for selector in NOT_OURS],
    }
    found = Axe().run(page, context, OPTIONS)
    assert found.response["violations"] == [], found.generate_report()
    passed = {rule["id"]: rule["nodes"] for rule in found.response["passes"]}
    return {node["target"][0] for node in passed["color-contrast"]}


def contrast(text: Locator) -> float:
    """The contrast of a text in a chart, which axe passes over, with its ground."""
    colours: list[list[int]] = text.evaluate(
        """text => {
            const groundOf = one => getComputedStyle(one).backgroundColor;
            let one = text;
            while (groundOf(one) === "rgba(0, 0, 0, 0)") one = one.parentElement;
            return [getComputedStyle(text).fill, groundOf(one)].map(
                colour => colour.match(/\\d+/g).map(Number));
        }"""
    )
    lights = []
    for colour in colours:
        parts = [value / 255 for value in colour[:3]]
        linear = [
            p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        ]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def test_axe_finds_nothing_in_either_panel_under_either_theme(
    differences: fo.Dataset, page: Page, app_url: str, screenshots: Path
) -> None:
    shown = DifferencesPage(page, app_url, differences.name).open()
    open_panel(page, page.locator("body"), "By the numbers")
    expect(page.get_by_text("What happened to the objects")).to_be_visible()
    for theme in ("dark", "light"):
        if theme == "light":
            shown.switch_theme()
        shown.still()
        passed = check(page)
        elements = page.locator(", ".join(sorted(passed)))
        for what, selector in COLOURED.items():
            own = shown.root.locator(selector)
            assert elements.and_(own).count() == own.count() > 0, (theme, what)
        shown.panes.press("]")
        expect(shown.root.locator(".told .card")).to_be_visible()
        shown.still()
        check(page)
        page.screenshot(path=screenshots / f"accessible-{theme}.png")
        shown.panes.press("Escape")
        shown.until(lambda: not shown.marked())
    shown.switch_theme()


def test_no_tab_of_the_numbers_lacks_names_or_contrast(
    differences: fo.Dataset, page: Page, app_url: str
) -> None:
    census = take_census(differences, key="diff")
    shown = NumbersPage(page, app_url, differences.name)
    # axe gives up where the heading of a table is out of view
    page.set_viewport_size({"width": 1400, "height": 6000})
    for theme in ("dark", "light"):
        if theme == "light":
            shown.switch_theme()
        for tab in TABS:
            shown.open_drawn(tab, census)
            check(page)
        shown.open_drawn("Classes", census)
        title = "Instances of the ten most frequent classes"
        chart = page.get_by_role("figure", name=title)
        for text in (".ytitle", ".ytick text"):
            assert contrast(chart.locator(text).first) >= 4.5, (theme, text)
    shown.switch_theme()


def test_picks_by_key_show_their_card_and_say_it(
    differences: fo.Dataset, page: Page, app_url: str
) -> None:
    shown = DifferencesPage(page, app_url, differences.name).open()
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
        page.keyboard.press("]")
        shown.until(lambda before=before: shown.marked() not in (before, set()))
        cards.append(told.inner_text())
    assert cards[0] != cards[1] != ""

    box = shown.pane("base").bounding_box()
    assert box
    shown.pane("base").click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(told).to_be_empty()


def test_a_menu_closed_by_escape_gives_the_focus_back(
    differences: fo.Dataset, page: Page, app_url: str
) -> None:
    shown = DifferencesPage(page, app_url, differences.name).open()
    button = shown.root.locator("summary")
    button.press("Space")
    option = shown.root.get_by_label("all classes")
    expect(option).to_be_visible()
    option.focus()
    option.press("Escape")
    expect(option).to_be_hidden()
    expect(button).to_be_focused()
