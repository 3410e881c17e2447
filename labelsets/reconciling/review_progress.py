"""The progress of a review: items decided by a person, by a policy, and open ones."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import fiftyone as fo
import numpy as np

from ...zoo.paused_gc import paused_gc
from ..labels.fiftyone_internals import dataset_id, read_documents
from ..labels.tags.label_tags import TaggedSample, read_tags
from ..labels.views.view_internals import view_stages
from .column_reader import ColumnReader
from .decisions.deciding import REVIEW
from .decisions.policies import Policy
from .decisions.verdicts import DEFAULT_KEY, Verdict, verdict_of, verdict_tags
from .item_reading import decide_batch
from .review_items import column_reader, compared, policy_of

_READ_AT_ONCE = 1_000
_MOST_POLICIES = 4

LeftOpen = Callable[[TaggedSample, Collection[str]], int]
"""Given a sample and its items with verdicts, how many others stay open."""

_Names = dict[str, tuple[datetime | None, frozenset[str]]]
"""By sample id, when the sample was changed and the names of some items."""


@dataclass(frozen=True)
class ReviewProgress:
    """How many items of some samples are decided.

    Attributes:
        items: all of them
        by_verdict: those that a person decided
        by_policy: those of the others that the policy decides
        conflicts: open ones with different verdicts
    """

    items: int
    by_verdict: int
    by_policy: int
    conflicts: int

    @property
    def decided(self) -> int:
        """How many are decided."""
        return self.by_verdict + self.by_policy

    @property
    def open(self) -> int:
        """How many are not."""
        return self.items - self.decided

    def moved(self, before: ReviewProgress, after: ReviewProgress) -> ReviewProgress:
        """The progress after some samples changed from one state to another."""
        return ReviewProgress(
            self.items + after.items - before.items,
            self.by_verdict + after.by_verdict - before.by_verdict,
            self.by_policy + after.by_policy - before.by_policy,
            self.conflicts + after.conflicts - before.conflicts,
        )

    def __str__(self) -> str:
        return (
            f"{self.decided:,} of {self.items:,} items decided, {self.by_verdict:,} by "
            f"you, {self.by_policy:,} by policy"
        )


def review_progress(
    view: fo.core.collections.SampleCollection,
    key: str = DEFAULT_KEY,
    policy: Any = None,
) -> ReviewProgress:
    """The progress of the review of a view's samples.

    The database counts the items and looks up verdicts. What rules leave open is kept
    between calls, and computed again for samples that changed.

    Args:
        view: the samples
        key: the key of the comparison
        policy: what decides items without a verdict, as `read_policy` takes it; None
            if nothing does

    Raises:
        ComparisonError: if there is no such comparison, or it is not finished
        PolicyError: if the policy can't be used
    """
    dataset, read = view._root_dataset, policy_of(policy)
    reader = column_reader(dataset, key)
    ids = view.values("id") if view_stages(view) else None
    tagged = read_tags(
        dataset, ids, reader.paths, verdict_tags(key), reader.fields.item
    )
    left_open = _left_open(dataset, reader, read, tagged)
    counts = [_count(sample, key, left_open) for sample in tagged]
    columns = zip((0, 0, 0, 0), *counts, strict=True)
    return ReviewProgress(*map(sum, columns))


def _count(
    sample: TaggedSample, key: str, left_open: LeftOpen
) -> tuple[int, int, int, int]:
    """The numbers of a sample that `ReviewProgress` sums up."""
    found: dict[str, list[str]] = {}
    for item, tags in sample.labels:
        found.setdefault(item, []).extend(tags)
    judgements = [verdict_of(tags, key) for tags in found.values()]
    rest = sample.groups - len(judgements)
    if sample.tags:
        judgements += [verdict_of(sample.tags, key)] * rest
        rest = 0
    verdicts = [judgement.verdict for judgement in judgements]
    by_verdict = len(verdicts) - verdicts.count(Verdict.UNSURE)
    conflicts = sum(judgement.is_conflict for judgement in judgements)
    by_policy = rest - left_open(sample, found) if rest else 0
    return sample.groups, by_verdict, by_policy, conflicts


def _left_open(
    dataset: fo.Dataset,
    reader: ColumnReader,
    policy: Policy,
    tagged: Sequence[TaggedSample],
) -> LeftOpen:
    """Counts the items of a sample that stay open, those with verdicts apart."""
    if policy.decides_all:
        return lambda sample, judged: 0
    if not policy.rules:
        return lambda sample, judged: sample.groups - len(judged)
    known = _OPEN_NAMES.get(dataset, reader, policy, tagged)
    return lambda sample, judged: len(known[sample.sample_id] - set(judged))


class _OpenNames:
    """The names of the items of samples that rules leave open, verdicts aside.

    They depend on what a comparison wrote, which changes rarely: they are kept for some
    policies, with the times of the samples, and computed again where these changed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], _Names] = OrderedDict()

    def get(
        self,
        dataset: fo.Dataset,
        reader: ColumnReader,
        policy: Policy,
        samples: Iterable[TaggedSample],
    ) -> Mapping[str, frozenset[str]]:
        """The names by sample id, for some samples at least."""
        document = json.dumps(policy.to_dict())
        about = str(dataset_id(dataset)), reader.key, *reader.paths, document
        with self._lock:
            names = self._kept.setdefault(about, {})
            self._kept.move_to_end(about)
            while len(self._kept) > _MOST_POLICIES:
                self._kept.popitem(last=False)
            times = {sample.sample_id: sample.modified_at for sample in samples}
            nothing = (None, frozenset[str]())
            stale = [i for i, time in times.items() if names.get(i, nothing)[0] != time]
            for start in range(0, len(stale), _READ_AT_ONCE):
                ids = stale[start : start + _READ_AT_ONCE]
                with paused_gc():
                    names |= _open_names(dataset, reader, policy, ids)
            return {id: names.get(id, nothing)[1] for id in times}


_OPEN_NAMES = _OpenNames()


def _open_names(
    dataset: fo.Dataset, reader: ColumnReader, policy: Policy, ids: Sequence[str]
) -> _Names:
    """The time of each sample, and the names of its items that rules leave open."""
    documents = compared(reader, read_documents(dataset, ids, reader.wanted))
    batch = decide_batch(reader, documents, policy)
    found: dict[str, set[str]] = {str(d["_id"]): set() for d in documents}
    for item in np.flatnonzero(batch.decisions.policy_take == REVIEW).tolist():
        sample, name = batch.name(item)
        found[sample].add(name)
    times = {str(d["_id"]): d.get("last_modified_at") for d in documents}
    return {id: (times[id], frozenset(names)) for id, names in found.items()}
