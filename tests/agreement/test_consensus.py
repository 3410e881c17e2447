"""What several label sets of an image agree on."""

import numpy as np
import pytest
from helpers.data.hand_drawn import SIZE, drawn, rectangle, revision_of, scattered
from helpers.oracles.plain_agreement import frame_of, plain_clusters, plain_iou
from sama_coco.labelsets import AgreementError
from sama_coco.labelsets.agreement.consensus import ConsensusRule, find_consensus

PLACE = rectangle(0, 0, 20, 20)


def consensus(*sides, **rule):
    return find_consensus(sides, ConsensusRule(**rule))


def cat(mask=PLACE, label="cat"):
    return drawn((label, mask))


@pytest.mark.parametrize("seed", range(20))
def test_what_enough_label_sets_have_is_taken_and_the_rest_reported(seed):
    rng = np.random.default_rng(seed)
    first = scattered(rng, 6, crowd_share=0.1)
    sides = [first, revision_of(rng, first), revision_of(rng, first)]
    for quorum in (1, 2, 3):
        found = consensus(*sides, quorum=quorum)
        clusters = plain_clusters(sides, SIZE)
        enough = [sorted(c) for c in clusters if len(c) >= quorum]
        few = [sorted(c) for c in clusters if len(c) < quorum]
        assert sorted(list(one.members) for one in found.objects) == sorted(enough)
        assert sorted(map(list, found.leftovers)) == sorted(few)
        for one in found.objects:
            frames = [frame_of(sides[f], i, SIZE) for f, i in one.members]
            means = [np.mean([plain_iou(a, b) for b in frames]) for a in frames]
            medoid = one.members.index((one.field, one.index))
            assert means[medoid] == pytest.approx(max(means))
            labels = [sides[f].labels[i] for f, i in one.members]
            assert labels.count(one.label) == max(map(labels.count, labels))


def test_the_class_is_that_of_the_majority():
    (found,) = consensus(cat(label="dog"), cat(), cat()).objects
    assert (found.label, found.is_tied) == ("cat", False)


def test_a_tie_of_classes_goes_to_the_label_set_named_first():
    (found,) = consensus(cat(label="dog"), cat()).objects
    assert (found.label, found.is_tied) == ("dog", True)
    (found,) = consensus(
        cat(label="cow"), cat(), cat(label="dog"), cat(), cat(label="dog")
    ).objects
    assert (found.label, found.is_tied) == ("cat", True)
    assert consensus(cat(), cat(label="dog")).counts()["tied"] == 1


def test_the_medoid_is_the_label_between_the_others_and_first_where_equal():
    sides = [cat(rectangle(x, 0, 20, 20)) for x in (0, 8, 4)]
    (found,) = consensus(*sides).objects
    assert (found.field, found.index) == (2, 0)
    (found,) = consensus(cat(), cat(), cat()).objects
    assert found.field == 0


def test_the_majority_is_the_pixels_in_over_half_of_the_labels():
    sides = [cat(rectangle(x, 0, 20, 20)) for x in (0, 4, 8)]
    (found,) = consensus(*sides, shape="majority").objects
    assert (found.pixels.x0, found.pixels.x1) == (4, 24)
    assert found.pixels.mask.all()
    assert found.field == 1
    (found,) = consensus(*sides[:2], shape="majority").objects
    assert (found.pixels.x0, found.pixels.x1) == (4, 20)


def test_a_box_votes_with_the_pixels_whose_centres_it_holds():
    box = drawn(("cat", (0.6, 0.0, 19.4, 20.0)))
    (found,) = consensus(cat(), box, shape="majority").objects
    assert (found.pixels.x0, found.pixels.y0) == (1, 0)
    assert found.pixels.mask.shape == (20, 19)


def test_boxes_alone_have_the_shape_of_their_medoid():
    boxes = [drawn(("cat", (x, 0.0, 20.0, 20.0))) for x in (0.0, 1.0)]
    (found,) = consensus(*boxes, shape="majority").objects
    assert found.pixels is None


def test_a_label_set_without_a_list_has_no_vote():
    found = consensus(cat(), None, None, quorum=2)
    assert (found.objects, found.leftovers) == ((), (((0, 0),),))
    assert found.counts() == {
        "agreed": 0,
        "tied": 0,
        "leftover": 1,
        "leftover_labels": 1,
    }


def test_crowds_take_no_part():
    crowd = drawn(("cat", PLACE, True))
    assert not consensus(crowd, crowd).objects
    assert not consensus(crowd, crowd).leftovers


@pytest.mark.parametrize("quorum", [0, -1, 1.5, "2", True, None])
def test_a_quorum_must_be_a_whole_number(quorum):
    with pytest.raises(AgreementError, match="quorum"):
        ConsensusRule(quorum=quorum)


def test_a_shape_must_be_known():
    with pytest.raises(AgreementError, match="medoid, majority"):
        ConsensusRule(shape="mean")
