"""Whether a comparison is out of date: which samples have other labels now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import fiftyone as fo
from fiftyone import ViewField as F

from ...zoo.writing.fiftyone_writer import open_dataset
from ..labels.fiftyone_internals import read_documents
from ..labels.label_fields import elements_path
from ..labels.views.shown_labels import read_through
from .batches.compare_batch import has_lists
from .batches.sample_labels import SampleLabels, is_of_run
from .fields import RunFields
from .run_config import ComparisonRunConfig, config_of

BATCH = 200


class Freshness(NamedTuple):
    """How the labels have changed since a run.

    Attributes:
        changed: the ids of samples whose labels were edited, added or deleted since
        gone: how many of the samples that were compared are gone
        unchecked: how many samples were written to since and not looked at
    """

    changed: list[str]
    gone: int
    unchecked: int

    @property
    def is_out_of_date(self) -> bool:
        """Whether anything is known to have changed."""
        return bool(self.changed or self.gone)

    def line(self, key: str) -> str | None:
        """Says that the comparison of a key is out of date; None where it is not."""
        parts = []
        if number := len(self.changed):
            few = f"{'at least ' if self.unchecked else ''}{number:,}"
            parts.append(
                f"the labels of {few} image{'s' if number > 1 else ''} changed"
            )
        if self.gone:
            plural = "s were" if self.gone > 1 else " was"
            parts.append(f"{self.gone:,} image{plural} deleted")
        if not parts:
            return None
        return f"The comparison '{key}' is out of date: {' and '.join(parts)} since"


def check_freshness(
    dataset: fo.Dataset, key: str, most: int | None = None, every: bool = False
) -> Freshness:
    """Finds out which samples of a comparison have other labels than were compared.

    Tags, other runs, and samples that are newer than the run change nothing. Only
    samples that were written to since are looked at, so that this takes no time where
    nothing happened.

    Args:
        dataset: the dataset
        key: the key of a comparison
        most (None): how many samples are looked at, the ones written to last first
        every (False): whether all samples are looked at, even those that FiftyOne does
            not record as changed, as after a program wrote to the database directly
    """
    config = config_of(dataset, key)
    fields = RunFields(key)
    if not dataset.has_sample_field(fields.digest) or config.token is None:
        return Freshness([], 0, 0)
    compared = dataset.match(F(fields.digest).starts_with(f"{config.token}:"))
    written = compared
    if not every and config.last_written is not None:
        since = datetime.fromisoformat(config.last_written)
        written = compared.match(F("last_modified_at") > since)
    ids = written.sort_by("last_modified_at", reverse=True).values("id")
    chosen = ids if most is None else ids[:most]
    changed = [
        id
        for start in range(0, len(chosen), BATCH)
        for id in changed_samples(dataset, chosen[start : start + BATCH], key, config)
    ]
    gone = max((config.compared or 0) - len(compared), 0)
    return Freshness(changed, gone, len(ids) - len(chosen))


def is_sample_changed(dataset: fo.Dataset, sample_id: str, key: str) -> bool:
    """Whether a sample that was compared has other labels now."""
    config = config_of(dataset, key)
    return bool(changed_samples(dataset, [sample_id], key, config))


def changed_samples(
    dataset: fo.Dataset, ids: Sequence[str], key: str, config: ComparisonRunConfig
) -> list[str]:
    """Those samples of a run whose labels are not the ones that it compared.

    Args:
        dataset: the dataset
        ids: the ids of samples; those that the run has not compared are left out
        key: the key of the run
        config: its parameters
    """
    return [
        id
        for id, is_same in _compared_samples(dataset, ids, key, config).items()
        if not is_same
    ]


def find_done_in_worker(
    dataset: str, token: str, ids: Sequence[str], key: str, config: Mapping[str, Any]
) -> list[str]:
    """Those samples of a batch that a run has compared as they are, in any process.

    Args:
        dataset: the name of the dataset
        token: what tells it from earlier ones of its name
        ids: the ids of the samples
        key: the key of the run
        config: its parameters
    """
    opened = open_dataset(dataset, token)
    found = _compared_samples(opened, ids, key, ComparisonRunConfig(**config))
    return [id for id, is_same in found.items() if is_same]


def _compared_samples(
    dataset: fo.Dataset, ids: Sequence[str], key: str, config: ComparisonRunConfig
) -> dict[str, bool]:
    """Whether samples that a run has compared are as they were then, by id."""
    digest = RunFields(key).digest
    paths = [elements_path(dataset, name) for name in config.fields]
    documents = read_documents(dataset, ids, ["metadata", digest, *paths])
    compared = [d for d in documents if is_of_run(d.get(digest), config)]
    found = {}
    for document in read_through(dataset, config.label_stages, compared, paths):
        sample = SampleLabels.of(document, paths, config.classes)
        is_known = sample is not None and has_lists(document, config)
        found[str(document["_id"])] = bool(
            is_known and sample and sample.digest(config) == document[digest]
        )
    return found
