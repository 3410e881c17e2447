"""Where people play: a ski slope and a baseball ground."""

from .. import backdrops
from ..palette import (
    BLUE,
    CORAL,
    CREAM,
    INK,
    LIME,
    NAVY,
    ORANGE,
    PINE,
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
from ..sprites.animals import dog
from ..sprites.people import backpack, bust, person, seated
from ..sprites.sports_gear import (
    baseball,
    bat,
    glove,
    skis,
    skis_upright,
    snowboard,
)
from ..sprites.table import bottle
from ..sprites.vehicles import bench
from ..stage import Edit, Stage

_SNOW = "#f4f8fc"


def ski_slope(stage: Stage) -> None:
    backdrops.sky(stage, 0.5, ("#5fa9dc", "#a9d5ee", "#e6f2f6"))
    backdrops.sun(stage, 96, 62, 22)
    for x, size, rock in ((470, 190, "#8194b4"), (250, 150, "#93a4c0")):
        backdrops.peak(stage, x, 226, size, rock)
    backdrops.hills(stage, 196, 22, "#dfeaf4", 0.9, 2.6)
    for x in range(-8, 660, 23):
        y = 214 + (x * 7) % 15
        backdrops.pine(stage, x, y, 38 + (x * 11) % 22, mix(PINE, "#8fb0b4", 0.35))
    _chair_lift(stage)
    backdrops.hills(stage, 232, 16, "#eaf1f8", 0.8, 0.4)
    for x, y in ((232, 236), (366, 244)):
        stage.add(person, x, y, 21, "added", shadow=0.2)
    stage.add(person, 300, 226, 7, "removed")
    backdrops.hills(stage, 262, 9, _SNOW, 1.1, 2.0)
    stage.canvas.glow((420, 420), (300, 60), "#b9cfe6", 0.5)
    stage.canvas.glow((60, 350), (150, 50), "#cadcee", 0.5)
    _hut(stage)
    _ski_school(stage)
    for x, y, size in ((618, 322, 104), (586, 300, 70)):
        backdrops.pine(stage, x, y, size)
    _downhill(stage)


def _chair_lift(stage: Stage) -> None:
    pen = stage.pen()
    for x, top in ((70, 96), (392, 74), (640, 52)):
        pen.box(x - 3, -252, x + 3, -top, "#5d6a7b")
        pen.box(x - 15, -top - 3, x + 15, -top + 3, "#5d6a7b", 2)
    pen.stroke([(-5, -101), (70, -94), (392, -72), (645, -50)], 1.4, INK)
    places: tuple[tuple[int, Edit], ...] = (
        (162, "added"),
        (262, "refined"),
        (486, "added"),
        (580, "refined"),
    )
    for x, edit in places:
        y = 96 - 0.068 * (x - 60)
        pen.stroke([(x, -y), (x - 9, -y - 10), (x - 9, -y - 42)], 1.6, "#4b5768")
        pen.box(x - 12, -y - 43, x + 14, -y - 39, "#4b5768", 1)
        stage.add(seated, x - 1, y + 62, 46, edit)


def _hut(stage: Stage) -> None:
    """A hut, and the guests' skis in front of it, which the revision holds as one."""
    backdrops.house(stage, 18, 290, 128, 62, "#9a6a48", "#7b4f38")
    roof = stage.pen(18, 290, 1.0)
    roof.curve(
        [
            (-12, 60),
            (8, 88),
            (22, 108),
            (106, 108),
            (120, 88),
            (140, 60),
            (128, 67),
            (64, 72),
            (0, 67),
        ],
        WHITE,
    )
    roof.box(90, 96, 106, 128, "#8a7a74")
    roof.box(86, 126, 110, 134, WHITE, 4)
    stage.canvas.glow((118, 142), (13, 22), "#eef2f6", 0.7)
    stage.add(bench, 106, 304, 27, "refined", shadow=1.0)
    with stage.group("merged", "revised"):
        for step, paint in enumerate((RED, YELLOW, TEAL, NAVY, CORAL, VIOLET)):
            stage.add(skis_upright, 20 + 9 * step, 314, 62, paint=paint)
    stage.add(snowboard, 226, 310, 58, was="skis", shadow=0.2, paint=VIOLET)


def _ski_school(stage: Stage) -> None:
    """A class in a row, which only the revision calls a crowd."""
    coats = (RED, YELLOW, TEAL, ORANGE, BLUE, LIME, CORAL)
    places = [(262 + 31 * step, 310 - 3 * (step % 2)) for step in range(len(coats))]
    for x, y in places:
        stage.add(skis, x, y + 1, 40, paint=NAVY)
    with stage.group("recrowded", "revised", outlines="polygons"):
        for (x, y), coat in zip(places, coats, strict=True):
            stage.add(person, x, y, 58, shirt=coat, pose="glide", hat=dark(coat))
    _skier(stage, 520, 322, 86, RED, WHITE, away=True)
    stage.add(backpack, 520, 289, 30, "added", cloth=NAVY)


def _downhill(stage: Stage) -> None:
    tracks = stage.pen()
    for x, y in ((152, 402), (450, 412)):
        trail = [(x - 34 * k, -y + 10 * k - k * k) for k in range(5)]
        tracks.stroke(trail, 2.4, "#ccdbea")
    _skier(stage, 150, 404, 118, TEAL, YELLOW, lean=-12)
    stage.add(snowboard, 262, 396, 106, "refined", angle=-78, paint=ORANGE)
    stage.add(
        person, 312, 380, 112, "refined", pose="glide", shirt=VIOLET, hat=INK, angle=-8
    )
    _skier(stage, 462, 414, 130, CORAL, NAVY, lean=-10, shifted=True)
    stage.add(dog, 572, 402, 50, "refined", shadow=0.5, fur="#b5784a")
    spray = stage.rng
    for x, y in ((102, 398), (260, 400), (400, 408)):
        for _ in range(16):
            at = (x + spray.uniform(-26, 12), y - spray.uniform(-4, 18))
            stage.canvas.glow(at, (4, 3), WHITE, 0.9)


def _skier(
    stage: Stage,
    x: float,
    y: float,
    size: float,
    coat: str,
    hat: str,
    lean: float = 0.0,
    shifted: bool = False,
    away: bool = False,
) -> None:
    """Skis, poles and someone who holds them."""
    edit: Edit = "displaced" if shifted else "refined"
    stage.canvas.glow((x, y), (size * 0.5, size * 0.07), "#7f9ac0", 0.5)
    stage.add(skis, x, y, size * 0.98, edit, angle=lean, paint=dark(coat, 0.3))
    poles = stage.pen(x, y, size)
    for side in (-1, 1):
        poles.stroke([(side * 0.29, 0.64), (side * 0.44, 0.04)], 0.018, INK)
    stage.add(
        person,
        x,
        y - size * 0.02,
        size,
        angle=lean,
        pose="glide",
        shirt=coat,
        hat=hat,
        away=away,
    )


def ball_game(stage: Stage) -> None:
    backdrops.sky(stage, 0.3)
    _stand(stage)
    backdrops.ground(stage, 0.45, ("#8cc264", "#7db559", "#6da54e"))
    pen = stage.pen()
    for step in range(7):
        x = -60 + 120 * step
        pen.shape(
            [
                (x + 40, -192),
                (x + 92, -192),
                (1.7 * (x + 92) - 224, -427),
                (1.7 * (x + 40) - 224, -427),
            ],
            "#86bd5e",
        )
    pen.curve(
        [(-30, -330), (110, -262), (330, -248), (560, -290), (690, -440), (-60, -450)],
        "#d2a06c",
    )
    pen.curve([(150, -330), (320, -270), (500, -306), (470, -350)], "#7db559")
    pen.stroke([(176, -400), (640, -300)], 2.6, WHITE)
    pen.stroke([(162, -394), (-20, -222)], 2.6, WHITE)
    for x, y in ((330, 266), (548, 318), (62, 300)):
        pen.shape([(x - 11, -y), (x, -y + 4), (x + 11, -y), (x, -y - 4)], WHITE)
    pen.shape([(150, -404), (176, -398), (196, -404), (188, -411), (160, -411)], WHITE)
    _fielders(stage)
    _at_bat(stage)
    _players_bench(stage)


def _stand(stage: Stage) -> None:
    """Spectators: one block is a crowd in the revision, the other in the base."""
    pen = stage.pen()
    pen.box(0, -192, 640, -26, "#7d8aa0")
    pen.shape([(0, -44), (640, -44), (640, -20), (0, -8)], "#4d5a70")
    for row in range(4):
        pen.box(0, -76 - 26 * row, 640, -68 - 26 * row, "#97a3b5")
    with stage.group("recrowded", "revised"):
        _spectators(stage, 12)
    with stage.group("split", "base"):
        _spectators(stage, 344)
    pen.box(0, -194, 640, -158, "#2f5d4a")
    for x, tone in ((20, YELLOW), (232, CORAL), (452, "#e6edf2")):
        pen.box(x, -188, x + 150, -164, tone, 3)
        pen.box(x + 30, -180, x + 120, -172, dark(tone, 0.35), 3)


def _spectators(stage: Stage, left: float) -> None:
    for row in range(4):
        for seat in range(12):
            x = left + 25 * seat + 8 * (row % 2)
            arms = stage.rng.random() < 0.14
            stage.add(bust, x, 76 + 26 * row, 27, arms=arms)


def _fielders(stage: Stage) -> None:
    for x, y, size in ((80, 236, 44), (424, 226, 42), (300, 270, 54)):
        stage.add(person, x, y, size, shadow=0.2, shirt=WHITE, legs=STEEL, hat=RED)
        stage.add(glove, x + 0.19 * size, y - 0.42 * size, 0.2 * size, "added")
    stage.add(
        person, 560, 322, 72, "refined", shadow=0.2, shirt=WHITE, legs=STEEL, hat=RED
    )
    stage.add(glove, 546, 292, 16, was="handbag")


def _at_bat(stage: Stage) -> None:
    """Catcher, batter and pitcher, and the ball on its way."""
    stage.add(
        person, 62, 412, 128, "refined", shadow=0.2, pose="hold", shirt=RED, hat=NAVY
    )
    stage.add(glove, 84, 340, 30, "refined")
    stage.add(bat, 205, 297, 96, "refined", angle=-38)
    stage.add(
        person,
        166,
        404,
        146,
        "refined",
        shadow=0.2,
        pose="swing",
        shirt=BLUE,
        legs=CREAM,
        hat=NAVY,
    )
    stage.add(baseball, 304, 318, 15, "displaced")
    stage.add(
        person,
        394,
        332,
        96,
        "refined",
        shadow=0.2,
        pose="wave",
        shirt=WHITE,
        legs=STEEL,
        hat=RED,
    )
    stage.add(glove, 376, 294, 21, "identical", flip=True)


def _players_bench(stage: Stage) -> None:
    stage.add(bench, 552, 418, 46, "identical", shadow=1.0)
    with stage.group("merged"):
        for step in range(4):
            wood = ("#c98f52", INK, "#d9a868", RED)[step]
            stage.add(bat, 470 + 11 * step, 420, 76, angle=-14, wood=wood)
    stage.add(glove, 540, 400, 21, "refined")
    stage.add(bottle, 572, 400, 28, was="cup", glass=TEAL)
    stage.add(backpack, 622, 424, 40, "added", cloth=light(NAVY, 0.1))
    stage.sliver("revised", "baseball bat", 300, 400, 26)
