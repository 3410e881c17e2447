"""Rooms at home, and a library."""

from .. import backdrops
from ..palette import (
    BLUE,
    CORAL,
    CREAM,
    GREEN,
    INK,
    ORANGE,
    RED,
    STEEL,
    TEAL,
    WHITE,
    WOOD,
    YELLOW,
    dark,
    light,
)
from ..sprites.animals import cat
from ..sprites.indoors import (
    book,
    chair,
    clock,
    couch,
    long_table,
    microwave,
    open_book,
    oven,
    plant,
    refrigerator,
    remote,
    sink,
    teddy,
    tv,
    vase,
)
from ..sprites.people import person
from ..sprites.table import apple, banana, bottle, bowl, cup, orange
from ..stage import Stage


def kitchen(stage: Stage) -> None:
    backdrops.room(stage, "#e4ded0", "#c9c2b6", 0.8, planks=False)
    pen = stage.pen()
    for row in range(4):
        for column in range(30):
            tone = "#f3efe6" if (row + column) % 2 else "#e6eeea"
            pen.box(
                column * 22, -262 + row * 20, column * 22 + 21, -243 + row * 20, tone
            )
    backdrops.window(stage, 300, 168, 130, 122)
    pen.box(150, -384, 640, -270, "#6f9a94")
    for x in (156, 274, 354, 434, 514):
        pen.box(x, -378, x + 72, -286, light("#6f9a94", 0.1), 3)
        pen.oval(x + 64, -330, 3, 3, CREAM)
    pen.box(140, -274, 640, -260, WOOD)
    pen.box(470, -150, 640, -141, WOOD)
    stage.add(refrigerator, 76, 396, 316, "refined", shadow=0.3)
    stage.add(oven, 214, 384, 116, "identical")
    stage.add(microwave, 560, 261, 58, "refined")
    stage.add(sink, 366, 272, 44, "refined")
    for x, size, glaze in ((500, 34, TEAL), (536, 30, CORAL)):
        stage.add(cup, x, 142, size, glaze=glaze)
    stage.add(vase, 590, 142, 52, "identical")
    stage.add(bottle, 452, 262, 62, "refined", glass=GREEN)
    stage.add(bottle, 476, 262, 54, "identical", glass="#8a4b3b")
    stage.add(bowl, 214, 262, 27, was="sink", glaze=WHITE, filling=STEEL)
    stage.add(long_table, 400, 474, 92, "refined", shadow=1.0)
    stage.add(cup, 330, 390, 32, "displaced", glaze=YELLOW)
    stage.add(bowl, 420, 392, 30, "refined", glaze=BLUE, filling=dark(BLUE))
    with stage.group("merged"):
        for x in (398, 420, 442):
            stage.add(apple, x, 374, 24)
    stage.add(banana, 494, 390, 22, "added")
    stage.add(orange, 378, 391, 17, "removed")
    stage.add(chair, 240, 478, 118, "refined", shadow=0.4)
    stage.add(clock, 230, 120, 54, "identical")


def living_room(stage: Stage) -> None:
    backdrops.room(stage, "#cfdcd4", WOOD, 0.68)
    backdrops.window(stage, 60, 190, 120, 136)
    pen = stage.pen()
    pen.box(236, -150, 330, -80, INK, 2)
    pen.box(241, -145, 325, -85, "#f2d3a2")
    pen.oval(283, -112, 18, 18, CORAL)
    pen.shape([(120, -356), (520, -356), (580, -412), (60, -412)], "#b9574f")
    pen.shape([(140, -362), (500, -362), (548, -404), (92, -404)], "#d88a78")
    stage.add(plant, 36, 316, 150, "refined", shadow=0.2)
    stage.add(couch, 264, 334, 124, "refined", shadow=1.2)
    stage.add(cat, 330, 294, 66, "refined")
    stage.add(teddy, 200, 292, 52, "identical")
    stage.add(open_book, 262, 292, 20, "added", cover=RED)
    pen.box(430, -322, 620, -268, "#8a5f45")
    for x in (438, 502, 566):
        pen.box(x, -314, x + 56, -276, dark("#8a5f45", 0.12), 2)
    stage.add(tv, 524, 268, 108, "refined")
    stage.add(clock, 408, 120, 44, "identical")
    pen.box(388, -226, 456, -220, WOOD)
    with stage.group("split"):
        for step, cover in enumerate((RED, TEAL, YELLOW, BLUE)):
            stage.add(book, 400 + 11 * step, 220, 40, cover=cover)
    stage.add(vase, 450, 221, 30, "removed", glaze=ORANGE)
    stage.add(person, 566, 416, 160, "identical", shadow=0.2, shirt=CORAL)
    stage.prop(long_table, 318, 422, 46, shadow=1.0, wood="#7d523a")
    stage.add(cup, 290, 384, 26, "refined", glaze=WHITE)
    stage.add(remote, 352, 384, 30, was="cell phone", angle=78)
    stage.add(plant, 140, 414, 74, "displaced", shadow=0.2, pot=CREAM)


def library(stage: Stage) -> None:
    backdrops.room(stage, "#7d5a45", "#a9805c", 0.9)
    pen = stage.pen()
    pen.box(24, -600, 456, -16, dark(WOOD, 0.3))
    pen.box(38, -590, 442, -28, "#4d372e")
    for y in (136, 246, 356, 466, 576):
        backdrops.shelf(stage, y, 38, 442)
    with stage.group("split", "base"):
        _books(stage, 136, 44, 436)
    _books(stage, 246, 44, 210)
    with stage.group("refined", "base", "revised", singled=2):
        _books(stage, 246, 246, 436)
    with stage.group("merged", "revised"):
        _books(stage, 356, 44, 250)
    stage.add(vase, 300, 357, 74, "refined")
    stage.add(clock, 388, 357, 60, "identical", rim=RED)
    with stage.group("recrowded", "base"):
        _books(stage, 466, 44, 230)
    _books(stage, 466, 268, 436)
    stage.add(plant, 96, 576, 86, "refined")
    _books(stage, 576, 160, 330)
    stage.add(teddy, 384, 576, 70, was="cat")


def _books(stage: Stage, y: float, left: float, right: float) -> None:
    """A row of upright books from ``left`` to ``right``, on the board at ``y``."""
    x = left
    while True:
        thick = stage.rng.uniform(13, 23)
        if x + thick > right:
            return
        high = stage.rng.uniform(58, 86)
        stage.add(book, x + thick / 2, y, high, width=(thick - 0.8) / high)
        x += thick
