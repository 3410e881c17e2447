"""What stands on tables: breakfast, a desk, a market stall, a café, a party."""

from .. import backdrops
from ..palette import (
    BLUE,
    BROWN,
    CORAL,
    CREAM,
    GREEN,
    INK,
    NAVY,
    ORANGE,
    PINK,
    RED,
    TEAL,
    VIOLET,
    WHITE,
    WOOD,
    YELLOW,
    dark,
    light,
    mix,
)
from ..sprites.indoors import (
    chair,
    clock,
    keyboard,
    laid_table,
    laptop,
    mouse,
    open_book,
    phone,
    plant,
    round_table,
    teddy,
    vase,
)
from ..sprites.people import Pose, person, seated, tie, umbrella
from ..sprites.table import (
    apple,
    banana,
    birthday_cake,
    bottle,
    bowl_above,
    broccoli,
    cake,
    carrot,
    cup,
    cup_above,
    donut,
    fork,
    hot_dog,
    knife,
    orange,
    pizza,
    sandwich,
    spoon,
    wine_glass,
)
from ..stage import Stage


def breakfast(stage: Stage) -> None:
    backdrops.boards(stage)
    cloth = stage.pen()
    cloth.shape([(40, -40), (580, -60), (560, -570), (60, -585)], "#e9eef0")
    for step in range(9):
        x = 70 + 60 * step
        cloth.stroke([(x, -50), (x - 4, -574)], 7, "#d5e0e6")
    backdrops.plate(stage, 306, 316, 236)
    stage.add(pizza, 306, 396, 160, "refined")
    stage.add(fork, 160, 402, 168, "refined")
    stage.add(knife, 452, 402, 168, "identical")
    stage.add(spoon, 488, 396, 150, "displaced")
    stage.add(cup_above, 492, 190, 92, "refined")
    stage.add(bowl_above, 140, 206, 122, "identical")
    backdrops.plate(stage, 308, 122, 120, "#f3d9c9")
    with stage.group("split"):
        for x, y, icing in ((284, 122, PINK), (334, 122, "#8a5a44"), (309, 164, CREAM)):
            stage.add(donut, x, y, 48, icing=icing)
    with stage.group("merged"):
        for turn in (-16, 4, 24):
            stage.add(banana, 128 + turn * 0.6, 512 - turn, 32, angle=turn)
    stage.add(apple, 246, 536, 62, "refined", shadow=0.5)
    stage.add(apple, 318, 548, 58, "identical", shadow=0.5, skin="#9ebf4d")
    stage.add(orange, 392, 546, 60, was="apple", shadow=0.5)
    stage.add(phone, 500, 560, 104, "added", angle=-18)
    stage.add(orange, 588, 330, 15, "removed")


def market(stage: Stage) -> None:
    backdrops.sky(stage, 0.5)
    backdrops.street_front(stage, 250, ("#e7d3b4", "#cfa78c", "#d9dcc8", "#bcc7cc"))
    backdrops.ground(stage, 0.5, ("#cdbfae", "#b5a694"))
    for x, size in ((120, 118), (212, 112)):
        stage.add(person, x, 300, size, shadow=0.2)
    stage.add(person, 330, 302, 148, "refined", pose="hold", shirt=GREEN)
    stage.add(person, 470, 296, 136, "identical", shirt=CORAL)
    pen = stage.pen()
    for x in (58, 582):
        pen.box(x - 5, -470, x + 5, -110, BROWN)
    for step in range(12):
        left = 34 + 47.8 * step
        tone = RED if step % 2 else CREAM
        pen.shape(
            [
                (left, -126),
                (left + 47.8, -126),
                (left * 0.9 + 74, -70),
                (left * 0.9 + 31, -70),
            ],
            tone,
        )
        pen.oval(left + 23.9, -126, 23.9, 13, dark(tone, 0.06))
    pen.box(44, -470, 596, -300, light(WOOD, 0.05))
    for x in range(44, 600, 46):
        pen.stroke([(x, -304), (x, -470)], 1.2, dark(WOOD, 0.2))
    for left, tone in ((60, "#a9764c"), (240, "#b5835a"), (420, "#a9764c")):
        pen.shape(
            [(left, -372), (left + 164, -372), (left + 156, -296), (left + 8, -296)],
            dark(tone, 0.25),
        )
    _piles(stage)
    for left in (60, 240, 420):
        pen.box(left, -392, left + 164, -368, "#c08d60", 2)
    for x in (96, 128, 160):
        stage.add(carrot, x, 462, 56, angle=(x % 7) * 3 - 8)
    for x in (280, 330, 380):
        stage.add(broccoli, x, 460, 46)
    for x in (460, 520):
        stage.add(banana, x, 456, 26)
    stage.add(banana, 566, 462, 12, "removed")


def _piles(stage: Stage) -> None:
    """Apples the base has as a crowd, oranges as a crowd in both, bananas."""
    with stage.group("split", "base"):
        for row in range(3):
            for column in range(6 - row):
                stage.add(
                    apple,
                    82 + 24 * column + 12 * row,
                    370 - 21 * row,
                    25,
                    skin=RED if (row + column) % 3 else "#a9c34f",
                )
    with stage.group("refined", "base", "revised", outlines="polygons", singled=3):
        for row in range(3):
            for column in range(6 - row):
                stage.add(orange, 262 + 24 * column + 12 * row, 370 - 20 * row, 25)
    with stage.group("recrowded", "revised", outlines="rle"):
        for column in range(4):
            stage.add(banana, 452 + 34 * column, 368 - 6 * (column % 2), 24)


def desk(stage: Stage) -> None:
    backdrops.room(stage, "#c7d2dd", WOOD, 0.6, planks=False)
    backdrops.window(stage, 420, 200, 160, 150)
    pen = stage.pen()
    pen.box(0, -480, 640, -300, light(WOOD, 0.1))
    pen.box(0, -306, 640, -296, light(WOOD, 0.4))
    for _ in range(30):
        x, y = stage.rng.uniform(0, 640), stage.rng.uniform(312, 476)
        pen.stroke([(x - 60, -y), (x + 60, -y + 1)], 0.8, dark(WOOD, 0.05))
    pen.box(70, -170, 230, -160, WOOD)
    for x, cover in ((90, RED), (112, TEAL), (134, YELLOW)):
        stage.prop(vase, x, 160, 44, glaze=cover)
    stage.add(clock, 320, 150, 66, "identical")
    stage.add(plant, 566, 312, 118, "refined", shadow=0.2)
    stage.add(laptop, 300, 356, 168, "refined", shadow=0.8)
    stage.add(cup, 130, 366, 62, "displaced", shadow=0.5, glaze=CORAL, steam=True)
    stage.add(keyboard, 280, 436, 44, "refined", shadow=1.4)
    stage.add(mouse, 410, 438, 46, "identical", shadow=0.3)
    stage.add(phone, 488, 442, 84, was="remote", angle=-24)
    stage.add(open_book, 108, 458, 60, "refined", shadow=1.0, cover=BLUE)
    stage.add(bottle, 466, 342, 92, "added", shadow=0.2, glass="#6fa8b8")
    stage.add(apple, 560, 410, 48, "refined", shadow=0.5)
    stage.add(apple, 612, 440, 44, "identical", shadow=0.5, skin="#a9c34f")
    stage.sliver("revised", "book", 20, 24, 30)


def terrace(stage: Stage) -> None:
    backdrops.sky(stage, 0.6, ("#f3c9a0", "#f7dcb8", "#fdf0d8"))
    backdrops.street_front(stage, 282, ("#d9b08c", "#c98d78", "#e8d3b0", "#a8b5a0"))
    backdrops.ground(stage, 0.58, ("#c9b49c", "#b59d84"))
    pen = stage.pen()
    for row in range(9):
        y = 286 + 3 * row * row
        pen.stroke([(0, -y), (640, -y)], 0.9, "#a58d75")
    for x, cloth in ((150, CORAL), (480, TEAL)):
        stage.add(umbrella, x, 372, 236, "refined", shadow=0.3, cloth=cloth)
    _guests(stage, 150, 372, 0.8, crowd=False)
    _guests(stage, 480, 376, 0.84, crowd=True)
    stage.add(round_table, 310, 460, 100, "refined", shadow=0.6)
    stage.add(chair, 200, 466, 128, "identical", shadow=0.4)
    stage.add(
        chair,
        420,
        466,
        128,
        "displaced",
        shadow=0.4,
        flip=True,
        wood=mix(WOOD, INK, 0.2),
    )
    stage.add(wine_glass, 284, 368, 52, was="cup")
    stage.add(cup, 330, 368, 26, "refined", glaze=WHITE)
    stage.add(bottle, 308, 364, 66, "identical", glass=GREEN)
    stage.add(cake, 352, 366, 20, "added", icing=PINK)
    stage.add(
        person, 566, 470, 190, "refined", shadow=0.2, pose="hold", shirt=WHITE, legs=INK
    )
    stage.add(plant, 46, 466, 126, "refined", shadow=0.2, pot=ORANGE)
    stage.add(cup, 618, 300, 8, "removed", glaze=YELLOW)


def _guests(stage: Stage, x: float, y: float, scale: float, crowd: bool) -> None:
    """Two seated people at a small table."""
    for side in (-1, 1):
        place = x + side * 84 * scale
        stage.add(chair, place, y + 4, 110 * scale, shadow=0.4, flip=side > 0)
        stage.add(
            seated,
            place + side * 4,
            y + 2,
            128 * scale,
            flip=side > 0,
            shirt=(RED, BLUE, CREAM, GREEN)[2 * crowd + (side > 0)],
        )
    stage.add(round_table, x, y + 6, 78 * scale, shadow=0.6)
    stage.add(cup, x - 14, y - 66 * scale, 15, glaze=WHITE)
    stage.add(wine_glass, x + 14, y - 66 * scale, 28)


def birthday(stage: Stage) -> None:
    backdrops.room(stage, "#f0d9c4", WOOD, 0.7)
    backdrops.window(stage, 60, 196, 116, 118)
    _bunting(stage)
    sideboard = stage.pen()
    sideboard.box(516, -344, 640, -232, "#8f6547")
    sideboard.box(508, -238, 640, -228, "#a97a56")
    sideboard.box(538, -228, 578, -198, VIOLET)
    sideboard.box(536, -204, 580, -194, light(VIOLET))
    sideboard.box(554, -228, 562, -194, YELLOW)
    for side in (-1, 1):
        sideboard.oval(558 + 8 * side, -190, 8, 4.5, YELLOW, 25 * side)
    stage.add(clock, 480, 152, 50, "identical")
    stage.add(vase, 606, 230, 54, "refined", glaze=TEAL)
    stage.add(plant, 24, 346, 128, "refined", shadow=0.2)
    guests = ((128, CORAL), (212, WHITE), (320, NAVY), (424, BLUE), (510, GREEN))
    for x, shirt in guests:
        size = 150 if x == 320 else 190
        pose: Pose = "wave" if shirt in (CORAL, NAVY) else "stand"
        stage.add(person, x, 404, size, "refined", pose=pose, shirt=shirt)
    stage.add(tie, 212, 291, 42, "added", silk=RED)
    stage.add(tie, 424, 291, 42, "refined", silk=YELLOW)
    stage.add(laid_table, 320, 462, 122, "refined", shadow=2.0, dishes=(-1.39, 1.31))
    _feast(stage)
    stage.add(teddy, 584, 472, 76, was="bear", shadow=0.4)
    stage.add(chair, 62, 476, 112, "displaced", shadow=0.4)
    stage.sliver("revised", "fork", 330, 470, 24)


def _bunting(stage: Stage) -> None:
    pen = stage.pen()
    for first, last in ((0, 214), (214, 428), (428, 642)):
        line = [
            (first + (last - first) * t / 12, -22 - 30 * (1 - (t / 6 - 1) ** 2))
            for t in range(13)
        ]
        pen.stroke(line, 1.4, INK)
        for index, (x, y) in enumerate(line[1:-1]):
            tone = (RED, YELLOW, TEAL, CORAL, BLUE)[index % 5]
            pen.shape([(x - 7, y), (x + 7, y), (x, y - 17)], tone)
    for x, y, tone in ((318, 126, CORAL), (352, 104, TEAL), (384, 130, YELLOW)):
        pen.stroke([(x, -y - 22), (357, -252)], 0.8, INK)
        pen.oval(x, -y, 19, 23, tone)
        pen.shape([(x - 4, -y - 27), (x + 4, -y - 27), (x, -y - 20)], dark(tone))
        pen.oval(x - 6, -y + 8, 4, 7, light(tone, 0.5), 20)


def _feast(stage: Stage) -> None:
    """On the table: hot dogs and sandwiches that one set takes as a whole."""
    with stage.group("recrowded", "revised", outlines="rle"):
        for x, y in ((130, 358), (172, 359), (108, 368), (152, 369), (194, 368)):
            stage.add(hot_dog, x, y, 17)
    with stage.group("merged"):
        for x, y in ((444, 370), (480, 371), (516, 370), (462, 348), (498, 348)):
            stage.add(sandwich, x, y, 22)
    stage.add(birthday_cake, 318, 382, 96, "refined", icing=PINK)
    for x, y in ((238, 384), (404, 380)):
        stage.add(wine_glass, x, y, 44, wine="#e0a84f")
    stage.add(cup, 266, 386, 25, "displaced", glaze=TEAL)
    stage.add(cup, 548, 384, 26, was="bowl", glaze=CORAL)
    stage.add(bottle, 382, 368, 62, "refined", glass="#7a4a3a")
    stage.add(knife, 376, 386, 48, "identical", angle=86)
    stage.add(orange, 90, 386, 20, "refined")
    stage.add(apple, 66, 384, 21, "removed", skin="#a9c34f")
