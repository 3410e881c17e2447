"""The order in which samples are reviewed: by disagreement, greatest first."""

from __future__ import annotations

from typing import TypeAlias

import fiftyone as fo

from ....labelsets.labels.views.view_internals import is_generated
from ....labelsets.runs.fields import RunFields
from ....labelsets.runs.views.disagreement_order import next_sample, whole_samples

Samples: TypeAlias = fo.core.collections.SampleCollection


def first_sample(view: Samples, key: str) -> str | None:
    """The sample of a view with the most disagreement; any if none was compared."""
    found = next_sample(view, key)
    return found or next(iter(whole_samples(view).limit(1).values("id")), None)


def neighbour(view: Samples, key: str, sample_id: str, step: int) -> str | None:
    """The next sample, or the previous one, in order of disagreement.

    Args:
        view: the samples to go through
        key: the key of the comparison
        sample_id: the sample to start from
        step: 1 for the next, -1 for the previous

    Returns:
        its id; None at the end
    """
    field = RunFields(key).disagreement
    if view._root_dataset.select(sample_id).values(field) in ([], [None]):
        return first_sample(view, key)
    return next_sample(view, key, sample_id, step)


def sample_behind(view: Samples, shown: str) -> str:
    """The sample of an id of the App: of a patch, the sample it is cut from."""
    if not is_generated(view):
        return shown
    found = view.select(shown).values("sample_id")
    return str(found[0]) if found else shown


def sample_in(view: Samples, sample_id: str) -> str:
    """The id by which the App opens a sample: of its first patch in a view of those."""
    if not is_generated(view):
        return sample_id
    patches = view.select_by("sample_id", sample_id).limit(1).values("id")
    return str(patches[0]) if patches else sample_id
