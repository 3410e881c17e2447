"""Animals, most of them in profile with the head to the right."""

import math

from ..canvas import Pen, Point
from ..palette import BROWN, CREAM, INK, ORANGE, PINK, WHITE, dark, light
from ..stage import sprite

_FUR = "#c98f5a"
_WOOL = "#f2ecdf"
_HIDE = "#8f929c"


@sprite("dog")
def dog(pen: Pen, fur: str = _FUR) -> None:
    _legs(pen, (-0.42, -0.3, 0.3, 0.42), 0.42, 0.12, fur)
    pen.stroke([(-0.46, 0.58), (-0.62, 0.72), (-0.66, 0.9)], 0.09, fur)
    pen.curve(
        [
            (-0.52, 0.5),
            (-0.4, 0.7),
            (0.1, 0.68),
            (0.4, 0.78),
            (0.5, 0.55),
            (0.38, 0.36),
            (0.0, 0.38),
            (-0.36, 0.34),
        ],
        fur,
    )
    pen.curve(
        [
            (0.3, 0.6),
            (0.34, 0.92),
            (0.55, 1.0),
            (0.68, 0.86),
            (0.9, 0.79),
            (0.88, 0.68),
            (0.62, 0.66),
            (0.5, 0.55),
        ],
        light(fur, 0.1),
    )
    pen.curve([(0.36, 0.98), (0.5, 0.98), (0.46, 0.72), (0.34, 0.66)], dark(fur, 0.4))
    pen.oval(0.89, 0.77, 0.045, 0.04, INK)
    pen.oval(0.63, 0.87, 0.026, 0.03, INK)


@sprite("dog")
def sitting_dog(pen: Pen, fur: str = _FUR, chest: str = CREAM) -> None:
    """A portrait from the front."""
    pen.stroke([(0.25, 0.06), (0.42, 0.1), (0.5, 0.26)], 0.07, dark(fur, 0.1))
    pen.curve(
        [
            (-0.3, 0.02),
            (-0.34, 0.22),
            (-0.2, 0.58),
            (0.2, 0.58),
            (0.34, 0.22),
            (0.3, 0.02),
            (0.0, 0.0),
        ],
        fur,
    )
    pen.curve(
        [(-0.12, 0.1), (-0.14, 0.4), (0.0, 0.58), (0.14, 0.4), (0.12, 0.1)], chest
    )
    for side in (-1, 1):
        pen.oval(side * 0.25, 0.1, 0.13, 0.12, dark(fur, 0.12))
        pen.box(
            side * 0.1 - 0.065, 0.02, side * 0.1 + 0.065, 0.34, light(fur, 0.12), 0.06
        )
        pen.oval(side * 0.1, 0.035, 0.085, 0.045, chest)
    pen.curve(
        [
            (-0.22, 0.72),
            (-0.17, 0.92),
            (0.0, 0.98),
            (0.17, 0.92),
            (0.22, 0.72),
            (0.12, 0.55),
            (0.0, 0.5),
            (-0.12, 0.55),
        ],
        light(fur, 0.1),
    )
    for side in (-1, 1):
        pen.curve(
            [
                (side * 0.12, 0.95),
                (side * 0.26, 0.92),
                (side * 0.33, 0.7),
                (side * 0.27, 0.6),
                (side * 0.19, 0.74),
            ],
            dark(fur, 0.35),
        )
        pen.oval(side * 0.085, 0.79, 0.03, 0.035, INK)
        pen.oval(side * 0.078, 0.8, 0.009, 0.011, WHITE)
    pen.oval(0, 0.635, 0.11, 0.09, chest)
    pen.oval(0, 0.675, 0.05, 0.037, INK)
    pen.curve(
        [(-0.035, 0.595), (0.035, 0.595), (0.03, 0.53), (0, 0.515), (-0.03, 0.53)], PINK
    )


@sprite("cat")
def cat(pen: Pen, fur: str = "#6f6a70") -> None:
    """Sitting, the tail round to the right."""
    pen.stroke([(0.22, 0.07), (0.45, 0.08), (0.58, 0.22), (0.56, 0.4)], 0.09, fur)
    pen.curve(
        [
            (-0.3, 0.02),
            (-0.28, 0.35),
            (-0.12, 0.66),
            (0.12, 0.66),
            (0.28, 0.35),
            (0.3, 0.02),
            (0, 0),
        ],
        fur,
    )
    pen.curve(
        [(-0.1, 0.06), (-0.1, 0.4), (0, 0.56), (0.1, 0.4), (0.1, 0.06)],
        light(fur, 0.35),
    )
    for side in (-1, 1):
        pen.shape([(side * 0.04, 0.9), (side * 0.21, 1.04), (side * 0.22, 0.76)], fur)
        pen.shape([(side * 0.1, 0.9), (side * 0.19, 0.98), (side * 0.19, 0.82)], PINK)
    pen.oval(0, 0.76, 0.235, 0.19, light(fur, 0.06))
    for side in (-1, 1):
        pen.oval(side * 0.09, 0.79, 0.035, 0.04, "#d9e27a")
        pen.oval(side * 0.09, 0.79, 0.013, 0.035, INK)
    pen.oval(0, 0.72, 0.022, 0.016, PINK)


@sprite("sheep")
def sheep(pen: Pen, wool: str = _WOOL, face: str = "#4a4550") -> None:
    _legs(pen, (-0.3, -0.2, 0.2, 0.3), 0.4, 0.09, face)
    points = []
    for step in range(11):
        angle = math.tau * step / 11
        for bump in (1.0, 0.91):
            turn = angle + (0 if bump == 1.0 else math.pi / 11)
            points.append(
                (0.53 * bump * math.cos(turn), 0.6 + 0.34 * bump * math.sin(turn))
            )
    pen.curve(points, wool)
    pen.curve(
        [(-0.4, 0.42), (0.0, 0.5), (0.4, 0.4), (0.2, 0.3), (-0.2, 0.3)], dark(wool, 0.1)
    )
    pen.curve(
        [
            (0.36, 0.72),
            (0.48, 0.88),
            (0.66, 0.82),
            (0.76, 0.62),
            (0.66, 0.54),
            (0.5, 0.58),
        ],
        face,
    )
    pen.oval(0.44, 0.76, 0.1, 0.045, dark(face), 30)
    pen.oval(0.46, 0.89, 0.13, 0.08, wool)
    pen.oval(0.61, 0.74, 0.022, 0.026, WHITE)


@sprite("cow")
def cow(pen: Pen, hide: str = WHITE, patch: str = BROWN) -> None:
    _legs(pen, (-0.55, -0.42, 0.34, 0.47), 0.48, 0.11, hide)
    pen.stroke([(-0.62, 0.8), (-0.7, 0.6), (-0.69, 0.4)], 0.035, dark(hide))
    pen.oval(-0.3, 0.4, 0.12, 0.08, PINK)
    pen.curve(
        [
            (-0.66, 0.6),
            (-0.58, 0.86),
            (-0.1, 0.84),
            (0.4, 0.88),
            (0.56, 0.7),
            (0.46, 0.44),
            (0.0, 0.4),
            (-0.5, 0.42),
        ],
        hide,
    )
    pen.curve([(-0.5, 0.84), (-0.2, 0.83), (-0.22, 0.62), (-0.46, 0.6)], patch)
    pen.curve([(0.08, 0.83), (0.34, 0.86), (0.36, 0.64), (0.16, 0.56)], patch)
    pen.curve(
        [
            (0.46, 0.86),
            (0.6, 0.98),
            (0.74, 0.94),
            (0.82, 0.7),
            (0.9, 0.58),
            (0.78, 0.5),
            (0.62, 0.62),
            (0.5, 0.66),
        ],
        patch,
    )
    pen.curve([(0.74, 0.64), (0.9, 0.62), (0.88, 0.5), (0.74, 0.5)], PINK)
    pen.stroke([(0.62, 0.96), (0.6, 1.05)], 0.04, CREAM)
    pen.oval(0.5, 0.92, 0.1, 0.045, dark(patch), 160)
    pen.oval(0.7, 0.83, 0.024, 0.028, INK)


@sprite("horse")
def horse(pen: Pen, coat: str = "#8d5637") -> None:
    mane = dark(coat, 0.5)
    _legs(pen, (-0.4, -0.3, 0.22, 0.32), 0.5, 0.085, coat)
    pen.curve(
        [(-0.42, 0.7), (-0.56, 0.66), (-0.6, 0.34), (-0.5, 0.3), (-0.46, 0.5)], mane
    )
    pen.curve(
        [
            (-0.48, 0.6),
            (-0.36, 0.74),
            (0.05, 0.69),
            (0.3, 0.74),
            (0.4, 0.6),
            (0.28, 0.43),
            (-0.06, 0.44),
            (-0.36, 0.42),
        ],
        coat,
    )
    pen.curve(
        [
            (0.2, 0.68),
            (0.36, 0.95),
            (0.5, 1.0),
            (0.62, 0.86),
            (0.74, 0.76),
            (0.68, 0.7),
            (0.54, 0.76),
            (0.44, 0.56),
            (0.3, 0.5),
        ],
        coat,
    )
    pen.curve([(0.14, 0.7), (0.32, 0.98), (0.46, 1.01), (0.4, 0.9), (0.28, 0.7)], mane)
    pen.shape([(0.44, 0.97), (0.47, 1.06), (0.5, 0.97)], coat)
    pen.oval(0.55, 0.89, 0.018, 0.022, INK)


@sprite("elephant")
def elephant(pen: Pen, hide: str = _HIDE) -> None:
    _legs(pen, (-0.42, -0.24, 0.2, 0.38), 0.5, 0.17, hide)
    pen.stroke([(-0.55, 0.7), (-0.62, 0.52)], 0.03, dark(hide))
    pen.curve(
        [
            (-0.58, 0.6),
            (-0.46, 0.9),
            (0.0, 1.0),
            (0.4, 0.88),
            (0.5, 0.6),
            (0.36, 0.36),
            (0.0, 0.36),
            (-0.42, 0.36),
        ],
        hide,
    )
    pen.stroke([(0.68, 0.68), (0.82, 0.5), (0.83, 0.26), (0.9, 0.13)], 0.12, hide)
    pen.oval(0.56, 0.76, 0.24, 0.23, light(hide, 0.06))
    pen.stroke([(0.66, 0.58), (0.74, 0.5), (0.84, 0.49)], 0.045, CREAM)
    pen.curve(
        [
            (0.42, 0.95),
            (0.2, 0.96),
            (0.12, 0.72),
            (0.24, 0.52),
            (0.4, 0.6),
            (0.46, 0.76),
        ],
        dark(hide, 0.14),
    )
    pen.oval(0.66, 0.8, 0.02, 0.024, INK)


@sprite("zebra")
def zebra(pen: Pen) -> None:
    horse.paint(pen, coat=WHITE)
    for x in (-0.38, -0.28, -0.18, -0.08, 0.02, 0.12, 0.22):
        pen.stroke([(x, 0.7), (x + 0.03, 0.57), (x, 0.46)], 0.035, INK)
    for step in range(4):
        x, y = 0.26 + 0.05 * step, 0.64 + 0.075 * step
        pen.stroke([(x, y), (x + 0.12, y - 0.05)], 0.03, INK)
    for x in (-0.4, -0.3, 0.22, 0.32):
        for y in (0.18, 0.3):
            pen.stroke([(x - 0.035, y), (x + 0.035, y)], 0.028, INK)
    pen.oval(0.69, 0.74, 0.05, 0.045, INK)


@sprite("giraffe")
def giraffe(pen: Pen, coat: str = "#e9bd6a", spots: str = "#a4642f") -> None:
    _legs(pen, (-0.2, -0.14, 0.1, 0.16), 0.42, 0.045, coat)
    pen.stroke([(-0.25, 0.5), (-0.29, 0.34)], 0.016, spots)
    pen.curve(
        [
            (-0.26, 0.46),
            (-0.2, 0.54),
            (0.08, 0.6),
            (0.2, 0.56),
            (0.2, 0.4),
            (0.0, 0.36),
            (-0.2, 0.36),
        ],
        coat,
    )
    pen.shape([(0.05, 0.56), (0.21, 0.93), (0.28, 0.91), (0.21, 0.48)], coat)
    pen.curve(
        [
            (0.19, 0.9),
            (0.22, 0.97),
            (0.3, 0.965),
            (0.4, 0.9),
            (0.38, 0.87),
            (0.27, 0.88),
        ],
        coat,
    )
    for x in (0.22, 0.26):
        pen.stroke([(x, 0.96), (x - 0.01, 1.0)], 0.016, spots)
    for x, y in (
        (-0.18, 0.47),
        (-0.09, 0.5),
        (0.0, 0.52),
        (-0.13, 0.41),
        (-0.03, 0.43),
        (0.08, 0.46),
        (0.13, 0.55),
        (0.16, 0.64),
        (0.19, 0.72),
        (0.2, 0.8),
        (0.23, 0.87),
    ):
        pen.oval(x, y, 0.03, 0.026, spots, 30)
    pen.oval(0.3, 0.94, 0.01, 0.011, INK)


@sprite("bird")
def bird(pen: Pen, feathers: str = "#4f7cac", belly: str = CREAM) -> None:
    """Perched."""
    for x in (-0.06, 0.08):
        pen.stroke([(x, 0.0), (x, 0.24)], 0.04, ORANGE)
    pen.shape(
        [(-0.3, 0.42), (-0.78, 0.2), (-0.72, 0.38), (-0.32, 0.58)], dark(feathers)
    )
    pen.curve(
        [
            (-0.4, 0.42),
            (-0.2, 0.22),
            (0.14, 0.22),
            (0.34, 0.5),
            (0.4, 0.82),
            (0.22, 0.98),
            (0.04, 0.86),
            (-0.12, 0.66),
        ],
        feathers,
    )
    pen.curve(
        [(0.0, 0.22), (0.26, 0.34), (0.33, 0.6), (0.18, 0.62), (0.04, 0.42)], belly
    )
    pen.curve(
        [(-0.5, 0.38), (-0.1, 0.68), (0.1, 0.56), (-0.06, 0.34)], dark(feathers, 0.3)
    )
    pen.shape([(0.36, 0.88), (0.58, 0.79), (0.38, 0.74)], ORANGE)
    pen.oval(0.26, 0.84, 0.035, 0.038, INK)


@sprite("bird")
def gull(pen: Pen) -> None:
    """On the wing, seen from the front."""
    for side in (-1, 1):
        pen.curve(
            [
                (0.0, 0.12),
                (side * 0.5, 0.5),
                (side * 1.1, 0.34),
                (side * 0.55, 0.32),
                (side * 0.1, -0.08),
            ],
            WHITE,
        )
        pen.shape([(side * 0.82, 0.44), (side * 1.1, 0.34), (side * 0.8, 0.33)], INK)
    pen.oval(0, 0.03, 0.17, 0.17, "#e8e9ee")
    pen.shape([(-0.05, 0.0), (0.05, 0.0), (0.0, -0.13)], ORANGE)


def _legs(
    pen: Pen, where: tuple[float, ...], top: float, width: float, colour: str
) -> None:
    for index, x in enumerate(where):
        tone = dark(colour, 0.25) if index % 2 else colour
        path: list[Point] = [(x, top), (x, width / 2 + 0.015)]
        pen.stroke(path, width, tone)
        pen.box(x - width / 2, 0.0, x + width / 2, 0.07, dark(colour, 0.5), 0.02)
