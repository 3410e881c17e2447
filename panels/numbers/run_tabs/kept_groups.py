"""Groups of the labels that a view shows, read once for each state of the data."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

import pandas as pd
from cachetools import LRUCache, cached

from ....labelsets.census.by_group.group_reading import group_census, group_comparison
from ....labelsets.labels.tags.tag_times import identity_but_tags
from ....labelsets.labels.views.view_internals import identity
from ..figure_views import Samples

KEPT = 16
"""Frames that are kept, of all windows and datasets together."""


def _state(
    samples: Samples, fields: Sequence[str], key: str | None, name: str
) -> tuple[Any, ...]:
    """What tells apart what is read; a verdict, which is a tag, changes nothing."""
    state = identity(samples) if name == "tags" else identity_but_tags(samples)
    return (*state, *fields, key, name)


@cached(LRUCache(KEPT), key=_state, lock=Lock())
def read_groups(
    samples: Samples, fields: Sequence[str], key: str | None, name: str
) -> pd.DataFrame:
    """What a comparison found by group, else what label fields hold; not to be changed.

    Args:
        samples: a dataset or view
        fields: its label fields, one or two
        key: the key of the comparison of the two, None for none
        name: an attribute of labels, a field of samples, or ``"tags"``

    Raises:
        ComparisonError: if there is no such comparison, or nothing of that name
    """
    if key is None:
        return group_census(samples, fields, name)
    return group_comparison(samples, key, name)
