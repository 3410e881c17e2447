"""The keypoints of people in the panel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import fiftyone as fo
from fiftyone import ViewField as F
from helpers.pages.differences_page import SIDES, DifferencesPage
from playwright.sync_api import Page, expect
from sama_coco.labelsets import compare_annotations


def test_a_person_that_is_picked_shows_its_keypoints(
    make_example: Callable[..., fo.Dataset],
    page: Page,
    app_url: str,
    app_server: Any,
    screenshots: Path,
) -> None:
    dataset = make_example("keypoints", label_types=["segmentations", "keypoints"])
    compare_annotations(dataset, *SIDES)
    people = F("coco_keypoints.keypoints")
    sample = dataset.match(people.length() > 0).sort_by(people.length()).first()
    (person, *_) = sample.coco_keypoints.keypoints
    labels = sample[SIDES[0]].detections
    label = next(one for one in labels if one.coco_id == person.coco_id)
    shown = DifferencesPage(page, app_url, dataset.name).open()
    shown.show(sample.id, app_server)
    shown.stay()
    rows = shown.rows.filter(has_text="person")
    for place in range(rows.count()):
        rows.nth(place).click()
        shown.until(lambda: shown.marked())
        shown.still()
        if label.id in shown.marked():
            break
    assert label.id in shown.marked()
    page.screenshot(path=screenshots / "keypoints.png")
    box = shown.pane("base").bounding_box()
    assert box is not None
    shown.pane("base").hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    count = sum(v > 0 for v in person.v)
    expect(shown.root.locator(".card")).to_contain_text(f"{count} of 17 keypoints")
