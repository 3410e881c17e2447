"""``RESULTS.md``, written from what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HEADER = """\
# How fast, and how much memory

Written by `make bench`, but for the last section, which is kept in
`benchmarks/bounds.md`. Labels are generated with COCO's and Sama-COCO's published
densities (7.3 and 9.0 objects an image), pictures are placeholders. Each phase runs in
a process of its own, the start of Python and of the database left out. Memory is the
most that a phase and its workers held together, pages that they share counted in each;
the database server stands apart.

- load: both label files read and a dataset made of them. FiftyOne's own way: its COCO
  importer, twice
- merge: the labels of one dataset brought into another by `merge_annotations`.
  FiftyOne's own way: `merge_samples`
- compare: `compare_annotations`. FiftyOne's own way: `evaluate_detections` with masks
- census: the table of both label fields. FiftyOne has none
"""

COLUMNS = (
    ("phase", "---"),
    ("seconds", "---:"),
    ("ms an image", "---:"),
    ("FiftyOne's own way, s", "---:"),
    ("ratio", "---:"),
    ("GiB", "---:"),
    ("GiB of the server", "---:"),
)


def write_results(known: Mapping[str, Any], path: Path) -> None:
    """Writes the table of every size.

    Args:
        known: what was measured, by the number of images
        path: where to
    """
    parts = [HEADER]
    for images in sorted(known, key=int):
        parts.append("\n".join(_size(int(images), known[images])) + "\n")
    bounds = path.with_name("bounds.md")
    if bounds.exists():
        parts.append(bounds.read_text())
    path.write_text("\n".join(parts))


def _size(images: int, found: Mapping[str, Any]) -> Iterator[str]:
    packages = ", ".join(f"{k} {v}" for k, v in found["packages"].items())
    yield f"## {images:,} images"
    yield ""
    yield (
        f"{found['date']}; {found['cores']} cores, {found['memory_gib']} GiB, "
        f"{found['model']}; Python {found['python']}, {packages}."
    )
    yield ""
    yield "| " + " | ".join(name for name, _ in COLUMNS) + " |"
    yield "| " + " | ".join(rule for _, rule in COLUMNS) + " |"
    for phase, figures in found["phases"].items():
        yield "| " + " | ".join(_row(phase, images, figures)) + " |"
    whole = sum(found["phases"][p]["seconds"] for p in ("load", "compare"))
    yield ""
    lasted = f"{whole / 60:.1f} min" if whole >= 60 else f"{whole:.0f} s"
    yield f"From two label files to a finished comparison: {lasted}."
    if not any("fiftyone" in figures for figures in found["phases"].values()):
        yield "FiftyOne's own way was left out: it would take hours."


def _row(phase: str, images: int, figures: Mapping[str, Any]) -> list[str]:
    other = figures.get("fiftyone")
    return [
        phase,
        f"{figures['seconds']:.1f}",
        f"{1000 * figures['seconds'] / images:.2f}",
        f"{other['seconds']:.1f}" if other else "",
        f"{other['seconds'] / figures['seconds']:.1f}" if other else "",
        f"{figures['gib']:.2f}",
        f"{figures['server_gib']:.2f}",
    ]
