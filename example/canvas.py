"""A supersampled painting that remembers which object owns every pixel."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .palette import rgb

SCALE = 3
"""Painted pixels along one side of a picture's pixel."""

_SHIFT = 4
_ROOT = 1 << _SHIFT

Point = tuple[float, float]
Contour = NDArray[np.int32]


class Canvas:
    """Colours and owners, both ``SCALE`` times as wide and high as the picture.

    Attributes:
        pixels: uint8 array of shape (height * SCALE, width * SCALE, 3), RGB
        owners: int32 array of shape (height * SCALE, width * SCALE); 0 is nobody
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        shape = (height * SCALE, width * SCALE)
        self.pixels: NDArray[np.uint8] = np.zeros((*shape, 3), np.uint8)
        self.owners: NDArray[np.int32] = np.zeros(shape, np.int32)

    def contour(self, points: Iterable[Point]) -> Contour:
        """Picture px as the fixed-point painted px that OpenCV draws."""
        placed = np.asarray(list(points), float) * SCALE - 0.5
        return np.rint(placed * _ROOT).astype(np.int32)

    def fill(self, contour: Contour, colour: str, owner: int = 0) -> None:
        cv2.fillPoly(self.pixels, [contour], rgb(colour), shift=_SHIFT)
        cv2.fillPoly(self.owners, [contour], (owner,), shift=_SHIFT)

    def stroke(
        self, contour: Contour, width_px: float, colour: str, owner: int = 0
    ) -> None:
        options: dict[str, Any] = {
            "thickness": max(1, round(width_px * SCALE)),
            "shift": _SHIFT,
        }
        cv2.polylines(self.pixels, [contour], False, rgb(colour), **options)
        cv2.polylines(self.owners, [contour], False, (owner,), **options)

    def gradient(
        self, colours: Sequence[str], top: float = 0.0, bottom: float = 1.0
    ) -> None:
        """Fade through ``colours`` between two heights, as shares of the picture."""
        rows, columns = self.owners.shape
        first, last = round(top * rows), round(bottom * rows)
        if last <= first:
            return
        where = np.linspace(0, len(colours) - 1, last - first)
        knots = np.array([rgb(colour) for colour in colours], float)
        steps = np.arange(len(colours))
        fade = np.stack([np.interp(where, steps, knots[:, i]) for i in range(3)], -1)
        self.pixels[first:last] = np.rint(fade)[:, None]
        self.owners[first:last, :columns] = 0

    def glow(
        self, centre: Point, radii: Point, colour: str, strength: float = 0.5
    ) -> None:
        """Lay a soft-edged oval over the colours; owners stay as they are."""
        (x, y), (rx, ry) = centre, radii
        rows, columns = self.owners.shape
        left, right = _window((x - 2 * rx) * SCALE, (x + 2 * rx) * SCALE, columns)
        top, bottom = _window((y - 2 * ry) * SCALE, (y + 2 * ry) * SCALE, rows)
        if left >= right or top >= bottom:
            return
        across = (np.arange(left, right) / SCALE - x) / rx
        down = (np.arange(top, bottom) / SCALE - y) / ry
        reach = across[None] ** 2 + down[:, None] ** 2
        alpha = (strength * np.exp(-1.6 * reach) * (reach < 4))[..., None]
        patch = self.pixels[top:bottom, left:right]
        patch[:] = np.rint(patch + (np.array(rgb(colour)) - patch) * alpha)

    def light(self, owner: int, box: tuple[int, int, int, int]) -> None:
        """Shade one object from lit top to darker foot, within ``box`` (painted px)."""
        left, top, right, bottom = box
        patch = self.pixels[top:bottom, left:right]
        ramp = np.linspace(1.07, 0.84, max(bottom - top, 1))[:, None, None]
        mine = (self.owners[top:bottom, left:right] == owner)[..., None]
        lit = np.clip(np.rint(patch * ramp), 0, 255).astype(np.uint8)
        np.copyto(patch, lit, where=mine)

    def picture(self) -> NDArray[np.uint8]:
        """The anti-aliased picture, uint8 of shape (height, width, 3), RGB."""
        size = (self.width, self.height)
        small = cv2.resize(self.pixels, size, interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)


@dataclass
class Pen:
    """Draws one object in its own units: foot at (0, 0), y up, 1 is its size."""

    canvas: Canvas
    rng: Random
    owner: int
    x: float
    y: float
    size: float
    flip: bool = False
    angle: float = 0.0
    _extent: list[Contour] = field(default_factory=list)

    def shape(self, points: Sequence[Point], colour: str) -> None:
        """A polygon with corners."""
        contour = self._placed(points)
        self.canvas.fill(contour, colour, self.owner)

    def curve(self, points: Sequence[Point], colour: str) -> None:
        """A closed smooth outline through ``points``."""
        self.shape(smooth(points), colour)

    def oval(
        self, x: float, y: float, rx: float, ry: float, colour: str, turn: float = 0.0
    ) -> None:
        """An ellipse, turned counter-clockwise by ``turn`` degrees."""
        self.shape(ellipse((x, y), (rx, ry), turn), colour)

    def box(
        self,
        left: float,
        low: float,
        right: float,
        high: float,
        colour: str,
        radius: float = 0.0,
    ) -> None:
        """An upright rectangle, with round corners if ``radius`` is not 0."""
        self.shape(rectangle(left, low, right, high, radius), colour)

    def stroke(self, points: Sequence[Point], width: float, colour: str) -> None:
        """A line with round ends, ``width`` in the object's units."""
        contour = self._placed(points)
        self.canvas.stroke(contour, width * self.size, colour, self.owner)

    def extent(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of all that was drawn, in painted px."""
        rows, columns = self.canvas.owners.shape
        points = np.concatenate(self._extent) / _ROOT
        margin = 0.1 * self.size * SCALE + 2
        low, high = points.min(0) - margin, points.max(0) + margin
        left, right = _window(low[0], high[0], columns)
        top, bottom = _window(low[1], high[1], rows)
        return left, top, right, bottom

    def _placed(self, points: Sequence[Point]) -> Contour:
        turn = math.radians(self.angle)
        cosine, sine = math.cos(turn), math.sin(turn)
        side = -1 if self.flip else 1
        contour = self.canvas.contour(
            (
                self.x + side * self.size * (u * cosine - v * sine),
                self.y - self.size * (u * sine + v * cosine),
            )
            for u, v in points
        )
        self._extent.append(contour)
        return contour


def smooth(points: Sequence[Point], steps: int = 8) -> list[Point]:
    """Closed Catmull-Rom curve through ``points``."""
    knots = np.asarray(points, float)
    before, after = np.roll(knots, 1, 0), np.roll(knots, -1, 0)
    beyond = np.roll(knots, -2, 0)
    t = (np.arange(steps) / steps)[None, :, None]
    a, b, c, d = (side[:, None] for side in (before, knots, after, beyond))
    path = 0.5 * (
        2 * b
        + (c - a) * t
        + (2 * a - 5 * b + 4 * c - d) * t**2
        + (3 * b - a - 3 * c + d) * t**3
    )
    return [(float(x), float(y)) for x, y in path.reshape(-1, 2)]


def ellipse(centre: Point, radii: Point, turn: float = 0.0) -> list[Point]:
    """48 points of an ellipse turned counter-clockwise by ``turn`` degrees."""
    (x, y), (rx, ry) = centre, radii
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    points = []
    for step in range(48):
        angle = math.tau * step / 48
        u, v = rx * math.cos(angle), ry * math.sin(angle)
        points.append((x + u * cosine - v * sine, y + u * sine + v * cosine))
    return points


def rectangle(
    left: float, low: float, right: float, high: float, radius: float = 0.0
) -> list[Point]:
    """Outline of an upright rectangle, corners rounded by ``radius``."""
    if not radius:
        return [(left, low), (right, low), (right, high), (left, high)]
    radius = min(radius, (right - left) / 2, (high - low) / 2)
    corners = (
        (right - radius, high - radius),
        (left + radius, high - radius),
        (left + radius, low + radius),
        (right - radius, low + radius),
    )
    points = []
    for quarter, (x, y) in enumerate(corners):
        for step in range(7):
            angle = math.tau * (quarter + step / 6) / 4
            points.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
    return points


def _window(low: float, high: float, limit: int) -> tuple[int, int]:
    return max(math.floor(low), 0), min(math.ceil(high), limit)
