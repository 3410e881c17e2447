"""The values of COCO's metrics: the library's, ours and pycocotools'."""

import numpy as np
import pytest
from helpers.oracles.random_evaluations import (
    by_pycocotools,
    drawn_again,
    random_images,
)
from sama_coco.labelsets.evaluation.metrics.library import evaluate_by_library
from sama_coco.labelsets.evaluation.metrics.prediction_matching import match_predictions
from sama_coco.labelsets.evaluation.metrics.resampling import (
    draw_images,
    score_resamples,
)


def known(values):
    return np.where(np.isnan(values), -1, values)


def ours(images, field, weights):
    model, labels = images.predictions["model"], images.labels[field]
    matched = match_predictions(model, labels, images.overlaps["model", field])
    return score_resamples(model, labels, matched, len(images.names), weights)


@pytest.mark.parametrize("masks", [True, False], ids=["masks", "boxes"])
@pytest.mark.parametrize("seed", range(25))
def test_the_librarys_values_and_ours_are_those_of_pycocotools(seed, masks):
    images = random_images(seed, masks)
    for field in ("one", "two"):
        iou = "segm" if masks else "bbox"
        expected = by_pycocotools(images, field, iou)
        found = evaluate_by_library(images, "model", field, iou)
        assert known(found.precision) == pytest.approx(
            expected["precision"][..., -1], abs=1e-9
        )
        assert known(found.recall) == pytest.approx(expected["recall"], abs=1e-9)
        assert known(found.metrics()) == pytest.approx(expected["metrics"], abs=1e-9)
        scores = ours(images, field, np.ones((len(images.samples), 1)))
        assert known(scores.metrics[:, 0]) == pytest.approx(
            expected["metrics"], abs=1e-9
        )
        assert known(scores.class_ap[:, 0]) == pytest.approx(
            known(found.class_ap()), abs=1e-9
        )


@pytest.mark.parametrize("seed", range(8))
def test_resampled_images_have_the_values_of_images_that_are_there_so_often(seed):
    images = random_images(seed, masks=False, ties=False)
    rng = np.random.default_rng(seed)
    times = rng.integers(0, 4, (len(images.samples), 3))
    scores = ours(images, "one", times.astype(np.float64))
    for column in range(3):
        again = drawn_again(images, times[:, column].tolist())
        expected = by_pycocotools(again, "one", "bbox")["metrics"]
        assert known(scores.metrics[:, column]) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_single_precision_and_threads_change_next_to_nothing(seed):
    images = random_images(seed, masks=False, images=60, ties=False)
    weights = draw_images(np.random.default_rng(seed), 60, 300)
    assert weights.shape == (60, 300)
    assert (weights.sum(axis=0) == 60).all()
    exact = ours(images, "one", weights.astype(np.float64))
    found = ours(images, "one", weights)
    assert known(found.metrics) == pytest.approx(known(exact.metrics), abs=1e-6)
    model, labels = images.predictions["model"], images.labels["one"]
    matched = match_predictions(model, labels, images.overlaps["model", "one"])
    again = score_resamples(model, labels, matched, 3, weights, threads=3)
    assert np.array_equal(again.metrics, found.metrics, equal_nan=True)
    assert np.array_equal(again.class_ap, found.class_ap, equal_nan=True)
