"""Samples that have no list of labels in a field: left out, or without labels."""

from __future__ import annotations

from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.labelled import FIELDS, Sides, column, make_pair, masked, state
from sama_coco.labelsets import ComparisonError, compare_annotations

pytestmark = pytest.mark.usefixtures("fresh_database")

CAT = [masked("cat", 0, 0, 10, 10)]
SIDES: list[Sides] = [(CAT, CAT), (CAT, None), (CAT, []), (None, CAT), (None, None)]


def compare(samples: Any, **arguments: Any) -> Any:
    return compare_annotations(samples, **FIELDS | arguments)


def from_files(dataset: fo.Dataset, *fields: str) -> None:
    """Notes that fields were read from files."""
    dataset.info["label_sets"] = {field: [{"format": "coco"}] for field in fields}
    dataset.save()


LEFT_OUT: dict[str, tuple[tuple[str, ...], str | None, list[float | None]]] = {
    "no files": ((), None, [1, 0, 0, 0, 1]),
    "one field from files": (("after",), None, [1, None, 0, 0, None]),
    "both from files": (("before", "after"), None, [1, None, 0, None, None]),
    "from files, empty": (("before", "after"), "empty", [1, 0, 0, 0, 1]),
    "no files, skipped": ((), "skip", [1, None, 0, None, None]),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_file_that_does_not_list_an_image_says_nothing_of_it(name: str) -> None:
    fields, missing, expected = LEFT_OUT[name]
    dataset = make_pair(*SIDES)
    from_files(dataset, *fields)
    results = compare(dataset, missing=missing)
    assert dataset.values("diff_pq") == expected
    count = expected.count(None)
    assert results.left_out == results.summary()["images_left_out"] == count
    assert results.summary()["images"] == 5 - count
    assert (f"{count} left out" in str(results)) is bool(count)
    statuses = column(dataset, "before", "diff")
    assert statuses[1] == (None if expected[1] is None else "removed")


def test_where_every_sample_would_be_left_out_nothing_is_written() -> None:
    dataset = make_pair((CAT, None), (CAT, None))
    from_files(dataset, "after")
    before = state(dataset)
    with pytest.raises(ComparisonError, match=r"'after' has no list .*empty"):
        compare(dataset)
    assert state(dataset) == before
    assert compare(dataset, missing="empty").summary()["images"] == 2


def test_what_becomes_of_missing_lists_is_one_of_two_words() -> None:
    with pytest.raises(ComparisonError, match="Unknown `missing` 'none'"):
        compare(make_pair(*SIDES), missing="none")


def test_a_sample_that_lost_its_list_loses_its_values_when_a_run_is_resumed() -> None:
    dataset = make_pair(*[(CAT, CAT)] * 150)
    from_files(dataset, "after")

    def cancel(done: float, _: str) -> None:
        if done > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(dataset, on_progress=cancel)
    sample = dataset.first()
    sample["after"] = None
    sample.save()
    results = compare(dataset)
    assert (results.left_out, results.summary()["images"]) == (1, 149)
    assert dataset.values("diff_pq") == [None] + [1] * 149
    assert column(dataset.limit(1), "before", "diff") == [None]
