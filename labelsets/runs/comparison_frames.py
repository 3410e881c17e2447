"""Tables of the totals of a comparison, as pandas frames."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from ..comparison import ComparisonTotals, Status
from ..comparison.counting.object_sizes import SIZE_BUCKETS
from ..comparison.counting.totals import AREA_CHANGE_BINS, IOU_BINS, SIDES
from ..comparison.statuses import PAIRED
from ..labels import class_names
from ..labels.frames import frame


def statuses(totals: ComparisonTotals) -> pd.DataFrame:
    """Objects of each side by status: index status, columns base, revised."""
    rows = {
        str(status): [totals.count(side, status) for side in SIDES] for status in Status
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(SIDES))


def one_sided_classes(totals: ComparisonTotals) -> pd.DataFrame:
    """Classes that only one side has: index class, columns side, objects, suggestion.

    The suggestion is the class of the other side that is likely the same one, spelled
    or called differently, see :func:`class_names.same_class`; None where there is none.
    """
    counts: dict[str, Counter[str]] = {side: Counter() for side in SIDES}
    for (side, label, _), count in totals.objects.items():
        counts[side][label] += count
    found = class_names.one_sided_classes(*(+counts[side] for side in SIDES))
    rows = [
        {
            "side": SIDES[one.side],
            "objects": counts[SIDES[one.side]][one.name],
            "suggestion": one.suggestion,
        }
        for one in found
    ]
    names = [one.name for one in found]
    return frame(rows, names, "class", ["side", "objects", "suggestion"])


def relabels(totals: ComparisonTotals) -> pd.DataFrame:
    """Relabeled pairs, the most frequent first: base, revised, pairs."""
    rows = [
        {"base": base, "revised": revised, "pairs": pairs}
        for (base, revised), pairs in totals.relabeled.most_common()
    ]
    return pd.DataFrame(rows, columns=["base", "revised", "pairs"])


def relabel_matrix(totals: ComparisonTotals) -> pd.DataFrame:
    """Relabeled pairs: index class in base, columns class in revised."""
    table = relabels(totals).pivot_table(
        index="base", columns="revised", values="pairs", fill_value=0
    )
    return table.astype(int)


def iou_histogram(totals: ComparisonTotals, boundary: bool = False) -> pd.DataFrame:
    """Pairs by IoU: index the lower edge of 20 bins, a column for each status."""
    counts = totals.boundary_ious if boundary else totals.ious
    edges = [bin / IOU_BINS for bin in range(IOU_BINS)]
    return _histogram(counts, edges, "iou")


def area_changes(totals: ComparisonTotals) -> pd.DataFrame:
    """Pairs by (revised - base) / base area: index the lower edge of 21 bins of 0.1,
    the last open, a column for each status."""
    edges = [(bin - 10) / 10 for bin in range(AREA_CHANGE_BINS)]
    return _histogram(totals.area_changes, edges, "area_change")


def sizes(totals: ComparisonTotals) -> pd.DataFrame:
    """Pairs by size: index the bucket in base, columns the bucket in revised."""
    return pd.DataFrame(
        [
            [totals.sizes[base, revised] for revised in SIZE_BUCKETS]
            for base in SIZE_BUCKETS
        ],
        index=pd.Index(SIZE_BUCKETS, name="base"),
        columns=pd.Index(SIZE_BUCKETS, name="revised"),
    )


def _histogram(
    counts: Counter[tuple[Status, int]], edges: list[float], name: str
) -> pd.DataFrame:
    return pd.DataFrame(
        {str(s): [counts[s, place] for place in range(len(edges))] for s in PAIRED},
        index=pd.Index(edges, name=name),
    )
