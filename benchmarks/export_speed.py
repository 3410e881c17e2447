"""Times the export of a label field, and what memory it takes, at some sizes.

``python benchmarks/export_speed.py`` prints, for 500, 1,000 and 2,000 images with
generated labels, the seconds and the memory that each form of export adds, and what
the time comes to for the whole of COCO, 123,287 images. Each size runs in a process
and with a database of its own.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from shared.sizes import run_sizes

FIELD = "sama_segmentations"
WHOLE = 123_287
MIB = 2**20


def evaluate(dataset: Any) -> dict[str, Any]:
    """Exports labels in every form, and says what it takes."""
    from sama_coco.labelsets import export_annotations

    with tempfile.TemporaryDirectory() as out:
        export_annotations(dataset.limit(10), FIELD, Path(out) / "first")
    found: dict[str, Any] = {}
    for format, segmentation in (
        ("coco", "source"),
        ("coco", "rle"),
        ("coco", "polygons"),
        ("yolo", "source"),
    ):
        with tempfile.TemporaryDirectory() as out:
            done, figures = _measure(
                lambda path=Path(out), f=format, s=segmentation: export_annotations(
                    dataset, FIELD, path / "exported", format=f, segmentation=s
                )
            )
        found[f"{format}, {segmentation}"] = figures | {"annotations": done.annotations}
    return found


def _measure(run: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """What a function returns, its seconds, and the MiB that it adds at most."""
    process, stop = psutil.Process(), threading.Event()
    before = peak = process.memory_info().rss

    def watch() -> None:
        nonlocal peak
        while not stop.wait(0.05):
            peak = max(peak, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    start, cpu = time.perf_counter(), time.process_time()
    try:
        result = run()
    finally:
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        stop.set()
        watcher.join()
    return result, {
        "seconds": seconds,
        "cpu_seconds": cpu,
        "added_mib": (peak - before) / MIB,
    }


def report(images: int, found: dict[str, Any]) -> None:
    """Prints what was measured."""
    print(f"{images:,} images")
    for name, figures in found.items():
        whole = figures["seconds"] * WHOLE / images / 60
        print(
            f"  {name:>14}: {figures['annotations']:,} labels, "
            f"{figures['seconds']:.1f} s ({figures['cpu_seconds']:.1f} s of CPU), "
            f"{figures['added_mib']:.0f} MiB more; {whole:.1f} min for {WHOLE:,}"
        )


if __name__ == "__main__":
    run_sizes(__file__, __doc__, [500, 1_000, 2_000], evaluate, report)
