"""The colours of compared labels in the App: by side, or by status."""

from __future__ import annotations

from typing import Any

import fiftyone as fo

from ...comparison import Status
from ...comparison.statuses import SIDE_COLORS
from ..fields import RunFields

OPACITY = 0.5
"""Of labels in the App, so that each side shows through the other."""

_STATUS_COLORS = [{"value": str(one), "color": one.color} for one in Status]


def color_labels(dataset: fo.Dataset, key: str, fields: tuple[str, str]) -> None:
    """Has the App draw base and revised in two colours; by value, it colours statuses.

    Colours that a person has chosen for these fields stay.

    Args:
        dataset: the dataset
        key: the key of the comparison
        fields: its label fields, base first
    """
    scheme = dataset.app_config.color_scheme
    if scheme is None:
        scheme = fo.ColorScheme(color_by="field", opacity=OPACITY)
    kept = [entry for entry in scheme.fields or () if not _is_own(entry, fields)]
    chosen = {entry["path"] for entry in kept}
    scheme.fields = kept + [
        {
            "path": field,
            "fieldColor": color,
            "colorByAttribute": RunFields(key).status,
            "valueColors": _STATUS_COLORS,
        }
        for field, color in zip(fields, SIDE_COLORS.values(), strict=True)
        if field not in chosen
    ]
    dataset.app_config.color_scheme = scheme
    dataset.save()


def remove_colors(dataset: fo.Dataset, key: str) -> None:
    """Removes the colours that :func:`color_labels` set for a comparison."""
    scheme = dataset.app_config.color_scheme
    if scheme is None or not scheme.fields:
        return
    status = RunFields(key).status
    kept = [
        entry
        for entry in scheme.fields
        if entry.get("colorByAttribute") != status or not _is_own(entry)
    ]
    if kept != list(scheme.fields):
        scheme.fields = kept
        dataset.save()


def _is_own(entry: dict[str, Any], fields: tuple[str, ...] | None = None) -> bool:
    """Whether the colours of a field, one of these if any are named, are ours."""
    return (
        entry.get("fieldColor") in SIDE_COLORS.values()
        and entry.get("valueColors") == _STATUS_COLORS
        and (fields is None or entry["path"] in fields)
    )
