"""The items of samples, read from the database and decided batch by batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import fiftyone as fo
import numpy as np

from ...zoo.label_sources import label_sources
from ..labels.fiftyone_internals import labels_at
from ..labels.label_fields import elements_path
from ..labels.reading import NO_CLASS
from ..runs.fields import RunFields
from .column_reader import ColumnReader
from .decisions.deciding import Decisions, decide
from .decisions.items import Ints, Items, group_labels
from .decisions.policies import Policy


@dataclass(frozen=True)
class DecidedBatch:
    """Some samples, their items, and what is decided.

    Attributes:
        documents: the samples
        reader: what read their labels
        items: the items
        decisions: the decisions on them
        policy: what decided
    """

    documents: Sequence[Mapping[str, Any]]
    reader: ColumnReader
    items: Items
    decisions: Decisions
    policy: Policy

    @cached_property
    def labels(self) -> list[Mapping[str, Any]]:
        """The labels, sample by sample, base's first."""
        paths = self.reader.paths
        return [x for d in self.documents for path in paths for x in labels_at(d, path)]

    def name(self, item: int) -> tuple[str, str]:
        """The id of the sample of an item, and the item's name."""
        sample = self.documents[self.items.sample[item]]
        label = self.labels[self.items.first[item]]
        return str(sample["_id"]), str(label[self.reader.fields.item])

    def takes(self, open_take: str) -> tuple[Ints, Ints]:
        """What is taken of each item, and of the item of each label.

        Args:
            open_take: what is taken of open items

        Returns:
            as in `deciding.TAKE_BITS`; 0 for labels in no item
        """
        takes = self.decisions.close(open_take)
        of_label = self.items.of_label
        if not len(takes):
            return takes, np.zeros(len(of_label), np.int64)
        return takes, np.where(of_label >= 0, takes[of_label], 0)

    def deciders(self) -> list[str]:
        """What decides the item of each label: ``verdict``, ``rule 3``, a preset's
        name, or ``open``; empty for labels in no item."""
        rules = range(len(self.policy.rules) + 1)
        named = [f"rule {n}" for n in rules] if self.policy.rules else []
        words = np.array(["", "verdict", "open", *named, self.policy.preset or ""])
        by_policy = 3 + self.decisions.rule if named else np.int64(len(words) - 1)
        chosen = np.where(self.decisions.by_verdict, 1, by_policy)
        chosen = np.where(self.decisions.is_open, 2, chosen)
        of_label = self.items.of_label
        if not len(chosen):
            return [""] * len(of_label)
        found: list[str] = words[np.where(of_label >= 0, chosen[of_label], 0)].tolist()
        return found


def decide_batch(
    reader: ColumnReader, documents: Sequence[Mapping[str, Any]], policy: Policy
) -> DecidedBatch:
    """Decides the items of some samples.

    Args:
        reader: what reads their labels
        documents: the samples, with at least the fields that the reader wants
        policy: the policy
    """
    items = group_labels(reader.read(documents))
    return DecidedBatch(documents, reader, items, decide(items, policy), policy)


def known_classes(dataset: fo.Dataset, sides: Sequence[str], key: str) -> set[str]:
    """The classes that rules may name.

    These are the classes of any label of both fields, what they were compared as, and
    those that their files or the dataset declare.

    Args:
        dataset: the dataset
        sides: the label fields
        key: the key of the comparison
    """
    compared = RunFields(key).class_name
    schema = dataset.get_field_schema(flat=True)
    found = {NO_CLASS, *(dataset.default_classes or ())}
    for side in sides:
        path = elements_path(dataset, side)
        names = [f"{path}.label"]
        names += [f"{path}.{compared}"] if f"{path}.{compared}" in schema else []
        for values in dataset.aggregate([fo.Distinct(name) for name in names]):
            found |= set(values)
        found |= set(dataset.classes.get(side) or ())
        for source in label_sources(dataset, side):
            found |= {str(one["name"]) for one in source["categories"] if "name" in one}
    return found
