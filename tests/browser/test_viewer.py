"""The viewer in the panel: pan and zoom, picks, modes and filters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fiftyone as fo
import pytest
from helpers.datasets.labelled import FIELDS, draw_images, make_pair, masked
from helpers.pages.differences_page import SIDES, DifferencesPage, counts, labels
from playwright.sync_api import Browser, Page, expect
from sama_coco.labelsets import compare_annotations


@pytest.fixture
def shown(differences: fo.Dataset, used_page: Page, app_url: str) -> DifferencesPage:
    """The panel in the grid, on the example."""
    return DifferencesPage(used_page, app_url, differences.name).open()


def test_both_panes_zoom_and_pan_together(shown: DifferencesPage) -> None:
    shown.next()
    before = shown.look("base")
    box = shown.pane("base").bounding_box()
    assert box
    shown.page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 40)
    shown.page.mouse.wheel(0, -400)
    shown.until(lambda: shown.look("base")[0] > before[0] * 1.2)
    assert shown.look("base") == shown.look("revised")
    zoomed = shown.look("base")
    shown.page.mouse.down()
    shown.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60, steps=4)
    shown.page.mouse.up()
    shown.until(lambda: shown.look("base")[1] > zoomed[1])
    assert shown.look("base") == shown.look("revised")
    shown.pane("revised").dblclick(position={"x": 5, "y": box["height"] - 5})
    shown.until(lambda: shown.look("base") == before)


def test_keys_move_the_view_and_choose_objects(shown: DifferencesPage) -> None:
    shown.next()
    press = shown.page.keyboard.press
    home = shown.look("base")
    shown.panes.focus()
    press("+")
    shown.until(lambda: shown.look("base")[0] > home[0])
    middle = shown.look("base")
    press("ArrowRight")
    shown.until(lambda: shown.look("base")[1] > middle[1])
    press("ArrowUp")
    shown.until(lambda: shown.look("base")[2] < middle[2])
    press("-")
    press("0")
    shown.until(lambda: shown.look("base") == home)
    press("]")
    shown.until(shown.marked)
    first = shown.marked()
    press("]")
    shown.until(lambda: shown.marked() != first)
    press("[")
    shown.until(lambda: shown.marked() == first)
    press("o")
    expect(shown.root).to_have_attribute("data-mode", "overlay")
    press("o")
    expect(shown.root).to_have_attribute("data-mode", "split")
    press("Escape")
    shown.until(lambda: not shown.marked())


def test_quick_picks_are_not_undone_by_answers(shown: DifferencesPage) -> None:
    shown.panes.focus()
    for _ in range(6):
        shown.page.keyboard.press("]")
    place = shown.root.locator(".place")
    expect(place).to_contain_text("6 /")
    expect(shown.scope.get_by_text("picked:")).to_be_visible()
    shown.still()
    expect(place).to_contain_text("6 /")


@pytest.fixture
def nested(tmp_path: Path) -> Iterator[fo.Dataset]:
    """A picture of a cup on a table, each drawn twice."""
    dataset = make_pair(
        (
            [masked("table", 5, 5, 60, 50), masked("cup", 30, 25, 8, 8)],
            [masked("table", 5, 5, 60, 49), masked("cup", 30, 25, 8, 7)],
        ),
        name="nested",
    )
    draw_images(dataset, tmp_path)
    dataset.persistent = True
    compare_annotations(dataset, **FIELDS)
    yield dataset
    fo.delete_dataset("nested")


def test_a_second_click_goes_to_the_object_below(
    nested: fo.Dataset, page: Page, app_url: str
) -> None:
    shown = DifferencesPage(page, app_url, nested.name).open()
    classes = {x.id: x.label for x in labels(nested, shown.sample_id, FIELDS.values())}
    count_paths(page)
    box = shown.pane("base").bounding_box()
    assert box
    cup = {"x": box["width"] * 34 / 80, "y": box["height"] * 29 / 60}
    for expected in ("cup", "table", "cup"):
        shown.pane("base").click(position=cup)
        shown.until(
            lambda name=expected: {classes[i] for i in shown.marked()} == {name}
        )
        shown.until(lambda name=expected: emphasised(shown) == [name])
    assert page.evaluate("window.paths") == 0, "a pick made all outlines anew"


def emphasised(shown: DifferencesPage) -> list[str]:
    """The classes in the rows of the table that have a ground of their own."""
    found: list[str] = shown.scope.locator("tbody").evaluate(
        """body => [...body.rows].map(row => row.cells[0]).filter(
            cell => getComputedStyle(cell).backgroundColor !== "rgba(0, 0, 0, 0)"
        ).map(cell => cell.innerText)"""
    )
    return found


def count_paths(page: Page) -> None:
    """Counts from now on the outlines that are made."""
    page.evaluate(
        """() => {
            const Plain = window.Path2D;
            window.paths = 0;
            window.Path2D = class extends Plain {
                constructor(...rest) { super(...rest); window.paths += 1; }
            };
        }"""
    )


def test_fingers_pinch_and_move_both_panes(
    differences: fo.Dataset, browser: Browser, app_url: str
) -> None:
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, has_touch=True
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    shown = DifferencesPage(page, app_url, differences.name).open()
    before = shown.look("base")
    box = shown.pane("base").bounding_box()
    assert box
    fingers = context.new_cdp_session(page)
    y = box["y"] + 60

    def touch(kind: str, *places: float) -> None:
        points = [{"x": box["x"] + x, "y": y, "id": i} for i, x in enumerate(places)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 90, 110)
    for spread in (10, 20, 30):
        touch("touchMove", 90 - spread, 110 + spread)
    touch("touchEnd")
    shown.until(lambda: shown.look("base")[0] > before[0] * 1.5)
    assert shown.look("base") == shown.look("revised")
    pinched = shown.look("base")
    touch("touchStart", 100)
    for by in (10, 20, 40):
        touch("touchMove", 100 + by)
    touch("touchEnd")
    shown.until(lambda: shown.look("base")[1] < pinched[1])
    assert shown.look("base")[0] == pinched[0]
    context.close()


def test_panes_are_as_sharp_as_the_screen(
    differences: fo.Dataset, browser: Browser, app_url: str
) -> None:
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, device_scale_factor=2
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    shown = DifferencesPage(page, app_url, differences.name).open()
    shown.still()
    for canvas in shown.root.locator("canvas").all():
        sizes = canvas.evaluate(
            "c => [c.width, c.height, c.clientWidth, c.clientHeight]"
        )
        assert sizes[:2] == [2 * size for size in sizes[2:]]
    context.close()


def test_classes_filter_the_outlines(
    shown: DifferencesPage, differences: fo.Dataset
) -> None:
    shown.next()
    name = labels(differences, shown.sample_id)[0].label
    shown.root.get_by_title("Show only some classes").click()
    shown.root.locator(".options label").filter(has_text=name).first.click()
    whole = counts(differences, shown.sample_id)
    shown.until(lambda: sum(shown.outlines()) < sum(whole))
    shown.root.get_by_label("all classes").check()
    shown.until(lambda: shown.outlines() == whole)


def test_an_iou_range_filters_the_outlines(
    shown: DifferencesPage, differences: fo.Dataset
) -> None:
    shown.next()
    sample = differences[shown.sample_id]
    sides = [
        [x["diff_iou"] for x in sample[side].detections if x["diff_iou"] is not None]
        for side in SIDES
    ]
    middle = sorted(sides[0] + sides[1])[len(sides[0])]
    least = round(middle, 2)
    whole = shown.outlines()
    shown.root.get_by_label("Least IoU").fill(str(least))
    kept = tuple(sum(iou >= least for iou in side) for side in sides)
    assert kept != whole
    shown.until(lambda: shown.outlines() == kept)
    shown.root.get_by_label("Least IoU").fill("0")
    shown.until(lambda: shown.outlines() == whole)
    shown.root.get_by_label("Greatest IoU").fill("0.99")
    kept = tuple(sum(iou <= 0.99 for iou in side) for side in sides)
    shown.until(lambda: shown.outlines() == kept)


def opaque(shown: DifferencesPage) -> int:
    """The pixels of the base pane that are painted."""
    found: int = (
        shown.pane("base")
        .locator("canvas")
        .first.evaluate(
            """canvas => canvas.getContext("2d")
            .getImageData(0, 0, canvas.width, canvas.height)
            .data.filter((value, i) => i % 4 === 3 && value > 0).length"""
        )
    )
    return found


def test_opacities_of_fill_and_picture(shown: DifferencesPage) -> None:
    shown.next()
    whole, before = opaque(shown), shown.picture_of("base")
    shown.root.get_by_label("Opacity of the fill").fill("1")
    shown.until(lambda: shown.picture_of("base") != before)
    shown.root.get_by_label("Opacity of the fill").fill("0")
    shown.still()
    assert opaque(shown) == whole
    shown.root.get_by_label("Opacity of the picture").fill("0")
    shown.until(lambda: 0 < opaque(shown) < whole / 2)


def test_modes_show_what_they_say(shown: DifferencesPage) -> None:
    base, revised = shown.outlines()
    for name, panes in (
        ("Only COCO-2017", {"base": (base, 0)}),
        ("Only Sama-COCO", {"revised": (0, revised)}),
        ("Swipe: drag a line between the two", {"swipe": (base, revised)}),
    ):
        shown.button(name).click()
        for pane, outlines in panes.items():
            expect(shown.pane(pane)).to_be_visible()
            shown.until(lambda outlines=outlines: shown.outlines() == outlines)
        assert shown.root.locator("[data-pane]").count() == 1


def test_the_line_of_the_swipe_is_dragged(shown: DifferencesPage) -> None:
    shown.next()
    shown.button("Swipe: drag a line between the two").click()
    pane = shown.pane("swipe")
    expect(pane).to_be_visible()
    shown.still()
    before, look = shown.picture_of("swipe"), shown.look("swipe")
    box = pane.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    mouse = shown.page.mouse
    mouse.move(box["x"] + box["width"] / 2, y)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.8, y, steps=5)
    mouse.up()
    line = shown.root.get_by_label("Line between base and revised")
    shown.until(lambda: abs(float(line.input_value()) - 0.8) < 0.02)
    shown.until(lambda: shown.picture_of("swipe") != before)
    assert shown.look("swipe") == look
    mouse.move(box["x"] + box["width"] * 0.3, y)
    mouse.wheel(0, -300)
    shown.until(lambda: shown.look("swipe") != look)
