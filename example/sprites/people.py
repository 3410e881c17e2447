"""People, and what they wear, carry and fly."""

import math
from typing import Literal

from ..canvas import Pen
from ..palette import (
    BROWN,
    CLOTHES,
    CREAM,
    HAIRS,
    INK,
    RED,
    SKINS,
    TEAL,
    TROUSERS,
    WHITE,
    YELLOW,
    dark,
    light,
)
from ..stage import sprite

Pose = Literal["stand", "walk", "wave", "hold", "swing", "glide"]

_ARMS = {
    "stand": ((-0.185, 0.45), (0.185, 0.45)),
    "walk": ((-0.2, 0.5), (0.19, 0.52)),
    "wave": ((-0.185, 0.46), (0.25, 0.99)),
    "hold": ((-0.18, 0.46), (0.14, 0.66)),
    "swing": ((0.2, 0.71), (0.26, 0.74)),
    "glide": ((-0.29, 0.6), (0.29, 0.62)),
}
_FEET = {"walk": (-0.13, 0.14), "swing": (-0.13, 0.13), "glide": (-0.11, 0.11)}


@sprite("person")
def person(
    pen: Pen,
    pose: Pose = "stand",
    shirt: str = "",
    legs: str = "",
    away: bool = False,
    hat: str = "",
) -> None:
    rng = pen.rng
    shirt = shirt or rng.choice(CLOTHES)
    legs = legs or rng.choice(TROUSERS)
    skin, hair = rng.choice(SKINS), rng.choice(HAIRS)
    left, right = _FEET.get(pose, (-0.06, 0.06))
    for foot, tone in ((left, dark(legs)), (right, legs)):
        hip = math.copysign(0.045, foot)
        pen.stroke([(hip, 0.5), ((hip + foot) / 2, 0.26), (foot, 0.04)], 0.09, tone)
        pen.oval(foot + 0.02, 0.025, 0.06, 0.028, INK)
    _arm(pen, -0.115, *_ARMS[pose][0], dark(shirt), skin)
    pen.curve(
        [
            (-0.145, 0.77),
            (-0.07, 0.83),
            (0.07, 0.83),
            (0.145, 0.77),
            (0.12, 0.6),
            (0.115, 0.45),
            (-0.115, 0.45),
            (-0.12, 0.6),
        ],
        shirt,
    )
    pen.curve(
        [(0.03, 0.82), (0.14, 0.77), (0.115, 0.46), (0.06, 0.46)], dark(shirt, 0.1)
    )
    _arm(pen, 0.12, *_ARMS[pose][1], dark(shirt, 0.08), skin)
    _head(pen, 0.915, 0.078, skin, hair, away)
    if hat:
        _hat(pen, 0.915, 0.078, hat)


@sprite("person")
def seated(pen: Pen, shirt: str = "") -> None:
    """Someone on a chair, in profile, the seat at height 0.42."""
    rng = pen.rng
    shirt, legs = shirt or rng.choice(CLOTHES), rng.choice(TROUSERS)
    skin, hair = rng.choice(SKINS), rng.choice(HAIRS)
    pen.stroke([(0.0, 0.45), (0.27, 0.44), (0.29, 0.06)], 0.11, legs)
    pen.oval(0.33, 0.035, 0.085, 0.04, INK)
    pen.curve(
        [
            (-0.11, 0.45),
            (-0.12, 0.65),
            (-0.08, 0.79),
            (0.06, 0.79),
            (0.12, 0.62),
            (0.12, 0.44),
            (0.0, 0.39),
        ],
        shirt,
    )
    pen.stroke([(0.0, 0.73), (0.08, 0.57), (0.27, 0.56)], 0.075, dark(shirt))
    pen.oval(0.29, 0.565, 0.04, 0.035, skin)
    _head(pen, 0.89, 0.095, skin, hair, False)


@sprite("person")
def bust(pen: Pen, away: bool = False, arms: bool = False) -> None:
    """Head and shoulders, as seen in a stand or over the row in front."""
    rng = pen.rng
    shirt, skin, hair = rng.choice(CLOTHES), rng.choice(SKINS), rng.choice(HAIRS)
    if arms:
        for side in (-1, 1):
            hand = (side * rng.uniform(0.42, 0.5), rng.uniform(1.0, 1.2))
            pen.stroke([(side * 0.36, 0.4), (side * 0.5, 0.7), hand], 0.14, dark(shirt))
            pen.oval(*hand, 0.09, 0.09, skin)
    pen.curve(
        [
            (-0.46, 0.0),
            (-0.43, 0.32),
            (-0.2, 0.47),
            (0.2, 0.47),
            (0.43, 0.32),
            (0.46, 0.0),
            (0.0, -0.03),
        ],
        shirt,
    )
    pen.curve([(0.1, 0.47), (0.42, 0.32), (0.45, 0.0), (0.2, 0.0)], dark(shirt, 0.12))
    _head(pen, 0.73, 0.235, skin, hair, away)


@sprite("umbrella")
def umbrella(pen: Pen, cloth: str = "", open_side: bool = True) -> None:
    """Opened, its stick reaching from (0, 0) up to the top at 1."""
    cloth = cloth or pen.rng.choice(CLOTHES)
    pen.stroke([(0, 0), (0, 0.98)], 0.03, BROWN)
    pen.stroke([(0, 0.97), (0, 1.02)], 0.03, INK)
    rim = [
        (-0.62, 0.56),
        (-0.42, 0.62),
        (-0.21, 0.58),
        (0.0, 0.63),
        (0.21, 0.58),
        (0.42, 0.62),
        (0.62, 0.56),
    ]
    dome = [(0.62 * math.cos(a), 0.56 + 0.42 * math.sin(a)) for a in _arc(0, math.pi)]
    pen.shape([*rim, *dome], cloth)
    for side, tone in ((-1, light(cloth, 0.2)), (1, dark(cloth, 0.14))):
        pen.shape(
            [
                (0.0, 0.98),
                (side * 0.36, 0.86),
                (side * 0.6, 0.6),
                (side * 0.42, 0.62),
                (side * 0.21, 0.58),
                (side * 0.16, 0.85),
            ],
            tone,
        )


@sprite("kite")
def kite(pen: Pen, cloth: str = "") -> None:
    cloth = cloth or pen.rng.choice(CLOTHES[:9])
    tail = [(0.07 * math.sin(9 * t), -0.75 * t) for t in _arc(0, 1)]
    pen.stroke(tail, 0.035, dark(cloth))
    for t in (0.3, 0.55, 0.8):
        x, y = 0.07 * math.sin(9 * t), -0.75 * t
        pen.shape([(x - 0.1, y + 0.05), (x, y), (x - 0.1, y - 0.05)], YELLOW)
        pen.shape([(x + 0.1, y + 0.05), (x, y), (x + 0.1, y - 0.05)], YELLOW)
    pen.shape([(0, 1), (0.36, 0.62), (0, 0), (-0.36, 0.62)], cloth)
    pen.shape([(0, 1), (0.36, 0.62), (0, 0.62)], light(cloth, 0.4))
    pen.shape([(0, 0), (-0.36, 0.62), (0, 0.62)], dark(cloth, 0.2))


@sprite("backpack")
def backpack(pen: Pen, cloth: str = TEAL) -> None:
    pen.box(-0.36, 0.0, 0.36, 0.95, cloth, 0.3)
    pen.box(-0.28, 0.06, 0.28, 0.45, dark(cloth), 0.12)
    pen.box(-0.3, 0.55, 0.3, 0.62, light(cloth), 0.03)


@sprite("handbag")
def handbag(pen: Pen, leather: str = BROWN) -> None:
    pen.stroke(
        [(0.28 * math.cos(a), 0.55 + 0.42 * math.sin(a)) for a in _arc(0, math.pi)],
        0.07,
        dark(leather),
    )
    pen.curve([(-0.5, 0.0), (-0.42, 0.58), (0.42, 0.58), (0.5, 0.0)], leather)
    pen.oval(0, 0.4, 0.06, 0.06, YELLOW)


@sprite("tie")
def tie(pen: Pen, silk: str = RED) -> None:
    """Hanging down from its knot."""
    pen.shape([(-0.1, 0.82), (0.1, 0.82), (0.2, 0.2), (0.0, 0.0), (-0.2, 0.2)], silk)
    pen.shape([(-0.17, 1.0), (0.17, 1.0), (0.1, 0.8), (-0.1, 0.8)], dark(silk, 0.2))
    for y in (0.3, 0.5):
        pen.stroke([(-0.12, y), (0.12, y + 0.1)], 0.05, light(silk, 0.5))


@sprite("suitcase")
def suitcase(pen: Pen, shell: str = RED) -> None:
    for side in (-0.13, 0.13):
        pen.stroke([(side, 0.7), (side, 0.97)], 0.04, INK)
    pen.stroke([(-0.13, 0.97), (0.13, 0.97)], 0.06, INK)
    pen.box(-0.3, 0.05, 0.3, 0.76, shell, 0.08)
    for x in (-0.16, 0.0, 0.16):
        pen.stroke([(x, 0.13), (x, 0.68)], 0.03, dark(shell))
    for side in (-0.2, 0.2):
        pen.oval(side, 0.04, 0.05, 0.045, INK)


@sprite("surfboard")
def surfboard(pen: Pen, board: str = CREAM, stripe: str = TEAL) -> None:
    pen.curve(
        [(0, 0), (0.13, 0.25), (0.14, 0.6), (0, 1), (-0.14, 0.6), (-0.13, 0.25)], board
    )
    pen.stroke([(0, 0.06), (0, 0.93)], 0.045, stripe)


@sprite("frisbee")
def frisbee(pen: Pen, disc: str = YELLOW) -> None:
    pen.oval(0, 0, 1.0, 0.34, dark(disc))
    pen.oval(0, 0.07, 0.97, 0.3, disc)
    pen.oval(0, 0.09, 0.6, 0.17, light(disc))


@sprite("sports ball")
def ball(pen: Pen) -> None:
    pen.oval(0, 0.5, 0.5, 0.5, WHITE)
    for x, y in ((0, 0.5), (-0.33, 0.72), (0.33, 0.72), (-0.3, 0.2), (0.3, 0.2)):
        pen.oval(x, y, 0.12, 0.12, INK)


def _arm(pen: Pen, shoulder: float, x: float, y: float, sleeve: str, skin: str) -> None:
    elbow = ((shoulder + x) / 2 + 0.25 * (x - shoulder), (0.77 + y) / 2)
    pen.stroke([(shoulder, 0.77), elbow, (x, y)], 0.065, sleeve)
    pen.oval(x, y, 0.035, 0.035, skin)


def _head(pen: Pen, y: float, radius: float, skin: str, hair: str, away: bool) -> None:
    pen.box(-radius * 0.4, y - radius * 1.5, radius * 0.4, y, dark(skin, 0.14))
    pen.oval(0, y, radius * 0.86, radius, hair if away else skin)
    if away:
        return
    cap = [
        (radius * 0.98 * math.cos(a), y + radius * (0.12 + math.sin(a)))
        for a in _arc(-0.15, math.pi + 0.15)
    ]
    fringe = [(-radius * 0.5, y + radius * 0.42), (radius * 0.35, y + radius * 0.55)]
    pen.shape([*cap, *fringe], hair)
    for side in (-1, 1):
        pen.oval(
            side * radius * 0.32, y + radius * 0.02, radius * 0.1, radius * 0.12, INK
        )
    smile = [(-0.22, -0.42), (0.0, -0.52), (0.22, -0.42)]
    pen.stroke([(u * radius, y + v * radius) for u, v in smile], radius * 0.09, RED)
    if pen.rng.random() < 0.4:
        for side in (-1, 1):
            pen.oval(
                side * radius * 0.82,
                y - radius * 0.25,
                radius * 0.26,
                radius * 0.85,
                hair,
            )


def _hat(pen: Pen, y: float, radius: float, felt: str) -> None:
    """A cap close to the head, its band over the forehead."""
    dome = [
        (radius * 1.04 * math.cos(a), y + radius * (0.3 + 0.86 * math.sin(a)))
        for a in _arc(0, math.pi)
    ]
    pen.shape(dome, felt)
    pen.box(
        -radius * 1.14,
        y + radius * 0.2,
        radius * 1.14,
        y + radius * 0.46,
        dark(felt, 0.22),
        radius * 0.13,
    )


def _arc(start: float, stop: float, steps: int = 24) -> list[float]:
    return [start + (stop - start) * step / steps for step in range(steps + 1)]
