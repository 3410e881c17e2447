"""The order in which samples are reviewed: by disagreement, the greatest first."""

from __future__ import annotations

from typing import TypeAlias

import fiftyone as fo
from bson import ObjectId
from fiftyone import ViewField as F

from ..runs.fields import RunFields
from ..runs.fiftyone_internals import is_generated, without_projection

Samples: TypeAlias = fo.core.collections.SampleCollection


def first_sample(view: Samples, key: str) -> str | None:
    """The sample of a view with the greatest disagreement; any if none was compared."""
    samples = _whole_samples(view)
    compared: list[str] = _sorted(samples, key, 1).limit(1).values("id")
    return next(iter(compared or samples.limit(1).values("id")), None)


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
    here = view._root_dataset.select(sample_id).values(field)
    if not here or here[0] is None:
        return first_sample(view, key)
    if step > 0:
        beyond = F(field) < here[0]
        behind = F("_id") > ObjectId(sample_id)
    else:
        beyond = F(field) > here[0]
        behind = F("_id") < ObjectId(sample_id)
    further = _whole_samples(view).match(beyond | ((F(field) == here[0]) & behind))
    found = _sorted(further, key, step).limit(1).values("id")
    return found[0] if found else None


def sample_behind(view: Samples, shown: str) -> str:
    """The sample that the App means by an id: of a patch, that which it is cut from."""
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


def _whole_samples(view: Samples) -> Samples:
    """The samples of a view with all their fields; of patches, those behind them."""
    if is_generated(view):
        ids = sorted(set(view.values("sample_id")))
        whole: fo.DatasetView = view._root_dataset.select(ids)
        return whole
    return without_projection(view)


def _sorted(view: Samples, key: str, step: int) -> fo.DatasetView:
    field = RunFields(key).disagreement
    order = [(field, -step), ("id", step)]
    return view.exists(field).sort_by(order)
