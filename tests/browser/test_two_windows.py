"""Two windows on one panel, which show different things."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from helpers.pages.differences_page import (
    SIDES,
    DifferencesPage,
    counts,
    in_order,
    labels,
)
from helpers.pages.numbers_page import NumbersPage
from playwright.sync_api import Page, expect
from sama_coco.labelsets import compare_annotations, take_census

NewPage = Callable[[], Page]
Make = Callable[..., fo.Dataset]


@pytest.fixture
def shown(differences: fo.Dataset, page: Page, app_url: str) -> DifferencesPage:
    """The panel in the grid, on the example."""
    return DifferencesPage(page, app_url, differences.name).open()


def test_two_windows_on_two_samples_do_not_disturb_each_other(
    shown: DifferencesPage,
    differences: fo.Dataset,
    new_page: Callable[[], Page],
    app_url: str,
) -> None:
    order = in_order(differences)
    other = DifferencesPage(new_page(), app_url, differences.name).open()
    assert shown.next() == order[1]
    assert [other.next(), other.next(), other.next()] == order[1:4]
    shown.page.bring_to_front()
    shown.rows.filter(has_text="refined").first.click()
    shown.until(lambda: len(shown.marked()) == 2)
    assert shown.sample_id == order[1]
    assert other.sample_id == order[3]
    shown.stay()
    shown.button("Unsure").click()
    expect(shown.button("✓ unsure")).to_be_visible()
    tagged = [x.id for x in labels(differences, order[1]) if x.tags]
    assert set(tagged) == shown.marked()
    assert not any(x.tags for x in labels(differences, order[3]))
    shown.button("Clear").click()
    expect(shown.button("Unsure")).to_be_visible()
    other.page.bring_to_front()
    other.stay()
    other.button("Unsure").click()
    expect(other.button("✓ unsure")).to_be_visible()
    assert "unsure" in differences.select(order[3]).values("tags")[0]
    assert "unsure" not in differences.select(order[1]).values("tags")[0]
    other.button("Clear").click()
    expect(other.button("Unsure")).to_be_visible()
    assert other.next("‹ Previous") == order[2]
    assert shown.sample_id == order[1]
    assert shown.outlines() == counts(differences, order[1])


def classes_of(dataset: fo.Dataset, shown: DifferencesPage) -> set[str]:
    """The classes and statuses of what is marked."""
    found = [x for x in labels(dataset, shown.sample_id) if x.id in shown.marked()]
    return {x.label for x in found} | {x["diff"] for x in found}


def test_a_window_that_sorts_does_not_sort_the_other(
    shown: DifferencesPage,
    differences: fo.Dataset,
    new_page: NewPage,
    app_url: str,
) -> None:
    shown.next()
    other = DifferencesPage(new_page(), app_url, differences.name).open()
    assert other.sample_id == shown.sample_id
    column = other.scope.locator("thead th").nth(5)
    column.click()
    expect(column).to_contain_text("▴")
    rows = other.rows.all_inner_texts()
    shown.page.bring_to_front()
    assert shown.rows.all_inner_texts() != rows
    at = shown.rows.count() - 1
    text = shown.rows.nth(at).inner_text()
    shown.rows.nth(at).click()
    shown.until(shown.marked)
    assert all(name in text for name in classes_of(differences, shown))
    expect(shown.scope.locator("thead th").nth(5)).not_to_contain_text("▴")
    other.page.bring_to_front()
    other.rows.first.click()
    other.until(other.marked)
    text = other.rows.first.inner_text()
    assert all(name in text for name in classes_of(differences, other))
    assert other.rows.first.inner_text() == rows[0]


def test_several_comparisons_can_be_chosen_from(
    make_example: Make, page: Page, app_url: str, screenshots: Path
) -> None:
    dataset = make_example("twice")
    compare_annotations(dataset, *SIDES)
    compare_annotations(dataset, *reversed(SIDES), key="back")
    shown = DifferencesPage(page, app_url, dataset.name).open()
    base, revised = shown.outlines()
    assert shown.data()["key"].startswith("diff/")
    page.screenshot(path=screenshots / "choice.png")
    shown.scope.get_by_role("combobox").last.click()
    page.get_by_role("option", name="back").click()
    shown.until(lambda: shown.data()["key"].startswith("back/"))
    shown.until(lambda: shown.outlines() == (revised, base))
    page.screenshot(path=screenshots / "choice.png")


def test_a_window_that_chooses_a_comparison_leaves_the_other_its_own(
    make_example: Make, page: Page, new_page: NewPage, app_url: str
) -> None:
    dataset = make_example("two-runs")
    compare_annotations(dataset, *SIDES)
    compare_annotations(dataset, *reversed(SIDES), key="back")
    order = in_order(dataset)
    shown = DifferencesPage(page, app_url, dataset.name).open()
    other = DifferencesPage(new_page(), app_url, dataset.name).open()
    there = other.next()
    shown.page.bring_to_front()
    here = shown.next("Next ›")
    assert (here, there) == (order[1], order[1])
    here = shown.next()
    other.page.bring_to_front()
    other.choose("back")
    assert other.sample_id == there
    shown.page.bring_to_front()
    shown.rows.first.click()
    shown.until(shown.marked)
    assert shown.data()["key"] == f"diff/{here}"
    expect(shown.scope.get_by_role("combobox").last).to_have_text("diff")
    assert shown.next() == order[3]
    assert shown.data()["key"].startswith("diff/")
    other.page.bring_to_front()
    expect(other.scope.get_by_role("combobox").last).to_have_text("back")
    other.next()
    assert other.data()["key"].startswith("back/")
    other.choose("diff")
    expect(other.scope.get_by_role("combobox").last).to_have_text("diff")


def test_both_windows_follow_what_is_selected(
    shown: DifferencesPage,
    differences: fo.Dataset,
    new_page: NewPage,
    app_url: str,
    app_server: Any,
) -> None:
    other = DifferencesPage(new_page(), app_url, differences.name).open()
    other.next()
    chosen = other.next()
    shown.page.bring_to_front()
    assert shown.sample_id != chosen
    app_server.selected = [chosen]
    shown.until(lambda: shown.sample_id == chosen)
    assert shown.outlines() == counts(differences, chosen)
    other.page.bring_to_front()
    other.until(lambda: other.sample_id == chosen)
    app_server.selected = []


def number(row: list[str]) -> int:
    """What a row of the table of classes says in its third column."""
    return int(row[2].replace(",", ""))


def test_windows_keep_tab_and_sort_of_the_numbers_apart(
    differences: fo.Dataset, page: Page, new_page: NewPage, app_url: str
) -> None:
    shown = NumbersPage(page, app_url, differences.name)
    other = NumbersPage(new_page(), app_url, differences.name)
    census = take_census(differences, key="diff")
    title = f"{len(census.classes())} classes"
    for window in (other, shown):  # the App gives both windows the later one's layout
        window.page.bring_to_front()
        expect(window.page.get_by_text("What happened to the objects")).to_be_visible()
        window.requests.until_all()
    shown.open_tab("Classes")
    rows = shown.rows(title)
    heading = shown.table(title).locator("thead th").nth(2)
    heading.click()
    expect(heading).to_contain_text("▾")
    values = sorted((number(row) for row in rows), reverse=True)
    shown.until(lambda: [number(row) for row in shown.rows(title)], values)
    other.page.bring_to_front()
    other.cell("What happened to the objects", 0, 0).click()
    expect(other.page.get_by_role("tab", name="Overview")).to_have_attribute(
        "aria-selected", "true"
    )
    other.open_tab("Classes")
    other.until(lambda: other.rows(title), rows)
    heading = other.table(title).locator("thead th").nth(0)
    heading.click()
    expect(heading).to_contain_text("▾")
    names = sorted(map(str, census.classes().index), reverse=True)
    other.until(lambda: [row[0] for row in other.rows(title)], names)
    shown.page.bring_to_front()
    shown.open_tab("Images")
    shown.open_tab("Classes")
    heading = shown.table(title).locator("thead th").nth(2)
    for again in (False, True):
        if again:
            shown.page.reload()
        expect(heading).to_contain_text("▾")
        shown.until(lambda: [number(row) for row in shown.rows(title)], values)
