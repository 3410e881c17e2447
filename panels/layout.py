"""The layout of the panel of annotation differences, in the App's types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fiftyone.operators import types

from . import widgets
from .object_table import COLUMNS
from .place import Place
from .presenting import plain
from .reviewing import VERDICTS
from .widgets import Action

STEPS = {
    "previous": ("‹ Previous", "The sample before in order of disagreement"),
    "next": ("Next ›", "The next sample in order of disagreement"),
    "open": ("Open", "Open this sample in the sample viewer"),
}
"""Label and tooltip of the buttons that lead to other samples."""

TABLE, CHOICE = "objects", "comparison"
"""What the table and the choice of a comparison are called; their place follows."""

_TABLE_LOOK = widgets.table_look(420, wrapping=2)


def show_start(
    panel: types.Object,
    pair: tuple[str, str] | None,
    actions: Mapping[str, Action],
) -> None:
    """What to do where nothing was compared yet.

    Args:
        panel: the panel
        pair: two fields that can be compared, if there are
        actions: what the buttons `compare`, `load` and `merge` do
    """
    if pair is not None:
        label = "These labels have not been compared yet"
        text = f"{pair[0]} and {pair[1]} can be compared, object by object."
        buttons = {"compare": "Compare annotations"}
    else:
        label = "Two label fields are needed"
        text = (
            "Load Sama-COCO next to COCO-2017, or merge another dataset's labels into "
            "this one."
        )
        buttons = {"load": "Load Sama-COCO", "merge": "Merge annotations"}
    panel.view("start", types.Header(label=label, description=plain(text)))
    row = widgets.row(panel, "ways")
    for name, caption in buttons.items():
        widgets.button(row, name, caption, actions[name], variant="contained")


def show_choice(
    panel: types.Object, runs: Sequence[str], here: Place, action: Action
) -> None:
    """The choice of a comparison, where there are several."""
    names = {run: run for run in runs}
    name = here.name(CHOICE)
    widgets.dropdown(panel, name, "Comparison", names, here.run, action)


def show_facts(panel: types.Object, facts: Mapping[str, Any]) -> None:
    """The header of a sample."""
    label = facts.get("title", "No sample")
    line = facts.get("line", "Select a sample in the grid")
    panel.view("facts", types.Header(label=label, description=line))


def show_buttons(
    panel: types.Object,
    steps: Mapping[str, Action],
    here: Place,
    picked: Sequence[str],
    given: Sequence[str],
    on_mark: Action | None,
) -> None:
    """The buttons that lead to other samples, and those that give a verdict.

    Args:
        panel: the panel
        steps: what the buttons `previous` and `next` do, and `open` if there is one
        here: what the window shows, which the buttons say again
        picked: ids of the objects that verdicts are on; the image where there are none
        given: the verdicts that what is meant has; their buttons are filled
        on_mark: what the buttons of the verdicts do; None if there are none
    """
    row = widgets.row(panel, "buttons")
    for name, action in steps.items():
        label, title = STEPS[name]
        params = {"place": str(here)}
        widgets.button(row, name, label, action, title=title, params=params)
    if on_mark is None:
        return
    number = len(picked)
    widgets.text(row, "meant", f"{number} picked:" if picked else "Image:")
    what = f"{number} object{'s' if number > 1 else ''}" if picked else "image"
    meant = {"place": str(here), "picked": picked}
    for verdict in VERDICTS:
        is_given = verdict in given
        widgets.button(
            row,
            f"mark_{verdict.replace(' ', '_')}",
            f"✓ {verdict}" if is_given else verdict.capitalize(),
            on_mark,
            title=f"Tag the {what} “{verdict}”",
            variant="contained" if is_given else "outlined",
            params=meant | {"verdict": verdict},
        )
    if given:
        title = f"Take back the verdict on the {what}"
        widgets.button(row, "mark_none", "Clear", on_mark, title=title, params=meant)


def show_outside(panel: types.Object, run: str) -> None:
    """Says that a sample was not compared."""
    label = f"This image is not part of the comparison '{run}'"
    panel.view("outside", types.Notice(label=label))


def show_viewer(panel: types.Object, here: Place, on_pick: Action) -> None:
    """The two panes; their data is the panel's ``viewer``."""
    view = types.View(
        component="AnnotationDifferencesViewer",
        composite_view=True,
        on_pick=on_pick,
        place=str(here),
    )
    panel.obj("viewer", view=view)


def show_table(panel: types.Object, here: Place, on_cell: Action) -> None:
    """The table of objects; its data is what the panel holds under its name.

    Args:
        panel: the panel
        here: what the window shows
        on_cell: called with a cell
    """
    table = types.TableView(
        on_click_cell=on_cell, size="small", componentsProps=_TABLE_LOOK
    )
    for name, label in COLUMNS.items():
        arrow = " ▾" if here.descending else " ▴"
        table.add_column(name, label=label + (arrow if here.sort == name else ""))
    panel.list(here.name(TABLE), types.Object(), view=table)
