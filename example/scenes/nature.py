"""Animals and landscapes."""

from .. import backdrops
from ..palette import (
    BROWN,
    CORAL,
    CREAM,
    GREEN,
    LIME,
    NAVY,
    PINE,
    RED,
    SKY,
    WHITE,
    YELLOW,
    dark,
    light,
    mix,
)
from ..sprites.animals import (
    bird,
    cow,
    dog,
    elephant,
    giraffe,
    gull,
    horse,
    sheep,
    sitting_dog,
    zebra,
)
from ..sprites.people import person
from ..stage import Stage


def flock(stage: Stage) -> None:
    backdrops.sky(stage, 0.4)
    backdrops.sun(stage, 96, 70, 24)
    backdrops.cloud(stage, 300, 54, 96)
    backdrops.cloud(stage, 540, 80, 80)
    backdrops.hills(stage, 142, 30, "#b5d3b0", 1.0, 0.3)
    backdrops.hills(stage, 158, 18, "#9cc58f", 1.7, 2.2)
    backdrops.meadow(stage, 0.38)
    for x in (14, 52, 600, 632):
        backdrops.tree(stage, x, 178, 74, PINE)
    with stage.group("split", "base"):
        for row in range(4):
            for column in range(12):
                x = 132 + 33 * column + 15 * (row % 2)
                y = 186 + 15 * row
                stage.add(
                    sheep,
                    x + stage.rng.uniform(-4, 4),
                    y + stage.rng.uniform(-2, 2),
                    23 + 2 * row,
                    shadow=0.45,
                    flip=stage.rng.random() < 0.5,
                )
    for x, y, size in ((70, 296, 44), (168, 306, 48), (262, 296, 46), (470, 298, 46)):
        stage.add(sheep, x, y, size, shadow=0.45, flip=x > 200)
    stage.add(sheep, 574, 310, 50, "displaced", shadow=0.45)
    with stage.group("split"):
        for x in (104, 186, 268):
            stage.add(sheep, x, 396, 68, shadow=0.45)
    stage.add(person, 392, 392, 128, "refined", shadow=0.2, shirt=RED, legs=NAVY)
    stage.add(dog, 500, 396, 56, "refined", shadow=0.5, flip=True, fur="#3f3d46")
    stage.add(sheep, 604, 400, 62, "identical", shadow=0.45, flip=True)
    for x, y in ((180, 172), (420, 170)):
        stage.add(gull, x, y - 90, 10, "removed")


def portrait(stage: Stage) -> None:
    """One object, the same in both sets."""
    stage.canvas.gradient(("#f7d6b4", "#f2b88f", "#e79a78"))
    stage.canvas.glow((240, 250), (230, 230), "#fff1d6", 0.7)
    backdrops.hills(stage, 470, 20, "#7fae88", 0.8, 1.0)
    backdrops.hills(stage, 520, 12, "#5f9676", 1.3, 2.4)
    stage.add(sitting_dog, 240, 600, 470, "identical", shadow=0.36)


def lake(stage: Stage) -> None:
    """Nothing that either set labels."""
    backdrops.sky(stage, 0.55, ("#86b6de", "#cfe3ee", "#fdeed8"))
    backdrops.sun(stage, 410, 104, 24)
    for x, size, rock in (
        (110, 150, "#8c9cb8"),
        (520, 170, "#8594b2"),
        (300, 190, "#74849f"),
    ):
        backdrops.peak(stage, x, 236, size, rock)
    backdrops.hills(stage, 226, 12, "#6f9a86", 1.6, 0.5)
    for x in range(-10, 660, 21):
        backdrops.pine(
            stage,
            x,
            246 + (x * 7) % 9,
            44 + (x * 11) % 26,
            mix(PINE, "#6f9a86", (x % 4) / 6),
        )
    backdrops.sea(stage, 0.57, ("#cfe6e6", "#7fb6c4", "#4d8aa3"))
    stage.canvas.glow((410, 290), (40, 50), "#fff0c9", 0.6)
    shore = stage.pen()
    shore.curve(
        [(-40, -380), (120, -392), (260, -420), (300, -470), (-60, -470)], "#7fa867"
    )
    for x, y, size in ((40, 410, 120), (104, 420, 90)):
        backdrops.pine(stage, x, y, size)


def savanna(stage: Stage) -> None:
    backdrops.sky(stage, 0.55, ("#f29e6b", "#f7c48a", "#fde8bd"))
    backdrops.sun(stage, 470, 150, 34, "#fbd56e")
    backdrops.hills(stage, 220, 12, "#c9956b", 1.2, 0.9)
    backdrops.ground(stage, 0.52, ("#e8c47c", "#d9ab5f", "#c08f4b"))
    for x, y, size in ((60, 236, 110), (590, 240, 130)):
        trunk = stage.pen(x, y, size)
        trunk.stroke([(0, 0), (0.04, 0.5), (-0.1, 0.78)], 0.05, "#6b4a35")
        trunk.stroke([(0.03, 0.45), (0.18, 0.78)], 0.04, "#6b4a35")
        trunk.oval(-0.1, 0.82, 0.4, 0.1, "#6f8a4d")
        trunk.oval(0.16, 0.9, 0.36, 0.09, "#7f9a58")
    with stage.group("recrowded", "revised", outlines="polygons"):
        for step in range(7):
            stage.add(zebra, 316 + 36 * step, 258 + 4 * (step % 2), 44, shadow=0.4)
    stage.add(giraffe, 148, 312, 190, "refined", shadow=0.2)
    stage.add(giraffe, 224, 292, 150, "identical", shadow=0.2, flip=True)
    stage.add(elephant, 400, 366, 112, "refined", shadow=0.5)
    stage.add(elephant, 548, 356, 72, "displaced", shadow=0.5)
    stage.add(elephant, 84, 398, 86, was="bear", shadow=0.5)
    for x, y in ((250, 60), (284, 48), (316, 68)):
        stage.add(gull, x, y, 13, "added")


def wire(stage: Stage) -> None:
    """Labelled in the revised set only."""
    backdrops.sky(stage, 1.0, ("#a8c8e8", "#e3d7e6", "#fbe0c4"))
    backdrops.cloud(stage, 120, 300, 130, "#fdf3ea")
    backdrops.cloud(stage, 400, 330, 150, "#fdf3ea")
    pen = stage.pen()
    pen.box(436, -375, 450, -20, "#6b5348")
    pen.box(400, -66, 486, -56, "#6b5348")
    for top in (96, 176):
        line = [(x, -(top + 16 - (x - 250) ** 2 / 4000)) for x in range(0, 501, 20)]
        pen.stroke(line, 2.2, "#3b3a4a")
    for x, line_y in (
        (48, 96),
        (112, 96),
        (150, 96),
        (262, 96),
        (338, 96),
        (86, 176),
        (206, 176),
        (244, 176),
        (330, 176),
    ):
        y = line_y + 16 - (x - 250) ** 2 / 4000
        feathers = stage.rng.choice(("#4f7cac", "#5b5f7a", "#b5654a", "#3f6f6b"))
        stage.add(bird, x, y, 36, "added", flip=x % 4 == 0, feathers=feathers)


def farm(stage: Stage) -> None:
    backdrops.sky(stage, 0.46)
    backdrops.cloud(stage, 180, 60, 110)
    backdrops.cloud(stage, 520, 46, 70)
    backdrops.hills(stage, 176, 16, "#a9cc9a", 1.2, 1.3)
    backdrops.meadow(stage, 0.44, mix(LIME, GREEN, 0.2))
    barn = stage.pen(76, 214, 1.0)
    barn.box(0, 0, 128, 62, "#b5483f")
    barn.shape([(-8, 60), (136, 60), (110, 92), (64, 112), (18, 92)], "#7d4038")
    barn.box(44, 0, 84, 44, CREAM)
    barn.stroke([(44, 0), (84, 44)], 2.5, "#b5483f")
    barn.stroke([(84, 0), (44, 44)], 2.5, "#b5483f")
    backdrops.tree(stage, 30, 222, 96)
    backdrops.tree(stage, 600, 212, 84)
    for x in range(0, 650, 40):
        barn.box(x - 76, -38, x - 71, -8, light(BROWN, 0.4))
    for y in (-18, -30):
        barn.box(-80, y - 2, 570, y + 2, light(BROWN, 0.5))
    for x, y, size in ((420, 232, 32), (498, 238, 34)):
        stage.add(horse, x, y, size * 1.5, shadow=0.4, flip=x > 450)
    stage.add(cow, 150, 316, 74, "refined", shadow=0.6)
    stage.add(cow, 326, 326, 82, "identical", shadow=0.6, patch="#3c3a42")
    stage.add(cow, 520, 320, 80, "displaced", shadow=0.6, flip=True)
    stage.add(horse, 128, 408, 98, was="cow", shadow=0.4, coat="#b4683f")
    with stage.group("split"):
        for x in (290, 356, 422):
            stage.add(sheep, x, 410, 54, shadow=0.45)
    stage.add(person, 540, 412, 96, "refined", shadow=0.2, shirt=CORAL, legs=NAVY)
    stage.add(dog, 600, 414, 34, "added", shadow=0.5, fur=dark(WHITE, 0.3))
    stage.add(bird, 236, 404, 16, "removed", feathers=YELLOW, belly=SKY)
