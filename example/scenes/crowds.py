"""Many people: a stand, a concert, a platform, a park."""

from .. import backdrops
from ..palette import (
    BLUE,
    CORAL,
    CREAM,
    GREEN,
    INK,
    LIME,
    NAVY,
    ORANGE,
    RED,
    STEEL,
    TEAL,
    VIOLET,
    WHITE,
    YELLOW,
    dark,
    light,
    mix,
)
from ..sprites.animals import dog, gull
from ..sprites.indoors import clock
from ..sprites.people import (
    backpack,
    ball,
    bust,
    frisbee,
    handbag,
    kite,
    person,
    suitcase,
    umbrella,
)
from ..sprites.vehicles import bench, bicycle, train
from ..stage import Stage


def stadium(stage: Stage) -> None:
    """The dense one: some 300 spectators, one by one in both sets."""
    backdrops.sky(stage, 0.2)
    pen = stage.pen()
    pen.box(0, -480, 640, -58, "#8d97a8")
    pen.shape([(0, -58), (640, -58), (640, -30), (0, -44)], "#59647a")
    for row in range(11):
        y = 92 + 26.5 * row
        pen.box(0, -y - 8, 640, -y + 2, mix("#7c879a", "#a4aebd", row / 11))
        for seat in range(27):
            x = 12 + 24.6 * seat - 6 * (row % 2)
            pen.box(x - 9, -y - 2, x + 9, -y + 14, mix(BLUE, NAVY, (row % 3) / 4), 3)
            if stage.rng.random() > 0.035:
                stage.add(bust, x, y, 25.5, arms=row > 8 and seat % 9 == 4)
    pen.box(0, -404, 640, -366, NAVY)
    for x, tone in ((90, CORAL), (320, YELLOW), (550, TEAL)):
        pen.box(x - 92, -399, x + 92, -371, tone, 4)
        pen.box(x - 60, -390, x + 60, -380, light(tone, 0.5), 4)
    backdrops.ground(stage, 0.835, (light(LIME, 0.1), "#86b85a"))
    pen.stroke([(0, -452), (640, -440)], 3, WHITE)
    for x, shirt, pose in (
        (140, RED, "walk"),
        (272, WHITE, "walk"),
        (470, RED, "wave"),
    ):
        stage.add(person, x, 472, 84, "refined", shadow=0.2, pose=pose, shirt=shirt)
    stage.add(ball, 330, 470, 17, "displaced", shadow=0.5)
    for x in (570, 604):
        stage.add(person, x, 428, 52, "added", shadow=0.2)


def concert(stage: Stage) -> None:
    """A crowd in both sets: RLE in the base, polygons in the revision."""
    stage.canvas.gradient(("#2b2350", "#5a3f7d", "#b0587f", "#f0a070"))
    pen = stage.pen()
    for x, tone in ((120, "#7fd3e6"), (320, "#ffd98a"), (520, "#f58fb0")):
        pen.shape(
            [(x - 6, 0), (x + 6, 0), (x + 70, -200), (x - 70, -200)],
            mix("#5a3f7d", tone, 0.28),
        )
        stage.canvas.glow((x, 210), (90, 60), tone, 0.5)
    pen.box(70, -262, 570, -214, "#241d3d")
    pen.box(70, -220, 570, -212, "#6d5a94")
    for x in (84, 520):
        pen.box(x, -262, x + 38, -110, "#1b1630", 3)
        for y in (136, 176, 216):
            pen.oval(x + 19, -y, 14, 14, "#4a4266")
    for x, shirt, pose in (
        (250, RED, "wave"),
        (330, WHITE, "hold"),
        (404, YELLOW, "stand"),
    ):
        stage.add(person, x, 218, 84, "refined", pose=pose, shirt=shirt)
    with stage.group("refined", "base", "revised", outlines="polygons", singled=6):
        for row in range(7):
            count = 21 - row
            for place in range(count):
                at = 640 * (place + 0.5 + 0.2 * (row % 2)) / count
                size = 36 + 6 * row
                stage.add(
                    bust,
                    at + stage.rng.uniform(-4, 4),
                    284 + 27 * row,
                    size,
                    away=True,
                    arms=row < 6 and stage.rng.random() < 0.2,
                )
    for x in (96, 330, 540):
        stage.add(bust, x, 482, 98, "refined", away=True)


def station(stage: Stage) -> None:
    backdrops.sky(stage, 0.4, ("#b7cede", "#e2ecee"))
    pen = stage.pen()
    pen.shape([(0, 0), (640, 0), (640, -56), (320, -20), (0, -56)], "#5b6b7c")
    for x in range(20, 640, 75):
        pen.stroke([(x, -54), (320 + (x - 320) * 0.5, 0)], 4, "#8292a3")
    backdrops.house(stage, 0, 220, 640, 130, "#dccab0")
    pen.box(0, -262, 640, -214, "#6c6a6e")
    stage.add(train, 330, 262, 130, "refined")
    backdrops.ground(stage, 0.61, ("#c8c2ba", "#b3aca4", "#a39c94"))
    pen.box(0, -278, 640, -268, YELLOW)
    for x in (150, 500):
        pen.box(x - 6, -300, x + 6, -54, "#4c5a69")
    stage.add(clock, 560, 130, 58, "identical")
    pen.stroke([(560, -72), (560, -40)], 4, INK)
    stage.add(bench, 556, 334, 48, "refined", shadow=1.0)
    with stage.group("recrowded", "revised", outlines="polygons"):
        for step in range(8):
            stage.add(
                person,
                60 + 21 * step,
                324 + 5 * (step % 2),
                96,
                shadow=0.2,
                away=step % 3 == 0,
            )
    with stage.group("split", "base"):
        for step in range(9):
            stage.add(
                person,
                276 + 23 * step,
                318 + 6 * (step % 2),
                92,
                shadow=0.2,
                away=step % 2 == 0,
            )
    stage.add(person, 130, 414, 140, "refined", shadow=0.2, pose="walk", shirt=TEAL)
    stage.add(suitcase, 184, 416, 66, "refined", shadow=0.3, shell=ORANGE)
    stage.add(person, 300, 418, 146, "identical", shadow=0.2, away=True, shirt=CREAM)
    stage.add(backpack, 300, 364, 50, was="handbag", cloth=RED)
    stage.add(person, 452, 416, 142, "refined", shadow=0.2, pose="walk", shirt=VIOLET)
    stage.add(handbag, 424, 372, 30, "displaced")
    stage.add(suitcase, 520, 414, 44, "added", shadow=0.3, shell=BLUE)
    stage.add(suitcase, 628, 300, 12, "removed", shell=GREEN)


def park(stage: Stage) -> None:
    backdrops.sky(stage, 0.44)
    backdrops.sun(stage, 560, 66, 26)
    backdrops.cloud(stage, 120, 70, 100)
    backdrops.cloud(stage, 380, 50, 80)
    for x in range(0, 640, 46):
        backdrops.house(
            stage, x, 204, 40, 40 + (x * 7) % 56, mix("#a9bccb", "#d9dfe3", (x % 3) / 3)
        )
    backdrops.hills(stage, 200, 10, "#8fbf85", 1.5, 0.8)
    backdrops.meadow(stage, 0.42, "#9cc95f", 110)
    path = stage.pen()
    path.curve(
        [
            (250, -204),
            (300, -204),
            (300, -280),
            (430, -380),
            (640, -470),
            (640, -500),
            (380, -500),
            (250, -360),
            (230, -270),
        ],
        "#e6d3a8",
    )
    for x, y, size in (
        (60, 262, 130),
        (180, 232, 92),
        (470, 236, 104),
        (606, 270, 140),
    ):
        backdrops.tree(stage, x, y, size)
    stage.add(kite, 310, 120, 52, "refined", cloth=RED, angle=14)
    path.stroke([(306, -120), (350, -200), (400, -248)], 0.7, WHITE)
    stage.add(person, 392, 306, 76, "refined", shadow=0.2, pose="wave", shirt=YELLOW)
    stage.add(bench, 176, 296, 46, "identical", shadow=1.0)
    stage.add(bicycle, 520, 316, 58, "refined", shadow=0.8, frame=TEAL)
    with stage.group("split"):
        for x, shirt in ((272, RED), (306, BLUE), (340, GREEN)):
            stage.add(person, x, 372, 94, shadow=0.2, shirt=shirt)
    blanket = stage.pen(126, 420, 1.0)
    blanket.shape([(-96, -34), (70, -40), (112, 14), (-60, 20)], CORAL)
    for step in range(4):
        x = -80 + 42 * step
        blanket.stroke([(x, -35), (x + 36, 17)], 5, CREAM)
    stage.add(umbrella, 66, 414, 92, "displaced", cloth=TEAL)
    stage.add(person, 470, 432, 128, "refined", shadow=0.2, pose="wave", shirt=ORANGE)
    stage.add(frisbee, 396, 372, 15, "added")
    stage.add(dog, 566, 436, 62, was="cat", shadow=0.5, flip=True)
    stage.add(ball, 250, 440, 22, "identical", shadow=0.5)
    stage.add(handbag, 150, 426, 26, "refined", leather=dark(STEEL, 0.3))
    for x, y in ((230, 90), (258, 76)):
        stage.add(gull, x, y, 11, "removed")
