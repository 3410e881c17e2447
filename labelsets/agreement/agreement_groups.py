"""The agreement of label sets by group of images, from the values on samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import fiftyone as fo
import pandas as pd

from ..census.by_group.group_reading import group_values
from ..census.by_group.grouping import NO_VALUE
from ..comparison import PanopticQuality
from ..comparison.fixed_point import to_units
from ..labels.frames import frame

_COLUMNS = (
    "images",
    "clusters",
    "mean_alpha",
    "pq",
    "sq",
    "rq",
    "tp",
    "fp",
    "fn",
    "deviation",
)


def agreement_groups(
    samples: fo.core.collections.SampleCollection,
    fields: Sequence[str],
    name: str,
    paths: Sequence[str],
    bins: int,
) -> pd.DataFrame:
    """The mean alpha and the PQ of each group of images; see `AgreementResults.by`.

    Args:
        samples: a dataset or view
        fields: the label fields
        name: what to group by
        paths: the fields of samples with their alpha, number of clusters, PQ, TP, FP
            and FN
        bins: the greatest number of bins of numbers
    """
    measured = samples.exists(paths[0])
    found = group_values(measured, fields, name, paths, bins)
    alphas = measured.values(paths[0])
    whole = math.fsum(alphas) / len(alphas) if alphas else 1.0
    rows = {}
    for group, values in found.items():
        own, clusters, *scores = zip(*values, strict=True)
        mean = math.fsum(own) / len(values)
        quality = sum(map(_quality, *scores), PanopticQuality())
        qualities = (quality.pq, quality.sq, quality.rq)
        counts = (quality.tp, quality.fp, quality.fn)
        row = (
            len(values),
            sum(clusters),
            mean,
            *((None,) * 3 if quality.empty else qualities),
            *counts,
            mean - whole,
        )
        rows[group] = dict(zip(_COLUMNS, row, strict=True))
    order: list[Any] = sorted(
        rows, key=lambda one: (one == NO_VALUE, -abs(rows[one]["deviation"]))
    )
    return frame([rows[group] for group in order], order, name, _COLUMNS)


def _quality(pq: float, tp: int, fp: int, fn: int) -> PanopticQuality:
    """The counts behind a PQ, which is the total IoU / (TP + FP / 2 + FN / 2)."""
    return PanopticQuality(tp, fp, fn, to_units(pq * (tp + fp / 2 + fn / 2)))
