"""A benchmark of predictions as FiftyOne's run registry keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import fiftyone as fo

from ..runs.run_classes import KeptConfig

METHOD = "benchmark_predictions"


class BenchmarkRunConfig(KeptConfig):
    """The parameters of a benchmark.

    Args:
        predictions: the fields of predictions
        fields: the label fields
        iou: what is evaluated, ``"mask"`` or ``"box"``
        boundary (False): whether outlines count too
        bootstrap (1000): the number of resamples
        seed (51): the seed of the resamples
        missing (None): what a label field without a value means
        finished (False): whether the run is finished
        renaming_to (None): its new key during a rename
    """

    def __init__(
        self,
        predictions: Sequence[str],
        fields: Sequence[str],
        iou: str,
        boundary: bool = False,
        bootstrap: int = 1000,
        seed: int = 51,
        missing: str | None = None,
        finished: bool = False,
        renaming_to: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs | {"method": METHOD})
        self.predictions = list(predictions)
        self.fields = list(fields)
        self.iou = iou
        self.boundary = boundary
        self.bootstrap = bootstrap
        self.seed = seed
        self.missing = missing
        self.finished = finished
        self.renaming_to = renaming_to


class BenchmarkRun(fo.Run):
    """What FiftyOne calls when a benchmark is deleted or renamed; samples stay."""

    def get_fields(self, samples: Any, key: str) -> list[str]:
        """The fields that were read."""
        return [*self.config.predictions, *self.config.fields]
