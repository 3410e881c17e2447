"""The order of a review, and its verdicts."""

from __future__ import annotations

import random

import fiftyone as fo
import pytest
from differences import SIDES, compared, read
from labelled import every_status, masked
from sama_coco.panels.object_table import table_rows
from sama_coco.panels.presenting import picked_verdicts
from sama_coco.panels.review_order import (
    first_sample,
    neighbour,
    sample_behind,
    sample_in,
)
from sama_coco.panels.reviewing import VERDICTS, mark

pytestmark = pytest.mark.usefixtures("fresh_database")


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


def test_hidden_fields_do_not_change_the_order() -> None:
    dataset = several()
    order = [first_sample(dataset, "diff")]
    order.append(neighbour(dataset, "diff", str(order[0]), 1))
    for view in (
        dataset.select_fields("before"),
        dataset.exclude_fields("diff_disagreement"),
    ):
        assert first_sample(view, "diff") == order[0]
        assert neighbour(view, "diff", str(order[0]), 1) == order[1]


def test_patches_stand_for_the_samples_that_they_are_cut_from() -> None:
    dataset = compared(*(every_status() for _ in range(4)))
    patches = dataset.to_patches("before")
    first, last = dataset.values("id")[0], dataset.values("id")[-1]
    assert first_sample(patches, "diff") == first_sample(dataset, "diff")
    here, seen = first_sample(patches, "diff"), 0
    while here is not None:
        here, seen = neighbour(patches, "diff", here, 1), seen + 1
    assert seen == len(dataset)
    patch = sample_in(patches, last)
    assert patch in patches.values("id")
    assert sample_behind(patches, patch) == last
    assert sample_behind(dataset, first) == sample_in(dataset, first) == first
    assert first_sample(patches.limit(0), "diff") is None


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
