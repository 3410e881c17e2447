"""What athletes hold, wear, hit and stand on."""

import math

from ..canvas import Pen
from ..palette import (
    BROWN,
    CREAM,
    INK,
    ORANGE,
    RED,
    RUBBER,
    STEEL,
    TEAL,
    WHITE,
    YELLOW,
    dark,
    light,
)
from ..stage import sprite


@sprite("skis")
def skis(pen: Pen, paint: str = RED) -> None:
    """A pair under someone's feet, tips to the right; size is their length."""
    for x, y, tone in ((0.06, 0.045, dark(paint, 0.3)), (0.0, -0.03, paint)):
        pen.curve(
            [
                (x - 0.5, y),
                (x - 0.48, y + 0.05),
                (x + 0.36, y + 0.06),
                (x + 0.52, y + 0.15),
                (x + 0.55, y + 0.12),
                (x + 0.42, y),
            ],
            tone,
        )
        pen.stroke([(x - 0.2, y + 0.03), (x + 0.1, y + 0.03)], 0.035, light(tone, 0.5))


@sprite("skis")
def skis_upright(pen: Pen, paint: str = TEAL) -> None:
    """A pair stuck into the snow."""
    for x in (-0.055, 0.055):
        pen.curve(
            [
                (x - 0.045, 0.0),
                (x - 0.045, 0.86),
                (x, 1.0),
                (x + 0.045, 0.86),
                (x + 0.045, 0.0),
            ],
            paint,
        )
        pen.box(x - 0.035, 0.36, x + 0.035, 0.52, INK, 0.02)
        pen.box(x - 0.03, 0.66, x + 0.03, 0.74, light(paint, 0.6))


@sprite("snowboard")
def snowboard(pen: Pen, paint: str = ORANGE) -> None:
    """Its top side, upright."""
    pen.box(-0.14, 0.0, 0.14, 1.0, dark(paint, 0.25), 0.14)
    pen.box(-0.115, 0.025, 0.115, 0.975, paint, 0.115)
    pen.shape(
        [(-0.115, 0.42), (0.115, 0.54), (0.115, 0.64), (-0.115, 0.52)],
        light(paint, 0.6),
    )
    for y in (0.3, 0.72):
        pen.box(-0.1, y - 0.035, 0.1, y + 0.035, INK, 0.02)


@sprite("baseball bat")
def bat(pen: Pen, wood: str = "#c98f52") -> None:
    """The knob of its grip is at (0, 0)."""
    pen.curve(
        [
            (-0.025, 0.02),
            (-0.03, 0.4),
            (-0.062, 0.72),
            (-0.055, 0.96),
            (0.0, 1.0),
            (0.055, 0.96),
            (0.062, 0.72),
            (0.03, 0.4),
            (0.025, 0.02),
        ],
        wood,
    )
    pen.stroke([(0, 0.05), (0, 0.26)], 0.065, dark(wood, 0.45))
    pen.oval(0, 0.02, 0.055, 0.03, dark(wood, 0.3))


@sprite("baseball glove")
def glove(pen: Pen, leather: str = "#9a5f35") -> None:
    """Its palm towards us."""
    for x, high, turn in ((-0.26, 0.76, 8), (-0.06, 0.84, 3), (0.15, 0.8, -6)):
        pen.oval(x, high - 0.12, 0.125, 0.26, dark(leather, 0.06), turn)
    pen.oval(0.4, 0.5, 0.12, 0.25, dark(leather, 0.1), -34)
    pen.curve(
        [
            (-0.4, 0.6),
            (-0.4, 0.2),
            (-0.2, 0.02),
            (0.16, 0.02),
            (0.36, 0.22),
            (0.34, 0.5),
            (0.0, 0.68),
        ],
        leather,
    )
    pen.oval(-0.02, 0.34, 0.22, 0.2, dark(leather, 0.28))
    pen.stroke([(0.3, 0.72), (0.24, 0.5)], 0.06, CREAM)
    pen.stroke([(-0.34, 0.16), (0.26, 0.14)], 0.05, light(leather, 0.35))


@sprite("sports ball")
def baseball(pen: Pen) -> None:
    pen.oval(0, 0.5, 0.5, 0.5, WHITE)
    for side in (-1, 1):
        bow = [-0.8 + 0.2 * step for step in range(9)]
        seam = [(side * (0.17 + 0.22 * t * t), 0.5 + 0.42 * t) for t in bow]
        pen.stroke(seam, 0.06, RED)


@sprite("tennis racket")
def racket(pen: Pen, frame: str = RED) -> None:
    """Upright, its grip at (0, 0)."""
    pen.stroke([(0, 0.03), (0, 0.26)], 0.075, INK)
    for side in (-1, 1):
        pen.stroke([(0, 0.27), (side * 0.13, 0.5)], 0.045, dark(frame))
    pen.oval(0, 0.7, 0.235, 0.3, frame)
    pen.oval(0, 0.7, 0.19, 0.255, light(CREAM, 0.4))
    for step in (-2, -1, 0, 1, 2):
        reach = math.sqrt(1 - (step / 3) ** 2)
        x, y = 0.19 * step / 3, 0.255 * step / 3
        pen.stroke([(x, 0.7 - 0.25 * reach), (x, 0.7 + 0.25 * reach)], 0.011, STEEL)
        pen.stroke([(-0.18 * reach, 0.7 + y), (0.18 * reach, 0.7 + y)], 0.011, STEEL)


@sprite("skateboard")
def skateboard(pen: Pen, deck: str = TEAL) -> None:
    """In profile; size is its length."""
    for x in (-0.27, 0.27):
        pen.box(x - 0.05, 0.08, x + 0.05, 0.17, STEEL)
        pen.oval(x, 0.075, 0.075, 0.075, RUBBER)
        pen.oval(x, 0.075, 0.035, 0.035, YELLOW)
    pen.curve(
        [
            (-0.52, 0.26),
            (-0.48, 0.2),
            (-0.36, 0.15),
            (0.36, 0.15),
            (0.48, 0.2),
            (0.52, 0.26),
            (0.46, 0.27),
            (0.34, 0.22),
            (-0.34, 0.22),
            (-0.46, 0.27),
        ],
        deck,
    )
    pen.stroke([(-0.36, 0.21), (0.36, 0.21)], 0.03, dark(BROWN, 0.5))
