"""Which objects of several label sets are the same thing."""

import numpy as np
import pytest
from helpers.data.hand_drawn import SIZE, drawn, rectangle, revision_of, scattered, take
from helpers.oracles.plain_agreement import frame_of, plain_clusters, plain_iou
from hypothesis import given, settings
from hypothesis import strategies as st
from sama_coco.labelsets.agreement.clusters import cluster_objects


def as_sets(clusters):
    found = [set() for _ in range(clusters.count)]
    for cluster, field, index in zip(
        clusters.cluster.tolist(),
        clusters.field.tolist(),
        clusters.index.tolist(),
        strict=True,
    ):
        found[cluster].add((field, index))
    return found


def as_comparable(clusters):
    return sorted(sorted(cluster) for cluster in clusters)


@st.composite
def several_sides(draw, most=4):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    first = scattered(rng, draw(st.integers(0, 8)), crowd_share=0.1)
    kinds = draw(st.lists(st.sampled_from("rsn"), min_size=1, max_size=most - 1))
    others = {"r": lambda: revision_of(rng, first), "s": lambda: scattered(rng, 6)}
    return [first, *(None if k == "n" else others[k]() for k in kinds)]


def ious_tie(sides):
    """Whether two pairs of different objects have one IoU: then order decides."""
    frames = [
        (field, frame_of(side, index, SIZE))
        for field, side in enumerate(sides)
        if side is not None
        for index in range(len(side))
    ]
    ious = [
        plain_iou(a, b)
        for n, (one, a) in enumerate(frames)
        for other, b in frames[n + 1 :]
        if one != other and plain_iou(a, b) >= 0.5
    ]
    return len(set(ious)) < len(ious)


@settings(max_examples=200, deadline=None)
@given(several_sides())
def test_clusters_are_those_of_the_plain_implementation(sides):
    if not ious_tie(sides):
        found = as_comparable(as_sets(cluster_objects(sides)))
        assert found == as_comparable(plain_clusters(sides, SIZE))


@settings(max_examples=100, deadline=None)
@given(several_sides())
def test_no_label_set_is_in_a_cluster_twice_and_no_object_in_two(sides):
    clusters = as_sets(cluster_objects(sides))
    for cluster in clusters:
        assert len({field for field, _ in cluster}) == len(cluster) > 0
    members = [member for cluster in clusters for member in cluster]
    assert sorted(members) == sorted(
        (field, index)
        for field, side in enumerate(sides)
        if side is not None
        for index in range(len(side))
        if side.areas[index] > 0 and not side.crowds[index]
    )


@settings(max_examples=100, deadline=None)
@given(several_sides(), st.randoms(use_true_random=False))
def test_the_order_of_objects_changes_nothing(sides, random):
    orders = [
        None if side is None else random.sample(range(len(side)), len(side))
        for side in sides
    ]
    shuffled = [
        None if side is None else take(side, order)
        for side, order in zip(sides, orders, strict=True)
    ]
    back = [
        {(field, orders[field][index]) for field, index in cluster}
        for cluster in as_sets(cluster_objects(shuffled))
    ]
    if not any(has_copies(side) for side in sides):
        there = as_comparable(as_sets(cluster_objects(sides)))
        assert as_comparable(back) == there


def has_copies(side):
    if side is None:
        return False
    frames = [frame_of(side, index, SIZE).tobytes() for index in range(len(side))]
    return len(set(frames)) < len(frames)


def test_a_pair_of_a_larger_iou_goes_first():
    one = drawn(("cat", rectangle(0, 0, 10, 10)))
    two = drawn(("cat", rectangle(0, 0, 10, 7)), ("cat", rectangle(0, 0, 10, 9)))
    assert as_comparable(as_sets(cluster_objects([one, two]))) == [
        [(0, 0), (1, 1)],
        [(1, 0)],
    ]


def test_clusters_join_through_an_object_between_them():
    """IoU 0.43 of the outer two, 0.67 of each with the one between."""
    places = [rectangle(x, 0, 20, 10) for x in (0, 4, 8)]
    sides = [drawn(("cat", place)) for place in places]
    found = cluster_objects(sides)
    assert found.count == 1
    ious = found.ious(found.members(0))
    assert ious == pytest.approx(ious.T)
    assert sorted(ious[np.triu_indices(3, 1)].tolist()) == pytest.approx(
        [12 / 28, 16 / 24, 16 / 24]
    )


def test_an_iou_of_a_half_is_enough_and_less_is_not():
    whole, half = rectangle(0, 0, 10, 10), rectangle(0, 0, 10, 5)
    less = half.copy()
    less[0, 0] = False
    assert cluster_objects([drawn(("a", whole)), drawn(("a", half))]).count == 1
    assert cluster_objects([drawn(("a", whole)), drawn(("a", less))]).count == 2


def test_classes_are_no_matter_but_crowds_are_left_out():
    place = rectangle(0, 0, 10, 10)
    assert cluster_objects([drawn(("a", place)), drawn(("b", place))]).count == 1
    crowd = drawn(("a", place, True), ("a", rectangle(0, 30, 5, 5)))
    found = cluster_objects([drawn(("a", place)), crowd])
    assert as_comparable(as_sets(found)) == [[(0, 0)], [(1, 1)]]


def test_copies_in_one_label_set_do_not_split_what_others_agree_on():
    place = rectangle(0, 0, 10, 10)
    twice = drawn(("a", place), ("a", place))
    sides = [twice, drawn(("a", place)), drawn(("a", place))]
    sizes = sorted(len(cluster) for cluster in as_sets(cluster_objects(sides)))
    assert sizes == [1, 3]


@pytest.mark.parametrize("sides", [[None, None], [drawn(), drawn()], [None, drawn()]])
def test_nothing_makes_no_cluster(sides):
    assert cluster_objects(sides).count == 0


def test_ten_label_sets_of_one_object_are_one_cluster():
    sides = [drawn(("cat", rectangle(n // 3, 0, 30, 30))) for n in range(10)]
    assert cluster_objects(sides).count == 1
