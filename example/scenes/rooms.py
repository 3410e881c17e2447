"""Rooms at home, one by one and in a house without its front, and a library."""

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
from ..sprites.animals import cat, dog
from ..sprites.indoors import (
    bed,
    book,
    chair,
    clock,
    couch,
    hair_drier,
    laptop,
    long_table,
    microwave,
    open_book,
    oven,
    plant,
    refrigerator,
    remote,
    scissors,
    sink,
    teddy,
    toaster,
    toilet,
    toothbrush,
    tv,
    vase,
)
from ..sprites.people import backpack, frisbee, handbag, person, seated
from ..sprites.sports_gear import racket, skateboard
from ..sprites.table import apple, banana, bottle, bowl, cup, orange
from ..sprites.vehicles import bicycle
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


def _books(
    stage: Stage, y: float, left: float, right: float, scale: float = 1.0
) -> None:
    """A row of upright books from ``left`` to ``right``, on the board at ``y``."""
    x = left
    while True:
        thick = scale * stage.rng.uniform(13, 23)
        if x + thick > right:
            return
        high = scale * stage.rng.uniform(58, 86)
        stage.add(book, x + thick / 2, y, high, width=(thick - 0.8) / high)
        x += thick


def open_house(stage: Stage) -> None:
    """A house without its front: five rooms on three floors, and the garden."""
    backdrops.sky(stage, 0.8)
    backdrops.sun(stage, 438, 46, 20)
    for x, y, size in ((64, 62, 66), (400, 96, 40)):
        backdrops.cloud(stage, x, y, size)
    for x, size in ((16, 150), (466, 170)):
        backdrops.tree(stage, x, 512, size)
    _shell(stage)
    _attic(stage)
    _bathroom(stage)
    _study(stage)
    _small_kitchen(stage)
    _parlour(stage)
    _garden(stage)


def _shell(stage: Stage) -> None:
    pen = stage.pen()
    pen.box(320, -90, 352, -14, "#a5604b")
    pen.box(316, -22, 356, -12, "#8a4d3c")
    pen.shape(
        [(8, -196), (54, -78), (136, -30), (344, -30), (426, -78), (472, -196)],
        "#8d4f43",
    )
    pen.box(34, -506, 446, -190, "#e9d8bd")
    attic = [(46, -188), (84, -90), (148, -50), (332, -50), (396, -90), (434, -188)]
    pen.shape(attic, "#cfe0e6")
    for left, low, high, wall in (
        (44, 338, 204, "#d5ebe6"),
        (244, 338, 204, "#f0dfb4"),
        (44, 492, 350, "#f3ead8"),
        (244, 492, 350, "#d9c3c9"),
    ):
        pen.box(left, -low, left + 192, -high, wall)
    for y in (188, 338, 492):
        pen.box(44, -y - 5, 436, -y, light(WOOD, 0.1))
    for row in range(4):
        for column in range(16):
            if (row + column) % 2:
                x, y = 44 + 12 * column, 338 - 12 * row
                pen.box(x, -y, x + 12, -y + 12, "#bfded8")
    pen.box(28, -512, 452, -498, "#b7a692")


def _attic(stage: Stage) -> None:
    pen = stage.pen()
    pen.oval(240, -84, 21, 21, WHITE)
    pen.oval(240, -84, 17, 17, "#a9d6e5")
    pen.box(238.5, -101, 241.5, -67, WHITE)
    pen.box(223, -85.5, 257, -82.5, WHITE)
    stage.add(bed, 136, 188, 56, "refined", cover=RED)
    stage.add(teddy, 150, 156, 26, "identical")
    stage.add(racket, 206, 156, 50, "displaced", angle=18, frame=TEAL)
    stage.add(skateboard, 232, 188, 46, "added", deck=ORANGE)
    pen.box(318, -150, 400, -145, WOOD)
    for x in (324, 392):
        pen.box(x, -188, x + 4, -150, WOOD)
    stage.add(laptop, 368, 145, 30, "refined")
    stage.add(chair, 306, 188, 56, "refined")
    stage.add(seated, 308, 187, 70, "refined", shirt=YELLOW)
    stage.add(backpack, 272, 188, 28, "refined", cloth=CORAL)
    stage.add(clock, 310, 88, 25, "identical")


def _bathroom(stage: Stage) -> None:
    pen = stage.pen()
    pen.box(140, -284, 176, -224, light(STEEL, 0.4), 16)
    pen.box(143, -281, 173, -227, "#c3e3ec", 14)
    pen.shape([(148, -276), (158, -276), (170, -232), (162, -232)], WHITE)
    pen.box(150, -338, 166, -304, "#dfe6e8")
    stage.add(toilet, 82, 335, 58, was="chair", glaze="#f3f4f0")
    stage.add(sink, 158, 312, 30, "refined")
    pen.box(186, -276, 230, -272, WOOD)
    stage.add(toothbrush, 194, 266, 26, "identical", angle=9, handle=CORAL)
    stage.add(toothbrush, 201, 266, 26, "added", angle=-10, handle=BLUE)
    stage.add(cup, 197, 272, 15, "refined", glaze=TEAL)
    stage.add(bottle, 222, 272, 30, "refined", glass="#8d6a9f", label=WHITE)
    stage.add(hair_drier, 208, 312, 26, "displaced", shell=CORAL)
    pen.stroke(
        [(203, -311), (202, -322), (208, -329), (218, -327), (224, -316)], 1.4, INK
    )
    stage.add(bottle, 112, 338, 22, "removed", glass=GREEN)
    pen.box(52, -264, 110, -260, WOOD)
    with stage.group("merged"):
        for x, tone in ((62, CREAM), (80, ORANGE), (98, "#8fb3c6")):
            stage.add(vase, x, 260, 30, glaze=tone)


def _study(stage: Stage) -> None:
    pen = stage.pen()
    pen.box(256, -252, 338, -248, WOOD)
    with stage.group("merged", "revised"):
        _books(stage, 248, 258, 336, 0.46)
    pen.box(258, -302, 352, -296, WOOD)
    for x in (262, 344):
        pen.box(x, -338, x + 5, -302, WOOD)
    stage.add(tv, 304, 296, 40, was="laptop")
    stage.add(scissors, 270, 298, 24, "refined", angle=12)
    stage.add(cup, 340, 297, 13, "removed", glaze=RED)
    stage.add(person, 392, 337, 104, "refined", shadow=0.2, shirt=TEAL, pose="hold")
    stage.add(open_book, 407, 276, 15, "added", cover=RED)
    stage.add(plant, 416, 337, 42, "displaced")
    stage.add(cat, 304, 338, 34, "refined", fur="#8a7f86")


def _small_kitchen(stage: Stage) -> None:
    pen = stage.pen()
    pen.box(154, -440, 236, -434, WOOD)
    pen.box(156, -492, 236, -440, "#7fa39c")
    for x in (162, 200):
        pen.box(x, -488, x + 32, -446, light("#7fa39c", 0.15), 2)
    stage.add(refrigerator, 75, 492, 114, "refined")
    stage.add(oven, 131, 492, 52, "identical")
    stage.add(toaster, 180, 434, 27, was="microwave")
    stage.add(sink, 217, 439, 20, "refined")
    pen.box(146, -396, 232, -392, WOOD)
    with stage.group("recrowded", "base"):
        for x, glaze in ((158, TEAL), (176, CORAL), (194, YELLOW), (212, BLUE)):
            stage.add(cup, x, 392, 18, glaze=glaze)
    stage.add(person, 108, 490, 98, "refined", shadow=0.2, away=True, shirt=CORAL)
    stage.add(bowl, 142, 440, 14, "refined", glaze=YELLOW)


def _parlour(stage: Stage) -> None:
    pen = stage.pen()
    pen.shape([(262, -488), (400, -488), (416, -498), (250, -498)], "#a9565a")
    pen.box(300, -404, 356, -368, INK, 2)
    pen.box(304, -400, 352, -372, "#f2d3a2")
    pen.shape([(304, -400), (322, -384), (334, -392), (352, -378), (352, -400)], TEAL)
    stage.add(couch, 320, 490, 54, "refined", shadow=1.2, cloth="#4d6fa0")
    for x, shirt, flip in ((288, YELLOW, False), (346, WHITE, True)):
        stage.add(seated, x, 490, 84, "refined", shirt=shirt, flip=flip)
    stage.add(teddy, 317, 466, 26, "displaced")
    stage.add(plant, 412, 491, 70, "refined", pot=CREAM)
    stage.add(remote, 366, 464, 14, "removed", angle=60)


def _garden(stage: Stage) -> None:
    backdrops.meadow(stage, 0.8, "#9cc95f", 50)
    path = stage.pen()
    path.curve(
        [(206, -512), (270, -512), (290, -570), (340, -650), (180, -650), (200, -570)],
        "#e6d3a8",
    )
    with stage.group("recrowded", "revised", outlines="polygons"):
        for step, pot in enumerate((CORAL, ORANGE, "#8f6f9f", RED)):
            stage.add(plant, 46 + 34 * step, 540, 46, pot=pot)
    stage.add(bicycle, 386, 566, 66, "refined", shadow=0.8, frame=BLUE)
    stage.add(person, 246, 612, 106, "refined", shadow=0.2, pose="wave", shirt=RED)
    stage.add(dog, 134, 612, 52, "refined", shadow=0.5)
    stage.add(frisbee, 196, 584, 12, was="sports ball", disc=YELLOW)
    stage.add(handbag, 286, 612, 24, "identical")
    stage.sliver("revised", "bicycle", 420, 600, 22)
