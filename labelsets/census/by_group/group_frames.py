"""What is counted of each group, as frames."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...comparison import PanopticQuality, Status
from ...comparison.counting.totals import SIDES
from ...labels.frames import frame
from .grouping import NO_VALUE, Group, GroupCounts


def comparison_groups(counts: GroupCounts, name: str) -> pd.DataFrame:
    """What a comparison found, a row a group, that which deviates most first.

    What has no value comes last: where one side lacks an attribute, the labels of the
    other without a partner are all there is in it.

    Index: the groups. Columns: images; base, revised, difference (objects);
    ``<status>_base`` and ``<status>_revised``; pq, sq, rq, tp, fp, fn; deviation, the
    PQ of the group minus that of the whole. Of a group with nothing that scores the
    qualities are None.

    Args:
        counts: what was counted
        name: what the groups are by
    """
    totals, whole = counts.totals, counts.whole.scores.pooled
    rows: list[dict[str, Any]] = []
    for code, group in enumerate(counts.codes.groups()):
        row: dict[str, Any] = {"group": group, "images": counts.images[code]}
        for side in SIDES:
            row[side] = sum(totals.objects[side, str(code), s] for s in Status)
        row["difference"] = row["revised"] - row["base"]
        row |= {
            f"{status}_{side}": totals.objects[side, str(code), status]
            for status in Status
            for side in SIDES
        }
        row |= _quality(totals.scores.classes.get(str(code), PanopticQuality()), whole)
        if row["images"]:
            rows.append(row)
    rows.sort(key=lambda row: _place(row["group"], row["deviation"]))
    groups = [row.pop("group") for row in rows]
    columns = list(rows[0]) if rows else ["images", *SIDES]
    return frame(rows, groups, name, columns)


def census_groups(counts: GroupCounts, name: str) -> pd.DataFrame:
    """The figures of label sets, a row a group, that of most labels first.

    Index: the groups. Columns: images; base and, of two label sets, revised (instances)
    and difference; crowds, several_polygons, vertices, small, medium and large of each
    side, such as crowds_base.

    Args:
        counts: what was counted
        name: what the groups are by
    """
    rows: list[dict[str, Any]] = []
    sides = dict(zip(SIDES, counts.censuses, strict=False))
    for code, group in enumerate(counts.codes.groups()):
        row: dict[str, Any] = {"group": group, "images": counts.images[code]}
        found = {side: census.classes.get(str(code)) for side, census in sides.items()}
        row |= {side: one.instances if one else 0 for side, one in found.items()}
        if len(sides) == 2:
            row["difference"] = row["revised"] - row["base"]
        row |= {
            f"{figure}_{side}": getattr(one, figure) if one else 0
            for figure in _FIGURES
            for side, one in found.items()
        }
        if row["images"]:
            rows.append(row)
    rows.sort(key=lambda row: -row["base"] - row.get("revised", 0))
    groups = [row.pop("group") for row in rows]
    columns = list(rows[0]) if rows else ["images", *SIDES]
    return frame(rows, groups, name, columns)


_FIGURES = ("crowds", "several_polygons", "vertices", "small", "medium", "large")


def _place(group: Group, deviation: float | None) -> tuple[bool, float]:
    """What groups are sorted by."""
    return group == NO_VALUE, -abs(deviation or 0.0)


def _quality(quality: PanopticQuality, whole: PanopticQuality) -> dict[str, Any]:
    counts = {"tp": quality.tp, "fp": quality.fp, "fn": quality.fn}
    if quality.empty:
        return {**dict.fromkeys(("pq", "sq", "rq")), **counts, "deviation": None}
    scores = {"pq": quality.pq, "sq": quality.sq, "rq": quality.rq}
    return {**scores, **counts, "deviation": quality.pq - whole.pq}
