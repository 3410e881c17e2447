"""The table of a sample's objects: a row a pair, a part of a group, or a single one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...labelsets.reconciling.review_items import ReviewItem
from .sample_differences import ViewerObject

COLUMNS = {
    "class": "Class",
    "status": "Status",
    "decision": "Verdict",
    "iou": "IoU",
    "boundary_iou": "Boundary",
    "area": "Area, px²",
    "area_change": "± Area",
    "vertices": "Vertices",
    "evidence": "Evidence",
}
"""The columns; the last is shown only if a model's evidence was weighed."""

MOST_ROWS = 500
"""The most rows that the App's table can show."""

ARROW = " → "
NOTHING = "–"


@dataclass(frozen=True)
class TableRow:
    """A row of the table.

    Attributes:
        ids: the labels that it shows, and all that belong to them
        size: how many of these it shows: two of a pair or part, else one
        cells: what is shown, by column
        values: its sort keys, by column; None if it has none
    """

    ids: list[str]
    size: int
    cells: dict[str, str]
    values: dict[str, Any]

    @property
    def own(self) -> list[str]:
        """The labels that the row itself shows."""
        return self.ids[: self.size]


def table_rows(
    objects: Sequence[ViewerObject],
    sort: str | None = None,
    descending: bool = False,
    items: Mapping[str, ReviewItem] | None = None,
) -> list[TableRow]:
    """The rows of the table.

    Args:
        objects: the objects of a sample, in the order in which they are visited
        sort: a column to sort by; None for the order of the objects
        descending: whether the greatest comes first
        items: what is decided of each label's item, by label id

    Returns:
        the rows; those with nothing in the column come last
    """
    groups = _groups(objects)
    rows = [_row(pair, groups, items or {}) for pair in _row_objects(objects, groups)]
    if sort is None:
        return rows
    known = [row for row in rows if row.values[sort] is not None]
    known.sort(key=lambda row: row.values[sort], reverse=descending)
    return known + [row for row in rows if row.values[sort] is None]


def describe_decision(item: ReviewItem | None) -> str | None:
    """A person's verdict with a tick, what a policy takes with an arrow, or "open".

    None for labels in no item, since there is nothing to decide about them.
    """
    if item is None:
        return None
    verdict, is_conflict, is_inherited = item.judgement
    if is_conflict:
        return "unsure: conflicting verdicts"
    if verdict is not None:
        return f"✓ {verdict}{' (image)' if is_inherited else ''}"
    if item.is_open:
        return "open"
    return f"⇢ {item.take} ({item.decided_by})"


def _groups(objects: Sequence[ViewerObject]) -> dict[int, list[ViewerObject]]:
    """The objects that belong together, by number."""
    groups: dict[int, list[ViewerObject]] = {}
    for item in objects:
        if item["group"] >= 0:
            groups.setdefault(item["group"], []).append(item)
    return groups


def _row_objects(
    objects: Sequence[ViewerObject], groups: Mapping[int, list[ViewerObject]]
) -> list[tuple[ViewerObject, ViewerObject | None]]:
    """The objects of each row: an object and its partner, or an object alone.

    Of a pair one object names the other; of a whole and its parts each part does. A
    group's rows are in one place: that of its first object.
    """
    rows: list[tuple[ViewerObject, ViewerObject | None]] = []
    done: set[int] = set()
    for item in objects:
        if item["group"] < 0:
            rows.append((item, None))
        elif item["group"] not in done:
            done.add(item["group"])
            members = {m["id"]: m for m in groups[item["group"]]}
            seen: set[frozenset[str]] = set()
            for member in members.values():
                partner = members.get(member["partner"], member)
                pair = frozenset((member["id"], partner["id"]))
                if len(pair) > 1 and pair not in seen:
                    seen.add(pair)
                    rows.append((member, partner))
    return rows


def _row(
    pair: tuple[ViewerObject, ViewerObject | None],
    groups: Mapping[int, list[ViewerObject]],
    decided: Mapping[str, ReviewItem],
) -> TableRow:
    first = pair[0]
    items = sorted((item for item in pair if item), key=lambda item: item["side"])
    ids = [item["id"] for item in items]
    members = groups.get(first["group"], ())
    ids += [member["id"] for member in members if member["id"] not in ids]
    areas = [item["area"] for item in items if item["area"] is not None]
    change = _area_change(items)
    values = {
        "class": _change(item["label"] for item in items),
        "status": first["status"],
        "decision": describe_decision(decided.get(first["id"])),
        "iou": first["iou"],
        "boundary_iou": first["boundary_iou"],
        "area": max(areas, default=None),
        "area_change": change,
        "vertices": max((item["vertices"] or 0) for item in items) or None,
        "evidence": first["evidence"],
    }
    return TableRow(ids, len(items), _cells(values, items, change), values)


def _area_change(items: Sequence[ViewerObject]) -> float | None:
    if len(items) < 2 or not items[0]["area"] or items[1]["area"] is None:
        return None
    return float((items[1]["area"] - items[0]["area"]) / items[0]["area"])


def _cells(
    values: dict[str, Any], items: Sequence[ViewerObject], change: float | None
) -> dict[str, str]:
    crowd = " (crowd)" if any(item["crowd"] for item in items) else ""
    return {
        "class": values["class"] + crowd,
        "status": values["status"],
        "decision": values["decision"] or NOTHING,
        "iou": _share(values["iou"]),
        "boundary_iou": _share(values["boundary_iou"]),
        "area": _change(_whole(item["area"]) for item in items),
        "area_change": NOTHING if change is None else f"{round(100 * change):+d} %",
        "vertices": _change(str(item["vertices"] or NOTHING) for item in items),
        "evidence": NOTHING if (e := values["evidence"]) is None else f"{e:+.2f}",
    }


def _change(values: Iterable[str]) -> str:
    """From what to what; one value where they are equal."""
    return ARROW.join(dict.fromkeys(values))


def _share(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"


def _whole(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.0f}"
