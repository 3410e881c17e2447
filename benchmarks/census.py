"""Times the census of both label fields against FiftyOne's own aggregations.

``python benchmarks/census.py`` prints the seconds at 500, 5,000 and 50,000 images with
generated labels: what the panel's first tab takes, what the tabs of a comparison take,
the frames, the views behind some figures, and the same counts by FiftyOne's own
aggregations and, up to 5,000 images, by iterating over the samples. Each size runs in
a process and with a database of its own.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from apart import peak_gib, run_apart
from load import generate, load_ours

SPLIT = "validation"
FIELDS = ("coco_segmentations", "sama_segmentations")
MOST_ITERATED = 5_000


def evaluate(images: int, folder: Path) -> None:
    """Loads the labels, compares and counts them, and prints what it took as JSON."""
    import fiftyone as fo
    from sama_coco.runs import compare_annotations, take_census
    from sama_coco.runs.census_views import class_view
    from sama_coco.runs.pair_views import relabel_view

    load_ours(folder, SPLIT)
    dataset = fo.load_dataset("ours")
    compare_annotations(dataset)
    census = take_census(dataset, key="diff")
    relabel = census.relabels().iloc[0]
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
        seconds["fiftyone samples"] = _best(lambda: _iterated(dataset), times=1)
    labels = sum(c.total.instances for c in census.sides.values())
    found = {"labels": labels, "seconds": seconds, "gib": [before_gib, most_gib]}
    print(json.dumps(found))


def _frames(census: Any) -> None:
    census.overview()
    census.headlines()
    census.classes()
    census.relabel_matrix()
    census.iou_histogram()
    for side in census.sides:
        census.together(side)
        census.never_meet(side)


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


def _best(run: Callable[[], object], times: int = 3) -> float:
    """The least of some times in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def measure(images: int, seed: int) -> dict[str, Any]:
    """Runs one size in a process with a database of its own."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        generate(folder, images, SPLIT, seed)
        command = ["--size", str(images), "--folder", home]
        return run_apart(__file__, command, folder, folder, SPLIT)


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, nargs="*", default=[500, 5_000, 50_000])
    parser.add_argument("--seed", type=int, default=51)
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.size:
        evaluate(options.size, options.folder)
        return
    for images in options.images:
        found = measure(images, options.seed)
        before, peak = found["gib"]
        print(
            f"{images:,} images, {found['labels']:,} labels; memory {before:.2f} GiB "
            f"before, {peak:.2f} GiB at most"
        )
        for name, seconds in found["seconds"].items():
            print(f"  {name:>22}: {seconds:8.3f} s")


if __name__ == "__main__":
    main()
