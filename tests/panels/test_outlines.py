"""Rings stand for the masks that they were made of."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from sama_coco.comparison import Status
from sama_coco.panels.outlines import (
    TOLERANCE_PX,
    box_ring,
    mask_rings,
    status_palette,
)

Mask = NDArray[np.bool_]
SCALE = 10


def drawn(*rows: str) -> Mask:
    """A mask drawn with `#`."""
    return np.array([[cell == "#" for cell in row] for row in rows])


def filled(rings: list[list[float]], shape: tuple[int, ...]) -> Mask:
    """What rings fill even-odd, at ten cells a px."""
    canvas = np.zeros((shape[0] * SCALE, shape[1] * SCALE), np.uint8)
    shift = 4  # OpenCV takes corners in sixteenths of a cell
    for ring in rings:
        points = np.array(ring).reshape(-1, 2) * SCALE - 0.5
        one = np.zeros_like(canvas)
        corners = np.round(points * 2**shift).astype(np.int32)
        cv2.fillPoly(one, [corners], 1, shift=shift)
        canvas ^= one
    return canvas.astype(bool)


def assert_same(mask: Mask, rings: list[list[float]], x: int = 0, y: int = 0) -> None:
    """The rings fill the mask, but for a band along the edges of its pixels."""
    moved = [[v - (x, y)[i % 2] for i, v in enumerate(ring)] for ring in rings]
    truth = mask.repeat(SCALE, axis=0).repeat(SCALE, axis=1)
    wrong = (filled(moved, mask.shape) != truth).astype(np.uint8)
    # Outlines run half a px within the edge of large masks, and round corners.
    reach = (0.5 + TOLERANCE_PX + 0.3) * SCALE
    padded = np.pad(truth, 1).astype(np.uint8)
    depth_in = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    depth_out = cv2.distanceTransform(1 - padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    depth = np.maximum(depth_in, depth_out)
    assert (depth[wrong.astype(bool)] <= reach).all()


SHAPES = {
    "block": drawn("....", ".##.", ".##.", "...."),
    "one pixel": drawn("#"),
    "one pixel apart": drawn("....", "..#.", "...."),
    "row": drawn(".....", "#####", "....."),
    "column": drawn(".#.", ".#.", ".#.", ".#."),
    "diagonal": np.eye(7, dtype=bool),
    "touches every border": np.ones((6, 9), bool),
    "hole": drawn("######", "#....#", "#....#", "#....#", "######"),
    "island in a hole": drawn(
        "#########",
        "#.......#",
        "#.......#",
        "#..###..#",
        "#..###..#",
        "#.......#",
        "#########",
    ),
    "two components": drawn("##...##", "##...##", ".......", "##....."),
    "corners touch": drawn("##..", "##..", "..##", "..##"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_small_masks(name: str) -> None:
    mask = SHAPES[name]
    rings = mask_rings(mask, 0, 0)
    assert rings
    assert all(len(ring) >= 6 and len(ring) % 2 == 0 for ring in rings)
    assert_same(mask, rings)
    area = filled(rings, mask.shape).sum() / SCALE**2
    assert area > 0


@pytest.mark.parametrize("name", SHAPES)
def test_large_masks(name: str) -> None:
    mask = SHAPES[name].repeat(25, axis=0).repeat(25, axis=1)
    assert_same(mask, mask_rings(mask, 0, 0))


@pytest.mark.parametrize("size", [40, 300])
def test_random_blobs_with_holes(size: int) -> None:
    rng = np.random.default_rng(7)
    for _ in range(10):
        noise = rng.random((size, size)).astype(np.float32)
        mask = cv2.GaussianBlur(noise, (0, 0), 5) > 0.5
        rings = mask_rings(mask, 17, 23)
        assert_same(mask, rings, 17, 23)
        covered = sum(
            1 for ring in rings for v in ring[::2] if not 17 <= v <= 17 + size
        )
        assert covered == 0


def test_an_empty_mask_has_no_rings() -> None:
    assert mask_rings(np.zeros((5, 5), bool), 0, 0) == []
    assert mask_rings(np.zeros((0, 0), bool), 0, 0) == []


def test_a_box_is_its_four_corners() -> None:
    assert box_ring((1, 2, 3.25, 4)) == [1, 2, 4.2, 2, 4.2, 6, 1, 6]


def test_the_palette_has_every_status_in_order() -> None:
    palette = status_palette()
    assert [entry["name"] for entry in palette] == [str(s) for s in Status]
    assert len({entry["color"] for entry in palette}) == len(palette)
