"""Sets a dataset up so that the App shows a comparison of it at once."""

from __future__ import annotations

from dataclasses import dataclass

import fiftyone as fo
from fiftyone.core.utils import to_slug

from ...comparison import Status
from ..registry.registered import require_comparison
from ..run_results import load_results
from ..views.difference_views import Differences, differences_view
from ..views.disagreement_order import most_varied_sample
from .label_colors import color_labels
from .saved_views import (
    is_free,
    is_free_workspace,
    ordered_view,
    remove_saved,
    status_view_of,
    workspace_of,
)

DIFFERENCES_PANEL, NUMBERS_PANEL = "annotation_differences", "by_the_numbers"
"""The names of this plugin's panels."""

GRID_SHARE = 0.35
"""The share of the width that the grid of samples gets."""


@dataclass(frozen=True)
class AppSetup:
    """What the App is to open a comparison with.

    Attributes:
        view: the samples in order of disagreement, the greatest first
        spaces: the samples beside the panels of this plugin
    """

    view: fo.DatasetView
    spaces: fo.Space

    @property
    def slugs(self) -> dict[str, str | None]:
        """What they are called in the App's addresses; None of what is not saved."""
        names = {"view": self.view.name, "workspace": self.spaces.name}
        return {kind: name and to_slug(name) for kind, name in names.items()}


def prepare_app(dataset: fo.Dataset, key: str = "diff") -> AppSetup:
    """Saves a workspace, views and colours for a comparison, in its dataset.

    There is a view of all samples in order of disagreement, and one of the objects of
    each status that occurs. What an earlier call saved for the comparison is replaced.
    What a person saved stays, even under one of these names.

    Args:
        dataset: the dataset
        key: the key of a finished comparison

    Returns:
        what the App is to open

    Raises:
        ComparisonError: if there is no such comparison, or it is not finished
    """
    config = require_comparison(dataset, key)
    remove_saved(dataset, key)
    color_labels(dataset, key, config.fields)
    view = _save_views(dataset, key)
    return AppSetup(view, _save_workspace(dataset, key))


def _save_views(dataset: fo.Dataset, key: str) -> fo.DatasetView:
    """Saves the views; returns that of all samples."""
    every = differences_view(dataset, key, Differences())
    views: list[tuple[tuple[str, str], fo.DatasetView, str | None]]
    views = [(ordered_view(key), every, None)]
    counts = load_results(dataset, key).statuses().sum(axis=1)
    for status in Status:
        if counts[str(status)]:
            chosen = differences_view(dataset, key, Differences([str(status)]))
            views.append((status_view_of(key, status), chosen, status.color))
    for (name, description), view, color in views:
        if is_free(dataset, name):
            dataset.save_view(name, view, description, color)
    return every


def _save_workspace(dataset: fo.Dataset, key: str) -> fo.Space:
    """Saves the workspace, in which the panel opens on the most varied sample."""
    shown = {"run": key, "sample_id": most_varied_sample(dataset, key)}
    samples = fo.Panel(type="Samples", pinned=True)
    differences = fo.Panel(type=DIFFERENCES_PANEL, state={"state": {"first": shown}})
    numbers = fo.Panel(type=NUMBERS_PANEL)
    sides = [
        fo.Space(children=panels, active_child=panels[0].component_id)
        for panels in ([samples], [differences, numbers])
    ]
    sizes = [GRID_SHARE, 1 - GRID_SHARE]
    spaces = fo.Space(children=sides, orientation="horizontal", sizes=sizes)
    name, description = workspace_of(key)
    if not is_free_workspace(dataset, name):
        return spaces
    dataset.save_workspace(name, spaces, description)
    return dataset.load_workspace(name)
