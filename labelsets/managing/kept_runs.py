"""All runs of a dataset: listed, renamed and deleted, whatever their kind."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import fiftyone as fo

from ...zoo.progress import OnProgress
from ..error_types import ComparisonError
from ..labels.fiftyone_internals import refresh
from ..labels.label_fields import comparable_fields, elements_path
from ..labels.tags.label_tags import rename_tags
from ..reconciling.decisions.policies import CONSENSUS
from ..reconciling.decisions.policy_documents import read_policy
from ..reconciling.decisions.verdicts import verdict_tags
from ..reconciling.reconciled_runs import (
    METHOD,
    check_reconciliation_rename,
    is_leftover_field,
    list_reconciliations,
    own_config,
    remove_reconciliation,
    rename_reconciliation,
)
from ..runs.registry.claims import revoke_claim
from ..runs.registry.registered import list_comparisons, require_comparison
from ..runs.run_config import METHOD as COMPARISON
from ..runs.run_config import (
    broken_rename,
    config_of,
    dependents,
    is_moved,
    refuse_if_needed,
    say_depend,
)
from ..runs.workspace.app_setup import prepare_app
from ..runs.workspace.saved_views import has_saved, remove_saved
from .comparison_runs import (
    check_comparison_rename,
    deletable_comparison_runs,
    delete_comparison_run,
    describe_comparison_runs,
    renamable_comparison_runs,
    rename_comparison_run,
)
from .sample_runs import (
    KINDS,
    check_sample_run_rename,
    delete_sample_run,
    describe_sample_run,
    list_leftover_runs,
    list_sample_runs,
    rename_sample_run,
    sample_run_renaming_to,
)


def describe_comparisons(
    dataset: fo.Dataset, most_checked: int | None = None
) -> list[dict[str, Any]]:
    """Describes each comparison, reconciled field, agreement and benchmark.

    A row a run, in plain JSON: its ``kind``, ``comparison``, ``reconciled field``,
    ``agreement`` or ``benchmark``, and what `describe_comparison_runs` says of
    comparisons; of the others the key, their fields and parameters, ``finished`` and
    the time; of reconciled fields the run that they depend on, ``policy`` and ``open``,
    and of agreements and benchmarks ``dependents``.

    Args:
        dataset: the dataset
        most_checked (None): see `runs.freshness.check_freshness`
    """
    rows = [
        {"kind": "comparison", **row}
        for row in describe_comparison_runs(dataset, most_checked)
    ]
    rows += [_describe(dataset, field) for field in list_reconciliations(dataset)]
    others = list_sample_runs(dataset)
    return rows + [describe_sample_run(dataset, *one) for one in others.items()]


def deletable_comparisons(dataset: fo.Dataset) -> list[str]:
    """The keys of all that :func:`delete_comparison` can remove, unfinished or left."""
    left = [
        name for name in comparable_fields(dataset) if is_leftover_field(dataset, name)
    ]
    fields = [*list_reconciliations(dataset), *left]
    others = [*list_sample_runs(dataset), *list_leftover_runs(dataset)]
    keys = deletable_comparison_runs(dataset) + sorted(fields) + sorted(others)
    renamed = _renamed(dataset)
    return [key for key in keys if key not in renamed]


def renamable_comparisons(dataset: fo.Dataset) -> list[str]:
    """The keys of runs that are finished, or whose rename was interrupted."""
    keys = []
    for key in (*list_reconciliations(dataset), *list_sample_runs(dataset)):
        is_finished = getattr(dataset.get_run_info(key).config, "finished", False)
        if is_finished or renaming_to(dataset, key) is not None:
            keys.append(key)
    return renamable_comparison_runs(dataset) + keys


def renaming_to(dataset: fo.Dataset, key: str) -> str | None:
    """The new key of a run whose rename was interrupted."""
    if key in list_reconciliations(dataset):
        return own_config(dataset, key).renaming_to
    if key in list_comparisons(dataset):
        return config_of(dataset, key).renaming_to
    if key in list_sample_runs(dataset):
        return sample_run_renaming_to(dataset, key)
    return None


def runs_depending_on(dataset: fo.Dataset, key: str) -> list[str]:
    """The keys of runs that depend on a run, or that read the field that it made.

    Args:
        dataset: the dataset
        key: the key of a run of any kind
    """
    if key in list_reconciliations(dataset) or _is_leftover(dataset, key):
        return _readers(dataset, key)
    return dependents(dataset, key)


def delete_comparison(
    dataset: fo.Dataset,
    key: str,
    force: bool = False,
    on_progress: OnProgress | None = None,
) -> None:
    """Deletes a run and all fields that it made: a comparison, a reconciled field, an
    agreement or a benchmark.

    Verdicts stay: they are tags, and count again when the fields are compared again
    under the key.

    Args:
        dataset: the dataset
        key: the key of the run; of a reconciled field its name
        force (False): whether it is deleted even if other runs depend on it
        on_progress (None): called with the share done, 0 to 1, and a text; only
            what it raises at first cancels the deletion

    Raises:
        ComparisonError: if there is no such run, other runs depend on it, or the key is
            the one that a run was being renamed to
        ClaimedError: if another process works on it
    """
    refresh(dataset)  # another process may have made the run
    if key in (renamed := _renamed(dataset)):
        raise broken_rename(renamed[key], key, "run")
    others = list_leftover_runs(dataset) | list_sample_runs(dataset)
    is_field = key in list_reconciliations(dataset) or _is_leftover(dataset, key)
    if is_field or key in others:
        what = "reconciled field" if is_field else others[key].title
        refuse_if_needed(runs_depending_on(dataset, key), f"{what} '{key}'", force)
    _tell(on_progress, f"Deleting '{key}' and its fields")
    if is_field:
        revoke_claim(dataset, key)
        remove_reconciliation(dataset, key)
    elif key in others:
        delete_sample_run(dataset, key, others[key])
    else:
        delete_comparison_run(dataset, key, force)
    _steady(on_progress)(1, f"Deleted '{key}' and its fields")


def check_rename(
    dataset: fo.Dataset, key: str, new_key: str, read_labels: bool = True
) -> None:
    """Checks that a run can be renamed.

    Args:
        dataset: the dataset
        key: its key
        new_key: its new key
        read_labels (True): see `key_checks.check_key`

    Raises:
        ComparisonError: if it can't
    """
    others = list_sample_runs(dataset)
    if key in list_reconciliations(dataset):
        check_reconciliation_rename(dataset, key, new_key)
        _check_nothing_reads(dataset, key)
    elif key in others:
        check_sample_run_rename(dataset, key, new_key, others[key])
    else:
        check_comparison_rename(dataset, key, new_key, read_labels)


def rename_comparison(
    dataset: fo.Dataset,
    key: str,
    new_key: str,
    on_progress: OnProgress | None = None,
) -> None:
    """Renames a run and all fields that it made: a comparison with its verdicts, a
    reconciled field, an agreement or a benchmark.

    The workspace, views and colours that were saved for a comparison follow, and so do
    runs that depend on it. An interrupted rename is visible, and renaming again resumes
    it.

    Args:
        dataset: the dataset
        key: the key of the run; of a reconciled field its name
        new_key: its new key
        on_progress (None): called with the share done, 0 to 1, and a text; only
            what it raises at first cancels the rename

    Raises:
        ComparisonError: if there is no such run, it is not finished, or the new key
            can't be used
        ClaimedError: if another process works on it
    """
    steady = _steady(on_progress)
    _tell(on_progress, f"Checking whether '{key}' can be renamed")
    refresh(dataset)
    fields, keys = list_reconciliations(dataset), list_comparisons(dataset)
    others = list_sample_runs(dataset)
    if key in fields or (new_key in fields and key not in (*keys, *others)):
        _check_nothing_reads(dataset, key)
        steady(0.2, f"Renaming the field '{key}'")
        rename_reconciliation(dataset, key, new_key)
    elif key in others or (
        new_key in others and is_moved(dataset, key, new_key, others[new_key].method)
    ):
        rename_sample_run(
            dataset,
            key,
            new_key,
            others.get(key) or others[new_key],
            lambda: steady(0.2, f"Renaming the fields of '{key}'"),
        )
    else:
        _rename(dataset, key, new_key, steady)
    steady(1, f"'{key}' is now '{new_key}'")


def _rename(dataset: fo.Dataset, key: str, new_key: str, steady: OnProgress) -> None:
    """Renames a comparison, its verdicts, and what the App opens it with."""

    def begin() -> None:
        steady(0.2, f"Renaming the verdicts on '{key}'")
        _rename_verdicts(dataset, key, new_key)
        steady(0.4, f"Renaming the fields of '{key}'")

    rename_comparison_run(dataset, key, new_key, begin)
    if has_saved(dataset, key):
        steady(0.9, f"Renaming the saved views of '{key}'")
        remove_saved(dataset, key)
        prepare_app(dataset, new_key)


def _describe(dataset: fo.Dataset, field: str) -> dict[str, Any]:
    config = own_config(dataset, field)
    return {
        "kind": "reconciled field",
        "key": field,
        "timestamp": str(dataset.get_run_info(field).timestamp),
        "comparison": config.comparison,
        "base_field": config.base_field,
        "revised_field": config.revised_field,
        **_policy(config.policy),
        "open": config.open,
        "finished": config.finished,
    }


def _policy(stored: Any) -> dict[str, Any]:
    """A policy as a row tells it; of a consensus its parameters too."""
    if CONSENSUS in stored:
        return {"policy": CONSENSUS, **stored[CONSENSUS]}
    policy = read_policy(stored)
    return {"policy": policy.preset or [str(rule) for rule in policy.rules]}


def _renamed(dataset: fo.Dataset) -> dict[str, str]:
    """The keys of runs that are still listed under them, by those they are to get.

    Fields that already have the new key belong to such a run, and are no leftovers.
    """
    listed = dataset.list_runs()
    configs = {key: dataset.get_run_info(key).config for key in listed}
    new_keys = {key: getattr(one, "renaming_to", None) for key, one in configs.items()}
    return {new: key for key, new in new_keys.items() if new and new not in listed}


def _is_leftover(dataset: fo.Dataset, key: str) -> bool:
    return key in comparable_fields(dataset) and is_leftover_field(dataset, key)


def _readers(dataset: fo.Dataset, field: str) -> list[str]:
    """The keys of runs that read a label field."""
    found = []
    for method in (COMPARISON, METHOD, *(kind.method for kind in KINDS)):
        for key in dataset.list_runs(method=method):
            config = dataset.get_run_info(key).config
            named = [getattr(config, n, None) for n in ("base_field", "revised_field")]
            consensus = (getattr(config, "policy", None) or {}).get(CONSENSUS) or {}
            lists = [getattr(config, n, None) for n in ("fields", "predictions")]
            lists.append(consensus.get("fields"))
            if field in (*named, *(name for names in lists for name in names or ())):
                found.append(key)
    return found


def _check_nothing_reads(dataset: fo.Dataset, field: str) -> None:
    """Checks that no run would lose a field by its being renamed.

    Raises:
        ComparisonError: if one reads it
    """
    if others := _readers(dataset, field):
        raise ComparisonError(
            f"{say_depend(others)} on the reconciled field '{field}', and would not "
            "find it under another name. Delete what depends on it first"
        )


def _tell(on_progress: OnProgress | None, text: str) -> None:
    if on_progress is not None:
        on_progress(0, text)


def _steady(on_progress: OnProgress | None) -> OnProgress:
    """A callback that cancels nothing: what is begun is better brought to its end."""

    def tell(done: float, text: str) -> None:
        if on_progress is not None:
            with suppress(KeyboardInterrupt):
                on_progress(done, text)

    return tell


def _rename_verdicts(dataset: fo.Dataset, key: str, new_key: str) -> None:
    """Gives the verdicts on a comparison the prefix of its new key."""
    config = require_comparison(dataset, key, finished=False)
    known = comparable_fields(dataset)
    paths = [elements_path(dataset, field) for field in config.fields if field in known]
    tags = zip(verdict_tags(key), verdict_tags(new_key), strict=True)
    rename_tags(dataset, paths, dict(tags))
