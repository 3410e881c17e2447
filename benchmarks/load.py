"""Times the load of both label sets against FiftyOne's own way, on the same files.

``ours`` is the zoo dataset, ``files`` is `load_label_sets`, on the same label files.

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
from typing import Any

from shared.apart import FOLDERS, peak_gib, run_apart
from shared.sizes import load_ours
from shared.synthetic import generate


def load_fiftyone(folder: Path, split: str) -> Any:
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
    return coco


def load_files(folder: Path, split: str) -> Any:
    """Both label files and the folder of images, as a user names them."""
    from sama_coco.labelsets import load_label_sets

    short = FOLDERS[split]
    return load_label_sets(
        folder / f"mirror/images.cocodataset.org/{short}2017",
        {name: folder / f"labels/{name}_{short}.json" for name in ("coco", "sama")},
    )


WAYS = {"ours": load_ours, "files": load_files, "fiftyone": load_fiftyone}


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
    samples = len(WAYS[way](folder, split))
    found = {
        "samples": samples,
        "seconds": time.perf_counter() - start,
        "cpu_seconds": time.process_time() - cpu_start,
        "peak_gib": peak_gib(),
    }
    print(json.dumps(found))


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
        ways = ["ours", "files"] if options.ours_only else [*WAYS]
        found = {way: measure(way, folder, options.split) for way in ways}
    for way, figures in found.items():
        print(
            f"{way:>9}: {figures['samples']:.0f} images in {figures['seconds']:.2f} s, "
            f"{figures['cpu_seconds']:.2f} s of them computing, "
            f"peak {figures['peak_gib']:.2f} GiB"
        )
    for way, others in (("ours", ("fiftyone",)), ("files", ("ours", "fiftyone"))):
        for other in set(others) & set(found):
            ratios = [
                found[way][f] / found[other][f] for f in ("seconds", "cpu_seconds")
            ]
            print(
                f"{way} takes {ratios[0]:.2f} times the time of {other}, and computes "
                f"{ratios[1]:.2f} times as much"
            )


if __name__ == "__main__":
    main()
