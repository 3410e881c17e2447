"""Censuses kept with their dataset, for later sessions and other processes.

Each is kept under the state of the samples that it is of, so one that an edit has made
out of date is not found again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

import fiftyone as fo
from fiftyone.operators.store import ExecutionStore

from ..labels.fiftyone_internals import dataset_id
from ..labels.tags.tag_times import identity_but_tags
from ..labels.views.view_internals import (
    plain_stages,
    without_projection,
    without_sorting,
)
from .census_frames import Census
from .counts.census_counts import CensusCounts
from .taking import BATCH, CensusRequest, count_in_worker

KEPT = 8
"""Censuses kept with a dataset; the oldest go."""

KEPT_SECONDS = 30 * 24 * 3600
"""How long they are kept."""

VERSION = 2
"""Of what is kept: another where counts are counted, or written, in another way."""

STORE = "sama_coco_census"


def census_state(
    samples: fo.core.collections.SampleCollection, request: CensusRequest
) -> str:
    """What a census depends on: equal as long as it would be the same.

    It depends neither on the order of the samples nor on fields that a view hides, nor
    on verdicts, which change tags alone.
    """
    state = identity_but_tags(_counted_view(samples))
    asked = request.base_field, request.revised_field, request.key
    return hashlib.sha256(
        "\n".join((str(VERSION), *state, *map(str, asked))).encode()
    ).hexdigest()


def recall_census(
    samples: fo.core.collections.SampleCollection, request: CensusRequest, state: str
) -> Census | None:
    """The census that was kept of a state, None for none.

    Args:
        samples: what it is of
        request: what was asked
        state: what `census_state` says of both
    """
    found = _store(samples).get(state)
    if found is None:
        return None
    counts = CensusCounts.from_dict(json.loads(found))
    return Census(
        counts, request.base_field, request.revised_field, request.key, samples
    )


def keep_census(
    samples: fo.core.collections.SampleCollection, counts: CensusCounts, state: str
) -> None:
    """Keeps a census with its dataset.

    Args:
        samples: what it is of
        counts: what was counted
        state: what `census_state` said before it was counted
    """
    store = _store(samples)
    for old in store.list_keys()[: -KEPT + 1]:
        store.delete(old)
    store.set_cache(state, json.dumps(counts.to_dict()), ttl=KEPT_SECONDS)


def count_and_keep(
    samples: fo.core.collections.SampleCollection,
    request: CensusRequest,
    spread: Callable[..., Iterable[dict[str, Any]]],
) -> None:
    """Counts a census, and keeps it with its dataset.

    Args:
        samples: a dataset or view
        request: what to count
        spread: who does the work; called as ``spread(count_in_worker, ids, size,
            arguments)``, with the ids of the samples, the samples of a batch and what
            `count_in_worker` is given besides; returns what it returned of each batch
    """
    samples = _counted_view(samples)
    state = census_state(samples, request)
    about = {"stages": plain_stages(samples), "request": asdict(request)}
    ids = list(dict.fromkeys(samples.values("id")))
    counts = CensusCounts()
    for found in spread(count_in_worker, ids, BATCH, about):
        counts += CensusCounts.from_dict(found)
    keep_census(samples, counts, state)


def _counted_view(
    samples: fo.core.collections.SampleCollection,
) -> fo.core.collections.SampleCollection:
    return without_sorting(without_projection(samples))


def _store(samples: fo.core.collections.SampleCollection) -> ExecutionStore:
    return ExecutionStore.create(STORE, dataset_id=dataset_id(samples._root_dataset))
