"""The items of one sample in a review, and the next sample to review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import fiftyone as fo
import numpy as np

from ..labels.fiftyone_internals import read_documents
from ..labels.label_fields import elements_path
from ..runs.registry.registered import require_comparison
from ..runs.views.disagreement_order import sample_pages
from .column_reader import ColumnReader
from .decisions.deciding import TAKE_BITS
from .decisions.policies import Policy
from .decisions.policy_documents import read_policy
from .decisions.tally import status_names
from .decisions.verdicts import DEFAULT_KEY, Judgement, judge_item
from .item_reading import DecidedBatch, decide_batch

Samples: TypeAlias = fo.core.collections.SampleCollection

_TAKES = {bits: name for name, bits in TAKE_BITS.items()}


@dataclass(frozen=True)
class ReviewItem:
    """An item, and what is decided of it.

    Attributes:
        name: its name, the same on all its labels
        label_ids: the ids of its labels, base's first
        status: its status, or statuses
        classes: the classes of its labels
        crowd: whether any label is a crowd
        area: the area of its largest label in px²; None if it is not known
        iou: its IoU; None if it has none
        evidence: the evidence for revised over base; None if there is none
        judgement: the verdict on it
        policy_take: what the policy alone takes, or ``review``
        take: what is taken, or ``review`` of an open item
        decided_by: ``verdict``, ``rule 3``, a preset's name, or ``open``
    """

    name: str
    label_ids: tuple[str, ...]
    status: str
    classes: tuple[str, ...]
    crowd: bool
    area: float | None
    iou: float | None
    evidence: float | None
    judgement: Judgement
    policy_take: str
    take: str
    decided_by: str

    @property
    def is_open(self) -> bool:
        """Whether neither a verdict nor the policy decides it."""
        return self.take == "review"


def sample_items(
    dataset: fo.Dataset,
    sample_id: str,
    key: str = DEFAULT_KEY,
    policy: Any = None,
) -> list[ReviewItem]:
    """The items of a sample, in the order of its labels.

    Args:
        dataset: the dataset
        sample_id: the id of the sample
        key: the key of the comparison
        policy: what decides items without a verdict, as `read_policy` takes it; None
            if nothing does

    Returns:
        the items; none if the sample is gone or was not compared
    """
    reader = column_reader(dataset, key)
    documents = compared(reader, read_documents(dataset, [sample_id], reader.wanted))
    if not documents:
        return []
    batch = decide_batch(reader, documents, policy_of(policy))
    return [_item(batch, number) for number in np.argsort(batch.items.first)]


def next_open_sample(
    view: Samples,
    key: str,
    policy: Any = None,
    sample_id: str | None = None,
    step: int = 1,
) -> str | None:
    """The next sample with open items, in order of disagreement.

    Args:
        view: the samples to go through; for patches, their samples
        key: the key of the comparison
        policy: as in :func:`sample_items`
        sample_id: the sample to start after; None to start with the first
        step: 1 for the next, -1 for the previous

    Returns:
        its id; None at the end
    """
    dataset = view._root_dataset
    reader, read = column_reader(dataset, key), policy_of(policy)
    for ids in sample_pages(view, key, sample_id, step):
        documents = compared(reader, read_documents(dataset, ids, reader.wanted))
        batch = decide_batch(reader, documents, read)
        open_in = set(batch.items.sample[batch.decisions.is_open].tolist())
        if open_in:
            return str(documents[min(open_in)]["_id"])
    return None


def column_reader(dataset: fo.Dataset, key: str) -> ColumnReader:
    """What reads the labels of a comparison.

    Raises:
        ComparisonError: if there is no such comparison, or it is not finished
    """
    config = require_comparison(dataset, key)
    base, revised = config.base_field, config.revised_field
    paths = elements_path(dataset, base), elements_path(dataset, revised)
    return ColumnReader(key, paths)


def policy_of(policy: Any) -> Policy:
    """A policy, of which None decides nothing."""
    return Policy() if policy is None else read_policy(policy)


def compared(reader: ColumnReader, documents: Sequence[Any]) -> list[Any]:
    """The documents of samples that were compared."""
    field = reader.fields.disagreement
    return [document for document in documents if document.get(field) is not None]


def _item(batch: DecidedBatch, number: int) -> ReviewItem:
    items, decisions = batch.items, batch.decisions
    own = np.flatnonzero(items.of_label == number).tolist()
    labels = [batch.labels[index] for index in own]
    classes = items.classes[items.with_class == number]
    sample = batch.documents[items.sample[number]]
    return ReviewItem(
        name=batch.name(number)[1],
        label_ids=tuple(str(label["_id"]) for label in labels),
        status=status_names(int(items.statuses[number])),
        classes=tuple(items.class_names[code] for code in classes),
        crowd=bool(items.crowd[number]),
        area=_known(items.area[number]),
        iou=_known(items.iou[number]),
        evidence=_known(items.evidence[number]),
        judgement=judge_item(
            [label.get("tags") for label in labels],
            sample.get("tags"),
            batch.reader.key,
        ),
        policy_take=_TAKES[int(decisions.policy_take[number])],
        take=_TAKES[int(decisions.take[number])],
        decided_by=batch.deciders()[own[0]],
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
