"""Times a comparison against FiftyOne's own evaluation, on the same samples.

``python benchmarks/compare.py`` prints the seconds and the ratio at 500 images, and
how the cost of a comparison grows at 500, 2,000 and 8,000: reading from and writing to
the database are part of it. Each size runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from apart import peak_gib, run_apart
from load import generate, load_ours

SPLIT = "validation"


def evaluate(images: int, with_fiftyone: bool, folder: Path) -> None:
    """Loads the labels, compares them, and prints what it took as JSON."""
    import fiftyone as fo
    from sama_coco.runs import compare_annotations

    load_ours(folder, SPLIT)
    dataset = fo.load_dataset("ours")
    before_gib = peak_gib()
    start = time.perf_counter()
    compare_annotations(dataset, report=lambda done, label: None)
    found = {
        "images": images,
        "ours": time.perf_counter() - start,
        "before_gib": before_gib,
        "peak_gib": peak_gib(),
    }
    if with_fiftyone:
        start = time.perf_counter()
        dataset.evaluate_detections(
            "sama_segmentations",
            gt_field="coco_segmentations",
            eval_key="eval",
            use_masks=True,
        )
        found["fiftyone"] = time.perf_counter() - start
    print(json.dumps(found))


def measure(images: int, with_fiftyone: bool, seed: int) -> dict[str, float]:
    """Runs one size in a process with a database of its own."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        generate(folder, images, SPLIT, seed)
        command = ["--size", str(images), "--folder", home]
        command += ["--with-fiftyone"] * with_fiftyone
        return run_apart(__file__, command, folder, folder, SPLIT)


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, nargs="*", default=[500, 2_000, 8_000])
    parser.add_argument("--seed", type=int, default=51)
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--with-fiftyone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.size:
        evaluate(options.size, options.with_fiftyone, options.folder)
        return
    for position, images in enumerate(options.images):
        found = measure(images, position == 0, options.seed)
        print(
            f"{images:>6,} images: {found['ours']:7.2f} s, "
            f"{1000 * found['ours'] / images:.2f} ms an image, memory "
            f"{found['before_gib']:.2f} GiB before, {found['peak_gib']:.2f} GiB at most"
        )
        if "fiftyone" in found:
            ratio = found["fiftyone"] / found["ours"]
            print(
                f"{'':>6} evaluate_detections(use_masks=True): "
                f"{found['fiftyone']:.2f} s; ratio {ratio:.1f}"
            )


if __name__ == "__main__":
    main()
