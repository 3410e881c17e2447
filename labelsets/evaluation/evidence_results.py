"""How often models side with each label set: data frames and a text report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import fiftyone as fo
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tabulate import tabulate

from ..comparison import Status
from ..error_types import EvaluationError
from ..labels.fiftyone_internals import read_documents
from ..labels.frames import frame, plain_name
from ..labels.label_fields import check_images, elements_path
from ..reconciling.column_reader import ColumnReader
from ..reconciling.decisions.items import Items, group_labels
from ..runs.fields import RunFields
from ..runs.registry.registered import require_comparison

BATCH = 1_000
MOST_CLASSES = 10

COLUMNS = ("items", "advised", "base", "revised", "equal", "mean")

WARNING = (
    "This is advice, not truth: models that were trained on one of the label sets lean "
    "towards it"
)


@dataclass(frozen=True, eq=False)
class EvidenceResults:
    """The evidence on the items of a comparison.

    Attributes:
        key: the key of the comparison
        base_field: the earlier label field
        revised_field: the later label field
        predictions: the fields of predictions that it is from
        evidence: float64 (n,), of each item, NaN where no prediction touches it
        by_status: for each status the items that have it, bool (n,)
        by_class: for each class the items that have a label of it, int64
    """

    key: str
    base_field: str
    revised_field: str
    predictions: Sequence[str]
    evidence: NDArray[np.float64]
    by_status: Mapping[str, NDArray[np.bool_]]
    by_class: Mapping[str, NDArray[np.int64]]

    def statuses(self) -> pd.DataFrame:
        """A row a status that an item has: index the status.

        Columns: items; advised (those that a prediction touches); base, revised, equal
        (of these, those whose evidence is below 0, above 0 and 0); mean (of the
        evidence, None without any).
        """
        held = {name: chosen for name, chosen in self.by_status.items() if chosen.any()}
        rows = [_row(self.evidence[chosen]) for chosen in held.values()]
        return frame(rows, list(held), "status", COLUMNS)

    def classes(self) -> pd.DataFrame:
        """A row a class that an item has a label of, that of most items first: index
        the class; columns as in `statuses`."""
        names = sorted(self.by_class, key=lambda n: (-len(self.by_class[n]), n))
        rows = [_row(self.evidence[self.by_class[name]]) for name in names]
        return frame(rows, names, "class", COLUMNS)

    def summary(self) -> dict[str, Any]:
        """The same figures over all items."""
        return _row(self.evidence)

    def to_dict(self) -> dict[str, Any]:
        """What is evaluated and every table, JSON-plain."""
        return {
            "key": self.key,
            "base_field": self.base_field,
            "revised_field": self.revised_field,
            "predictions": list(self.predictions),
            "summary": self.summary(),
            "statuses": self.statuses().to_dict(orient="index"),
            "classes": self.classes().to_dict(orient="index"),
        }

    def __str__(self) -> str:
        title = f"Evidence of {', '.join(self.predictions)} for '{self.key}'"
        return "\n".join(
            [
                title,
                "=" * len(title),
                *evidence_lines(self),
                "",
                _table(self.statuses()),
                "",
                _table(self.classes().head(MOST_CLASSES)),
            ]
        )


def evidence_lines(results: EvidenceResults) -> list[str]:
    """How often models side with each label set, and what that is worth."""
    whole = results.summary()
    return [
        f"Of {whole['items']:,} items, {whole['advised']:,} are touched by a "
        f"prediction: models side with {results.base_field} on {whole['base']:,}, with "
        f"{results.revised_field} on {whole['revised']:,}",
        WARNING,
    ]


def load_evidence(
    samples: fo.core.collections.SampleCollection, key: str = "diff"
) -> EvidenceResults:
    """The evidence that was weighed for a comparison, read from the labels.

    Args:
        samples: a dataset, or a view of its samples
        key: the key of a finished comparison

    Raises:
        ComparisonError: if there is no such comparison, or no evidence for it
    """
    dataset = samples._root_dataset
    config = require_comparison(dataset, key)
    check_images(samples)
    fields = RunFields(key)
    base, revised = (
        elements_path(dataset, name)
        for name in (config.base_field, config.revised_field)
    )
    declared = dataset.get_field(f"{base}.{fields.evidence}")
    if declared is None:
        raise EvaluationError(
            f"No evidence was weighed for the comparison '{key}': call `weigh_evidence`"
        )
    compared = samples.exists(fields.disagreement)
    ids = list(dict.fromkeys(compared.values("id")))
    found = _read(dataset, key, (base, revised), ids)
    return EvidenceResults(
        key,
        config.base_field,
        config.revised_field,
        (declared.info or {}).get("predictions", []),
        np.concatenate([items.evidence for items in found] or [np.zeros(0)]),
        _by_status(found),
        _by_class(found),
    )


def _read(
    dataset: fo.Dataset, key: str, paths: tuple[str, str], ids: Sequence[str]
) -> list[Items]:
    reader = ColumnReader(key, paths)
    return [
        group_labels(
            reader.read(
                read_documents(dataset, ids[first : first + BATCH], reader.wanted)
            )
        )
        for first in range(0, len(ids), BATCH)
    ]


def _by_status(found: Iterable[Items]) -> dict[str, NDArray[np.bool_]]:
    bits = np.concatenate(
        [items.statuses for items in found] or [np.zeros(0, np.int64)]
    )
    return {str(status): bits >> status.order & 1 == 1 for status in Status}


def _by_class(found: Iterable[Items]) -> dict[str, NDArray[np.int64]]:
    parts: dict[str, list[NDArray[np.int64]]] = {}
    before = 0
    for items in found:
        for code in np.unique(items.classes).tolist():
            held = items.with_class[items.classes == code] + before
            parts.setdefault(items.class_names[code], []).append(held)
        before += len(items)
    return {name: np.concatenate(held) for name, held in parts.items()}


def _row(evidence: NDArray[np.float64]) -> dict[str, Any]:
    known = evidence[~np.isnan(evidence)]
    return {
        "items": len(evidence),
        "advised": len(known),
        "base": int((known < 0).sum()),
        "revised": int((known > 0).sum()),
        "equal": int((known == 0).sum()),
        "mean": float(known.mean()) if len(known) else None,
    }


def _table(table: pd.DataFrame) -> str:
    return tabulate(
        table.astype(object).rename(index=plain_name),
        headers="keys",
        floatfmt=".3f",
        intfmt=",",
        missingval="–",
        disable_numparse=[0],
    )
