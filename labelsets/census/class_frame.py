"""The table of classes of a census, with what a comparison found of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..comparison import ComparisonTotals, PanopticQuality, Status
from ..comparison.counting.totals import SIDES
from ..labels.frames import change, frame
from .counts.label_census import LabelCensus

RARE_IMAGES = 10
"""A class on at most this many images is rare (Gupta et al. 2019, LVIS)."""

_CLASS_COUNTS = ("images", "crowds", "several_polygons", "vertices")
_NEEDS = {
    "images": (),
    "crowds": ("iscrowd",),
    "several_polygons": ("num_polygons",),
    "vertices": ("num_vertices",),
}


def class_frame(
    sides: Mapping[str, LabelCensus], totals: ComparisonTotals | None
) -> pd.DataFrame:
    """A row a class, the most frequent first; see `Census.classes`.

    Args:
        sides: the label sets by side, base and perhaps revised
        totals: what a comparison found on them, None without one
    """
    table = _ClassTable(sides, totals)
    held = {name for census in sides.values() for name in census.classes}
    if totals is not None:
        held |= {label for _, label, _ in totals.objects}
    rows = [table.row(name) for name in held]
    rows.sort(key=lambda row: (-max(row[side] for side in sides), row["class"]))
    columns = list(rows[0] if rows else table.row(""))[1:]
    return frame(rows, [row["class"] for row in rows], "class", columns)


@dataclass(frozen=True)
class _ClassTable:
    sides: Mapping[str, LabelCensus]
    totals: ComparisonTotals | None

    def row(self, name: str) -> dict[str, Any]:
        counts = {s: census.classes.get(name) for s, census in self.sides.items()}
        row: dict[str, Any] = {"class": name}
        for side, found in counts.items():
            row[side] = found.instances if found else 0
        if "revised" in self.sides:
            row |= change(row["base"], row["revised"])
        for side, found in counts.items():
            for count in _CLASS_COUNTS:
                known = not found or not any(map(found.lacking, _NEEDS[count]))
                value = getattr(found, count) if found else 0
                row[f"{count}_{side}"] = value if known else None
        row["rare"] = max(row[f"images_{s}"] for s in self.sides) <= RARE_IMAGES
        return row | ({} if self.totals is None else self._outcome(self.totals, name))

    def _outcome(self, totals: ComparisonTotals, name: str) -> dict[str, Any]:
        on_sides = {
            f"{status}_{side}": totals.objects[side, name, status]
            for status in Status
            for side in SIDES
        }
        quality = totals.scores.classes.get(name, PanopticQuality())
        scored = not quality.empty
        return {
            "identical": on_sides["identical_base"],
            "refined": on_sides["refined_base"],
            "relabeled": on_sides["relabeled_base"],
            "relabeled_into": on_sides["relabeled_revised"],
            "split": on_sides["split_base"],
            "added": on_sides["added_revised"],
            "removed": on_sides["removed_base"],
            **on_sides,
            "tp": quality.tp,
            "fp": quality.fp,
            "fn": quality.fn,
            **{n: getattr(quality, n) if scored else None for n in ("pq", "sq", "rq")},
        }
