"""Runs of a dataset that are no comparison: their keys, fields and registration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import fiftyone as fo

from ...error_types import ComparisonError
from ...labels.fiftyone_internals import refresh
from ...labels.views.view_references import fields_read
from ..run_config import broken_rename, deleted_though_needed
from .claims import claim_run
from .key_checks import RESERVED, check_key_name

Fields = Mapping[str, type[fo.Field]]
"""The sample fields of a run, with their types."""


def finished_runs(dataset: fo.Dataset, method: str) -> list[str]:
    """The keys of the finished runs of a method."""
    return [
        key
        for key in dataset.list_runs(method=method)
        if getattr(dataset.get_run_info(key).config, "finished", False)
    ]


def check_run_key(
    dataset: fo.Dataset, key: str, method: str, overwrite: bool, fields: Iterable[str]
) -> None:
    """Checks that a run can have a key.

    Args:
        dataset: the dataset
        key: the key
        method: the method of the run
        overwrite: whether a finished run of that key and method may be replaced
        fields: the sample fields that the run makes

    Raises:
        ComparisonError: if it can't
    """
    check_key_name(key)
    if key in dataset.list_evaluations() or key in dataset.list_brain_runs():
        raise ComparisonError(
            f"'{key}' is the key of an evaluation or brain run; choose another"
        )
    if key in dataset.list_runs():
        config = dataset.get_run_info(key).config
        if config.method != method:
            raise ComparisonError(
                f"'{key}' is the key of a run of {config.method}; choose another"
            )
        if getattr(config, "finished", False) and not overwrite:
            raise ComparisonError(
                f"There is a run '{key}' of {method} already. Pass `overwrite=True` to "
                "replace it, or another key"
            )
        return
    for name in fields:
        if dataset.has_sample_field(name) or name in RESERVED:
            raise ComparisonError(
                f"The key '{key}' would overwrite the field '{name}', which no run of "
                f"{method} made; choose another"
            )


def check_view(
    samples: fo.core.collections.SampleCollection, key: str, fields: Iterable[str]
) -> None:
    """Checks that a view does not read what the run of a key is about to write.

    Raises:
        ComparisonError: if it does
    """
    read = {name for path in fields_read(samples) for name in path.split(".")}
    for name in fields:
        if name in read:
            raise ComparisonError(
                f"The view reads '{name}', which the run '{key}' is about to write; "
                "choose another key, or a view without it"
            )


@contextmanager
def writing_run(
    samples: fo.core.collections.SampleCollection,
    key: str,
    config: fo.RunConfig,
    fields: Fields,
    overwrite: bool,
) -> Iterator[None]:
    """Registers a run as unfinished, in the place of an earlier one of its key.

    No other process can write a run of that key as long as the context lasts.

    Args:
        samples: what the run is of
        key: its key
        config: its parameters, with ``finished`` False
        fields: the sample fields that it makes
        overwrite: whether a finished run of that key and method may be replaced

    Raises:
        ClaimedError: if another process writes a run of that key
        ComparisonError: if another process has finished one in the meantime
    """
    dataset = samples._root_dataset
    with claim_run(dataset, key):
        refresh(dataset)
        check_run_key(dataset, key, config.method, overwrite, fields)
        if key in dataset.list_runs():
            remove_fields(dataset, fields)
            dataset.delete_run(key)
        samples.register_run(key, config)
        for name, kind in fields.items():
            dataset.add_sample_field(name, kind)
        yield


def finish_run(
    samples: fo.core.collections.SampleCollection,
    key: str,
    config: Any,
    results: fo.RunResults,
) -> None:
    """Keeps the results of a run, and marks it as finished."""
    samples.save_run_results(key, results, overwrite=True, cache=False)
    config.finished = True
    samples._root_dataset.update_run_config(key, config)


def remove_fields(dataset: fo.Dataset, fields: Iterable[str]) -> None:
    """Removes sample fields of a run, those that are there."""
    made = [name for name in fields if dataset.has_sample_field(name)]
    if made:
        dataset.delete_sample_fields(made)


def rename_fields(dataset: fo.Dataset, names: Mapping[str, str]) -> None:
    """Renames sample fields of a run, those that are there, to other names each."""
    made = {old: new for old, new in names.items() if dataset.has_sample_field(old)}
    if made:
        dataset.rename_sample_fields(made)


def require_run(dataset: fo.Dataset, key: str, method: str) -> Any:
    """The parameters of a finished run.

    Args:
        dataset: the dataset
        key: its key
        method: its method

    Raises:
        ComparisonError: if there is no such run, or it is not finished
    """
    known = dataset.list_runs(method=method)
    if key not in known:
        raise ComparisonError(
            f"There is no run '{key}' of {method}; there are: "
            f"{', '.join(known) or 'none'}{deleted_though_needed(dataset, key)}"
        )
    config = dataset.get_run_info(key).config
    if (new_key := getattr(config, "renaming_to", None)) is not None:
        raise broken_rename(key, new_key, "run")
    if not getattr(config, "finished", False):
        raise ComparisonError(
            f"The run '{key}' of {method} is not finished. Run it again"
        )
    return config
