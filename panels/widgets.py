"""Buttons, texts and choices, in the App's types and in one look for all panels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fiftyone.operators import types

Action = Callable[[Any], None]

# A column that may be narrower than what is in it, which then wraps or scrolls.
_SHRINKING = {"grid": {"sx": {"gridTemplateColumns": "minmax(0, 1fr)"}}}
_ROW = {"grid": {"sx": {"columnGap": "6px", "rowGap": "6px"}}}
_NARROW = {"item": {"sx": {"width": "auto"}}}
_BUTTON = {
    **_NARROW,
    "button": {
        "sx": {
            "minWidth": 0,
            "padding": "2px 8px",
            "whiteSpace": "nowrap",
            "& .MuiTypography-root": {"fontSize": "13px", "lineHeight": "22px"},
        }
    },
}


def page() -> types.View:
    """A panel as a whole: one thing under the other."""
    return types.VStackView(
        width=100, gap=1, px=1.5, py=1, componentsProps=_SHRINKING
    )  # fmt: skip


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
            color="primary" if strong else "secondary",
            padding="0",
            componentsProps=_NARROW,
        ),
    )


def button(
    panel: types.Object, name: str, label: str, action: Action, **options: Any
) -> None:
    """A small button."""
    panel.btn(name, label=label, on_click=action, componentsProps=_BUTTON, **options)


def choice(
    panel: types.Object,
    name: str,
    label: str | None,
    choices: Mapping[str, str],
    chosen: str,
    place: str,
    action: Action,
) -> None:
    """A choice of one, beside other things of a row where it has no label.

    It is our own component: the App tells what an input of its own holds under the
    input's path alone. This one keeps its name, so that its list stays open, whatever
    is shown, and its events say the place all the same.
    """
    view = types.View(
        component="PanelChoice",
        composite_view=True,
        title=label,
        choices=[{"value": v, "label": title} for v, title in choices.items()],
        chosen=chosen,
        place=place,
        on_choose=action,
        **({} if label else {"componentsProps": _NARROW}),
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
    view = types.DropdownView()
    for value, title in choices.items():
        view.add_choice(value, label=title)
    panel.str(name, default=chosen, label=label, view=view, on_change=action)


def table_look(height: int, wrapping: int) -> dict[str, Any]:
    """How a dense table looks, to be given to it as its `componentsProps`.

    Args:
        height: the px from which it scrolls
        wrapping: how many of its first columns hold names, which wrap
    """
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
            },
        },
    }
