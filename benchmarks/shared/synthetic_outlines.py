"""Polygons and RLE of random objects, as COCO annotations."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .synthetic_labels import Objects

Annotation = dict[str, Any]


def annotations(
    objects: Objects,
    frames: NDArray[np.int64],
    image_ids: NDArray[np.int64],
    category_ids: NDArray[np.int64],
    first_id: int,
) -> Iterator[Annotation]:
    """COCO annotations of a chunk, their ids counting from ``first_id``."""
    outlined = np.flatnonzero(objects.vertices)
    drawn = iter(_polygons(objects.take(outlined), frames))
    wide = frames[objects.image]
    rows = zip(
        objects.vertices.tolist(),
        image_ids[objects.image].tolist(),
        category_ids[objects.category].tolist(),
        objects.crowd.tolist(),
        strict=True,
    )
    for index, (vertices, image_id, category_id, crowd) in enumerate(rows):
        if vertices:
            segmentation, area, box = next(drawn)
        else:
            one = objects.take(np.array([index]))
            segmentation, area, box = _rle(one, *wide[index].tolist())
        yield {
            "segmentation": segmentation,
            "area": area,
            "iscrowd": int(crowd),
            "image_id": image_id,
            "bbox": box,
            "category_id": category_id,
            "id": first_id + index,
        }


def _polygons(
    objects: Objects, frames: NDArray[np.int64]
) -> Iterator[tuple[Any, float, list[float]]]:
    """Segmentation, area in px² and box of every object."""
    if not len(objects):
        return
    points, starts, first_rings = _points(objects, frames)
    after = np.roll(points, -1, 0)
    ends = np.append(starts[1:], len(points))
    after[ends - 1] = points[starts]
    crossed = points[:, 0] * after[:, 1] - points[:, 1] * after[:, 0]
    areas = np.abs(np.add.reduceat(crossed, starts)) / 2
    area = np.add.reduceat(areas, first_rings).round(2).tolist()
    low = np.minimum.reduceat(points, starts[first_rings], axis=0)
    span = np.maximum.reduceat(points, starts[first_rings], axis=0) - low
    boxes = np.concatenate([low, span], 1).round(2).tolist()
    numbers = points.ravel().tolist()
    bounds = list(zip((2 * starts).tolist(), (2 * ends).tolist(), strict=True))
    rings = [*first_rings.tolist(), len(starts)]
    for index in range(len(objects)):
        own = bounds[rings[index] : rings[index + 1]]
        yield [numbers[a:b] for a, b in own], area[index], boxes[index]


def _points(
    objects: Objects, frames: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """All vertices (v, 2), the first of each ring, the first ring of each object."""
    owner = np.repeat(np.arange(len(objects)), objects.pieces)
    first_rings = np.cumsum(objects.pieces) - objects.pieces
    number = np.maximum(objects.vertices[owner] // objects.pieces[owner], 3)
    starts = np.cumsum(number) - number
    ring = np.repeat(np.arange(len(owner)), number)
    turn = 2 * np.pi * (np.arange(len(ring)) - starts[ring]) / number[ring]
    sway_2, sway_3, phase_2, phase_3, aspect = objects.wave[owner].T
    corner = 2 * np.pi / number
    lost = np.sin(corner) / corner
    full = np.pi * (1 + (sway_2**2 + sway_3**2) / 2) * objects.pieces[owner] * lost
    radius = np.sqrt(objects.area[owner] / full)
    reach = radius[ring] * (
        1
        + sway_2[ring] * np.cos(2 * turn + phase_2[ring])
        + sway_3[ring] * np.cos(3 * turn + phase_3[ring])
    )
    stretch = np.exp(aspect / 2)
    second = np.arange(len(owner)) - first_rings[owner]
    aside = (2 * second - 1) * (objects.pieces[owner] > 1) * radius * stretch * 0.9
    x = objects.centre[owner, 0][ring] + aside[ring]
    x = x + reach * np.cos(turn) * stretch[ring]
    y = objects.centre[owner, 1][ring] + reach * np.sin(turn) / stretch[ring]
    limit = frames[objects.image[owner]][ring]
    return np.clip(np.stack([x, y], 1), 0, limit).round(2), starts, first_rings


def _rle(
    one: Objects, width: int, height: int
) -> tuple[dict[str, Any], float, list[float]]:
    """An oval, column by column, with an upper edge like that of a row of heads."""
    (x, y), (rx, ry) = one.centre[0], one.radii()[0]
    left, right = max(int(x - rx), 0), min(int(np.ceil(x + rx)) + 1, width)
    columns = np.arange(left, right)
    half = ry * np.sqrt(np.maximum(1 - ((columns + 0.5 - x) / rx) ** 2, 0.02))
    bump = 0.12 * ry * np.abs(np.sin(columns * 0.4))
    top = np.clip(y - half + bump, 0, height - 1).astype(int)
    foot = np.clip(y + half, top + 1, height).astype(int)
    edges = np.stack([columns * height + top, columns * height + foot], 1).ravel()
    runs = np.diff(np.concatenate(([0], edges, [width * height])))
    box = [left, top.min(), right - left, foot.max() - top.min()]
    segmentation = {"counts": runs.tolist(), "size": [height, width]}
    return segmentation, float((foot - top).sum()), [float(side) for side in box]
