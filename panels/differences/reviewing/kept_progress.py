"""The progress of a review: counted once if that is slow, then updated by verdicts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeAlias

import fiftyone as fo
from cachetools import LRUCache

from ....labelsets import read_policy
from ....labelsets.labels.fiftyone_internals import dataset_id
from ....labelsets.labels.views.view_internals import plain_stages
from ....labelsets.reconciling.review_progress import ReviewProgress, review_progress

SLOW = 0.3
"""A count that takes longer, in seconds, is kept rather than repeated at each step."""

_kept: LRUCache[tuple[str, ...], ReviewProgress] = LRUCache(8)
"""By the dataset, the view, the comparison and the policy."""

_busy = Lock()
"""Held while `_kept` is read or changed: two panels answer their events at once."""

Samples: TypeAlias = fo.core.collections.SampleCollection


def count_progress(samples: Samples, key: str, policy: Any) -> ReviewProgress:
    """How far the review of some samples is; see `review_progress`."""
    name = _name(samples, key, policy)
    known = _known(name)
    if known is not None:
        return known
    start = time.monotonic()
    found = review_progress(samples, key, policy)
    if time.monotonic() - start > SLOW:
        _keep(name, found)
    return found


@contextmanager
def follow_verdict(
    samples: Samples, key: str, policy: Any, sample_id: str
) -> Iterator[None]:
    """Updates the kept progress by the verdict that is written inside.

    Args:
        samples: the samples whose progress is shown
        key: the key of the comparison
        policy: the policy that is chosen
        sample_id: the sample that the verdict is on
    """
    name = _name(samples, key, policy)
    known = _known(name)
    forget_progress(samples)
    if known is None:
        yield
        return
    sample = samples.select(sample_id)
    before = review_progress(sample, key, policy)
    yield
    _keep(name, known.moved(before, review_progress(sample, key, policy)))


def forget_progress(samples: Samples) -> None:
    """Forgets the progress of a dataset's samples, so that it is counted again."""
    own = str(dataset_id(samples._root_dataset))
    with _busy:
        for name in [name for name in _kept if name[0] == own]:
            del _kept[name]


def _known(name: tuple[str, ...]) -> ReviewProgress | None:
    with _busy:
        found: ReviewProgress | None = _kept.get(name)
    return found


def _keep(name: tuple[str, ...], progress: ReviewProgress) -> None:
    with _busy:
        _kept[name] = progress


def _name(samples: Samples, key: str, policy: Any) -> tuple[str, ...]:
    about = None if policy is None else read_policy(policy).to_dict()
    own = str(dataset_id(samples._root_dataset))
    return own, plain_stages(samples), key, json.dumps(about)
