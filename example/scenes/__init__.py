"""The 30 scenes in the order in which they are numbered.

The first 24 are the validation split's, the others the train split's.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ..stage import Stage
from . import crowds, nature, rooms, shore, sports, streets, tables


@dataclass(frozen=True)
class Scene:
    """A picture's size in px and what is drawn on it."""

    width: int
    height: int
    draw: Callable[[Stage], None]


SCENES = (
    Scene(640, 480, shore.harbour),
    Scene(640, 427, streets.crossing),
    Scene(640, 480, rooms.kitchen),
    Scene(640, 427, nature.flock),
    Scene(640, 426, shore.kite_beach),
    Scene(612, 612, tables.breakfast),
    Scene(640, 480, crowds.stadium),
    Scene(640, 480, streets.parking_lot),
    Scene(640, 427, rooms.living_room),
    Scene(480, 640, nature.portrait),
    Scene(640, 427, nature.lake),
    Scene(480, 640, rooms.library),
    Scene(640, 480, tables.market),
    Scene(640, 480, crowds.concert),
    Scene(640, 360, streets.airport),
    Scene(640, 425, nature.savanna),
    Scene(427, 640, streets.rain),
    Scene(500, 375, nature.wire),
    Scene(640, 427, sports.ski_slope),
    Scene(640, 427, sports.ball_game),
    Scene(640, 427, streets.kerbside),
    Scene(640, 427, nature.zoo),
    Scene(640, 480, tables.birthday),
    Scene(480, 640, rooms.open_house),
    Scene(640, 428, nature.farm),
    Scene(640, 480, tables.desk),
    Scene(640, 427, crowds.station),
    Scene(500, 333, shore.regatta),
    Scene(640, 480, crowds.park),
    Scene(640, 480, tables.terrace),
)
