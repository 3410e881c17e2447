"""Times a comparison against FiftyOne's own evaluation, on the same samples.

``python benchmarks/compare.py`` prints the seconds and the ratio at 500 images, also
while the program holds every sample, and how the cost of a comparison grows at 500,
2,000 and 8,000: reading from and writing to the database are part of it. Each size runs
in a process of its own.
"""

from __future__ import annotations

from typing import Any

from shared.apart import peak_gib
from shared.sizes import run_sizes, seconds_of

MOST_EVALUATED = 500
"""The most images with which FiftyOne's own evaluation is timed too."""


def evaluate(dataset: Any) -> dict[str, Any]:
    """Compares labels, and says what it takes."""
    from sama_coco.labelsets import compare_annotations

    before_gib = peak_gib()

    def compare(key: str) -> None:
        compare_annotations(dataset, key=key, on_progress=lambda done, label: None)

    def evaluate_with_fiftyone() -> None:
        dataset.evaluate_detections(
            "sama_segmentations",
            gt_field="coco_segmentations",
            eval_key="eval",
            use_masks=True,
        )

    found = {"before_gib": before_gib}
    found["ours"] = seconds_of(lambda: compare("diff"))
    found["peak_gib"] = peak_gib()
    if len(dataset) <= MOST_EVALUATED:
        found["fiftyone"] = seconds_of(evaluate_with_fiftyone)
        dataset.delete_evaluation("eval")
        samples = list(dataset)
        found["held_ours"] = seconds_of(lambda: compare("held"))
        found["held_fiftyone"] = seconds_of(evaluate_with_fiftyone)
        assert len(samples) == len(dataset)
    return found


def report(images: int, found: dict[str, Any]) -> None:
    """Prints what was measured."""
    print(
        f"{images:>6,} images: {found['ours']:7.2f} s, "
        f"{1000 * found['ours'] / images:.2f} ms an image, memory "
        f"{found['before_gib']:.2f} GiB before, {found['peak_gib']:.2f} GiB at most"
    )
    for case, title in (("", ""), ("held_", ", every sample held")):
        if f"{case}fiftyone" in found:
            ours, theirs = found[f"{case}ours"], found[f"{case}fiftyone"]
            print(
                f"{'':>6} evaluate_detections(use_masks=True){title}: "
                f"{theirs:.2f} s, ours {ours:.2f} s; ratio {theirs / ours:.1f}"
            )


if __name__ == "__main__":
    run_sizes(__file__, __doc__, [500, 2_000, 8_000], evaluate, report)
