"""What the panel reads of a sample, and what it makes of it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import fiftyone as fo
import numpy as np
import pytest
from labelled import FIELDS, Sides, every_status, make_pair, masked
from sama_coco.panels.object_table import COLUMNS, table_rows
from sama_coco.panels.presenting import (
    picked_verdicts,
    plain,
    sample_facts,
    side_name,
    table_data,
    viewer_data,
)
from sama_coco.panels.review_order import first_sample, neighbour
from sama_coco.panels.reviewing import VERDICTS, mark
from sama_coco.panels.sample_differences import SampleDifferences, read_sample
from sama_coco.runs import compare_annotations, require_comparison

pytestmark = pytest.mark.usefixtures("fresh_database")
SIDES = (FIELDS["base_field"], FIELDS["revised_field"])


def compared(*samples: Sides) -> fo.Dataset:
    dataset = make_pair(*samples)
    compare_annotations(dataset, **FIELDS)
    return dataset


def read(dataset: fo.Dataset, sample_id: str | None = None) -> SampleDifferences:
    config = require_comparison(dataset, "diff")
    found = read_sample(dataset, sample_id or dataset.first().id, "diff", config)
    assert found is not None
    return found


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


def test_sides_are_called_by_their_source() -> None:
    assert side_name("coco_segmentations") == "COCO-2017"
    assert side_name("ground_truth") == "ground_truth"


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
    data = viewer_data(every, "diff", SIDES)
    assert json.loads(json.dumps(data)) == data
    assert data["key"] == f"diff/{every.sample_id}"
    assert len(data["objects"]) == 21
    for item in data["objects"]:
        assert bool(item["rings"]) == (item["status"] != "degenerate")


def test_a_broken_label_is_listed_without_an_outline() -> None:
    broken = masked("cat", 0, 0, 5, 5)
    broken.bounding_box = [float("nan")] * 4
    sample = read(compared(([broken], [masked("cat", 20, 20, 5, 5)])))
    statuses = {o["status"]: o["rings"] for o in sample.objects}
    assert statuses["degenerate"] == []
    assert statuses["added"]


def test_a_sample_outside_the_comparison_is_told_apart() -> None:
    dataset = make_pair(every_status(), every_status())
    compare_annotations(dataset.limit(1), **FIELDS)
    inside, outside = dataset.values("id")
    assert read(dataset, inside).compared
    assert not read(dataset, outside).compared
    config = require_comparison(dataset, "diff")
    assert read_sample(dataset, "0" * 24, "diff", config) is None


def several() -> fo.Dataset:
    """Nine samples, of which four agree fully and two disagree equally."""
    same = ([masked("cat", 0, 0, 9, 9)],) * 2
    worse = [
        ([masked("cat", 0, 0, 9, 9)], [masked("cat", 0, 0, 9, 9 - n)])
        for n in (1, 2, 3)
    ]
    gone = ([masked("cat", 0, 0, 9, 9)], [])
    return compared(same, worse[0], gone, same, worse[1], same, worse[2], gone, same)


def test_next_and_previous_visit_every_sample_once() -> None:
    dataset = several()
    views = [dataset.view(), dataset.shuffle(seed=3), dataset.limit(5)]
    for view in views:
        for step in (1, -1):
            here = first_sample(view, "diff")
            if step < 0:
                while (there := neighbour(view, "diff", here or "", 1)) is not None:
                    here = there
            seen = []
            while here is not None:
                seen.append(here)
                here = neighbour(view, "diff", here, step)
            values = dict(
                zip(*dataset.values(["id", "diff_disagreement"]), strict=True)
            )
            order = [values[i] for i in seen]
            assert order == sorted(order, reverse=step > 0)
            assert sorted(seen) == sorted(view.values("id"))


def test_a_sample_outside_the_view_leads_back_into_it() -> None:
    dataset = several()
    view = dataset.match(fo.ViewField("diff_disagreement") < 0.5)
    outside = first_sample(dataset, "diff")
    assert outside is not None
    assert neighbour(view, "diff", outside, 1) == first_sample(view, "diff")
    assert first_sample(dataset.limit(0), "diff") is None


def test_verdicts_replace_each_other_and_leave_other_tags() -> None:
    dataset = compared(every_status())
    sample = dataset.first()
    sample.tags = ["mine"]
    sample.save()
    for verdict in random.Random(1).sample(VERDICTS, len(VERDICTS)):
        assert mark(dataset, sample.id, verdict) == f"The image: {verdict}"
        assert dataset.select(sample.id).values("tags") == [["mine", verdict]]
    mark(dataset, sample.id, None)
    assert dataset.select(sample.id).values("tags") == [["mine"]]


def test_verdicts_on_labels_touch_those_alone() -> None:
    dataset = compared(every_status(), every_status())
    first, second = dataset.values("id")
    rows = table_rows(read(dataset, first).objects)
    ids = next(r for r in rows if r.cells["status"] == "refined").ids
    assert mark(dataset, first, "unsure", ids, SIDES) == "2 objects: unsure"
    after = read(dataset, first)
    assert {o["id"] for o in after.objects if o["tags"]} == set(ids)
    assert picked_verdicts(after, ids) == ["unsure"]
    assert not any(o["tags"] for o in read(dataset, second).objects)
    shown = [r for r in table_rows(after.objects) if "✓" in r.cells["status"]]
    assert [row.cells["status"] for row in shown] == ["refined ✓ unsure"]
    mark(dataset, first, None, ids, SIDES)
    assert not any(o["tags"] for o in read(dataset, first).objects)
    with pytest.raises(ValueError, match="Unknown verdict"):
        mark(dataset, first, "maybe")


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
