"""Scenery behind the labelled objects: skies, ground, houses and rooms."""

import math
from collections.abc import Sequence

from .palette import (
    ASPHALT,
    BROWN,
    CREAM,
    GLASS,
    GREEN,
    LIME,
    PINE,
    STEEL,
    WHITE,
    WOOD,
    YELLOW,
    dark,
    light,
    mix,
)
from .stage import Stage

DAY = ("#7fbfe0", "#b9def0", "#eaf5f3")
DUSK = ("#54508c", "#c4688a", "#f6a06b", "#fbd79a")
NIGHT = ("#1d2444", "#33406b", "#5b6a94")


def sky(stage: Stage, horizon: float, colours: Sequence[str] = DAY) -> None:
    """Fade down to ``horizon``, a share of the height."""
    stage.canvas.gradient(colours, 0.0, horizon)


def sun(stage: Stage, x: float, y: float, radius: float, colour: str = YELLOW) -> None:
    stage.canvas.glow((x, y), (radius * 3, radius * 3), light(colour, 0.4), 0.55)
    stage.pen(x, y, radius).oval(0, 0, 1, 1, light(colour, 0.3))


def cloud(stage: Stage, x: float, y: float, size: float, tone: str = WHITE) -> None:
    pen = stage.pen(x, y, size)
    for dx, dy, r in (
        (-0.5, 0.0, 0.24),
        (-0.18, 0.12, 0.34),
        (0.2, 0.08, 0.3),
        (0.52, 0.0, 0.2),
    ):
        pen.oval(dx, dy, r, r * 0.8, tone)
    pen.box(-0.72, -0.2, 0.7, 0.02, tone, 0.1)


def hills(
    stage: Stage,
    y: float,
    height: float,
    colour: str,
    waves: float = 1.5,
    phase: float = 0.0,
) -> None:
    """A rolling skyline; everything below it down to the foot of the picture."""
    line = []
    for step in range(81):
        share = step / 80
        swell = math.sin(math.tau * waves * share + phase)
        swell += 0.4 * math.sin(math.tau * waves * 2.3 * share + phase * 1.7)
        line.append((share * stage.width, -(y - height * swell / 1.4)))
    floor = -(stage.height + 2.0)
    stage.pen().shape([(0, floor), *line, (stage.width, floor)], colour)


def peak(
    stage: Stage, x: float, y: float, size: float, rock: str, snow: str = WHITE
) -> None:
    pen = stage.pen(x, y, size)
    pen.shape([(-0.9, 0), (-0.16, 0.86), (0, 1), (0.2, 0.8), (0.95, 0)], rock)
    pen.shape([(0, 1), (0.2, 0.8), (0.95, 0), (0.3, 0), (0.12, 0.5)], dark(rock, 0.16))
    pen.shape(
        [
            (-0.3, 0.7),
            (-0.16, 0.86),
            (0, 1),
            (0.2, 0.8),
            (0.3, 0.68),
            (0.16, 0.72),
            (0.05, 0.64),
            (-0.08, 0.74),
            (-0.18, 0.64),
        ],
        snow,
    )


def ground(stage: Stage, top: float, colours: Sequence[str]) -> None:
    """Fade from ``top``, a share of the height, to the foot of the picture."""
    stage.canvas.gradient(colours, top, 1.0)


def meadow(stage: Stage, top: float, colour: str = LIME, flowers: int = 60) -> None:
    ground(
        stage, top, (light(colour, 0.15), colour, dark(mix(colour, GREEN, 0.5), 0.1))
    )
    rng = stage.rng
    for _ in range(420):
        depth = rng.random() ** 1.4
        y = stage.height * (top + (1 - top) * depth)
        pen = stage.pen(rng.uniform(0, stage.width), y, 2 + 8 * depth)
        blade = mix(colour, PINE, rng.uniform(0.15, 0.5))
        pen.shape([(-0.2, 0), (0.0, 0), (0.15, 1)], blade)
        pen.shape([(0.0, 0), (0.25, 0), (0.5, 0.8)], blade)
    for _ in range(flowers):
        depth = rng.random()
        y = stage.height * (top + (1 - top) * depth)
        pen = stage.pen(rng.uniform(0, stage.width), y, 0.8 + 1.6 * depth)
        pen.oval(0, 0, 1, 1, rng.choice((WHITE, YELLOW, "#f0a6b8", "#c9a7e8")))


def sea(
    stage: Stage,
    top: float,
    colours: Sequence[str] = ("#9fd6de", "#4f9fb8", "#2f6f93"),
    bottom: float = 1.0,
) -> None:
    stage.canvas.gradient(colours, top, bottom)
    rng = stage.rng
    for _ in range(150):
        depth = rng.random() ** 1.5
        y = stage.height * (top + (bottom - top) * depth)
        pen = stage.pen(rng.uniform(0, stage.width), y, 4 + 26 * depth)
        pen.oval(0, 0, 1.0, 0.05, mix(colours[0], WHITE, rng.uniform(0.1, 0.6)))


def tree(stage: Stage, x: float, y: float, size: float, leaf: str = GREEN) -> None:
    stage.canvas.glow((x, y), (size * 0.4, size * 0.07), "#1c2238", 0.45)
    pen = stage.pen(x, y, size)
    pen.shape([(-0.05, 0), (0.06, 0), (0.03, 0.5), (-0.03, 0.5)], BROWN)
    for dx, dy, r in (
        (-0.17, 0.55, 0.2),
        (0.18, 0.55, 0.2),
        (0.0, 0.72, 0.25),
        (0.0, 0.5, 0.2),
    ):
        pen.oval(dx, dy, r, r, dark(leaf, 0.1))
        pen.oval(dx - 0.03, dy + 0.04, r * 0.82, r * 0.8, leaf)
    pen.oval(-0.08, 0.8, 0.1, 0.08, light(leaf, 0.2))


def pine(stage: Stage, x: float, y: float, size: float, leaf: str = PINE) -> None:
    pen = stage.pen(x, y, size)
    pen.box(-0.03, 0, 0.03, 0.2, BROWN)
    for low, reach in ((0.12, 0.26), (0.36, 0.21), (0.6, 0.15)):
        pen.shape([(-reach, low), (reach, low), (0, low + 0.4)], leaf)
        pen.shape([(0.02, low), (reach, low), (0, low + 0.4)], dark(leaf, 0.15))


def house(
    stage: Stage,
    x: float,
    y: float,
    width: float,
    height: float,
    wall: str,
    roof: str = "",
    lit: bool = False,
) -> None:
    """A front with rows of windows, its left foot at (x, y)."""
    pen = stage.pen(x, y, 1.0)
    pen.box(0, 0, width, height, wall)
    pen.box(width * 0.84, 0, width, height, dark(wall, 0.08))
    if roof:
        pen.shape(
            [
                (-4, height),
                (width + 4, height),
                (width * 0.84, height + width * 0.3),
                (width * 0.16, height + width * 0.3),
            ],
            roof,
        )
    columns = max(2, round(width / 26))
    step = width / columns
    for row in range(max(1, round((height - 34) / 32))):
        for column in range(columns):
            left, low = step * (column + 0.28), 34 + row * 32
            warm = lit and stage.rng.random() < 0.5
            pane = "#fbdc8c" if warm else mix(GLASS, dark(wall, 0.3), 0.35)
            pen.box(
                left - 1.5,
                low - 1.5,
                left + step * 0.44 + 1.5,
                low + 18.5,
                light(wall, 0.4),
            )
            pen.box(left, low, left + step * 0.44, low + 17, pane)


def street_front(
    stage: Stage, y: float, walls: Sequence[str], lit: bool = False
) -> None:
    """A row of houses whose feet stand at ``y``."""
    x = -10.0
    index = 0
    while x < stage.width:
        width = stage.rng.uniform(76, 120)
        height = stage.rng.uniform(0.52, 0.86) * y
        wall = walls[index % len(walls)]
        house(stage, x, y, width, height, wall, mix(wall, "#7a4a3c", 0.6), lit)
        pen = stage.pen(x, y, 1.0)
        pen.box(width * 0.36, 0, width * 0.58, 27, dark(wall, 0.5), 2)
        pen.shape(
            [(6, 29), (width - 6, 29), (width - 1, 20), (1, 20)],
            walls[(index + 2) % len(walls)],
        )
        x, index = x + width, index + 1


def road(stage: Stage, top: float, bottom: float, tone: str = ASPHALT) -> None:
    """A road across the picture with kerbs and a dashed middle line."""
    stage.canvas.gradient((light(tone, 0.1), dark(tone, 0.12)), top, bottom)
    pen = stage.pen()
    first, last = top * stage.height, bottom * stage.height
    for y in (first, last):
        pen.box(0, -y - 2.5, stage.width, -y + 2.5, light(STEEL, 0.4))
    middle = first + 0.46 * (last - first)
    for x in range(-20, stage.width, 74):
        pen.box(x, -middle - 2, x + 40, -middle + 2, CREAM)


def room(
    stage: Stage, wall: str, floor: str = WOOD, edge: float = 0.72, planks: bool = True
) -> None:
    """A wall over a floor; they meet at ``edge``, a share of the height."""
    stage.canvas.gradient((light(wall, 0.12), wall, dark(wall, 0.06)), 0.0, edge)
    stage.canvas.gradient((dark(floor, 0.08), light(floor, 0.15)), edge, 1.0)
    pen = stage.pen()
    y, width, height = edge * stage.height, stage.width, stage.height
    if planks:
        for share in range(-12, 25):
            x = width * share / 12
            foot = width / 2 + (x - width / 2) * 1.9
            pen.stroke([(x, -y), (foot, -float(height))], 0.9, dark(floor, 0.16))
    pen.box(0, -y - 3, width, -y + 7, light(wall, 0.5))


def window(stage: Stage, x: float, y: float, width: float, height: float) -> None:
    """A window in the wall, its left foot at (x, y), light falling in."""
    stage.canvas.glow((x + width / 2, y - height / 2), (width, height), WHITE, 0.35)
    pen = stage.pen(x, y, 1.0)
    pen.box(-6, -6, width + 6, height + 6, WHITE, 2)
    pen.box(0, 0, width, height, "#a9d6e5")
    pen.shape(
        [
            (0, 0),
            (0, height * 0.25),
            (width * 0.4, height * 0.42),
            (width, height * 0.2),
            (width, 0),
        ],
        "#9cc58a",
    )
    pen.shape(
        [
            (width * 0.1, 0),
            (width * 0.5, height),
            (width * 0.66, height),
            (width * 0.26, 0),
        ],
        "#c4e4ee",
    )
    pen.box(width / 2 - 2.5, 0, width / 2 + 2.5, height, WHITE)
    pen.box(-11, -11, width + 11, -5, light(WOOD, 0.4), 2)


def boards(stage: Stage, wood: str = WOOD, count: int = 7) -> None:
    """A table top that fills the picture, seen from above."""
    stage.canvas.gradient((light(wood, 0.18), wood, dark(wood, 0.06)))
    rng, pen = stage.rng, stage.pen()
    step = stage.height / count
    for board in range(count):
        y = board * step
        pen.stroke([(0, -y), (stage.width, -y)], 1.4, dark(wood, 0.3))
        for _ in range(7):
            x, dy = rng.uniform(0, stage.width), rng.uniform(0.15, 0.85) * step
            reach = rng.uniform(40, 150)
            pen.stroke(
                [(x - reach, -y - dy), (x + reach, -y - dy + rng.uniform(-2, 2))],
                0.7,
                dark(wood, 0.1),
            )


def shelf(stage: Stage, y: float, left: float, right: float, wood: str = WOOD) -> None:
    pen = stage.pen()
    pen.box(left, -y - 9, right, -y, wood)
    pen.box(left, -y - 12, right, -y - 9, dark(wood, 0.3))
    pen.box(left, -y - 1.5, right, -y, light(wood, 0.3))


def plate(stage: Stage, x: float, y: float, size: float, tone: str = WHITE) -> None:
    """A plate seen from above, its middle at (x, y), ``size`` px across."""
    stage.canvas.glow((x + 3, y + 5), (size * 0.5, size * 0.5), "#1c2238", 0.4)
    pen = stage.pen(x, y, size)
    pen.oval(0, 0, 0.5, 0.5, tone)
    pen.oval(0, 0, 0.36, 0.36, dark(tone, 0.05))
    pen.oval(0, 0.005, 0.345, 0.345, tone)
