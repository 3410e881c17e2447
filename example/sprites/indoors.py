"""Furniture, appliances and what stands on them."""

import math

from ..canvas import Pen
from ..palette import (
    BROWN,
    CORAL,
    COVERS,
    CREAM,
    GREEN,
    INK,
    RED,
    STEEL,
    TEAL,
    WHITE,
    WOOD,
    dark,
    light,
    mix,
)
from ..stage import sprite


@sprite("chair")
def chair(pen: Pen, wood: str = WOOD) -> None:
    """In profile, its back on the left, the seat at height 0.45."""
    pen.stroke([(-0.26, 0.45), (-0.32, 0.03)], 0.06, dark(wood))
    pen.stroke([(0.24, 0.45), (0.28, 0.03)], 0.06, wood)
    pen.stroke([(-0.26, 0.45), (-0.32, 0.97)], 0.07, wood)
    pen.box(-0.32, 0.42, 0.32, 0.51, light(wood, 0.15), 0.04)
    pen.curve(
        [(-0.36, 0.66), (-0.24, 0.66), (-0.27, 0.99), (-0.4, 0.99)], light(wood, 0.1)
    )


@sprite("couch")
def couch(pen: Pen, cloth: str = TEAL) -> None:
    for x in (-1.1, 1.1):
        pen.box(x - 0.05, 0.0, x + 0.05, 0.15, BROWN)
    pen.box(-1.12, 0.35, 1.12, 1.0, dark(cloth, 0.1), 0.16)
    pen.box(-1.2, 0.1, 1.2, 0.46, dark(cloth, 0.2), 0.06)
    for left in (-1.02, 0.02):
        pen.box(left, 0.36, left + 1.0, 0.55, light(cloth, 0.12), 0.08)
        pen.box(left + 0.02, 0.52, left + 0.98, 0.94, cloth, 0.12)
    for x in (-1.2, 1.2):
        pen.box(x - 0.15, 0.1, x + 0.15, 0.68, light(cloth, 0.06), 0.12)


@sprite("dining table")
def round_table(pen: Pen, top: str = CREAM) -> None:
    """A small café table."""
    pen.stroke([(0, 0.05), (0, 0.9)], 0.08, INK)
    pen.stroke([(-0.3, 0.04), (0, 0.12), (0.3, 0.04)], 0.07, INK)
    pen.oval(0, 0.9, 0.72, 0.13, dark(top, 0.25))
    pen.oval(0, 0.93, 0.72, 0.12, top)


@sprite("dining table")
def long_table(pen: Pen, wood: str = WOOD) -> None:
    for x in (-1.0, 1.0):
        pen.box(x - 0.07, 0.0, x + 0.07, 0.8, dark(wood, 0.3))
    pen.shape([(-1.25, 0.8), (1.25, 0.8), (1.1, 1.0), (-1.1, 1.0)], light(wood, 0.12))
    pen.box(-1.25, 0.68, 1.25, 0.82, wood)


@sprite("potted plant")
def plant(pen: Pen, pot: str = "#c96f4a", leaf: str = GREEN) -> None:
    for turn in (-62, -38, -14, 12, 36, 60):
        a = math.radians(90 - turn)
        reach = 0.36 + 0.1 * math.cos(math.radians(turn * 1.6))
        tone = mix(leaf, "#2f5d46", (turn % 36) / 60)
        x, y = reach * math.cos(a), 0.36 + reach * math.sin(a)
        pen.oval(
            x * 0.72, 0.36 + (y - 0.36) * 0.82, reach * 0.72, 0.085, tone, 90 - turn
        )
    pen.shape([(-0.17, 0.0), (0.17, 0.0), (0.23, 0.34), (-0.23, 0.34)], pot)
    pen.box(-0.26, 0.3, 0.26, 0.4, light(pot, 0.15), 0.02)


@sprite("vase")
def vase(pen: Pen, glaze: str = "#5f7fb0") -> None:
    pen.curve(
        [
            (-0.16, 0.98),
            (-0.12, 0.8),
            (-0.32, 0.45),
            (-0.2, 0.03),
            (0.2, 0.03),
            (0.32, 0.45),
            (0.12, 0.8),
            (0.16, 0.98),
        ],
        glaze,
    )
    pen.stroke([(-0.26, 0.42), (0.26, 0.42)], 0.06, light(glaze, 0.6))
    pen.stroke([(-0.22, 0.55), (0.22, 0.55)], 0.03, light(glaze, 0.6))


@sprite("clock")
def clock(pen: Pen, rim: str = INK) -> None:
    pen.oval(0, 0.5, 0.5, 0.5, rim)
    pen.oval(0, 0.5, 0.42, 0.42, WHITE)
    for step in range(12):
        a = math.tau * step / 12
        pen.oval(0.35 * math.cos(a), 0.5 + 0.35 * math.sin(a), 0.025, 0.025, INK)
    pen.stroke([(0, 0.5), (0.0, 0.8)], 0.045, INK)
    pen.stroke([(0, 0.5), (0.2, 0.42)], 0.055, RED)


@sprite("tv")
def tv(pen: Pen, screen: str = "#41627e") -> None:
    pen.box(-0.3, 0.0, 0.3, 0.05, INK, 0.02)
    pen.box(-0.05, 0.0, 0.05, 0.14, INK)
    pen.box(-0.82, 0.1, 0.82, 1.0, INK, 0.03)
    pen.box(-0.77, 0.15, 0.77, 0.95, screen)
    pen.shape(
        [
            (-0.77, 0.15),
            (-0.77, 0.4),
            (-0.3, 0.55),
            (0.1, 0.35),
            (0.77, 0.5),
            (0.77, 0.15),
        ],
        mix(screen, GREEN, 0.5),
    )
    pen.oval(0.4, 0.76, 0.1, 0.1, "#f2d492")


@sprite("laptop")
def laptop(pen: Pen, screen: str = "#8fc1d4") -> None:
    pen.box(-0.66, 0.16, 0.66, 1.0, INK, 0.05)
    pen.box(-0.6, 0.22, 0.6, 0.94, screen)
    for row, width in enumerate((0.7, 0.5, 0.8, 0.4)):
        y = 0.82 - 0.13 * row
        pen.box(-0.5, y, -0.5 + width, y + 0.05, WHITE, 0.02)
    pen.shape([(-0.68, 0.16), (0.68, 0.16), (0.86, 0.0), (-0.86, 0.0)], STEEL)
    pen.shape(
        [(-0.58, 0.13), (0.58, 0.13), (0.66, 0.06), (-0.66, 0.06)], dark(STEEL, 0.4)
    )


@sprite("keyboard")
def keyboard(pen: Pen, shell: str = STEEL) -> None:
    pen.shape([(-1.5, 0.0), (1.5, 0.0), (1.38, 1.0), (-1.38, 1.0)], shell)
    for row in range(3):
        for key in range(12):
            x = -1.28 + 0.214 * key
            pen.box(x, 0.14 + 0.28 * row, x + 0.17, 0.34 + 0.28 * row, WHITE, 0.03)


@sprite("mouse")
def mouse(pen: Pen, shell: str = WHITE) -> None:
    pen.oval(0, 0.5, 0.34, 0.5, shell)
    pen.stroke([(0, 0.62), (0, 0.98)], 0.03, dark(shell, 0.3))
    pen.oval(0, 0.74, 0.05, 0.1, dark(shell, 0.5))


@sprite("cell phone")
def phone(pen: Pen) -> None:
    pen.box(-0.26, 0.0, 0.26, 1.0, INK, 0.08)
    pen.box(-0.22, 0.08, 0.22, 0.92, "#7fb7be", 0.02)
    for x in (-0.11, 0.11):
        for y in (0.3, 0.5, 0.7):
            pen.box(x - 0.06, y, x + 0.06, y + 0.11, COVERS[int(y * 10) % 6], 0.03)


@sprite("remote")
def remote(pen: Pen) -> None:
    pen.box(-0.15, 0.0, 0.15, 1.0, INK, 0.1)
    pen.oval(0, 0.84, 0.06, 0.06, RED)
    for y in (0.25, 0.42, 0.59):
        for x in (-0.06, 0.06):
            pen.oval(x, y, 0.035, 0.035, STEEL)


@sprite("book")
def book(pen: Pen, cover: str = "", width: float = 0.26) -> None:
    """Upright, its spine towards us."""
    cover = cover or pen.rng.choice(COVERS)
    pen.box(-width / 2, 0.0, width / 2, 1.0, cover, 0.02)
    band = light(cover, 0.55)
    low = pen.rng.choice((0.12, 0.2, 0.66))
    pen.box(-width / 2, low, width / 2, low + 0.05, band)
    pen.box(-width / 2, low + 0.1, width / 2, low + 0.13, band)
    pen.box(-width * 0.18, 0.36, width * 0.18, 0.6, band, 0.02)


@sprite("book")
def open_book(pen: Pen, cover: str = RED) -> None:
    pen.shape(
        [(-1.25, 0.0), (0, 0.08), (1.25, 0.0), (1.05, 0.92), (0, 1.0), (-1.05, 0.92)],
        cover,
    )
    for side in (-1, 1):
        pen.shape(
            [(0, 0.12), (side * 1.16, 0.06), (side * 0.98, 0.94), (0, 1.0)],
            CREAM if side < 0 else dark(CREAM, 0.06),
        )
        for row in range(5):
            y = 0.26 + 0.13 * row
            pen.stroke([(side * 0.14, y), (side * 0.9, y - 0.03)], 0.03, "#b9ab95")


@sprite("refrigerator")
def refrigerator(pen: Pen, steel: str = "#dfe5ea") -> None:
    pen.box(-0.26, 0.02, 0.26, 1.0, steel, 0.03)
    pen.stroke([(-0.26, 0.66), (0.26, 0.66)], 0.012, dark(steel, 0.4))
    for low, high in ((0.4, 0.6), (0.71, 0.85)):
        pen.stroke([(-0.2, low), (-0.2, high)], 0.025, dark(steel, 0.5))
    pen.box(0.02, 0.8, 0.14, 0.9, "#f2d492")
    pen.box(0.08, 0.74, 0.2, 0.81, CORAL)


@sprite("oven")
def oven(pen: Pen, steel: str = "#cfd6dd") -> None:
    pen.box(-0.5, 0.0, 0.5, 1.0, steel, 0.02)
    pen.box(-0.5, 0.8, 0.5, 1.0, dark(steel, 0.15), 0.02)
    for x in (-0.36, -0.12, 0.12, 0.36):
        pen.oval(x, 0.9, 0.05, 0.05, INK)
    pen.box(-0.38, 0.16, 0.38, 0.6, "#4a3b3a", 0.04)
    pen.curve([(-0.3, 0.2), (0.3, 0.2), (0.26, 0.42), (-0.26, 0.42)], "#a8693f")
    pen.stroke([(-0.36, 0.7), (0.36, 0.7)], 0.05, dark(steel, 0.5))


@sprite("microwave")
def microwave(pen: Pen, steel: str = "#d5dade") -> None:
    pen.box(-0.85, 0.0, 0.85, 1.0, steel, 0.06)
    pen.box(-0.74, 0.14, 0.38, 0.86, "#4b5563", 0.05)
    pen.box(0.5, 0.66, 0.76, 0.84, "#2f4f4f")
    for y in (0.2, 0.36, 0.52):
        for x in (0.55, 0.7):
            pen.oval(x, y, 0.045, 0.05, INK)


@sprite("sink")
def sink(pen: Pen, steel: str = STEEL) -> None:
    pen.stroke([(0.0, 0.5), (0.0, 0.95), (0.22, 0.97), (0.26, 0.78)], 0.08, dark(steel))
    pen.shape([(-0.8, 0.5), (0.8, 0.5), (0.66, 0.0), (-0.66, 0.0)], light(steel, 0.4))
    pen.box(-0.88, 0.44, 0.88, 0.56, light(steel, 0.2), 0.04)


@sprite("teddy bear")
def teddy(pen: Pen, plush: str = "#bd8a56") -> None:
    for side in (-1, 1):
        pen.oval(side * 0.25, 0.12, 0.15, 0.12, dark(plush, 0.1))
        pen.oval(side * 0.32, 0.42, 0.1, 0.17, dark(plush, 0.06), side * 30)
        pen.oval(side * 0.2, 0.92, 0.1, 0.1, dark(plush, 0.1))
    pen.oval(0, 0.33, 0.28, 0.3, plush)
    pen.oval(0, 0.33, 0.16, 0.19, light(plush, 0.4))
    pen.oval(0, 0.74, 0.26, 0.23, plush)
    pen.oval(0, 0.67, 0.11, 0.085, light(plush, 0.4))
    pen.oval(0, 0.7, 0.04, 0.03, INK)
    for side in (-1, 1):
        pen.oval(side * 0.1, 0.79, 0.025, 0.03, INK)


@sprite("dining table")
def laid_table(
    pen: Pen, cloth: str = CREAM, hem: str = TEAL, dishes: tuple[float, ...] = ()
) -> None:
    """Under a cloth that hangs to the floor; the top is at 0.62 to 1.

    ``dishes`` are the places of large plates, whose middles are at height 0.78.
    """
    pen.shape([(-2.15, 0.62), (2.15, 0.62), (1.84, 1.0), (-1.84, 1.0)], light(cloth))
    pen.shape([(-2.15, 0.62), (2.15, 0.62), (2.08, 0.0), (-2.08, 0.0)], cloth)
    for step in range(15):
        x = -1.95 + 0.28 * step
        pen.stroke([(x, 0.58), (x * 0.98, 0.13)], 0.016, dark(cloth, 0.12))
    pen.shape([(-2.09, 0.12), (2.09, 0.12), (2.085, 0.04), (-2.085, 0.04)], hem)
    for x in dishes:
        pen.oval(x, 0.765, 0.62, 0.1, dark(WHITE, 0.16))
        pen.oval(x, 0.78, 0.62, 0.09, WHITE)


@sprite("bed")
def bed(pen: Pen, cover: str = TEAL, wood: str = WOOD) -> None:
    """From the side, its head on the left; twice as long as high."""
    for x in (-1.0, 1.0):
        pen.box(x - 0.05, 0.0, x + 0.05, 0.4, dark(wood, 0.3))
    pen.box(-1.06, 0.18, 1.06, 0.34, wood, 0.03)
    pen.box(-1.1, 0.1, -0.98, 1.0, dark(wood, 0.12), 0.05)
    pen.box(0.98, 0.1, 1.1, 0.6, dark(wood, 0.12), 0.05)
    pen.box(-0.98, 0.3, 0.98, 0.52, WHITE, 0.06)
    pen.curve([(-0.94, 0.5), (-0.92, 0.7), (-0.6, 0.74), (-0.46, 0.5)], light(CREAM))
    pen.curve(
        [
            (-0.46, 0.5),
            (-0.36, 0.64),
            (0.3, 0.66),
            (0.94, 0.6),
            (0.97, 0.3),
            (0.5, 0.24),
            (-0.38, 0.26),
        ],
        cover,
    )
    pen.shape(
        [(-0.45, 0.5), (-0.34, 0.63), (-0.2, 0.64), (-0.3, 0.3)], light(cover, 0.5)
    )


@sprite("toilet")
def toilet(pen: Pen, glaze: str = "#eef2f4") -> None:
    """In profile, the cistern on the left."""
    pen.curve(
        [(-0.16, 0.4), (-0.12, 0.0), (0.22, 0.0), (0.24, 0.16), (0.4, 0.42)],
        dark(glaze, 0.12),
    )
    pen.curve([(-0.24, 0.5), (-0.2, 0.3), (0.1, 0.2), (0.4, 0.3), (0.52, 0.5)], glaze)
    pen.box(-0.26, 0.48, 0.54, 0.55, dark(glaze, 0.2), 0.03)
    pen.box(-0.46, 0.42, -0.18, 0.9, glaze, 0.04)
    pen.box(-0.49, 0.88, -0.15, 1.0, dark(glaze, 0.08), 0.03)
    pen.stroke([(-0.16, 0.54), (-0.12, 0.9)], 0.06, dark(glaze, 0.1))
    pen.box(-0.24, 0.76, -0.14, 0.81, STEEL, 0.02)


@sprite("toothbrush")
def toothbrush(pen: Pen, handle: str = CORAL) -> None:
    pen.stroke([(0, 0.05), (0.01, 0.5), (0, 0.93)], 0.11, handle)
    pen.box(0.03, 0.72, 0.17, 0.97, WHITE, 0.02)


@sprite("hair drier")
def hair_drier(pen: Pen, shell: str = CORAL) -> None:
    """It blows to the right."""
    pen.shape([(-0.28, 0.6), (0.02, 0.56), (-0.06, 0.0), (-0.26, 0.03)], dark(shell))
    pen.curve(
        [
            (-0.5, 0.72),
            (-0.36, 0.96),
            (0.0, 0.97),
            (0.4, 0.86),
            (0.4, 0.6),
            (0.0, 0.5),
            (-0.36, 0.5),
        ],
        shell,
    )
    pen.shape([(0.34, 0.84), (0.66, 0.92), (0.66, 0.54), (0.34, 0.62)], INK)
    pen.oval(-0.34, 0.73, 0.09, 0.15, dark(shell, 0.45))
    pen.box(-0.18, 0.3, -0.08, 0.42, light(shell, 0.6), 0.03)


@sprite("scissors")
def scissors(pen: Pen, grip: str = RED) -> None:
    """Half open, the points up."""
    for side in (-1, 1):
        pen.shape(
            [(side * 0.12, 0.34), (side * 0.05, 0.3), (-side * 0.2, 1.0)],
            light(STEEL, 0.2 if side > 0 else 0.45),
        )
        pen.stroke([(side * 0.1, 0.36), (side * 0.16, 0.26)], 0.1, grip)
        pen.oval(side * 0.2, 0.15, 0.16, 0.15, grip, side * 20)
        pen.oval(side * 0.2, 0.15, 0.08, 0.075, light(grip, 0.75), side * 20)
    pen.oval(0, 0.47, 0.035, 0.035, INK)


@sprite("toaster")
def toaster(pen: Pen, steel: str = "#d7dee4") -> None:
    """Two slices have popped up."""
    for x in (-0.24, 0.26):
        pen.box(x - 0.2, 0.5, x + 0.2, 1.0, "#b97c42", 0.1)
        pen.box(x - 0.15, 0.5, x + 0.15, 0.95, "#e6bd82", 0.08)
    pen.box(-0.66, 0.04, 0.66, 0.76, steel, 0.16)
    pen.box(-0.66, 0.04, 0.66, 0.2, dark(steel, 0.3), 0.06)
    pen.box(-0.46, 0.6, 0.46, 0.66, dark(steel, 0.6), 0.03)
    pen.box(0.64, 0.4, 0.78, 0.5, INK, 0.03)
    pen.oval(0.42, 0.36, 0.08, 0.08, CORAL)
