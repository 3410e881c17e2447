"""Random labels and predictions, and what pycocotools makes of them."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from pycocotools import mask as rle_api
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from sama_coco.labelsets.evaluation.metrics.evaluated_images import (
    EvaluatedImages,
    EvaluatedObjects,
    Overlapping,
)
from sama_coco.labelsets.evaluation.metrics.overlapping import (
    best_of_each_class,
    find_overlapping,
)

FRAME = (60, 80)


def ellipse(x: float, y: float, w: float, h: float) -> np.ndarray:
    """A filled ellipse in a box, on the whole frame."""
    frame = np.zeros(FRAME, np.uint8)
    center = round(x + w / 2), round(y + h / 2)
    axes = max(round(w / 2), 0), max(round(h / 2), 0)
    cv2.ellipse(frame, center, axes, 0, 0, 360, 1, -1)
    return np.asfortranarray(frame)


def made_of(rows: list[dict[str, Any]], masks: bool) -> EvaluatedObjects:
    """Objects of rows with image, class, box, size, crowd and score."""
    boxes = np.array([row["box"] for row in rows], float).reshape(-1, 4)
    return EvaluatedObjects(
        image=np.array([row["image"] for row in rows], np.int64),
        classes=np.array([row["class"] for row in rows], np.int64),
        sizes=np.array([row["size"] for row in rows], float),
        crowds=np.array([row["crowd"] for row in rows], bool),
        scores=np.array([row["score"] for row in rows], float),
        boxes=boxes,
        masks=[row["mask"] for row in rows] if masks else [],
        ids=[str(n) for n in range(len(rows))],
    )


def random_row(
    rng: np.random.Generator, image: int, near: Any = None
) -> dict[str, Any]:
    """A label, or a prediction that is much like one."""
    if near is None:
        low, high = rng.choice([3, 30]), rng.choice([12, 60])
        box = [*rng.uniform(-5, 60, 2), *rng.uniform(low, max(high, low + 1), 2)]
        kind = int(rng.integers(3))
    else:
        box = (np.array(near["box"]) + rng.normal(0, rng.choice([0, 1, 4]), 4)).tolist()
        box[2:] = np.abs(box[2:]).tolist()
        kind = near["class"] if rng.random() < 0.9 else int(rng.integers(3))
    pixels = ellipse(*box)
    return {
        "image": image,
        "class": kind,
        "box": box,
        "mask": rle_api.encode(pixels)["counts"],
        "pixels": int(pixels.sum()),
        "crowd": False,
        "score": 0.0,
    }


def random_images(
    seed: int, masks: bool, images: int = 8, most: int = 8, ties: bool = True
) -> EvaluatedImages:
    """Images with labels in `one` and `two` and predictions in `model`.

    Scores tie unless `ties` is False. Some labels have an area that differs from their
    pixels, many predictions are near-copies of labels, and some images have more than
    100 predictions of a class.
    """
    rng = np.random.default_rng(seed)
    sides: dict[str, list[dict[str, Any]]] = {"one": [], "two": [], "model": []}
    for image in range(images):
        labels = [random_row(rng, image) for _ in range(rng.integers(most))]
        again = [random_row(rng, image, row) for row in labels if rng.random() < 0.8]
        for field, rows in (("one", labels), ("two", again)):
            for row in rows:
                of_region = row["pixels"] if masks else row["box"][2] * row["box"][3]
                row["size"] = float(of_region * rng.choice([1, 1, 1, 0.1, 9]))
                row["crowd"] = bool(rng.random() < 0.15)
            sides[field] += rows
        count = 120 if rng.random() < 0.1 else rng.integers(2 * most)
        found = [
            random_row(rng, image, rng.choice(labels) if labels else None)
            for _ in range(count)
        ]
        for row in found:
            row["score"] = float(np.round(rng.random(), int(rng.choice([1, 6]))))
            row["score"] = row["score"] if ties else float(rng.random())
            row["size"] = float(
                row["pixels"] if masks else row["box"][2] * row["box"][3]
            )
        sides["model"] += found
    return collected(sides, images, masks)


def collected(
    sides: dict[str, list[dict[str, Any]]], images: int, masks: bool
) -> EvaluatedImages:
    """Images of rows, with what overlaps."""
    labels = {field: made_of(sides[field], masks) for field in ("one", "two")}
    model = made_of(sides["model"], masks)
    kept = [
        np.flatnonzero(model.image == n)[
            best_of_each_class(
                *(a[model.image == n] for a in (model.classes, model.scores))
            )
        ]
        for n in range(images)
    ]
    model = model.take(np.concatenate(kept))
    overlaps = {}
    for field, side in labels.items():
        rows = []
        for image in range(images):
            p, g = (np.flatnonzero(s.image == image) for s in (model, side))
            a, b, iou = find_overlapping(model.take(p), side.take(g), FRAME)
            rows.append((p[a], g[b], iou))
        columns = [np.concatenate(column) for column in zip(*rows, strict=True)]
        overlaps["model", field] = Overlapping(*columns)
    return EvaluatedImages(
        samples=[str(n) for n in range(images)],
        frames=np.array([FRAME] * images),
        names=["cat", "cow", "dog"],
        labels=labels,
        predictions={"model": model},
        overlaps=overlaps,
    )


def drawn_again(images: EvaluatedImages, times: list[int]) -> EvaluatedImages:
    """The images that were drawn, each as often as it was, with copies of its own."""
    drawn = np.repeat(np.arange(len(times)), times)

    def again(objects: EvaluatedObjects) -> EvaluatedObjects:
        places = [np.flatnonzero(objects.image == n) for n in drawn]
        taken = objects.take(np.concatenate([*places, np.zeros(0, np.int64)]))
        numbers = np.repeat(np.arange(len(drawn)), [len(p) for p in places])
        return replace(taken, image=numbers)

    return replace(
        images,
        samples=[str(n) for n in range(len(drawn))],
        labels={field: again(side) for field, side in images.labels.items()},
        predictions={f: again(side) for f, side in images.predictions.items()},
    )


def by_pycocotools(images: EvaluatedImages, field: str, iou: str) -> dict[str, Any]:
    """Precision, recall and the twelve metrics of pycocotools, -1 for none."""

    def documents(objects: EvaluatedObjects) -> list[dict[str, Any]]:
        return [
            {
                "id": n + 1,
                "image_id": int(objects.image[n]) + 1,
                "category_id": int(objects.classes[n]) + 1,
                "bbox": objects.boxes[n].tolist(),
                "area": float(objects.sizes[n]),
                "iscrowd": int(objects.crowds[n]),
                "score": float(objects.scores[n]),
            }
            | (
                {"segmentation": {"size": [*FRAME], "counts": objects.masks[n]}}
                if objects.masks
                else {}
            )
            for n in range(len(objects))
        ]

    sides = []
    for objects in (images.labels[field], images.predictions["model"]):
        coco = COCO()
        coco.dataset = {
            "images": [
                {"id": n + 1, "height": FRAME[0], "width": FRAME[1]}
                for n in range(len(images.samples))
            ],
            "categories": [{"id": n + 1} for n in range(len(images.names))],
            "annotations": documents(objects),
        }
        sides.append(coco)
    with contextlib.redirect_stdout(io.StringIO()):
        for coco in sides:
            coco.createIndex()
        evaluation = COCOeval(*sides, iou)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return evaluation.eval | {"metrics": evaluation.stats}
