"""Krippendorff's alpha of reliability matrices, held against the package kalos."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kalos.iaa.core import (
    calculate_class_difficulty,
    calculate_global_rater_vitality,
    vision_alpha,
)
from sama_coco.labelsets.agreement.agreement_counts import AgreementCounts
from sama_coco.labelsets.agreement.reliability import (
    NO_LIST,
    NO_OBJECT,
    AlphaCounts,
    count_agreement,
    image_alphas,
)

NAMES = ["cat", "dog", "cow", "", "no object"]


def as_kalos(matrix):
    return np.where(matrix == NO_LIST, np.nan, matrix)


@st.composite
def matrices(draw, most_fields=10, least_columns=0):
    fields = draw(st.integers(2, most_fields))
    columns = draw(st.integers(least_columns, 12))
    values = st.sampled_from([NO_LIST, NO_OBJECT, *range(draw(st.integers(1, 5)))])
    row = st.lists(values, min_size=columns, max_size=columns)
    found = draw(st.lists(row, min_size=fields, max_size=fields))
    return np.array(found, np.int64).reshape(fields, columns)


@settings(max_examples=400, deadline=None)
@given(matrices())
def test_alpha_is_that_of_kalos(matrix):
    alpha = count_agreement(matrix, NAMES).alpha
    assert alpha == pytest.approx(vision_alpha(as_kalos(matrix)), abs=1e-12)


@pytest.mark.parametrize(
    "matrix",
    [
        np.zeros((3, 0), int),
        [[0], [0]],
        [[0], [1]],
        [[0, 0, 0], [0, 0, 0]],
        [[NO_OBJECT], [NO_OBJECT], [NO_OBJECT]],
        [[NO_LIST, NO_LIST], [NO_LIST, NO_LIST]],
        [[0, 1, 2], [NO_LIST, NO_LIST, NO_LIST]],
        [[0, 1], [NO_LIST, 0], [1, NO_LIST]],
        [[0, NO_OBJECT], [NO_OBJECT, 0]],
        [[0, 1, NO_LIST], [NO_LIST, 1, 0]],
    ],
)
def test_alpha_is_that_of_kalos_in_its_special_cases(matrix):
    matrix = np.array(matrix, np.int64)
    expected = vision_alpha(as_kalos(matrix))
    assert count_agreement(matrix, NAMES).alpha == pytest.approx(expected, abs=1e-12)


def test_alpha_is_that_of_krippendorffs_example():
    """Krippendorff 2011, example C: four observers, twelve units, values missing."""
    star = NO_LIST
    matrix = np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, star, star, star],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, star, 3],
            [star, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, star],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, star],
        ]
    )
    assert count_agreement(matrix, list("012345")).alpha == pytest.approx(
        0.743, abs=5e-4
    )


@settings(max_examples=100, deadline=None)
@given(matrices(most_fields=5))
def test_classes_and_vitality_are_those_of_kalos(matrix):
    counts = AgreementCounts(tuple(f"set {n}" for n in range(len(matrix))))
    counts.add_columns(matrix, NAMES)
    found = {name: of_class.alpha for name, of_class in counts.classes.items()}
    by_class = calculate_class_difficulty(as_kalos(matrix))
    expected = {NAMES[int(code)]: alpha for code, alpha in by_class.items()}
    assert found == pytest.approx(expected, abs=1e-12)
    if len(matrix) > 2:
        alpha = counts.overall.alpha
        places = {place: place for place in range(len(matrix))}
        vitality, _ = calculate_global_rater_vitality(
            as_kalos(matrix), vision_alpha(as_kalos(matrix)), places, False
        )
        assert {
            n: alpha - without.alpha for n, without in enumerate(counts.without)
        } == pytest.approx(vitality, abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(st.lists(matrices(most_fields=2, least_columns=1), max_size=5))
def test_the_alpha_of_each_image_is_that_of_its_columns(parts):
    matrix = np.concatenate([np.zeros((2, 0), int), *(p[:2] for p in parts)], axis=1)
    image = np.repeat(np.arange(len(parts)), [part.shape[1] for part in parts])
    found = image_alphas(matrix, image, len(parts))
    expected = [vision_alpha(as_kalos(part[:2])) for part in parts]
    assert found.tolist() == pytest.approx(expected, abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(matrices(), st.integers(0, 12))
def test_counts_of_parts_add_up_to_those_of_the_whole(matrix, cut):
    whole, parts = count_agreement(matrix, NAMES), AlphaCounts()
    for part in (matrix[:, cut:], matrix[:, :cut]):
        found = count_agreement(part, NAMES)
        parts += AlphaCounts.from_dict(found.to_dict())
    assert parts.to_dict() == whole.to_dict()
    assert parts.alpha == whole.alpha
