"""The arguments of a load, and the images that they choose."""

from __future__ import annotations

import json
import random
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fiftyone.utils import coco as fiftyone_coco
from helpers.data.coco_documents import annotation, category, document, image, read
from hypothesis import given
from hypothesis import strategies as st
from sama_coco.zoo.coco.coco_json import LabelSet
from sama_coco.zoo.errors import ArgumentError
from sama_coco.zoo.request import Request, choose_images, parse_splits

CLASSES = ["cat", "dog", "zebra"]


def parse(**arguments: Any) -> Request:
    return Request.parse(**{"split": "validation"} | arguments)


def label_set(classes_by_image: dict[int, list[str]]) -> LabelSet:
    """A label set whose images have objects of these classes."""
    objects = [
        annotation(image_id=i, category_id=1 + CLASSES.index(name))
        for i, names in classes_by_image.items()
        for name in names
    ]
    labels, _ = read(
        document(
            images=[image(i) for i in classes_by_image],
            categories=[category(1 + i, name) for i, name in enumerate(CLASSES)],
            annotations=[entry | {"id": i} for i, entry in enumerate(objects)],
        )
    )
    return labels


def choose_as_fiftyone(labels: LabelSet, **arguments: Any) -> list[int]:
    """The choice of FiftyOne's own importer; its shuffle draws on global state."""
    Labelled = namedtuple("Labelled", "category_id")
    chosen: list[int] = fiftyone_coco._get_matching_image_ids(
        {c.id: c.name for c in labels.categories.values()},
        labels.images,
        {
            i: [Labelled(a.category_id) for a in found]
            for i, found in labels.annotations.items()
        },
        **arguments,
    )
    return chosen


EXAMPLE = {
    9: ["cat"],
    3: ["dog", "cat"],
    5: [],
    1: ["zebra"],
    7: ["dog"],
    2: ["cat", "dog", "zebra"],
    8: ["cat", "cat"],
}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"split": "val"}, r"Unknown split 'val'; did you mean 'validation'\? Known: "),
        ({"split": "Train"}, r"Unknown split 'Train'; did you mean 'train'\?"),
        ({"split": "test"}, r"Unknown split 'test'.* Known: 'train', 'validation'"),
        ({"split": None}, "Unknown split None"),
        ({"split": 7}, "Unknown split 7"),
        (
            {"label_types": "segmentation"},
            r"Unknown label type 'segmentation'; did you mean 'segmentations'\?",
        ),
        (
            {"label_types": ["detections", "boxes"]},
            "Unknown label type 'boxes'.*'detections', 'segmentations'",
        ),
        ({"label_types": [None]}, "Unknown label type None"),
        ({"max_samples": 0}, "`max_samples` must be a positive int, not 0"),
        ({"max_samples": -1}, "`max_samples`"),
        ({"max_samples": 2.5}, "`max_samples`"),
        ({"max_samples": "10"}, "`max_samples` must be a positive int, not '10'"),
        ({"max_samples": True}, "`max_samples` must be a positive int, not True"),
        ({"seed": "x"}, "`seed` must be an int, not 'x'"),
        ({"classes": 5}, "`classes` must be a name or a list of names, not 5"),
        ({"label_types": 5}, "`label_types` must be a name or a list of names"),
        ({"max_sampels": 5}, "Unknown argument 'max_sampels'; did you mean 'max_samp"),
        ({"num_workers": 0}, "`num_workers` must be a positive int"),
        ({"mirror": "no/such/folder"}, "Mirror 'no/such/folder'"),
    ],
)
def test_an_argument_that_cannot_be_used_is_named_with_the_way_out(
    arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ArgumentError, match=message):
        parse(**arguments)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("zebr", r"Unknown class 'zebr'; did you mean 'zebra'\?"),
        ("Cat", r"Unknown class 'Cat'; did you mean 'cat'\?"),
        ("", "Unknown class ''.* Known: 'cat', 'dog', 'zebra'"),
        ("$where", "Unknown class"),
    ],
)
def test_an_unknown_class_is_named_with_the_nearest(name: str, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        choose_images(parse(classes=["cat", name]), [label_set(EXAMPLE)])


def test_an_error_in_an_argument_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="Unknown split"):
        parse(split="val")


def test_by_default_detections_of_sama_alone_are_asked_for() -> None:
    request = parse()
    assert request.label_types == ("detections",)
    assert request.sources == ("sama",)
    assert not request.is_partial
    assert not request.has_image_id


def test_arguments_that_are_none_are_as_if_not_given() -> None:
    flags = ("shuffle", "seed", "include_id", "with_coco", "use_polylines", "strict")
    assert parse(**dict.fromkeys(flags)) == parse()


def test_ints_of_numpy_are_ints() -> None:
    request = parse(max_samples=np.int64(5), num_workers=np.uint8(2), seed=np.int32(3))
    assert request == parse(max_samples=5, num_workers=2, seed=3)
    assert type(request.max_samples) is type(request.seed) is int


@pytest.mark.parametrize("splits", ["train", ["train"], ("train", "train")])
def test_a_split_counts_once(splits: Any) -> None:
    assert parse_splits(splits) == ["train"]


@pytest.mark.parametrize(
    ("splits", "message"),
    [
        ([], "No split is named. Name one or more: 'train', 'validation'"),
        (None, "No split is named"),
        (5, "`splits` must be a name or a list of names, not 5"),
        (["train", "validaton"], "'validaton'; did you mean 'validation'"),
        ([["train"]], "Unknown split"),
    ],
)
def test_splits_that_are_none_are_refused(splits: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        parse_splits(splits)


def test_one_name_stands_for_a_list_of_one() -> None:
    request = parse(classes="cat", label_types="segmentations")
    assert request.classes == ("cat",)
    assert request.label_types == ("segmentations",)


def test_label_types_that_repeat_count_once() -> None:
    assert parse(label_types=["detections"] * 2).label_types == ("detections",)


@pytest.mark.parametrize(
    "arguments", [{"classes": "cat"}, {"image_ids": [1]}, {"max_samples": 5}]
)
def test_less_than_a_split_is_partial(arguments: dict[str, Any]) -> None:
    assert parse(**arguments).is_partial


D, S, BOTH = "detections", "segmentations", ["detections", "segmentations"]


@pytest.mark.parametrize(
    ("label_types", "include_id", "with_coco", "names"),
    [
        (D, False, False, ["ground_truth"]),
        (S, False, False, ["ground_truth"]),
        (BOTH, False, False, [D, S]),
        (D, True, False, [D]),
        (S, True, False, [S]),
        (BOTH, True, False, [D, S]),
        (D, False, True, ["sama_detections", "coco_detections"]),
        (S, True, True, ["sama_segmentations", "coco_segmentations"]),
        (BOTH, False, True, [f"{s}_{t}" for s in ("sama", "coco") for t in BOTH]),
    ],
)
@pytest.mark.parametrize("use_polylines", [False, True])
def test_fields_are_named_as_the_built_in_does_or_by_source(
    label_types: Any,
    include_id: bool,
    with_coco: bool,
    names: list[str],
    use_polylines: bool,
) -> None:
    request = parse(
        label_types=label_types,
        include_id=include_id,
        with_coco=with_coco,
        use_polylines=use_polylines,
    )
    assert [f.name for f in request.fields] == names
    assert request.has_image_id == (include_id or with_coco)
    outlined = "polylines" if use_polylines else "masks"
    kinds = [
        outlined if S in [label_types] or S in f.name else "boxes"
        for f in request.fields
    ]
    assert [f.kind for f in request.fields] == kinds
    types = ["Polylines" if k == "polylines" else "Detections" for k in kinds]
    assert [f.labels_type for f in request.fields] == types


IDS = (139, 285)


@pytest.mark.parametrize(
    "image_ids",
    [
        [139, 285],
        (139, 285),
        ["139", " 285 "],
        ["validation/139", "train/7", "validation/285"],
        [139, "validation/285"],
        ["000000000139", "000000000285"],
        iter([139, 285]),
    ],
)
def test_image_ids_are_taken_from_a_list(image_ids: Any) -> None:
    assert parse(image_ids=image_ids).image_ids == IDS


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ids.txt", "139\n285\n"),
        ("ids.txt", "\ufeffvalidation/139\r\n\r\ntrain/7\r\nvalidation/285"),
        ("ids.TXT", "139\n 285 "),
        ("ids.json", "[139, 285]"),
        ("ids.json", '["validation/139", "train/7", "285"]'),
        ("ids.csv", "139,285"),
        ("ids.csv", "139\n285\n"),
        ("ids.csv", "image_id;split\nvalidation/139;x\nvalidation/285;x\n"),
        ("ids.csv", '\ufeff"139","285"\r\n'),
    ],
)
def test_image_ids_are_taken_from_a_file(
    tmp_path: Path, name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    assert parse(image_ids=path).image_ids == IDS
    assert parse(image_ids=str(path)).image_ids == IDS


@pytest.mark.parametrize(
    ("image_ids", "message"),
    [
        (["x"], "'x' is no image id; a number like 139 or 'validation/139' is"),
        ([-5], "'-5' is no image id"),
        ([1.5], "'1.5' is no image id"),
        ([None], "'None' is no image id"),
        (["²"], "is no image id"),
        (["validation/"], "is no image id"),
        (["validation/x"], "is no image id"),
        (["9" * 5_000], "is no image id"),
        (["val/5"], r"split of an image id 'val'; did you mean 'validation'"),
        (["../validation/5"], r"Unknown split of an image id '../validation'"),
        (139, "`image_ids`"),
        ("no/such.txt", "`image_ids` cannot be read: .*such.txt"),
    ],
)
def test_image_ids_that_are_none_are_refused(image_ids: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        parse(image_ids=image_ids)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("ids.json", b"[1, 2", "is not JSON"),
        ("ids.json", b'{"ids": [1]}', "must hold a JSON list"),
        ("ids.json", b"[" * 100_000, "is not JSON"),
        ("ids.json", b"[[1]]", "is no image id"),
        ("ids.txt", b"\xff\xfe\x00", "cannot be read"),
        ("ids.txt", b"139\nx\n", "'x' is no image id"),
        ("ids.csv", b"name,other\n", "holds no image ids"),
        ("ids.xml", b"<x/>", r"must be a .txt, .csv or .json file"),
    ],
)
def test_a_file_of_no_image_ids_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ArgumentError, match=message):
        parse(image_ids=path)


def test_a_folder_is_no_file_of_image_ids(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="cannot be read"):
        parse(image_ids=tmp_path)


def test_image_ids_of_the_other_split_alone_choose_nothing() -> None:
    request = parse(image_ids=["train/9"])
    assert request.image_ids == ()
    assert request.is_partial
    assert choose_images(request, [label_set(EXAMPLE)]) == []


def test_an_image_id_that_the_split_lacks_is_named() -> None:
    message = r"2 of the image ids are not in the split 'validation', .* first is 4"
    with pytest.raises(ArgumentError, match=message):
        choose_images(parse(image_ids=[1, 4, 6]), [label_set(EXAMPLE)])


def test_an_image_id_that_repeats_is_chosen_once() -> None:
    labels = [label_set(EXAMPLE)]
    assert choose_images(parse(image_ids=[3, 1, 3]), labels) == [1, 3]


def test_images_of_all_classes_come_before_those_of_any() -> None:
    request = parse(classes=["cat", "dog"])
    assert choose_images(request, [label_set(EXAMPLE)]) == [2, 3, 7, 8, 9]


def test_the_number_is_filled_from_images_of_all_classes_first() -> None:
    request = parse(classes=["cat", "dog"], max_samples=3)
    assert choose_images(request, [label_set(EXAMPLE)]) == [2, 3, 7]


def test_without_classes_images_without_objects_are_chosen_too() -> None:
    assert choose_images(parse(), [label_set(EXAMPLE)]) == [1, 2, 3, 5, 7, 8, 9]


def test_with_two_label_sets_an_object_in_either_counts() -> None:
    sama = label_set({1: ["cat"], 2: [], 3: ["dog"], 4: [], 5: ["cat"]})
    coco = label_set({1: ["dog"], 2: ["cat", "dog"], 3: [], 4: [], 5: []})
    request = parse(classes=["cat", "dog"], with_coco=True)
    assert choose_images(request, [sama, coco]) == [1, 2, 3, 5]
    assert choose_images(request, [coco, sama]) == [1, 2, 3, 5]


def test_a_shuffle_without_a_seed_chooses_the_same_images() -> None:
    chosen = choose_images(parse(shuffle=True), [label_set(EXAMPLE)])
    assert sorted(chosen) == sorted(EXAMPLE)


def test_a_shuffle_leaves_the_global_generator_alone() -> None:
    random.seed(1)
    expected = random.random()
    random.seed(1)
    choose_images(parse(shuffle=True, seed=5), [label_set(EXAMPLE)])
    assert random.random() == expected


@given(
    classes_by_image=st.dictionaries(
        st.integers(0, 999), st.lists(st.sampled_from(CLASSES)), min_size=1, max_size=30
    ),
    classes=st.lists(st.sampled_from(CLASSES), unique=True),
    shuffle=st.booleans(),
    seed=st.integers(0, 2**32),
    max_samples=st.none() | st.integers(1, 20),
    data=st.data(),
)
def test_the_choice_equals_that_of_fiftyones_importer(
    classes_by_image: dict[int, list[str]],
    classes: list[str],
    shuffle: bool,
    seed: int,
    max_samples: int | None,
    data: st.DataObject,
) -> None:
    labels = label_set(classes_by_image)
    image_ids = data.draw(
        st.none() | st.lists(st.sampled_from(sorted(classes_by_image)), unique=True)
    )
    arguments: dict[str, Any] = {
        "classes": classes or None,
        "image_ids": image_ids,
        "shuffle": shuffle,
        "seed": seed,
        "max_samples": max_samples,
    }
    state = random.getstate()
    try:
        expected = choose_as_fiftyone(labels, **arguments)
    finally:
        random.setstate(state)
    assert choose_images(parse(**arguments), [labels]) == expected


@given(st.text(max_size=20))
def test_any_text_is_a_class_or_refused(name: str) -> None:
    labels = [label_set(EXAMPLE)]
    if name in CLASSES:
        assert choose_images(parse(classes=[name]), labels)
        return
    with pytest.raises(ArgumentError):
        choose_images(parse(classes=[name]), labels)


def test_ids_written_by_fiftyones_users_as_json_are_read(tmp_path: Path) -> None:
    path = tmp_path / "ids.json"
    path.write_text(json.dumps([f"validation/{i}" for i in IDS]))
    assert parse(image_ids=str(path)).image_ids == IDS
