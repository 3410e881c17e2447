"""``RESULTS.md``, written from what was measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

HEADER = """\
# How fast, and how much memory

Written by `make bench`, but for the last section, which is kept in
`benchmarks/bounds.md`. Labels are generated with COCO's and Sama-COCO's published
densities (7.3 and 9.0 objects an image), pictures are placeholders. Each phase runs in
a process of its own, the start of Python and of the database left out. Memory is the
most that a phase and its workers held together, pages that they share counted in each;
the database server stands apart, with what it keeps in its cache of earlier phases.

- load: both label files read and a dataset made of them. FiftyOne's own way: its COCO
  importer, twice
- merge: the labels of one dataset brought into another by `merge_annotations`.
  FiftyOne's own way: `merge_samples`
- compare: `compare_annotations`. FiftyOne's own way: `evaluate_detections` with masks
- census: the table of both label fields. FiftyOne has none
- panel: *By the numbers* opened on the comparison: all of it counted, unless the
  comparison, of 10,000 images or more, has counted it already; and laid out
- reconcile: `reconcile_annotations` by the preset that takes Sama's labels
- export: one label field as COCO JSON
- agreement: `measure_agreement` of three label fields: both, and COCO's moved
- evaluation: `benchmark_predictions` of two predictions for each label of Sama's, with
  1,000 resamples

"× 5,000" is what an image costs, as a multiple of that at 5,000 images; at most
{dearest} is wanted.
"""

ONE_IMAGE = "one image"
"""What is measured of one image stands under this name, not under a size."""

COMPLETE, REFERENCE = 123_287, 5_000
WANTED_SECONDS, WANTED_GIB, WANTED_RATIO = 4 * 60, 4.0, 1.3
"""Of the complete set, on two cores and 24 GiB: both label files to a comparison."""

VIEWER = {
    "server_ms": "server, ms",
    "kilobytes": "kB",
    "load_ms": "opening, ms",
    "pick_ms": "pick, ms",
    "opened_s": "shown, s",
    "frame_ms": "frame, ms",
    "worst_ms": "slowest, ms",
    "toggle_ms": "switch, ms",
}
"""What is measured of the viewer, and what it is called."""

FROM_FILES = ("load", "compare")

COLUMNS = (
    ("phase", "---"),
    ("seconds", "---:"),
    ("ms an image", "---:"),
    ("× 5,000", "---:"),
    ("FiftyOne's own way, s", "---:"),
    ("ratio", "---:"),
    ("GiB", "---:"),
    ("GiB of the server", "---:"),
)


def write_results(known: Mapping[str, Any], path: Path, bounds: Path) -> None:
    """Writes the table of every size, and that of one image.

    Args:
        known: what was measured, by the number of images, and of `ONE_IMAGE`
        path: where to
        bounds: what is added at the end
    """
    parts = [HEADER.format(dearest=WANTED_RATIO)]
    reference = known.get(str(REFERENCE), {}).get("phases", {})
    for images in sorted((name for name in known if name.isdigit()), key=int):
        is_larger = int(images) > REFERENCE
        lines = _size(int(images), known[images], reference if is_larger else {})
        parts.append("\n".join(lines) + "\n")
    if ONE_IMAGE in known:
        parts.append("\n".join(_one_image(known[ONE_IMAGE])) + "\n")
    parts.append(bounds.read_text())
    path.write_text("\n".join(parts))


def _machine(found: Mapping[str, Any]) -> str:
    packages = ", ".join(f"{k} {v}" for k, v in found["packages"].items())
    return (
        f"{found['date']}; {found['cores']} cores, {found['memory_gib']} GiB, "
        f"{found['model']}; Python {found['python']}, {packages}."
    )


def _table(columns: Iterable[tuple[str, str]], rows: Iterable[list[str]]) -> list[str]:
    names, rules = zip(*columns, strict=True)
    return [f"| {' | '.join(cells)} |" for cells in (names, rules, *rows)]


def _size(
    images: int, found: Mapping[str, Any], reference: Mapping[str, Any]
) -> Iterator[str]:
    phases = found["phases"]
    costs = {p: figures["seconds"] / images for p, figures in phases.items()}
    before = {p: figures["seconds"] / REFERENCE for p, figures in reference.items()}
    yield f"## {images:,} images"
    yield ""
    yield _machine(found)
    yield ""
    rows = [
        _row(p, figures, 1000 * costs[p], costs[p] / before[p] if p in before else None)
        for p, figures in phases.items()
    ]
    yield from _table(COLUMNS, rows)
    whole = sum(phases[phase]["seconds"] for phase in FROM_FILES)
    yield ""
    lasted = f"{whole / 60:.1f} min" if whole >= 60 else f"{whole:.0f} s"
    yield f"From two label files to a finished comparison: {lasted}."
    if images == COMPLETE:
        yield from _verdicts(phases, costs, before)
    if left_out := [phase for phase in reference if phase not in phases]:
        yield f"Left out: {', '.join(left_out)}."
    if not any("fiftyone" in figures for figures in found["phases"].values()):
        yield "FiftyOne's own way was left out: it would take hours."


def _verdicts(
    phases: Mapping[str, Any], costs: Mapping[str, float], before: Mapping[str, float]
) -> Iterator[str]:
    """Whether what was wanted of the complete set was reached."""
    seconds = sum(phases[phase]["seconds"] for phase in FROM_FILES)
    own = max(phases[phase]["gib"] for phase in FROM_FILES)
    both = max(phases[p]["gib"] + phases[p]["server_gib"] for p in FROM_FILES)
    yield (
        f"Wanted were under {WANTED_SECONDS // 60} minutes: "
        f"{_met(seconds < WANTED_SECONDS)}; under {WANTED_GIB:g} GiB: "
        f"{_met(own < WANTED_GIB)} with {own:.1f}, and with the server's, {both:.1f}, "
        f"{_met(both < WANTED_GIB)}."
    )
    if before:
        ratio = sum(costs[p] for p in FROM_FILES) / sum(before[p] for p in FROM_FILES)
        yield (
            f"An image costs {ratio:.2f} times what it costs at {REFERENCE:,} images; "
            f"at most {WANTED_RATIO} was wanted: {_met(ratio <= WANTED_RATIO)}."
        )


def _met(reached: bool) -> str:
    return "met" if reached else "**not met**"


def _one_image(found: Mapping[str, Any]) -> Iterator[str]:
    """The tables of the engine and of the viewer."""
    yield "## One image"
    yield ""
    yield _machine(found)
    yield ""
    yield "The engine alone, masks in and statuses and measures out:"
    yield ""
    names = "objects", "median, ms", "95th percentile, ms", "added to totals, ms"
    keys = "median_ms", "slow_ms", "totals_ms"
    yield from _table(_columns(names), (_cells(e, keys) for e in found["engine"]))
    yield ""
    yield (
        "The panel of differences: until it is ready to be sent, what is sent; in the "
        "App the answers to its opening and to a pick, until outlines show, a frame of "
        "panning and a status switched in the overlay, their script alone:"
    )
    yield ""
    yield from _table(
        _columns(("objects", *VIEWER.values())),
        (_cells(figures, list(VIEWER)) for figures in found["viewer"]),
    )


def _columns(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, "---:") for name in names]


def _cells(figures: Mapping[str, float], keys: Sequence[str]) -> list[str]:
    objects = f"{figures['base']} + {figures['revised']}"
    return [objects, *(f"{figures[k]:.1f}" if k in figures else "" for k in keys)]


def _row(
    phase: str, figures: Mapping[str, Any], cost_ms: float, ratio: float | None
) -> list[str]:
    other = figures.get("fiftyone")
    return [
        phase,
        f"{figures['seconds']:.1f}",
        f"{cost_ms:.2f}",
        "" if ratio is None else f"{ratio:.2f}",
        f"{other['seconds']:.1f}" if other else "",
        f"{other['seconds'] / figures['seconds']:.1f}" if other else "",
        f"{figures['gib']:.2f}",
        f"{figures['server_gib']:.2f}",
    ]
