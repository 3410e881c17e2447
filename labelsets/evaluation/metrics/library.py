"""COCO's evaluation by the library faster-coco-eval; only this module calls it."""

from __future__ import annotations

import logging
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .coco_metrics import IOUS, MOST, RECALLS, SIZES, CocoScores
from .evaluated_images import EvaluatedImages, EvaluatedObjects
from .regions import run_lengths

IouType = Literal["bbox", "segm", "boundary"]


def evaluate_by_library(
    images: EvaluatedImages, predictions: str, labels: str, iou: IouType
) -> CocoScores:
    """COCO's precision and recall of predictions against labels.

    Classes are evaluated one by one, on the images that have them: they do not depend
    on each other, and the library takes time and memory for each image and class.

    Args:
        images: the images
        predictions: the field of predictions
        labels: the field of labels
        iou: ``"bbox"``, ``"segm"``, or ``"boundary"``, the lesser of mask IoU and
            boundary IoU (Cheng et al. 2021)
    """
    sides = images.labels[labels], images.predictions[predictions]
    count = len(images.names)
    precision = np.full((len(IOUS), len(RECALLS), count, len(SIZES)), np.nan)
    recall = np.full((len(IOUS), count, len(SIZES), len(MOST)), np.nan)
    for code in np.unique(sides[0].classes).tolist():
        found = _evaluate(images.frames, *sides, code, iou)
        of_labels = found["precision"][..., -1], found["recall"]
        precision[:, :, [code]], recall[:, [code]] = (
            np.where(values < 0, np.nan, values) for values in of_labels
        )
    return CocoScores(precision, recall)


def _evaluate(
    frames: NDArray[np.int64],
    labels: EvaluatedObjects,
    predictions: EvaluatedObjects,
    code: int,
    iou: IouType,
) -> dict[str, Any]:
    from faster_coco_eval import COCO, COCOeval_faster

    sides = [
        side.take(np.flatnonzero(side.classes == code))
        for side in (labels, predictions)
    ]
    used = np.unique(np.concatenate([side.image for side in sides]))
    about = {
        "images": [
            {"id": number, "height": height, "width": width}
            for number, (height, width) in zip(
                used.tolist(), frames[used].tolist(), strict=True
            )
        ],
        "categories": [{"id": code, "name": str(code)}],
    }
    documents = [
        COCO(about | {"annotations": _annotations(side, frames)}) for side in sides
    ]
    evaluation = COCOeval_faster(*documents, iou, print_function=_silent)
    evaluation.evaluate()
    evaluation.accumulate()
    found: dict[str, Any] = evaluation.eval
    return found


def _annotations(
    objects: EvaluatedObjects, frames: NDArray[np.int64]
) -> list[dict[str, Any]]:
    """COCO's documents of objects; ids count from 1, since 0 is "no match"."""
    documents: list[dict[str, Any]] = [
        {
            "id": number,
            "image_id": image,
            "category_id": code,
            "area": size,
            "iscrowd": int(crowd),
            "score": score,
            "bbox": box,
        }
        for number, (image, code, size, crowd, score, box) in enumerate(
            zip(
                objects.image.tolist(),
                objects.classes.tolist(),
                objects.sizes.tolist(),
                objects.crowds.tolist(),
                objects.scores.tolist(),
                objects.boxes.tolist(),
                strict=True,
            ),
            start=1,
        )
    ]
    if objects.masks:
        for document, mask in zip(documents, objects.masks, strict=True):
            height, width = frames[document["image_id"]].tolist()
            document["segmentation"] = run_lengths(mask, height, width)
    return documents


def _silent(*_: object) -> None:
    """Swallows the library's progress output."""


logging.getLogger("faster_coco_eval").addHandler(logging.NullHandler())
