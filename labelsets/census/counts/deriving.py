"""Attributes that labels lack, computed from their outlines where that is exact."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import fiftyone as fo
import numpy as np
from numpy.typing import NDArray

from ....zoo.defects import Defects
from ...labels.fiftyone_internals import labels_at, read_documents
from ...labels.label_columns import LabelRows, crowd_flag, to_numbers
from ...labels.reading import read_objects
from .label_census import LabelColumns

BATCH = 50
"""Samples whose masks are held in memory at a time."""

DERIVABLE = ("area", "num_polygons", "num_vertices")
_UNKNOWN = (math.nan, math.nan, math.nan)


def census_columns(dataset: fo.Dataset, rows: LabelRows) -> LabelColumns:
    """What a census counts, what labels lack filled in where that is exact.

    Args:
        dataset: the dataset
        rows: the labels, with `ATTRIBUTES`
    """
    values = rows.values
    columns = {n: to_numbers(values[n], whole=n != "area") for n in DERIVABLE}
    derived = fill(dataset, rows.path, rows.keys(), columns)
    return LabelColumns(
        images=len(rows.samples),
        image=rows.image,
        names=rows.names,
        classes=rows.classes,
        crowds=np.array([_crowd(flag) for flag in values["iscrowd"]], float),
        areas=columns["area"],
        polygons=columns["num_polygons"],
        vertices=columns["num_vertices"],
        derived=derived,
    )


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
    """Fills gaps in columns, in place, with what can be computed.

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


def _crowd(flag: Any) -> float:
    return math.nan if flag is None else crowd_flag(flag)


def _areas(
    document: Mapping[str, Any], labels: Sequence[Mapping[str, Any]]
) -> list[float]:
    metadata = document.get("metadata") or {}
    width, height = metadata.get("width"), metadata.get("height")
    if not width or not height:
        return [math.nan] * len(labels)
    objects = read_objects(labels, width, height, Defects())
    return [
        math.nan if mask is None else float(area)
        for mask, area in zip(objects.masks, objects.areas.tolist(), strict=True)
    ]


def _corners(label: Mapping[str, Any]) -> tuple[float, float]:
    """Polygons of a polyline, and their vertices without closing points."""
    is_area = label.get("filled") or label.get("closed")
    if label["_cls"] != "Polyline" or not is_area:
        return math.nan, math.nan
    try:
        rings = [[tuple(map(float, p)) for p in ring] for ring in label["points"]]
    except (KeyError, TypeError, ValueError):
        return math.nan, math.nan
    rings = [ring for ring in rings if ring]
    closing = sum(len(ring) > 1 and ring[0] == ring[-1] for ring in rings)
    return float(len(rings)), float(sum(map(len, rings)) - closing)
