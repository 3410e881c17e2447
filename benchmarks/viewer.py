"""Times the panel of annotation differences against what was promised of it.

``python benchmarks/viewer.py`` prints, for an image of 40 + 60 and one of 500 + 800
objects, the time in the server and the size of what is sent, and, where Chromium is
found, the script time of a frame while panning in the App, as the page measures it.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 640, 480
SIZES = ((40, 60, 0.1, 300, 16), (500, 800, 1.0, 3000, 50))
"""Objects of base and revised, and what was promised: seconds, kB, ms a frame."""
ROOT = Path(__file__).resolve().parents[1]
FRAMES = 60


def blob(rng: np.random.Generator, radius: float) -> NDArray[np.bool_]:
    """A mask with an outline as uneven as that of a person."""
    angles = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    waves = sum(
        rng.normal(0, 0.25 / k) * np.cos(k * angles + rng.uniform(0, 6))
        for k in range(1, 12)
    )
    reach = radius * np.clip(1 + waves, 0.3, 2)
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1) * reach[:, None]
    points -= points.min(axis=0)
    size = np.ceil(points.max(axis=0)).astype(int) + 1
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillPoly(mask, [np.round(points).astype(np.int32)], 1)
    return mask.astype(bool)


def make_dataset(base: int, revised: int, folder: Path, seed: int = 51) -> Any:
    """A compared dataset of one image; each base object has a revised partner."""
    import fiftyone as fo
    from sama_coco.runs import compare_annotations

    rng = np.random.default_rng(seed)
    sides: dict[str, list[fo.Detection]] = {"before": [], "after": []}
    for number in range(max(base, revised)):
        radius = float(np.clip(rng.lognormal(2.7, 0.8), 3, 120))
        mask = blob(rng, radius)
        x, y = rng.uniform(0, WIDTH - 20), rng.uniform(0, HEIGHT - 20)
        for field, count in (("before", base), ("after", revised)):
            if number < count:
                part = mask[: HEIGHT - int(y), : WIDTH - int(x)]
                if field == "after":
                    part = cv2.dilate(part.astype(np.uint8), np.ones((3, 3))) > 0
                sides[field].append(_detection(part, int(x), int(y), number % 30))
    path = folder / f"{base}-{revised}.jpg"
    noise = rng.integers(0, 255, (HEIGHT // 8, WIDTH // 8, 3), np.uint8)
    cv2.imwrite(str(path), cv2.resize(noise, (WIDTH, HEIGHT)))
    sample = fo.Sample(filepath=str(path))
    sample.metadata = fo.ImageMetadata(width=WIDTH, height=HEIGHT)
    for field, labels in sides.items():
        sample[field] = fo.Detections(detections=labels)
    dataset = fo.Dataset(f"viewer-{base}-{revised}", persistent=True)
    dataset.add_sample(sample)
    compare_annotations(dataset, "before", "after")
    return dataset


def _detection(mask: NDArray[np.bool_], x: int, y: int, name: int) -> Any:
    import fiftyone as fo

    height, width = mask.shape
    box = [x / WIDTH, y / HEIGHT, width / WIDTH, height / HEIGHT]
    return fo.Detection(label=f"class {name}", bounding_box=box, mask=mask)


def measure_server(dataset: Any) -> tuple[float, float]:
    """Seconds in the server until a sample can be sent, and the kB that are sent."""
    from sama_coco.panels.object_table import table_rows
    from sama_coco.panels.presenting import sample_facts, table_data, viewer_data
    from sama_coco.panels.sample_differences import read_sample
    from sama_coco.runs import require_comparison

    seconds = []
    text = ""
    sample_id = dataset.first().id
    for _ in range(5):
        start = time.perf_counter()
        config = require_comparison(dataset, "diff")
        sample = read_sample(dataset, sample_id, "diff", config)
        assert sample is not None
        sent = {
            "facts": sample_facts(sample),
            "viewer": viewer_data(sample, "diff", ("before", "after")),
            "objects": table_data(table_rows(sample.objects), ()),
        }
        text = json.dumps(sent, separators=(",", ":"))
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), len(text.encode()) / 1000


def measure_frames(dataset: Any, page: Any, url: str) -> tuple[float, float, float]:
    """Seconds until the outlines show, and median and slowest frame in ms."""
    from differences_page import DifferencesPage

    shown = DifferencesPage(page, url, dataset.name)
    shown.open_panel()
    start = time.perf_counter()
    shown.root.wait_for()
    shown.until(lambda: sum(shown.outlines()) > 0)
    opened = time.perf_counter() - start
    page.wait_for_timeout(2000)
    shown.pane("base").evaluate("e => e.scrollIntoView()")
    box = shown.pane("base").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -100)
    page.mouse.down()
    times = []
    for step in range(FRAMES):
        frame = shown.data()["frame"]
        page.mouse.move(
            box["x"] + box["width"] / 2 + 40 * np.sin(step / 5),
            box["y"] + box["height"] / 2 + 30 * np.cos(step / 5),
        )
        shown.until(lambda before=frame: shown.data()["frame"] != before, 5)
        times.append(float(shown.data()["frameMs"]))
    page.mouse.up()
    return opened, statistics.median(times), max(times)


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as home:
        plugins = Path(home, "plugins")
        plugins.mkdir()
        (plugins / "sama-coco").symlink_to(ROOT, target_is_directory=True)
        os.environ.update(
            FIFTYONE_DATABASE_NAME=f"sama-coco-viewer-{os.getpid()}",
            FIFTYONE_DATABASE_DIR=str(Path(home, "db")),
            FIFTYONE_PLUGINS_DIR=str(plugins),
            FIFTYONE_DATABASE_VALIDATION="false",
            FIFTYONE_DO_NOT_TRACK="true",
        )
        import fiftyone as fo

        datasets = [make_dataset(*size[:2], Path(home)) for size in SIZES]
        for dataset, size in zip(datasets, SIZES, strict=True):
            base, revised, seconds, kilobytes, _ = size
            took, sent = measure_server(dataset)
            print(
                f"{base} + {revised} objects: {1000 * took:.0f} ms in the server "
                f"(promised {1000 * seconds:.0f}), {sent:.0f} kB ({kilobytes})",
                flush=True,
            )
        if shutil.which("chromium"):
            _in_the_app(datasets)
        fo.core.odm.drop_database()


def _in_the_app(datasets: list[Any]) -> None:
    sys.path.insert(0, str(ROOT / "tests"))
    import fiftyone as fo
    from playwright.sync_api import sync_playwright

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    session = fo.launch_app(port=port, address="127.0.0.1", remote=True, auto=False)
    flags = ["--no-sandbox", "--use-gl=swiftshader", "--enable-unsafe-swiftshader"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=flags
        )
        for dataset, size in zip(datasets, SIZES, strict=True):
            session.spaces = None
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.set_default_timeout(120_000)
            opened, median, worst = measure_frames(
                dataset, page, f"http://127.0.0.1:{port}"
            )
            print(
                f"{size[0]} + {size[1]} objects: on screen after {opened:.1f} s; a "
                f"frame of panning takes {median:.1f} ms of script, at most "
                f"{worst:.1f} (promised {size[4]})",
                flush=True,
            )
            page.close()
        browser.close()
    session.close()


if __name__ == "__main__":
    main()
