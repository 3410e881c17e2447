"""Samples in order of disagreement, from the index of a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.labelled import FIELDS, make_pair, masked
from sama_coco.labelsets import compare_annotations
from sama_coco.labelsets.runs.views.disagreement_order import (
    next_sample,
    pages_behind,
    sample_pages,
)

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def dataset() -> fo.Dataset:
    """Forty samples of ten disagreements, the last two not compared."""
    before = [masked("cat", 0, 0, 9, 9)]
    found = make_pair(
        *((before, [masked("cat", 0, 0, 9, 9 - n % 10 % 5)]) for n in range(40))
    )
    compare_annotations(found.limit(38), **FIELDS)
    return found


def in_order(dataset: fo.Dataset) -> list[str]:
    ids, values = dataset.values(["id", "diff_disagreement"])
    known = [(-v, i) for i, v in zip(ids, values, strict=True) if v is not None]
    return [id for _, id in sorted(known)]


def stages(plan: Any) -> Iterator[str]:
    """The names of all stages of the plan that the database has chosen."""
    if isinstance(plan, dict):
        yield from (v for k, v in plan.items() if k == "stage")
        for name, value in plan.items():
            if name != "rejectedPlans":
                yield from stages(value)
    if isinstance(plan, list):
        for value in plan:
            yield from stages(value)


@pytest.mark.parametrize("step", [1, -1])
def test_pages_hold_every_compared_sample_once_in_order(
    dataset: fo.Dataset, step: int
) -> None:
    order = in_order(dataset)[::step]
    pages = list(sample_pages(dataset, "diff", step=step))
    assert [id for page in pages for id in page] == order
    assert len(pages) > 1
    for behind in (0, 15, 16, 37):
        rest = sample_pages(dataset, "diff", order[behind], step)
        assert [id for page in rest for id in page] == order[behind + 1 :]
    assert next_sample(dataset, "diff", order[4], step) == order[5]
    assert next_sample(dataset, "diff", order[37], step) is None


def test_a_sample_that_was_not_compared_leads_to_the_first(dataset: fo.Dataset) -> None:
    assert next_sample(dataset, "diff", dataset.last().id) == in_order(dataset)[0]


@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize("starts", ["before the first", "behind one"])
def test_the_database_reads_the_index_and_sorts_nothing(
    dataset: fo.Dataset, step: int, starts: str
) -> None:
    place = None
    if starts == "behind one":
        id = in_order(dataset)[9]
        place = (dataset[id].diff_disagreement, id)
    for page in pages_behind(dataset, "diff", place, step, 5):
        command = {
            "aggregate": dataset._sample_collection_name,
            "pipeline": page._pipeline(),
            "cursor": {},
        }
        database = dataset._sample_collection.database
        found = set(stages(database.command("explain", command)))
        assert "IXSCAN" in found
        assert not found & {"SORT", "COLLSCAN"}
        assert 0 < len(page) <= 5
