"""Options on classes: mapped to common names, or left out; kept with their run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fiftyone as fo
import pandas as pd
import pytest
from helpers.datasets.labelled import FIELDS, Sides, column, make_pair, masked, state
from sama_coco.labelsets import (
    ComparisonError,
    ComparisonResults,
    compare_annotations,
    export_comparison,
    load_results,
    reconcile_annotations,
)
from sama_coco.labelsets.labels.class_names import nearest_class, same_class
from sama_coco.labelsets.runs.freshness import check_freshness
from sama_coco.labelsets.runs.views.pair_views import status_view

pytestmark = pytest.mark.usefixtures("fresh_database")

COMMON = {"aeroplane": "airplane", "Dining_Table": "dining table"}


def sides() -> Sides:
    """The same objects, called as VOC and as COCO call them, and two crowds."""
    before = [
        masked("aeroplane", 0, 0, 10, 10),
        masked("Dining_Table", 20, 0, 10, 10),
        masked("cat", 40, 0, 10, 10),
        masked("person", 0, 20, 40, 10, iscrowd=1),
    ]
    after = [
        masked("airplane", 0, 0, 10, 10),
        masked("dining table", 20, 0, 10, 10),
        masked("yak", 60, 0, 10, 10),
        masked("person", 0, 40, 40, 10, iscrowd=True),
    ]
    return before, after


@pytest.fixture
def dataset() -> fo.Dataset:
    return make_pair(sides(), sides())


def compare(samples: Any, **arguments: Any) -> ComparisonResults:
    return compare_annotations(samples, **FIELDS | arguments)


def test_mapped_classes_are_compared_as_one_and_keep_their_names(
    dataset: fo.Dataset,
) -> None:
    assert list(compare(dataset, key="plain").relabels()["pairs"]) == [2, 2]
    results = compare(dataset, class_map=COMMON)
    first = dataset.first()
    assert [d.label for d in first.before.detections] == [
        *COMMON, "cat", "person",
    ]  # fmt: skip
    compared = ["airplane", "dining table", None, None]
    assert [d["diff_class"] for d in first.before.detections] == compared
    assert [d["diff_class"] for d in first.after.detections] == [None] * 4
    statuses = ["identical", "identical", "removed", "removed"]
    assert [d["diff"] for d in first.before.detections] == statuses
    assert len(results.relabels()) == 0
    assert results.classes().loc["airplane", "pq"] == 1
    assert "aeroplane" not in results.classes().index
    assert "aeroplane as airplane" in str(results)
    assert load_results(dataset, "diff").to_dict() == results.to_dict()


@pytest.mark.parametrize("side", ["base", "revised"])
def test_views_by_class_hold_what_was_compared_under_it(
    dataset: fo.Dataset, side: str
) -> None:
    results = compare(dataset, class_map=COMMON)
    field = FIELDS[f"{side}_field"]
    for name, row in results.classes().iterrows():
        for status in ("identical", "removed", "added"):
            view = status_view(dataset, "diff", status, side, str(name))
            assert view.count(f"{field}.detections") == row[f"{status}_{side}"]
    view = status_view(dataset, "diff", "identical", side, "airplane")
    assert view.distinct("before.detections.label") == ["aeroplane"]
    assert view.distinct("after.detections.label") == ["airplane"]


def test_ignored_labels_have_no_part_and_lose_earlier_values(
    dataset: fo.Dataset,
) -> None:
    compare(dataset)
    results = compare(
        dataset,
        class_map=COMMON,
        ignore_class=["airplane", "cat"],
        ignore_crowd=True,
        overwrite=True,
    )
    first = dataset.reload() or dataset.first()
    statuses = [d.get_field("diff") for d in first.before.detections]
    assert statuses == [None, "identical", None, None]
    assert first.before.detections[0].get_field("diff_iou") is None
    assert sorted(results.classes().index) == ["dining table", "yak"]
    assert results.summary()["base"] == 2
    assert "Classes left out: airplane, cat" in str(results)
    assert "Crowds were left out" in str(results)


def test_a_map_is_read_from_yaml_and_json(dataset: fo.Dataset, tmp_path: Path) -> None:
    expected = compare(dataset, class_map=COMMON).summary()
    (tmp_path / "map.json").write_text(json.dumps(COMMON))
    (tmp_path / "map.yaml").write_text(
        'aeroplane: airplane\n"Dining_Table": dining table\n'
    )
    for name in ("map.json", "map.yaml"):
        found = compare(dataset, class_map=tmp_path / name, overwrite=True)
        assert found.summary() == expected
        assert dict(found.config.class_map) == COMMON


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a map of numbers": ({"class_map": {"cat": 3}}, "must map text to text"),
    "a map to nothing": ({"class_map": {"cat": ""}}, "must map text to text"),
    "no map": ({"class_map": ["cat"]}, "must be a mapping of class names"),
    "no file": ({"class_map": "gone.yaml"}, "class map 'gone.yaml' can't be read"),
    "a class": ({"ignore_class": "Cat"}, "names 'Cat', .* did you mean 'cat'"),
    "no class": ({"ignore_class": ["qqq"]}, "names 'qqq', .* there are 7"),
    "no name": ({"ignore_class": [3]}, "must hold names of classes"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_can_not_be_mapped_is_refused_before_anything_is_written(
    dataset: fo.Dataset, what: str
) -> None:
    arguments, message = REFUSED[what]
    before = state(dataset)
    with pytest.raises(ComparisonError, match=message):
        compare(dataset, **arguments)
    assert state(dataset) == before


@pytest.mark.parametrize("content", ["yes: no", "[a", "- a\n- b", "a: [b]"])
def test_a_file_that_is_no_map_is_refused_without_repeating_it(
    dataset: fo.Dataset, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "map.yml"
    path.write_text(content)
    with pytest.raises(ComparisonError, match=r"map\.yml"):
        compare(dataset, class_map=str(path))


def test_classes_that_one_side_has_are_listed_with_suggestions(
    dataset: fo.Dataset,
) -> None:
    found = compare(dataset).one_sided_classes()
    assert found.to_dict(orient="index") == {
        "Dining_Table": {"side": "base", "objects": 2, "suggestion": "dining table"},
        "aeroplane": {"side": "base", "objects": 2, "suggestion": "airplane"},
        "cat": {"side": "base", "objects": 2, "suggestion": None},
        "airplane": {"side": "revised", "objects": 2, "suggestion": "aeroplane"},
        "dining table": {
            "side": "revised",
            "objects": 2,
            "suggestion": "Dining_Table",
        },
        "yak": {"side": "revised", "objects": 2, "suggestion": None},
    }
    text = str(compare(dataset, key="other"))
    assert "base: aeroplane, likely airplane" in text
    mapped = compare(dataset, class_map=COMMON, key="mapped").one_sided_classes()
    assert list(mapped.index) == ["cat", "yak"]


def test_an_interrupted_run_is_resumed_with_its_options_alone(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished = compare(dataset, class_map=COMMON, ignore_crowd=True)
    token = finished.config.token
    config = dataset.get_run_info("diff").config
    config.finished = False
    dataset.update_run_config("diff", config)
    resumed = compare(dataset, class_map=COMMON, ignore_crowd=True)
    assert resumed.config.token == token
    assert resumed.to_dict() == finished.to_dict()
    config.finished = False
    dataset.update_run_config("diff", config)
    other = compare(dataset, class_map={"aeroplane": "airplane"}, ignore_crowd=True)
    assert other.config.token != token
    assert column(dataset, "before", "diff_class")[:2] == ["airplane", None]


def test_a_run_with_options_goes_out_of_date_by_what_it_compared(
    dataset: fo.Dataset,
) -> None:
    compare(dataset, class_map=COMMON, ignore_class="cat")
    assert not check_freshness(dataset, "diff", every=True).is_out_of_date
    sample = dataset.first()
    sample.before.detections[2].bounding_box = [0.5, 0.5, 0.1, 0.1]
    sample.save()
    assert not check_freshness(dataset, "diff", every=True).is_out_of_date
    sample.before.detections[2].label = "dog"
    sample.save()
    assert check_freshness(dataset, "diff", every=True).changed == [sample.id]


def test_an_export_says_what_was_compared(dataset: fo.Dataset, tmp_path: Path) -> None:
    compare(dataset, class_map=COMMON)
    export_comparison(dataset, "diff", tmp_path, ("csv", "json"))
    rows = pd.read_csv(tmp_path / "diff_objects.csv")
    mapped = rows[rows["class"] != rows["compared_class"]]
    assert dict(zip(mapped["class"], mapped["compared_class"], strict=True)) == COMMON
    totals = json.loads((tmp_path / "diff_totals.json").read_text())
    assert dict(totals["parameters"]["class_map"]) == COMMON
    assert set(totals["one_sided_classes"]) == {"cat", "yak"}


def test_reconciled_labels_keep_their_own_classes(dataset: fo.Dataset) -> None:
    compare(dataset, class_map=COMMON, ignore_class="cat")
    reconcile_annotations(dataset, policy="base", field="chosen")
    names = [d.label for d in dataset.first().chosen.detections]
    assert names == ["aeroplane", "Dining_Table", "person"]


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("Traffic_Light", ["traffic light"], "traffic light"),
        ("diningtable", ["Kitchen & dining room table"], "Kitchen & dining room table"),
        ("tvmonitor", ["cat", "tv"], "tv"),
        ("Doughnut", ["donut"], "donut"),
        ("car", ["cat"], None),
        ("sofa", ["couch", "Sofa"], "Sofa"),
    ],
)
def test_the_same_class_is_found_under_another_name(
    name: str, known: list[str], expected: str | None
) -> None:
    assert same_class(name, known) == expected


def test_a_class_spelled_nearly_so_is_the_nearest_one() -> None:
    assert nearest_class("persn", ["person", "dog"]) == "person"
    assert nearest_class("sofa", ["couch", "soda"]) == "couch"
