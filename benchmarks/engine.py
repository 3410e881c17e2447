"""Milliseconds an image of `compare_image` on made-up images, seeded.

Run from the root: `python benchmarks/engine.py [images]`, with `--json` for its last
line to be JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sama_coco.labelsets.comparison import (
    ComparisonTotals,
    ImageObjects,
    compare_image,
    from_polygons,
    tally_images,
)

HEIGHT, WIDTH = 480, 640
CLASSES = tuple(f"class {number}" for number in range(80))
AREAS = ((20.0, 1024.0), (1024.0, 9216.0), (9216.0, 80_000.0))
SHARES = (0.414, 0.343, 0.243)


def outline(
    rng: np.random.Generator, center: np.ndarray, radius: float, vertices: int
) -> list[float]:
    """A wobbly ring [x1, y1, ...] in px around a center."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, vertices))
    radii = radius * rng.uniform(0.8, 1.2, vertices)
    aspect = rng.uniform(0.7, 1.4)
    points = center + np.stack(
        [radii * aspect * np.cos(angles), radii / aspect * np.sin(angles)], axis=1
    )
    return points.clip(0, (WIDTH - 1, HEIGHT - 1)).ravel().tolist()


def made_up_image(
    rng: np.random.Generator, base_count: int, revised_count: int
) -> tuple[ImageObjects, ImageObjects]:
    """Base objects, and revised ones most of which are redrawn base objects.

    Areas fall into COCO's buckets as COCO's do; outlines have 24 and 36 vertices;
    a fifth of the redrawn objects is kept as it was.
    """
    kinds = rng.choice(CLASSES, 4)
    base, revised = [], []
    for index in range(max(base_count, revised_count)):
        low, high = AREAS[rng.choice(3, p=SHARES)]
        radius = float(np.sqrt(np.exp(rng.uniform(*np.log((low, high)))) / np.pi))
        center = rng.uniform((0, 0), (WIDTH, HEIGHT))
        kind = str(rng.choice(kinds))
        ring = outline(rng, center, radius, 24)
        if index < base_count:
            base.append((kind, ring))
        if index < revised_count:
            other = ring
            if rng.random() > 0.2:
                shifted = center + rng.normal(0, radius / 12, 2)
                other = cv2.resize(np.array(ring).reshape(-1, 1, 2), (1, 36))
                other = (other.reshape(-1, 2) - center + shifted).ravel().tolist()
            revised.append((kind, other))
    sides = [
        from_polygons(
            [kind for kind, _ in side], [[ring] for _, ring in side], HEIGHT, WIDTH
        )
        for side in (base, revised)
    ]
    return sides[0], sides[1]


def report(base_count: int, revised_count: int, images: int) -> dict[str, float]:
    """Prints, and returns, what each of some images took, compared once.

    Returns:
        median and 95th percentile of the comparison, and what its totals took: ms
    """
    rng = np.random.default_rng(20171)
    pairs = [made_up_image(rng, base_count, revised_count) for _ in range(images)]
    totals = ComparisonTotals()
    times, adding = [], 0.0
    for base, revised in pairs[:20] + pairs:
        start = time.perf_counter()
        comparison = compare_image(base, revised, (HEIGHT, WIDTH))
        times.append(1000 * (time.perf_counter() - start))
        start = time.perf_counter()
        totals += tally_images([comparison])
        adding += 1000 * (time.perf_counter() - start)
    median, slow = np.percentile(times[20 if images > 20 else 0 :], (50, 95))
    print(
        f"{base_count} + {revised_count} objects, {images} images: "
        f"compare_image {median:.2f} ms median, {slow:.2f} ms 95th percentile; "
        f"totals {adding / len(times):.2f} ms"
    )
    return {
        "base": base_count,
        "revised": revised_count,
        "median_ms": float(median),
        "slow_ms": float(slow),
        "totals_ms": adding / len(times),
    }


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("images", type=int, nargs="?", default=500)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    found = [report(7, 9, options.images), report(1000, 1000, 2)]
    if options.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
