"""The comparisons of a dataset: which there are, and whether one can be used."""

from __future__ import annotations

import fiftyone as fo

from ...error_types import ComparisonError
from ...labels.label_fields import comparable_fields, elements_path
from ..fields import RunFields
from ..run_config import (
    METHOD,
    ComparisonRunConfig,
    broken_rename,
    config_of,
    deleted_though_needed,
)


def list_comparisons(dataset: fo.Dataset, finished: bool = False) -> list[str]:
    """The keys of the comparisons of a dataset.

    Args:
        dataset: the dataset
        finished (False): whether those that did not come to their end are left out
    """
    keys: list[str] = dataset.list_runs(method=METHOD)
    if finished:
        keys = [key for key in keys if config_of(dataset, key).finished]
    return keys


def require_comparison(
    dataset: fo.Dataset, key: str, finished: bool = True
) -> ComparisonRunConfig:
    """The parameters of a comparison.

    Args:
        dataset: the dataset
        key: the key of the comparison
        finished (True): whether it must be finished and undamaged

    Raises:
        ComparisonError: if there is no such comparison, or it is not finished
    """
    known = list_comparisons(dataset)
    if key not in known:
        raise ComparisonError(
            f"There is no comparison '{key}'; there are: {', '.join(known) or 'none'}"
            f"{deleted_though_needed(dataset, key)}"
        )
    config = config_of(dataset, key)
    if not finished:
        return config
    if config.renaming_to is not None:
        raise broken_rename(key, config.renaming_to)
    if not config.finished:
        raise ComparisonError(f"The comparison '{key}' is not finished. Run it again")
    if damage := find_damage(dataset, key):
        raise ComparisonError(damage)
    return config


def find_damage(dataset: fo.Dataset, key: str) -> str | None:
    """What is damaged in the values of a finished comparison, None for nothing.

    FiftyOne lets an evaluation have the key of a run, and both name fields after it.
    """
    if key in dataset.list_evaluations():
        return (
            f"An evaluation '{key}' has overwritten the values of the comparison "
            f"'{key}'. Delete the evaluation, and run the comparison again with "
            "`overwrite=True`, or under another key"
        )
    schema = dataset.get_field_schema(flat=True)
    fields, config = RunFields(key), config_of(dataset, key)
    for field in set(config.fields) & set(comparable_fields(dataset)):
        if f"{elements_path(dataset, field)}.{fields.status}" not in schema:
            return (
                f"The statuses of the comparison '{key}' are gone from '{field}', as "
                "after an evaluation of the same key was deleted. Run it again with "
                "`overwrite=True`"
            )
    return None
