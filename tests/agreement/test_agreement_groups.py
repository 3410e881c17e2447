"""How far label sets agree, by whom and where."""

from __future__ import annotations

import fiftyone as fo
import pytest
from helpers.datasets.labelled import (
    FIELDS,
    HEIGHT,
    WIDTH,
    every_status,
    make_pair,
    masked,
)
from sama_coco.labelsets import (
    ComparisonError,
    compare_annotations,
    load_results,
    measure_agreement,
)

pytestmark = pytest.mark.usefixtures("fresh_database")


def two_batches() -> fo.Dataset:
    """Both fields agree on batch a; on batch b they have other classes."""
    dataset = fo.Dataset("batches")
    metadata = fo.ImageMetadata(width=WIDTH, height=HEIGHT)
    for number, (batch, other) in enumerate((("a", "cat"), ("b", "dog"), ("b", "dog"))):
        sample = fo.Sample(f"/batches/{number}.png", metadata=metadata, batch=batch)
        sample.tags = ["x", "y"][: number + 1]
        one = masked("cat", 0, 0, 9, 9, who=f"w{number}")
        two = masked(other, 0, 0, 9, 9)
        sample["one"] = fo.Detections(detections=[one])
        sample["two"] = fo.Detections(detections=[two])
        dataset.add_sample(sample, dynamic=True)
    return dataset


def test_the_mean_alpha_is_told_by_group() -> None:
    dataset = two_batches()
    results = measure_agreement(dataset, ["one", "two"])
    table = results.by("batch")
    assert table["images"].to_dict() == {"a": 1, "b": 2}
    assert table["mean_alpha"].to_dict() == pytest.approx({"a": 1, "b": 0})
    assert table["clusters"].to_dict() == {"a": 1, "b": 2}
    assert table.loc["a", "deviation"] == pytest.approx(1 - results.mean_alpha)
    assert table.index[0] == "a"
    assert table["pq"].to_dict() == {"a": 1, "b": 0}
    assert table.loc["b", ["tp", "fp", "fn"]].tolist() == [0, 2, 2]
    by_tag = results.by("tags")
    assert by_tag["images"].to_dict() == {"x": 3, "y": 2}
    by_whom = results.by("who")
    assert by_whom.loc["w0", "mean_alpha"] == 1
    assert by_whom.loc["(none)", "images"] == 3
    assert results.by("batch", dataset.limit(1)).index.tolist() == ["a"]
    with pytest.raises(ComparisonError, match="nothing called 'bach'"):
        results.by("bach")


def test_two_fields_have_the_quality_of_their_comparison_in_each_group() -> None:
    cat, moved = masked("cat", 0, 0, 9, 9), masked("cat", 2, 0, 9, 9)
    dataset = make_pair(every_status(), ([cat], [moved]), every_status(), ([], []))
    dataset.set_values("batch", ["a", "a", "b", "c"])
    compare_annotations(dataset, **FIELDS)
    measured = measure_agreement(dataset, list(FIELDS.values())).by("batch")
    compared = load_results(dataset, "diff").by("batch")
    for column in ("pq", "sq", "rq", "tp", "fp", "fn", "images"):
        for group in "ab":
            assert measured.loc[group, column] == compared.loc[group, column], column
    assert measured.loc["c", "pq"] is None


def test_of_several_fields_each_two_are_counted_together() -> None:
    dataset = two_batches()
    dataset.clone_sample_field("one", "three")
    results = measure_agreement(dataset, ["one", "two", "three"])
    counts = results.by("batch").loc["b", ["tp", "fp", "fn"]].tolist()
    assert counts == [2, 4, 4]
    scores = results.by("tags").loc["x"]
    assert scores["pq"] == scores["sq"] * scores["rq"] == 5 / 9
