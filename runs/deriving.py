"""Attributes that labels lack, worked out from their outlines where that is exact."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import fiftyone as fo
import numpy as np
from numpy.typing import NDArray

from .errors import BrokenLabels
from .fiftyone_internals import labels_at, read_documents
from .reading import read_objects

BATCH = 50
"""Samples whose masks are held in memory at a time."""

DERIVABLE = ("area", "num_polygons", "num_vertices")
_UNKNOWN = (math.nan, math.nan, math.nan)


def derive(
    dataset: fo.Dataset, path: str, wanted: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Works out area, number of polygons and number of vertices of some labels.

    The area is that of the pixels of a mask, or of a filled polyline once drawn. The
    polygons of a filled polyline are its own; those that a mask was drawn from can't
    be told from it.

    Args:
        dataset: the dataset
        path: the path of the labels
        wanted: the ids of labels by the id of their sample

    Returns:
        the three values, NaN where they are unknown, by the ids of sample and label
    """
    found = {}
    ids = list(wanted)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        for document in read_documents(dataset, batch, ["metadata", path]):
            sample_id = str(document["_id"])
            chosen = set(wanted[sample_id])
            labels = [x for x in labels_at(document, path) if str(x["_id"]) in chosen]
            areas = _areas(document, labels)
            for label, area in zip(labels, areas, strict=True):
                found[sample_id, str(label["_id"])] = (area, *_corners(label))
    return found


def fill(
    dataset: fo.Dataset,
    path: str,
    keys: Sequence[tuple[str, str]],
    columns: Mapping[str, NDArray[np.float64]],
) -> dict[str, int]:
    """Fills the gaps of columns, in place, with what can be worked out.

    Args:
        dataset: the dataset
        path: the path of the labels
        keys: n ids of sample and label
        columns: (n,) values of each of `DERIVABLE`, NaN where they are not given

    Returns:
        how many values were filled in, by attribute
    """
    gaps = {name: np.isnan(columns[name]) for name in DERIVABLE}
    if path.endswith(".detections"):
        gaps = {"area": gaps["area"]}
    lacking = np.flatnonzero(np.any(list(gaps.values()), axis=0)).tolist()
    if not lacking:
        return {}
    wanted = defaultdict(list)
    for place in lacking:
        sample_id, label_id = keys[place]
        wanted[sample_id].append(label_id)
    found = derive(dataset, path, wanted)
    rows = np.array([found.get(keys[place], _UNKNOWN) for place in lacking])
    filled = {}
    for name, gap in gaps.items():
        values = np.full(len(gap), math.nan)
        values[lacking] = rows[:, DERIVABLE.index(name)]
        columns[name][gap] = values[gap]
        filled[name] = int((gap & ~np.isnan(values)).sum())
    return filled


def _areas(
    document: Mapping[str, Any], labels: Sequence[Mapping[str, Any]]
) -> list[float]:
    metadata = document.get("metadata") or {}
    width, height = metadata.get("width"), metadata.get("height")
    if not width or not height:
        return [math.nan] * len(labels)
    objects = read_objects(labels, width, height, BrokenLabels())
    return [
        math.nan if mask is None else float(area)
        for mask, area in zip(objects.masks, objects.areas.tolist(), strict=True)
    ]


def _corners(label: Mapping[str, Any]) -> tuple[float, float]:
    """Polygons of a filled polyline, and their vertices without closing points."""
    if label["_cls"] != "Polyline" or not label.get("filled"):
        return math.nan, math.nan
    try:
        rings = [[tuple(map(float, p)) for p in ring] for ring in label["points"]]
    except (KeyError, TypeError, ValueError):
        return math.nan, math.nan
    rings = [ring for ring in rings if ring]
    closing = sum(len(ring) > 1 and ring[0] == ring[-1] for ring in rings)
    return float(len(rings)), float(sum(map(len, rings)) - closing)
