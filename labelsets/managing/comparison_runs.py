"""Comparisons of a dataset: described, deleted and renamed with all their fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import fiftyone as fo

from ..error_types import ComparisonError
from ..labels.label_fields import comparable_fields
from ..runs.freshness import check_freshness
from ..runs.registry.claims import claim_run
from ..runs.registry.key_checks import check_key, check_no_dependents
from ..runs.registry.registered import find_damage, list_comparisons, require_comparison
from ..runs.run_config import (
    METHOD,
    PARAMETERS,
    ComparisonRun,
    ComparisonRunConfig,
    clear_run,
    config_of,
    dependents,
    follow_rename,
    is_moved,
    mark_unfinished,
)
from ..runs.stored_fields import (
    is_leftover,
    list_leftovers,
    remove_fields,
    rename_fields,
)
from ..runs.workspace.saved_views import remove_saved


def describe_comparison_runs(
    dataset: fo.Dataset, most_checked: int | None = None
) -> list[dict[str, Any]]:
    """What there is to know of each comparison, JSON-plain: a row a comparison.

    Beside the key, the parameters and the time: ``finished``; ``out_of_date``, how many
    samples have other labels than were compared, or are gone, and ``unchecked``, how
    many were not looked at; ``dependents``, the keys of runs that depend on it; and
    ``damage``, why it can't be used although it is finished, or None.

    Args:
        dataset: the dataset
        most_checked (None): see `freshness.check_freshness`
    """
    rows = []
    for key in list_comparisons(dataset):
        config = config_of(dataset, key)
        damage = find_damage(dataset, key) if config.finished else None
        found = None
        if config.finished and not damage and _has_label_fields(dataset, config):
            found = check_freshness(dataset, key, most_checked)
        rows.append(
            {
                "key": key,
                "timestamp": str(dataset.get_run_info(key).timestamp),
                **{name: getattr(config, name) for name in PARAMETERS},
                "finished": config.finished,
                "out_of_date": found and len(found.changed) + found.gone,
                "unchecked": found and found.unchecked,
                "dependents": dependents(dataset, key),
                "damage": damage,
            }
        )
    return rows


def deletable_comparison_runs(dataset: fo.Dataset) -> list[str]:
    """The keys that :func:`delete_comparison_run` takes, those left over too."""
    return sorted([*list_comparisons(dataset), *list_leftovers(dataset)])


def renamable_comparison_runs(dataset: fo.Dataset) -> list[str]:
    """The keys of comparisons that are finished but for a rename at most."""
    configs = {key: config_of(dataset, key) for key in list_comparisons(dataset)}
    return [
        key
        for key, config in configs.items()
        if config.finished or config.renaming_to is not None
    ]


def delete_comparison_run(dataset: fo.Dataset, key: str, force: bool = False) -> None:
    """Deletes a comparison, every field it made, and what the App opens it with.

    Also removes the fields of one whose run FiftyOne deleted without them, as it does
    where it has not loaded this plugin.

    Args:
        dataset: the dataset
        key: the key of the comparison
        force (False): whether it is deleted even if other runs depend on it

    Raises:
        ComparisonError: if there is no such comparison, or other runs depend on it
        ClaimedError: if another process works on it
    """
    if is_leftover(dataset, key):
        remove_fields(dataset, key)
        remove_saved(dataset, key)
        return
    require_comparison(dataset, key, finished=False)
    check_no_dependents(dataset, key, force)
    with claim_run(dataset, key):
        clear_run(dataset, key)
        remove_saved(dataset, key)
        ComparisonRun.delete_run(dataset, key, cleanup=False)


def check_comparison_rename(
    dataset: fo.Dataset, key: str, new_key: str, read_labels: bool = True
) -> None:
    """Checks that a comparison can be given another name.

    Args:
        dataset: the dataset
        key: the key of the comparison
        new_key: the key it is to get
        read_labels (True): see :func:`key_checks.check_key`

    Raises:
        ComparisonError: if there is no such comparison, it is not finished, or the
            new key can't be used
    """
    if require_comparison(dataset, key, finished=False).renaming_to == new_key:
        return
    require_comparison(dataset, key)
    if new_key in dataset.list_runs():
        raise ComparisonError(f"There is a run '{new_key}' already; choose another key")
    check_key(dataset, new_key, overwrite=False, read_labels=read_labels)


def rename_comparison_run(
    dataset: fo.Dataset,
    key: str,
    new_key: str,
    on_checked: Callable[[], None] = lambda: None,
) -> None:
    """Gives a comparison, and every field it made, another name.

    Until that is done the run counts as unfinished and has the new key noted, so that
    an interrupted rename shows; renaming again resumes it. Runs that depend on the
    comparison follow.

    Args:
        dataset: the dataset
        key: the key of the comparison
        new_key: the key it gets
        on_checked: called before anything is renamed, with the claim to the run held

    Raises:
        ComparisonError: if there is no such comparison, it is not finished, or the
            new key can't be used
        ClaimedError: if another process works on it
    """
    with claim_run(dataset, key):
        if not is_moved(dataset, key, new_key, METHOD):
            check_comparison_rename(dataset, key, new_key)
            on_checked()
            mark_unfinished(dataset, key, new_key)
            rename_fields(dataset, key, new_key)
            follow_rename(dataset, key, new_key)
            dataset.rename_run(key, new_key)
        config = config_of(dataset, new_key)
        config.finished, config.renaming_to = True, None
        dataset.update_run_config(new_key, config)


def _has_label_fields(dataset: fo.Dataset, config: ComparisonRunConfig) -> bool:
    return set(config.fields) <= set(comparable_fields(dataset))
