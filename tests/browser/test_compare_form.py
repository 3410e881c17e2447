"""The form that compares: classes of one side, mapped to common names as asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fiftyone as fo
import pytest
from helpers.data.tool_files import coco, draw_images, write_json
from helpers.pages.operator_page import OperatorPage
from playwright.sync_api import Page, expect
from sama_coco.labelsets import load_label_sets

NAME = "classes"


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[fo.Dataset]:
    other = coco()
    other["categories"][0]["name"] = "Cat"
    files = {
        name: write_json(tmp_path / f"{name}.json", content)
        for name, content in (("base", coco()), ("revised", other))
    }
    images = draw_images(tmp_path / "photos")
    yield load_label_sets(images, files, name=NAME, persistent=True)
    fo.delete_dataset(NAME)


def test_classes_of_one_side_are_listed_and_mapped(
    dataset: fo.Dataset, page: Page, app_url: str, screenshots: Path
) -> None:
    shown = OperatorPage(page, app_url, dataset.name)
    shown.open("Compare annotations")
    title = shown.dialog.get_by_text("Classes in only one field: 2")
    expect(title).to_be_visible()
    expect(shown.dialog.get_by_text("base: cat (likely Cat)")).to_be_visible()
    shown.button("Add common names of classes").click()
    for label, name in (("Class", "Cat"), ("Common name", "cat")):
        asked = shown.dialog.get_by_text(label, exact=True)
        asked.locator("xpath=following::input[1]").fill(name)
    expect(title).to_have_count(0)
    page.screenshot(path=screenshots / "compare-mapped.png")
    shown.execute()
    expect(shown.dialog.get_by_text("PQ 1.000")).to_be_visible()
    shown.close()
    dataset.reload()
    assert dataset.get_run_info("diff").config.class_map == [["Cat", "cat"]]
