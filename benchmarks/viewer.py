"""Times the panel of annotation differences against what was promised of it.

``python benchmarks/viewer.py`` prints, and with ``--json`` gives as JSON in its last
line, for an image of 40 + 60 and one of 500 + 800 objects, the time in the server and
the size of what is sent, and, where Chromium is found, what the App measures: the
answers to its events, frames while panning, and the overlay.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from shared.apart import OwnDatabase, fiftyone_variables

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
    from sama_coco.labelsets import compare_annotations

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
    from sama_coco.panels.differences.object_table import table_rows
    from sama_coco.panels.differences.presenting import (
        sample_facts,
        table_data,
        viewer_data,
    )
    from sama_coco.panels.differences.sample_differences import read_sample
    from sama_coco.panels.shown_runs import find_run

    seconds = []
    text = ""
    sample_id = dataset.first().id
    for _ in range(5):
        start = time.perf_counter()
        run = find_run(dataset, "diff")
        assert run is not None
        sample = read_sample(dataset, sample_id, run)
        assert sample is not None
        sent = {
            "facts": sample_facts(sample),
            "viewer": viewer_data(sample, run),
            "objects": table_data(table_rows(sample.objects), ()),
        }
        text = json.dumps(sent, separators=(",", ":"))
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), len(text.encode()) / 1000


class Events:
    """The panel's events as a page sends them, to be sent again and timed.

    Args:
        page: the page
    """

    def __init__(self, page: Any) -> None:
        self.sent: dict[str, tuple[str, bytes]] = {}
        page.on("request", self._note)

    def _note(self, request: Any) -> None:
        body = request.post_data or ""
        if request.url.endswith("/operators/execute"):
            for name in ("on_load", "on_pick"):
                if "annotation_differences" in body and name in body:
                    self.sent[name] = request.url, body.encode()

    def measure(self, name: str) -> float:
        """Seconds until the server has answered an event, the median of five."""
        url, body = self.sent[name]
        seconds = []
        for _ in range(5):
            request = urllib.request.Request(
                url, body, {"Content-Type": "application/json"}
            )
            start = time.perf_counter()
            with urllib.request.urlopen(request) as answer:
                answer.read()
            seconds.append(time.perf_counter() - start)
        return statistics.median(seconds)


TOGGLE = """() => new Promise(done => {
    const start = performance.now();
    document.querySelector('[data-status="refined"]').click();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""
"""Clicks a status of the legend, and tells the ms until that is drawn."""


def measure_overlay(shown: Any) -> float:
    """The ms that a click on the legend takes in the overlay, the median of eight."""
    shown.panes.focus()
    shown.page.keyboard.press("o")
    shown.still()
    times = [shown.page.evaluate(TOGGLE) for _ in range(8)]
    shown.page.keyboard.press("o")
    return statistics.median(times)


def measure_opening(shown: Any) -> float:
    """Seconds from opening the panel until the outlines show."""
    shown.open_panel()
    start = time.perf_counter()
    shown.root.wait_for()
    shown.until(lambda: sum(shown.outlines()) > 0)
    return time.perf_counter() - start


def measure_panning(shown: Any) -> tuple[float, float]:
    """The median and the slowest frame while panning, in ms."""
    page = shown.page
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
        shown.until(lambda before=frame: shown.data()["frame"] != before)
        times.append(float(shown.data()["frameMs"]))
    page.mouse.up()
    return statistics.median(times), max(times)


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure()
    if options.json:
        print(json.dumps(found))


def measure() -> list[dict[str, float]]:
    """Measures and prints every size, on a database of its own."""
    with tempfile.TemporaryDirectory() as home:
        plugins = Path(home, "plugins")
        plugins.mkdir()
        (plugins / "sama-coco").symlink_to(ROOT, target_is_directory=True)
        server = OwnDatabase(Path(home, "db"))
        try:
            os.environ.update(fiftyone_variables(server, Path(home)))
            return _measure(Path(home))
        finally:
            server.stop()


def _measure(home: Path) -> list[dict[str, float]]:
    datasets = [make_dataset(*size[:2], home) for size in SIZES]
    found = []
    for dataset, size in zip(datasets, SIZES, strict=True):
        base, revised, seconds, kilobytes, _ = size
        took, sent = measure_server(dataset)
        print(
            f"{base} + {revised} objects: {1000 * took:.0f} ms in the server "
            f"(promised {1000 * seconds:.0f}), {sent:.0f} kB ({kilobytes})",
            flush=True,
        )
        figures = {"server_ms": 1000 * took, "kilobytes": sent}
        found.append({"base": base, "revised": revised, **figures})
    if shutil.which("chromium"):
        for figures, frames in zip(found, _in_the_app(datasets), strict=True):
            figures |= frames
    return found


def _in_the_app(datasets: list[Any]) -> list[dict[str, float]]:
    import fiftyone as fo
    from helpers.pages.app_page import wait_for_session
    from playwright.sync_api import sync_playwright

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    session = fo.launch_app(port=port, address="127.0.0.1", remote=True, auto=False)
    found = []
    wait_for_session(session)
    flags = ["--no-sandbox", "--use-gl=swiftshader", "--enable-unsafe-swiftshader"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=flags
        )
        for dataset, size in zip(datasets, SIZES, strict=True):
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.set_default_timeout(120_000)
            found.append(_report(page, f"http://127.0.0.1:{port}", dataset, size))
            page.close()
            session.spaces = None
        browser.close()
    session.close()
    return found


def _report(
    page: Any, url: str, dataset: Any, size: tuple[Any, ...]
) -> dict[str, float]:
    """Prints, and returns, what is measured of one dataset in the App."""
    from helpers.pages.differences_page import DifferencesPage

    base, revised, seconds, _, promised = size
    events = Events(page)
    shown = DifferencesPage(page, url, dataset.name)
    opened = measure_opening(shown)
    page.wait_for_timeout(2000)
    shown.panes.focus()
    page.keyboard.press("]")
    page.wait_for_timeout(2000)
    load, pick = events.measure("on_load"), events.measure("on_pick")
    page.keyboard.press("0")
    median, worst = measure_panning(shown)
    toggle = measure_overlay(shown)
    print(
        f"{base} + {revised} objects in the App: the server answers on_load in "
        f"{1000 * load:.0f} ms (promised {1000 * seconds:.0f}) and on_pick in "
        f"{1000 * pick:.0f}; on screen after {opened:.1f} s; a frame of panning takes "
        f"{median:.1f} ms of script, at most {worst:.1f} (promised {promised}); a "
        f"status is switched in the overlay in {toggle:.0f} ms",
        flush=True,
    )
    return {
        "load_ms": 1000 * load,
        "pick_ms": 1000 * pick,
        "opened_s": opened,
        "frame_ms": median,
        "worst_ms": worst,
        "toggle_ms": toggle,
    }


if __name__ == "__main__":
    main()
