"""A run that is begun: cut into batches, and gone on with where it was broken off."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import fiftyone as fo
from bson import ObjectId
from fiftyone import ViewField as F

from ..zoo.tasks import fingerprint, root_of
from .checks import is_finished
from .fields import RunFields
from .fiftyone_internals import view_stages
from .ledger import Ledger
from .run import (
    PARAMETERS,
    ComparisonRunConfig,
    clear_run,
    declare_fields,
    remove_fields,
)


@dataclass(frozen=True)
class OpenRun:
    """A run that is registered, and its samples cut into batches.

    Attributes:
        dataset: the dataset
        key: the key of the run
        config: its parameters
        ids: the ids of its samples
        size: how many of them are a batch
        ledger: the batches that are done
    """

    dataset: fo.Dataset
    key: str
    config: ComparisonRunConfig
    ids: Sequence[str]
    size: int
    ledger: Ledger

    @property
    def count(self) -> int:
        """The number of batches."""
        return -(-len(self.ids) // self.size)

    def batch(self, number: int) -> list[str]:
        """The ids of the samples of a batch."""
        return list(self.ids[number * self.size : (number + 1) * self.size])

    def size_of(self, numbers: Iterable[int]) -> int:
        """How many samples some batches have together."""
        return sum(len(self.batch(number)) for number in numbers)

    def arguments(self, number: int) -> dict[str, Any]:
        """What a worker is to know of a batch."""
        return {
            "dataset": self.dataset.name,
            "token": self.config.token,
            "batch": number,
            "ids": self.batch(number),
            "key": self.key,
            "parameters": parameters(self.config),
        }

    def missing(self) -> list[int]:
        """The numbers of the batches to do: not done, or changed since."""
        done = set(self.ledger.batches())
        return [n for n in range(self.count) if n not in done or self._has_changed(n)]

    def unrecorded(self) -> list[int]:
        """The numbers of the batches that the ledger lacks.

        A server that is killed forgets what it was told last, samples and ledger alike
        and in the order of writing, so that what the ledger has, the samples have.
        """
        done = set(self.ledger.batches())
        return [n for n in range(self.count) if n not in done]

    def _has_changed(self, number: int) -> bool:
        """Whether samples are not as a batch left them: written to since, or gone."""
        written, times = self.ledger.written(number)
        samples = self.dataset.select(self.batch(number))
        as_left = samples.match(F("last_modified_at").is_in(times))
        return bool(as_left.exists(RunFields(self.key).pq).count() != written)


def open_run(
    samples: fo.core.collections.SampleCollection,
    ids: Sequence[str],
    size: int,
    key: str,
    config: ComparisonRunConfig,
) -> OpenRun:
    """Registers a run, or finds the one of its key that was broken off.

    That is gone on with if it was of the same samples, parameters and code; any other
    is deleted, with every field it made.

    Args:
        samples: what is compared
        ids: the ids of the samples
        size: how many of them are a batch
        key: the key of the run
        config: its parameters; is given the token of the run
    """
    dataset = samples._root_dataset
    plan = _plan(samples, ids, size, config)
    config.token = _broken_off(dataset, key, plan)
    if config.token is None:
        _delete_old(dataset, key)
        config.token = str(ObjectId())
        samples.register_run(key, config)
    declare_fields(dataset, config, key)
    ledger = Ledger(dataset, config.token)
    ledger.begin(plan)
    return OpenRun(dataset, key, config, ids, size, ledger)


def parameters(config: ComparisonRunConfig) -> dict[str, Any]:
    """The parameters of a run, JSON-plain."""
    return {name: getattr(config, name) for name in PARAMETERS}


def _broken_off(dataset: fo.Dataset, key: str, plan: str) -> str | None:
    """The token of the unfinished run of a key, if it has the same plan."""
    if key not in dataset.list_runs():
        return None
    config = dataset.get_run_info(key).config
    token: str | None = getattr(config, "token", None)
    if is_finished(config) or token is None:
        return None
    return token if Ledger(dataset, token).plan == plan else None


def _delete_old(dataset: fo.Dataset, key: str) -> None:
    """Removes the run of a key, or what FiftyOne left of one that it deleted."""
    if key in dataset.list_runs():
        clear_run(dataset, key)
        dataset.delete_run(key)
    else:
        remove_fields(dataset, key)


def _plan(
    samples: fo.core.collections.SampleCollection,
    ids: Sequence[str],
    size: int,
    config: ComparisonRunConfig,
) -> str:
    """Tells whether batches of two runs can be told together."""
    code = fingerprint(root_of(_plan))
    about = [parameters(config), size, code, view_stages(samples), list(ids)]
    return hashlib.sha256(json.dumps(about, default=str).encode()).hexdigest()
