"""The layout of the panel of annotation differences, in the App's types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fiftyone.operators import types

from ...labelsets.comparison import Status
from ...operators.forms.markdown import plain
from .. import widgets
from ..widgets import Action
from .object_table import COLUMNS, MOST_ROWS
from .place import Place
from .reviewing.review_steps import NO_POLICY

STEPS = {
    "previous": ("‹ Previous", "The previous sample in order of disagreement"),
    "next": ("Next ›", "The next sample in order of disagreement"),
    "open": ("Open", "Open this sample in the sample viewer"),
}
"""Label and tooltip of the buttons that lead to other samples."""

TABLE = "objects"
"""The name of the table; its place follows."""


def show_choice(
    panel: types.Object, runs: Sequence[str], here: Place, action: Action
) -> None:
    """The choice of a comparison, if there are several."""
    names = {run: run for run in runs}
    place = str(here)
    widgets.choice(panel, "comparison", "Comparison", names, here.run, place, action)


def show_age(
    panel: types.Object, age: str | None, changed: bool, here: Place, action: Action
) -> None:
    """Says that labels changed since they were compared.

    Args:
        panel: the panel
        age: why the comparison is out of date; None if it is not
        changed: whether the labels of the sample that is shown changed
        here: what the window shows
        action: opens the form that compares again
    """
    if changed:
        age = f"The labels of this image changed since they were compared. {age or ''}"
    if not age:
        return
    panel.view("age", types.Notice(label=plain(age)))
    row = widgets.row(panel, "renewal")
    params = {"place": str(here)}
    widgets.button(row, "again", "Compare again", action, params=params)


def show_facts(panel: types.Object, facts: Mapping[str, Any]) -> None:
    """The header of a sample."""
    label = facts.get("title", "No sample")
    line = facts.get("line", "Select a sample in the grid")
    panel.view("facts", types.Header(label=label, description=line))


def show_buttons(
    panel: types.Object,
    steps: Mapping[str, Action],
    policies: Mapping[str, str],
    here: Place,
    on_policy: Action,
) -> None:
    """The buttons that lead to other samples, and the choice of a policy.

    Args:
        panel: the panel
        steps: what the buttons `previous` and `next` do, and `open` if there is one
        policies: the titles of the policies that decide items without a verdict
        here: what the window shows, sent back by the buttons
        on_policy: chooses a policy
    """
    row = widgets.row(panel, "buttons")
    for name, action in steps.items():
        label, title = STEPS[name]
        params = {"place": str(here)}
        widgets.button(row, name, label, action, title=title, params=params)
    policy, place = here.policy or NO_POLICY, str(here)
    widgets.choice(
        row, "policy", "Policy", policies, policy, place, on_policy, is_titled=False
    )


def show_outside(panel: types.Object, run: str) -> None:
    """Says that a sample was not compared."""
    label = f"This image is not part of the comparison '{run}'"
    panel.view("outside", types.Notice(label=label))


def show_viewer(
    panel: types.Object, here: Place, actions: Mapping[str, Action]
) -> None:
    """The two panes; their data is the panel's ``viewer``.

    Args:
        panel: the panel
        here: what the window shows
        actions: what `on_pick`, `on_judge`, `on_undo` and `on_open_only` do
    """
    view = types.View(
        component="AnnotationDifferencesViewer",
        composite_view=True,
        place=str(here),
        **actions,
    )
    panel.obj("viewer", view=view)


def show_table(
    panel: types.Object,
    here: Place,
    columns: Sequence[str],
    statuses: Sequence[str],
    on_cell: Action,
    on_row: Action,
) -> None:
    """The table of objects; its data is what the panel holds under its name.

    Args:
        panel: the panel
        here: what the window shows
        columns: the columns that are shown
        statuses: the status of each row, explained where the pointer is on it
        on_cell: called with a cell
        on_row: called with a row whose button was pressed
    """
    described = {str(status): status.description for status in Status}
    column = list(columns).index("status")
    tooltips = {
        (row, column): described[status]
        for row, status in enumerate(statuses)
        if status in described
    }
    arrow = " ▾" if here.descending else " ▴"
    headings = {
        name: COLUMNS[name] + (arrow if here.sort == name else "") for name in columns
    }
    actions = widgets.TableActions(on_cell, "Show", on_row)
    widgets.table(panel, here.name(TABLE), headings, actions, 420, 2, tooltips)


def show_pages(panel: types.Object, rows: int, here: Place, action: Action) -> None:
    """The buttons that page through a table of more rows than it can show.

    Args:
        panel: the panel
        rows: how many rows there are
        here: what the window shows
        action: goes to the page that its parameter names
    """
    last = (rows - 1) // MOST_ROWS
    if rows <= MOST_ROWS:
        return
    row = widgets.row(panel, "pages")
    first = here.page * MOST_ROWS
    shown = f"Rows {first + 1:,} to {min(first + MOST_ROWS, rows):,} of {rows:,}"
    for name, label, page in (
        ("page_back", "‹ Previous rows", here.page - 1),
        ("page_on", "Next rows ›", here.page + 1),
    ):
        if 0 <= page <= last:
            params = {"place": str(here), "page": page}
            widgets.button(row, name, label, action, params=params)
    widgets.text(row, "page", shown)


def show_advice(panel: types.Object) -> None:
    """Says what evidence is."""
    widgets.text(
        panel,
        "advice",
        "Evidence is advice from models, not truth. Above 0 they side with revised, "
        "below with base; a model trained on one of the label sets leans to it.",
    )
