"""Which image each entry of a label set belongs to."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sama_coco.labelsets.error_types import JoinError
from sama_coco.labelsets.merging.join.join_keys import (
    FILE_NAME,
    IMAGE_ID,
    PATTERN,
    RELATIVE_PATH,
    STEM,
    JoinKey,
    read_kind,
)
from sama_coco.labelsets.merging.join.join_sides import Side
from sama_coco.labelsets.merging.join.joining import join, suggest_pattern, try_keys
from sama_coco.zoo.errors import ArgumentError

BY_ID = JoinKey(IMAGE_ID, "id", "id")
NAMES = [f"{number:012d}.jpg" for number in (139, 285, 632, 724)]


def side(name: str, paths: list[str], **columns: object) -> Side:
    ids = columns.pop("ids", None)
    return Side(name, paths, ids={"id": ids} if ids else {}, **columns)


def images(paths: list[str] = NAMES, **columns: object) -> Side:
    return side("photos", [f"/data/{path}" for path in paths], **columns)


def joined_names(images: Side, entries: Side, key: JoinKey | None = None) -> dict:
    joined = join(images, entries, key)
    return {entries.paths[e]: images.paths[i] for e, i in joined.pairs}


def test_ids_that_are_those_of_other_images_are_not_joined_by() -> None:
    here = images(ids=[1, 2, 3, 4])
    there = side("labels.json", NAMES, ids=[4, 3, 2, 1])
    joined = join(here, there)
    assert joined.key == JoinKey(FILE_NAME)
    assert joined.pairs == [(0, 0), (1, 1), (2, 2), (3, 3)]
    with pytest.raises(
        JoinError, match="contradicts the names: it joins '000000000139"
    ):
        join(here, there, BY_ID)


def test_one_name_of_another_image_is_enough_to_contradict_an_id() -> None:
    here = images(ids=[1, 2, 3, 4])
    there = side("labels.json", ["a.jpg", "b.jpg", "c.jpg", NAMES[0]], ids=[1, 2, 3, 4])
    with pytest.raises(JoinError, match="contradicts the names"):
        join(here, there, BY_ID)
    assert joined_names(here, there) == {NAMES[0]: f"/data/{NAMES[0]}"}


def test_an_id_that_names_confirm_is_chosen_where_it_joins_more() -> None:
    here = images(ids=[1, 2, 3, 4])
    there = side("labels.json", [NAMES[0], "b.jpg", "c.jpg", "d.jpg"], ids=[1, 2, 3, 9])
    joined = join(here, there)
    assert (joined.key, len(joined.pairs)) == (BY_ID, 3)
    assert (joined.only_images, joined.only_entries) == ([3], [3])


def test_an_id_that_no_name_confirms_has_to_be_asked_for() -> None:
    here = images(ids=[1, 2, 3, 4])
    there = side("labels.json", ["a.jpg", "b.jpg", "c.jpg"], ids=[3, 2, 1])
    with pytest.raises(
        JoinError, match=r"it would join 3 images, but .* nothing in common"
    ):
        join(here, there)
    assert join(here, there, BY_ID).pairs == [(0, 2), (1, 1), (2, 0)]


def test_an_id_is_refused_where_a_size_differs() -> None:
    here = images(ids=[1, 2], paths=NAMES[:2], sizes=[(640, 480), (640, 427)])
    sizes = [(640, 480), (427, 640)]
    there = side("labels.json", ["a.jpg", "b.jpg"], ids=[1, 2], sizes=sizes)
    with pytest.raises(
        JoinError, match=r"'b.jpg' .* is 427 x 640 px, but .* 640 x 427"
    ):
        join(here, there, BY_ID)


def test_an_unknown_size_contradicts_nothing() -> None:
    here = images(ids=[1, 2], paths=NAMES[:2], sizes=[(640, 480), None])
    sizes = [None, (427, 640)]
    there = side("labels.json", ["a.jpg", "b.jpg"], ids=[1, 2], sizes=sizes)
    assert len(join(here, there, BY_ID).pairs) == 2


def test_images_of_one_name_and_two_sizes_are_left_out_and_told() -> None:
    here = images(sizes=[(640, 480)] * 4)
    there = side("labels.json", NAMES, sizes=[*[(640, 480)] * 3, (320, 240)])
    joined = join(here, there)
    assert joined.pairs == [(0, 0), (1, 1), (2, 2)]
    assert joined.other_size == [(3, 3)]
    assert joined.only_images == [3]
    smaller = side("labels.json", NAMES, sizes=[(320, 240)] * 4)
    with pytest.raises(JoinError, match="contradicts the sizes"):
        join(here, smaller)


@pytest.mark.parametrize(
    ("here", "there", "key"),
    [
        (["a/1.jpg", "b/1.jpg"], ["a/1.jpg", "b/1.jpg"], RELATIVE_PATH),
        (["a/1.jpg", "b/1.jpg"], ["set/a/1.jpg", "set/b/1.jpg"], RELATIVE_PATH),
        (["x/a/1.jpg", "x/b/1.jpg"], ["a\\1.jpg", "b\\1.jpg"], RELATIVE_PATH),
        (["1.jpg", "sub/1.jpg"], ["imgs/1.jpg", "imgs/sub/1.jpg"], RELATIVE_PATH),
        (["1.jpg", "2.jpg"], ["C:\\work\\1.jpg", "C:\\work\\2.jpg"], FILE_NAME),
        (["1.jpg", "2.jpg"], ["http://host/1.jpg", "s3://b/2.jpg"], FILE_NAME),
        (["a b.jpg"], ["/data/local-files/?d=up%20load/a%20b.jpg"], FILE_NAME),
        (["Größe.jpg"], ["Gro\u0308ße.jpg"], FILE_NAME),
        (["000000000139.jpg"], ["COCO_val2014_000000000139.jpg"], FILE_NAME),
        (["1.jpg", "2.jpg"], ["1.png", "2.PNG"], STEM),
    ],
)
def test_names_are_joined_as_tools_write_them(
    here: list[str], there: list[str], key: str
) -> None:
    joined = join(images(here), side("labels.json", there))
    assert joined.key.kind == key
    assert joined.pairs == [(row, row) for row in range(len(here))]


def test_a_key_that_gives_an_entry_two_images_cannot_be_used() -> None:
    here = images(["train/1.jpg", "val/1.jpg", "val/2.jpg"])
    there = side("labels.json", ["1.jpg", "2.jpg"])
    with pytest.raises(JoinError, match=r"repeats in 'photos': '1.jpg' is that of"):
        join(here, there, JoinKey(FILE_NAME))
    with pytest.raises(JoinError, match=r"repeats in 'photos'"):
        join(here, there)


def test_a_key_that_gives_an_image_two_entries_cannot_be_used() -> None:
    there = side("labels.json", ["a/1.jpg", "b/1.jpg"])
    with pytest.raises(JoinError, match=r"repeats in 'labels.json'"):
        join(images(["1.jpg"]), there, JoinKey(FILE_NAME))


def test_names_that_repeat_on_one_side_alone_do_no_harm() -> None:
    there = side("labels.json", ["a/1.jpg", "b/1.jpg", "2.jpg"])
    assert join(images(["2.jpg", "3.jpg"]), there).pairs == [(2, 0)]


ROBOFLOW = [f"{name[:-4]}_jpg.rf.{'0f3a' * 8}.jpg" for name in NAMES]
LABEL_STUDIO = [f"abc12{row}-{name}" for row, name in enumerate(NAMES)]
NUMBERED = [f"left_{name[:-4]}_v2.png" for name in NAMES]
WORDS = ["street.jpg", "harbour-1.jpg", "my-dog.jpg"]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (NAMES, ROBOFLOW),
        (ROBOFLOW, NAMES),
        (NAMES, LABEL_STUDIO),
        (NAMES, NUMBERED),
        (WORDS, [f"{name[:-4]}_jpg.rf.{'0f3a' * 8}.jpg" for name in WORDS]),
        (WORDS, [f"0a1b2c3d-{name}" for name in WORDS]),
        (WORDS, [f"frame {name}" for name in WORDS]),
    ],
)
def test_the_pattern_that_would_join_is_suggested_and_joins(
    here: list[str], there: list[str]
) -> None:
    photos, labels = images(here), side("labels.json", there)
    suggested = suggest_pattern(photos, labels)
    assert suggested is not None
    with pytest.raises(JoinError) as refused:
        join(photos, labels)
    assert f"'/data/{here[0]}' here and '{there[0]}' there" in str(refused.value)
    assert suggested.key.pattern in str(refused.value)
    assert f"would join {len(here)} of {len(there)}" in str(refused.value)
    joined = join(photos, labels, JoinKey(PATTERN, pattern=suggested.key.pattern))
    assert joined.pairs == [(row, row) for row in range(len(here))]


def test_the_patterns_of_the_issue_join() -> None:
    photos = images(NAMES)
    for names in (ROBOFLOW, LABEL_STUDIO):
        key = JoinKey(PATTERN, pattern=r"(\d{12})")
        assert len(join(photos, side("labels.json", names), key).pairs) == 4


def test_a_pattern_that_gives_an_image_two_entries_cannot_be_used() -> None:
    photos = images(["a_1.jpg", "b_2.jpg"])
    key = JoinKey(PATTERN, pattern=r"(\d)")
    assert (
        len(join(photos, side("labels.json", ["c_1.jpg", "d_2.jpg"]), key).pairs) == 2
    )
    with pytest.raises(JoinError, match=r"repeats in 'labels.json': '2' is that of"):
        join(photos, side("labels.json", ["c_2.jpg", "d_2.jpg"]), key)


def test_nothing_in_common_shows_a_name_of_each_side() -> None:
    with pytest.raises(JoinError, match=r"'/data/cat.jpg' here and 'dog.jpg' there$"):
        join(images(["cat.jpg"]), side("labels.json", ["dog.jpg"]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gone", "Nothing can be joined by 'gone'"),
        ("(a", "can't be read"),
        ("(a)(b)", "has 2 groups"),
        ("(?:a)", "has 0 groups"),
        ("(" + "a" * 300 + ")", "has 302 characters"),
    ],
)
def test_what_is_no_key_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        read_kind(text)


def test_a_pattern_that_would_never_end_is_stopped() -> None:
    slow = JoinKey(PATTERN, pattern=r"^((?:a|a.|.a.)+)$")
    name = "a" * 60 + "!.jpg"
    with pytest.raises(ArgumentError, match="takes too long"):
        join(images([name]), side("labels.json", [name]), slow)


def test_short_names_of_keys_are_understood() -> None:
    assert [read_kind(t) for t in ("path", "name", "stem", "id", r"(\d+)")] == [
        RELATIVE_PATH,
        FILE_NAME,
        STEM,
        IMAGE_ID,
        PATTERN,
    ]


def test_every_key_is_tried_with_its_count_or_its_reason() -> None:
    here = images(ids=[4, 3, 2, 1])
    there = side("labels.json", NAMES[:2], ids=[1, 2])
    tried = {str(key): outcome for key, outcome in try_keys(here, there)}
    assert isinstance(tried["id"], JoinError)
    assert len(tried["file name"].pairs) == 2


@given(st.integers(0, 2**32), st.integers(1, 30))
def test_shuffled_entries_find_their_images_whatever_their_ids(
    seed: int, count: int
) -> None:
    order = random.Random(seed)
    names = [f"{number:012d}.jpg" for number in range(count)]
    shuffled = order.sample(names, count)
    ids = order.sample(range(count), count)
    found = joined_names(
        images(names, ids=list(range(count))), side("labels.json", shuffled, ids=ids)
    )
    assert found == {name: f"/data/{name}" for name in names}
