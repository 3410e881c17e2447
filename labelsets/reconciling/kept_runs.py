"""Comparisons and the reconciled fields that depend on them: list, rename, delete."""

from __future__ import annotations

from typing import Any

import fiftyone as fo

from ..labels.label_fields import comparable_fields, elements_path
from ..labels.tags.label_tags import rename_tags
from ..runs import registered
from ..runs.claims import revoke_claim
from ..runs.run_config import config_of
from ..runs.workspace.app_setup import prepare_app
from ..runs.workspace.saved_views import has_saved, remove_saved
from .decisions.policy_documents import read_policy
from .decisions.verdicts import verdict_tags
from .reconciled_runs import (
    check_reconciliation_rename,
    is_left_field,
    list_reconciliations,
    own_config,
    remove_reconciliation,
    rename_reconciliation,
)


def describe_comparisons(
    dataset: fo.Dataset, most_checked: int | None = None
) -> list[dict[str, Any]]:
    """Describes each comparison and reconciled field, in plain JSON.

    A row a run: its ``kind``, ``comparison`` or ``reconciled field``, and what
    `runs.registered.describe_comparisons` says of comparisons; of reconciled fields
    the key, the comparison they depend on, its fields, ``policy``, ``open``,
    ``finished`` and the time.

    Args:
        dataset: the dataset
        most_checked (None): see `runs.freshness.check_freshness`
    """
    rows = [
        {"kind": "comparison", **row}
        for row in registered.describe_comparisons(dataset, most_checked)
    ]
    return rows + [_describe(dataset, field) for field in list_reconciliations(dataset)]


def deletable_comparisons(dataset: fo.Dataset) -> list[str]:
    """The keys of all that :func:`delete_comparison` can remove, unfinished or left."""
    left = [name for name in comparable_fields(dataset) if is_left_field(dataset, name)]
    fields = [*list_reconciliations(dataset), *left]
    return registered.deletable_comparisons(dataset) + sorted(fields)


def renamable_comparisons(dataset: fo.Dataset) -> list[str]:
    """The keys of runs that are finished, or whose rename was interrupted."""
    fields = []
    for field in list_reconciliations(dataset):
        config = own_config(dataset, field)
        if config.finished or config.renaming_to is not None:
            fields.append(field)
    return registered.renamable_comparisons(dataset) + fields


def renaming_to(dataset: fo.Dataset, key: str) -> str | None:
    """The new key of a run whose rename was interrupted."""
    if key in list_reconciliations(dataset):
        return own_config(dataset, key).renaming_to
    if key in registered.list_comparisons(dataset):
        return config_of(dataset, key).renaming_to
    return None


def delete_comparison(dataset: fo.Dataset, key: str, force: bool = False) -> None:
    """Deletes a comparison and every field it made, or a reconciled field.

    Verdicts stay: they are tags, and count again when the fields are compared again
    under the key.

    Args:
        dataset: the dataset
        key: the key of the comparison, or the name of the reconciled field
        force (False): whether it is deleted even if other runs depend on it

    Raises:
        ComparisonError: if there is neither, or other runs depend on it
        ClaimedError: if another process works on a comparison
    """
    if key in list_reconciliations(dataset) or _is_left(dataset, key):
        revoke_claim(dataset, key)
        remove_reconciliation(dataset, key)
    else:
        registered.delete_comparison(dataset, key, force)


def check_rename(
    dataset: fo.Dataset, key: str, new_key: str, read_labels: bool = True
) -> None:
    """Checks that a comparison or a reconciled field can be renamed.

    Args:
        dataset: the dataset
        key: its key
        new_key: its new key
        read_labels (True): see `runs.key_checks.check_key`

    Raises:
        ComparisonError: if it can't
    """
    if key in list_reconciliations(dataset):
        check_reconciliation_rename(dataset, key, new_key)
    else:
        registered.check_rename(dataset, key, new_key, read_labels)


def rename_comparison(dataset: fo.Dataset, key: str, new_key: str) -> None:
    """Renames a comparison with all its fields and verdicts, or a reconciled field.

    The workspace, views and colours that were saved for a comparison follow. An
    interrupted rename is visible, and renaming again resumes it.

    Args:
        dataset: the dataset
        key: the key of the comparison, or the name of the reconciled field
        new_key: its new key

    Raises:
        ComparisonError: if there is neither, it is not finished, or the new key can't
            be used
        ClaimedError: if another process works on it
    """
    fields, keys = list_reconciliations(dataset), registered.list_comparisons(dataset)
    if key in fields or (new_key in fields and key not in keys):
        rename_reconciliation(dataset, key, new_key)
        return
    registered.rename_comparison(
        dataset, key, new_key, lambda: _rename_verdicts(dataset, key, new_key)
    )
    if has_saved(dataset, key):
        remove_saved(dataset, key)
        prepare_app(dataset, new_key)


def _describe(dataset: fo.Dataset, field: str) -> dict[str, Any]:
    config = own_config(dataset, field)
    policy = read_policy(config.policy)
    return {
        "kind": "reconciled field",
        "key": field,
        "timestamp": str(dataset.get_run_info(field).timestamp),
        "comparison": config.comparison,
        "base_field": config.base_field,
        "revised_field": config.revised_field,
        "policy": policy.preset or [str(rule) for rule in policy.rules],
        "open": config.open,
        "finished": config.finished,
    }


def _is_left(dataset: fo.Dataset, key: str) -> bool:
    return key in comparable_fields(dataset) and is_left_field(dataset, key)


def _rename_verdicts(dataset: fo.Dataset, key: str, new_key: str) -> None:
    """Gives the verdicts on a comparison the prefix of its new key."""
    config = registered.require_comparison(dataset, key, finished=False)
    known = comparable_fields(dataset)
    paths = [elements_path(dataset, field) for field in config.fields if field in known]
    tags = zip(verdict_tags(key), verdict_tags(new_key), strict=True)
    rename_tags(dataset, paths, dict(tags))
