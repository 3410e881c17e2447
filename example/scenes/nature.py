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
from ..sprites.people import backpack, handbag, person
from ..sprites.wildlife import bear, flamingo, sitting_bear
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


def zoo(stage: Stage) -> None:
    backdrops.sky(stage, 0.4)
    backdrops.cloud(stage, 250, 42, 80)
    backdrops.cloud(stage, 560, 60, 90)
    backdrops.hills(stage, 142, 8, "#7fae78", 2.0, 1.0)
    for x in range(-10, 660, 47):
        leaf = mix(GREEN, LIME, (x % 5) / 9)
        backdrops.tree(stage, x, 176, 96 + (x * 7) % 40, leaf)
    _bear_rocks(stage)
    _paddock(stage)
    _pond(stage)
    backdrops.ground(stage, 0.81, ("#e2d2b4", "#cdbb9a"))
    rail = stage.pen()
    for x in range(12, 660, 44):
        rail.box(x - 2.5, -352, x + 2.5, -314, "#6d5a4c")
    for y in (318, 334):
        rail.box(0, -y - 2, 640, -y + 2, "#7d6857")
    _visitors(stage)


def _bear_rocks(stage: Stage) -> None:
    backdrops.ground(stage, 0.4, ("#b9cf8b", "#a9c077", "#98b168"))
    rock = stage.pen()
    rock.shape(
        [
            (-10, -330),
            (-10, -104),
            (48, -92),
            (96, -124),
            (150, -116),
            (196, -160),
            (250, -168),
            (292, -214),
            (330, -330),
        ],
        "#a99c90",
    )
    rock.shape([(48, -92), (96, -124), (84, -196), (30, -188)], "#bdb0a3")
    rock.shape([(150, -116), (196, -160), (190, -214), (128, -206)], "#b6a99c")
    rock.shape([(250, -168), (292, -214), (282, -246), (236, -240)], "#bdb0a3")
    rock.box(6, -240, 58, -146, "#3b3533", 26)
    rock.shape(
        [(-10, -204), (110, -198), (214, -216), (318, -262), (340, -330), (-10, -330)],
        "#cbbfae",
    )
    stage.add(bear, 226, 172, 36, "removed", fur="#8d6748")
    stage.add(bear, 96, 240, 76, "refined", shadow=0.7)
    stage.add(sitting_bear, 206, 262, 82, "refined", shadow=0.36, fur="#6b4631")
    with stage.group("merged"):
        for x, flip in ((22, False), (54, True), (86, False)):
            stage.add(sitting_bear, x, 296, 48, shadow=0.36, flip=flip, fur="#95694a")
    stage.add(bear, 176, 306, 62, was="cow", shadow=0.7, flip=True, fur="#4d3a31")


def _paddock(stage: Stage) -> None:
    """Zebras, a giraffe and their fence."""
    fence = stage.pen()
    fence.box(372, -204, 470, -142, "#b28a5f")
    fence.box(396, -204, 446, -160, "#54423a")
    fence.shape([(360, -146), (482, -146), (462, -120), (380, -120)], "#8b6242")
    for x in range(344, 660, 34):
        fence.box(x - 2, -214, x + 2, -188, light(BROWN, 0.35))
    for y in (194, 204):
        fence.box(340, -y - 1.5, 640, -y + 1.5, light(BROWN, 0.45))
    stage.add(giraffe, 560, 244, 178, "refined", shadow=0.2, flip=True)
    stage.add(zebra, 394, 238, 62, "refined", shadow=0.4)
    stage.add(zebra, 506, 258, 70, "displaced", shadow=0.4, flip=True)
    stage.add(horse, 598, 262, 72, was="zebra", shadow=0.4, flip=True)
    stage.add(zebra, 420, 298, 76, shadow=0.4)


def _pond(stage: Stage) -> None:
    """Flamingos that the revision holds as one crowd."""
    water = stage.pen()
    water.oval(548, -306, 104, 27, "#d9c9a6")
    water.oval(548, -306, 96, 22, "#7fbccb")
    for x, y in ((500, 300), (590, 312), (548, 318)):
        water.oval(x, -y, 24, 1.4, "#b9dde2")
    with stage.group("merged", "revised"):
        for step in range(6):
            stage.add(
                flamingo,
                484 + 23 * step,
                304 + 7 * (step % 2),
                56,
                flip=step % 3 == 1,
                feathers=mix("#f0869a", WHITE, step / 16),
            )
    stage.add(flamingo, 624, 312, 54, "added", flip=True)


def _visitors(stage: Stage) -> None:
    """A school class at the railing, a crowd in the base alone, and others."""
    caps = (YELLOW, RED, SKY, LIME, CORAL, YELLOW, RED, SKY)
    with stage.group("recrowded", "base"):
        for step, cap in enumerate(caps):
            x, size = 196 + 25 * step, 74 + 5 * (step % 3)
            stage.add(person, x, 386, size, shadow=0.2, away=True, hat=cap)
    stage.add(person, 52, 416, 132, "refined", shadow=0.2, away=True, shirt=CORAL)
    stage.add(backpack, 52, 366, 46, "identical", cloth=NAVY)
    stage.add(person, 112, 412, 84, "refined", shadow=0.2, pose="wave", shirt=YELLOW)
    stage.add(bird, 586, 408, 20, "removed", feathers="#6f7f93")
    stage.add(person, 474, 420, 138, "refined", shadow=0.2, pose="wave", shirt=PINE)
    stage.add(handbag, 440, 416, 30, "displaced", leather=BROWN)
    stage.sliver("base", "bird", 300, 30, 14)
