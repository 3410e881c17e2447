"""The saved views and the workspace of a comparison: named, told apart and removed."""

from __future__ import annotations

import fiftyone as fo
from fiftyone.core.utils import to_slug

from ...comparison import Status
from .label_colors import remove_colors


def ordered_view(key: str) -> tuple[str, str]:
    """Name and description of the view of all samples, the greatest disagreement
    first."""
    text = "All samples that were compared, the greatest disagreement first."
    return f"{key}: by disagreement", _described(key, text)


def status_view_of(key: str, status: Status) -> tuple[str, str]:
    """Name and description of the view of the objects of a status."""
    return f"{key}: {status}", _described(key, status.description)


def workspace_of(key: str) -> tuple[str, str]:
    """Name and description of the workspace."""
    text = "The samples beside their annotation differences."
    return f"{key}: differences", _described(key, text)


def is_free(dataset: fo.Dataset, name: str) -> bool:
    """Whether no saved view has a name, or one that makes the same address."""
    return to_slug(name) not in map(to_slug, dataset.list_saved_views())


def is_free_workspace(dataset: fo.Dataset, name: str) -> bool:
    """Whether no workspace has a name, or one that makes the same address."""
    return to_slug(name) not in map(to_slug, dataset.list_workspaces())


def has_saved(dataset: fo.Dataset, key: str) -> bool:
    """Whether a comparison has saved views or a workspace."""
    return any(_saved(dataset, key))


def remove_saved(dataset: fo.Dataset, key: str) -> None:
    """Removes the saved views, the workspace and the colours of a comparison.

    Those that a person saved under such a name, or has described otherwise, stay.

    Args:
        dataset: the dataset
        key: the key of the comparison
    """
    views, workspaces = _saved(dataset, key)
    for name in views:
        dataset.delete_saved_view(name)
    for name in workspaces:
        dataset.delete_workspace(name)
    remove_colors(dataset, key)


def _saved(dataset: fo.Dataset, key: str) -> tuple[list[str], list[str]]:
    """The names of the saved views of a comparison, and of its workspace."""
    views = dict([ordered_view(key), *(status_view_of(key, s) for s in Status)])
    workspaces = dict([workspace_of(key)])
    return (
        _own(dataset.list_saved_views(info=True), views),
        _own(dataset.list_workspaces(info=True), workspaces),
    )


def _own(found: list[dict[str, str]], descriptions: dict[str, str]) -> list[str]:
    """The names of those that have the description that we gave them."""
    given = descriptions.items()
    return [
        info["name"] for info in found if (info["name"], info["description"]) in given
    ]


def _described(key: str, text: str) -> str:
    return f"{text} Comparison '{key}'."
