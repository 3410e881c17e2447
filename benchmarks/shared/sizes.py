"""Measures something on generated labels at several sizes, one process a size."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .apart import run_apart
from .synthetic import generate

SPLIT = "validation"


def run_sizes(
    script: str,
    description: str | None,
    sizes: Sequence[int],
    evaluate: Callable[[Any], dict[str, Any]],
    report: Callable[[int, dict[str, Any]], None],
) -> None:
    """Runs the command of a benchmark.

    Args:
        script: its path
        description: what its help says
        sizes: the numbers of images, where the command names none
        evaluate: measures; called with the loaded dataset in a process with a database
            of its own, gives values that JSON has
        report: prints what was measured; called with the number of images
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--images", type=int, nargs="*", default=list(sizes))
    parser.add_argument("--seed", type=int, default=51)
    parser.add_argument("--generated", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.generated:
        print(json.dumps(evaluate(load_ours(options.generated, SPLIT))))
        return
    for images in options.images:
        with tempfile.TemporaryDirectory() as home:
            folder = Path(home)
            generate(folder, images, SPLIT, options.seed)
            arguments = ["--generated", home]
            report(images, run_apart(script, arguments, folder, folder, SPLIT))


def seconds_of(run: Callable[[], object], times: int = 1) -> float:
    """The seconds that something takes, the least of some times."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def load_ours(folder: Path, split: str) -> Any:
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
    return dataset
