"""Times the census of both label fields against FiftyOne's own aggregations.

``python benchmarks/census.py`` prints the seconds at 500, 5,000 and 50,000 images with
generated labels: what the panel's first tab takes, what the tabs of a comparison take,
the frames, the views behind some figures, and the same counts by FiftyOne's own
aggregations and, up to 5,000 images, by iterating over the samples. Each size runs in
a process and with a database of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from shared.apart import peak_gib
from shared.sizes import run_sizes, seconds_of

FIELDS = ("coco_segmentations", "sama_segmentations")
MOST_ITERATED = 5_000


def evaluate(dataset: Any) -> dict[str, Any]:
    """Compares and counts labels, and says what it takes."""
    from sama_coco.labelsets import compare_annotations, take_census
    from sama_coco.labelsets.census.census_views import class_view
    from sama_coco.labelsets.runs.views.pair_views import relabel_view

    compare_annotations(dataset)
    census = take_census(dataset, key="diff")
    relabel = census.relabels().iloc[0]
    images = len(dataset)
    half = dataset.take(images // 2, seed=51)
    before_gib = peak_gib()
    seconds = {
        "census": _best(lambda: take_census(dataset, *FIELDS)),
        "with comparison": _best(lambda: take_census(dataset, key="diff")),
        "of half of it": _best(lambda: take_census(half, key="diff")),
        "all frames": _best(lambda: _frames(census)),
        "a class opened": _best(lambda: len(class_view(dataset, FIELDS[0], "car"))),
        "a relabel opened": _best(
            lambda: len(relabel_view(dataset, "diff", relabel.base, relabel.revised))
        ),
        "fiftyone aggregations": _best(lambda: _aggregated(dataset)),
    }
    most_gib = peak_gib()
    if images <= MOST_ITERATED:
        seconds["fiftyone samples"] = seconds_of(lambda: _iterated(dataset))
    labels = sum(c.total.instances for c in census.sides.values())
    return {"labels": labels, "seconds": seconds, "gib": [before_gib, most_gib]}


def _frames(census: Any) -> None:
    census.overview()
    census.headlines()
    census.classes()
    census.relabel_matrix()
    census.iou_histogram()
    for side in census.sides:
        census.cooccurrences(side)
        census.absent_pairs(side)


def _aggregated(dataset: Any) -> list[Any]:
    """Instances, crowds, vertices, polygons and sizes by FiftyOne's aggregations."""
    import fiftyone as fo
    from fiftyone import ViewField as F

    asked = []
    for field in FIELDS:
        path = f"{field}.detections"
        area = F(f"{path}.area")
        asked += [
            fo.CountValues(f"{path}.label"),
            fo.CountValues(f"{path}.iscrowd"),
            fo.CountValues(f"{path}.diff"),
            fo.Sum(f"{path}.num_vertices"),
            fo.Sum(f"{path}.num_polygons"),
            *(fo.Sum((area < bound).if_else(1, 0)) for bound in (100.5, 32**2, 96**2)),
        ]
    return list(dataset.aggregate(asked))


def _iterated(dataset: Any) -> Counter[tuple[str, str]]:
    """Instances and vertices a class, by looking at every sample."""
    found: Counter[tuple[str, str]] = Counter()
    for sample in dataset.select_fields(list(FIELDS)).iter_samples():
        for field in FIELDS:
            for label in sample[field].detections:
                found[field, label.label] += 1
                found[field, f"{label.label} vertices"] += label.num_vertices
    return found


def _best(run: Callable[[], object]) -> float:
    return seconds_of(run, times=3)


def report(images: int, found: dict[str, Any]) -> None:
    """Prints what was measured."""
    before, peak = found["gib"]
    print(
        f"{images:,} images, {found['labels']:,} labels; memory {before:.2f} GiB "
        f"before, {peak:.2f} GiB at most"
    )
    for name, seconds in found["seconds"].items():
        print(f"  {name:>22}: {seconds:8.3f} s")


if __name__ == "__main__":
    run_sizes(__file__, __doc__, [500, 5_000, 50_000], evaluate, report)
