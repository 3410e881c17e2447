"""A Dask cluster and datasets of several batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.labelled import Sides, boxed, every_status, make_pair, masked
from helpers.programs.dask_cluster import Cluster, dask_cluster

EQUAL: Sides = ([masked("cat", 0, 0, 10, 10)], [masked("cat", 0, 0, 10, 10)])
GONE = boxed("cat", 0, 0, 10, 10, mask_path="/gone/mask.png")
BROKEN: Sides = ([GONE], [masked("cat", 0, 0, 10, 10)])


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A scheduler and three workers."""
    with dask_cluster(3) as found:
        yield found


@pytest.fixture
def dataset(fresh_database: Any) -> fo.Dataset:
    """A dataset of 24 batches of 10, with broken labels in several of them."""
    sides = [every_status(), EQUAL, BROKEN, (EQUAL[0], None)] * 60
    return make_pair(*sides, name="many")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes batches of 10 images, so that small datasets have many."""
    from sama_coco.labelsets.runs import compare_dataset as comparing

    monkeypatch.setattr(comparing, "BATCH", 10)
