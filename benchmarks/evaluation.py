"""Times the benchmark of predictions against two label fields, and evidence.

``python benchmarks/evaluation.py`` prints the seconds, and the memory, at 1,000 images
with masks: COCO's and Sama's densities of labels, and two predictions for each of
Sama's labels, moved a little. 1,000 resamples. Reading from the database is part of it.
Each size runs in a process and with a database of its own.
"""

from __future__ import annotations

from typing import Any

from shared.apart import peak_gib
from shared.sizes import run_sizes, seconds_of

FIELDS = ["coco_segmentations", "sama_segmentations"]
COPIES = 2


def evaluate(dataset: Any) -> dict[str, Any]:
    """Evaluates predictions, and says what it takes."""
    from sama_coco.labelsets import (
        benchmark_predictions,
        compare_annotations,
        contested_view,
        weigh_evidence,
    )

    predictions = add_predictions(dataset)
    before_gib = peak_gib()
    seconds = {
        "masks": seconds_of(lambda: benchmark_predictions(dataset, "model")),
        "boxes": seconds_of(
            lambda: benchmark_predictions(dataset, "model", iou="box", key="boxes")
        ),
        "masks, no intervals": seconds_of(
            lambda: benchmark_predictions(dataset, "model", bootstrap=0, key="plain")
        ),
        "contested predictions opened": seconds_of(
            lambda: len(contested_view(dataset, "benchmark", *FIELDS))
        ),
    }
    most_gib = peak_gib()
    compare_annotations(dataset)
    seconds["evidence"] = seconds_of(lambda: weigh_evidence(dataset, "model"))
    return {
        "predictions": predictions,
        "seconds": seconds,
        "gib": [before_gib, most_gib],
    }


def add_predictions(dataset: Any) -> int:
    """Adds the field `model`; says how many predictions it holds."""
    import numpy as np
    from bson import ObjectId

    rng = np.random.default_rng(51)
    dataset.clone_sample_field(FIELDS[1], "model")
    collection = dataset._sample_collection
    count = 0
    for document in collection.find({}, {"model": True}):
        found = []
        for label in document["model"]["detections"]:
            for _ in range(COPIES):
                x, y, w, h = label["bounding_box"]
                moved = rng.normal(0, 0.05, 2) * (w, h)
                x, y = np.clip([x + moved[0], y + moved[1]], 0, [1 - w, 1 - h]).tolist()
                found.append(
                    {
                        **label,
                        "_id": ObjectId(),
                        "bounding_box": [x, y, w, h],
                        "confidence": float(rng.random()),
                    }
                )
        count += len(found)
        changes = {"model.detections": found}
        collection.update_one({"_id": document["_id"]}, {"$set": changes})
    dataset.reload()
    dataset.add_dynamic_sample_fields()
    return count


def report(images: int, found: dict[str, Any]) -> None:
    """Prints what was measured."""
    before, peak = found["gib"]
    print(
        f"{images:,} images, {found['predictions']:,} predictions; memory "
        f"{before:.2f} GiB before, {peak:.2f} GiB at most"
    )
    for name, seconds in found["seconds"].items():
        print(f"  {name:>26}: {seconds:8.2f} s")


if __name__ == "__main__":
    run_sizes(__file__, __doc__, [1_000], evaluate, report)
