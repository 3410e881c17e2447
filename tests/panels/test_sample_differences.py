"""What the panel reads of a sample, and what it makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import fiftyone as fo
import numpy as np
import pytest
from fiftyone import ViewField as F
from helpers.datasets.differences import SIDES, compared, read, run_of
from helpers.datasets.labelled import FIELDS, alter, every_status, make_pair, masked
from sama_coco.labelsets import compare_annotations
from sama_coco.panels.differences.object_table import COLUMNS, table_rows
from sama_coco.panels.differences.presenting import (
    plain,
    sample_facts,
    table_data,
    viewer_data,
)
from sama_coco.panels.differences.sample_differences import (
    SampleDifferences,
    read_sample,
)
from sama_coco.panels.shown_runs import ShownRun, find_run, list_runs
from sama_coco.panels.side_names import side_names
from sama_coco.zoo import load_splits

pytestmark = pytest.mark.usefixtures("fresh_database")
RUN = ShownRun("diff", SIDES, ("before.detections", "after.detections"))


@pytest.fixture
def every() -> Iterator[SampleDifferences]:
    return read(compared(every_status()))


def members(sample: SampleDifferences, status: str) -> dict[int, list[tuple[int, str]]]:
    """Side and class of the members of the groups that have a status, by group."""
    groups: dict[int, list[tuple[int, str]]] = {}
    numbers = {o["group"] for o in sample.objects if o["status"] == status}
    for item in sample.objects:
        if item["group"] in numbers:
            key = item["group"]
            groups.setdefault(key, []).append((item["side"], item["label"]))
    return {number: sorted(found) for number, found in groups.items()}


def test_partners_are_a_group(every: SampleDifferences) -> None:
    for status, pair in {
        "identical": [(0, "cat"), (1, "cat")],
        "refined": [(0, "cat"), (1, "cat")],
        "recrowded": [(0, "dog"), (1, "dog")],
        "relabeled": [(0, "cow"), (1, "horse")],
        "displaced": [(0, "cup"), (1, "cup")],
        "split": [(0, "bus"), (1, "bus"), (1, "bus"), (1, "bus")],
        "merged": [(0, "car"), (0, "car"), (0, "car"), (1, "car")],
    }.items():
        assert list(members(every, status).values()) == [pair]


@pytest.mark.parametrize("status", ["removed", "added", "degenerate"])
def test_what_stands_alone_is_in_no_group(
    every: SampleDifferences, status: str
) -> None:
    found = [o["group"] for o in every.objects if o["status"] == status]
    assert found == [-1]


def test_a_matched_crowd_and_its_parts_are_one_group() -> None:
    before = [masked("cat", 0, 0, 40, 20, iscrowd=1)]
    after = [
        masked("cat", 0, 0, 40, 18, iscrowd=1),
        masked("cat", 2, 2, 8, 8),
        masked("cat", 20, 2, 8, 8),
    ]
    sample = read(compared((before, after)))
    assert {o["group"] for o in sample.objects} == {0}
    statuses = sorted(o["status"] for o in sample.objects)
    assert statuses == ["refined", "refined", "split", "split"]
    rows = table_rows(sample.objects)
    assert sorted(row.cells["status"] for row in rows) == ["refined", "split", "split"]
    assert all(set(row.ids) == {o["id"] for o in sample.objects} for row in rows)


def test_a_matched_crowd_with_parts_on_both_sides_has_a_row_a_pair() -> None:
    """A revised part lies in the base crowd, a base part in the revised crowd."""
    before = [
        masked("cat", 0, 0, 40, 20, iscrowd=1),
        masked("cat", 2, 22, 6, 6),
        masked("cat", 12, 22, 6, 6),
    ]
    after = [
        masked("cat", 0, 0, 40, 30, iscrowd=1),
        masked("cat", 2, 2, 8, 8),
        masked("cat", 20, 2, 8, 8),
    ]
    sample = read(compared((before, after)))
    assert {o["group"] for o in sample.objects} == {0}
    rows = table_rows(sample.objects)
    found = sorted(row.cells["status"] for row in rows)
    assert found == ["merged", "merged", "refined", "split", "split"]
    assert len({tuple(row.own) for row in rows}) == 5
    crowds = {o["id"] for o in sample.objects if o["crowd"]}
    assert all(crowds & set(row.own) for row in rows)


def test_the_header_counts_what_the_run_counted(every: SampleDifferences) -> None:
    facts = sample_facts(every)
    assert facts["title"] == r"00000\.png"
    assert facts["compared"]
    line = facts["line"].replace("\u00a0", " ").replace("\\", "")
    for part in (
        "11 → 10 objects",
        "1 identical",
        "1 → 3 split",
        "0 → 1 added",
        "PQ 0.",
    ):
        assert part in line


def test_names_are_escaped_in_the_header() -> None:
    for text in ("<img src=x onerror=a()>", "[x](javascript:alert(1))", "# a_b *c*"):
        shown = plain(text)
        assert shown.replace("\\", "") == text
        assert not any(
            c in "<>[]()#*_`" and shown[i - 1] != "\\" for i, c in enumerate(shown)
        )


def test_sides_are_called_by_their_source_where_that_tells_them_apart() -> None:
    assert side_names(SIDES) == list(SIDES)
    for kind in ("segmentations", "detections"):
        both = [f"coco_{kind}", f"sama_{kind}"]
        assert side_names(both) == ["COCO-2017", "Sama-COCO"]
    boxes_too = ["coco_segmentations", "coco_detections"]
    assert side_names(boxes_too) == boxes_too
    assert side_names(["coco_mine", "sama_detections"]) == ["coco_mine", "Sama-COCO"]


def test_a_row_a_pair_a_part_and_a_single_object(every: SampleDifferences) -> None:
    rows = table_rows(every.objects)
    statuses = [row.cells["status"] for row in rows]
    expected = {"split": 3, "merged": 3}
    assert {s: statuses.count(s) for s in statuses} == {
        s: expected.get(s, 1) for s in statuses
    }
    assert set(statuses) == {o["status"] for o in every.objects}
    shown = {i for row in rows for i in row.own}
    assert shown == {o["id"] for o in every.objects}
    relabeled = next(r for r in rows if r.cells["status"] == "relabeled")
    assert relabeled.cells["class"] == "cow → horse"
    split = next(r for r in rows if r.cells["status"] == "split")
    assert len(split.own) == 2
    assert len(split.ids) == 4


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("descending", [False, True])
def test_rows_are_sorted_and_those_without_a_value_come_last(
    every: SampleDifferences, column: str, descending: bool
) -> None:
    rows = table_rows(every.objects, column, descending)
    values = [row.values[column] for row in rows]
    known = [value for value in values if value is not None]
    assert values[: len(known)] == sorted(known, reverse=descending)
    assert len(rows) == len(table_rows(every.objects))


def test_the_table_marks_the_rows_that_are_picked(every: SampleDifferences) -> None:
    rows = table_rows(every.objects)
    at = next(i for i, r in enumerate(rows) if r.cells["status"] == "relabeled")
    data = table_data(rows, rows[at].ids)
    assert data["selected_rows"] == [at]
    assert all(len(row) == len(data["columns"]) for row in data["rows"])
    assert len({row[0] for row in data["rows"]}) == len(rows)


def test_the_viewer_is_given_plain_values(every: SampleDifferences) -> None:
    data = viewer_data(every, RUN)
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["key"] == f"diff/{every.sample_id}"
    assert len(data["objects"]) == 21
    for item in data["objects"]:
        assert bool(item["rings"]) == (item["status"] != "degenerate")
        assert "tags" not in item


def test_the_viewer_is_told_when_a_sample_has_changed() -> None:
    dataset = compared(every_status())
    first = viewer_data(read(dataset), RUN)["version"]
    assert viewer_data(read(dataset), RUN)["version"] == first
    sample = dataset.first()
    sample["after"].detections.pop()
    sample.save()
    assert viewer_data(read(dataset), RUN)["version"] != first


def test_pictures_by_address_are_passed_through(every: SampleDifferences) -> None:
    address = "https://images.example/a b.jpg?x=1"
    picture = viewer_data(replace(every, filepath=address), RUN)["picture"]
    assert picture["url"] == picture["path"] == address
    picture = viewer_data(replace(every, filepath="/a b?.png"), RUN)["picture"]
    assert picture["url"] == "/media?filepath=%2Fa%20b%3F.png"


def test_rows_need_no_outlines() -> None:
    dataset = compared(every_status())
    whole = read(dataset)
    bare = read_sample(dataset, whole.sample_id, run_of(dataset), outlines=False)
    assert bare is not None
    assert not any(item["rings"] for item in bare.objects)
    assert bare == replace(whole, objects=[o | {"rings": []} for o in whole.objects])
    alter(dataset, "before", 0, mask=b"no mask at all")
    assert read_sample(dataset, whole.sample_id, run_of(dataset), outlines=False)


ODD = [float("nan"), float("inf"), "big", [1], {"a": 1}, True]


@pytest.mark.parametrize("odd", ODD)
def test_what_should_be_a_number_and_is_none_is_left_out(odd: object) -> None:
    dataset = compared(([masked("cat", 0, 0, 9, 9)], [masked("cat", 0, 0, 9, 8)]))
    sample_id = dataset.first().id
    names = ("area", "diff_iou", "diff_biou", "num_vertices")
    alter(dataset, "before", 0, **dict.fromkeys(names, odd))
    sample = read(dataset, sample_id)
    (item,) = sample.side(0)
    assert [item[n] for n in ("iou", "boundary_iou", "vertices")] == [None] * 3
    assert item["area"] == 81  # what was compared, in place of the file's
    json.dumps([viewer_data(sample, RUN), sample_facts(sample)], allow_nan=False)
    assert table_rows(sample.objects, "area")


def test_a_licence_that_is_a_number_is_shown_as_one() -> None:
    dataset = compared(every_status())
    dataset.add_sample_field("license", fo.IntField)
    dataset.set_values("license", [3])
    assert sample_facts(read(dataset))["line"].startswith("3 · ")


def test_what_was_added_after_the_comparison_is_called_not_compared() -> None:
    dataset = compared(every_status())
    sample = dataset.first()
    sample["after"].detections.append(masked("late", 70, 50, 5, 5))
    sample.save()
    alter(dataset, "before", 0, diff="of another version")
    found = read(dataset)
    late = {o["label"]: o for o in found.objects if o["status"] == "not compared"}
    assert set(late) == {"late", "cat"}
    assert late["late"]["rings"]
    assert found.counts["degenerate"] == (1, 0)
    assert found.counts["not compared"] == (1, 1)
    line = sample_facts(found)["line"].replace("\u00a0", " ")
    assert line.endswith("1 not compared")
    assert viewer_data(found, RUN)["statuses"][-1]["name"] == "not compared"
    rows = [row.cells["status"] for row in table_rows(found.objects)]
    assert rows.count("not compared") == 1


def test_a_comparison_is_shown_as_long_as_its_fields_are_there() -> None:
    dataset = compared(every_status())
    assert list_runs(dataset) == ["diff"]
    assert find_run(dataset, "other") is None
    dataset.delete_sample_field("after")
    assert find_run(dataset, "diff") is None
    assert list_runs(dataset) == []


def test_a_broken_label_is_listed_without_an_outline() -> None:
    broken = masked("cat", 0, 0, 5, 5)
    broken.bounding_box = [float("nan")] * 4
    sound = masked("cat", 20, 20, 5, 5)
    sample = read(compared(([broken, masked("dog", 50, 20, 5, 5)], [sound])))
    statuses = {o["status"]: o["rings"] for o in sample.objects}
    assert statuses["degenerate"] == []
    assert statuses["added"]


def test_a_sample_outside_the_comparison_is_told_apart() -> None:
    dataset = make_pair(every_status(), every_status())
    compare_annotations(dataset.limit(1), **FIELDS)
    inside, outside = dataset.values("id")
    assert read(dataset, inside).compared
    assert not read(dataset, outside).compared
    assert read_sample(dataset, "0" * 24, run_of(dataset)) is None


def test_the_example_reads_as_it_was_drawn(
    example_mirror: Path, tmp_path: Path
) -> None:
    from sama_coco.zoo import load_splits

    dataset, _ = load_splits(
        "example",
        "validation",
        tmp_path,
        label_types="segmentations",
        with_coco=True,
        mirror=str(example_mirror),
    )
    fields = ("coco_segmentations", "sama_segmentations")
    compare_annotations(dataset, *fields)
    for sample in dataset:
        found = read(dataset, sample.id)
        for side, field in enumerate(fields):
            labels = {x.id: x for x in sample[field].detections}
            assert {o["id"] for o in found.side(side)} == set(labels)
            for item in found.side(side):
                label = labels[item["id"]]
                xs = np.array([x for ring in item["rings"] for x in ring[::2]])
                left = label.bounding_box[0] * found.width
                right = left + label.bounding_box[2] * found.width
                assert abs(xs.min() - left) <= 1
                assert abs(xs.max() - right) <= 1


def test_people_have_the_keypoints_that_their_annotation_has(
    example_mirror: Path, tmp_path: Path
) -> None:
    dataset, _ = load_splits(
        "people",
        "validation",
        tmp_path,
        mirror=str(example_mirror),
        with_coco=True,
        label_types=["segmentations", "keypoints"],
    )
    compare_annotations(dataset)
    run = find_run(dataset, "diff")
    assert run is not None
    shown = 0
    for sample in dataset.match(F("coco_keypoints.keypoints").length() > 0):
        found = read_sample(dataset, sample.id, run)
        assert found is not None
        assert found.skeleton == dataset.skeletons["coco_keypoints"].edges
        people = {str(k.coco_id): k for k in sample.coco_keypoints.keypoints}
        for item in found.objects:
            person = people.get(item["coco_id"]) if item["side"] == 0 else None
            if person is None:
                assert item["keypoints"] == []
                continue
            expected = [
                [x * found.width, y * found.height, v] if v else [0, 0, 0]
                for (x, y), v in zip(person.points, person.v, strict=True)
            ]
            assert np.allclose(item["keypoints"], expected)
            shown += 1
        bare = read_sample(dataset, sample.id, run, outlines=False)
        assert bare is not None
        assert not any(item["keypoints"] for item in bare.objects)
    assert shown == dataset.count("coco_keypoints.keypoints") > 0
