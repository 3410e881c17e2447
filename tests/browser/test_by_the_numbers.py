"""The panel of numbers, in a real App."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from fiftyone import ViewField as F
from helpers.pages.app_page import held_requests, open_panel, until
from helpers.pages.numbers_page import NumbersPage
from playwright.sync_api import Page, expect
from sama_coco.labelsets import Census, compare_annotations, take_census
from sama_coco.panels.numbers import TABS, Controls, figures_of

BASE, REVISED = "coco_segmentations", "sama_segmentations"
CHART_FORMAT = "chart => chart._context.toImageButtonOptions.format"
EVIL = "<img src=x onerror=window.hacked=1>"
Make = Callable[..., fo.Dataset]


@pytest.fixture
def shown(differences: fo.Dataset, used_page: Page, app_url: str) -> NumbersPage:
    """The panel on the example, in a page that opens no view."""
    return NumbersPage(used_page, app_url, differences.name)


@pytest.fixture
def opening(
    differences: fo.Dataset, page: Page, app_url: str, app_server: Any
) -> Iterator[NumbersPage]:
    """The panel on the example; the view that it opens is put back."""
    yield NumbersPage(page, app_url, differences.name)
    app_server.view = None


@pytest.fixture(scope="module")
def census(differences: fo.Dataset) -> Census:
    return take_census(differences, key="diff")


def figures(census: Census, tab: str) -> dict[str, Any]:
    return {one.name: one for one in figures_of(tab, census, Controls())}


def until_view(app_server: Any, page: Page) -> fo.DatasetView:
    """The view that the App shows, as soon as it shows one."""

    def is_opened() -> bool:
        view = app_server.view
        return isinstance(view, fo.DatasetView) and view != view._root_dataset.view()

    until(page, is_opened, "The App went on showing the whole dataset")
    view: fo.DatasetView = app_server.view
    return view


def test_numbers_and_charts_are_saved(
    shown: NumbersPage, census: Census, tmp_path: Path
) -> None:
    shown.open_tab("Classes")
    with shown.page.expect_download() as saved:
        shown.export(f"{len(census.classes())} classes").click()
    path = tmp_path / "classes.csv"
    saved.value.save_as(path)
    rows = list(csv.reader(path.open()))
    assert [row[0] for row in rows[1:]] == list(census.classes().index)
    chart = shown.chart("Instances of the ten most frequent classes")
    for form in ("png", "svg"):
        shown.page.get_by_role("combobox").last.click()
        shown.page.get_by_role("option", name=f"Camera saves {form.upper()}").click()
        shown.until(lambda: chart.evaluate(CHART_FORMAT), form)
        chart.hover()
        with shown.page.expect_download() as saved:
            chart.locator(".modebar-btn").first.click()
        assert saved.value.suggested_filename == f"instances.{form}"
        saved.value.save_as(tmp_path / form)
        start = (tmp_path / form).read_bytes()[:4]
        assert start == (b"\x89PNG" if form == "png" else b"<svg")


def test_of_changes_in_quick_succession_the_last_one_wins(
    shown: NumbersPage, census: Census
) -> None:
    """In texts, boxes and tabs; the answers to the earlier ones are still to come."""
    shown.open_tab("Classes")
    names = [str(name) for name in census.classes().index]
    assert [row[0] for row in shown.rows(f"{len(names)} classes")] == names
    matching = [name for name in names if "ball" in name.casefold()]
    search = shown.page.get_by_role("textbox").last
    log = shown.page.get_by_role("checkbox").last
    search.press_sequentially("ball")
    for _ in range(3):
        log.click()
    title = f"{len(matching)} of {len(names)} classes"
    chart = shown.chart("Instances of the ten most frequent classes")
    shown.until(lambda: [row[0] for row in shown.rows(title)], matching)
    shown.until(lambda: chart.evaluate("c => c.layout.yaxis.type"), "log")
    shown.requests.until_all()
    expect(search).to_have_value("ball")
    expect(log).to_be_checked()
    assert [row[0] for row in shown.rows(title)] == matching
    tabs = shown.page.get_by_role("tab")
    for name in ("Images", "Shapes", "Overview", "Relabels"):
        tabs.filter(has_text=name).click()
    table = figures(census, "Relabels")["relabels"]
    expect(shown.page.get_by_text(table.title, exact=True)).to_be_visible()
    shown.requests.until_all()
    expect(tabs.filter(has_text="Relabels")).to_have_attribute("aria-selected", "true")
    assert len(shown.rows(table.title)) == len(table.shown)


def test_a_click_on_a_bar_opens_the_images_it_counts(
    opening: NumbersPage, census: Census, app_server: Any
) -> None:
    opening.open_tab("Classes")
    title = "Instances of the ten most frequent classes"
    name = str(census.classes().index[1])
    value = opening.values(title)[1][1]
    opening.click_bar(title, 1, 1)
    view = until_view(app_server, opening.page)
    labels = view.values(f"{REVISED}.detections.label")
    assert all(name in found for found in labels)
    assert sum(found.count(name) for found in labels) == value
    open_panel(opening.page, opening.page.locator("body"), "Samples")
    expect(opening.page.get_by_text(f"{len(view)} sample")).to_be_visible()


def test_a_click_on_a_cell_opens_the_objects_it_counts(
    opening: NumbersPage, census: Census, app_server: Any
) -> None:
    rows = opening.rows("What happened to the objects")
    place = [row[0] for row in rows].index("refined")
    opening.cell("What happened to the objects", place, 1).click()
    view = until_view(app_server, opening.page)
    statuses = view.values(f"{BASE}.detections.diff", unwind=True)
    assert statuses == ["refined"] * int(rows[place][1].replace(",", ""))


def test_a_click_on_a_row_opens_its_pairs(
    opening: NumbersPage, census: Census, app_server: Any
) -> None:
    opening.open_tab("Relabels")
    base, revised, pairs = opening.rows("The most frequent first")[0]
    opening.cell("The most frequent first", 0, 2).click()
    view = until_view(app_server, opening.page)
    for field, name in ((BASE, base), (REVISED, revised)):
        assert view.values(f"{field}.detections.label", unwind=True) == [name] * int(
            pairs
        )


def test_a_field_of_a_matrix_opens_its_pairs(
    opening: NumbersPage, census: Census, app_server: Any
) -> None:
    opening.open_tab("Shapes")
    title = "Sizes of pairs"
    pairs = int(census.sizes().loc["small", "small"])
    box = opening.chart(title).locator(".nsewdrag").first.bounding_box()
    assert box
    opening.chart(title).locator(".nsewdrag").first.click(
        position={"x": box["width"] / 6, "y": box["height"] / 6}
    )
    view = until_view(app_server, opening.page)
    assert len(view.values(f"{BASE}.detections.label", unwind=True)) == pairs


def test_the_view_is_followed(
    opening: NumbersPage, differences: fo.Dataset, app_server: Any
) -> None:
    title = "The label sets in figures"
    assert opening.rows(title)[0][1] == str(len(differences))
    app_server.view = differences.limit(3)
    row = opening.table(title).locator("tbody tr").first
    expect(row.locator("td").nth(1)).to_have_text("3")
    expected = take_census(differences.limit(3), key="diff").value("instances", "base")
    rows = {row[0]: row for row in opening.rows(title)}
    assert rows["Instances, crowds included"][1] == f"{expected:,}"


def test_the_explorer_counts_and_opens(
    opening: NumbersPage, differences: fo.Dataset, census: Census, app_server: Any
) -> None:
    opening.open_tab("Explorer")
    name = str(census.classes().index[0])
    without = str(census.classes().index[1])
    inputs = opening.page.get_by_role("combobox").and_(
        opening.page.locator("input[type=text]")
    )
    options = opening.page.get_by_role("option")
    expect(inputs.first).to_be_visible()  # else the tab's own request is held
    with held_requests(opening.page) as held:
        inputs.nth(0).click()
        options.filter(has_text=re.compile(f"^{name}$")).click()
        until(opening.page, lambda: held)
        inputs.nth(2).click()
    opening.requests.until_all()
    # the answers left the list open
    options.filter(has_text=re.compile(f"^{without}$")).click()
    held = [
        set(base or ()) | set(revised or ())
        for base, revised in zip(
            *differences.values([f"{f}.detections.label" for f in (BASE, REVISED)]),
            strict=True,
        )
    ]
    expected = sum(name in one and without not in one for one in held)
    found = re.compile(rf"^{expected} images?$")
    expect(opening.page.get_by_text(found)).to_be_visible()
    opening.page.get_by_role("button", name="Open these images").click()
    assert len(until_view(app_server, opening.page)) == expected


def test_a_click_on_a_heading_sorts(
    differences: fo.Dataset, census: Census, page: Page, app_url: str
) -> None:
    shown = NumbersPage(page, app_url, differences.name)  # its window stays sorted
    shown.open_tab("Classes")
    title = f"{len(census.classes())} classes"
    heading = shown.table(title).locator("thead th").nth(1)
    heading.click()
    expect(heading).to_contain_text("▾")
    values = [int(row[1].replace(",", "")) for row in shown.rows(title)]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) > 2
    heading.click()
    expect(heading).to_contain_text("▴")
    values = [int(row[1].replace(",", "")) for row in shown.rows(title)]
    assert values == sorted(values)
    search = shown.page.get_by_role("textbox").last
    chart = shown.chart("Instances of the ten most frequent classes").bounding_box()
    places = search.bounding_box(), shown.table(title).bounding_box()
    assert chart
    assert places[0]
    assert places[1]
    assert chart["y"] + chart["height"] < places[0]["y"] < places[1]["y"]
    assert places[1]["y"] - places[0]["y"] < 150
    search.fill("pers")
    expect(
        shown.page.get_by_text(f"1 of {len(census.classes())} classes")
    ).to_be_visible()


def test_names_are_shown_as_they_are(
    make_example: Make, page: Page, app_url: str, screenshots: Path
) -> None:
    dataset = make_example("evil-numbers")
    for sample in dataset.iter_samples(autosave=True):
        for label in sample[BASE].detections:
            label.label = EVIL
    compare_annotations(dataset, BASE, REVISED)
    census = take_census(dataset, key="diff")
    shown = NumbersPage(page, app_url, dataset.name)
    for tab in TABS:
        shown.open_drawn(tab, census)
        assert page.evaluate("window.hacked") is None
        assert page.locator('img[src="x"]').count() == 0
    shown.open_tab("Relabels")
    assert EVIL in [row[0] for row in shown.rows("The most frequent first")]
    page.screenshot(path=screenshots / "numbers-names.png")


def test_without_a_comparison_it_is_offered(
    make_example: Make, page: Page, app_url: str
) -> None:
    dataset = make_example("not-compared-numbers")
    shown = NumbersPage(page, app_url, dataset.name)
    instances = sum(dataset.values(F(BASE).apply(F("detections")).length()))
    rows = {row[0]: row for row in shown.rows("The label sets in figures")}
    assert rows["Instances, crowds included"][1] == str(instances)
    shown.open_tab("Relabels")
    page.get_by_role("button", name="Compare annotations").click()
    form = page.get_by_role("dialog")
    for field in (BASE, REVISED):
        expect(form.get_by_text(field, exact=True).first).to_be_visible()
