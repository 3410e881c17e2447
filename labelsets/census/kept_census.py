"""Censuses kept with their dataset, for later sessions and other processes.

Each is kept under the state of the samples that it is of, so one that an edit has made
out of date is not found again. Verdicts of another process count as edits.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import zlib
from typing import Any

import fiftyone as fo
from fiftyone.operators.store import ExecutionStore

from ...zoo.progress import OnProgress
from ...zoo.workers.pools import WorkerPool
from ..labels.fiftyone_internals import dataset_id
from ..labels.tags.tag_times import identity_but_tags
from ..labels.views.view_internals import without_projection, without_sorting
from ..runs.registry.registered import require_comparison
from ..runs.views.difference_views import Differences, differences_view
from .census_frames import Census
from .counts.census_counts import CensusCounts
from .taking import CensusRequest, count_samples

KEPT = 8
"""Censuses kept with a dataset; the oldest go."""

KEPT_SECONDS = 30 * 24 * 3600
"""How long they are kept."""

LARGEST = 15 * 2**20
"""Bytes of what is kept of one; the database takes no document above 16 MiB."""

VERSION = 3
"""Of what is kept: another where counts are counted, or written, in another way."""

STORE = "sama_coco_census"

logger = logging.getLogger(__name__)


def census_state(
    samples: fo.core.collections.SampleCollection, request: CensusRequest
) -> str:
    """What a census depends on: equal as long as it would be the same.

    It depends neither on the order of the samples nor on fields that a view hides, nor
    on verdicts that this process wrote, which change tags alone.
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
    try:
        counts = CensusCounts.from_dict(_unpack(found))
    except (TypeError, ValueError, zlib.error):  # kept in another form
        return None
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
    packed = _pack(counts.to_dict())
    if len(packed) > LARGEST:
        return
    store = _store(samples)
    store.delete(state)  # or it would expire when it was to at first
    others = sorted(store.list_keys(), key=lambda key: _kept_since(store, key))
    for old in others[: max(len(others) - KEPT + 1, 0)]:
        store.delete(old)
    store.set_cache(state, packed, ttl=KEPT_SECONDS)


def count_and_keep(
    dataset: fo.Dataset, key: str, pool: WorkerPool, on_progress: OnProgress
) -> None:
    """Counts what a comparison compared, and keeps it with the dataset.

    It is kept for the view that the App opens with the comparison, and for the dataset
    where that holds the same samples. If it fails, the log says so.

    Args:
        dataset: the dataset
        key: the key of a finished comparison
        pool: what does the work; it stays open
        on_progress: called with how much is counted, from 0 to 1, and of what
    """
    config = require_comparison(dataset, key)
    views = [differences_view(dataset, key, Differences())]
    if config.compared == len(dataset):
        views.append(dataset.view())
    request = CensusRequest(config.base_field, config.revised_field, key)
    try:
        states = [census_state(view, request) for view in views]
        counted = _counted_view(views[0])
        counts = count_samples(counted, request, on_progress, pool=pool)
        for view, state in zip(views, states, strict=True):
            keep_census(view, counts, state)
    except Exception as error:
        said = "By the numbers will have to count '%s' anew: %s"
        logger.warning(said, key, error, exc_info=True)


def _counted_view(
    samples: fo.core.collections.SampleCollection,
) -> fo.core.collections.SampleCollection:
    return without_sorting(without_projection(samples))


def _store(samples: fo.core.collections.SampleCollection) -> ExecutionStore:
    return ExecutionStore.create(STORE, dataset_id=dataset_id(samples._root_dataset))


def _kept_since(store: ExecutionStore, key: str) -> float:
    about = store.get_metadata(key) or {}
    return float(about["created_at"].timestamp()) if "created_at" in about else 0.0


def _pack(document: Any) -> str:
    text = json.dumps(document, ensure_ascii=False)
    return base64.b64encode(zlib.compress(text.encode())).decode()


def _unpack(packed: Any) -> Any:
    return json.loads(zlib.decompress(base64.b64decode(packed)))
