"""A measured agreement as FiftyOne's run registry keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import fiftyone as fo

from ..runs.registry.other_runs import remove_fields, rename_fields
from ..runs.run_classes import KeptConfig

METHOD = "measure_agreement"


class AgreementRunConfig(KeptConfig):
    """The parameters of a measured agreement.

    Args:
        fields: the label fields
        missing (None): what a field without a value is, see `measure_agreement`
        finished (False): whether the run is finished
        renaming_to (None): its new key during a rename
    """

    def __init__(
        self,
        fields: Sequence[str],
        missing: str | None = None,
        finished: bool = False,
        renaming_to: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs | {"method": METHOD})
        self.fields = list(fields)
        self.missing = missing
        self.finished = finished
        self.renaming_to = renaming_to


class AgreementRun(fo.Run):
    """What FiftyOne calls when a measured agreement is deleted or renamed."""

    def get_fields(self, samples: Any, key: str) -> list[str]:
        """The fields that were read and made."""
        return [*self.config.fields, *sample_fields(key)]

    def cleanup(self, samples: Any, key: str) -> None:
        """Removes the fields that were made."""
        remove_fields(samples._root_dataset, sample_fields(key))

    def rename(self, samples: Any, key: str, new_key: str) -> None:
        """Renames the fields that were made."""
        dataset = samples._root_dataset
        names = zip(sample_fields(key), sample_fields(new_key), strict=True)
        rename_fields(dataset, dict(names))


def alpha_field(key: str) -> str:
    """On samples: Krippendorff's alpha of the sample."""
    return f"{key}_alpha"


def clusters_field(key: str) -> str:
    """On samples: the number of its clusters."""
    return f"{key}_clusters"


def quality_fields(key: str) -> list[str]:
    """On samples: PQ over all pairs of label sets, and the TP, FP and FN of it."""
    return [f"{key}_{name}" for name in ("pq", "tp", "fp", "fn")]


def sample_fields(key: str) -> dict[str, type[fo.Field]]:
    """The sample fields that the run of a key makes, with their types."""
    pq, *counts = quality_fields(key)
    return {
        alpha_field(key): fo.FloatField,
        clusters_field(key): fo.IntField,
        pq: fo.FloatField,
        **dict.fromkeys(counts, fo.IntField),
    }
