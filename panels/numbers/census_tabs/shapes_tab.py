"""Shapes: how far outlines and areas changed."""

from __future__ import annotations

from collections.abc import Sequence

import fiftyone as fo
import pandas as pd

from ....labelsets import Census
from ....labelsets.census.census_views import vertices_view
from ....labelsets.census.counts.bins import VERTEX_EDGES
from ....labelsets.comparison.counting.object_sizes import SIZE_BUCKETS
from ....labelsets.comparison.counting.totals import IOU_BINS
from ....labelsets.comparison.statuses import SIDE_COLORS
from ....labelsets.runs.views.pair_views import area_change_view, iou_view, sizes_view
from ..charts import bars, matrix, status_bars
from ..controls import Controls
from ..figure_views import Chart, Figure, Samples
from .naming import side_field, side_names
from .relabels_tab import needs_comparison


def shapes_tab(census: Census, controls: Controls) -> Sequence[Figure]:
    """Histograms of IoU, boundary IoU, area change and vertices, and sizes."""
    figures: list[Figure] = []
    if census.totals is None:
        figures.append(needs_comparison())
    else:
        figures += [
            _ious(census, "IoU", False),
            _ious(census, "Boundary IoU", True),
            _area_changes(census),
            _sizes(census),
        ]
    return [*figures, _vertices(census)]


def _ious(census: Census, title: str, boundary: bool) -> Chart:
    frame = census.iou_histogram(boundary)
    key = _key(census)

    def open_bar(samples: Samples, trace: int, point: int) -> fo.DatasetView:
        return iou_view(samples, key, point, [frame.columns[trace]], boundary)

    return status_bars(
        "boundary_iou" if boundary else "iou",
        f"{title} of pairs",
        frame,
        [f"{low:.2f}–{low + 1 / IOU_BINS:.2f}" for low in frame.index],
        title,
        open_bar,
    )


def _area_changes(census: Census) -> Chart:
    frame = census.area_changes()
    key = _key(census)
    labels = [f"{_percent(low)} to {_percent(low + 0.1)}" for low in frame.index]
    labels[-1] = f"{_percent(frame.index[-1])} and more"

    def open_bar(samples: Samples, trace: int, point: int) -> fo.DatasetView:
        return area_change_view(samples, key, point, [frame.columns[trace]])

    return status_bars(
        "area_change",
        "Change of area of pairs",
        frame,
        labels,
        "(revised - base) / base",
        open_bar,
        census.missing.get(("area", "comparison"), ""),
    )


def _sizes(census: Census) -> Chart:
    frame, names = census.sizes(), side_names(census)
    key = _key(census)

    def open_field(samples: Samples, row: int, column: int) -> fo.DatasetView | None:
        sizes = SIZE_BUCKETS[row], SIZE_BUCKETS[column]
        return sizes_view(samples, key, *sizes) if frame.iloc[row, column] else None

    return matrix(
        "sizes",
        "Sizes of pairs",
        frame,
        (f"size in {names['revised']}", f"size in {names['base']}"),
        open_field,
        "pairs",
    )


def _vertices(census: Census) -> Chart:
    found = census.vertices_per_object()
    sides = list(census.sides)

    def open_bar(samples: Samples, trace: int, point: int) -> fo.DatasetView:
        field = side_field(census, sides[trace])
        return vertices_view(samples, field, VERTEX_EDGES[point])

    known = pd.DataFrame(found[sides])
    unknown = [
        f"{names}: {reason}"
        for side, names in side_names(census).items()
        if (reason := census.missing.get(("vertices", side)))
    ]
    return bars(
        "vertices",
        "Vertices per object",
        known,
        list(found["title"]),
        SIDE_COLORS,
        side_names(census),
        ("vertices, 0 for a run-length mask", "objects"),
        open_bar,
        note="; ".join(unknown),
    )


def _percent(change: float) -> str:
    percent = round(100 * change)
    return f"{percent:+d} %" if percent else "0 %"


def _key(census: Census) -> str:
    assert census.key is not None, "a census with totals is of a comparison"
    return census.key
