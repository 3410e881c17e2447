"""Times how the agreement of three label fields is measured.

``python benchmarks/agreement.py`` prints the seconds, and the memory, at 1,000 images
with three label sets of some 8 objects each: COCO's and Sama's densities, and a third
that is COCO's moved by two pixels. Reading from and writing to the database are part
of it. Each size runs in a process and with a database of its own.
"""

from __future__ import annotations

from typing import Any

from shared.apart import peak_gib
from shared.sizes import run_sizes, seconds_of

FIELDS = ["coco_segmentations", "sama_segmentations", "moved_segmentations"]


def evaluate(dataset: Any) -> dict[str, Any]:
    """Measures the agreement, and what it takes."""
    from sama_coco.labelsets import load_agreement, measure_agreement

    add_moved(dataset)
    before_gib = peak_gib()
    seconds = seconds_of(lambda: measure_agreement(dataset, FIELDS))
    results = load_agreement(dataset)
    return {
        "objects": int(results.vitality()["objects"].sum()),
        "alpha": results.alpha,
        "seconds": seconds,
        "gib": [before_gib, peak_gib()],
    }


def add_moved(dataset: Any) -> None:
    """Adds a third label set: the first, two pixels to the right."""
    path = f"{FIELDS[2]}.detections.bounding_box"
    dataset.clone_sample_field(FIELDS[0], FIELDS[2])
    widths, boxes = dataset.values(["metadata.width", path])
    moved = [
        [[x + 2 / width, y, w, h] for x, y, w, h in on_image or ()]
        for width, on_image in zip(widths, boxes, strict=True)
    ]
    dataset.set_values(path, moved)


def report(images: int, found: dict[str, Any]) -> None:
    """Prints what was measured."""
    before, peak = found["gib"]
    print(
        f"{images:>7,} images, {found['objects']:,} objects in three fields: "
        f"{found['seconds']:.1f} s, {1000 * found['seconds'] / images:.2f} ms an "
        f"image; memory {before:.2f} GiB before, {peak:.2f} GiB at most"
    )


if __name__ == "__main__":
    run_sizes(__file__, __doc__, [1_000], evaluate, report)
