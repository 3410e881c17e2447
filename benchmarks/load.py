"""Times the load of both label sets against FiftyOne's own way, on the same files.

``python benchmarks/load.py --images 1000`` prints seconds, ratio and peak memory. Each
way runs in a process of its own, with a new database. ``--ours-only`` leaves FiftyOne's
own way out, for sizes at which it takes hours.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from apart import FOLDERS, peak_gib, run_apart
from synthetic import Synthetic, write_base, write_pictures, write_revised


def load_ours(folder: Path, split: str) -> int:
    """The zoo dataset, with both label sets."""
    from sama_coco.zoo import load_splits

    dataset, _ = load_splits(
        "ours",
        split,
        folder / "cache",
        label_types="segmentations",
        with_coco=True,
        mirror=str(folder / "mirror"),
    )
    return len(dataset)


def load_fiftyone(folder: Path, split: str) -> int:
    """The importer that the built-in zoo datasets use, twice, and a merge."""
    import fiftyone as fo

    short = FOLDERS[split]
    datasets = [
        fo.Dataset.from_dir(
            dataset_type=fo.types.COCODetectionDataset,
            data_path=str(folder / f"mirror/images.cocodataset.org/{short}2017"),
            labels_path=str(folder / f"labels/{name}_{short}.json"),
            label_types="segmentations",
            include_id=True,
            name=name,
        )
        for name in ("coco", "sama")
    ]
    coco, sama = datasets
    coco.merge_samples(
        sama, key_field="coco_id", fields={"segmentations": "sama_segmentations"}
    )
    return len(coco)


WAYS = {"ours": load_ours, "fiftyone": load_fiftyone}


def measure(way: str, folder: Path, split: str) -> dict[str, float]:
    """Runs one way in a process with a database of its own."""
    with tempfile.TemporaryDirectory() as home:
        command = ["--way", way, "--split", split, "--folder", str(folder)]
        return run_apart(__file__, command, folder, Path(home), split)


def run_way(way: str, folder: Path, split: str) -> None:
    """Times one way in this process, the start of the database left out."""
    import fiftyone as fo

    fo.list_datasets()
    start, cpu_start = time.perf_counter(), time.process_time()
    samples = WAYS[way](folder, split)
    found = {
        "samples": samples,
        "seconds": time.perf_counter() - start,
        "cpu_seconds": time.process_time() - cpu_start,
        "peak_gib": peak_gib(),
    }
    print(json.dumps(found))


def generate(folder: Path, images: int, split: str, seed: int) -> None:
    """Writes the label files and flat pictures, unless they are there."""
    done = folder / f"done-{images}-{split}-{seed}"
    if not done.exists():
        made = Synthetic(images, split, seed)
        write_base(made, folder)
        write_revised(made, folder)
        write_pictures(made, folder)
        done.touch()


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=1_000)
    parser.add_argument("--split", choices=sorted(FOLDERS), default="validation")
    parser.add_argument("--seed", type=int, default=51)
    parser.add_argument("--ours-only", action="store_true")
    parser.add_argument("--folder", type=Path, help="where to generate, and keep, data")
    parser.add_argument("--way", choices=sorted(WAYS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        run_way(options.way, options.folder, options.split)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        generate(folder, options.images, options.split, options.seed)
        ways = ["ours"] if options.ours_only else ["fiftyone", "ours"]
        found = {way: measure(way, folder, options.split) for way in ways}
    for way, figures in found.items():
        print(
            f"{way:>9}: {figures['samples']:.0f} images in {figures['seconds']:.2f} s, "
            f"{figures['cpu_seconds']:.2f} s of them computing, "
            f"peak {figures['peak_gib']:.2f} GiB"
        )
    if len(found) == 2:
        ratios = {
            figure: found["fiftyone"][figure] / found["ours"][figure]
            for figure in ("seconds", "cpu_seconds")
        }
        print(
            f"    ratio: {ratios['seconds']:.1f} times faster, "
            f"{ratios['cpu_seconds']:.1f} times less to compute"
        )


if __name__ == "__main__":
    main()
