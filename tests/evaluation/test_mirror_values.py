"""Values against both label sets of a mirror: those of pycocotools on the files."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fiftyone as fo
import numpy as np
import pytest
from helpers.data.example_mirror import Mirror
from pycocotools import mask as rle_api
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from sama_coco.labelsets import benchmark_predictions
from sama_coco.zoo import load_splits

FIELDS = ["coco_segmentations", "sama_segmentations"]


@pytest.fixture(scope="module", params=["example", "real"])
def loaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[fo.Dataset, Mirror]]:
    folder: Path = request.getfixturevalue(f"{request.param}_mirror")
    dataset, _ = load_splits(
        f"{request.param}-models",
        "validation",
        tmp_path_factory.mktemp("zoo"),
        label_types="segmentations",
        with_coco=True,
        mirror=str(folder),
    )
    add_predictions(dataset)
    yield dataset, Mirror(folder)
    dataset.delete()


def add_predictions(dataset: fo.Dataset) -> None:
    """Adds `model`: Sama's labels moved a little, some left out, some of COCO's."""
    rng = np.random.default_rng(51)
    for sample in dataset.iter_samples(autosave=True):
        found = []
        for field in FIELDS:
            labels = sample[field].detections if sample[field] is not None else []
            for label in labels:
                if rng.random() < 0.6 and label.mask is not None:
                    found.append(moved(label, sample.metadata, rng))
        sample["model"] = fo.Detections(detections=found)
    dataset.add_dynamic_sample_fields()


def moved(label: Any, metadata: Any, rng: np.random.Generator) -> fo.Detection:
    """A prediction whose box is whole px and whose mask fills that box."""
    frame = metadata.width, metadata.height
    x, y = (round(v * size) for v, size in zip(label.bounding_box, frame, strict=False))
    height, width = label.mask.shape
    x = int(np.clip(x + rng.integers(-3, 4), 0, frame[0] - width))
    y = int(np.clip(y + rng.integers(-3, 4), 0, frame[1] - height))
    sizes = frame[0], frame[1], frame[0], frame[1]
    return fo.Detection(
        label=label.label,
        mask=np.asarray(label.mask, bool),
        bounding_box=[
            v / size for v, size in zip((x, y, width, height), sizes, strict=True)
        ],
        confidence=float(np.round(rng.random(), 2)),
    )


def predictions_of(dataset: fo.Dataset, categories: dict[str, int]) -> list[Any]:
    results = []
    for sample in dataset:
        frame = sample.metadata.height, sample.metadata.width
        for label in sample.model.detections:
            sizes = frame[1], frame[0], frame[1], frame[0]
            box = [v * s for v, s in zip(label.bounding_box, sizes, strict=True)]
            x, y, width, height = map(round, box)
            pixels = np.zeros(frame, np.uint8, order="F")
            pixels[y : y + height, x : x + width] = label.mask
            results.append(
                {
                    "id": len(results) + 1,
                    "image_id": sample.coco_id,
                    "category_id": categories[label.label],
                    "score": label.confidence,
                    "bbox": box,
                    "segmentation": rle_api.encode(pixels),
                    "iscrowd": 0,
                    "pixels": int(pixels.sum()),
                }
            )
    return results


def by_pycocotools(document: dict[str, Any], results: list[Any], iou: str) -> Any:
    sides = COCO(), COCO()
    for one in results:
        box = one["bbox"]
        one["area"] = one["pixels"] if iou == "segm" else box[2] * box[3]
    sides[0].dataset = document
    sides[1].dataset = document | {"annotations": results}
    with contextlib.redirect_stdout(io.StringIO()):
        for side in sides:
            side.createIndex()
        evaluation = COCOeval(*sides, iou)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return evaluation.stats


@pytest.mark.parametrize(("iou", "name"), [("mask", "segm"), ("box", "bbox")])
def test_metrics_are_those_of_pycocotools_on_the_files(
    loaded: tuple[fo.Dataset, Mirror], iou: str, name: str
) -> None:
    dataset, mirror = loaded
    results = benchmark_predictions(
        dataset, "model", FIELDS, iou, bootstrap=20, key=iou
    )
    coco = mirror.coco("val")
    used = set(dataset.values("coco_id"))
    images = [image for image in coco["images"] if image["id"] in used]
    categories = {one["name"]: one["id"] for one in coco["categories"]}
    predictions = predictions_of(dataset, categories)
    for field, labels in zip(
        FIELDS, (coco["annotations"], mirror.sama("val")), strict=True
    ):
        document = {
            "images": images,
            "categories": coco["categories"],
            "annotations": [one for one in labels if one["image_id"] in used],
        }
        expected = by_pycocotools(document, predictions, name)
        found = results.metrics()[field].fillna(-1).tolist()
        assert found == pytest.approx(expected, abs=1e-9)
