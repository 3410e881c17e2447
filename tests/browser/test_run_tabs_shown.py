"""The tabs of models, agreement and groups, in a real App."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import fiftyone as fo
from helpers.datasets.modelled import FIELDS, MODELS, add_models
from helpers.pages.app_page import open_panel
from helpers.pages.numbers_page import NumbersPage
from playwright.sync_api import Page, expect
from sama_coco.labelsets import (
    benchmark_predictions,
    compare_annotations,
    load_agreement,
    load_benchmark,
    load_results,
    measure_agreement,
    weigh_evidence,
)

Make = Callable[..., fo.Dataset]
TITLES = {
    "Models": "Models by AP under each label set",
    "Agreement": "PQ of each pair of label sets",
    "Groups": "PQ by annotator, deviation from the whole",
}
"""What each tab shows."""


def test_the_tabs_of_runs_show_the_numbers_that_python_gives(
    make_example: Make, page: Page, app_url: str, app_server: Any, screenshots: Path
) -> None:
    dataset = make_example("runs-in-numbers")
    compare_annotations(dataset, *FIELDS)
    shown = NumbersPage(page, app_url, dataset.name)
    for tab, button in (
        ("Models", "Benchmark predictions"),
        ("Agreement", "Measure agreement"),
    ):
        shown.open_tab(tab)
        expect(page.get_by_role("button", name=button)).to_be_visible()
    add_models(dataset)
    benchmark_predictions(dataset, MODELS, FIELDS, bootstrap=20)
    measure_agreement(dataset, [*FIELDS, "third"])

    shown.open_tab("Models")
    metrics = load_benchmark(dataset).metrics(MODELS[0])
    title = f"{MODELS[0]} against each label set"
    expected = [[f"{value:.3f}" for value in row] for row in metrics.to_numpy()]
    shown.until(lambda: [[r[1], r[3]] for r in shown.rows(title)], expected)
    shown.take_panel(screenshots / "panel-models.png")
    expect(page.get_by_role("button", name="Weigh evidence")).to_be_visible()

    evidence = weigh_evidence(dataset, MODELS[0])
    title = "Which label set models side with, by status"
    shown.open_tab("Agreement")
    shown.open_tab("Models")
    counts = evidence.statuses().iloc[:, :5].astype(int)
    expected = [[n, *(f"{v:,}" for v in row)] for n, *row in counts.itertuples()]
    shown.until(lambda: [r[:6] for r in shown.rows(title)], expected)
    expect(page.get_by_text("This is advice, not truth")).to_be_visible()
    shown.table(title).scroll_into_view_if_needed()
    shown.take_panel(screenshots / "numbers-evidence.png")

    shown.open_tab("Agreement")
    scores = load_agreement(dataset).matrix("pq").to_numpy().tolist()
    title = "PQ of each pair of label sets"
    read = "chart => chart.data[0].z"
    shown.until(lambda: shown.chart(title).evaluate(read), scores)
    shown.take_panel(screenshots / "panel-agreement.png")

    shown.open_tab("Groups")
    groups = load_results(dataset, "diff").by("annotator")
    title = f"{len(groups)} groups by annotator"
    expected = [
        [str(group), f"{int(row.images):,}", f"{row.deviation:+.3f}"]
        for group, row in groups.iterrows()
    ]
    shown.until(lambda: [[r[0], r[1], r[5]] for r in shown.rows(title)], expected)
    shown.cell(title, 1, 1).click()
    count = groups["images"].iloc[1]
    open_panel(page, page.locator("body"), "Samples")  # older versions hide the grid
    expect(page.get_by_text(f"{count} samples")).to_be_visible()
    app_server.view = None
    expect(page.get_by_text(f"{len(dataset)} samples")).to_be_visible()
    open_panel(page, page.locator("body"), "By the numbers")
    take_tabs(shown, screenshots)


def take_tabs(shown: NumbersPage, screenshots: Path) -> None:
    """Takes each tab of runs, narrow in the light theme and wide in the dark one."""
    for theme, width in (("light", 1000), ("dark", 2400)):
        shown.switch_theme()
        shown.page.set_viewport_size({"width": width, "height": 2000})
        for tab, title in TITLES.items():
            shown.open_tab(tab)
            expect(shown.page.get_by_text(title, exact=True)).to_be_visible()
            path = screenshots / f"numbers-{tab.lower()}-{theme}-{width}.png"
            shown.take_panel(path)
