"""What a policy would decide, counted while it is still being written."""

from __future__ import annotations

from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from ...zoo.paused_gc import paused_gc
from ..labels.fiftyone_internals import read_documents
from ..labels.views.view_internals import identity
from ..runs.registry.registered import require_comparison
from .decisions.deciding import decide
from .decisions.items import Items, group_labels
from .decisions.policy_documents import check_classes, read_policy
from .decisions.tally import Tally
from .item_reading import known_classes
from .reconcile_task import Samples, check_compared
from .review_items import column_reader

MOST_IMAGES = 10_000
"""The most images whose items are read while somebody waits for a form."""

_READ_AT_ONCE = 1_000


def preview_decisions(
    samples: Samples, key: str = "diff", policy: Any = "revised"
) -> Tally | None:
    """Counts what a policy would decide, as a dry run of `reconcile_annotations` does.

    The items last read are kept until a sample of the dataset changes, so that the next
    policy on them is counted at once.

    Args:
        samples: a dataset or view
        key: the key of the comparison
        policy: what :func:`read_policy` takes

    Returns:
        the counts; None for more than `MOST_IMAGES` images

    Raises:
        PolicyError: if the policy can't be used
        ComparisonError: if there is no such comparison, or samples are not compared
    """
    read = read_policy(policy)
    if len(samples) > MOST_IMAGES:
        return None
    check_compared(samples, key)
    classes, batches = _read_items(samples, key)
    check_classes(read, classes)
    tally = Tally()
    for items in batches:
        decisions = decide(items, read)
        takes = decisions.close("neither")
        tally.count(items, decisions, read, takes, lambda item: ("", str(item)))
    return tally


def _identity(samples: Samples, key: str) -> tuple[str, ...]:
    return (*identity(samples), key)


@cached(LRUCache(1), key=_identity, lock=Lock())
def _read_items(samples: Samples, key: str) -> tuple[set[str], list[Items]]:
    """The classes that rules may name, and the items of samples, batch by batch."""
    dataset, reader = samples._root_dataset, column_reader(samples._root_dataset, key)
    ids = list(dict.fromkeys(samples.values("id")))
    batches = []
    with paused_gc():
        for start in range(0, len(ids), _READ_AT_ONCE):
            chosen = ids[start : start + _READ_AT_ONCE]
            documents = read_documents(dataset, chosen, reader.wanted)
            batches.append(group_labels(reader.read(documents)))
    fields = require_comparison(dataset, key).fields
    return known_classes(dataset, fields, key), batches
