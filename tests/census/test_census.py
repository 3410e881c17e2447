"""The census of label fields: of views, of labels that lack attributes, of anything."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import cv2
import fiftyone as fo
import numpy as np
import pytest
from bson.int64 import Int64
from fiftyone import ViewField as F
from helpers.datasets.labelled import (
    FIELDS,
    HEIGHT,
    HOSTILE,
    WIDTH,
    alter,
    boxed,
    every_status,
    make_pair,
    masked,
    outlined,
    stored,
)
from sama_coco.labelsets import (
    Census,
    ComparisonError,
    compare_annotations,
    take_census,
)
from sama_coco.labelsets.census import taking as census_module
from sama_coco.labelsets.census.counts.census_counts import CensusCounts
from sama_coco.labelsets.census.published_check import check_published

pytestmark = pytest.mark.usefixtures("fresh_database")

GIVEN = {"iscrowd": 0, "area": 90.0, "num_polygons": 1, "num_vertices": 4}


def count(samples: Any, **arguments: Any) -> Census:
    return take_census(samples, **FIELDS | arguments)


def column(census: Census, side: str = "base") -> dict[str, Any]:
    return dict(census.overview()[side])


@pytest.fixture
def dataset() -> fo.Dataset:
    """Samples of every status, of labels on one side alone, and of none."""
    cats = [masked("cat", 0, 0, 10, 10, **GIVEN), masked("cat", 20, 0, 40, 40, **GIVEN)]
    return make_pair(every_status(), (cats, None), (None, cats[:1]), (None, None))


def test_two_fields_are_counted_side_by_side(dataset: fo.Dataset) -> None:
    census = count(dataset)
    table = census.overview()
    assert table.loc["instances", "base"] == 13
    assert table.loc["instances", "revised"] == 11
    assert table.loc["instances", "difference"] == -2
    assert table.loc["instances", "ratio"] == pytest.approx(11 / 13)
    assert table.loc["images", ["base", "revised"]].tolist() == [4, 4]
    assert table.loc["labelled_images", ["base", "revised"]].tolist() == [2, 2]
    assert "published_base" not in table
    assert census.labelled_images().to_dict() == {
        "both": 1,
        "base": 1,
        "revised": 1,
        "neither": 1,
    }
    assert census.images()["median_width"] == WIDTH
    assert census.image_sizes().to_dict("records") == [
        {"width": WIDTH, "height": HEIGHT, "images": 4}
    ]


def test_one_field_is_a_census_of_one(dataset: fo.Dataset) -> None:
    census = take_census(dataset, "before")
    assert census.overview().columns.tolist() == ["title", "base"]
    assert "classes_with_more" not in census.overview().index
    assert census.classes().loc["cat", "base"] == 4
    assert "revised" not in census.classes()
    assert census.labelled_images().to_dict() == {"base": 2, "neither": 2}
    assert census.headlines() == [
        "13 instances of 8 classes on 4 images, 3.2 per image"
    ]
    with pytest.raises(ComparisonError, match="This census is not of a comparison"):
        census.relabels()


def test_a_comparison_adds_what_became_of_each_class(dataset: fo.Dataset) -> None:
    results = compare_annotations(dataset, **FIELDS)
    census = take_census(dataset, key="diff")
    assert (census.base_field, census.revised_field, census.key) == (
        "before",
        "after",
        "diff",
    )
    assert census.totals is not None
    assert census.totals.to_dict() == results.counts.to_dict()
    table = census.classes()
    assert table.loc["cow", ["relabeled", "relabeled_into"]].tolist() == [1, 0]
    assert table.loc["horse", ["relabeled", "relabeled_into"]].tolist() == [0, 1]
    assert table.loc["bus", ["split", "split_revised"]].tolist() == [1, 3]
    assert table.loc["cat", "identical"] == 1
    assert table.loc["dog", ["pq", "sq", "rq"]].tolist() == [0, 0, 0]
    assert table.loc["fork", "added"] == 1
    for name in ("statuses", "relabels", "relabel_matrix", "iou_histogram", "sizes"):
        assert getattr(census, name)().equals(getattr(results, name)())
    assert census.area_changes().to_numpy().sum() == 5
    loaded = take_census(dataset.limit(1), key="diff")
    assert loaded.counts.base.images == 1


def test_a_class_without_a_scored_object_has_no_quality() -> None:
    dataset = make_pair(([masked("cat", 0, 0, 9, 9, iscrowd=1)], []))
    compare_annotations(dataset, **FIELDS)
    row = count(dataset, key="diff").classes().loc["cat"]
    assert row[["pq", "sq", "rq"]].tolist() == [None, None, None]
    assert row["removed"] == 1


def test_of_a_view_only_the_labels_that_it_shows_are_counted(
    dataset: fo.Dataset,
) -> None:
    compare_annotations(dataset, **FIELDS)
    view = dataset.filter_labels("before", F("label") == "cat", only_matches=False)
    census = take_census(view, key="diff")
    assert column(census, "base")["instances"] == 4
    assert column(census, "revised")["instances"] == 11
    assert census.counts.base.images == 4
    found = census.totals
    assert found is not None
    assert found.scores.classes["cat"].tp == 2
    assert set(found.objects) >= {
        ("base", "cat", "refined"),
        ("revised", "dog", "recrowded"),
    }
    assert not any(side == "base" and c != "cat" for side, c, _ in found.objects)
    assert census.missing["partner", "comparison"].startswith("3 labels in a pair")
    matching = dataset.match_labels(fields="before", filter=F("label") == "bus")
    assert count(matching).counts.base.total.instances == 11


def test_a_view_that_hides_fields_counts_the_same(dataset: fo.Dataset) -> None:
    compare_annotations(dataset, **FIELDS)
    whole = count(dataset, key="diff").to_dict()
    for view in (
        dataset.exclude_fields("diff_pq"),
        dataset.select_fields("before"),
        dataset.select_fields("before.detections.label"),
    ):
        assert count(view, key="diff").to_dict() == whole
    part = dataset.limit(2).select_fields("before").match(F("before.detections") != [])
    assert count(part).counts.base.images == 2


def test_parts_of_a_crowd_that_a_filter_hides_stay_out_of_the_scores() -> None:
    crowd = masked("cat", 0, 0, 40, 40, iscrowd=1)
    parts = [masked("cat", 1, 1, 8, 8), masked("cat", 20, 20, 8, 8)]
    dataset = make_pair((parts, [crowd]), ([], parts))
    compare_annotations(dataset, **FIELDS)
    view = dataset.filter_labels("after", F("iscrowd") != 1, only_matches=False)
    totals = count(view, key="diff").totals
    assert totals is not None
    assert totals.objects["base", "cat", "merged"] == 2
    assert (totals.scores.pooled.fn, totals.scores.pooled.fp) == (0, 2)


def test_labels_added_since_the_comparison_are_told(dataset: fo.Dataset) -> None:
    compare_annotations(dataset, **FIELDS)
    sample = dataset.last()
    sample["before"] = fo.Detections(detections=[masked("new", 0, 0, 5, 5)])
    sample.save()
    census = count(dataset, key="diff")
    assert census.counts.base.classes["new"].instances == 1
    assert census.missing["status", "comparison"].startswith("1 labels have no status")
    assert census.classes().loc["new", "removed"] == 0


def test_samples_that_were_not_compared_count_in_the_census_alone(
    dataset: fo.Dataset,
) -> None:
    results = compare_annotations(dataset.limit(1), **FIELDS)
    census = count(dataset, key="diff")
    assert census.counts.base.images == 4
    assert census.totals is not None
    assert census.totals.to_dict() == results.counts.to_dict()
    assert not any(side == "comparison" for _, side in census.missing)


@pytest.mark.parametrize("size", [1, 3])
def test_batches_change_nothing(
    dataset: fo.Dataset, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    compare_annotations(dataset, **FIELDS)
    whole = count(dataset, key="diff").to_dict()
    monkeypatch.setattr(census_module, "BATCH", size)
    told: list[tuple[float, str]] = []
    again = count(dataset, key="diff", on_progress=lambda *done: told.append(done))
    assert again.to_dict() == whole
    assert told[0] == (0, "0 of 4 images counted")
    assert told[-1] == (1, "4 images counted")
    json.dumps(whole, allow_nan=False)


def test_batches_counted_at_once_merge_in_any_order(dataset: fo.Dataset) -> None:
    compare_annotations(dataset, **FIELDS)
    request = census_module.resolve(dataset, key="diff")
    batches = [[sample_id] for sample_id in dataset.values("id")]
    total = CensusCounts()
    with ThreadPoolExecutor(3) as executor:
        work = [
            executor.submit(census_module.count_batch, dataset, ids, request)
            for ids in batches
        ]
        for done in as_completed(work):
            total += done.result()
    assert total.to_dict() == count(dataset, key="diff").counts.to_dict()


def test_whole_numbers_of_any_width_are_numbers() -> None:
    dataset = make_pair(([boxed("cat", 0, 0, 9, 9, **GIVEN)], []))
    wide = {name: Int64(7) for name in GIVEN}
    alter(dataset, "before", 0, **wide)
    counts = take_census(dataset, "before").counts.base.classes["cat"]
    assert (counts.crowds, counts.polygons, counts.vertices) == (1, 7, 7)
    assert counts.no_area == 0


def test_no_samples_and_no_labels_are_counted_as_none(dataset: fo.Dataset) -> None:
    compare_annotations(dataset, **FIELDS)
    for samples in (dataset.match_tags("none"), dataset.match(F("before") == 1)):
        census = count(samples, key="diff")
        assert set(column(census).values()) == {0}
        assert census.classes().empty
        assert census.cooccurrences().empty
        assert census.absent_pairs().empty
        assert census.headlines() == []
        assert census.objects_per_image()["base"].tolist() == [0]
        assert census.images()["median_width"] is None


def test_hostile_class_names_are_counted_as_they_are() -> None:
    dataset = make_pair(
        *[
            ([masked("cat", 0, 0, 9, 9)], [masked(name, 0, 0, 9, 9)])
            for name in HOSTILE
        ],
        ([masked(name, 0, 0, 9, 9) for name in HOSTILE], []),
    )
    compare_annotations(dataset, **FIELDS)
    census = count(dataset, key="diff")
    assert set(census.classes().index) == {"cat", *HOSTILE}
    assert all(census.classes().loc[name, "base"] == 1 for name in HOSTILE)
    assert len(census.cooccurrences().columns) == len(HOSTILE) + 1
    json.dumps(census.to_dict(), allow_nan=False)


def test_a_label_without_a_class_is_counted_as_the_comparison_calls_it(
    dataset: fo.Dataset,
) -> None:
    alter(dataset, "before", 0, label=None)
    results = compare_annotations(dataset, **FIELDS)
    census = count(dataset, key="diff")
    assert census.counts.base.classes["(no class)"].instances == 1
    assert census.totals is not None
    assert census.totals.to_dict() == results.counts.to_dict()


NONSENSE = {
    "area": "large",
    "num_vertices": [3],
    "num_polygons": 1.5,
    "iscrowd": None,
}


@pytest.mark.parametrize("attribute", NONSENSE)
def test_what_is_no_count_is_taken_for_nothing(attribute: str) -> None:
    dataset = make_pair(([boxed("cat", 0, 0, 9, 9, **GIVEN)], []))
    alter(dataset, "before", 0, **{attribute: NONSENSE[attribute]})
    counts = take_census(dataset, "before").counts.base.classes["cat"]
    assert counts.lacking(attribute) == 1
    assert sum(counts.lacking(a) for a in GIVEN) == 1


def test_areas_that_are_not_given_are_counted_from_the_masks(tmp_path: Path) -> None:
    hole = np.ones((30, 40), bool)
    hole[5:10, 5:10] = False
    dataset = make_pair(
        (
            [
                masked("cat", 0, 0, 40, 30, mask=hole),
                stored(tmp_path, "dog", 10, 10, 10, 10),
                masked("cow", 0, 0, 10, 10, **GIVEN),
            ],
            [],
        )
    )
    census = take_census(dataset, "before")
    counts = census.counts.base.classes
    assert (counts["cat"].medium, counts["cat"].small) == (1, 0)
    assert counts["dog"].very_small == counts["cow"].very_small == 1
    assert census.notes == [
        "2 labels of 'before': area counted from the mask, for want of `area`"
    ]
    table = column(census)
    assert table["vertices"] is None
    assert census.missing["vertices", "base"] == (
        "2 of 3 labels have no `num_vertices`, which a mask does not tell"
    )
    assert census.classes().loc["cow", "vertices_base"] == 4
    assert census.classes().loc["cat", "vertices_base"] is None


def test_boxes_alone_have_no_area_of_an_object() -> None:
    dataset = make_pair(([boxed("cat", 0, 0, 40, 40)], [boxed("cat", 0, 0, 40, 30)]))
    compare_annotations(dataset, **FIELDS)
    census = count(dataset, key="diff")
    assert column(census)["small"] is None
    assert "1 of 1 labels have no `area`" in census.missing["small", "base"]
    assert census.sizes().loc["medium", "medium"] == 1


def test_broken_masks_and_images_of_unknown_size_leave_the_area_unknown() -> None:
    dataset = make_pair(
        ([boxed("cat", 0, 0, 9, 9, mask_path="/gone/mask.png")], []),
        ([masked("dog", 0, 0, 9, 9)], []),
        metadata=False,
    )
    first = dataset.first()
    first.metadata = fo.ImageMetadata(width=WIDTH, height=HEIGHT)
    first.save()
    census = take_census(dataset, "before")
    assert census.counts.base.total.no_area == 2
    assert census.images()["unknown_size"] == 1


def test_filled_polylines_tell_their_polygons_vertices_and_area() -> None:
    triangle = [[(0.1, 0.1), (0.5, 0.1), (0.1, 0.5), (0.1, 0.1)]]
    square = outlined("cat", 0, 0, 20, 20).points
    dataset = make_pair(
        (
            [
                outlined("cat", 0, 0, 20, 20, points=square + triangle),
                outlined("dog", 0, 0, 10, 10, **GIVEN),
            ],
            [],
        )
    )
    census = take_census(dataset, "before")
    table = column(census)
    assert (table["polygons"], table["several_polygons"]) == (3, 1)
    assert (table["vertices"], table["vertices_closed"]) == (11, 14)
    assert table["small"] == 2
    assert len(census.notes) == 3
    line = outlined("cat", 0, 0, 20, 20, filled=False, closed=False)
    open_lines = take_census(make_pair(([line], []), name="open"), "before")
    assert column(open_lines)["polygons"] is None


def test_a_dataset_of_the_built_in_loader_is_counted_where_that_is_exact(
    tmp_path: Path,
) -> None:
    square = [[2, 2, 42, 2, 42, 42, 2, 42]]
    document = {
        "images": [{"id": 1, "file_name": "a.png", "width": 80, "height": 60}],
        "categories": [{"id": 3, "name": "cat", "supercategory": "animal"}],
        "annotations": [
            {"id": 7, "image_id": 1, "category_id": 3, "iscrowd": 0, "area": 1600,
             "bbox": [2, 2, 40, 40], "segmentation": square},
            {"id": 8, "image_id": 1, "category_id": 3, "iscrowd": 1, "area": 100,
             "bbox": [50, 0, 10, 10], "segmentation": {
                 "size": [60, 80], "counts": [3000, *[10, 50] * 9, 10, 1250]}},
        ],
    }  # fmt: skip
    (tmp_path / "labels.json").write_text(json.dumps(document))
    (tmp_path / "data").mkdir()
    cv2.imwrite(str(tmp_path / "data" / "a.png"), np.zeros((60, 80, 3), np.uint8))
    dataset = fo.Dataset.from_dir(
        dataset_type=fo.types.COCODetectionDataset,
        data_path=str(tmp_path / "data"),
        labels_path=str(tmp_path / "labels.json"),
        label_types="segmentations",
        label_field="ground_truth",
    )
    dataset.compute_metadata()
    census = take_census(dataset, "ground_truth")
    assert column(census) == {
        "images": 1,
        "labelled_images": 1,
        "classes": 1,
        "instances": 2,
        "crowds": 1,
        "several_polygons": None,
        "polygons": None,
        "vertices": None,
        "vertices_closed": None,
        "very_small": 1,
        "small": 1,
        "medium": 1,
        "large": 0,
    }
    assert census.notes == [
        "2 labels of 'ground_truth': area counted from the mask, for want of `area`"
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"base_field": "gone"}, "no field 'gone' of detections or polylines"),
        ({"key": "none"}, "There is no comparison 'none'"),
        ({"base_field": "after", "revised_field": "before", "key": "diff"},
         "'diff' is of 'before' and 'after', but a census of 'after'"),
    ],
)  # fmt: skip
def test_what_can_not_be_counted_is_told(
    dataset: fo.Dataset, arguments: dict[str, Any], said: str
) -> None:
    compare_annotations(dataset, **FIELDS)
    with pytest.raises(ComparisonError, match=said):
        count(dataset, **arguments)


def test_patches_are_refused_and_fields_are_guessed_from_two(
    dataset: fo.Dataset,
) -> None:
    with pytest.raises(ComparisonError, match="view of patches"):
        count(dataset.to_patches("before"))
    assert take_census(dataset).base_field == "before"
    dataset.delete_sample_field("after")
    with pytest.raises(ComparisonError, match="no two fields of detections"):
        take_census(dataset)


def test_a_dataset_that_is_not_complete_is_not_held_against_what_was_published(
    dataset: fo.Dataset,
) -> None:
    with pytest.raises(ComparisonError, match="of all 123,287 images"):
        check_published(dataset)
