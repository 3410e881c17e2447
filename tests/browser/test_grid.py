"""The samples of a load, and the load itself, in the App."""

from __future__ import annotations

from pathlib import Path

import fiftyone as fo
from helpers.pages.app_page import until
from playwright.sync_api import Page, expect
from sama_coco.zoo import load_splits


def test_the_grid_shows_the_images_with_both_label_sets(
    example_mirror: Path, tmp_path: Path, page: Page, app_url: str, screenshots: Path
) -> None:
    dataset, _ = load_splits(
        "in-the-grid",
        "validation",
        tmp_path,
        persistent=True,
        label_types="segmentations",
        with_coco=True,
        mirror=str(example_mirror),
    )
    try:
        page.goto(f"{app_url}/datasets/in-the-grid")
        expect(page.get_by_text(f"{len(dataset)} samples")).to_be_visible()
        for field in ("sama_segmentations", "coco_segmentations", "coco_id"):
            expect(page.get_by_text(field, exact=True).first).to_be_visible()
        pictures = page.locator('[data-cy="fo-grid"] canvas')
        until(page, lambda: pictures.count() >= len(dataset))
        page.screenshot(path=screenshots / "grid.png")
    finally:
        fo.delete_dataset("in-the-grid")
