"""The table of a sample's objects: a row a pair, a part of a group, or a single one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .reviewing import VERDICTS
from .sample_differences import ViewerObject

COLUMNS = {
    "class": "Class",
    "status": "Status",
    "iou": "IoU",
    "boundary_iou": "Boundary",
    "area": "Area, px²",
    "area_change": "± Area",
    "vertices": "Vertices",
}
ARROW = " → "
NOTHING = "–"


@dataclass(frozen=True)
class TableRow:
    """A row of the table.

    Attributes:
        ids: the labels that it speaks of, and all that belong to them
        cells: what is shown, by column
        values: what it is sorted by, by column; None where there is nothing
    """

    ids: list[str]
    cells: dict[str, str]
    values: dict[str, Any]

    @property
    def own(self) -> list[str]:
        """The labels that the row itself shows: two of a pair or part, else one."""
        return self.ids[:2]


def table_rows(
    objects: Sequence[ViewerObject], sort: str | None = None, descending: bool = False
) -> list[TableRow]:
    """The rows of the table.

    Args:
        objects: the objects of a sample, in the order in which they are visited
        sort: a column to sort by; None for the order of the objects
        descending: whether the greatest comes first

    Returns:
        the rows; those with nothing in the column come last
    """
    rows = [_row(pair, objects) for pair in _pairs(objects)]
    if sort is None:
        return rows
    known = [row for row in rows if row.values[sort] is not None]
    known.sort(key=lambda row: row.values[sort], reverse=descending)
    return known + [row for row in rows if row.values[sort] is None]


def _pairs(
    objects: Sequence[ViewerObject],
) -> list[tuple[ViewerObject | None, ViewerObject | None]]:
    """Base and revised object of each row, in the order of the objects."""
    members: dict[int, list[ViewerObject]] = {}
    for item in objects:
        if item["group"] >= 0:
            members.setdefault(item["group"], []).append(item)
    pairs: list[tuple[ViewerObject | None, ViewerObject | None]] = []
    done: set[int] = set()
    for item in objects:
        if item["group"] < 0:
            pairs.append((item, None) if item["side"] == 0 else (None, item))
        elif item["group"] not in done:
            done.add(item["group"])
            sides = [
                [m for m in members[item["group"]] if m["side"] == side]
                for side in (0, 1)
            ]
            pairs += [(base, revised) for base in sides[0] for revised in sides[1]]
    return pairs


def _row(
    pair: tuple[ViewerObject | None, ViewerObject | None],
    objects: Sequence[ViewerObject],
) -> TableRow:
    base, revised = pair
    items = [item for item in pair if item is not None]
    told = _teller(base, revised)
    group = told["group"]
    ids = [item["id"] for item in items]
    ids += [
        o["id"]
        for o in objects
        if group >= 0 and o["group"] == group and o["id"] not in ids
    ]
    change = _area_change(base, revised)
    values = {
        "class": _change(item["label"] for item in items),
        "status": told["status"],
        "iou": told["iou"],
        "boundary_iou": told["boundary_iou"],
        "area": max(item["area"] for item in items),
        "area_change": change,
        "vertices": max((item["vertices"] or 0) for item in items) or None,
    }
    return TableRow(ids, _cells(values, items, change), values)


def _teller(base: ViewerObject | None, revised: ViewerObject | None) -> ViewerObject:
    """The object that says what became of a row: of a group's row, the part."""
    if base is None or (revised is not None and base["status"] != "merged"):
        assert revised is not None
        return revised
    return base


def _area_change(
    base: ViewerObject | None, revised: ViewerObject | None
) -> float | None:
    if base is None or revised is None or not base["area"]:
        return None
    return float((revised["area"] - base["area"]) / base["area"])


def _cells(
    values: dict[str, Any], items: Sequence[ViewerObject], change: float | None
) -> dict[str, str]:
    crowd = " (crowd)" if any(item["crowd"] for item in items) else ""
    return {
        "class": values["class"] + crowd,
        "status": " ✓ ".join([values["status"], *_verdicts(items)]),
        "iou": _share(values["iou"]),
        "boundary_iou": _share(values["boundary_iou"]),
        "area": _change(f"{item['area']:,.0f}" for item in items),
        "area_change": NOTHING if change is None else f"{100 * change:+.0f} %",
        "vertices": _change(str(item["vertices"] or NOTHING) for item in items),
    }


def _change(values: Iterable[str]) -> str:
    """From what to what; one value where they are equal."""
    return ARROW.join(dict.fromkeys(values))


def _verdicts(items: Sequence[ViewerObject]) -> list[str]:
    return [v for v in VERDICTS if any(v in item["tags"] for item in items)]


def _share(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"
