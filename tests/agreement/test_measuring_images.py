"""How far label sets agree on images, held against a plain second implementation."""

import itertools

import numpy as np
import pytest
from helpers.data.hand_drawn import SIZE, drawn, rectangle, revision_of, scattered
from helpers.oracles.plain_agreement import plain_clusters, plain_columns
from kalos.iaa.core import vision_alpha
from sama_coco.labelsets.agreement.agreement_counts import AgreementCounts
from sama_coco.labelsets.agreement.measuring_images import ImageSides, measure_images
from sama_coco.labelsets.comparison import ComparisonTotals, compare_image, tally_images

FIELDS = ("first", "second", "third")


def drawn_images(seed, count=8):
    """Images with three label sets, the second a revision of the first."""
    rng = np.random.default_rng(seed)
    images = []
    for _ in range(count):
        first = scattered(rng, int(rng.integers(0, 7)), crowd_share=0.1)
        sides = [first, revision_of(rng, first), scattered(rng, int(rng.integers(4)))]
        if rng.random() < 0.3:
            sides[int(rng.integers(3))] = None
        images.append(ImageSides(sides, SIZE))
    return images


def kalos_alpha(columns):
    names = sorted({v for c in columns for v in c if isinstance(v, str)})
    coded = [
        [-1 if v is None else names.index(v) if isinstance(v, str) else v for v in c]
        for c in columns
    ]
    return vision_alpha(np.array(coded, float).T)


@pytest.mark.parametrize("seed", range(8))
def test_alphas_are_those_of_plain_clusters_and_kalos(seed):
    images = drawn_images(seed)
    counts, agreements = measure_images(images, FIELDS)
    columns = [
        plain_columns(image.sides, plain_clusters(image.sides, SIZE))
        for image in images
    ]
    alphas = [kalos_alpha(of_image) for of_image in columns]
    assert [found.alpha for found in agreements] == pytest.approx(alphas)
    assert counts.mean_alpha == pytest.approx(np.mean(alphas))
    every = [column for of_image in columns for column in of_image]
    assert counts.overall.alpha == pytest.approx(kalos_alpha(every))
    for place, without in enumerate(counts.without):
        rest = [c[:place] + c[place + 1 :] for c in every]
        assert without.alpha == pytest.approx(kalos_alpha(rest))
    for name, of_class in counts.classes.items():
        held = [column for column in every if name in column]
        assert of_class.alpha == pytest.approx(kalos_alpha(held))
        assert counts.columns[name] == len(held)


@pytest.mark.parametrize("seed", range(4))
def test_pairs_are_those_of_the_comparison(seed):
    images = drawn_images(seed)
    counts, _ = measure_images(images, FIELDS)
    for one, other in itertools.combinations(range(3), 2):
        totals, boundaries, shared = ComparisonTotals(), [], 0
        for image in images:
            base, revised = image.sides[one], image.sides[other]
            if base is None or revised is None:
                continue
            shared += 1
            comparison = compare_image(base, revised, SIZE)
            totals += tally_images([comparison])
            boundaries += [
                pair.boundary_iou
                for pair in comparison.pairs
                if pair.status in ("identical", "refined")
                and not comparison.base.crowds[pair.base]
            ]
        found = counts.pairs[one, other]
        assert found.images == shared
        assert found.quality == totals.scores.pooled
        if boundaries:
            assert found.boundary_iou == pytest.approx(np.mean(boundaries))


def test_counts_of_parts_add_up_to_those_of_the_whole():
    images = drawn_images(1, 12)
    whole, _ = measure_images(images, FIELDS)
    total = AgreementCounts(FIELDS)
    for part in (images[7:], images[:2], images[2:7]):
        found, _ = measure_images(part, FIELDS)
        total += AgreementCounts.from_dict(found.to_dict())
    assert total.to_dict() == whole.to_dict()
    assert total.mean_alpha == whole.mean_alpha


def test_an_image_that_one_label_set_has_is_left_out_and_counted():
    cat = drawn(("cat", rectangle(0, 0, 9, 9)))
    images = [ImageSides([cat, None], SIZE), ImageSides([cat, drawn()], SIZE)]
    counts, agreements = measure_images(images, FIELDS[:2])
    assert (counts.images, counts.skipped, counts.clusters) == (1, 1, 1)
    assert counts.lacking == {1: 1}
    assert agreements[0] is None
    assert agreements[1].alpha == pytest.approx(0)


def test_an_image_without_objects_is_one_column_on_which_all_agree():
    empty = ImageSides([drawn(), drawn(), None], SIZE)
    counts, (found,) = measure_images([empty], FIELDS)
    assert (found.alpha, found.clusters) == (1, 0)
    assert (counts.overall.no_object, counts.overall.values) == (2, 2)
    assert counts.mean_alpha == 1
    assert counts.pairs[0, 1].quality.pq == 1


def test_without_images_all_agree():
    counts, agreements = measure_images([], FIELDS)
    assert (counts.mean_alpha, counts.overall.alpha, agreements) == (1, 1, [])


def test_counts_of_something_else_are_refused():
    with pytest.raises(ValueError, match="no counts of an agreement"):
        AgreementCounts.from_dict({"fields": ["a", "b"], "images": "many"})
