"""The palette and wording of statuses."""

import itertools
import pickle

import numpy as np
import pytest
from sama_coco.labelsets.comparison import Status

VISIONS = {
    "trichromacy": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
"""Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB."""

XYZ_OF_RGB = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)

APART = 15.0
"""CIEDE2000 between any two statuses, under any vision. A just noticeable difference
is about 1; the palette most used for colour-blind readers (Okabe and Ito, 8 colours)
keeps 10.9 by the same measure, matplotlib's ten colours 1.3."""

FROM_BLACK_AND_WHITE = 25.0
"""CIEDE2000 to black and to white; mid-grey, as far from both as can be, keeps 36."""


def lab(color, vision):
    value = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    seen = np.clip(VISIONS[vision] @ linear, 0, 1)
    xyz = XYZ_OF_RGB @ seen / (0.95047, 1.0, 1.08883)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def ciede2000(first, second):
    """Sharma, Wu and Dalal 2005."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    dl, dc = l2 - l1, c2 - c1
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = (h1 + h2 + (360 if abs(h1 - h2) > 180 else 0)) / 2 if c1 * c2 else h1 + h2
    t = (
        1
        - 0.17 * np.cos(np.radians(hm - 30))
        + 0.24 * np.cos(np.radians(2 * hm))
        + 0.32 * np.cos(np.radians(3 * hm + 6))
        - 0.20 * np.cos(np.radians(4 * hm - 63))
    )
    sl = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rc = 2 * np.sqrt(cm**7 / (cm**7 + 25.0**7))
    rt = -rc * np.sin(np.radians(60 * np.exp(-(((hm - 275) / 25) ** 2))))
    parts = dl / sl, dc / sc, dh / sh
    return float(np.sqrt(sum(p * p for p in parts) + rt * parts[1] * parts[2]))


def test_the_distance_is_the_published_ciede2000():
    assert ciede2000((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(
        2.0425, abs=1e-4
    )
    assert ciede2000((50, 2.5, 0), (73, 25, -18)) == pytest.approx(27.1492, abs=1e-4)


@pytest.mark.parametrize("vision", VISIONS)
def test_any_two_statuses_stay_apart(vision):
    for one, other in itertools.combinations(Status, 2):
        distance = ciede2000(lab(one.color, vision), lab(other.color, vision))
        assert distance >= APART, (one, other)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("ground", ["#000000", "#ffffff"])
def test_every_status_stands_out_from_dark_and_light(vision, ground):
    for status in Status:
        distance = ciede2000(lab(status.color, vision), lab(ground, vision))
        assert distance >= FROM_BLACK_AND_WHITE, status


def test_statuses_stand_in_their_order():
    assert [str(status) for status in Status] == [
        "identical",
        "refined",
        "recrowded",
        "relabeled",
        "split",
        "merged",
        "displaced",
        "removed",
        "added",
        "degenerate",
    ]
    assert [status.order for status in Status] == list(range(10))


def test_a_status_is_its_value_in_text():
    assert str(Status.SPLIT) == f"{Status.SPLIT}" == Status.SPLIT == "split"
    assert Status("split") is Status.SPLIT
    assert pickle.loads(pickle.dumps(Status.SPLIT)) is Status.SPLIT


def test_every_status_is_described_in_a_sentence():
    for status in Status:
        assert status.description.endswith(".")
    assert len({status.description for status in Status}) == len(Status)
