"""The bins of histograms that a census shows; each holds its lower edge."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

VERTEX_EDGES = (0, 1, 4, 8, 12, 16, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000)
"""Vertices per object; the first bin is that of 0, the last one is open."""

ASPECT_EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8, 2.0)
"""Width / height of an image; the last bin is open. No frequent ratio is an edge."""


def vertex_counts(vertices: Counter[int]) -> list[int]:
    """Objects in each bin of `VERTEX_EDGES`, from objects by number of vertices."""
    return _counts(VERTEX_EDGES, vertices)


def aspect_counts(sizes: Counter[tuple[int, int]]) -> list[int]:
    """Images in each bin of `ASPECT_EDGES`, from images by width and height."""
    ratios: Counter[float] = Counter()
    for (width, height), images in sizes.items():
        ratios[width / height] += images
    return _counts(ASPECT_EDGES, ratios)


def bin_titles(edges: Sequence[float]) -> list[str]:
    """A bin's name for people: whole numbers from-to, others from with an en dash."""
    whole = all(isinstance(edge, int) for edge in edges)
    titles = []
    for low, high in pairwise(edges):
        last = high - 1 if whole else high
        titles.append(f"{low:g}" if last == low else f"{low:g}–{last:g}")
    return [*titles, f"{edges[-1]:g} and more"]


def bounds(edges: Sequence[float], low: float) -> tuple[float, float | None]:
    """The bin that begins at an edge: its edges, the upper one None if it is open.

    Raises:
        ValueError: if no bin begins there
    """
    if low not in edges:
        raise ValueError(
            f"No bin begins at {low}; there are: {', '.join(map(str, edges))}"
        )
    place = list(edges).index(low)
    return edges[place], edges[place + 1] if place + 1 < len(edges) else None


def _counts(edges: Sequence[float], found: Mapping[Any, int]) -> list[int]:
    counts = [0] * len(edges)
    for value, number in found.items():
        counts[bisect_right(edges, value) - 1] += number
    return counts
