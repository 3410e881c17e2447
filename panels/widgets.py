"""Buttons, texts and choices, in the App's types and in one look for all panels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fiftyone.operators import types

Action = Callable[[Any], None]

# A column that may be narrower than what is in it, which then wraps or scrolls. The App
# writes the titles of axes in a grey of low contrast.
_PAGE = {
    "gridTemplateColumns": "minmax(0, 1fr)",
    "& .xtitle, & .ytitle": {"fill": "var(--fo-palette-text-secondary) !important"},
}
_ROW = {"grid": {"sx": {"columnGap": "6px", "rowGap": "6px"}}}
_NARROW = {"item": {"sx": {"width": "auto"}}}
# FiftyOne's orange, dark enough for white text on it.
_CONTAINED = {"backgroundColor": "#c24400", "&:hover": {"backgroundColor": "#a83b00"}}
# The App shows of none of its buttons whether it has the focus.
_FOCUSED = {"outline": "2px solid", "outlineOffset": "1px"}
_BUTTON = {
    "minWidth": 0,
    "padding": "2px 8px",
    "whiteSpace": "nowrap",
    "& .MuiTypography-root": {"fontSize": "13px", "lineHeight": "22px"},
    "&:focus-visible": _FOCUSED,
}


def page() -> types.View:
    """A panel as a whole: one thing under the other."""
    look = {"grid": {"sx": _PAGE}}
    return types.VStackView(width=100, gap=1, px=1.5, py=1, componentsProps=look)


def row(panel: types.Object, name: str) -> types.Object:
    """A row that wraps where the panel is narrow."""
    found = types.Object()
    view = types.GridView(
        orientation="2d", gap=1, align_y="center", componentsProps=_ROW
    )
    panel.define_property(name, found, view=view)
    return found


def text(panel: types.Object, name: str, shown: str, strong: bool = False) -> None:
    """A line of text, shown as its characters."""
    panel.view(
        name,
        types.TextView(
            title=shown,
            font_size="15px" if strong else "13px",
            color="text.primary" if strong else "text.secondary",
            padding="0",
            componentsProps=_NARROW,
        ),
    )


def button(
    panel: types.Object, name: str, label: str, action: Action, **options: Any
) -> None:
    """A small button."""
    contained = _CONTAINED if options.get("variant") == "contained" else {}
    look = _NARROW | {"button": {"sx": _BUTTON | contained}}
    panel.btn(name, label=label, on_click=action, componentsProps=look, **options)


def choice(
    panel: types.Object,
    name: str,
    label: str,
    choices: Mapping[str, str],
    chosen: str,
    place: str,
    action: Action,
    is_titled: bool = True,
) -> None:
    """A choice of one, beside other things of a row where its label is only spoken.

    It is our own component: the App tells what an input of its own holds under the
    input's path alone. This one keeps its name, so that its list stays open, whatever
    is shown, and its events say the place all the same.
    """
    view = types.View(
        component="PanelChoice",
        composite_view=True,
        title=label,
        is_titled=is_titled,
        choices=[{"value": v, "label": title} for v, title in choices.items()],
        chosen=chosen,
        place=place,
        on_choose=action,
        **({} if is_titled else {"componentsProps": _NARROW}),
    )
    panel.obj(name, view=view)


def dropdown(
    panel: types.Object,
    name: str,
    label: str,
    choices: Mapping[str, str],
    chosen: str,
    action: Action,
) -> None:
    """A choice of one."""
    view = types.DropdownView(componentsProps=spoken("select", label))
    for value, title in choices.items():
        view.add_choice(value, label=title)
    panel.str(name, default=chosen, label=label, view=view, on_change=action)


def spoken(part: str, label: str) -> dict[str, Any]:
    """The `componentsProps` of an input of the App, which draws its label beside it.

    Args:
        part: what the App calls the input, ``"select"`` or ``"field"``
        label: the name that assistive technology gives it
    """
    return {part: {"inputProps": {"aria-label": label}}}


@dataclass(frozen=True)
class TableActions:
    """What a table does.

    Attributes:
        on_cell: called with a cell that was clicked; the row of a heading is -1
        label: what the button of each row says, for those who can't click a cell
        on_row: called with a row whose button was pressed
    """

    on_cell: Action
    label: str
    on_row: Action


def table(
    panel: types.Object,
    name: str,
    columns: Mapping[str, str],
    actions: TableActions,
    height: int,
    wrapping: int,
    tooltips: Mapping[tuple[int, int], str] | None = None,
) -> None:
    """A dense table; its data is what the panel holds under its name.

    Args:
        panel: the panel
        name: its name
        columns: the headings by the keys of the columns
        actions: what it does
        height: the px from which it scrolls
        wrapping: how many of its first columns hold names, which wrap
        tooltips (None): what is said of a cell, by row and column, where the pointer is
            on it
    """
    look = _table_look(height, wrapping)
    view = types.TableView(
        on_click_cell=actions.on_cell, size="small", componentsProps=look
    )
    for key, heading in columns.items():
        view.add_column(key, label=heading)
    for place, said in (tooltips or {}).items():
        view.add_tooltip(*place, said)
    view.add_row_action("row", actions.on_row, label=actions.label)
    panel.list(name, types.Object(), view=view)


def _table_look(height: int, wrapping: int) -> dict[str, Any]:
    return {
        "tableContainer": {"sx": {"maxHeight": f"{height}px", "overflow": "auto"}},
        "table": {
            "stickyHeader": True,
            "sx": {
                "minWidth": 0,
                "& .MuiTableCell-root": {
                    "fontSize": "12px",
                    "lineHeight": "17px",
                    "padding": "4px 6px",
                    "fontVariantNumeric": "tabular-nums",
                    "whiteSpace": "nowrap",
                },
                f"& .MuiTableCell-root:nth-of-type(-n+{wrapping})": {
                    "whiteSpace": "normal",
                    "overflowWrap": "anywhere",
                    "minWidth": "76px",
                    "maxWidth": "240px",
                },
                "& .MuiTableRow-root": {"cursor": "pointer"},
                # the buttons of rows stay in view where a table is wider than the panel
                "& .MuiTableCell-root:last-of-type": {"position": "sticky", "right": 0},
                "& .MuiTableCell-body:last-of-type": {
                    "backgroundColor": "background.header"
                },
                "& .MuiButton-root": {
                    "color": "text.primary",
                    "fontSize": "12px",
                    "lineHeight": "17px",
                    "textDecoration": "underline",
                    "textTransform": "none",
                    "&:focus-visible": _FOCUSED,
                },
            },
        },
    }
