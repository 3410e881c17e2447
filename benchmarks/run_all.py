"""Times every phase at some sizes, and writes ``benchmarks/RESULTS.md``.

``python benchmarks/run_all.py 500 5000`` adds these sizes to ``results.json``, or
replaces them in it, and writes the table of all sizes that are there. Each phase runs
in a process of its own, on a database server of the benchmark's own. What is of one
image, the engine and the viewer, is measured by ``engine.py`` and ``viewer.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

from phases import PHASES, SPLIT  # noqa: E402
from shared.apart import OwnDatabase, fiftyone_variables  # noqa: E402
from shared.results_table import FROM_FILES, ONE_IMAGE, write_results  # noqa: E402
from shared.synthetic import generate  # noqa: E402

GIB = 2**30
PACKAGES = (
    "fiftyone",
    "pymongo",
    "numpy",
    "pycocotools",
    "hotcoco",
    "msgspec",
    "loky",
    "isal",
)


class Memory:
    """Watches what a process and all that it starts hold at most, and a server beside.

    Attributes:
        peak: bytes of the process and its children, shared pages counted in each
        server: bytes of the server
    """

    def __init__(self, process: int, server: int) -> None:
        self.peak = self.server = 0
        self._process, self._server = psutil.Process(process), psutil.Process(server)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        try:
            while True:
                family = [self._process, *self._process.children(recursive=True)]
                self.peak = max(self.peak, sum(map(_resident, family)))
                self.server = max(self.server, _resident(self._server))
                time.sleep(0.1)
        except psutil.NoSuchProcess:
            return


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def measure(
    phase: str, folder: Path, home: Path, server: OwnDatabase, own_way: bool
) -> dict[str, float]:
    """Runs one phase, and says what it took: seconds, GiB of it and of the server."""
    command = [sys.executable, str(HERE / "phases.py"), phase, str(folder)]
    with subprocess.Popen(
        command + ["--fiftyone"] * own_way,
        env=os.environ | fiftyone_variables(server, home),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        memory = Memory(process.pid, server.process.pid)
        output, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"The phase '{phase}' failed")
    found: dict[str, float] = json.loads(output.splitlines()[-1])
    return found | {"gib": memory.peak / GIB, "server_gib": memory.server / GIB}


def measure_size(
    images: int, folder: Path, with_fiftyone: bool, left_out: Sequence[str] = ()
) -> dict[str, Any]:
    """Runs the phases at one size, one after another on one dataset."""
    generate(folder, images, SPLIT, seed=51)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="sama-coco-bench-") as scratch:
        home = Path(scratch)
        pictures = folder / "mirror/images.cocodataset.org/val2017"
        data = home / "zoo" / "coco-2017" / SPLIT / "data"
        data.parent.mkdir(parents=True)
        data.symlink_to(pictures.absolute(), target_is_directory=True)
        (home / "plugins").mkdir()
        (home / "plugins/sama-coco").symlink_to(ROOT, target_is_directory=True)
        server = OwnDatabase(home / "db")
        try:
            for phase, (_, own_way) in PHASES.items():
                if phase in left_out:
                    continue
                figures: dict[str, Any] = dict(
                    measure(phase, folder, home, server, False)
                )
                if own_way is not None and with_fiftyone:
                    figures["fiftyone"] = measure(phase, folder, home, server, True)
                found[phase] = figures
                print(f"{images:,} images, {phase}: {figures}", flush=True)
        finally:
            server.stop()
    return found


def measure_one_image() -> dict[str, Any]:
    """What the engine and the viewer take for images of some numbers of objects."""
    found: dict[str, Any] = {}
    for part in ("engine", "viewer"):
        command = [sys.executable, str(HERE / f"{part}.py"), "--json"]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found[part] = json.loads(output.stdout.splitlines()[-1])
        print(f"one image, {part}: {found[part]}", flush=True)
    return found


def describe_machine() -> dict[str, Any]:
    """What the figures were measured on and with."""
    model = platform.processor() or platform.machine()
    about = Path("/proc/cpuinfo")
    if about.exists():
        for line in about.read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return {
        "date": date.today().isoformat(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(psutil.virtual_memory().total / GIB),
        "model": model,
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+", help="numbers of images")
    parser.add_argument("--folder", type=Path, help="where to generate, and keep, data")
    parser.add_argument(
        "--fiftyone-up-to",
        type=int,
        default=5_000,
        help="the most images at which FiftyOne's own way is timed too",
    )
    parser.add_argument(
        "--without",
        nargs="*",
        default=[],
        choices=[phase for phase in PHASES if phase not in FROM_FILES],
        help="phases to leave out",
    )
    parser.add_argument(
        "--results", type=Path, default=HERE, help="the folder of the two result files"
    )
    options = parser.parse_args()
    options.results.mkdir(parents=True, exist_ok=True)
    results = options.results / "results.json"
    known = json.loads(results.read_text()) if results.exists() else {}

    def keep(name: str, found: dict[str, Any]) -> None:
        known[name] = describe_machine() | found
        results.write_text(json.dumps(known, indent=1) + "\n")
        write_results(known, options.results / "RESULTS.md", HERE / "bounds.md")

    for images in options.sizes:
        with tempfile.TemporaryDirectory() as scratch:
            folder = (options.folder or Path(scratch)) / str(images)
            with_fiftyone = images <= options.fiftyone_up_to
            phases = measure_size(images, folder, with_fiftyone, options.without)
        keep(str(images), {"phases": phases})
    if min(options.sizes) <= options.fiftyone_up_to:
        keep(ONE_IMAGE, measure_one_image())


if __name__ == "__main__":
    main()
