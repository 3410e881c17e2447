"""Compared labels drawn by hand, and what the panel reads of them."""

from __future__ import annotations

import fiftyone as fo
from helpers.datasets.labelled import FIELDS, Sides, make_pair
from sama_coco.labelsets import compare_annotations
from sama_coco.panels.differences.sample_differences import (
    SampleDifferences,
    read_sample,
)
from sama_coco.panels.shown_runs import ShownRun, find_run

SIDES = (FIELDS["base_field"], FIELDS["revised_field"])


def compared(*samples: Sides) -> fo.Dataset:
    dataset = make_pair(*samples)
    compare_annotations(dataset, **FIELDS)
    return dataset


def read(dataset: fo.Dataset, sample_id: str | None = None) -> SampleDifferences:
    found = read_sample(dataset, sample_id or dataset.first().id, run_of(dataset))
    assert found is not None
    return found


def run_of(dataset: fo.Dataset) -> ShownRun:
    found = find_run(dataset, "diff")
    assert found is not None
    return found
