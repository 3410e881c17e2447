"""The panel of annotation differences as a person sees it, kept as screenshots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from fiftyone import ViewField as F
from helpers.pages.differences_page import DifferencesPage
from playwright.sync_api import Page, expect

SIDES = ("coco_segmentations", "sama_segmentations")
WIDTHS = {"narrow": 1100, "middle": 1400, "wide": 2400}
"""Widths of the window, which leave 400, 540 and 1,040 px to the panel."""


@pytest.fixture(params=["dark", "light"])
def themed(
    request: pytest.FixtureRequest,
    differences: fo.Dataset,
    used_page: Page,
    app_url: str,
) -> Iterator[tuple[str, DifferencesPage]]:
    """The panel under each theme."""
    shown = DifferencesPage(used_page, app_url, differences.name).open()
    if request.param == "light":
        shown.switch_theme()
    yield request.param, shown
    shown.close_sample()
    if request.param == "light":
        shown.switch_theme()


def fewest_and_most(dataset: fo.Dataset) -> list[tuple[str, str]]:
    """The samples with the fewest objects and the most, in order of disagreement."""
    numbers = [F(side).apply(F("detections")).length() for side in SIDES]
    ids, disagreements, *sides = dataset.values(["id", "diff_disagreement", *numbers])
    amounts = dict(zip(ids, map(sum, zip(*sides, strict=True)), strict=True))
    few = min(filter(amounts.get, ids), key=amounts.__getitem__)
    many = max(ids, key=amounts.__getitem__)
    order = dict(zip(ids, disagreements, strict=True))
    chosen = {few: "few", many: "many"}
    return [(chosen[i], i) for i in sorted(chosen, key=order.__getitem__, reverse=True)]


def take(shown: DifferencesPage, path: Path) -> None:
    """Takes a screenshot with no pointer in it, in which nothing may be cut off.

    The line of the swipe reaches over its pane by half its handle.
    """
    shown.page.mouse.move(2, 2)
    shown.still()
    expect(shown.root).to_have_attribute("data-picture", "ready")
    shown.still()
    shown.page.screenshot(path=path)
    overlong = shown.root.evaluate(
        """root => [root, ...root.querySelectorAll("*")].filter(element =>
            !element.matches("canvas, .swipe") &&
            element.getBoundingClientRect().right >
                root.getBoundingClientRect().right + 1).map(e => e.outerHTML)"""
    )
    assert overlong == []


def test_it_fits_every_width_under_both_themes(
    themed: tuple[str, DifferencesPage],
    differences: fo.Dataset,
    app_server: Any,
    screenshots: Path,
) -> None:
    theme, shown = themed
    for amount, sample_id in fewest_and_most(differences):
        shown.page.set_viewport_size({"width": 1400, "height": 900})
        shown.show(sample_id, app_server)
        for name, width in WIDTHS.items():
            shown.page.set_viewport_size({"width": width, "height": 900})
            take(shown, screenshots / f"differences-{theme}-{name}-{amount}.png")


def test_every_mode_is_legible_under_both_themes(
    themed: tuple[str, DifferencesPage], screenshots: Path
) -> None:
    theme, shown = themed
    shown.rows.nth(1).click()
    take(shown, screenshots / f"differences-{theme}-picked.png")
    shown.page.keyboard.press("Escape")
    for mode, button in (
        ("overlay", "Overlay: area only in one, only in the other, in both (o)"),
        ("swipe", "Swipe: drag a line between the two"),
    ):
        shown.button(button).click()
        expect(shown.root).to_have_attribute("data-mode", mode)
        take(shown, screenshots / f"differences-{theme}-{mode}.png")
    shown.scope.get_by_role("combobox").last.click()
    shown.page.get_by_role("option", name="policy: union").click()
    expect(shown.rows.filter(has_text="⇢ both (union)")).not_to_have_count(0)
    shown.button("Result: only what verdicts and the policy keep").click()
    take(shown, screenshots / f"differences-{theme}-result.png")
    shown.open_sample()
    shown.open()
    take(shown, screenshots / f"differences-{theme}-modal.png")
