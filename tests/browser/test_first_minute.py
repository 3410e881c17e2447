"""What a newcomer sees: a finished comparison, without a click."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import fiftyone as fo
import pytest
from helpers.pages.app_page import NO_PROMOTION
from helpers.pages.differences_page import DifferencesPage
from helpers.pages.operator_page import OperatorPage
from helpers.programs.app_process import app
from helpers.programs.app_server import AppServer
from helpers.programs.own_database import free_port
from playwright.sync_api import Page, expect
from sama_coco.labelsets.comparison import Status
from sama_coco.labelsets.runs.views.disagreement_order import most_varied_sample

WIDTHS = {"narrow": 1100, "wide": 1900}


def most_varied(name: str) -> str | None:
    return most_varied_sample(fo.load_dataset(name), "diff")


@pytest.fixture
def opened(tmp_path: Path, example_mirror: Path) -> Iterator[str]:
    """The address that `make app` says."""
    options = ["--port", str(free_port()), "--mirror", str(example_mirror)]
    with app(tmp_path, *options, "--address", "127.0.0.1") as running:
        line = running.wait_for("The App is at")
        yield next(word for word in line.split() if word.startswith("http"))
        running.interrupt()
    fo.delete_dataset(line.split("'")[1])


def test_make_app_opens_on_a_difference(
    opened: str, page: Page, screenshots: Path
) -> None:
    page.add_init_script(NO_PROMOTION)
    page.goto(opened)
    shown = DifferencesPage.beside_samples(page)
    name = urlsplit(page.url).path.rpartition("/")[2]
    assert shown.sample_id == most_varied(name)
    tabs = page.locator('[data-cy^="panel-tab-"]')
    names = ["Samples", "Annotation differences", "By the numbers"]
    expect(tabs).to_contain_text(names)
    guide = shown.root.get_by_role("region", name="Guide")
    expect(guide).to_contain_text("the labels of COCO-2017 on the left")
    for theme in ("dark", "light"):
        for width, px in WIDTHS.items():
            page.set_viewport_size({"width": px, "height": 900})
            page.screenshot(path=screenshots / f"first-{theme}-{width}.png")
        shown.switch_theme()
    shown.button("Got it").click()
    expect(guide).to_have_count(0)
    page.reload()
    expect(shown.root).to_have_attribute("data-picture", "ready")
    expect(guide).to_have_count(0)

    cell = shown.rows.filter(has_text="merged").first.locator("td").nth(1)
    cell.locator("span").hover()
    expect(page.get_by_role("tooltip")).to_contain_text(Status.MERGED.description)

    page.locator('[data-cy="saved-views-selection-container"]').click()
    page.get_by_text("diff: relabeled", exact=True).click()
    page.wait_for_url("**?view=diff-relabeled*")
    view = fo.load_dataset(name).load_saved_view("diff: relabeled")
    expect(page.get_by_text(f"{len(view)} samples")).to_be_visible()


@pytest.fixture
def reached(example_mirror: Path) -> Iterator[str]:
    """The address of an App whose server reaches the published files."""
    server = AppServer(SAMA_COCO_MIRROR=str(example_mirror))
    yield server.url
    server.close()


def test_a_load_ends_in_the_workspace_of_its_comparison(
    reached: str, make_example: Callable[..., fo.Dataset], page: Page
) -> None:
    before = OperatorPage(page, reached, make_example("before").name)
    before.open("Load Sama-COCO")
    before.execute()
    page.wait_for_url("**/datasets/sama-coco?**")
    try:
        shown = DifferencesPage.beside_samples(page)
        assert shown.sample_id == most_varied("sama-coco")
        assert parse_qs(urlsplit(page.url).query)["view"] == ["diff-by-disagreement"]
    finally:
        fo.delete_dataset("sama-coco")
