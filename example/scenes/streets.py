"""Roads, kerbs, car parks and a runway."""

from .. import backdrops
from ..palette import (
    ASPHALT,
    BLUE,
    CORAL,
    CREAM,
    GREEN,
    INK,
    NAVY,
    ORANGE,
    PAINTS,
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
from ..sprites.indoors import phone
from ..sprites.people import backpack, handbag, person, suitcase, umbrella
from ..sprites.sports_gear import skateboard
from ..sprites.vehicles import (
    airplane,
    bench,
    bicycle,
    bus,
    car,
    car_front,
    hydrant,
    motorcycle,
    parking_meter,
    stop_sign,
    traffic_light,
    truck,
)
from ..stage import Edit, Stage

_WALLS = ("#e8c9a0", "#d98f6c", "#f1e3c6", "#9fb8a8", "#c9a6a0", "#b7c4cf")


def crossing(stage: Stage) -> None:
    backdrops.sky(stage, 0.6)
    backdrops.cloud(stage, 470, 40, 70)
    backdrops.street_front(stage, 236, _WALLS)
    backdrops.ground(stage, 0.55, ("#d5cdc0", "#c3bbb0"))
    backdrops.road(stage, 0.62, 0.9)
    pen = stage.pen()
    for step in range(6):
        x = 196 + 26 * step
        pen.shape([(x, -270), (x + 15, -270), (x + 3, -380), (x - 16, -380)], CREAM)
    for x in (40, 600):
        backdrops.tree(stage, x, 256, 112)
    for x, size in ((104, 64), (150, 62), (304, 60)):
        stage.add(person, x, 256, size, shadow=0.2, pose="walk")
    pen.stroke([(212, -258), (212, -226)], 2.5, STEEL)
    stage.add(stop_sign, 212, 232, 26, "identical")
    stage.add(hydrant, 470, 258, 24, "refined", shadow=0.4)
    stage.add(bus, 470, 316, 96, "refined", shadow=1.3)
    stage.add(car, 66, 312, 46, "identical", shadow=1.2, paint=TEAL)
    stage.add(truck, 84, 372, 74, was="car", shadow=1.2, paint=RED)
    for x, size, pose in ((226, 98, "walk"), (268, 104, "walk"), (316, 96, "stand")):
        stage.add(person, x, 364, size, shadow=0.2, pose=pose)
    stage.add(umbrella, 276, 318, 66, "added", cloth=VIOLET)
    stage.add(car, 508, 374, 60, "refined", shadow=1.2, paint=YELLOW)
    pen.stroke([(382, -424), (382, -190)], 5, INK)
    pen.stroke([(382, -196), (350, -196)], 4, INK)
    stage.add(traffic_light, 348, 238, 46, "refined")
    stage.add(traffic_light, 382, 300, 40, "identical", go=True)
    stage.add(bicycle, 590, 418, 64, "refined", shadow=0.8, frame=CORAL)


def parking_lot(stage: Stage) -> None:
    backdrops.sky(stage, 0.4)
    backdrops.cloud(stage, 140, 50, 90)
    backdrops.cloud(stage, 480, 74, 110)
    for x in range(-20, 660, 58):
        backdrops.tree(
            stage,
            x + (x * 7) % 23,
            172,
            66 + (x * 13) % 24,
            mix(GREEN, "#7fa86a", (x % 5) / 5),
        )
    backdrops.ground(stage, 0.34, (light(ASPHALT, 0.3), ASPHALT, dark(ASPHALT, 0.12)))
    pen = stage.pen()
    for y, size, count in ((198, 26, 14), (240, 36, 11), (298, 50, 8), (376, 72, 6)):
        gap = 640 / count
        for slot in range(count + 1):
            foot = (slot * gap - 320) * 1.05 + 320
            pen.stroke([(slot * gap, -y + size * 0.6), (foot, -y - 8)], 1.6, CREAM)
    _rows(stage)
    stage.add(truck, 150, 462, 88, "refined", shadow=1.2, paint=NAVY, load=WHITE)
    stage.add(car, 430, 464, 66, was="truck", shadow=1.2, paint=RED)
    stage.add(person, 566, 462, 92, "refined", shadow=0.2, pose="walk")
    stage.add(person, 286, 452, 86, "identical", shadow=0.2)
    stage.sliver("revised", "car", 16, 20, 22)
    stage.sliver("base", "person", 600, 16, 18)


def _rows(stage: Stage) -> None:
    """Four rows of parked cars; the base labels hold the far one as a crowd."""
    with stage.group("split", "base"):
        for slot in range(14):
            stage.add(car_front, 23 + 45.6 * slot, 200, 25, shadow=0.6)
    for slot in (0, 1, 3, 4, 6, 7, 8, 10):
        edit: Edit = "added" if slot in (3, 8) else "drawn"
        stage.add(car_front, 29 + 58.2 * slot, 243, 35, edit, shadow=0.6)
    for slot in (0, 2, 3, 5, 6, 7):
        edit = "displaced" if slot == 5 else "drawn"
        stage.add(car_front, 40 + 80 * slot, 302, 49, edit, shadow=0.6)
    for slot, paint in enumerate(PAINTS[:6]):
        if slot not in (2,):
            stage.add(car_front, 53 + 106.6 * slot, 382, 70, shadow=0.6, paint=paint)


def airport(stage: Stage) -> None:
    backdrops.sky(stage, 0.62, ("#8fb9e0", "#cfdff0", "#fbeede"))
    backdrops.cloud(stage, 500, 60, 120)
    backdrops.cloud(stage, 120, 84, 80)
    backdrops.hills(stage, 206, 12, "#a8bfb2", 1.1, 0.4)
    pen = stage.pen()
    pen.box(0, -222, 210, -150, "#d8dde3")
    pen.box(0, -206, 210, -166, "#8fb3c6")
    for x in range(8, 210, 24):
        pen.stroke([(x, -206), (x, -166)], 2, "#d8dde3")
    pen.box(150, -222, 172, -96, "#cfd5dc")
    pen.shape([(138, -110), (184, -110), (192, -84), (130, -84)], "#6f94a8")
    backdrops.ground(stage, 0.6, ("#b8bcc4", "#989da8", "#80858f"))
    pen.stroke([(0, -330), (640, -282)], 3, YELLOW)
    stage.add(airplane, 560, 226, 34, "added", stripe=RED)
    stage.add(airplane, 358, 292, 112, "refined", shadow=1.6, stripe=TEAL)
    stage.add(truck, 78, 280, 44, "refined", shadow=1.2, paint=ORANGE)
    stage.add(bus, 556, 282, 40, was="truck", shadow=1.3, paint=WHITE)
    for x, size in ((150, 58), (184, 60), (470, 62)):
        stage.add(person, x, 326, size, shadow=0.2, pose="walk", legs=NAVY)
    with stage.group("merged"):
        for x, shell in ((266, RED), (287, BLUE), (308, YELLOW)):
            stage.add(suitcase, x, 338, 34, shadow=0.3, shell=shell)
    stage.add(suitcase, 212, 332, 27, "identical", shadow=0.3, shell=TEAL)
    stage.add(person, 430, 330, 64, "identical", shadow=0.2, shirt=ORANGE)


def rain(stage: Stage) -> None:
    backdrops.sky(stage, 0.6, backdrops.NIGHT)
    backdrops.street_front(stage, 340, ("#4a4a6a", "#5b5173", "#3f5068"), lit=True)
    backdrops.ground(stage, 0.53, ("#5a6182", "#454c6b", "#33395a"))
    for x, y, tone in ((70, 420, YELLOW), (200, 470, CORAL), (350, 430, "#9fd0ff")):
        stage.canvas.glow((x, y), (26, 90), tone, 0.4)
    pen = stage.pen()
    for x in (52, 384):
        pen.stroke([(x, -440), (x, -150)], 5, "#20253d")
        stage.canvas.glow((x, 146), (70, 70), "#fce3a0", 0.75)
        pen.oval(x, -146, 11, 13, "#fff3cf")
    stage.add(person, 150, 392, 84, shadow=0.2, away=True)
    stage.add(umbrella, 156, 356, 62, "identical", cloth=TEAL)
    stage.add(person, 288, 404, 90, shadow=0.2, away=True)
    stage.add(umbrella, 294, 366, 66, "refined", cloth=YELLOW)
    stage.add(person, 92, 532, 168, "refined", shadow=0.2, pose="walk", shirt=NAVY)
    stage.add(umbrella, 104, 460, 120, "refined", cloth=RED)
    stage.add(person, 250, 566, 180, "identical", shadow=0.2, pose="hold")
    stage.add(umbrella, 268, 488, 130, "refined", cloth=ORANGE)
    stage.add(handbag, 212, 500, 34, "added")
    stage.add(person, 372, 598, 188, "refined", shadow=0.2, away=True, shirt=CREAM)
    stage.add(backpack, 372, 526, 66, was="handbag", cloth=BLUE)
    stage.add(umbrella, 372, 490, 124, "displaced", cloth=VIOLET)
    for _ in range(170):
        drop = (stage.rng.uniform(0, 440), stage.rng.uniform(0, 640))
        stage.canvas.glow(drop, (0.8, 6), "#d5e2f2", 0.4)


def kerbside(stage: Stage) -> None:
    backdrops.sky(stage, 0.5, ("#8f9fd0", "#e3b3b8", "#fbdcb4"))
    backdrops.street_front(stage, 216, ("#d88c6a", "#efd9b0", "#8fa9a4", "#c7a0a8"))
    backdrops.ground(stage, 0.5, ("#d9cdbc", "#c9bcab"))
    backdrops.road(stage, 0.66, 0.86)
    backdrops.ground(stage, 0.865, ("#d5c9b8", "#bfb2a2"))
    for x in (26, 318, 606):
        backdrops.tree(stage, x, 236, 116, mix(GREEN, YELLOW, 0.18))
    for x, size, pose in ((92, 76, "walk"), (176, 80, "stand"), (402, 78, "walk")):
        stage.add(person, x, 252, size, shadow=0.2, pose=pose)
    stage.add(handbag, 421, 216, 19, "added", leather=RED)
    stage.add(bench, 520, 250, 34, "refined", shadow=1.0)
    _parked(stage)
    stage.add(car, 566, 346, 62, "identical", shadow=1.2, paint="#4f7d8f")
    _skaters(stage)
    stage.add(hydrant, 30, 412, 52, was="parking meter", shadow=0.4)
    with stage.group("recrowded", "revised", outlines="polygons"):
        for step, frame in enumerate((TEAL, CORAL, YELLOW, NAVY)):
            stage.add(bicycle, 438 + 44 * step, 420 - step % 2, 68, frame=frame)


def _parked(stage: Stage) -> None:
    """Motorcycles between meters; the revision holds most of them as one crowd."""
    for x in (58, 214):
        stage.add(parking_meter, x, 274, 62, "refined")
    stage.add(parking_meter, 372, 274, 62, "displaced")
    stage.add(parking_meter, 506, 274, 62, was="traffic light")
    with stage.group("merged", "revised"):
        for step in range(5):
            stage.add(motorcycle, 70 + 62 * step, 310, 54, shadow=0.8)
    stage.add(motorcycle, 424, 312, 56, was="bicycle", shadow=0.8, paint=ORANGE)


def _skaters(stage: Stage) -> None:
    stage.add(skateboard, 172, 414, 104, "refined", shadow=0.5, deck=RED)
    stage.add(person, 172, 392, 142, "refined", pose="glide", shirt=VIOLET, hat=YELLOW)
    stage.add(person, 318, 412, 136, "refined", shadow=0.2, shirt=CREAM, pose="hold")
    stage.add(phone, 338, 322, 17, "added")
    stage.add(skateboard, 288, 380, 76, "displaced", angle=80, deck=TEAL)
