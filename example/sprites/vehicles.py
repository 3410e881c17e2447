"""What rolls, floats and flies, and the signs beside the road."""

import math

from ..canvas import Pen
from ..palette import (
    BLUE,
    BROWN,
    CREAM,
    GLASS,
    GREY,
    INK,
    ORANGE,
    PAINTS,
    RED,
    RUBBER,
    STEEL,
    WHITE,
    YELLOW,
    dark,
    light,
)
from ..stage import sprite


@sprite("car")
def car(pen: Pen, paint: str = "") -> None:
    """In profile, about 2.7 times as long as high, front to the right."""
    paint = paint or pen.rng.choice(PAINTS)
    pen.curve(
        [
            (-1.36, 0.2),
            (-1.38, 0.52),
            (-1.05, 0.62),
            (-0.7, 0.96),
            (0.25, 0.98),
            (0.68, 0.64),
            (1.22, 0.56),
            (1.38, 0.4),
            (1.34, 0.2),
            (0, 0.15),
        ],
        paint,
    )
    pen.shape([(-0.92, 0.62), (-0.63, 0.89), (-0.16, 0.91), (-0.16, 0.62)], GLASS)
    pen.shape([(-0.06, 0.62), (-0.06, 0.91), (0.22, 0.9), (0.54, 0.62)], GLASS)
    pen.shape(
        [(-0.86, 0.62), (-0.63, 0.86), (-0.5, 0.87), (-0.7, 0.62)], light(GLASS, 0.5)
    )
    pen.box(-1.32, 0.2, 1.32, 0.29, dark(paint, 0.35), 0.04)
    pen.box(-0.42, 0.5, -0.26, 0.54, dark(paint, 0.4), 0.02)
    pen.box(0.18, 0.5, 0.34, 0.54, dark(paint, 0.4), 0.02)
    pen.oval(1.26, 0.45, 0.09, 0.06, YELLOW)
    pen.oval(-1.32, 0.46, 0.05, 0.07, RED)
    for x in (-0.82, 0.82):
        _wheel(pen, x, 0.23, 0.23)


@sprite("car")
def car_front(pen: Pen, paint: str = "") -> None:
    paint = paint or pen.rng.choice(PAINTS)
    for side in (-1, 1):
        pen.box(side * 0.5 - 0.12, 0.0, side * 0.5 + 0.12, 0.3, RUBBER, 0.05)
    pen.curve(
        [(-0.46, 0.58), (-0.38, 0.92), (0, 1.0), (0.38, 0.92), (0.46, 0.58)],
        dark(paint, 0.08),
    )
    pen.shape([(-0.45, 0.6), (-0.35, 0.9), (0.35, 0.9), (0.45, 0.6)], GLASS)
    pen.shape(
        [(-0.38, 0.62), (-0.3, 0.88), (-0.1, 0.88), (-0.24, 0.62)], light(GLASS, 0.45)
    )
    for side in (-1, 1):
        pen.oval(side * 0.58, 0.66, 0.08, 0.05, dark(paint))
    pen.box(-0.63, 0.15, 0.63, 0.62, paint, 0.13)
    pen.box(-0.3, 0.27, 0.3, 0.42, dark(paint, 0.55), 0.05)
    pen.box(-0.14, 0.18, 0.14, 0.25, WHITE, 0.01)
    for side in (-1, 1):
        pen.oval(side * 0.46, 0.42, 0.11, 0.08, CREAM)


@sprite("motorcycle")
def motorcycle(pen: Pen, paint: str = "") -> None:
    """In profile, about 1.8 times as long as high, front to the right."""
    paint = paint or pen.rng.choice((RED, YELLOW, BLUE, ORANGE, "#4f6d7a"))
    for x in (-0.58, 0.62):
        _wheel(pen, x, 0.29, 0.29)
    pen.stroke([(0.62, 0.29), (0.38, 0.86)], 0.06, STEEL)
    pen.shape(
        [(-0.3, 0.18), (0.16, 0.16), (0.3, 0.36), (0.1, 0.52), (-0.24, 0.46)],
        dark(STEEL, 0.5),
    )
    pen.oval(-0.02, 0.33, 0.15, 0.14, STEEL)
    for y in (0.3, 0.37):
        pen.stroke([(-0.14, y), (0.1, y)], 0.018, GREY)
    pen.stroke([(0.14, 0.2), (-0.3, 0.15), (-0.82, 0.2)], 0.075, light(STEEL, 0.35))
    pen.curve(
        [(-0.9, 0.5), (-0.8, 0.67), (-0.5, 0.64), (-0.22, 0.56), (-0.42, 0.5)],
        dark(paint, 0.15),
    )
    pen.curve(
        [(-0.82, 0.71), (-0.68, 0.63), (-0.12, 0.58), (0.0, 0.65), (-0.4, 0.69)], INK
    )
    pen.curve(
        [
            (-0.12, 0.56),
            (-0.05, 0.74),
            (0.2, 0.8),
            (0.38, 0.72),
            (0.34, 0.56),
            (0.1, 0.5),
        ],
        paint,
    )
    pen.oval(0.14, 0.7, 0.13, 0.035, light(paint, 0.4), 8)
    pen.curve(
        [(0.32, 0.5), (0.6, 0.64), (0.9, 0.52), (0.8, 0.62), (0.6, 0.7), (0.4, 0.62)],
        paint,
    )
    pen.stroke([(0.16, 0.98), (0.28, 0.97), (0.4, 0.87)], 0.05, INK)
    pen.oval(0.47, 0.78, 0.09, 0.1, dark(STEEL, 0.3))
    pen.oval(0.51, 0.78, 0.06, 0.08, YELLOW)
    pen.oval(-0.88, 0.56, 0.045, 0.05, RED)


@sprite("bus")
def bus(pen: Pen, paint: str = ORANGE) -> None:
    pen.box(-1.45, 0.12, 1.45, 1.0, paint, 0.1)
    pen.box(-1.45, 0.12, 1.45, 0.36, dark(paint), 0.05)
    pen.box(-1.42, 0.9, 1.4, 0.96, light(paint), 0.03)
    for x in (-1.32, -0.88, -0.44, 0.0):
        pen.box(x, 0.5, x + 0.38, 0.82, GLASS, 0.04)
        pen.shape(
            [(x + 0.04, 0.52), (x + 0.16, 0.8), (x + 0.26, 0.8), (x + 0.14, 0.52)],
            light(GLASS, 0.4),
        )
    pen.box(0.46, 0.16, 0.84, 0.82, dark(GLASS, 0.2), 0.03)
    pen.stroke([(0.65, 0.17), (0.65, 0.81)], 0.025, dark(paint))
    pen.box(0.94, 0.46, 1.42, 0.84, GLASS, 0.05)
    pen.oval(1.4, 0.27, 0.05, 0.06, YELLOW)
    for x in (-0.86, 1.1):
        _wheel(pen, x, 0.16, 0.16)


@sprite("truck")
def truck(pen: Pen, paint: str = BLUE, load: str = CREAM) -> None:
    pen.box(-1.3, 0.14, 1.16, 0.24, INK)
    pen.box(-1.34, 0.22, 0.42, 1.0, load, 0.03)
    pen.box(-1.34, 0.22, 0.42, 0.32, dark(load))
    for x in (-1.0, -0.65, -0.3, 0.05):
        pen.stroke([(x, 0.36), (x, 0.96)], 0.015, dark(load, 0.12))
    pen.curve(
        [(0.48, 0.18), (0.48, 0.8), (0.8, 0.82), (1.02, 0.58), (1.18, 0.5), (1.2, 0.2)],
        paint,
    )
    pen.shape([(0.62, 0.52), (0.62, 0.75), (0.78, 0.75), (0.95, 0.54)], GLASS)
    pen.oval(1.16, 0.36, 0.04, 0.05, YELLOW)
    for x in (-0.95, -0.6, 0.82):
        _wheel(pen, x, 0.15, 0.15)


@sprite("bicycle")
def bicycle(pen: Pen, frame: str = RED) -> None:
    for x in (-0.52, 0.52):
        pen.oval(x, 0.34, 0.34, 0.34, RUBBER)
        pen.oval(x, 0.34, 0.28, 0.28, "#c9ced6")
        for turn in range(0, 180, 30):
            a = math.radians(turn)
            u, v = 0.27 * math.cos(a), 0.27 * math.sin(a)
            pen.stroke([(x - u, 0.34 - v), (x + u, 0.34 + v)], 0.012, GREY)
    for path in (
        [(-0.52, 0.34), (-0.2, 0.74), (0.36, 0.76), (-0.02, 0.32), (-0.52, 0.34)],
        [(-0.24, 0.84), (-0.02, 0.32)],
        [(0.52, 0.34), (0.34, 0.9)],
    ):
        pen.stroke(path, 0.055, frame)
    pen.stroke([(0.22, 0.96), (0.34, 0.92), (0.48, 0.98)], 0.05, INK)
    pen.oval(-0.25, 0.87, 0.15, 0.045, INK)
    pen.oval(-0.02, 0.32, 0.07, 0.07, INK)


@sprite("boat")
def boat(pen: Pen, hull: str = RED, sail: str = WHITE) -> None:
    """A sailing boat; the water line is at 0."""
    pen.stroke([(0.02, 0.12), (0.02, 1.0)], 0.025, BROWN)
    pen.curve([(0.05, 0.97), (0.06, 0.22), (0.46, 0.24), (0.3, 0.6)], sail)
    pen.curve(
        [(-0.01, 0.88), (-0.02, 0.22), (-0.38, 0.24), (-0.2, 0.55)], dark(sail, 0.1)
    )
    pen.shape([(-0.5, 0.2), (0.56, 0.2), (0.4, 0.0), (-0.36, 0.0)], hull)
    pen.shape([(-0.5, 0.2), (0.56, 0.2), (0.53, 0.16), (-0.47, 0.16)], light(hull, 0.6))


@sprite("boat")
def ferry(pen: Pen, hull: str = BLUE) -> None:
    """A small harbour boat with a cabin."""
    pen.box(-0.5, 0.4, 0.3, 0.76, WHITE, 0.05)
    pen.box(-0.56, 0.74, 0.36, 0.81, dark(WHITE), 0.03)
    pen.box(-0.32, 0.8, -0.14, 1.0, RED, 0.02)
    for x in (-0.42, -0.18, 0.06):
        pen.box(x, 0.52, x + 0.17, 0.68, GLASS, 0.03)
    pen.curve(
        [(-0.92, 0.42), (0.0, 0.36), (1.0, 0.5), (0.72, 0.02), (-0.76, 0.0)], hull
    )
    pen.stroke([(-0.86, 0.34), (0.0, 0.3), (0.88, 0.38)], 0.04, light(hull, 0.7))


@sprite("airplane")
def airplane(pen: Pen, paint: str = WHITE, stripe: str = BLUE) -> None:
    """On the ground, nose to the right; size is its height at the fin."""
    for x in (-0.2, 1.28):
        pen.stroke([(x, 0.3), (x, 0.1)], 0.05, GREY)
        pen.oval(x, 0.07, 0.08, 0.08, RUBBER)
    pen.shape([(-1.6, 0.5), (-1.9, 1.0), (-1.6, 1.0), (-1.1, 0.52)], stripe)
    pen.curve(
        [
            (-1.85, 0.5),
            (-1.2, 0.56),
            (1.2, 0.57),
            (1.72, 0.43),
            (1.84, 0.34),
            (1.6, 0.24),
            (0, 0.2),
            (-1.2, 0.27),
        ],
        paint,
    )
    pen.shape([(-1.7, 0.5), (-2.05, 0.62), (-1.88, 0.63), (-1.35, 0.5)], dark(paint))
    pen.stroke([(-1.3, 0.36), (1.6, 0.32)], 0.035, stripe)
    for step in range(13):
        pen.oval(-1.0 + 0.18 * step, 0.46, 0.04, 0.045, dark(GLASS, 0.4))
    pen.shape([(1.46, 0.5), (1.6, 0.49), (1.72, 0.41), (1.5, 0.41)], dark(GLASS, 0.4))
    pen.shape([(0.45, 0.3), (-0.5, 0.06), (-0.75, 0.07), (-0.3, 0.32)], STEEL)
    pen.box(-0.28, 0.06, 0.22, 0.2, dark(stripe), 0.07)


@sprite("train")
def train(pen: Pen, paint: str = RED) -> None:
    """A railcar that runs out of the picture on the left."""
    pen.curve(
        [(-3.2, 0.1), (-3.2, 0.96), (0.9, 0.98), (1.3, 0.9), (1.66, 0.5), (1.74, 0.12)],
        paint,
    )
    pen.box(-3.3, 0.08, 1.74, 0.26, dark(paint, 0.4), 0.04)
    pen.box(-3.3, 0.5, 0.98, 0.84, INK, 0.05)
    for step in range(8):
        pen.box(-3.24 + 0.53 * step, 0.53, -2.8 + 0.53 * step, 0.81, GLASS, 0.04)
    pen.shape([(1.08, 0.5), (1.08, 0.86), (1.28, 0.84), (1.58, 0.5)], GLASS)
    pen.stroke([(-3.2, 0.38), (1.68, 0.38)], 0.05, CREAM)
    pen.oval(1.63, 0.3, 0.05, 0.06, YELLOW)


@sprite("traffic light")
def traffic_light(pen: Pen, go: bool = False) -> None:
    """The head only; draw the mast as scenery."""
    pen.box(-0.24, 0.0, 0.24, 1.0, INK, 0.1)
    lamps = ((0.8, RED), (0.5, ORANGE), (0.2, "#7bd389"))
    for y, lamp in lamps:
        lit = y == (0.2 if go else 0.8)
        pen.oval(0, y, 0.13, 0.13, light(lamp, 0.15) if lit else dark(lamp, 0.65))


@sprite("stop sign")
def stop_sign(pen: Pen) -> None:
    for radius, colour in ((0.5, WHITE), (0.45, RED)):
        pen.shape(
            [
                (
                    radius * math.cos(math.radians(a)),
                    0.5 + radius * math.sin(math.radians(a)),
                )
                for a in range(22, 382, 45)
            ],
            colour,
        )
    pen.box(-0.3, 0.42, 0.3, 0.58, WHITE, 0.03)


@sprite("fire hydrant")
def hydrant(pen: Pen, paint: str = RED) -> None:
    pen.box(-0.3, 0.0, 0.3, 0.1, dark(paint), 0.03)
    pen.box(-0.22, 0.05, 0.22, 0.72, paint, 0.04)
    pen.box(-0.36, 0.42, 0.36, 0.58, dark(paint, 0.1), 0.04)
    pen.oval(0, 0.74, 0.27, 0.16, light(paint, 0.1))
    pen.box(-0.06, 0.85, 0.06, 0.98, dark(paint), 0.03)
    pen.oval(0, 0.5, 0.1, 0.1, YELLOW)


@sprite("parking meter")
def parking_meter(pen: Pen, paint: str = "#5d7286") -> None:
    pen.box(-0.1, 0.0, 0.1, 0.035, dark(paint, 0.4), 0.01)
    pen.box(-0.032, 0.0, 0.032, 0.62, dark(paint, 0.25))
    pen.curve(
        [
            (-0.11, 0.58),
            (-0.15, 0.84),
            (-0.1, 0.97),
            (0.0, 1.0),
            (0.1, 0.97),
            (0.15, 0.84),
            (0.11, 0.58),
        ],
        paint,
    )
    pen.curve([(-0.1, 0.82), (-0.07, 0.94), (0.07, 0.94), (0.1, 0.82)], GLASS)
    pen.stroke([(0, 0.83), (0.04, 0.91)], 0.016, RED)
    pen.box(-0.07, 0.66, 0.07, 0.76, dark(paint, 0.35), 0.02)
    pen.box(-0.012, 0.68, 0.012, 0.74, CREAM)


@sprite("bench")
def bench(pen: Pen, slats: str = "#a8683f") -> None:
    for x in (-0.85, 0.85):
        pen.stroke([(x, 0.03), (x, 0.95)], 0.09, INK)
        pen.stroke([(x * 0.92, 0.03), (x * 0.92, 0.45)], 0.09, dark(INK))
    for y in (0.62, 0.84):
        pen.box(-1.05, y, 1.05, y + 0.16, slats, 0.04)
    pen.box(-1.1, 0.4, 1.1, 0.52, light(slats, 0.15), 0.04)


def _wheel(pen: Pen, x: float, y: float, radius: float) -> None:
    pen.oval(x, y, radius, radius, RUBBER)
    pen.oval(x, y, radius * 0.55, radius * 0.55, STEEL)
    pen.oval(x, y, radius * 0.2, radius * 0.2, GREY)
