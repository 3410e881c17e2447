"""The example with predictions of two models, a third label set, and annotators."""

from __future__ import annotations

import fiftyone as fo

FIELDS = ["coco_segmentations", "sama_segmentations"]
MODELS = ["model_a", "model_b"]
ANNOTATORS = ("ann", "bob", "cy")


def add_models(dataset: fo.Dataset) -> None:
    """Adds predictions, a third label set and annotators.

    Each model follows one of the label sets, with some labels left out.

    Args:
        dataset: a load of the example, with masks
    """
    for sample in dataset.iter_samples(autosave=True):
        sides = {field: sample[field].detections for field in FIELDS}
        for model, field, every in zip(MODELS, FIELDS[::-1], (7, 3), strict=True):
            kept = [one for n, one in enumerate(sides[field]) if n % every]
            sample[model] = fo.Detections(
                detections=[
                    _copy(one, confidence=1 - n / 1000) for n, one in enumerate(kept)
                ]
            )
        third = [_copy(one) for n, one in enumerate(sides[FIELDS[1]]) if n % 5]
        sample["third"] = fo.Detections(detections=third)
        for number, label in enumerate(sides[FIELDS[1]]):
            label["annotator"] = ANNOTATORS[number % len(ANNOTATORS)]
    dataset.add_dynamic_sample_fields()


def _copy(label: fo.Detection, **values: float) -> fo.Detection:
    shape = {"bounding_box": label.bounding_box, "mask": label.mask}
    return fo.Detection(label=label.label, **shape, **values)
