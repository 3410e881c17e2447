"""Which predictions overlap which labels of an image, as in COCO's evaluation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as rle_api

from ...comparison.geometry.boundary import band_width, boundary_iou
from ...comparison.geometry.shapes import Shape
from .coco_metrics import IOUS, MOST
from .evaluated_images import EvaluatedObjects
from .regions import run_lengths


def best_of_each_class(
    classes: NDArray[np.int64], scores: NDArray[np.float64]
) -> NDArray[np.int64]:
    """The predictions of an image that COCO evaluates: the 100 best of each class.

    Args:
        classes: int64 (n,), code of the class
        scores: float64 (n,)

    Returns:
        int64 (at most n,): their places, ascending
    """
    order = np.lexsort((-scores, classes))
    ranks = np.arange(len(order)) - np.searchsorted(classes[order], classes[order])
    return np.sort(order[ranks < MOST[-1]])


def find_overlapping(
    predictions: EvaluatedObjects, labels: EvaluatedObjects, frame: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Finds the pairs of one class on an image with an IoU of at least 0.5.

    Args:
        predictions: those of the image
        labels: those of the image
        frame: height and width of the image in px

    Returns:
        int64 (e,), int64 (e,) and float64 (e,): the places of prediction and label,
        and their IoU, that with a crowd being the share of the prediction inside it
    """
    if not len(predictions) or not len(labels):
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, np.zeros(0)
    ious = np.asarray(
        rle_api.iou(
            _regions(predictions, frame),
            _regions(labels, frame),
            labels.crowds.astype(np.uint8).tolist(),
        )
    )
    same = predictions.classes[:, None] == labels.classes
    rows, columns = np.nonzero(same & (ious >= IOUS[0]))
    return rows, columns, ious[rows, columns]


def bounded_by_outlines(
    pairs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
    predictions: Sequence[Shape],
    labels: Sequence[Shape],
    crowds: NDArray[np.bool_],
    frame: tuple[int, int],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs with the lesser of mask IoU and boundary IoU, of crowds mask IoU alone.

    Source: Cheng et al. 2021, Boundary IoU, and its evaluation of COCO.
    """
    rows, columns, _ = pairs
    depth = band_width(*frame)
    lesser = [
        iou
        if crowds[column]
        else min(iou, boundary_iou(predictions[row], labels[column], depth))
        for row, column, iou in zip(*(p.tolist() for p in pairs), strict=True)
    ]
    bounded = np.array(lesser, np.float64)
    kept = bounded >= IOUS[0]
    return rows[kept], columns[kept], bounded[kept]


def _regions(objects: EvaluatedObjects, frame: tuple[int, int]) -> object:
    if objects.masks:
        return [run_lengths(mask, *frame) for mask in objects.masks]
    return np.ascontiguousarray(objects.boxes)
