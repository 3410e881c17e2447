"""Food and tableware."""

import math

from ..canvas import Pen
from ..palette import (
    BROWN,
    CORAL,
    COVERS,
    CREAM,
    GREEN,
    LIME,
    ORANGE,
    PINK,
    RED,
    STEEL,
    TEAL,
    WHITE,
    YELLOW,
    dark,
    light,
)
from ..stage import sprite


@sprite("cup")
def cup(pen: Pen, glaze: str = "", steam: bool = False) -> None:
    glaze = glaze or pen.rng.choice((WHITE, TEAL, CORAL, YELLOW, PINK))
    pen.oval(0.44, 0.5, 0.22, 0.26, dark(glaze, 0.1))
    pen.curve(
        [
            (-0.44, 0.92),
            (-0.42, 0.3),
            (-0.26, 0.02),
            (0.26, 0.02),
            (0.42, 0.3),
            (0.44, 0.92),
        ],
        glaze,
    )
    pen.oval(0, 0.92, 0.45, 0.1, light(glaze, 0.5))
    pen.oval(0, 0.91, 0.38, 0.07, "#5b3a29" if steam else dark(glaze, 0.3))
    pen.box(-0.33, 0.25, -0.25, 0.75, light(glaze, 0.6), 0.04)


@sprite("cup")
def cup_above(pen: Pen, glaze: str = WHITE) -> None:
    """Seen from above, with coffee."""
    pen.stroke([(0.5, 0.5), (0.78, 0.72)], 0.16, dark(glaze, 0.08))
    pen.oval(0, 0.5, 0.55, 0.55, glaze)
    pen.oval(0, 0.5, 0.45, 0.45, "#6b4430")
    pen.oval(0.03, 0.53, 0.3, 0.3, "#9c6b49")
    pen.oval(0.06, 0.56, 0.16, 0.16, "#d9b48a")


@sprite("bottle")
def bottle(pen: Pen, glass: str = GREEN, label: str = CREAM) -> None:
    pen.curve(
        [
            (-0.15, 0.02),
            (-0.16, 0.55),
            (-0.07, 0.74),
            (-0.06, 0.94),
            (0.06, 0.94),
            (0.07, 0.74),
            (0.16, 0.55),
            (0.15, 0.02),
        ],
        glass,
    )
    pen.box(-0.065, 0.9, 0.065, 1.0, dark(glass, 0.4), 0.015)
    pen.box(-0.155, 0.2, 0.155, 0.46, label)
    pen.box(-0.1, 0.3, 0.1, 0.35, dark(label, 0.4))
    pen.box(-0.12, 0.5, -0.08, 0.62, light(glass, 0.5), 0.02)


@sprite("wine glass")
def wine_glass(pen: Pen, wine: str = "#9b2d47") -> None:
    pen.oval(0, 0.03, 0.24, 0.045, light(STEEL, 0.4))
    pen.stroke([(0, 0.03), (0, 0.5)], 0.05, light(STEEL, 0.4))
    pen.curve(
        [
            (-0.24, 1.0),
            (-0.29, 0.72),
            (-0.14, 0.48),
            (0.14, 0.48),
            (0.29, 0.72),
            (0.24, 1.0),
        ],
        "#dcebf0",
    )
    pen.curve([(-0.28, 0.76), (-0.15, 0.5), (0.15, 0.5), (0.28, 0.76), (0, 0.73)], wine)


@sprite("bowl")
def bowl(pen: Pen, glaze: str = "#4f7ca8", filling: str = "") -> None:
    pen.curve(
        [
            (-0.98, 0.84),
            (-0.8, 0.3),
            (-0.36, 0.02),
            (0.36, 0.02),
            (0.8, 0.3),
            (0.98, 0.84),
        ],
        glaze,
    )
    pen.oval(0, 0.84, 1.0, 0.17, light(glaze, 0.4))
    pen.oval(0, 0.83, 0.88, 0.12, filling or dark(glaze, 0.3))


@sprite("bowl")
def bowl_above(pen: Pen, glaze: str = TEAL, filling: str = CREAM) -> None:
    """Seen from above, with porridge and berries."""
    pen.oval(0, 0.5, 0.52, 0.52, glaze)
    pen.oval(0, 0.5, 0.44, 0.44, filling)
    for step in range(7):
        a = math.tau * step / 7
        x, y = 0.24 * math.cos(a), 0.5 + 0.24 * math.sin(a)
        pen.oval(x, y, 0.075, 0.075, "#4a4e8c" if step % 2 else RED)


@sprite("banana")
def banana(pen: Pen, skin: str = YELLOW) -> None:
    pen.curve(
        [
            (-0.92, 0.72),
            (-0.72, 0.24),
            (-0.1, 0.0),
            (0.55, 0.16),
            (0.92, 0.62),
            (0.98, 0.82),
            (0.84, 0.8),
            (0.42, 0.5),
            (-0.1, 0.4),
            (-0.6, 0.6),
        ],
        skin,
    )
    pen.curve(
        [
            (-0.7, 0.4),
            (-0.1, 0.16),
            (0.5, 0.32),
            (0.8, 0.62),
            (0.42, 0.38),
            (-0.1, 0.26),
        ],
        dark(skin, 0.12),
    )
    pen.stroke([(0.91, 0.76), (0.98, 0.94)], 0.11, BROWN)
    pen.oval(-0.9, 0.72, 0.06, 0.06, BROWN)


@sprite("apple")
def apple(pen: Pen, skin: str = RED) -> None:
    pen.curve(
        [
            (0, 0.04),
            (0.34, 0.06),
            (0.5, 0.48),
            (0.34, 0.82),
            (0, 0.75),
            (-0.34, 0.82),
            (-0.5, 0.48),
            (-0.34, 0.06),
        ],
        skin,
    )
    pen.oval(-0.24, 0.55, 0.09, 0.16, light(skin, 0.4), 20)
    pen.stroke([(0, 0.74), (0.06, 0.98)], 0.06, BROWN)
    pen.oval(0.2, 0.93, 0.15, 0.065, GREEN, 20)


@sprite("orange")
def orange(pen: Pen, peel: str = ORANGE) -> None:
    pen.oval(0, 0.48, 0.49, 0.48, peel)
    pen.oval(-0.17, 0.62, 0.13, 0.1, light(peel, 0.4), 30)
    pen.oval(0.04, 0.92, 0.07, 0.045, GREEN)


@sprite("carrot")
def carrot(pen: Pen, root: str = "#ee8434") -> None:
    for turn in (-0.16, 0.0, 0.16):
        pen.stroke([(0, 0.7), (turn, 0.98)], 0.07, GREEN)
    pen.curve(
        [(0, 0.0), (0.12, 0.45), (0.15, 0.72), (0, 0.78), (-0.15, 0.72), (-0.12, 0.45)],
        root,
    )
    for y in (0.3, 0.5, 0.64):
        pen.stroke([(-0.06, y), (0.03, y + 0.01)], 0.018, dark(root))


@sprite("broccoli")
def broccoli(pen: Pen) -> None:
    pen.shape([(-0.14, 0.0), (0.14, 0.0), (0.24, 0.5), (-0.24, 0.5)], LIME)
    for x, y, r in (
        (-0.3, 0.55, 0.22),
        (0.3, 0.55, 0.22),
        (-0.14, 0.74, 0.24),
        (0.16, 0.74, 0.24),
        (0.0, 0.56, 0.22),
    ):
        pen.oval(x, y, r, r, GREEN)
        pen.oval(x - 0.05, y + 0.07, r * 0.5, r * 0.4, light(GREEN, 0.2))


@sprite("donut")
def donut(pen: Pen, icing: str = PINK) -> None:
    """Seen from above."""
    pen.oval(0, 0.5, 0.5, 0.5, "#d9a066")
    pen.oval(0, 0.5, 0.44, 0.44, icing)
    pen.oval(0, 0.5, 0.16, 0.16, "#b57b44")
    for step in range(14):
        a = step * 2.4
        x, y = 0.3 * math.cos(a), 0.5 + 0.3 * math.sin(a)
        pen.stroke([(x - 0.03, y), (x + 0.03, y + 0.03)], 0.035, COVERS[step % 4])


@sprite("pizza")
def pizza(pen: Pen) -> None:
    """Seen from above."""
    pen.oval(0, 0.5, 0.5, 0.5, "#d79a53")
    pen.oval(0, 0.5, 0.45, 0.45, "#f2c14e")
    for step in range(9):
        a, r = step * 2.4, 0.1 + 0.03 * step
        x, y = r * math.cos(a), 0.5 + r * math.sin(a)
        pen.oval(x, y, 0.065, 0.065, RED)
        pen.oval(-x * 0.9, 1 - y, 0.03, 0.02, GREEN, 40 * step)
    for turn in (0, 45, 90, 135):
        a = math.radians(turn)
        u, v = 0.49 * math.cos(a), 0.49 * math.sin(a)
        pen.stroke([(-u, 0.5 - v), (u, 0.5 + v)], 0.012, "#c98d3f")


@sprite("cake")
def cake(pen: Pen, icing: str = PINK) -> None:
    pen.box(-0.6, 0.0, 0.6, 0.7, "#f2d3a2", 0.06)
    pen.box(-0.6, 0.24, 0.6, 0.34, RED)
    pen.curve(
        [
            (-0.62, 0.62),
            (-0.5, 0.44),
            (-0.36, 0.6),
            (-0.2, 0.46),
            (0.0, 0.6),
            (0.2, 0.44),
            (0.38, 0.6),
            (0.52, 0.48),
            (0.62, 0.64),
            (0.5, 0.78),
            (-0.5, 0.78),
        ],
        icing,
    )
    for x in (-0.3, 0.0, 0.3):
        pen.oval(x, 0.84, 0.09, 0.09, RED)


@sprite("cake")
def birthday_cake(pen: Pen, icing: str = PINK) -> None:
    """Two tiers with candles; size is its height with them."""
    for half, low, high in ((0.62, 0.0, 0.36), (0.42, 0.32, 0.64)):
        pen.box(-half, low, half, high, CREAM, 0.05)
        pen.box(-half, low + 0.04, half, low + 0.1, dark(icing, 0.12))
        drip = [(-half, high - 0.1)]
        for step in range(1, 9):
            x = -half + half * step / 4
            drip.append((x - half / 8, high - (0.18 if step % 2 else 0.12)))
            drip.append((x, high - 0.06))
        pen.curve(
            [*drip, (half - 0.02, high + 0.02), (-half + 0.02, high + 0.02)], icing
        )
    for step in range(3):
        x = -0.24 + 0.24 * step
        pen.box(x - 0.03, 0.62, x + 0.03, 0.88, COVERS[step])
        pen.oval(x, 0.92, 0.038, 0.065, YELLOW)


@sprite("sandwich")
def sandwich(pen: Pen, crust: str = "#c68a4e") -> None:
    """Half of one, cut side towards us."""
    crumb = light(crust, 0.55)
    pen.box(-0.72, 0.0, 0.72, 0.3, crust, 0.08)
    pen.box(-0.68, 0.04, 0.68, 0.28, crumb, 0.06)
    pen.curve(
        [
            (-0.78, 0.36),
            (-0.5, 0.26),
            (-0.2, 0.34),
            (0.1, 0.25),
            (0.42, 0.34),
            (0.78, 0.3),
            (0.7, 0.46),
            (-0.7, 0.46),
        ],
        LIME,
    )
    pen.box(-0.7, 0.4, 0.7, 0.5, RED, 0.03)
    pen.shape([(-0.74, 0.5), (0.74, 0.5), (0.74, 0.58), (-0.74, 0.58)], YELLOW)
    pen.shape([(0.1, 0.52), (0.46, 0.52), (0.3, 0.38)], YELLOW)
    pen.box(-0.72, 0.56, 0.72, 0.98, crust, 0.16)
    pen.box(-0.66, 0.6, 0.66, 0.86, crumb, 0.08)


@sprite("hot dog")
def hot_dog(pen: Pen, bun: str = "#d9a05b") -> None:
    """Seen from the side; it is two and a half times as long as high."""
    pen.box(-1.1, 0.3, 1.1, 0.9, dark(bun, 0.14), 0.28)
    pen.box(-1.26, 0.42, 1.26, 0.86, "#b4513a", 0.22)
    mustard = [(-1.0 + 0.25 * step, 0.8 if step % 2 else 0.68) for step in range(9)]
    pen.stroke(mustard, 0.09, YELLOW)
    pen.box(-1.12, 0.0, 1.12, 0.58, bun, 0.28)
    pen.box(-0.9, 0.36, 0.9, 0.46, light(bun, 0.35), 0.05)


@sprite("fork")
def fork(pen: Pen, metal: str = "#c3ccd6") -> None:
    pen.stroke([(0, 0.04), (0, 0.62)], 0.07, metal)
    pen.curve(
        [(-0.11, 0.72), (0, 0.58), (0.11, 0.72), (0.11, 0.78), (-0.11, 0.78)], metal
    )
    for x in (-0.09, -0.03, 0.03, 0.09):
        pen.stroke([(x, 0.76), (x, 0.98)], 0.034, metal)


@sprite("knife")
def knife(pen: Pen, metal: str = "#c3ccd6") -> None:
    pen.stroke([(0, 0.05), (0, 0.4)], 0.08, dark(metal, 0.3))
    pen.curve(
        [(-0.045, 0.42), (-0.045, 0.9), (0.0, 1.0), (0.06, 0.8), (0.05, 0.42)], metal
    )


@sprite("spoon")
def spoon(pen: Pen, metal: str = "#c3ccd6") -> None:
    pen.stroke([(0, 0.04), (0, 0.7)], 0.06, metal)
    pen.oval(0, 0.83, 0.1, 0.17, metal)
    pen.oval(-0.01, 0.83, 0.06, 0.12, dark(metal, 0.12))
