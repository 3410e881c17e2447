"""Measured agreements and benchmarks: described, renamed, deleted, and left over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import fiftyone as fo

from ..agreement import agreement_run
from ..error_types import ComparisonError
from ..evaluation import benchmark_run
from ..runs.registry.claims import claim_run
from ..runs.registry.other_runs import (
    check_run_key,
    remove_fields,
    rename_fields,
    require_run,
)
from ..runs.run_config import dependents, follow_rename, is_moved


@dataclass(frozen=True)
class Kind:
    """A kind of run that makes fields of samples, or none.

    Attributes:
        title: what people call it
        method: the method of its runs
        parameters: what is told of a run, of its config
        fields: the sample fields that the run of a key makes, with their types
    """

    title: str
    method: str
    parameters: tuple[str, ...]
    fields: Callable[[str], Mapping[str, type[fo.Field]]]


KINDS = (
    Kind(
        "agreement",
        agreement_run.METHOD,
        ("fields", "missing"),
        agreement_run.sample_fields,
    ),
    Kind(
        "benchmark",
        benchmark_run.METHOD,
        ("predictions", "fields", "iou", "boundary", "bootstrap", "seed", "missing"),
        lambda key: {},
    ),
)


def list_sample_runs(dataset: fo.Dataset) -> dict[str, Kind]:
    """The kinds of the agreements and benchmarks of a dataset, by key."""
    return {
        key: kind for kind in KINDS for key in dataset.list_runs(method=kind.method)
    }


def list_leftover_runs(dataset: fo.Dataset) -> dict[str, Kind]:
    """The kinds of runs of which the sample fields are left, but no run, by key.

    FiftyOne deletes a run alone where it has not loaded the plugin that made it.
    """
    schema, runs = dataset.get_field_schema(), dataset.list_runs()
    found = {}
    for kind in KINDS:
        ending = next(iter(kind.fields("")), None)
        for name in schema if ending else ():
            key = name.removesuffix(str(ending))
            made = kind.fields(key)
            is_whole = all(type(schema.get(n)) is made[n] for n in made)
            if name in made and key and key not in runs and is_whole:
                found[key] = kind
    return found


def describe_sample_run(dataset: fo.Dataset, key: str, kind: Kind) -> dict[str, Any]:
    """What there is to know of an agreement or a benchmark, JSON-plain."""
    info = dataset.get_run_info(key)
    return {
        "kind": kind.title,
        "key": key,
        "timestamp": str(info.timestamp),
        **{name: getattr(info.config, name, None) for name in kind.parameters},
        "finished": bool(getattr(info.config, "finished", False)),
        "dependents": dependents(dataset, key),
    }


def sample_run_renaming_to(dataset: fo.Dataset, key: str) -> str | None:
    """The new key of an agreement or benchmark whose rename was interrupted."""
    return getattr(dataset.get_run_info(key).config, "renaming_to", None)


def check_sample_run_rename(
    dataset: fo.Dataset, key: str, new_key: str, kind: Kind
) -> None:
    """Checks that an agreement or a benchmark can be renamed.

    Raises:
        ComparisonError: if it can't
    """
    if sample_run_renaming_to(dataset, key) == new_key:
        return
    require_run(dataset, key, kind.method)
    if new_key in dataset.list_runs():
        raise ComparisonError(f"There is a run '{new_key}' already; choose another key")
    check_run_key(dataset, new_key, kind.method, False, kind.fields(new_key))


def rename_sample_run(
    dataset: fo.Dataset,
    key: str,
    new_key: str,
    kind: Kind,
    on_checked: Callable[[], None] = lambda: None,
) -> None:
    """Renames an agreement or a benchmark with its fields; what depends on it follows.

    Meanwhile the run counts as unfinished and has the new key noted, so that an
    interrupted rename shows; renaming again resumes it.

    Args:
        dataset: the dataset
        key: the key of the run
        new_key: the key it gets
        kind: its kind
        on_checked: called before anything is renamed, with the claim to the run held

    Raises:
        ComparisonError: if it is not finished, or the new key can't be used
        ClaimedError: if another process works on it
    """
    with claim_run(dataset, key):
        if not is_moved(dataset, key, new_key, kind.method):
            check_sample_run_rename(dataset, key, new_key, kind)
            on_checked()
            _mark(dataset, key, False, new_key)
            names = zip(kind.fields(key), kind.fields(new_key), strict=True)
            rename_fields(dataset, dict(names))
            follow_rename(dataset, key, new_key)
            dataset.rename_run(key, new_key)
        _mark(dataset, new_key, True, None)


def delete_sample_run(dataset: fo.Dataset, key: str, kind: Kind) -> None:
    """Deletes an agreement or a benchmark, or what is left of one, with its fields.

    Raises:
        ClaimedError: if another process works on it
    """
    with claim_run(dataset, key):
        keys = [key]
        if key in dataset.list_runs():
            new_key = sample_run_renaming_to(dataset, key)
            _mark(dataset, key, False, new_key)
            keys += [new_key] if new_key is not None else []
        for one in keys:
            remove_fields(dataset, kind.fields(one))
        if key in dataset.list_runs():
            fo.Run.delete_run(dataset, key, cleanup=False)


def _mark(
    dataset: fo.Dataset, key: str, finished: bool, renaming_to: str | None
) -> None:
    config = dataset.get_run_info(key).config
    config.finished, config.renaming_to = finished, renaming_to
    dataset.update_run_config(key, config)
