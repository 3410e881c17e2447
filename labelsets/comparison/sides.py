"""The two sides of an image made ready for matching, in an order of content alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...zoo.coco.pixel_runs import PixelRuns
from .geometry.objects import ImageObjects, MaskOrRuns
from .geometry.shapes import Box, Pixels, Runs, Shape

Key: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The k objects of a side that can be matched, in canonical order.

    The order follows what an object is, never where it stood in the input, so ties
    that are broken by it are broken alike for every order of the input.

    Attributes:
        indices: int64 (k,), where the object stands in its `ImageObjects`
        classes: int64 (k,), rank of the class name over both sides
        crowds: bool (k,)
        shapes: k shapes
        are_boxes: bool (k,), whether the shape is a box
        bounds: float64 (k, 4), x0, y0, x1, y1 in px
        areas: float64 (k,), px²
    """

    indices: NDArray[np.int64]
    classes: NDArray[np.int64]
    crowds: NDArray[np.bool_]
    shapes: list[Shape]
    are_boxes: NDArray[np.bool_]
    bounds: NDArray[np.float64]
    areas: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.shapes)


def canonical_sides(
    base: ImageObjects, revised: ImageObjects
) -> tuple[Side, Side, bool]:
    """Orders both sides by content.

    Returns:
        base, revised, and whether revised comes first in that order: what goes by
        this flag is the same whichever side is called base
    """
    names = sorted({*base.labels, *revised.labels})
    ranks = {name: rank for rank, name in enumerate(names)}
    base_content = _content(base, ranks)
    revised_content = _content(revised, ranks)
    if _is_ambiguous(base_content, revised_content):
        base_content = _content(base, ranks, with_pixels=True)
        revised_content = _content(revised, ranks, with_pixels=True)
    return (
        _side(base, base_content),
        _side(revised, revised_content),
        [key for key, _ in revised_content] < [key for key, _ in base_content],
    )


def _content(
    objects: ImageObjects, ranks: Mapping[str, int], with_pixels: bool = False
) -> list[tuple[Key, int]]:
    crowds, boxes = objects.crowds.tolist(), objects.boxes.tolist()
    areas, vertices = objects.areas.tolist(), objects.vertices.tolist()
    content = []
    for index, label in enumerate(objects.labels):
        if areas[index] > 0:
            mask = objects.masks[index]
            key = (
                ranks[label],
                crowds[index],
                *boxes[index],
                areas[index],
                mask is None,
                vertices[index],
                _bytes(mask) if with_pixels else b"",
            )
            content.append((key, index))
    content.sort()
    return content


def _bytes(mask: MaskOrRuns | None) -> bytes:
    if isinstance(mask, PixelRuns):
        return b"".join(part.tobytes() for part in mask)
    return b"" if mask is None else mask.tobytes()


def _is_ambiguous(a: list[tuple[Key, int]], b: list[tuple[Key, int]]) -> bool:
    keys_a, keys_b = [key for key, _ in a], [key for key, _ in b]
    repeated = len(set(keys_a)) < len(keys_a) or len(set(keys_b)) < len(keys_b)
    return repeated or keys_a == keys_b


def _side(objects: ImageObjects, content: list[tuple[Key, int]]) -> Side:
    indices = np.array([index for _, index in content], np.int64)
    bounds = objects.boxes[indices]
    bounds[:, 2:] += bounds[:, :2]
    edges = bounds[:, 2:] - bounds[:, :2]
    are_boxes = np.array([objects.masks[index] is None for index in indices], bool)
    areas = np.where(are_boxes, edges[:, 0] * edges[:, 1], objects.areas[indices])
    return Side(
        indices=indices,
        classes=np.array([key[0] for key, _ in content], np.int64),
        crowds=objects.crowds[indices],
        shapes=[
            _shape(objects.masks[index], edge)
            for index, edge in zip(indices.tolist(), bounds.tolist(), strict=True)
        ],
        are_boxes=are_boxes,
        bounds=bounds,
        areas=areas,
    )


def _shape(mask: MaskOrRuns | None, bounds: list[float]) -> Shape:
    if mask is None:
        return Box(*bounds)
    if isinstance(mask, PixelRuns):
        return Runs(mask, *map(int, bounds))
    return Pixels(mask, *map(int, bounds))
