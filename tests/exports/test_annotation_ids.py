"""Ids of annotations and classes in an export: kept where they can be."""

from __future__ import annotations

from typing import Any

import pytest
from sama_coco.labelsets import ExportError
from sama_coco.labelsets.exports.annotations.annotation_ids import AnnotationIds
from sama_coco.labelsets.exports.annotations.class_table import ClassTable


def assign(*samples: list[tuple[Any, int, int]], largest: int = 0) -> list[list[int]]:
    ids = AnnotationIds()
    for labels in samples:
        ids.add_sample()
        for label in labels:
            ids.add_label(*label)
    assigned = ids.assign(largest)
    return [assigned.of_sample(index) for index in range(len(samples))]


def test_ids_are_kept() -> None:
    assert assign([(7, 0, 0), (3, 0, 0)], [], [(5, 0, 0)]) == [[7, 3], [], [5]]


def test_new_labels_count_on_from_the_largest() -> None:
    labels = [(7, 0, 0), (None, 0, 0)], [("9", 0, 0), (True, 0, 0), (-1, 0, 0)]
    assert assign(*labels) == [[7, 8], [9, 10, 11]]
    assert assign(*labels, largest=100) == [[7, 101], [102, 103, 104]]


def test_of_two_labels_with_an_id_the_first_field_keeps_it() -> None:
    assert assign([(7, 0, 1), (7, 0, 0)], [(7, 0, 0)]) == [[8, 7], [9]]


def test_an_id_may_stand_in_two_files() -> None:
    assert assign([(7, 0, 0)], [(7, 1, 0), (7, 1, 0)]) == [[7], [7, 8]]


def source(*categories: tuple[int, str]) -> Any:
    return {"categories": [{"id": i, "name": name, "x": i} for i, name in categories]}


def test_categories_of_files_are_whole_and_new_classes_count_on() -> None:
    table = ClassTable([[source((7, "cat"), (3, "dog"))]], ["cow", "cat"])
    assert table.entries == [
        {"id": 7, "name": "cat", "x": 7},
        {"id": 3, "name": "dog", "x": 3},
        {"id": 8, "name": "cow"},
    ]
    assert table.ids == {"cat": 7, "dog": 3, "cow": 8}


def test_categories_of_the_first_field_come_first() -> None:
    base, revised = source((1, "cat"), (2, "dog")), source((1, "dog"), (2, "cow"))
    table = ClassTable([[base], [revised]], [])
    assert [(c["id"], c["name"]) for c in table.entries] == [
        (1, "cat"),
        (2, "dog"),
        (3, "cow"),
    ]
    assert table.ids == {"cat": 1, "dog": 2, "cow": 3}
    assert set(table.file_ids) == {
        (1, "cat", 1),
        (2, "dog", 2),
        (1, "dog", 2),
        (2, "cow", 3),
    }


def test_two_categories_of_one_name_stay_two() -> None:
    table = ClassTable([[source((1, "cat"), (2, "cat"))]], ["cat"])
    assert [c["id"] for c in table.entries] == [1, 2]
    assert table.ids == {"cat": 1}
    assert (2, "cat", 2) in table.file_ids


def test_a_choice_of_classes_leaves_out_the_others() -> None:
    table = ClassTable([[source((1, "cat"), (2, "dog"))]], [], ["dog"])
    assert [c["id"] for c in table.entries] == [2]
    with pytest.raises(ExportError, match=r"no class 'dgo'.*did you mean 'dog'"):
        ClassTable([[source((1, "cat"), (2, "dog"))]], [], ["dgo"])
