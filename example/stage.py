"""The stage a scene is drawn on: labelled objects, their revisions, and props."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from .canvas import Canvas, Pen

Edit = Literal[
    "drawn",
    "identical",
    "refined",
    "recrowded",
    "relabeled",
    "displaced",
    "removed",
    "added",
    "split",
    "merged",
]
"""What the revision does. ``drawn`` leaves identical or refined to chance."""

Side = Literal["base", "revised"]


@dataclass(frozen=True)
class Sprite:
    """How one COCO class is drawn."""

    category: str
    paint: Callable[..., None]


def sprite(category: str) -> Callable[[Callable[..., None]], Sprite]:
    """Make a painting function the sprite of a COCO class."""
    return lambda paint: Sprite(category, paint)


@dataclass(frozen=True)
class Figure:
    """One labelled thing on the canvas, known by its ``owner`` number there.

    ``box`` is where it was drawn: left, top, right, bottom in painted px.
    """

    owner: int
    box: tuple[int, int, int, int]
    category: str
    edit: Edit
    was: str | None = None


@dataclass
class Group:
    """Figures that at least one label set takes as a whole.

    ``split`` and ``merged`` have the whole on one side and the figures on the other;
    ``refined`` and ``recrowded`` have it on both, save for ``singled`` figures, which
    the revision labels one by one.
    """

    edit: Edit
    crowds: frozenset[Side]
    outlines: Literal["polygons", "rle"] = "rle"
    figures: list[Figure] = field(default_factory=list)
    singled: int = 0


@dataclass(frozen=True)
class Sliver:
    """A label whose box has no height, ``width`` px long."""

    side: Side
    category: str
    x: int
    y: int
    width: int


class Stage:
    """Collects the labelled figures while a scene is painted back to front."""

    def __init__(self, width: int, height: int, rng: Random) -> None:
        self.canvas = Canvas(width, height)
        self.width, self.height, self.rng = width, height, rng
        self.singles: list[Figure] = []
        self.groups: list[Group] = []
        self.slivers: list[Sliver] = []
        self._owners = 0
        self._open: Group | None = None

    def add(
        self,
        what: Sprite,
        x: float,
        y: float,
        size: float,
        edit: Edit = "drawn",
        was: str | None = None,
        shadow: float = 0.0,
        flip: bool = False,
        angle: float = 0.0,
        **look: Any,
    ) -> None:
        """Draw a labelled object whose foot is at (x, y) px and height ``size`` px.

        ``was`` is the class the base labels give it; ``shadow`` the half width of
        its shadow on the ground, in sizes.
        """
        self._owners += 1
        pen = self._paint(what, x, y, size, self._owners, shadow, flip, angle, look)
        self.canvas.light(self._owners, pen.extent())
        edit = "relabeled" if was else edit
        figure = Figure(self._owners, pen.extent(), what.category, edit, was)
        (self._open.figures if self._open else self.singles).append(figure)

    def prop(
        self,
        what: Sprite,
        x: float,
        y: float,
        size: float,
        shadow: float = 0.0,
        flip: bool = False,
        angle: float = 0.0,
        **look: Any,
    ) -> None:
        """Draw an object that neither label set names."""
        self._paint(what, x, y, size, 0, shadow, flip, angle, look)

    def pen(self, x: float = 0.0, y: float = 0.0, size: float = 1.0) -> Pen:
        """A pen for scenery, whose pixels belong to no object."""
        return Pen(self.canvas, self.rng, 0, x, y, size)

    @contextmanager
    def group(
        self,
        edit: Edit,
        *crowds: Side,
        outlines: Literal["polygons", "rle"] = "rle",
        singled: int = 0,
    ) -> Iterator[None]:
        """Objects added inside are one whole, a crowd in the sides of ``crowds``."""
        self._open = Group(edit, frozenset(crowds), outlines, singled=singled)
        self.groups.append(self._open)
        yield
        self._open = None

    def sliver(self, side: Side, category: str, x: int, y: int, width: int) -> None:
        """Add a degenerate label to one side."""
        self.slivers.append(Sliver(side, category, x, y, width))

    def _paint(
        self,
        what: Sprite,
        x: float,
        y: float,
        size: float,
        owner: int,
        shadow: float,
        flip: bool,
        angle: float,
        look: dict[str, Any],
    ) -> Pen:
        if shadow:
            radii = (shadow * size * 1.15, max(shadow * size * 0.24, 1.0))
            self.canvas.glow((x, y), radii, "#1c2238", 0.5)
        brush = Pen(self.canvas, self.rng, owner, x, y, size, flip, angle)
        what.paint(brush, **look)
        return brush
