"""A dataset with a run of each kind, for what holds of them all."""

from __future__ import annotations

import fiftyone as fo
from helpers.datasets.labelled import FIELDS, every_status, make_pair, masked
from sama_coco.labelsets import (
    benchmark_predictions,
    compare_annotations,
    measure_agreement,
    reconcile_annotations,
)

LABELS = list(FIELDS.values())
CONSENSUS = {"consensus": {"quorum": 2}}


def with_every_run() -> fo.Dataset:
    """With a comparison, an agreement, a benchmark and a consensus."""
    made = make_pair(every_status(), every_status())
    cow = masked("cow", 36, 0, 10, 10, confidence=0.5)
    found = [fo.Detections(detections=[cow.copy()]) for _ in range(2)]
    made.set_values("model", found, dynamic=True)
    compare_annotations(made, **FIELDS)
    measure_agreement(made, LABELS)
    benchmark_predictions(made, "model", LABELS, bootstrap=5)
    reconcile_annotations(made, "agreement", policy=CONSENSUS, field="agreed")
    return made
