"""Times a reconciliation, and the progress of a review, on generated labels.

``python benchmarks/reconcile.py`` prints, for every size, the seconds of a dry run, of
a reconciliation by a preset and by rules, and of the progress of a review, with what
123,287 images would take at that rate. Each size runs in a process of its own.
"""

from __future__ import annotations

from typing import Any

from shared.apart import peak_gib
from shared.sizes import run_sizes, seconds_of

COCO_IMAGES = 123_287
RULES = [
    {"take": "revised", "status": ["identical", "refined"], "min_iou": 0.7},
    {"take": "both", "status": ["added", "removed"], "min_area": 100},
    {"take": "base", "crowd": True},
    {"take": "review", "status": ["split", "merged"]},
    {"take": "revised"},
]


def evaluate(dataset: Any) -> dict[str, Any]:
    """Compares and reconciles labels, and says what it takes."""
    from sama_coco.labelsets import compare_annotations, reconcile_annotations

    compare_annotations(dataset)
    before_gib = peak_gib()
    seconds = {
        "dry run": seconds_of(lambda: reconcile_annotations(dataset, dry_run=True)),
        "preset": seconds_of(lambda: reconcile_annotations(dataset)),
        "rules": seconds_of(
            lambda: reconcile_annotations(
                dataset, policy=RULES, open="base", overwrite=True
            )
        ),
    }
    labels = dataset.count("coco_segmentations.detections")
    labels += dataset.count("sama_segmentations.detections")
    return {"labels": labels, "seconds": seconds, "gib": [before_gib, peak_gib()]}


def report(images: int, found: dict[str, Any]) -> None:
    """Prints what was measured."""
    before, peak = found["gib"]
    print(
        f"{images:,} images, {found['labels']:,} labels; memory {before:.2f} GiB "
        f"before, {peak:.2f} GiB at most"
    )
    for name, seconds in found["seconds"].items():
        whole = seconds / images * COCO_IMAGES
        print(f"  {name:>16}: {seconds:7.2f} s; {COCO_IMAGES:,}: {whole:6.0f} s")


if __name__ == "__main__":
    run_sizes(__file__, __doc__, [500, 2_000], evaluate, report)
