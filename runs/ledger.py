"""Which batches of a run are done, and what each came to: kept until the run is.

It is in FiftyOne's execution store of the dataset, which goes when the dataset goes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import fiftyone as fo
from fiftyone.operators.store import ExecutionStore

from .fiftyone_internals import dataset_id

_PLAN = "plan"


class Ledger:
    """The batches of one run.

    Args:
        dataset: the dataset of the run
        token: what tells the run from all others
    """

    def __init__(self, dataset: fo.Dataset, token: str) -> None:
        self._store = ExecutionStore.create(
            f"sama_coco_batches_{token}", dataset_id=dataset_id(dataset)
        )

    def begin(self, plan: str) -> None:
        """Opens the ledger.

        Args:
            plan: what the batches depend on; another plan makes other batches
        """
        self._store.set(_PLAN, plan)

    @property
    def plan(self) -> str | None:
        """What the ledger was opened with; None if it is not open."""
        found: str | None = self._store.get(_PLAN)
        return found

    @property
    def is_open(self) -> bool:
        """Whether the run is still the one that its key names."""
        return bool(self._store.has(_PLAN))

    def record(
        self, batch: int, result: Any, samples: int, times: Sequence[datetime]
    ) -> None:
        """Notes that a batch is done; noted again, it counts once.

        Args:
            batch: its number
            result: what it came to, JSON-plain
            samples: how many samples were written
            times: the `last_modified_at` that they were given
        """
        entry = {"samples": samples, "times": list(times), "result": json.dumps(result)}
        self._store.set(str(batch), entry)

    def batches(self) -> list[int]:
        """The numbers of the batches that are done, in order."""
        return sorted(int(key) for key in self._store.list_keys() if key != _PLAN)

    def written(self, batch: int) -> tuple[int, list[datetime]]:
        """How many samples of a batch were written, and when."""
        entry = self._store.get(str(batch))
        return entry["samples"], entry["times"]

    def results(self, batches: int) -> Iterator[Any]:
        """What each of so many batches came to, in their order.

        Raises:
            KeyError: if one is not there
        """
        for batch in range(batches):
            entry = self._store.get(str(batch))
            if entry is None:
                raise KeyError(batch)
            yield json.loads(entry["result"])

    def delete(self) -> None:
        """Removes all of it."""
        self._store.clear()
