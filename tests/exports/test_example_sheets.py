"""Examples of what changed: which are chosen, and what their pictures show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import fiftyone as fo
import numpy as np
import pytest
from fiftyone import ViewField as F
from helpers.checkout import REPOSITORY
from helpers.datasets.exported import drawn, hostile, of_example
from helpers.datasets.labelled import (
    FIELDS,
    HEIGHT,
    WIDTH,
    Sides,
    alter,
    boxed,
    draw_images,
    every_status,
    make_pair,
    masked,
    outlined,
)
from PIL import Image, ImageColor
from sama_coco.labelsets import (
    ComparisonError,
    ExampleSheets,
    ExportError,
    compare_annotations,
    delete_comparison,
    show_examples,
)
from sama_coco.labelsets.comparison import Status
from sama_coco.labelsets.comparison.statuses import SIDE_COLORS
from sama_coco.labelsets.exports.examples.item_examples import (
    BAR,
    GAP,
    PANE,
    ItemExample,
)
from sama_coco.labelsets.exports.examples.telling_items import CHANGES

pytestmark = pytest.mark.usefixtures("fresh_database")

SCREENSHOTS = REPOSITORY / ".run" / "screenshots"

SCALE = PANE[1] / HEIGHT
"""Px of a pane for each of an image that is shown whole."""


def shown_on(dataset: fo.Dataset, shown: ExampleSheets) -> list[tuple[str, int]]:
    """The statuses of examples, and the places of their samples in the dataset."""
    places = {sample_id: place for place, sample_id in enumerate(dataset.values("id"))}
    return [(str(e.status), places[e.sample_id]) for e in shown.examples]


def panes(example: ItemExample) -> list[np.ndarray]:
    """The pictures of base and revised, without the bars above them."""
    picture = example.picture.astype(int)
    return [picture[BAR:, : PANE[0]], picture[BAR:, PANE[0] + GAP :]]


def of_color(pane: np.ndarray, color: str) -> np.ndarray:
    """The pixels that have a colour, those that are blended with others left out."""
    return (np.abs(pane - ImageColor.getrgb(color)) <= 8).all(axis=2)


def single(side: int, *sizes: tuple[int, int]) -> Sides:
    """Boxes on one side alone, in a row."""
    places = np.cumsum([0, *(width + 4 for width, _ in sizes)]).tolist()
    labels = [
        boxed("cat", x, 2, w, h) for x, (w, h) in zip(places, sizes, strict=False)
    ]
    return ([], labels) if side else (labels, [])


def pair(
    iou: float,
    width: int = 40,
    other: str = "cat",
    vertices: tuple[int | None, int | None] = (None, None),
    **attributes: Any,
) -> Sides:
    """A pair of masks 40 px high, of an IoU."""
    old, new = ({} if n is None else {"num_vertices": n} for n in vertices)
    cut = round(40 * iou)
    return (
        [masked("cat", 5, 5, width, 40, **old)],
        [masked(other, 5, 5, width, cut, **new, **attributes)],
    )


def group(parts: int, is_crowd: bool = False) -> Sides:
    """A base object that was taken apart."""
    wide = 60 // parts
    return (
        [masked("cow", 5, 5, wide * parts, 40, iscrowd=int(is_crowd))],
        [masked("cow", 5 + wide * i, 5, wide, 40) for i in range(parts)],
    )


def turned(sides: Sides) -> Sides:
    return sides[1], sides[0]


@pytest.mark.parametrize(
    ("status", "samples", "order"),
    [
        (
            "refined",
            [
                pair(0.9, vertices=(4, 9)),
                pair(0.95, vertices=(4, 90)),
                pair(0.6, vertices=(40, 12)),
            ],
            [1, 2, 0],
        ),
        (
            "refined",
            [pair(0.975, vertices=(4, 34)), pair(0.6, vertices=(4, 29))],
            [1, 0],
        ),
        ("refined", [pair(0.9), pair(0.6), pair(0.75)], [1, 2, 0]),
        ("refined", [pair(0.6, vertices=(0, 90)), pair(0.9, vertices=(4, 5))], [1, 0]),
        (
            "relabeled",
            [pair(n, other="dog") for n in (0.6, 1, 0.8)],
            [1, 2, 0],
        ),
        (
            "recrowded",
            [pair(1, width=w, iscrowd=1) for w in (30, 50, 40)],
            [1, 2, 0],
        ),
        ("displaced", [pair(0.25, width=w) for w in (30, 50, 40)], [1, 2, 0]),
        ("split", [group(3), group(6), group(4, is_crowd=True)], [1, 2, 0]),
        ("merged", [turned(group(n)) for n in (4, 3, 6)], [2, 0, 1]),
        ("added", [single(1, (n, 40)) for n in (30, 50, 40)], [1, 2, 0]),
        ("removed", [single(0, (n, 40)) for n in (40, 50, 30)], [1, 0, 2]),
        ("identical", [pair(1, width=n) for n in (30, 50, 40)], [1, 2, 0]),
    ],
)
def test_the_most_telling_come_first(
    status: str, samples: Sequence[Sides], order: list[int]
) -> None:
    dataset = drawn(*samples)
    shown = show_examples(dataset, statuses=[status])
    assert shown_on(dataset, shown) == [(status, place) for place in order]
    first = show_examples(dataset, statuses=[status], per_status=1)
    assert shown_on(dataset, first) == [(status, order[0])]


def test_small_objects_come_last() -> None:
    high = masked("cat", 5, 5, 20, 40), masked("dog", 5, 5, 20, 40)
    low = masked("cat", 5, 5, 40, 40), masked("dog", 5, 5, 40, 30)
    dataset = drawn(*(([base], [revised]) for base, revised in (high, low)))
    shown = show_examples(dataset, statuses=["relabeled"])
    assert [e.iou for e in shown.examples] == [0.75, 1]


def test_an_image_comes_again_only_where_there_are_too_few_others() -> None:
    dataset = drawn(
        single(1, (30, 50), (36, 50)), single(1, (33, 33)), single(1, (5, 5), (9, 9))
    )
    shown = show_examples(dataset, statuses=["added"], per_status=3)
    assert shown_on(dataset, shown) == [("added", place) for place in (0, 1, 2)]
    assert [e.revised.area for e in shown.examples] == [1800, 1089, 81]
    shown = show_examples(dataset, statuses=["added"], per_status=4)
    assert [e.revised.area for e in shown.examples] == [1800, 1089, 81, 1500]
    shown = show_examples(dataset, statuses=["added"], per_status=9)
    assert [e.revised.area for e in shown.examples] == [1800, 1089, 81, 1500, 25]


def test_every_change_is_shown_by_default_with_its_numbers(tmp_path: Path) -> None:
    dataset = drawn(every_status())
    draw_images(dataset, tmp_path)
    shown = show_examples(dataset)
    assert [e.status for e in shown.examples] == list(CHANGES)
    rows = json.loads(json.dumps(shown.rows))
    assert {row["sample_id"] for row in rows} == {dataset.first().id}
    found = {row["status"]: row for row in rows}
    assert found["split"]["base"]["classes"] == ["bus"]
    assert [len(found["split"][side]["ids"]) for side in ("base", "revised")] == [1, 3]
    assert found["merged"]["text"] == "car: 3 → 1"
    assert found["relabeled"]["text"] == "cow → horse, IoU 1.00"
    assert found["recrowded"]["text"] == "dog, now a crowd, IoU 1.00"
    assert found["added"]["text"] == "fork, 100 px²"
    assert found["refined"]["iou"] == pytest.approx(0.9)
    assert found["refined"]["boundary_iou"] is not None
    assert found["removed"]["revised"]["ids"] == []
    on_sample = dataset.first()
    (gone,) = [x.id for x in on_sample["before"].detections if x["diff"] == "removed"]
    assert found["removed"]["base"]["ids"] == [gone]


def test_a_crowd_that_was_taken_apart_is_called_one(tmp_path: Path) -> None:
    dataset = drawn(group(4, is_crowd=True))
    draw_images(dataset, tmp_path)
    shown = show_examples(dataset)
    (example,) = shown.examples
    assert example.base.crowd
    assert not example.revised.crowd
    assert shown.rows[0]["text"] == "cow: 1 → 4, a crowd taken apart"


def test_a_matched_crowd_is_shown_with_its_parts_and_its_partner() -> None:
    crowd = masked("cow", 5, 5, 60, 40, iscrowd=1)
    parts = [masked("cow", 5 + 15 * i, 5, 15, 40) for i in range(4)]
    again = masked("cow", 5, 5, 60, 40, iscrowd=1)
    shown = show_examples(drawn(([crowd], [again, *parts])))
    (example,) = shown.examples
    assert example.status is Status.SPLIT
    assert (len(example.base.ids), len(example.revised.ids)) == (1, 5)


@pytest.mark.parametrize("kind", [masked, boxed, outlined])
def test_outlines_are_drawn_where_the_labels_are(kind: Any, tmp_path: Path) -> None:
    before, after = kind("cat", 20, 10, 40, 30), kind("cat", 20, 10, 40, 24)
    dataset = make_pair(([before], [after]))
    draw_images(dataset, tmp_path)
    compare_annotations(dataset, **FIELDS)
    (example,) = show_examples(dataset).examples
    assert example.image_found
    for pane, height in zip(panes(example), (30, 24), strict=True):
        rows, columns = np.nonzero(of_color(pane, Status.REFINED.color))
        for found, expected in (
            (columns.min(), 20),
            (columns.max(), 60),
            (rows.min(), 10),
            (rows.max(), 10 + height),
        ):
            assert abs(found - expected * SCALE) <= 2.5
        inside = pane[round(14 * SCALE) : round(30 * SCALE)]
        inside = inside[:, round(24 * SCALE) : round(56 * SCALE)]
        assert not of_color(inside, Status.REFINED.color).any()


def test_an_outline_follows_its_mask_to_the_pixel(tmp_path: Path) -> None:
    rows, columns = np.mgrid[:40, :50]
    shape = ((columns - 24.5) / 24) ** 2 + ((rows - 19.5) / 19) ** 2 <= 1
    shape[10:20, 15:30] = False
    dataset = make_pair(([], [masked("cat", 15, 8, 50, 40, mask=shape)]))
    draw_images(dataset, tmp_path)
    compare_annotations(dataset, **FIELDS)
    (example,) = show_examples(dataset).examples
    base, revised = panes(example)
    drawn_pixels = of_color(revised, Status.ADDED.color)
    assert not of_color(base, Status.ADDED.color).any()
    whole = np.zeros((HEIGHT, WIDTH), np.uint8)
    whole[8:48, 15:65] = shape
    large = cv2.resize(whole, PANE, interpolation=cv2.INTER_NEAREST)
    edge = cv2.dilate(large, np.ones((7, 7))) != cv2.erode(large, np.ones((7, 7)))
    assert edge[drawn_pixels].all()
    near = cv2.dilate(drawn_pixels.astype(np.uint8), np.ones((9, 9))) > 0
    thin = cv2.dilate(large, np.ones((3, 3))) != cv2.erode(large, np.ones((3, 3)))
    assert near[thin].all()


def test_both_sides_are_cropped_alike_around_all_objects(tmp_path: Path) -> None:
    size = 800, 600
    dataset = fo.Dataset("large")
    path = tmp_path / "large.png"
    photo = np.random.default_rng(5).integers(0, 255, (*size[::-1], 3), np.uint8)
    Image.fromarray(photo).resize((80, 60)).resize(size).save(path)
    box = [0.5, 0.4, 0.1, 0.1]
    moved = [0.53, 0.42, 0.1, 0.1]
    dataset.add_sample(
        fo.Sample(
            str(path),
            metadata=fo.ImageMetadata(width=size[0], height=size[1]),
            before=fo.Detections(
                detections=[fo.Detection(label="a", bounding_box=box)]
            ),
            after=fo.Detections(
                detections=[fo.Detection(label="a", bounding_box=moved)]
            ),
        )
    )
    compare_annotations(dataset, **FIELDS)
    (example,) = show_examples(dataset).examples
    base, revised = panes(example)
    color = example.status.color
    is_same = (base == revised).all(axis=2)
    near = [
        cv2.dilate(of_color(pane, color).astype(np.uint8), np.ones((13, 13))) > 0
        for pane in (base, revised)
    ]
    assert is_same[~(near[0] | near[1])].all()
    assert not is_same.all()
    union = np.nonzero(of_color(base, color) | of_color(revised, color))
    height, width = PANE[1], PANE[0]
    assert abs((union[0].min() + union[0].max()) / 2 - height / 2) < 4
    assert abs((union[1].min() + union[1].max()) / 2 - width / 2) < 4
    # the union of 104 x 72 px, and 24 px of the image around it
    assert union[1].max() - union[1].min() == pytest.approx(
        104 * width / (4 / 3 * (72 + 48)), abs=5
    )


def test_objects_at_the_border_are_shown_whole(tmp_path: Path) -> None:
    dataset = make_pair(([masked("cat", 0, 0, WIDTH, HEIGHT)], []))
    draw_images(dataset, tmp_path)
    compare_annotations(dataset, **FIELDS)
    (example,) = show_examples(dataset).examples
    pane, _ = panes(example)
    rows, columns = np.nonzero(of_color(pane, Status.REMOVED.color))
    assert (rows.min(), columns.min()) <= (2, 2)
    assert (rows.max(), columns.max()) >= (PANE[1] - 3, PANE[0] - 3)


def test_sides_have_their_colours() -> None:
    (example,) = show_examples(drawn(single(1, (40, 40)))).examples
    bars = example.picture[0, 5], example.picture[0, -5]
    expected = [ImageColor.getrgb(color) for color in SIDE_COLORS.values()]
    assert [tuple(bar) for bar in bars] == expected


def test_an_image_that_is_gone_is_said_and_its_outlines_drawn_all_the_same() -> None:
    shown = show_examples(drawn(every_status()))
    assert {e.image_found for e in shown.examples} == {False}
    assert all("its image was not found" in row["text"] for row in shown.rows)
    assert str(shown).startswith(
        "Examples of 'diff': 1 refined, 1 recrowded, 1 relabeled, 1 split, 1 merged, "
        "1 displaced, 1 removed, 1 added; 8 images were not found"
    )
    for example in shown.examples:
        found = [of_color(pane, example.status.color).any() for pane in panes(example)]
        assert found == [bool(example.base.ids), bool(example.revised.ids)]


def test_a_file_that_is_no_image_counts_as_gone(tmp_path: Path) -> None:
    dataset = drawn(single(1, (40, 40)))
    path = tmp_path / "image.png"
    path.write_text("no image")
    dataset.set_values("filepath", [str(path)])
    assert not show_examples(dataset).examples[0].image_found


def test_only_images_that_are_shown_are_read(tmp_path: Path) -> None:
    dataset = make_pair(*(single(1, (n, 40)) for n in (30, 60, 50)))
    draw_images(dataset, tmp_path)
    compare_annotations(dataset, **FIELDS)
    Path(dataset.first().filepath).write_text("not to be read")
    shown = show_examples(dataset, per_status=2)
    assert [e.image_found for e in shown.examples] == [True, True]


def test_of_a_view_only_what_it_shows_is_chosen_and_drawn() -> None:
    dataset = drawn(every_status(), single(1, (60, 50)), group(5))
    assert len(show_examples(dataset.limit(0)).examples) == 0
    view = dataset.limit(1).select_fields("before")
    assert len(show_examples(view).examples) == len(CHANGES)
    alone = dataset.filter_labels("before", F("label") == "cow", only_matches=False)
    shown = show_examples(alone, statuses=["removed", "relabeled", "added", "split"])
    assert [(str(e.status), e.base.classes) for e in shown.examples] == [
        ("relabeled", ["cow"]),
        ("split", ["cow"]),
        ("split", []),
        ("added", []),
        ("added", []),
    ]
    named = dataset.map_labels("after", {"bus": "coach"})
    (example,) = show_examples(named.limit(1), statuses="split").examples
    assert (example.base.classes, example.revised.classes) == (["bus"], ["coach"])


def test_labels_deleted_or_emptied_since_are_left_out() -> None:
    dataset = drawn(single(1, (60, 50)), single(1, (30, 50)), single(1, (20, 20)))
    sample = dataset.first()
    sample["after"].detections[0].bounding_box = [0.5, 0.5, 0, 0]
    sample.save()
    dataset.delete_labels(ids=dataset.skip(2).first()["after"].detections[0].id)
    shown = show_examples(dataset)
    assert shown_on(dataset, shown) == [("added", 1)]


@pytest.mark.parametrize("name", ["boxes", "polylines"])
def test_other_forms_of_labels_are_shown_too(name: str) -> None:
    make = boxed if name == "boxes" else outlined
    sides: Sides = (
        [make("cat", 0, 0, 40, 40), make("dog", 50, 0, 20, 20)],
        [make("cat", 0, 0, 40, 30), make("cow", 50, 0, 20, 20)],
    )
    shown = show_examples(drawn(sides))
    assert [str(e.status) for e in shown.examples] == ["refined", "relabeled"]


def test_hostile_classes_are_text_of_one_short_line(tmp_path: Path) -> None:
    shown = show_examples(hostile(), per_status=20)
    assert {str(e.status) for e in shown.examples} == {"relabeled"}
    for row in shown.rows:
        assert row["text"].isprintable()
        assert len(row["text"]) < 120
    long = boxed("l" * 3000, 0, 0, 40, 40), boxed("\u202egpj.exe\x00\n", 0, 0, 40, 40)
    dataset = make_pair(([long[0]], [long[1]]), name="long")
    compare_annotations(dataset, **FIELDS)
    (row,) = show_examples(dataset).rows
    assert row["text"] == f"{'l' * 31}… → �gpj.exe�, IoU 1.00, its image was not found"
    assert row["base"]["classes"] == ["l" * 3000]
    show_examples(dataset, path=tmp_path / "sheet.png")


def test_a_printed_example_is_a_line_whatever_its_file_is_called() -> None:
    dataset = drawn(single(1, (40, 40)))
    dataset.set_values("filepath", [f"/gone/\u202e<b>\n\x1b[2J{'n' * 200}.png"])
    _, line = str(show_examples(dataset)).split("\n")
    assert line.isprintable()
    assert len(line) < 160


def test_labels_with_values_of_other_types_are_shown() -> None:
    dataset = drawn(([boxed("cat", 0, 0, 40, 40)], [boxed("cat", 0, 0, 40, 30)]))
    alter(dataset, "before", 0, num_vertices="many", diff_area="large", diff_biou="low")
    alter(dataset, "after", 0, num_vertices=float("nan"))
    (example,) = show_examples(dataset).examples
    assert example.base.vertices is None


def test_a_sheet_is_written_whole_and_replaces_nothing_by_itself(
    tmp_path: Path,
) -> None:
    dataset, path = drawn(every_status()), tmp_path / "new folder" / "sheet.png"
    shown = show_examples(dataset, path=path)
    with Image.open(path) as image:
        assert image.format == "PNG"
        assert np.array_equal(np.asarray(image), np.asarray(shown.sheet()))
    with pytest.raises(ExportError, match="overwrite=True"):
        show_examples(dataset, path=path)
    show_examples(dataset, path=path, overwrite=True)
    with pytest.raises(ExportError, match=r"must end with \.png"):
        show_examples(dataset, path=tmp_path / "sheet.jpg")
    with pytest.raises(ExportError, match="no such differences"):
        show_examples(dataset.limit(0), path=tmp_path / "none.png")
    assert [p.name for p in tmp_path.rglob("*.*")] == ["sheet.png"]


def test_a_sheet_shows_the_pictures_of_the_statuses_asked_for() -> None:
    shown = show_examples(drawn(every_status(), every_status()))
    assert len(shown.examples) == 2 * len(CHANGES)
    sheet = np.asarray(shown.sheet(["split"]))
    split = [e for e in shown.examples if e.status is Status.SPLIT]
    height, width = split[0].picture.shape[:2]
    top = next(
        y
        for y in range(len(sheet))
        if np.array_equal(sheet[y, 20 : 20 + width], split[0].picture[0])
    )
    for place, example in enumerate(split):
        left = 20 + place * (width + 20)
        found = sheet[top : top + height, left : left + width]
        assert np.array_equal(found, example.picture)
    assert len(sheet) < top + height + 60


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"key": "other"}, "no comparison 'other'"),
        ({"statuses": ["<b>new</b>"]}, "no examples of the status '<b>new</b>'"),
        ({"statuses": ["degenerate"]}, "there may be of: identical, refined"),
        ({"per_status": 0}, "`per_status` must be a whole number of at least 1, not 0"),
        ({"per_status": 2.5}, "of at least 1, not 2.5"),
    ],
)
def test_what_can_not_be_shown_is_refused(
    arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ComparisonError, match=message):
        show_examples(drawn(), **arguments)


def test_patches_and_deleted_comparisons_are_refused() -> None:
    dataset = drawn()
    with pytest.raises(ComparisonError, match="patches, frames or clips"):
        show_examples(dataset.to_patches("before"))
    delete_comparison(dataset, "diff")
    with pytest.raises(ComparisonError, match="no comparison 'diff'; there are: none"):
        show_examples(dataset)


def test_the_same_examples_come_each_time() -> None:
    dataset = drawn(*[every_status()] * 6)
    first, second = (show_examples(dataset, per_status=2) for _ in range(2))
    assert first.rows == second.rows
    assert len({e.sample_id for e in first.examples if e.status == "added"}) == 2


def test_the_stories_of_the_example_are_told(
    example_mirror: Path, tmp_path: Path
) -> None:
    """The pictures of the README: a crowd taken apart, and an outline made finer."""
    dataset = of_example(example_mirror, tmp_path / "zoo")
    shown = show_examples(dataset, statuses=["refined", "split"], per_status=1)
    finer, apart = shown.examples
    assert apart.base.crowd
    assert not apart.revised.crowd
    assert len(apart.base.ids) == 1
    assert len(apart.revised.ids) == 48
    assert finer.base.vertices is not None
    assert finer.revised.vertices is not None
    assert finer.revised.vertices > 2 * finer.base.vertices
    assert all(e.image_found for e in shown.examples)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for status in ("split", "refined"):
        shown.sheet([status]).save(SCREENSHOTS / f"example-{status}.png")
