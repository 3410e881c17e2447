"""A review in the panel of annotation differences, by keys and buttons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.labelled import FIELDS, boxed, draw_images, make_pair
from helpers.pages.differences_page import (
    MODAL,
    SIDES,
    DifferencesPage,
    in_order,
    labels,
)
from playwright.sync_api import Page, expect
from sama_coco.labelsets import compare_annotations, weigh_evidence
from sama_coco.labelsets.reconciling.review_items import ReviewItem, sample_items
from sama_coco.labelsets.reconciling.review_progress import review_progress

VERDICTS = ["prefer base", "prefer revised", "keep both", "keep neither", "unsure"]
NewPage = Callable[[], Page]


@pytest.fixture
def unjudged(differences: fo.Dataset) -> Iterator[fo.Dataset]:
    """The example, of which no verdict is left."""
    yield differences
    differences.untag_samples(VERDICTS)
    differences.untag_labels(VERDICTS, label_fields=list(SIDES))


@pytest.fixture
def shown(unjudged: fo.Dataset, page: Page, app_url: str) -> DifferencesPage:
    """The panel in the grid, on the example."""
    return DifferencesPage(page, app_url, unjudged.name).open()


def items_of(dataset: fo.Dataset, sample_id: str, policy: Any = None) -> list[Any]:
    dataset.reload()
    return sample_items(dataset, sample_id, policy=policy)


def item_of(items: list[ReviewItem], ids: set[str]) -> ReviewItem:
    """The item that some labels are in."""
    return next(item for item in items if ids <= set(item.label_ids))


def is_focused(shown: DifferencesPage) -> bool:
    return bool(shown.panes.evaluate("e => e === document.activeElement"))


def test_an_image_is_reviewed_to_its_end_by_keys_alone(
    shown: DifferencesPage, unjudged: fo.Dataset, screenshots: Path
) -> None:
    order, keys = in_order(unjudged), shown.page.keyboard
    shown.next()
    shown.until(lambda: is_focused(shown))
    assert shown.sample_id == order[1]
    items = items_of(unjudged, order[1])
    assert len(items) > 5
    keys.press("]")
    shown.until(shown.marked)
    given: dict[str, str] = {}
    for number in range(len(items)):
        marked = shown.marked()
        item = item_of(items, marked)
        assert item.name not in given
        given[item.name] = VERDICTS[number % 4]
        keys.press(str(number % 4 + 1))
        shown.until(lambda marked=marked: shown.marked() not in (marked, set()))
        if number == 1:
            shown.page.screenshot(path=screenshots / "review.png")
    assert shown.sample_id == order[2]
    assert item_of(items_of(unjudged, order[2]), shown.marked()).is_open
    found = {i.name: str(i.judgement.verdict) for i in items_of(unjudged, order[1])}
    assert found == given
    progress = str(review_progress(unjudged))
    assert f"{len(items)} by you" in progress
    expect(shown.root.locator(".progress")).to_have_text(progress)
    assert is_focused(shown)


def test_verdicts_are_undone_the_last_first_also_on_the_image_before(
    shown: DifferencesPage, unjudged: fo.Dataset
) -> None:
    keys = shown.page.keyboard
    first = shown.sample_id
    shown.panes.focus()
    keys.press("2")
    shown.until(lambda: shown.sample_id != first)
    second = shown.sample_id
    shown.until(shown.marked)
    picked = shown.marked()
    keys.press("1")
    shown.until(lambda: shown.marked() != picked)
    keys.press("z")
    shown.until(lambda: shown.marked() == picked)
    assert not any(x.tags for x in labels(unjudged, second))
    assert unjudged.select(first).values("tags") == [["validation", "prefer revised"]]
    keys.press("z")
    shown.until(lambda: shown.sample_id == first)
    expect(shown.button("Undo")).to_be_disabled()
    assert unjudged.select(first).values("tags") == [["validation"]]
    keys.press("z")
    assert shown.sample_id == first


def test_keys_go_on_in_the_sample_viewer_and_reach_nothing_else_of_it(
    shown: DifferencesPage, unjudged: fo.Dataset
) -> None:
    keys = shown.page.keyboard
    shown.open_sample()
    shown.open()
    first = shown.sample_id
    shown.panes.focus()
    keys.press("4")
    shown.until(lambda: shown.sample_id != first)
    shown.until(lambda: shown.marked() and is_focused(shown))
    second, picked = shown.sample_id, shown.marked()
    keys.press("1")
    shown.until(lambda: shown.marked() not in (picked, set()))
    keys.press("z")
    shown.until(lambda: shown.marked() == picked)
    keys.press("z")
    shown.until(lambda: shown.sample_id == first)
    assert not any(x.tags for x in labels(unjudged, second))
    assert unjudged.select(first).values("tags") == [["validation"]]
    expect(shown.page.locator(MODAL)).to_have_count(1)
    shown.close_sample()


def test_going_on_can_be_switched_off_and_a_verdict_taken_back(
    shown: DifferencesPage, unjudged: fo.Dataset
) -> None:
    here = shown.next()
    shown.stay()
    shown.rows.nth(1).click()
    shown.until(shown.marked)
    shown.until(lambda: is_focused(shown))
    picked = shown.marked()
    shown.page.keyboard.press("5")
    expect(shown.button("✓ unsure")).to_be_visible()
    expect(shown.rows.nth(1)).to_contain_text("✓ unsure")
    assert shown.marked() == picked
    tagged = {x.id for x in labels(unjudged, here) if x.tags == ["unsure"]}
    assert tagged == set(item_of(items_of(unjudged, here), picked).label_ids)
    shown.page.keyboard.press("Backspace")
    expect(shown.button("Unsure")).to_be_visible()
    assert not any(x.tags for x in labels(unjudged, here))


def test_the_result_and_what_is_open_are_shown(
    shown: DifferencesPage, unjudged: fo.Dataset, screenshots: Path
) -> None:
    here = shown.next()
    shown.stay()
    shown.scope.get_by_role("combobox").last.click()
    shown.page.get_by_role("option", name="policy: agreed").click()
    expect(shown.rows.filter(has_text="⇢ revised (agreed)")).not_to_have_count(0)
    added = shown.rows.filter(has_text="added").first
    expect(added).to_contain_text("⇢ neither (agreed)")
    added.click()
    shown.until(shown.marked)
    shown.page.keyboard.press("2")
    expect(added).to_contain_text("✓ prefer revised")
    relabeled = shown.rows.filter(has_text="relabeled").first
    relabeled.click()
    shown.until(lambda: len(shown.marked()) == 2)
    shown.page.keyboard.press("5")
    expect(relabeled).to_contain_text("✓ unsure")
    items = items_of(unjudged, here, "agreed")
    sides = {x.id: n for n in (0, 1) for x in labels(unjudged, here, [SIDES[n]])}
    kept = {"base": (0,), "revised": (1,), "both": (0, 1), "neither": (), "review": ()}
    taken = [
        sides[label_id]
        for item in items
        for label_id in item.label_ids
        if sides[label_id] in kept[item.take]
    ]
    assert {item.take for item in items} >= {"revised", "neither", "review"}
    shown.root.get_by_title("Result: only what verdicts and the policy keep").click()
    shown.until(lambda: shown.outlines() == (taken.count(0), taken.count(1)))
    expect(shown.root.locator('[data-from="open"]')).to_have_text("1 open, not shown")
    shown.page.screenshot(path=screenshots / "result.png")
    shown.root.get_by_title("Side by side").click()
    shown.root.get_by_label("open only").check()
    expect(shown.rows).to_have_count(1)
    shown.until(lambda: shown.outlines() == (1, 1))
    expect(shown.root.locator(".progress")).to_have_text(
        str(review_progress(unjudged, policy="agreed"))
    )


def test_two_windows_see_each_others_verdicts_on_the_next_step(
    shown: DifferencesPage, unjudged: fo.Dataset, new_page: NewPage, app_url: str
) -> None:
    here = shown.next()
    other = DifferencesPage(new_page(), app_url, unjudged.name).open()
    assert other.sample_id == here
    given = set()
    for number, window in enumerate((shown, other, shown, other)):
        window.page.bring_to_front()
        window.panes.focus()
        if number < 2:
            window.page.keyboard.press("]" if number == 0 else "[")
            window.until(window.marked)
        marked = window.marked()
        window.page.keyboard.press("1")
        window.until(lambda w=window, m=marked: w.marked() not in (m, set()))
        given |= {item_of(items_of(unjudged, here), marked).name}
    found = items_of(unjudged, here)
    assert {item.name for item in found if item.judgement.verdict} == given
    assert len(given) >= 3
    for window in (shown, other):
        assert item_of(found, window.marked()).is_open
    expect(other.rows.filter(has_text="✓ prefer base")).not_to_have_count(0)


def test_an_image_of_many_items_is_paged_through(
    page: Page, app_url: str, tmp_path: Path, screenshots: Path
) -> None:
    many = [boxed("cat", n % 40 * 2, n // 40 * 3, 2, 3) for n in range(620)]
    dataset = make_pair((many, []), name="many-items")
    draw_images(dataset, tmp_path)
    dataset.persistent = True
    compare_annotations(dataset, **FIELDS)
    try:
        shown = DifferencesPage(page, app_url, dataset.name).open()
        expect(shown.rows).to_have_count(500)
        shown.rows.last.click()
        shown.until(shown.marked)
        before = shown.marked()
        shown.page.keyboard.press("3")
        shown.until(lambda: shown.marked() != before)
        expect(shown.rows).to_have_count(120)
        expect(shown.scope.get_by_text("Rows 501 to 620 of 620")).to_be_visible()
        shown.rows.first.scroll_into_view_if_needed()
        page.screenshot(path=screenshots / "pages.png")
        shown.button("‹ Previous rows").click()
        expect(shown.rows).to_have_count(500)
        expect(shown.rows.last).to_contain_text("✓ keep both")
    finally:
        fo.delete_dataset(dataset.name)


def test_evidence_of_models_is_shown_sorted_and_filtered_by_as_advice(
    page: Page, app_url: str, tmp_path: Path, screenshots: Path
) -> None:
    before = [boxed("cat", 0, 0, 20, 20), boxed("dog", 40, 0, 20, 20)]
    after = [boxed("cat", 2, 0, 20, 20), boxed("dog", 44, 0, 20, 20)]
    dataset = make_pair((before, after), name="weighed")
    draw_images(dataset, tmp_path)
    dataset.persistent = True
    compare_annotations(dataset, **FIELDS)
    found = [
        boxed("cat", 2, 0, 20, 20, confidence=0.9),
        boxed("dog", 40, 0, 20, 20, confidence=0.6),
    ]
    dataset.add_sample_field("model", fo.EmbeddedDocumentField, fo.Detections)
    dataset.set_values("model", [fo.Detections(detections=found)])
    weigh_evidence(dataset, "model")
    try:
        shown = DifferencesPage(page, app_url, dataset.name).open()
        expect(shown.scope.get_by_text("advice from models, not truth")).to_be_visible()
        column = shown.scope.locator("thead th").filter(has_text="Evidence")
        column.click()
        expect(column).to_contain_text("▴")
        expect(shown.rows.first).to_contain_text("dog")
        column.click()
        expect(shown.rows.first).to_contain_text("cat")
        shown.rows.first.click()
        shown.until(lambda: len(shown.marked()) == 2)
        pane = shown.pane("base")
        box = pane.bounding_box()
        assert box
        pane.hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
        card = shown.root.locator(".card")
        expect(card).to_contain_text("Models side with revised, 0.1")
        expect(card).to_contain_text("advice, not truth")
        page.screenshot(path=screenshots / "evidence.png")
        shown.root.get_by_label("Least evidence").fill("0")
        shown.until(lambda: shown.outlines() == (1, 1))
    finally:
        fo.delete_dataset(dataset.name)
