"""A sample as the panel shows it: its header, the viewer's data and the table's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import quote

import fiftyone as fo

from ...labelsets import check_freshness
from ...labelsets.reconciling.decisions.verdicts import Verdict, verdict_of
from ...labelsets.reconciling.review_items import ReviewItem
from ...operators.forms.markdown import plain
from ..shown_runs import ShownRun
from ..side_names import side_names
from .drawn_outlines import status_palette
from .object_table import COLUMNS, TableRow
from .place import Place
from .reviewing.review_steps import Items
from .sample_differences import NOT_COMPARED, SampleDifferences, ViewerObject
from .viewer_types import (
    AnnotatedObject,
    Decision,
    Review,
    StatusInfo,
    ViewerData,
)

_OBJECT = tuple(AnnotatedObject.__annotations__)
_NOT_COMPARED: StatusInfo = {
    "name": NOT_COMPARED,
    "color": "#b4b4b4",
    "description": "No status: a label newer than the comparison, or left out of it.",
}
_MOST_CHECKED = 100
"""The number of samples that are checked for changes when a comparison is opened."""

_ADDRESS = re.compile("https?://", re.IGNORECASE)


def sample_facts(sample: SampleDifferences) -> dict[str, Any]:
    """The header of a sample: its title and a line of facts, as Markdown."""
    title = sample.filepath.replace("\\", "/").rpartition("/")[2]
    parts = []
    if sample.coco_id is not None:
        parts.append(f"coco_id {sample.coco_id}")
    if sample.license:
        parts.append(sample.license)
    objects = _change(len(sample.side(0)), len(sample.side(1)))
    parts.append("1 object" if objects == "1" else f"{objects} objects")
    if sample.pq is not None and sample.disagreement is not None:
        parts.append(f"PQ {sample.pq:.3f}")
        parts.append(f"disagreement {sample.disagreement:.3f}")
    parts += [f"{_change(*n)} {status}" for status, n in sample.counts.items()]
    return {
        "title": plain(title),
        "line": " · ".join(plain(part).replace(" ", "\u00a0") for part in parts),
        "compared": sample.compared,
        "objects": len(sample.objects),
    }


def describe_age(dataset: fo.Dataset, key: str) -> str | None:
    """Says that a comparison is out of date; None if it is not known to be."""
    return check_freshness(dataset, key, _MOST_CHECKED).line(key)


def _change(base: int, revised: int) -> str:
    return str(base) if base == revised else f"{base} → {revised}"


def viewer_data(
    sample: SampleDifferences,
    run: ShownRun,
    items: Items | None = None,
    review: Review | None = None,
) -> ViewerData:
    """The viewer's data of a sample.

    Args:
        sample: the sample, with outlines
        run: the comparison
        items: the items by label id
        review: the rest of the review
    """
    statuses = status_palette()
    if NOT_COMPARED in sample.counts:
        statuses.append(_NOT_COMPARED)
    names = side_names(run.sides)
    path = sample.filepath
    is_address = _ADDRESS.match(path)
    return {
        "key": f"{run.key}/{sample.sample_id}",
        "version": sample.version,
        "picture": {
            "path": path,
            "url": path if is_address else f"/media?filepath={quote(path, safe='')}",
            "width": sample.width,
            "height": sample.height,
        },
        "sides": [
            {"name": name, "field": field}
            for name, field in zip(names, run.sides, strict=True)
        ],
        "statuses": statuses,
        "skeleton": sample.skeleton,
        "objects": [_object(item) for item in sample.objects],
        "decisions": decisions(items or {}),
        "review": review or review_of(sample, Place(run.key)),
        "focus": None,
        "written": None,
    }


def _object(item: ViewerObject) -> AnnotatedObject:
    """An object, with only what the viewer needs."""
    return cast(AnnotatedObject, {name: item[name] for name in _OBJECT})


def decisions(items: Items) -> dict[str, Decision]:
    """The viewer's data of each label's item, by label id."""
    return {label_id: _decision(item) for label_id, item in items.items()}


def _decision(item: ReviewItem) -> Decision:
    verdict, _, is_inherited = item.judgement
    own = None if verdict is None or is_inherited else str(verdict)
    return {"take": item.take, "by": item.decided_by, "verdict": own}


def review_of(sample: SampleDifferences, here: Place, progress: str = "") -> Review:
    """The viewer's data of the review, apart from the items of a sample."""
    image = verdict_of(sample.tags, here.run).verdict
    return {
        "verdicts": [str(verdict) for verdict in Verdict],
        "image": None if image is None else str(image),
        "progress": progress,
        "open_only": here.open_only,
    }


def table_data(
    rows: Sequence[TableRow],
    picked: Sequence[str],
    columns: Sequence[str] = tuple(COLUMNS),
) -> dict[str, Any]:
    """The data of the App's table.

    Args:
        rows: the rows
        picked: ids of the labels whose rows are marked
        columns: the columns that are shown
    """
    chosen = set(picked)
    return {
        "columns": ["id", *columns],
        "rows": [
            ["/".join(row.own), *(row.cells[name] for name in columns)] for row in rows
        ],
        "selected_rows": [i for i, row in enumerate(rows) if chosen & set(row.own)],
    }
