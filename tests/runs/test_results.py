"""What a comparison came to: totals, tables, a report, and hostile names in them."""

from __future__ import annotations

import json

import fiftyone as fo
import pytest
from helpers.datasets.labelled import FIELDS, HOSTILE, every_status, make_pair, masked
from sama_coco.labelsets import ComparisonResults, compare_annotations, load_results

pytestmark = pytest.mark.usefixtures("fresh_database")


def relabeled(names: list[str]) -> fo.Dataset:
    """A dataset whose images have a cat that was renamed to each of the names."""
    return make_pair(
        *[([masked("cat", 0, 0, 9, 9)], [masked(name, 0, 0, 9, 9)]) for name in names]
    )


@pytest.fixture
def results() -> ComparisonResults:
    nothing_left = ([masked("cat", 0, 0, 9, 9)], None)
    return compare_annotations(make_pair(every_status(), nothing_left), **FIELDS)


def test_the_summary_gives_images_objects_and_quality(
    results: ComparisonResults,
) -> None:
    summary = results.summary()
    assert (summary["images"], summary["images_with_disagreement"]) == (2, 2)
    assert (summary["base"], summary["revised"]) == (12, 10)
    assert (summary["tp"], summary["fp"], summary["fn"]) == (2, 7, 9)
    assert summary["sq"] == pytest.approx(0.95)
    assert summary["pq"] == pytest.approx(0.95 * 2 / 10)


def test_tables_are_frames_that_agree_with_each_other(
    results: ComparisonResults,
) -> None:
    statuses, classes = results.statuses(), results.classes()
    for side in ("base", "revised"):
        assert classes[side].sum() == statuses[side].sum()
        for status in statuses.index:
            assert classes[f"{status}_{side}"].sum() == statuses.loc[status, side]
    assert (classes["difference"] == classes["revised"] - classes["base"]).all()
    assert results.relabels().to_dict("records") == [
        {"base": "cow", "revised": "horse", "pairs": 1}
    ]
    assert results.relabel_matrix().to_dict() == {"horse": {"cow": 1}}
    histogram = results.iou_histogram()
    assert histogram.to_numpy().sum() == results.sizes().to_numpy().sum() == 5
    assert histogram.loc[0.25, "displaced"] == 1
    assert histogram.loc[0.9, "refined"] == 1
    assert histogram.loc[0.95, "identical"] == 1
    assert results.iou_histogram(boundary=True).to_numpy().sum() == 5
    assert results.sizes().loc["small", "small"] == 5


def test_the_report_names_every_status_with_its_counts(
    results: ComparisonResults,
) -> None:
    lines = str(results).splitlines()
    assert lines[0] == "Comparison 'diff': before -> after"
    table = {line.split()[0]: line.split()[1:3] for line in lines if line}
    for status, row in results.statuses().iterrows():
        assert table[str(status)] == [str(number) for number in row]
    assert any(line.endswith("cow -> horse") for line in lines)


def test_loaded_results_equal_those_that_were_saved(results: ComparisonResults) -> None:
    loaded = load_results(fo.load_dataset("pair"), "diff")
    assert loaded.to_dict() == results.to_dict()
    assert str(loaded) == str(results)
    assert loaded.key == "diff"


def test_results_of_nothing_are_tables_without_rows() -> None:
    results = compare_annotations(make_pair((None, None), ([], [])), **FIELDS)
    assert results.summary()["pq"] == 1
    assert results.summary()["images_with_disagreement"] == 0
    for table in (results.classes(), results.relabels(), results.relabel_matrix()):
        assert table.empty
    assert "2 images, 0 with disagreement; 0 objects" in str(results)
    told = json.loads(json.dumps(results.to_dict(), allow_nan=False))
    assert told["summary"]["mean_pq"] is None


def test_a_field_compared_with_an_equal_one_agrees_fully() -> None:
    before, _ = every_status()
    dataset = make_pair((before, []))
    dataset.clone_sample_field("before", "same")
    results = compare_annotations(dataset, "before", "same")
    counts = results.statuses().query("base > 0 or revised > 0")
    assert counts.to_dict("index") == {
        "identical": {"base": 10, "revised": 10},
        "degenerate": {"base": 1, "revised": 1},
    }
    summary = results.summary()
    assert (summary["pq"], summary["mean_pq"]) == (1, 1)


def test_a_class_of_crowds_alone_has_no_quality() -> None:
    crowd = masked("sky", 0, 0, 9, 9, iscrowd=1)
    pair = [masked("cat", 20, 0, 9, 9)], [masked("cat", 20, 0, 9, 9)]
    results = compare_annotations(make_pair(([crowd, *pair[0]], pair[1])), **FIELDS)
    for quality in ("pq", "sq", "rq"):
        assert results.classes()[quality].to_dict() == {"cat": 1.0, "sky": None}
    told = json.loads(json.dumps(results.to_dict(), allow_nan=False))
    assert told["classes"]["sky"]["pq"] is None
    (line,) = [line for line in str(results).splitlines() if line.startswith("sky")]
    assert line.split() == ["sky", "1", "0", "-1", "–", "–", "–"]
    assert results.summary()["mean_pq"] == 1


def test_the_document_has_every_table(results: ComparisonResults) -> None:
    told = results.to_dict()
    assert sum(map(sum, told["area_changes"].values())) == 5
    assert told["area_changes"] == results.area_changes().to_dict(orient="list")


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: repr(name)[:20])
def test_class_names_are_data_whatever_they_look_like(name: str) -> None:
    results = compare_annotations(relabeled([name]), **FIELDS)
    for found in (results, load_results(fo.load_dataset("pair"), "diff")):
        assert set(found.classes().index) == {"cat", name}
        assert found.relabels()["revised"].tolist() == [name]
        assert found.relabel_matrix().loc["cat", name] == 1
        told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
        assert told == found.to_dict()
        assert set(told["classes"]) == {"cat", name}


def test_the_report_prints_names_that_look_like_numbers_as_they_are() -> None:
    report = str(compare_annotations(relabeled(["007", "1e5", "nan"]), **FIELDS))
    for name in ("007", "1e5", "nan"):
        assert any(line.split()[:1] == [name] for line in report.splitlines())


def test_the_report_keeps_a_name_of_several_lines_or_great_length_to_its_line() -> None:
    names = ["two\nlines", "l" * 3000, "\x1b[31mred", "\u202eback"]
    report = str(compare_annotations(relabeled(names), **FIELDS))
    assert all(len(line) < 200 for line in report.splitlines())
    assert "\x1b" not in report
    assert "\u202e" not in report
    assert not any(line.startswith("lines") for line in report.splitlines())
