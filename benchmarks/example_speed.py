"""Times how examples of what changed are found and drawn, at some sizes.

``python benchmarks/example_speed.py`` prints, for 500 and 5,000 images with generated
labels, the seconds until the most telling objects are found, and until they are drawn
too, and how many images were read. Each size runs in a process and with a database of
its own.
"""

from __future__ import annotations

from typing import Any

from shared.sizes import run_sizes, seconds_of


def evaluate(dataset: Any) -> dict[str, Any]:
    """Compares both label sets, then shows examples of the whole and of a view."""
    from fiftyone import ViewField as F
    from sama_coco.labelsets import RunFields, compare_annotations, show_examples
    from sama_coco.labelsets.exports.examples.telling_items import CHANGES, choose_items

    results = compare_annotations(dataset)
    sides = results.config.fields[:2]
    paths = [f"{side}.detections" for side in sides]
    view = dataset.filter_labels(sides[0], F("iscrowd") == 0, only_matches=False)
    fields = RunFields("diff")
    shown = show_examples(dataset)
    return {
        "found": seconds_of(lambda: choose_items(dataset, fields, paths, CHANGES, 4)),
        "shown": seconds_of(lambda: show_examples(dataset), times=2),
        "of_view": seconds_of(lambda: show_examples(view), times=2),
        "examples": len(shown.examples),
        "images": len({example.sample_id for example in shown.examples}),
        "objects": int(results.statuses().to_numpy().sum()),
    }


def report(images: int, found: dict[str, Any]) -> None:
    """Prints what was measured."""
    print(
        f"{images:,} images with {found['objects']:,} objects: {found['examples']} "
        f"examples on {found['images']} images\n"
        f"  found in {found['found']:.2f} s, shown in {found['shown']:.2f} s, "
        f"of a view that filters labels in {found['of_view']:.2f} s"
    )


if __name__ == "__main__":
    run_sizes(__file__, __doc__, [500, 5_000], evaluate, report)
