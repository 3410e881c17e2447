"""What axe says of the panels, and the contrast of what it passes over."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

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


def check(page: Page) -> None:
    """Asserts that axe finds nothing."""
    _checked(page, ["violations"])


def check_contrast(page: Page) -> set[str]:
    """Asserts that axe finds nothing; returns selectors of what passed for contrast.

    To name all that passed takes as long as to check it.
    """
    response = _checked(page, ["violations", "passes"])
    passed = {rule["id"]: rule["nodes"] for rule in response["passes"]}
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


def _checked(page: Page, listed: list[str]) -> dict[str, Any]:
    """What axe answers, with each node of the listed kinds of result, else one each."""
    context = {
        "include": [[f'[data-cy="panel-content-{name}"]'] for name in PANELS],
        "exclude": [[selector] for selector in NOT_OURS],
    }
    found = Axe().run(page, context, OPTIONS | {"resultTypes": listed})
    response: dict[str, Any] = found.response
    assert response["violations"] == [], found.generate_report()
    return response
