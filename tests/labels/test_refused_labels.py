"""What can't be compared, and what is said of it before anything is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.labelled import (
    FIELDS,
    HEIGHT,
    WIDTH,
    boxed,
    make_pair,
    masked,
    outlined,
    state,
)
from sama_coco.labelsets import ComparisonError, compare_annotations, load_results
from sama_coco.labelsets.labels.label_units import describe_mixed_forms

pytestmark = pytest.mark.usefixtures("fresh_database")

SOUND = boxed("cat", 8, 6, 20, 10)


def refused(samples: Any, **fields: str) -> str:
    """Why samples can't be compared; nothing is written."""
    dataset = samples._root_dataset
    before = state(dataset)
    with pytest.raises(ComparisonError) as error:
        compare_annotations(samples, **(FIELDS | fields))
    assert state(dataset) == before
    return str(error.value)


def in_pixels(label: str, x: float, y: float, w: float, h: float) -> fo.Detection:
    return fo.Detection(label=label, bounding_box=[x, y, w, h])


def test_boxes_in_pixels_are_refused() -> None:
    drawn = [in_pixels("cat", 8, 6, 20, 10), in_pixels("cat", 3, 3, 4, 5)]
    dataset = make_pair((drawn, [SOUND]), ([SOUND], [SOUND]))
    said = refused(dataset)
    assert "'before' can't be compared: 2 of 3 labels" in said
    assert "are in pixels, the first is [8.0, 6.0, 20.0, 10.0]" in said
    assert "sample.metadata" in said


def test_polylines_in_pixels_are_refused() -> None:
    ring = [(8, 6), (28, 6), (28, 16), (8, 16)]
    drawn = fo.Polyline(label="cat", points=[ring], closed=True, filled=True)
    said = refused(make_pair(([SOUND], [drawn])))
    assert "'after' can't be compared: 1 of 1 labels" in said
    assert "in pixels" in said


def test_masks_with_boxes_in_pixels_are_refused() -> None:
    whole = masked("cat", 8, 6, 20, 10)
    whole.bounding_box = [8, 6, 20, 10]
    assert "in pixels" in refused(make_pair(([whole], [SOUND])))


@pytest.mark.parametrize(
    "box",
    [
        (-WIDTH, -HEIGHT, 3 * WIDTH, 3 * HEIGHT),
        (5 * WIDTH, 3 * HEIGHT, 20, 10),
        (-9 * WIDTH, 6, 10 * WIDTH, 10),
    ],
)
def test_some_boxes_that_overhang_far_are_compared(box: Any) -> None:
    """As labels of a large image do in a tile that was cut out of it."""
    dataset = make_pair(([boxed("cat", *box), SOUND], [SOUND]))
    assert compare_annotations(dataset, **FIELDS).summary()["tp"] == 1


def test_boxes_of_whole_images_are_not_taken_for_pixels() -> None:
    drawn = boxed("cat", -0.4 * WIDTH, -0.4 * HEIGHT, 1.9 * WIDTH, 1.9 * HEIGHT)
    dataset = make_pair(([drawn], [boxed("cat", 0, 0, WIDTH, HEIGHT)]))
    assert compare_annotations(dataset, **FIELDS).summary()["pq"] == 1


def test_labels_that_are_damaged_are_not_taken_for_pixels() -> None:
    drawn = [outlined("cat", x, 6, 20, 10) for x in (8, 50)]
    dataset = make_pair(([SOUND, boxed("cat", 50, 6, 20, 10)], drawn))
    path = "before.detections.0.bounding_box"
    dataset._sample_collection.update_one({}, {"$set": {path: ["9", None, "9"]}})
    path = "after.polylines.0.points"
    dataset._sample_collection.update_one({}, {"$set": {path: [[["a", 3], 7]]}})
    compare_annotations(dataset, **FIELDS)
    written = dataset._sample_collection.find_one()["before"]["detections"]
    assert [label["diff"] for label in written] == ["degenerate", "identical"]


def test_frames_of_videos_are_refused_as_such() -> None:
    dataset = fo.Dataset()
    sample = fo.Sample(filepath="/videos/a.mp4")
    found = fo.Detections(detections=[SOUND])
    sample.frames[1] = fo.Frame(filepath="/a.png", before=found, after=found.copy())
    dataset.add_sample(sample)
    for fields in (FIELDS, {"base_field": "frames.before"}):
        assert (
            "holds videos. Neither videos nor their frames can be compared"
            in refused(dataset, **fields)
        )

    images = dataset.to_frames().clone()
    images.set_field("metadata", fo.ImageMetadata(width=9, height=9)).save()
    assert compare_annotations(images, **FIELDS).summary()["pq"] == 1


def test_of_groups_a_slice_is_compared() -> None:
    dataset = fo.Dataset()
    dataset.add_group_field("group", default="left")
    group = fo.Group()
    dataset.add_samples(
        [
            fo.Sample(
                filepath=f"/{name}.png",
                group=group.element(name),
                metadata=fo.ImageMetadata(width=WIDTH, height=HEIGHT),
                before=fo.Detections(detections=[SOUND.copy()]),
                after=fo.Detections(detections=[SOUND.copy()]),
            )
            for name in ("left", "right")
        ]
    )
    said = refused(dataset)
    assert "holds groups; compare one slice" in said
    assert "select_group_slices(...)` with one of 'left', 'right'" in said
    view = dataset.select_group_slices("right")
    assert compare_annotations(view, **FIELDS).summary()["images"] == 1
    compared = dataset.match(fo.ViewField("diff_pq").exists())
    assert compared.values("filepath") == []
    assert view.values("diff_pq") == [1]


ADDRESS = "http://127.0.0.1:9/a.png?signature=1"
"""Of an image, though FiftyOne does not take it for one's; nothing answers there."""


def at_address(metadata: fo.ImageMetadata | None) -> fo.Dataset:
    """A dataset of an image at an address."""
    dataset = fo.Dataset()
    sides = {f: fo.Detections(detections=[SOUND.copy()]) for f in FIELDS.values()}
    dataset.add_sample(fo.Sample(filepath=ADDRESS, metadata=metadata, **sides))
    assert dataset.media_type == "unknown"
    return dataset


def test_an_image_at_an_address_with_a_query_is_compared() -> None:
    known = fo.ImageMetadata(width=WIDTH, height=HEIGHT)
    results = compare_annotations(at_address(known), **FIELDS)
    assert results.summary()["pq"] == 1


def test_an_image_that_can_not_be_opened_needs_its_metadata() -> None:
    said = refused(at_address(None))
    assert "there is no image that can be read at '" in said
    assert "127.0.0.1:9/a.png?signature=1'" in said
    assert "set `sample.metadata`" in said


def test_a_field_of_boxes_and_one_of_masks_are_named(tmp_path: Path) -> None:
    boxes, masks = [boxed("cat", 8, 6, 20, 10)], [masked("cat", 8, 6, 20, 10)]
    said = describe_mixed_forms(make_pair((boxes, masks), name="a"), "before", "after")
    assert said is not None
    assert said.startswith("Labels in 'before' are boxes without masks")
    lines = [outlined("cat", 8, 6, 20, 10)]
    degenerate = [boxed("cat", 8, 6, 20, 0), boxed("cat", 8, 6, 20, 10)]
    degenerate[1].bounding_box = None
    for name, sides in {
        "f": ([*masks, *degenerate], masks),
        "b": (masks, lines),
        "c": (boxes, boxes),
        "d": (boxes, []),
    }.items():
        dataset = make_pair(sides, name=name)
        assert describe_mixed_forms(dataset, "before", "after") is None
    stored = boxed("cat", 8, 6, 20, 10, mask_path=str(tmp_path / "a.png"))
    dataset = make_pair(([stored], boxes), name="e")
    said = describe_mixed_forms(dataset, "before", "after")
    assert said is not None
    assert "'after'" in said


def test_full_boxes_that_met_masks_are_counted_and_said() -> None:
    box, mask = boxed("cat", 8, 6, 20, 10), masked("cat", 8, 6, 20, 10)
    gone = boxed("cat", 8, 6, 20, 10, mask_path="/gone.png")
    broken = boxed("cat", 40, 6, 0, 0)
    sides = ([box, box, mask, broken], [mask]), ([box], [box]), ([mask], [gone])
    dataset = make_pair(*sides, ([], [mask]), ([mask, mask], [box, mask]))
    results = compare_annotations(dataset, **FIELDS)
    assert results.full_boxes == {"before": 2, "after": 1}
    first = "\n".join(str(results).splitlines()[:6])
    assert (
        "Labels in 'before' and 'after' are boxes without masks: 2 and 1 counted as "
        "full boxes against masks"
    ) in first
    assert load_results(dataset, "diff").to_dict()["full_boxes"] == results.full_boxes


def test_of_one_form_alone_nothing_is_said_of_boxes() -> None:
    lines, boxes = [outlined("cat", 8, 6, 20, 10)], [boxed("cat", 8, 6, 20, 10)]
    masks = [masked("cat", 8, 6, 20, 10)]
    for name, sides in (("a", (lines, masks)), ("b", (boxes, boxes))):
        results = compare_annotations(make_pair(sides, name=name), **FIELDS)
        assert results.full_boxes == {}
        assert "full boxes" not in str(results)


def broken_masks(count: int) -> list[fo.Detection]:
    return [
        boxed("cat", 8, 6, 20, 10, mask_path=f"/gone/{i}.png") for i in range(count)
    ]


def test_a_side_of_degenerate_labels_alone_is_an_error_and_leaves_nothing() -> None:
    """It would pass for full agreement."""
    dataset = make_pair((broken_masks(2), []), (broken_masks(1), []))
    fields = set(dataset.get_field_schema(flat=True))
    with pytest.raises(ComparisonError) as error:
        compare_annotations(dataset, **FIELDS)
    assert "'before' can't be compared" in str(error.value)
    assert "3 x a mask_path at which there is no file" in str(error.value)
    assert not dataset.list_runs()
    dataset.reload()
    assert set(dataset.get_field_schema(flat=True)) == fields
    for document in dataset._sample_collection.find():
        assert not [name for name in document if name.startswith("diff")]
        for label in document["before"]["detections"]:
            assert not [name for name in label if name.startswith("diff")]


def test_some_degenerate_labels_are_said_in_the_first_lines() -> None:
    dataset = make_pair(([*broken_masks(2), SOUND], [SOUND.copy()]))
    first = str(compare_annotations(dataset, **FIELDS)).split("\n\n")[0]
    assert "2 degenerate labels were not matched: 2 x a mask_path at which" in first


def test_the_report_says_that_full_boxes_were_compared_with_masks() -> None:
    dataset = make_pair(([SOUND], [masked("cat", 8, 6, 20, 10)]))
    first = str(compare_annotations(dataset, **FIELDS)).split("\n\n")[0]
    assert "Labels in 'before' are boxes without masks" in first
    dataset.clone_sample_field("before", "same")
    results = compare_annotations(dataset, "before", "same", key="boxes")
    assert "boxes without masks" not in str(results)
