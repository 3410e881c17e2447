"""What every view behind a figure begins with."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias

import fiftyone as fo

from .fiftyone_internals import without_projection

P = ParamSpec("P")
Samples: TypeAlias = fo.core.collections.SampleCollection
Opens: TypeAlias = Callable[Concatenate[Samples, P], fo.DatasetView]


def of_hidden_fields_too(opens: Opens[P]) -> Opens[P]:
    """Has a view begin at samples that hide no field, as a census counts them.

    Args:
        opens: makes a view of the samples that are its first argument
    """

    @wraps(opens)
    def opened(
        samples: Samples, /, *args: P.args, **kwargs: P.kwargs
    ) -> fo.DatasetView:
        return opens(without_projection(samples), *args, **kwargs)

    return opened
