"""Seconds and memory of the comparison of one image that is large, or has many boxes.

Run from the root: `python benchmarks/large_images.py`, with `--json` for its last line
to be JSON. Each case runs in a process of its own; what is measured begins with the
labels as the database holds them.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import fiftyone as fo
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sama_coco.labelsets.comparison import compare_image
from sama_coco.labelsets.labels.reading import read_objects
from sama_coco.zoo.defects import Defects

Side = list[dict[str, Any]]
GIB = 2**20
"""In kB, of which the system counts memory."""


def polylines(size: int = 20_000, count: int = 5) -> tuple[Side, Side, int]:
    """Some large polylines a side, those of one moved by 50 px."""
    rng = np.random.default_rng(1)
    sides: tuple[Side, Side] = ([], [])
    for index in range(count):
        angles = np.sort(rng.uniform(0, 2 * np.pi, 300))
        radii = 5500 * rng.uniform(0.9, 1.1, 300)
        ring = np.stack((np.cos(angles), np.sin(angles)), axis=1) * radii[:, None]
        ring += 6000 + 2000 * index, 8000 + 1000 * index
        for shift, side in zip((0, 50), sides, strict=True):
            points = [((ring + shift) / size).tolist()]
            side.append(
                {"_cls": "Polyline", "label": "a", "points": points, "filled": True}
            )
    return *sides, size


def masks(size: int = 8_000, count: int = 3) -> tuple[Side, Side, int]:
    """Some masks of the whole image a side, those of one moved by 20 px."""
    rows, columns = np.ogrid[:size, :size]
    sides: tuple[Side, Side] = ([], [])
    for shift, side in zip((0, 20), sides, strict=True):
        for index in range(count):
            from_middle = (columns - size // 2 - shift) ** 2, (rows - size // 2) ** 2
            mask = from_middle[0] + from_middle[1] < (0.48 * size - 50 * index) ** 2
            whole = _detection(f"class {index}", [0.0, 0.0, 1.0, 1.0])
            side.append(whole | {"mask": fo.Detection(mask=mask).to_mongo()["mask"]})
    return *sides, size


def boxes(size: int = 1_000, count: int = 10_000) -> tuple[Side, Side, int]:
    """Many boxes a side, those of one moved by some px."""
    rng = np.random.default_rng(2)
    corners = rng.uniform(0, size - 80, (count, 2))
    base = np.concatenate((corners, rng.uniform(20, 80, (count, 2))), axis=1)
    revised = base + rng.normal(0, 2, base.shape)
    classes = [f"class {number}" for number in rng.integers(5, size=count)]
    first, second = (
        [_detection(*one) for one in zip(classes, (found / size).tolist(), strict=True)]
        for found in (base, revised)
    )
    return first, second, size


CASES: dict[str, Callable[[], tuple[Side, Side, int]]] = {
    "5 polylines a side, 20,000 x 20,000 px": polylines,
    "3 masks a side, 8,000 x 8,000 px": masks,
    "10,000 boxes a side": boxes,
}


def _detection(label: str, box: list[float]) -> dict[str, Any]:
    return {"_cls": "Detection", "label": label, "bounding_box": box}


def measure(case: str) -> dict[str, float]:
    """Reads and compares the labels of a case.

    Returns:
        seconds, the GiB held at most, and the GiB held before
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        base, revised, size = other.submit(CASES[case]).result()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIB
    start = time.perf_counter()
    broken = Defects()
    sides = [read_objects(side, size, size, broken) for side in (base, revised)]
    comparison = compare_image(*sides, (size, size))
    seconds = time.perf_counter() - start
    assert comparison.pairs
    assert not broken.counts
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIB
    return {"seconds": seconds, "gib": after, "gib_before": before}


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--case", choices=CASES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        print(json.dumps(measure(options.case)))
        return
    found = {}
    for case in CASES:
        command = [sys.executable, __file__, "--case", case]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found[case] = json.loads(output.stdout.splitlines()[-1])
        print(
            "{}: {seconds:.2f} s, {gib:.2f} GiB at most, of which {gib_before:.2f} "
            "before".format(case, **found[case])
        )
    if options.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
