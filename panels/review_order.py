"""The order in which samples are reviewed: by disagreement, the greatest first."""

from __future__ import annotations

import fiftyone as fo
from bson import ObjectId
from fiftyone import ViewField as F

from ..runs.fields import RunFields


def first_sample(view: fo.core.collections.SampleCollection, key: str) -> str | None:
    """The sample of a view with the greatest disagreement; any if none was compared."""
    compared: list[str] = _sorted(view, key, 1).limit(1).values("id")
    return next(iter(compared or view.limit(1).values("id")), None)


def neighbour(
    view: fo.core.collections.SampleCollection, key: str, sample_id: str, step: int
) -> str | None:
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
    further = view.match(beyond | ((F(field) == here[0]) & behind))
    found = _sorted(further, key, step).limit(1).values("id")
    return found[0] if found else None


def _sorted(
    view: fo.core.collections.SampleCollection, key: str, step: int
) -> fo.DatasetView:
    field = RunFields(key).disagreement
    order = [(field, -step), ("id", step)]
    return view.exists(field).sort_by(order)
