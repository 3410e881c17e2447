"""What is shown of a sample: its header, and the data of the viewer and the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from .object_table import COLUMNS, TableRow
from .outlines import status_palette
from .reviewing import VERDICTS
from .sample_differences import NOT_COMPARED, SampleDifferences
from .shown_runs import ShownRun

NAMES = {
    f"{source}_{kind}": name
    for source, name in (("coco", "COCO-2017"), ("sama", "Sama-COCO"))
    for kind in ("segmentations", "detections")
}
"""What the fields are called that this plugin loads."""

_UNSEEN = ("partner", "tags")
_NOT_COMPARED = {
    "name": NOT_COMPARED,
    "color": "#b4b4b4",
    "description": "A label without a status: newer than the comparison.",
}
_ADDRESS = re.compile("https?://", re.IGNORECASE)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """Escapes text, so that the App's Markdown shows its characters as they are."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


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
        "verdicts": [tag for tag in VERDICTS if tag in sample.tags],
    }


def _change(base: int, revised: int) -> str:
    return str(base) if base == revised else f"{base} → {revised}"


def viewer_data(sample: SampleDifferences, run: ShownRun) -> dict[str, Any]:
    """What the viewer is given; see ``ViewerData`` in ``viewer/src/types.ts``."""
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
        "objects": [
            {name: value for name, value in item.items() if name not in _UNSEEN}
            for item in sample.objects
        ],
        "focus": None,
    }


def side_name(field: str) -> str:
    """What a label field is called: by its source if it is one that we load."""
    return NAMES.get(field, field)


def side_names(fields: Sequence[str]) -> list[str]:
    """What label fields are called: by their source where that tells them apart."""
    names = [side_name(field) for field in fields]
    return names if len(set(names)) == len(names) else list(fields)


def table_data(rows: Sequence[TableRow], picked: Sequence[str]) -> dict[str, Any]:
    """What the App's table is given.

    Args:
        rows: the rows
        picked: ids of the labels whose rows are marked
    """
    chosen = set(picked)
    return {
        "columns": ["id", *COLUMNS],
        "rows": [["/".join(row.own), *row.cells.values()] for row in rows],
        "selected_rows": [i for i, row in enumerate(rows) if chosen & set(row.own)],
    }


def picked_verdicts(sample: SampleDifferences, picked: Sequence[str]) -> list[str]:
    """The verdicts that any of the picked labels has."""
    chosen = set(picked)
    tags = {tag for o in sample.objects if o["id"] in chosen for tag in o["tags"]}
    return [verdict for verdict in VERDICTS if verdict in tags]
