"""A label file uploaded in the App: what is found in it is shown, then it is added."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fiftyone as fo
import pytest
from helpers.data.tool_files import coco, draw_images, write_json
from helpers.pages.operator_page import OperatorPage
from playwright.sync_api import Page, expect
from sama_coco.labelsets import load_label_sets

NAME = "uploads"


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[fo.Dataset]:
    images = draw_images(tmp_path / "photos")
    base = write_json(tmp_path / "base.json", coco())
    yield load_label_sets(images, {"base": base}, name=NAME, persistent=True)
    fo.delete_dataset(NAME)


@pytest.fixture
def shown(dataset: fo.Dataset, page: Page, app_url: str) -> OperatorPage:
    return OperatorPage(page, app_url, dataset.name)


def test_an_uploaded_file_is_previewed_and_added(
    shown: OperatorPage, dataset: fo.Dataset, tmp_path: Path, screenshots: Path
) -> None:
    content = coco()
    content["images"][2] |= {"id": 99, "file_name": "elsewhere.jpg"}
    for annotation in content["annotations"][4:]:
        annotation["image_id"] = 99
    content["categories"][1]["name"] = "Dog "
    content["annotations"][0]["iscrowd"] = 7
    path = write_json(tmp_path / "Second pass.json", content)
    shown.open("Add annotations")
    shown.dialog.locator("input[type=file]").set_input_files(path)
    for said in (
        "COCO JSON: 2 of 3 images here match 2 of 3 in it, by coco_id",
        "1 annotations are imported as masks, 2 as boxes",
        "1 x annotation whose 'iscrowd' is not 0 or 1",
        "Dog (nearest: dog)",
    ):
        expect(shown.dialog.get_by_text(said)).to_be_visible()
    shown.page.screenshot(path=screenshots / "add-annotations.png")
    shown.page.set_viewport_size({"width": 700, "height": 900})
    shown.page.screenshot(path=screenshots / "add-annotations-narrow.png")
    shown.page.set_viewport_size({"width": 1400, "height": 900})
    shown.execute()
    expect(shown.dialog.get_by_text("as 'second_pass'")).to_be_visible()
    shown.page.screenshot(path=screenshots / "add-annotations-result.png")
    shown.close()
    dataset.reload()
    assert dataset.count("second_pass.detections") == 3
    assert dataset.count("base.detections") == 6


def test_a_file_that_is_no_label_file_can_not_be_sent(
    shown: OperatorPage, dataset: fo.Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "notes.json"
    path.write_text('{"todo": []}')
    shown.open("Add annotations")
    shown.dialog.locator("input[type=file]").set_input_files(path)
    expect(shown.dialog.get_by_text("COCO JSON").first).to_be_visible()
    expect(shown.button("Execute")).to_be_disabled()
    dataset.reload()
    assert "notes" not in dataset.get_field_schema()
