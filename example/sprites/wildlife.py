"""Wild animals as a zoo keeps them: bears and flamingos."""

import math

from ..canvas import Pen
from ..palette import INK, WHITE, dark, light
from ..stage import sprite

_FUR = "#7d5539"


@sprite("bear")
def bear(pen: Pen, fur: str = _FUR) -> None:
    """On all fours, in profile, the head to the right."""
    far = dark(fur, 0.28)
    for x, tone in ((-0.4, far), (0.46, far), (-0.62, fur), (0.24, fur)):
        pen.curve(
            [
                (x - 0.15, 0.52),
                (x - 0.13, 0.08),
                (x - 0.08, 0.0),
                (x + 0.17, 0.0),
                (x + 0.21, 0.07),
                (x + 0.15, 0.52),
            ],
            tone,
        )
    pen.oval(-0.84, 0.68, 0.08, 0.07, dark(fur, 0.1))
    pen.curve(
        [
            (-0.83, 0.55),
            (-0.74, 0.84),
            (-0.4, 0.93),
            (0.05, 0.88),
            (0.36, 0.99),
            (0.6, 0.86),
            (0.6, 0.52),
            (0.28, 0.36),
            (-0.3, 0.34),
            (-0.7, 0.36),
        ],
        fur,
    )
    pen.oval(0.8, 0.95, 0.09, 0.09, dark(fur, 0.2))
    pen.curve(
        [
            (0.46, 0.86),
            (0.64, 0.98),
            (0.86, 0.93),
            (1.0, 0.76),
            (1.16, 0.68),
            (1.14, 0.54),
            (0.92, 0.5),
            (0.66, 0.48),
            (0.5, 0.6),
        ],
        light(fur, 0.07),
    )
    pen.oval(1.05, 0.6, 0.12, 0.085, light(fur, 0.32), -12)
    pen.oval(0.63, 0.96, 0.1, 0.1, fur)
    pen.oval(0.635, 0.955, 0.05, 0.05, dark(fur, 0.35))
    pen.oval(1.14, 0.65, 0.05, 0.042, INK)
    pen.oval(0.9, 0.79, 0.028, 0.032, INK)


@sprite("bear")
def sitting_bear(pen: Pen, fur: str = _FUR) -> None:
    """From the front, the paws in its lap."""
    for side in (-1, 1):
        pen.oval(side * 0.17, 0.93, 0.075, 0.075, dark(fur, 0.15))
        pen.oval(side * 0.17, 0.925, 0.038, 0.038, light(fur, 0.3))
    pen.curve(
        [
            (-0.36, 0.06),
            (-0.37, 0.3),
            (-0.24, 0.6),
            (0.24, 0.6),
            (0.37, 0.3),
            (0.36, 0.06),
            (0, 0.0),
        ],
        fur,
    )
    pen.oval(0, 0.27, 0.2, 0.24, light(fur, 0.22))
    for side in (-1, 1):
        pen.stroke(
            [(side * 0.24, 0.52), (side * 0.3, 0.34), (side * 0.14, 0.25)],
            0.13,
            dark(fur, 0.12),
        )
        pen.oval(side * 0.3, 0.1, 0.15, 0.11, dark(fur, 0.08), side * 12)
        pen.oval(side * 0.33, 0.09, 0.08, 0.065, light(fur, 0.3))
    pen.oval(0, 0.77, 0.23, 0.2, light(fur, 0.07))
    pen.oval(0, 0.7, 0.115, 0.09, light(fur, 0.36))
    pen.oval(0, 0.735, 0.05, 0.035, INK)
    for side in (-1, 1):
        pen.oval(side * 0.1, 0.82, 0.025, 0.03, INK)


@sprite("bird")
def flamingo(pen: Pen, feathers: str = "#f0869a") -> None:
    """On one leg, the head to the right."""
    leg = dark(feathers, 0.16)
    pen.stroke([(0.0, 0.02), (0.0, 0.42)], 0.028, leg)
    pen.stroke([(-0.03, 0.42), (-0.14, 0.27), (0.0, 0.23)], 0.028, leg)
    bow = [step / 14 for step in range(15)]
    neck = [
        (0.14 + 0.02 * t - 0.075 * math.sin(5.2 * t - 0.9), 0.5 + 0.44 * t) for t in bow
    ]
    pen.stroke(neck, 0.058, feathers)
    pen.curve(
        [
            (-0.36, 0.42),
            (-0.16, 0.38),
            (0.1, 0.42),
            (0.2, 0.53),
            (0.06, 0.62),
            (-0.18, 0.58),
        ],
        feathers,
    )
    pen.curve(
        [(-0.38, 0.4), (-0.1, 0.44), (0.04, 0.54), (-0.14, 0.57)], light(feathers, 0.3)
    )
    pen.oval(0.2, 0.93, 0.065, 0.052, feathers)
    pen.curve([(0.24, 0.97), (0.32, 0.92), (0.31, 0.82), (0.24, 0.89)], WHITE)
    pen.shape([(0.29, 0.89), (0.325, 0.9), (0.31, 0.81)], INK)
    pen.oval(0.2, 0.945, 0.013, 0.014, INK)
