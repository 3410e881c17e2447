"""Scenes by the water."""

from .. import backdrops
from ..palette import (
    BLUE,
    CORAL,
    CREAM,
    NAVY,
    ORANGE,
    PINE,
    RED,
    SAND,
    STEEL,
    TEAL,
    WHITE,
    YELLOW,
    dark,
    light,
    mix,
)
from ..sprites.animals import dog, gull
from ..sprites.people import handbag, kite, person, surfboard, umbrella
from ..sprites.vehicles import bench, boat, ferry
from ..stage import Edit, Stage


def harbour(stage: Stage) -> None:
    backdrops.sky(stage, 0.5)
    backdrops.sun(stage, 520, 84, 26)
    for x, y, size in ((120, 70, 90), (330, 46, 70), (590, 130, 64)):
        backdrops.cloud(stage, x, y, size)
    backdrops.hills(stage, 210, 26, "#a9c9c4", 1.2, 0.6)
    backdrops.hills(stage, 226, 12, mix(PINE, "#a9c9c4", 0.45), 2.1, 2.0)
    for x, wall in ((20, CREAM), (58, CORAL), (92, YELLOW), (130, "#d9e4e0")):
        backdrops.house(stage, x, 238, 34, 58, wall, "#a5583f")
    backdrops.sea(stage, 0.49)
    stage.add(boat, 452, 252, 22, "removed", hull=NAVY)
    stage.add(boat, 318, 252, 24, "removed", hull=RED)
    stage.add(boat, 250, 282, 84, "displaced", hull=TEAL)
    stage.add(boat, 384, 300, 112, "refined", hull=RED)
    stage.add(ferry, 150, 322, 66, "refined", hull=BLUE)
    stage.add(boat, 554, 344, 176, hull=NAVY, sail=CREAM)
    stage.add(ferry, 330, 382, 74, "identical", hull=ORANGE)
    for x, y, size in ((200, 120, 20), (245, 96, 16), (420, 120, 22)):
        stage.add(gull, x, y, size, "added")
    stage.add(gull, 92, 150, 24, "identical")
    quay = stage.pen()
    quay.box(0, -480, 640, -428, "#b9a58e")
    quay.box(0, -434, 640, -426, light("#b9a58e", 0.4))
    for x in range(-10, 640, 64):
        quay.stroke([(x, -436), (x - 14, -480)], 1.2, dark("#b9a58e", 0.2))
    for x in (60, 300, 600):
        quay.box(x - 7, -438, x + 7, -418, "#4a4f5c", 4)
    stage.add(bench, 468, 448, 40, "refined", shadow=1.0)
    stage.add(person, 110, 456, 104, shadow=0.2, shirt=YELLOW, legs=NAVY)
    stage.add(dog, 168, 462, 38, "refined", shadow=0.5)
    stage.add(person, 236, 462, 112, shadow=0.2, pose="walk", shirt=RED)
    stage.add(handbag, 258, 412, 20, "added")
    stage.add(person, 394, 458, 102, "identical", shadow=0.2, pose="wave", shirt=TEAL)


def kite_beach(stage: Stage) -> None:
    backdrops.sky(stage, 0.58, ("#5fb3dc", "#a5dbee", "#e8f6f4"))
    for x, y, size in ((90, 60, 80), (560, 90, 100), (330, 190, 60)):
        backdrops.cloud(stage, x, y, size)
    backdrops.sea(stage, 0.56, ("#a9e0df", "#4fb0bf"), 0.72)
    backdrops.ground(stage, 0.7, ("#f4e2b8", SAND, dark(SAND, 0.08)))
    foam = stage.pen()
    for step in range(22):
        foam.oval(step * 31, -299 - 4 * (step % 3), 26, 5, light(SAND, 0.7))
    places = (
        (80, 140, 58, RED),
        (170, 92, 46, TEAL),
        (262, 150, 66, YELLOW),
        (370, 84, 42, "#8d6a9f"),
        (452, 150, 56, CORAL),
        (560, 190, 50, BLUE),
    )
    hands = ((96, 318), (200, 326), (200, 326), (430, 320), (430, 320), (560, 330))
    for (x, y, size, cloth), (hand_x, hand_y) in zip(places, hands, strict=True):
        foam.stroke(
            [
                (x, -y),
                ((x + hand_x) / 2 + 10, -(y + hand_y) / 2 - 18),
                (hand_x, -hand_y),
            ],
            0.7,
            "#f7fafa",
        )
        edit: Edit = "displaced" if cloth == CORAL else "drawn"
        stage.add(kite, x, y, size, edit, cloth=cloth, angle=(x % 5) * 6 - 12)
    for x, y, size in ((300, 60, 9), (326, 52, 7), (612, 44, 8), (508, 66, 7)):
        stage.add(kite, x, y, size, "removed")
    stage.add(umbrella, 330, 352, 84, "refined", shadow=0.5, cloth=RED)
    stage.add(umbrella, 522, 372, 92, "identical", shadow=0.5, cloth=YELLOW)
    for x, y, size, pose in (
        (84, 372, 74, "wave"),
        (188, 380, 78, "wave"),
        (418, 376, 76, "wave"),
        (560, 398, 84, "walk"),
    ):
        stage.add(person, x, y, size, shadow=0.22, pose=pose)
    stage.add(surfboard, 258, 392, 88, "refined", shadow=0.2)
    stage.add(
        surfboard, 290, 396, 90, "identical", shadow=0.2, board=CORAL, stripe=WHITE
    )
    stage.add(dog, 470, 404, 30, shadow=0.5)
    for x, y in ((20, 322), (52, 326), (612, 318), (598, 322)):
        stage.add(person, x, y, 22, "added", shadow=0.2)


def regatta(stage: Stage) -> None:
    """Labelled in the base set only: the revision removed all of it."""
    backdrops.sky(stage, 0.56, backdrops.DUSK)
    backdrops.sun(stage, 250, 168, 22, "#fbe3a1")
    backdrops.hills(stage, 180, 14, "#6d5680", 1.4, 1.1)
    backdrops.hills(stage, 186, 8, "#4a4470", 2.6, 0.2)
    backdrops.sea(stage, 0.56, ("#f2a978", "#a8628a", "#4d4a86"))
    stage.canvas.glow((250, 215), (34, 60), "#fdebc0", 0.6)
    for x, y, size in (
        (60, 206, 40),
        (176, 212, 50),
        (236, 228, 84),
        (350, 218, 60),
        (424, 246, 116),
        (120, 288, 130),
    ):
        backdrops_hull = mix(NAVY, STEEL, (x % 7) / 14)
        stage.add(boat, x, y, size, "removed", hull=backdrops_hull, sail="#f7dcc0")
