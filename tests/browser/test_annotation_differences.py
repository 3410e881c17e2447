"""The panel of annotation differences, in the grid and in the sample viewer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import fiftyone as fo
import pytest
from helpers.pages.app_page import held_requests
from helpers.pages.differences_page import (
    MODAL,
    SIDES,
    DifferencesPage,
    counts,
    in_order,
    labels,
)
from playwright.sync_api import Page, expect
from sama_coco.labelsets import compare_annotations
from sama_coco.labelsets.managing.comparison_runs import delete_comparison_run

EVIL = "<img src=x onerror=window.hacked=1>"
LINK = "[x](javascript:alert(1))"
Make = Callable[..., fo.Dataset]


@pytest.fixture
def shown(differences: fo.Dataset, used_page: Page, app_url: str) -> DifferencesPage:
    """The panel in the grid, on the example."""
    return DifferencesPage(used_page, app_url, differences.name).open()


def test_the_grid_shows_every_object_of_the_sample_that_disagrees_most(
    shown: DifferencesPage, differences: fo.Dataset
) -> None:
    assert shown.sample_id == in_order(differences)[0]
    assert shown.outlines() == counts(differences, shown.sample_id)


def test_next_goes_through_the_samples_by_disagreement(
    shown: DifferencesPage, differences: fo.Dataset
) -> None:
    order = in_order(differences)
    seen = [shown.sample_id]
    for _ in range(5):
        seen.append(shown.next())
        assert shown.outlines() == counts(differences, shown.sample_id)
    assert seen == order[:6]
    assert shown.next("‹ Previous") == order[4]


def test_a_row_zooms_to_its_objects_and_marks_them(
    shown: DifferencesPage, differences: fo.Dataset, app_server: Any
) -> None:
    split = differences.match(fo.ViewField("diff_split") > 0).values("id")
    shown.show(next(i for i in in_order(differences) if i in split), app_server)
    home = shown.look("base")
    shown.rows.filter(has_text="split").first.click()
    shown.until(shown.marked)
    shown.still()
    assert shown.look("base")[0] > home[0]
    assert shown.look("base") == shown.look("revised")
    found = labels(differences, shown.sample_id)
    one = next(x for x in found if x.id in shown.marked())
    whole = one["diff_id"] if one["diff_id"] in {x["diff_id"] for x in found} else None
    group = {x.id for x in found if whole in (x.id, x["diff_id"])}
    assert shown.marked() >= group - {None}
    assert len(shown.marked()) >= 3
    shown.rows.filter(has_text="refined").first.click()
    shown.until(lambda: len(shown.marked()) == 2)


def test_columns_sort_the_table(shown: DifferencesPage) -> None:
    shown.next()
    column = shown.scope.locator("thead th").nth(5)

    def areas() -> list[float]:
        cells = shown.rows.locator("td:nth-child(6)").all_inner_texts()
        greatest = (cell.replace(",", "").split(" → ") for cell in cells)
        return [max(map(float, values)) for values in greatest]

    column.click()
    expect(column).to_contain_text("▴")
    shown.until(lambda: areas() == sorted(areas()))
    column.click()
    expect(column).to_contain_text("▾")
    shown.until(lambda: areas() == sorted(areas(), reverse=True))


def test_the_legend_counts_and_switches_statuses(
    shown: DifferencesPage, differences: fo.Dataset
) -> None:
    shown.next()
    sample = differences[shown.sample_id]
    base, revised = ([x["diff"] for x in sample[s].detections] for s in SIDES)
    for status in {*base, *revised}:
        n, m = base.count(status), revised.count(status)
        chip = shown.root.locator(f'[data-status="{status}"]')
        expect(chip.locator(".count")).to_have_text(str(n) if n == m else f"{n} → {m}")
        chip.click()
        shown.until(
            lambda n=n, m=m: shown.outlines() == (len(base) - n, len(revised) - m)
        )
        chip.click()
        shown.until(lambda: shown.outlines() == (len(base), len(revised)))


def test_verdicts_become_tags(shown: DifferencesPage, differences: fo.Dataset) -> None:
    shown.next()
    sample_id = shown.sample_id

    def sample_tags() -> list[str]:
        return differences.select(sample_id).values("tags")[0]

    def label_tags() -> dict[str, list[str]]:
        return {x.id: x.tags for x in labels(differences, sample_id) if x.tags}

    shown.stay()
    shown.button("Prefer revised").click()
    expect(shown.button("✓ prefer revised")).to_be_visible()
    assert "prefer revised" in sample_tags()
    shown.button("Unsure").click()
    expect(shown.button("✓ unsure")).to_be_visible()
    assert {"unsure", "validation"} == set(sample_tags())
    shown.button("Clear").click()
    expect(shown.button("Unsure")).to_be_visible()
    assert sample_tags() == ["validation"]

    shown.rows.filter(has_text="refined").first.click()
    expect(shown.scope.get_by_text("2 picked:")).to_be_visible()
    shown.button("Prefer base").click()
    expect(shown.rows.filter(has_text="✓ prefer base")).to_have_count(1)
    assert label_tags() == {i: ["prefer base"] for i in shown.marked()}
    assert sample_tags() == ["validation"]
    shown.button("Clear").click()
    expect(shown.rows.filter(has_text="✓ prefer base")).to_have_count(0)
    assert label_tags() == {}


def test_a_click_on_an_outline_marks_its_row(
    shown: DifferencesPage, differences: fo.Dataset
) -> None:
    shown.next()
    shown.rows.filter(has_text="refined").first.click()
    shown.until(shown.marked)
    expected = shown.marked()
    shown.still()
    shown.panes.focus()
    shown.page.keyboard.press("Escape")
    shown.until(lambda: not shown.marked())
    box = shown.pane("base").bounding_box()
    assert box
    shown.pane("base").hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    shown.until(lambda: shown.data()["hover"] in expected)
    expect(shown.root.locator(".card")).to_contain_text("Boundary IoU")
    shown.pane("base").click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    shown.until(lambda: shown.marked() == expected)
    expect(shown.scope.get_by_text("2 picked:")).to_be_visible()


def test_the_sample_viewer_is_followed(
    differences: fo.Dataset, used_page: Page, app_url: str
) -> None:
    ids, order = differences.values("id"), in_order(differences)
    shown = DifferencesPage(used_page, app_url, differences.name)
    used_page.locator('[data-cy="looker"]').first.click()
    expect(used_page.locator(MODAL)).to_have_count(1)
    shown.open()
    assert shown.sample_id == ids[0]
    assert shown.outlines() == counts(differences, ids[0])
    expect(shown.button("Open")).to_have_count(0)
    for here in ids[1:4]:
        used_page.keyboard.press("ArrowRight")
        shown.until(lambda here=here: shown.sample_id == here)
        shown.until(lambda here=here: shown.outlines() == counts(differences, here))
    used_page.keyboard.press("ArrowLeft")
    shown.until(lambda: shown.sample_id == ids[2])
    assert shown.next() == order[order.index(ids[2]) + 1]


def test_open_sample_opens_what_is_shown(shown: DifferencesPage) -> None:
    here = shown.next()
    shown.open_sample()
    shown.open()
    shown.until(lambda: shown.sample_id == here)
    expect(shown.button("Open")).to_have_count(0)
    shown.close_sample()
    expect(shown.button("Open")).to_be_visible()
    assert shown.sample_id == here


def test_the_selected_sample_is_shown(
    shown: DifferencesPage, differences: fo.Dataset, app_server: Any
) -> None:
    chosen = differences.values("id")[3]
    app_server.selected = [chosen]
    shown.until(lambda: shown.sample_id == chosen)
    app_server.selected = []


def test_the_theme_is_followed(shown: DifferencesPage) -> None:
    def ground() -> str:
        return str(shown.root.evaluate("e => getComputedStyle(e).backgroundColor"))

    before = ground()
    shown.switch_theme()
    shown.until(lambda: ground() != before)
    shown.switch_theme()
    shown.until(lambda: ground() == before)


def test_of_two_quick_changes_in_different_places_both_count(
    shown: DifferencesPage, differences: fo.Dataset
) -> None:
    """And a list that is open stays open."""
    order, page = in_order(differences), shown.page
    policy = shown.scope.get_by_role("combobox").last
    with held_requests(page) as held:
        policy.click()
        page.get_by_role("option", name="policy: agreed").click()
        shown.scope.locator("thead th").nth(5).click()
        shown.button("Next ›").click()
        shown.button("Next ›").click()
        shown.button("Unsure").click()
        shown.until(lambda: len(held) == 5)
        policy.click()
    shown.still()
    assert "unsure" in differences.select(order[0]).values("tags")[0]
    differences.untag_samples("unsure")
    option = page.get_by_role("option", name="policy: union")
    expect(option).to_be_visible()
    assert shown.sample_id == order[2]
    expect(shown.scope.locator("thead th").nth(5)).to_contain_text("▴")
    chosen = page.get_by_role("option", name="policy: agreed", selected=True)
    expect(chosen).to_be_visible()
    option.click()
    expect(policy).to_have_text("policy: union")
    shown.still()
    assert shown.sample_id == order[2]
    expect(shown.scope.locator("thead th").nth(5)).to_contain_text("▴")


def test_without_a_comparison_the_form_is_offered_with_its_fields(
    make_example: Make, page: Page, app_url: str, screenshots: Path
) -> None:
    dataset = make_example("not-compared")
    shown = DifferencesPage(page, app_url, dataset.name)
    shown.open_panel()
    expect(shown.button("Compare annotations")).to_be_visible()
    page.screenshot(path=screenshots / "empty-compare.png")
    shown.button("Compare annotations").click()
    form = page.get_by_role("dialog")
    for field in SIDES:
        expect(form.get_by_text(field, exact=True).first).to_be_visible()
    page.screenshot(path=screenshots / "empty-compare-form.png")
    form.get_by_role("button", name="Execute").last.click()
    expect(shown.root).to_have_attribute("data-picture", "ready")
    dataset.reload()
    assert shown.outlines() == counts(dataset, shown.sample_id)


def test_with_one_label_field_loading_and_merging_are_offered(
    make_example: Make, page: Page, app_url: str, screenshots: Path
) -> None:
    dataset = make_example("one-field", with_coco=False)
    shown = DifferencesPage(page, app_url, dataset.name)
    shown.open_panel()
    for name in ("Load Sama-COCO", "Add annotations", "Merge annotations"):
        expect(shown.button(name)).to_be_visible()
    page.screenshot(path=screenshots / "empty-load.png")
    for name in ("Load Sama-COCO", "Add annotations", "Merge annotations"):
        shown.button(name).click()
        expect(page.get_by_role("dialog").get_by_text(name).first).to_be_visible()
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_sample_outside_the_comparison_says_so(
    make_example: Make, page: Page, app_url: str, screenshots: Path, app_server: Any
) -> None:
    dataset = make_example("partly")
    compare_annotations(dataset.limit(4), *SIDES)
    shown = DifferencesPage(page, app_url, dataset.name).open()
    app_server.selected = [dataset.values("id")[7]]
    notice = page.get_by_text("not part of the comparison 'diff'")
    expect(notice).to_be_visible()
    page.screenshot(path=screenshots / "outside.png")
    shown.button("Next ›").click()
    expect(shown.root).to_have_attribute("data-picture", "ready")
    assert shown.sample_id == in_order(dataset.limit(4))[0]
    app_server.selected = []


def test_a_comparison_made_elsewhere_is_shown_once_a_sample_is_chosen(
    make_example: Make, page: Page, app_url: str, app_server: Any
) -> None:
    dataset = make_example("compared-later")
    shown = DifferencesPage(page, app_url, dataset.name)
    shown.open_panel()
    expect(shown.button("Compare annotations")).to_be_visible()
    compare_annotations(dataset, *SIDES)
    chosen = dataset.values("id")[2]
    app_server.selected = [chosen]
    expect(shown.root).to_have_attribute("data-picture", "ready")
    assert shown.sample_id == chosen
    app_server.selected = []


def test_a_comparison_whose_labels_changed_says_so_and_can_be_run_again(
    make_example: Make, page: Page, app_url: str, screenshots: Path
) -> None:
    dataset = make_example("edited-since")
    compare_annotations(dataset, *SIDES)
    order = in_order(dataset)
    sample = dataset[order[1]]
    sample[SIDES[0]].detections.pop()
    sample.save()
    shown = DifferencesPage(page, app_url, dataset.name).open()
    line = shown.scope.get_by_text("The comparison 'diff' is out of date")
    expect(line).to_contain_text("the labels of 1 image changed since")
    expect(line).not_to_contain_text("of this image")
    assert shown.next() == order[1]
    expect(line).to_contain_text("The labels of this image changed")
    page.screenshot(path=screenshots / "out-of-date.png")
    shown.button("Compare again").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_text("Replace the comparison 'diff'")).to_be_visible()


def test_of_two_quick_changes_the_last_one_is_shown(
    make_example: Make, page: Page, app_url: str
) -> None:
    dataset = make_example("quick-changes")
    compare_annotations(dataset, *SIDES)
    compare_annotations(dataset, *reversed(SIDES), key="back")
    compare_annotations(dataset, *SIDES, key="third")
    shown = DifferencesPage(page, app_url, dataset.name).open()
    shown.next()
    choice = shown.scope.get_by_role("combobox").last
    with held_requests(page) as held:
        for run in ("third", "back"):
            choice.click()
            page.get_by_role("option", name=run).click()
        shown.until(lambda: len(held) == 2)
    shown.until(lambda: shown.data()["key"].startswith("back/"))
    expect(choice).to_have_text("back")
    base, revised = counts(dataset, shown.sample_id)
    shown.until(lambda: shown.outlines() == (revised, base))
    columns = shown.scope.locator("thead th")
    with held_requests(page) as held:
        columns.nth(3).click()
        columns.nth(5).click()
        shown.until(lambda: len(held) == 2)
    expect(columns.nth(5)).to_contain_text("▴")
    expect(columns.nth(3)).not_to_contain_text("▴")
    areas = shown.rows.locator("td:nth-child(6)").all_inner_texts()
    greatest = [max(map(float, a.replace(",", "").split(" → "))) for a in areas]
    assert greatest == sorted(greatest)


def test_a_comparison_that_is_deleted_leaves_the_start(
    make_example: Make, page: Page, app_url: str
) -> None:
    dataset = make_example("deleted-meanwhile")
    compare_annotations(dataset, *SIDES)
    shown = DifferencesPage(page, app_url, dataset.name).open()
    delete_comparison_run(dataset, "diff")
    shown.rows.first.click()
    expect(shown.button("Compare annotations")).to_be_visible()
    expect(shown.root).to_have_count(0)


def test_hidden_fields_and_patches_change_no_order(
    make_example: Make, page: Page, app_url: str, app_server: Any
) -> None:
    dataset = make_example("views")
    compare_annotations(dataset, *SIDES)
    order = in_order(dataset)
    shown = DifferencesPage(page, app_url, dataset.name).open()
    patches = dataset.to_patches(SIDES[1])
    stages = page.locator('[data-cy="view-stage-container"] input')
    for view in (dataset.select_fields(list(SIDES)), patches):
        app_server.view = view
        name = type(view._all_stages[-1]).__name__
        shown.until(lambda name=name: stages.first.input_value() == name)
        shown.open()
        while shown.sample_id != order[0]:
            shown.next("‹ Previous")
        assert [shown.next(), shown.next()] == order[1:3]
    sample_ids = patches.values("sample_id")
    patch = patches.values("id")[sample_ids.index(order[4])]
    app_server.selected = [patch]
    shown.until(lambda: shown.sample_id == order[4])
    app_server.selected = []
    app_server.view = None


def test_pictures_by_address_are_shown(
    make_example: Make, page: Page, app_url: str, tmp_path: Path
) -> None:
    dataset = make_example("by-address")
    sample = dataset.first()
    shutil.copy(sample.filepath, tmp_path / "picture.jpg")
    files = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), files) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        sample.filepath = f"http://127.0.0.1:{server.server_port}/picture.jpg"
        sample.save()
        compare_annotations(dataset.limit(1), *SIDES)
        DifferencesPage(page, app_url, dataset.name).open()
        server.shutdown()


def test_a_licence_that_is_a_number_hides_nothing(
    make_example: Make, page: Page, app_url: str
) -> None:
    dataset = make_example("numbered-licences")
    dataset.delete_sample_field("license")
    dataset.add_sample_field("license", fo.IntField)
    dataset.set_values("license", [3] * len(dataset))
    compare_annotations(dataset, *SIDES)
    shown = DifferencesPage(page, app_url, dataset.name).open()
    assert shown.outlines() == counts(dataset, shown.sample_id)


@pytest.mark.parametrize("name", [EVIL, LINK])
def test_names_are_shown_as_they_are(
    name: str,
    make_example: Make,
    page: Page,
    app_url: str,
    screenshots: Path,
    tmp_path: Path,
) -> None:
    dataset = make_example("evil")
    sample = dataset.first()
    for side in SIDES:
        for label in sample[side].detections:
            label.label = name
    sample["license"] = name
    picture = tmp_path / f"{name}.jpg"
    picture.write_bytes(Path(sample.filepath).read_bytes())
    sample.filepath = str(picture)
    sample.save()
    compare_annotations(dataset.limit(1), *SIDES)

    shown = DifferencesPage(page, app_url, dataset.name).open()
    expect(shown.scope.get_by_text(picture.name, exact=True).first).to_be_visible()
    expect(shown.scope.get_by_text(name).first).to_be_visible()
    expect(shown.rows.first.locator("td").first).to_contain_text(name)
    shown.rows.filter(has_text="refined").first.click()
    shown.still()
    box = shown.pane("base").bounding_box()
    assert box
    shown.pane("base").hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(shown.root.locator(".card .name").first).to_have_text(name)
    page.screenshot(
        path=screenshots / f"names-{'markup' if name == EVIL else 'link'}.png"
    )
    shown.root.get_by_title("Show only some classes").click()
    expect(shown.root.locator(".options .name").first).to_have_text(name)
    assert page.evaluate("window.hacked") is None
    assert page.locator('a[href^="javascript"], img[src="x"]').count() == 0


def test_real_labels_are_shown(
    real_mirror: Path,
    make_example: Make,
    page: Page,
    app_url: str,
    screenshots: Path,
) -> None:
    dataset = make_example("real", mirror=str(real_mirror))
    compare_annotations(dataset, *SIDES)
    shown = DifferencesPage(page, app_url, dataset.name).open()
    for _ in range(3):
        shown.next()
        assert shown.outlines() == counts(dataset, shown.sample_id)
    page.screenshot(path=screenshots / "real.png")
