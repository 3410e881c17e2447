"""A reconciled field in FiftyOne's run registry: registered, renamed, deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import fiftyone as fo

from ..error_types import ComparisonError
from ..labels.fiftyone_internals import refresh, reload_samples
from ..runs.registry.claims import Claim, claim_run, revoke_claim
from ..runs.registry.other_runs import check_run_key, require_run
from ..runs.run_classes import KeptConfig
from ..runs.run_config import broken_rename, is_moved

METHOD = "reconcile_annotations"

ATTRIBUTES = ("source", "source_id", "decided_by")
"""The origin of a label: its field, its id there, and what decided."""

PARAMETERS = ("comparison", "base_field", "revised_field", "policy", "open", "finished")


class ReconcileRunConfig(KeptConfig):
    """The parameters of a reconciliation.

    Args:
        comparison: the key of the comparison that it depends on
        base_field: the earlier label field
        revised_field: the later label field
        policy: see :meth:`policies.Policy.to_dict`
        open: what becomes of open items
        finished (False): whether it is finished
        token (None): distinguishes this run from any other of its key
        renaming_to (None): the new name during a rename
    """

    def __init__(
        self,
        comparison: str,
        base_field: str,
        revised_field: str,
        policy: Mapping[str, Any],
        open: str = "refuse",
        finished: bool = False,
        token: str | None = None,
        renaming_to: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs | {"method": METHOD})
        self.comparison = comparison
        self.base_field = base_field
        self.revised_field = revised_field
        self.policy = dict(policy)
        self.open = open
        self.finished = finished
        self.token = token
        self.renaming_to = renaming_to


class ReconcileRun(fo.Run):
    """What FiftyOne calls when a reconciliation is deleted or renamed."""

    def get_fields(self, samples: Any, key: str) -> list[str]:
        """The fields that a reconciliation read and made."""
        return [self.config.base_field, self.config.revised_field, key]

    def cleanup(self, samples: Any, key: str) -> None:
        """Removes the field, the run being marked as unfinished first.

        A process that still works on it fails at its next write.
        """
        revoke_claim(samples._root_dataset, key)
        clear_field(samples._root_dataset, key)

    def rename(self, samples: Any, key: str, new_key: str) -> None:
        """Renames the field."""
        dataset = samples._root_dataset
        if key in dataset.get_field_schema():
            dataset.rename_sample_field(key, new_key)


def list_reconciliations(dataset: fo.Dataset, finished: bool = False) -> list[str]:
    """The keys of the reconciliations of a dataset, which are their fields' names.

    Args:
        dataset: the dataset
        finished (False): whether unfinished ones are left out
    """
    keys: list[str] = dataset.list_runs(method=METHOD)
    if finished:
        keys = [key for key in keys if own_config(dataset, key).finished]
    return keys


def own_config(dataset: fo.Dataset, key: str) -> ReconcileRunConfig:
    """The stored values of a run, also if FiftyOne loads it as another class."""
    found = dataset.get_run_info(key).config
    names = (*PARAMETERS, "token", "renaming_to")
    kept: dict[str, Any] = {name: getattr(found, name, None) for name in names}
    return ReconcileRunConfig(**kept)


def require_reconciliation(dataset: fo.Dataset, key: str) -> ReconcileRunConfig:
    """The parameters of a finished reconciliation.

    Raises:
        ComparisonError: if there is none of that key, or it is not finished
    """
    _check_not_renaming(dataset, key)
    require_run(dataset, key, METHOD)
    return own_config(dataset, key)


def check_new_field(dataset: fo.Dataset, field: str, overwrite: bool) -> None:
    """Checks that a reconciliation can make, or replace, a field.

    Args:
        dataset: the dataset
        field: its name
        overwrite: whether a finished reconciliation of that name may be replaced

    Raises:
        ComparisonError: if it can't
    """
    _check_not_renaming(dataset, field)
    is_left = is_leftover_field(dataset, field)
    if is_left and not overwrite:
        raise ComparisonError(
            f"'{field}' is a reconciled field whose run was deleted. Pass "
            "`overwrite=True` to replace it, or name another field"
        )
    check_run_key(dataset, field, METHOD, overwrite, [] if is_left else [field])


def is_leftover_field(dataset: fo.Dataset, field: str) -> bool:
    """Whether a field is a reconciled one without a run.

    FiftyOne deletes only the run if it has not loaded the plugin that made it.
    """
    if field in dataset.list_runs():
        return False
    schema = dataset.get_field_schema(flat=True)
    kind = getattr(schema.get(field), "document_type", None)
    elements = getattr(kind, "_LABEL_LIST_FIELD", None)
    return all(f"{field}.{elements}.{name}" in schema for name in ATTRIBUTES)


def clear_field(dataset: fo.Dataset, field: str) -> None:
    """Removes what a reconciliation made, except its run, which is deleted next.

    The run counts as unfinished before the field is removed, in case that is
    interrupted.
    """
    config = own_config(dataset, field)
    if config.finished:
        config.finished = False
        dataset.update_run_config(field, config)
    schema = dataset.get_field_schema()
    made = [name for name in (field, config.renaming_to) if name in schema]
    if made:
        dataset.delete_sample_fields(made)


@contextmanager
def writing_field(
    samples: fo.core.collections.SampleCollection,
    field: str,
    config: ReconcileRunConfig,
    overwrite: bool,
) -> Iterator[Claim]:
    """Registers the run of a field that is written inside; a failure removes both.

    Args:
        samples: what the run is of
        field: the field; a reconciliation of it that is there is removed first
        config: its parameters
        overwrite: see :func:`check_new_field`

    Raises:
        ClaimedError: if another process makes the field
        ComparisonError: if the field can't be made, by now
    """
    dataset = samples._root_dataset
    with claim_run(dataset, field) as claim:
        refresh(dataset)
        check_new_field(dataset, field, overwrite)
        remove_reconciliation(dataset, field)
        samples.register_run(field, config)
        try:
            yield claim
        except BaseException:
            if claim.holds():
                remove_reconciliation(dataset, field)
            raise
        finally:
            reload_samples(dataset)
            dataset.reload()


def remove_reconciliation(dataset: fo.Dataset, field: str) -> None:
    """Removes a run and its field, or a field without a run."""
    if field in dataset.list_runs():
        clear_field(dataset, field)
        ReconcileRun.delete_run(dataset, field, cleanup=False)
    elif is_leftover_field(dataset, field):
        dataset.delete_sample_fields([field])


def rename_reconciliation(dataset: fo.Dataset, key: str, new_key: str) -> None:
    """Renames a reconciled field and its run.

    Meanwhile the run counts as unfinished and keeps the new name, so that an
    interrupted rename is visible; renaming again resumes it.

    Raises:
        ComparisonError: if there is no such field, it is not finished, or the new name
            can't be used
        ClaimedError: if another process works on it
    """
    with claim_run(dataset, key):
        if not is_moved(dataset, key, new_key, METHOD):
            check_reconciliation_rename(dataset, key, new_key)
            config = own_config(dataset, key)
            config.finished, config.renaming_to = False, new_key
            dataset.update_run_config(key, config)
            ReconcileRun(config).rename(dataset, key, new_key)
            dataset.rename_run(key, new_key)
        config = own_config(dataset, new_key)
        config.finished, config.renaming_to = True, None
        dataset.update_run_config(new_key, config)


def check_reconciliation_rename(dataset: fo.Dataset, key: str, new_key: str) -> None:
    """Checks that a reconciled field can be renamed.

    Raises:
        ComparisonError: if it can't
    """
    keys = list_reconciliations(dataset)
    if key in keys and own_config(dataset, key).renaming_to == new_key:
        return
    require_reconciliation(dataset, key)
    check_new_field(dataset, new_key, overwrite=False)


def _check_not_renaming(dataset: fo.Dataset, key: str) -> None:
    """Checks that no rename of a field was interrupted.

    Raises:
        ComparisonError: if it was
    """
    for other in list_reconciliations(dataset):
        new_key = own_config(dataset, other).renaming_to
        if new_key is not None and key in (other, new_key):
            raise broken_rename(other, new_key, "reconciled field")
