"""Giving, withdrawing and undoing verdicts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import fiftyone as fo

from ..error_types import ComparisonError
from ..labels.fiftyone_internals import labels_at, read_documents
from ..labels.label_fields import elements_path
from ..labels.tags.label_tags import replace_tags
from ..runs.fields import RunFields
from ..runs.registry.registered import require_comparison
from .decisions.verdicts import DEFAULT_KEY, Verdict, verdict_tags


@dataclass(frozen=True)
class WrittenVerdict:
    """A verdict that was given or withdrawn, and what it replaced.

    Attributes:
        sample_id: the id of the sample
        key: the key of the comparison
        labels: the verdict tags that each label had before, by its id
        own: those that the sample itself had; None if its tags did not change
    """

    sample_id: str
    key: str
    labels: dict[str, list[str]]
    own: list[str] | None


def write_verdict(
    dataset: fo.Dataset,
    sample_id: str,
    verdict: Verdict | None,
    label_ids: Collection[str] = (),
    key: str = DEFAULT_KEY,
) -> WrittenVerdict:
    """Gives a verdict on items of a sample, or on the sample, in place of any other.

    All labels of an item get it in one update of the database.

    Args:
        dataset: the dataset
        sample_id: the id of the sample
        verdict: the verdict; None withdraws it
        label_ids: labels of the items; if empty, the verdict is on the sample
        key: the key of the comparison

    Returns:
        what :func:`undo_verdict` takes

    Raises:
        ComparisonError: if there is no such comparison or sample, or none of the labels
            is in an item
    """
    paths = _paths(dataset, key)
    labels = _labels_of_items(dataset, sample_id, label_ids, paths, key)
    new = [] if verdict is None else [verdict.tag(key)]
    had, own = replace_tags(
        dataset,
        sample_id,
        paths,
        verdict_tags(key),
        dict.fromkeys(labels, new),
        None if label_ids else new,
    )
    return WrittenVerdict(sample_id, key, had, None if label_ids else own)


def undo_verdict(dataset: fo.Dataset, written: WrittenVerdict) -> WrittenVerdict:
    """Restores the verdicts of labels, or a sample, that a verdict replaced.

    Args:
        dataset: the dataset
        written: what :func:`write_verdict` returned

    Returns:
        what undoes this in turn
    """
    had, own = replace_tags(
        dataset,
        written.sample_id,
        _paths(dataset, written.key),
        verdict_tags(written.key),
        written.labels,
        written.own,
    )
    return WrittenVerdict(
        written.sample_id, written.key, had, None if written.own is None else own
    )


def _paths(dataset: fo.Dataset, key: str) -> tuple[str, str]:
    config = require_comparison(dataset, key)
    base, revised = config.base_field, config.revised_field
    return elements_path(dataset, base), elements_path(dataset, revised)


def _labels_of_items(
    dataset: fo.Dataset,
    sample_id: str,
    label_ids: Collection[str],
    paths: Sequence[str],
    key: str,
) -> list[str]:
    """The labels of all items that some labels are in."""
    name = RunFields(key).item
    wanted = [f"{path}.{part}" for path in paths for part in ("_id", name)]
    found = read_documents(dataset, [sample_id], wanted)
    if not found:
        raise ComparisonError(f"Sample {sample_id} no longer exists")
    labels = [label for path in paths for label in labels_at(found[0], path)]
    items = {x.get(name) for x in labels if str(x["_id"]) in label_ids} - {None}
    if label_ids and not items:
        raise ComparisonError(
            f"There is nothing to decide about label {next(iter(label_ids))}: it "
            f"covers nothing, or is newer than the comparison '{key}' or left out of it"
        )
    return [str(label["_id"]) for label in labels if label.get(name) in items]
