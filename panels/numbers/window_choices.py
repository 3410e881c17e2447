"""What was chosen in a window of the panel of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..last_shown import LastShown
from ..window_names import Window
from .controls import Controls
from .counting import Subject
from .figure_views import Table
from .numbers_layout import CONTROL_PATHS, FORMATS

Sort = tuple[int, bool]
"""The number of a column, and whether a table descends by it."""

_sorts: LastShown[Any] = LastShown()
"""What the state keeps of the sorting of tables, by its name there."""


class WindowChoices:
    """What the inputs of a window hold, and by what its tables are sorted.

    The App keeps what an input holds in the panel's state, under the input's path, and
    sends all of it with each event. It is only read here: written back with an answer,
    a choice would take the place of one that was made in the meantime. What a window
    has not chosen is as the state has it without a window, as a workspace may say.

    Args:
        ctx: the context of an event
        window: the window that it comes from
    """

    def __init__(self, ctx: Any, window: Window) -> None:
        self.window = window
        self._params, self._state = ctx.params, ctx.panel.state

    def input(self, name: str) -> Any:
        """What an input holds: that of the event, else what the App keeps of it."""
        if "value" in self._params and self.asked == name:
            return self._params["value"]
        path = CONTROL_PATHS.get(name, name)
        own = self._state.get(self.window.name(path))
        return self._state.get(path) if own is None else own

    def hold(self, values: Mapping[str, Any]) -> None:
        """Has the App keep what the inputs of a new window hold.

        Of itself it would do so as each is drawn, and tell each as another choice. An
        empty list is left out: whenever anything changes, the App takes a list that
        nobody has changed yet for another, and draws its input anew, closed.

        Args:
            values: what inputs hold by their names, besides those of `Controls`
        """
        values = {**self.controls.plain, "image_format": self.image_format, **values}
        paths = {n: self.window.name(CONTROL_PATHS.get(n, n)) for n in values}
        lacking = {
            path: values[name]
            for name, path in paths.items()
            if values[name] not in (None, []) and self._state.get(path) is None
        }
        if lacking:
            self._state.set(lacking)

    @property
    def asked(self) -> str:
        """The name of what the event is of."""
        return self.window.thing(self._params.get("path"))

    @property
    def image_format(self) -> str:
        """In which format charts are saved."""
        found = self.input("image_format")
        return found if found in FORMATS else FORMATS[0]

    @property
    def controls(self) -> Controls:
        """What is chosen in the tabs."""
        return Controls.of({name: self.input(name) for name in CONTROL_PATHS})

    def tab(self, tabs: Mapping[str, Any]) -> str:
        """The tab that is open: the first, if none was chosen."""
        found = self.input("tab")
        return found if found in tabs else next(iter(tabs))

    def counted(self, found: Mapping[str, Subject]) -> Subject:
        """What is counted: the first, if nothing was chosen."""
        return found.get(self.input("choice")) or next(iter(found.values()))

    def sort(self, table: Table) -> Sort | None:
        """By which column a table is sorted, if it still has that one."""
        name = self._sort_name(table)
        kept = _sorts.get(name, self._state.get(name))
        if not kept:
            return None
        column, descending, title = kept
        titles = [one.title for one in table.columns]
        return (column, descending) if (column, title) in enumerate(titles) else None

    def set_sort(self, table: Table, sort: Sort) -> None:
        """Sorts a table from now on."""
        column, descending = sort
        kept = [column, descending, table.columns[column].title]
        name = self._sort_name(table)
        _sorts.set(name, kept)
        self._state.set(name, kept)

    def _sort_name(self, table: Table) -> str:
        return self.window.name(f"sort_{table.name}")
