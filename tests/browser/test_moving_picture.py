"""The panel in use, as the moving picture of the README: looked at, judged by key."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import fiftyone as fo
from helpers.pages.differences_page import DifferencesPage
from PIL import Image, ImageChops
from playwright.sync_api import Page, expect

SECONDS = 1.4
WIDTH, HEIGHT = 760, 620
"""Of the part of the panel that is shown, px."""

OVERLAY = "Overlay: area only in one, only in the other, in both (o)"


def test_a_moving_picture_of_a_review(
    differences: fo.Dataset,
    page: Page,
    app_url: str,
    app_server: Any,
    screenshots: Path,
) -> None:
    page.set_viewport_size({"width": 1840, "height": 900})
    shown = DifferencesPage(page, app_url, differences.name).open()
    crowded = differences.match_tags("validation").sort_by("diff_split", reverse=True)
    shown.show(crowded.first().id, app_server)
    frames = [take(shown)]
    for _ in range(2):
        shown.panes.press("]")
        frames.append(take(shown))
    shown.panes.press("2")
    expect(shown.root.locator(".progress")).to_contain_text("1 by you")
    frames.append(take(shown))
    shown.panes.press("z")
    expect(shown.root.locator(".progress")).to_contain_text("0 by you")
    shown.panes.press("Escape")
    shown.panes.press("0")
    shown.button(OVERLAY).click()
    expect(shown.root).to_have_attribute("data-mode", "overlay")
    frames.append(take(shown))

    first, *others = frames
    for before, after in zip(frames, others, strict=False):
        assert ImageChops.difference(before, after).getbbox()
    path = screenshots / "review.webp"
    milliseconds = round(1000 * SECONDS)
    first.save(path, save_all=True, append_images=others, duration=milliseconds, loop=0)
    with Image.open(path) as saved:
        assert (saved.n_frames, saved.size) == (len(frames), (WIDTH, HEIGHT))


def take(shown: DifferencesPage) -> Image.Image:
    """What the panel shows when all is answered and drawn, without a pointer."""
    shown.page.mouse.move(2, 2)
    shown.still()
    content = shown.page.locator('[data-cy="panel-content-annotation_differences"]')
    box = content.bounding_box()
    assert box
    area = {"x": box["x"], "y": box["y"], "width": WIDTH, "height": HEIGHT}
    return Image.open(io.BytesIO(shown.page.screenshot(clip=area))).convert("RGB")
