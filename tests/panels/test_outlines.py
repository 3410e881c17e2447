"""Rings stand for the masks that they were made of."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from sama_coco.labelsets.comparison import Status
from sama_coco.panels.differences.drawn_outlines import (
    TOLERANCE_PX,
    Ring,
    box_ring,
    rings_of,
    status_palette,
)
from sama_coco.zoo.coco.pixel_runs import runs_from_mask

Mask = NDArray[np.bool_]
SCALE = 10


def mask_rings(mask: Mask, x: int, y: int) -> list[Ring]:
    """The rings of one mask."""
    return rings_of([runs_from_mask(mask, x, y)])[0]


def enclosed(rings: list[Ring]) -> float:
    """The area within rings; those of holes run the other way round."""
    total = 0.0
    for ring in rings:
        x, y = np.array(ring).reshape(-1, 2).T
        total += float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2
    return abs(total)


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
    # Steps of stairs are cut, by half the diagonal of half a px.
    reach = (0.36 + TOLERANCE_PX) * SCALE + 1
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
    assert enclosed(rings) == pytest.approx(mask.sum(), abs=0.6)


@pytest.mark.parametrize("name", SHAPES)
def test_large_masks(name: str) -> None:
    mask = SHAPES[name].repeat(25, axis=0).repeat(25, axis=1)
    rings = mask_rings(mask, 0, 0)
    assert_same(mask, rings)
    assert enclosed(rings) == mask.sum()


def test_a_frame_a_pixel_wide_has_its_area() -> None:
    frame = np.ones((200, 200), bool)
    frame[1:-1, 1:-1] = False
    assert enclosed(mask_rings(frame, 0, 0)) == 796


@pytest.mark.parametrize("radius", [5, 20, 47, 49, 120])
def test_outlines_run_along_the_edges_of_pixels_at_every_size(radius: int) -> None:
    y, x = np.mgrid[: 2 * radius + 1, : 2 * radius + 1] - radius
    disc = x * x + y * y <= radius * radius
    (ring,) = mask_rings(disc, 3, 4)
    assert enclosed([ring]) == pytest.approx(disc.sum(), rel=0.015)
    assert (min(ring[::2]), max(ring[::2])) == (3, 3 + 2 * radius + 1)
    assert len(ring) < 12 * radius
    middle = np.array(ring).reshape(-1, 2).mean(axis=0) - (3.5 + radius, 4.5 + radius)
    assert np.abs(middle).max() < 0.5


def test_masks_of_one_image_get_rings_of_their_own() -> None:
    masks = [SHAPES["hole"], np.zeros((3, 3), bool), SHAPES["corners touch"]]
    corners = [(0, 0), (5, 5), (9, 2)]
    found = rings_of(
        [runs_from_mask(m, *c) for m, c in zip(masks, corners, strict=True)]
    )
    assert [len(rings) for rings in found] == [2, 0, 1]
    assert found[0] == mask_rings(masks[0], 0, 0)
    assert found[2] == mask_rings(masks[2], 9, 2)


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
        assert enclosed(rings) == pytest.approx(mask.sum(), rel=0.005)


def test_an_empty_mask_has_no_rings() -> None:
    assert mask_rings(np.zeros((5, 5), bool), 0, 0) == []
    assert mask_rings(np.zeros((0, 0), bool), 0, 0) == []


def test_a_box_is_its_four_corners() -> None:
    assert box_ring((1, 2, 3.25, 4)) == [1, 2, 4.2, 2, 4.2, 6, 1, 6]


def test_the_palette_has_every_status_in_order() -> None:
    palette = status_palette()
    assert [entry["name"] for entry in palette] == [str(s) for s in Status]
    assert len({entry["color"] for entry in palette}) == len(palette)
