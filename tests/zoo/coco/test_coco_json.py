"""COCO's JSON: what is read, what is left out alone, and what is refused whole."""

from __future__ import annotations

import math
from typing import Any

import pytest
from helpers.data.coco_documents import (
    HOSTILE_NAMES,
    SQUARE,
    annotation,
    category,
    damaged_bytes,
    damaged_structures,
    document,
    documents,
    ids,
    image,
    read,
    to_json,
)
from hypothesis import given, settings
from sama_coco.zoo.coco.coco_json import LabelSet
from sama_coco.zoo.defects import Defects
from sama_coco.zoo.errors import FormatError
from sama_coco.zoo.labels import image_labels

DEEP = b"[" * 100_000 + b"]" * 100_000


def with_annotation(**entries: Any) -> dict[str, Any]:
    """A document of a sound annotation and one with other entries."""
    return document(annotations=[annotation(1), annotation(2) | entries])


def without(content: dict[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in content.items() if k != key}


def test_a_document_is_read_as_it_stands() -> None:
    labels, problems = read(
        document(
            licenses=[{"id": 3, "name": "CC BY", "url": "http://by"}],
            images=[image(license=3, coco_url="http://x", flickr_url="unused")],
        )
    )
    assert labels.images[1].file_name == "000000000001.jpg"
    assert (labels.images[1].width, labels.images[1].height) == (20, 10)
    assert labels.images[1].coco_url == "http://x"
    assert labels.licenses[3].name == "CC BY"
    assert labels.classes == ["cat"]
    (found,) = labels.annotations[1]
    assert (found.id, found.bbox, found.area) == (1, (1, 1, 4, 4), 16)
    assert bytes(found.segmentation) == to_json(SQUARE)
    assert not len(problems)


def test_classes_are_in_order_of_their_ids() -> None:
    labels, _ = read(document(categories=[category(7, "b"), category(1, "c")]))
    assert labels.classes == ["c", "b"]


def test_an_image_entry_may_stand_in_several_files() -> None:
    labels, problems = read(
        document(images=[image(1), image(2)]),
        document(images=[image(2), image(3)], annotations=[annotation(2, image_id=2)]),
    )
    assert sorted(labels.images) == [1, 2, 3]
    assert ids(labels) == [1, 2]
    assert not len(problems)


def test_an_annotation_may_stand_in_another_file_than_its_image() -> None:
    labels, problems = read(
        document(annotations=[annotation(1, image_id=2)]),
        document(images=[image(2)], annotations=[]),
    )
    assert [a.id for a in labels.annotations[2]] == [1]
    assert not len(problems)


def test_images_without_objects_are_read() -> None:
    labels, _ = read(document(images=[image(1), image(2)], annotations=[]))
    assert sorted(labels.images) == [1, 2]
    assert labels.annotations == {}


def test_what_is_optional_may_be_missing() -> None:
    lean = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]}
    labels, problems = read(without(document(annotations=[lean]), "licenses"))
    (found,) = labels.annotations[1]
    assert (found.iscrowd, found.area) == (0, None)
    assert bytes(found.segmentation) == b"null"
    assert not len(problems)


@pytest.mark.parametrize("key", ["images", "annotations", "categories"])
def test_a_document_that_lacks_a_list_is_refused(key: str) -> None:
    with pytest.raises(FormatError, match=f"0.json' is not in COCO's format.*{key}"):
        read(without(document(), key))


@pytest.mark.parametrize("key", ["id", "file_name", "width", "height"])
def test_an_image_that_lacks_a_key_is_refused(key: str) -> None:
    with pytest.raises(FormatError, match=key):
        read(document(images=[without(image(), key)]))


@pytest.mark.parametrize("key", ["id", "image_id", "category_id", "bbox"])
def test_an_annotation_that_lacks_a_key_is_left_out_alone(key: str) -> None:
    broken = without(annotation(2), key)
    labels, problems = read(document(annotations=[annotation(1), broken]))
    assert ids(labels) == [1]
    (line,) = problems.lines()
    assert line.startswith("1 x annotation that cannot be read ('0.json': ")
    assert key in line


@pytest.mark.parametrize("size", [1, 100, 300])
def test_json_that_is_cut_short_is_refused(size: int) -> None:
    with pytest.raises(FormatError, match=r"'1.json' is not whole JSON: .*Delete"):
        read(document(), to_json(document())[:-size])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no json",
        b"\xff\xfe\xff",
        b"[]",
        b"null",
        b"7",
        DEEP,
        b'{"images": ' + DEEP + b"}",
        b'{"other": ' + DEEP + b"}",
        b"\x00" * 100,
    ],
    ids=lambda data: repr(data[:20]),
)
def test_what_is_no_coco_document_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"'0\.json'"):
        read(data)


def test_text_that_is_not_utf8_is_refused() -> None:
    data = to_json(document()).replace(b"cat", b"c\xe9t")
    with pytest.raises(FormatError, match=r"'0\.json'"):
        read(data)


def test_a_document_that_lists_no_images_is_refused() -> None:
    with pytest.raises(FormatError, match="Sama-COCO list no images"):
        read(document(images=[], annotations=[]))


def test_a_label_set_of_no_files_is_refused() -> None:
    with pytest.raises(FormatError, match="list no images"):
        read()


def test_an_annotation_id_that_repeats_counts_once() -> None:
    first, second = annotation(1, area=5), annotation(1, area=6)
    labels, problems = read(
        document(annotations=[first]), document(annotations=[second])
    )
    assert [a.area for a in labels.annotations[1]] == [5]
    assert problems.lines() == ["1 x annotation id that repeats (1)"]


@pytest.mark.parametrize(
    "other", [{"width": 21}, {"height": 9}, {"file_name": "other.jpg"}]
)
def test_entries_of_one_image_that_differ_are_refused(other: dict[str, Any]) -> None:
    with pytest.raises(FormatError, match=r"'1\.json' repeats the id 1 with other"):
        read(document(), document(images=[image(**other)]))


def test_classes_of_one_id_that_differ_are_refused() -> None:
    with pytest.raises(FormatError, match=r"repeats the id 1 .*cat.*dog"):
        read(document(), document(categories=[category(1, "dog")]))


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ({"images": [image(license=2)]}, "image"),
        ({"images": [image(coco_url="http://y")]}, "image"),
        ({"categories": [category(supercategory="pet")]}, "category"),
        ({"licenses": [{"id": 3, "name": "CC BY", "url": "https://by"}]}, "license"),
        ({"licenses": [{"id": 3, "name": "by"}]}, "license"),
    ],
)
def test_of_entries_that_differ_in_details_the_first_counts(
    other: dict[str, Any], kind: str
) -> None:
    first = document(licenses=[{"id": 3, "name": "CC BY", "url": "http://by"}])
    alone, _ = read(first)
    labels, problems = read(first, document(annotations=[]) | other, strict=True)
    assert (labels.images, labels.categories) == (alone.images, alone.categories)
    assert labels.licenses == alone.licenses
    (line,) = problems.lines()
    assert line.startswith(f"1 x {kind} that is listed again with other details")


@pytest.mark.parametrize("licenses", [None, [], [{"id": 3}]])
def test_licences_may_be_missing(licenses: Any) -> None:
    labels, problems = read(document(licenses=licenses, images=[image(license=3)]))
    assert ids(labels) == [1]
    assert not len(problems)


def test_one_file_name_with_two_image_ids_is_refused() -> None:
    with pytest.raises(FormatError, match=r"gives 'a\.jpg' two ids, 1 and 2"):
        read(document(images=[image(1, "a.jpg"), image(2, "a.jpg")]))


def test_an_annotation_of_an_unknown_image_is_left_out() -> None:
    labels, problems = read(with_annotation(image_id=9))
    assert ids(labels) == [1]
    assert problems.lines() == [
        "1 x annotation of an unknown image (annotation 2, image 9)"
    ]


def test_an_annotation_of_an_unknown_class_is_left_out() -> None:
    labels, problems = read(with_annotation(category_id=9))
    assert ids(labels) == [1]
    assert problems.lines() == [
        "1 x annotation of an unknown category (annotation 2, category 9)"
    ]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", ["area", "bbox", "segmentation"])
def test_a_number_that_json_does_not_know_costs_one_annotation(
    value: float, place: str
) -> None:
    broken = {"area": value, "bbox": [value, 1, 2, 2], "segmentation": [[value] * 6]}
    labels, problems = read(with_annotation(**{place: broken[place]}))
    assert ids(labels) == [1]
    assert list(problems.counts.values()) == [1]


def test_a_nan_outside_the_annotations_is_refused() -> None:
    with pytest.raises(FormatError, match="not in COCO's format"):
        read(document(images=[image(width=math.nan)]))


@pytest.mark.parametrize("box", [[3, 3, 0, 2], [3, 3, 2, 0], [3, 3, 0, 0]])
def test_a_box_of_no_area_is_kept(box: list[int]) -> None:
    labels, problems = read(with_annotation(bbox=box))
    assert ids(labels) == [1, 2]
    assert not len(problems)


@pytest.mark.parametrize(
    "box",
    [
        [1, 1, -1, 2],
        [1, 1, 2, -0.1],
        [1e308, 1, 1e308, 2],
        [-1e308, 1, 1, -1],
        [1, 1, 1e308, 2],
        [1, -1e308, 2, 2],
        [1e30, 1, 2, 2],
    ],
)
def test_an_impossible_box_costs_one_annotation(box: list[float]) -> None:
    labels, problems = read(with_annotation(bbox=box))
    assert ids(labels) == [1]
    assert problems.lines() == ["1 x annotation with an impossible 'bbox' (2)"]


@pytest.mark.parametrize(
    "entries",
    [
        {"id": "2"},
        {"id": -1},
        {"id": 2**63},
        {"id": 10**400},
        {"id": 2.5},
        {"id": None},
        {"id": True},
        {"image_id": "1"},
        {"image_id": [1]},
        {"category_id": "cat"},
        {"bbox": "1,1,2,2"},
        {"bbox": ["1", "1", "2", "2"]},
        {"bbox": [1, 1, 2]},
        {"bbox": [1, 1, 2, 2, 2]},
        {"bbox": None},
        {"bbox": [10**400, 1, 2, 2]},
        {"area": "16"},
        {"area": -1},
        {"area": 10**400},
        {"iscrowd": 2},
        {"iscrowd": -1},
        {"iscrowd": "0"},
        {"iscrowd": None},
    ],
    ids=lambda entries: repr(entries)[:40],
)
def test_a_value_of_the_wrong_kind_costs_one_annotation(
    entries: dict[str, Any],
) -> None:
    labels, problems = read(with_annotation(**entries))
    assert ids(labels) == [1]
    assert list(problems.counts.values()) == [1]


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, [1, 2]])
def test_junk_among_the_annotations_is_left_out(junk: Any) -> None:
    labels, problems = read(document(annotations=[junk, annotation(1)]))
    assert ids(labels) == [1]
    assert problems.counts == {"annotation that cannot be read": 1}


@pytest.mark.parametrize(
    "size", [{"width": 0}, {"height": -3}, {"width": 10**9}, {"height": 65_536}]
)
def test_an_image_of_impossible_size_is_refused(size: dict[str, int]) -> None:
    with pytest.raises(FormatError, match="image 1 the size"):
        read(document(images=[image(**size)]))


@pytest.mark.parametrize(
    "entries", [{"width": "20"}, {"width": 2.5}, {"id": "1"}, {"file_name": 7}]
)
def test_an_image_entry_of_the_wrong_kind_is_refused(entries: dict[str, Any]) -> None:
    with pytest.raises(FormatError, match=r"'0\.json' is not in COCO's format"):
        read(document(images=[image() | entries]))


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_file_name_that_leaves_its_folder_is_refused(name: str) -> None:
    with pytest.raises(FormatError, match=r"'0\.json', image 1, names the file"):
        read(document(images=[image(file_name=name)]))


@pytest.mark.parametrize(
    "broken",
    [
        {"image_id": 9},
        {"category_id": 9},
        {"bbox": [1, 1, -1, 1]},
        {"area": math.nan},
        {"id": 1},
        {"iscrowd": 3},
        {"bbox": None},
    ],
    ids=repr,
)
def test_strict_reading_raises_at_what_would_be_left_out(
    broken: dict[str, Any],
) -> None:
    read(document(), strict=True)
    with pytest.raises(FormatError, match="annotation"):
        read(with_annotation(**broken), strict=True)


def test_a_million_to_one_loses_one() -> None:
    sound = [annotation(i) for i in range(2_000)]
    labels, problems = read(document(annotations=[*sound, {"id": 5_000}]))
    assert ids(labels) == list(range(2_000))
    assert len(problems) == 1


def test_the_summary_names_the_first_few_of_each_kind() -> None:
    broken = [annotation(i, image_id=9) for i in range(2, 8)]
    _, problems = read(document(annotations=[annotation(1), *broken]))
    (line,) = problems.lines()
    assert line.startswith("6 x annotation of an unknown image (annotation 2, image 9,")
    assert line.endswith(", ...)")


def assert_sound(labels: LabelSet) -> None:
    """Every annotation belongs to an image and a class, and can be made a label."""
    assert labels.images
    assert len(set(ids(labels))) == len(ids(labels))
    for image_id, found in labels.annotations.items():
        assert image_id in labels.images
        for entry in found:
            assert entry.image_id == image_id
            assert entry.category_id in labels.categories
            assert entry.iscrowd in (0, 1)
            assert min(entry.bbox[2:]) >= 0
            assert all(map(math.isfinite, entry.bbox))
            assert entry.area is None or 0 <= entry.area < math.inf
    for entry in labels.images.values():
        image_labels(labels, entry, {"boxes", "masks", "polylines"}, Defects())


@given(documents())
def test_every_sound_document_is_read_without_loss(content: dict[str, Any]) -> None:
    labels, problems = read(content, strict=True)
    assert ids(labels) == sorted(a["id"] for a in content["annotations"])
    assert not len(problems)
    assert_sound(labels)


def read_or_refuse(data: bytes) -> None:
    try:
        labels, _ = read(data)
    except FormatError:
        return
    assert_sound(labels)


@settings(max_examples=600, deadline=None)
@given(damaged_structures())
def test_a_document_of_damaged_structure_is_read_or_refused(data: bytes) -> None:
    read_or_refuse(data)


@settings(max_examples=600, deadline=None)
@given(damaged_bytes())
def test_a_document_of_damaged_bytes_is_read_or_refused(data: bytes) -> None:
    read_or_refuse(data)


@pytest.mark.parametrize(
    "entries",
    [
        {"categories": [category(1, "a\ud800")]},
        {"licenses": [{"id": 1, "name": "\udfff"}]},
        {"images": [image(coco_url="http://\ud800")]},
        {"info": {"description": "\ud800"}},
    ],
)
def test_half_a_surrogate_pair_in_a_name_is_refused_in_words(
    entries: dict[str, Any],
) -> None:
    with pytest.raises(FormatError, match=r"'0\.json' holds text that is not Unicode"):
        read(document(**entries))


def test_a_whole_surrogate_pair_is_read() -> None:
    labels, problems = read(document(categories=[category(1, "\U0001f408")]))
    assert labels.classes == ["\U0001f408"]
    assert not len(problems)
