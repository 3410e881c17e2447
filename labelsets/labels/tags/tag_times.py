"""When samples were last changed in more than their tags, as this process knows."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

import fiftyone as fo

from ..fiftyone_internals import dataset_id, reads_documents
from ..views.view_internals import changed_at, identity


class TagChange(NamedTuple):
    """A change of a sample's tags, or of its labels' tags, and of nothing else.

    Attributes:
        before: when the sample was last changed in more than tags
        after: its `last_modified_at` since
    """

    before: datetime
    after: datetime


_changes: defaultdict[str, dict[str, TagChange]] = defaultdict(dict)
"""The last change of tags, by the dataset's and the sample's id."""

_noting = threading.Lock()

_TELLING = re.compile(r"(?<!s)tag|last_modified", re.IGNORECASE)
"""What the stages of a view mention whose samples depend on tags; all say "stages"."""


def note_tag_change(
    dataset: fo.Dataset, sample_id: str, before: datetime, after: datetime
) -> None:
    """Notes that a change of a sample was one of tags alone.

    Args:
        dataset: the dataset
        sample_id: the id of the sample
        before: its `last_modified_at` before, in UTC, without a zone as databases
            give it
        after: the same since
    """
    with _noting:
        own = _changes[str(dataset_id(dataset))]
        known = own.get(sample_id)
        if known is not None and known.after == before:
            before = known.before
        own[sample_id] = TagChange(before, after)


def identity_but_tags(
    samples: fo.core.collections.SampleCollection,
) -> tuple[str, ...]:
    """What tells apart samples and states of them, as `identity`, but for their tags.

    Of tags that another program gave, and of views that depend on tags, it is another
    after each change all the same.
    """
    dataset = samples._root_dataset
    *about, stages, count, newest = identity(samples)
    depends = _TELLING.search(stages) is not None
    if not depends and reads_documents(dataset):
        changes = dict(_changes[str(dataset_id(dataset))])
        newest = _newest_but_tags(dataset, changes)
    return *about, stages, count, newest


def _newest_but_tags(dataset: fo.Dataset, changes: dict[str, TagChange]) -> str:
    """When samples were last changed in more than tags, and how many were then."""
    befores: list[datetime] = []
    plain = None
    found = dataset._sample_collection.find({}, {"last_modified_at": True})
    for document in found.sort("last_modified_at", -1):
        time = document.get("last_modified_at")
        change = changes.get(str(document["_id"]))
        if change is None or change.after != time:
            plain = time
            break
        befores.append(change.before)
    newest = max(befores if plain is None else [*befores, plain], default=None)
    number = befores.count(newest) + changed_at(dataset, newest) if newest else 0
    return f"{newest} of {number}"
