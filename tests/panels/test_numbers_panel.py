"""What the panel of numbers does with events, whenever they arrive."""

from __future__ import annotations

import base64
import csv
import io
import threading
from copy import deepcopy
from typing import Any

import fiftyone as fo
import pydash
import pytest
from fiftyone import ViewField as F
from fiftyone.operators.executor import ExecutionContext, Executor
from helpers.datasets.labelled import FIELDS, every_status, make_pair, masked
from helpers.programs.own_database import free_port
from sama_coco.labelsets import Census, ComparisonError, compare_annotations
from sama_coco.panels.numbers import counting
from sama_coco.panels.numbers.by_the_numbers import ByTheNumbers
from sama_coco.panels.numbers.counting import choices, count
from sama_coco.panels.window_names import Window as Place
from sama_coco.zoo.workers.pools import SCHEDULER_VARIABLE, WorkerError
from sama_coco.zoo.workers.spreading import MissingBatchesError

pytestmark = pytest.mark.usefixtures("fresh_database")


class Window:
    """The panel in one window of the App: its state, and what it was told to do.

    Args:
        samples: what the window shows
    """

    def __init__(self, samples: fo.core.collections.SampleCollection) -> None:
        self.samples = samples
        self.panel = ByTheNumbers()
        self.place = Place("0123456789abcdef", str(samples._root_dataset._doc.id))
        self.state: dict[str, Any] = {}
        self.asked: list[tuple[str, Any]] = []

    def __call__(self, event: str, **params: Any) -> None:
        """Has the panel take an event."""
        getattr(self.panel, event)(self._context(params))

    def enter(self, path: str, value: Any) -> None:
        """Has an input hold a value, which the App keeps before it says so."""
        path = self.place.name(path)
        pydash.set_(self.state, path, value)
        self("on_input", path=path, value=value)

    def render(self) -> Any:
        """The layout and the rows of its tables, as they are sent to the App."""
        before = len(self.asked)
        layout = self.panel.render(self._context({})).to_json()
        asked = [params for _, params in self.asked[before:]]
        return layout, asked

    def told(self, name: str) -> list[Any]:
        """The parameters of what the App was told to do."""
        return [params for found, params in self.asked if found == name]

    def _context(self, params: dict[str, Any]) -> ExecutionContext:
        executor = Executor()
        about = {
            "panel_id": "numbers",
            "panel_state": self.state,
            "place": str(self.place),
        }
        view = self.samples.view()
        request = {
            "dataset_name": view._root_dataset.name,
            "view": view._serialize(),
            "params": params | about,
        }
        context = ExecutionContext(request, executor)
        trigger = executor.trigger

        def note(name: str, params: Any = None) -> Any:
            self.asked.append((name.rpartition("/")[2], params))
            return trigger(name, params)

        executor.trigger = note
        return context


@pytest.fixture
def dataset() -> fo.Dataset:
    dataset = make_pair(every_status(), every_status())
    compare_annotations(dataset, **FIELDS)
    return dataset


def test_a_table_that_lost_a_column_is_no_longer_sorted_by_it(
    dataset: fo.Dataset,
) -> None:
    window = Window(dataset)
    window.enter("tab", "Classes")
    table = {"path": "panel.classes", "row": -1}
    window("on_cell", column=12, **table)
    assert "PQ ▾" in str(window.render())
    for choice in ("field:before", "field:after"):
        window.enter("choice", choice)
        assert "▾" not in str(window.render())
        window("on_cell", path="panel.classes", row=0, column=1)
    window.enter("choice", "run:diff")
    assert "PQ ▾" in str(window.render())
    window("on_cell", column=12, path="panel.classes-12-down", row=-1)
    assert "PQ ▴" in str(window.render())


def test_of_two_changes_the_first_counts_where_the_second_does_not_say_it(
    dataset: fo.Dataset,
) -> None:
    window = Window(dataset)
    window.enter("tab", "Classes")
    sent = deepcopy(window.state)
    window("on_cell", path="panel.classes", row=-1, column=1)
    window.state = deepcopy(sent)
    window.enter("search", "c")
    assert "▾" in str(window.render())
    window.state = sent
    window("on_cell", path="panel.classes", row=-1, column=1)
    assert "▴" in str(window.render())


@pytest.mark.parametrize(
    ("event", "params"),
    [
        ("on_cell", {"path": "panel.relabels", "row": 0, "column": 0}),
        ("on_cell", {"path": "panel.figures", "row": 0, "column": 99}),
        ("on_cell", {"path": "panel.figures", "row": 99, "column": 1}),
        ("on_row", {"path": "panel.relabels", "row": 0}),
        ("on_row", {"path": "panel.figures", "row": 99}),
        ("on_point", {"path": "panel.sizes", "trace_idx": 0, "idx": 0, "x": 0, "y": 0}),
        ("on_csv", {"figure": "relabels"}),
    ],
)
def test_an_event_of_what_is_no_longer_shown_is_passed_over(
    dataset: fo.Dataset, event: str, params: dict[str, Any]
) -> None:
    window = Window(dataset)
    window(event, **params)
    assert window.told("set_view") == window.told("browser_download") == []
    if "figures" not in str(params):
        assert "no longer shown" in str(window.told("notify"))


def test_the_button_of_a_row_opens_what_the_first_of_its_cells_counts(
    dataset: fo.Dataset,
) -> None:
    window = Window(dataset)
    window.enter("tab", "Classes")
    window("on_row", path="panel.classes", row=0)
    window("on_cell", path="panel.classes", row=0, column=0)
    by_button, by_click = (told["view"] for told in window.told("set_view"))
    assert [stage["kwargs"] for stage in by_button] == [
        stage["kwargs"] for stage in by_click
    ]
    window.enter("tab", "Overview")
    window("on_row", path="panel.statuses", row=0)
    window("on_cell", path="panel.statuses", row=0, column=0)
    assert len(window.told("set_view")) == 3
    census = count(dataset, choices(dataset)["run:diff"])
    sizes = list(census.overview().index).index("large")
    window("on_row", path="panel.figures", row=sizes)
    assert len(window.told("set_view")) == 3
    assert "nothing to open in this row" in str(window.told("notify"))


def test_the_heading_of_the_buttons_of_rows_sorts_nothing(dataset: fo.Dataset) -> None:
    window = Window(dataset)
    window.enter("tab", "Classes")
    window("on_cell", path="panel.classes", row=-1, column=-1)
    assert not {"▴", "▾"} & set(str(window.render()))


def test_a_bar_that_is_gone_opens_nothing(dataset: fo.Dataset) -> None:
    window = Window(dataset)
    window.enter("tab", "Classes")
    bar = {"path": "panel.instances", "trace_idx": 1, "x": 0, "y": 0}
    window("on_point", idx=99, **bar)
    assert window.told("set_view") == []
    window("on_point", idx=0, **bar)
    assert len(window.told("set_view")) == 1


def test_what_the_explorer_can_not_open_is_told(dataset: fo.Dataset) -> None:
    window = Window(dataset)
    window.state["choice"] = "field:before"
    window("on_open_explored")
    assert len(window.told("set_view")) == 1
    window = Window(dataset.to_patches("before"))
    window("on_open_explored")
    assert window.told("set_view") == []
    assert "view of patches" in str(window.told("notify"))


def test_hidden_fields_are_counted_and_opened(dataset: fo.Dataset) -> None:
    window = Window(dataset.exclude_fields("after"))
    window("on_cell", path="panel.figures", row=0, column=2)
    window.enter("tab", "Explorer")
    window.enter("must", ["cat"])
    assert "2 images" in str(window.render())
    window("on_open_explored")
    assert len(window.told("set_view")) == 2


def test_no_choice_takes_the_place_of_one_that_was_made_meanwhile(
    dataset: fo.Dataset,
) -> None:
    window = Window(dataset)
    for path, value in (
        ("tab", "Explorer"),
        ("must", ["cat"]),
        ("must_not", ["cow"]),
        ("class_controls.log", True),
        ("image_format", "svg"),
        ("choice", "run:diff"),
    ):
        window.enter(path, value)
    assert window.told("patch_panel_state") == []
    assert "0 images" in str(window.render())


def test_formulas_are_exported_as_text() -> None:
    name = "=cmd|' /C calc'!A0"
    dataset = make_pair(([masked(name, 0, 0, 9, 9)], [masked("-1", 0, 0, 9, 9)]))
    compare_annotations(dataset, **FIELDS)
    window = Window(dataset)
    for tab, figure in (
        ("Classes", "classes"),
        ("Classes", "instances"),
        ("Relabels", "relabels"),
        ("Relabels", "relabel_matrix"),
    ):
        window.enter("tab", tab)
        window("on_csv", figure=figure)
        address = str(window.told("browser_download")[-1])
        data = address.partition("base64,")[2].partition("'")[0]
        rows = list(csv.reader(io.StringIO(base64.b64decode(data).decode())))
        cells = {cell for row in rows for cell in row}
        assert {f"'{name}", "'-1"} <= cells, figure
        assert not {name, "-1"} & {row[0] for row in rows}, figure
        assert "1" in cells, figure


def test_a_view_is_counted_here_whatever_scheduler_is_set(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SCHEDULER_VARIABLE, f"tcp://127.0.0.1:{free_port()}")
    assert "Instances, crowds included" in str(Window(dataset).render())


@pytest.mark.parametrize(
    "error", [WorkerError("no workers"), MissingBatchesError([1], "1 batch is missing")]
)
def test_what_keeps_it_from_counting_is_shown_and_tried_again(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: Any, **__: Any) -> Census:
        raise error

    window = Window(dataset)
    with monkeypatch.context() as patched:
        patched.setattr(counting, "take_census", fail)
        assert str(error) in str(window.render())
        window("on_cell", path="panel.figures", row=0, column=1)
        assert str(error) in str(window.told("notify"))
        with pytest.raises(ComparisonError):
            count(dataset, choices(dataset)["run:diff"])
    assert "Instances, crowds included" in str(window.render())


def test_windows_wait_for_the_same_count_and_for_no_other(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = choices(dataset)["run:diff"]
    known = count(dataset, counted)
    begun, go_on = threading.Event(), threading.Event()
    calls: list[int] = []
    take = counting.take_census

    def slow(*args: Any, **options: Any) -> Census:
        calls.append(1)
        begun.set()
        assert go_on.wait(60)
        return take(*args, **options)

    monkeypatch.setattr(counting, "take_census", slow)
    view, found = dataset.match(F("filepath") != "x"), []
    windows = [
        threading.Thread(target=lambda: found.append(count(view, counted)))
        for _ in range(3)
    ]
    for window in windows:
        window.start()
    assert begun.wait(60)
    assert count(dataset, counted) is known
    go_on.set()
    for window in windows:
        window.join(60)
    assert calls == [1]
    assert len(found) == 3
    assert len(set(map(id, found))) == 1
