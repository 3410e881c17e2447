"""Random objects with COCO's and Sama-COCO's published densities, in arrays.

Sources of the numbers: the table at sama.com/sama-coco-dataset, both splits together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

FRAMES = np.array(
    [(640, 480), (640, 427), (480, 640), (640, 425), (427, 640), (500, 375)]
)
"""Widths and heights of the pictures, px; COCO's most frequent ones."""

_FRAME_SHARES = (0.36, 0.27, 0.13, 0.1, 0.09, 0.05)
_BOUNDS = np.array([20.0, 1024.0, 9216.0, 110_000.0])
_MOST_PER_IMAGE = 93
_UNLABELLED = 0.009


@dataclass(frozen=True)
class Density:
    """What an average image of a label set holds.

    Attributes:
        objects: objects an image
        vertices: vertices an object, crowds included
        sizes: shares of small, medium and large objects
        crowds: share of crowds
        pieces: share of objects of more than one polygon
    """

    objects: float
    vertices: float
    sizes: tuple[float, float, float]
    crowds: float
    pieces: float


COCO = Density(7.3, 24.0, (0.414, 0.343, 0.242), 0.012, 0.096)
SAMA = Density(9.0, 36.0, (0.498, 0.318, 0.184), 0.043, 0.158)


@dataclass(frozen=True)
class Objects:
    """n objects as the parameters of their outlines.

    Attributes:
        image: int (n,), index of the image in the chunk
        category: int (n,), index of the class
        area: float (n,), px²
        centre: float (n, 2), x and y in px
        wave: float (n, 5), two amplitudes, two phases and the log of the aspect ratio
        pieces: int (n,), polygons of the outline
        vertices: int (n,), of all polygons; 0 for RLE
        crowd: bool (n,)
    """

    image: NDArray[np.int64]
    category: NDArray[np.int64]
    area: NDArray[np.float64]
    centre: NDArray[np.float64]
    wave: NDArray[np.float64]
    pieces: NDArray[np.int64]
    vertices: NDArray[np.int64]
    crowd: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.image)

    def take(self, chosen: NDArray[np.generic]) -> Objects:
        return Objects(*(getattr(self, one.name)[chosen] for one in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Objects]) -> Objects:
        """All parts, in the order of their images."""
        whole = cls(
            *(
                np.concatenate([getattr(part, one.name) for part in parts])
                for one in fields(cls)
            )
        )
        return whole.take(np.argsort(whole.image, kind="stable"))

    def radii(self) -> NDArray[np.float64]:
        """Half width and half height that no outline passes, (n, 2) in px."""
        sway = self.wave[:, :2]
        radius = np.sqrt(self.area / (np.pi * (1 + (sway**2).sum(1) / 2)))
        stretch = np.exp(np.outer(self.wave[:, 4], (0.5, -0.5)))
        return np.asarray(radius[:, None] * stretch * (1 + sway.sum(1))[:, None])


def random_frames(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Widths and heights of ``count`` pictures, (count, 2)."""
    return np.asarray(FRAMES[rng.choice(len(FRAMES), count, p=_FRAME_SHARES)])


def random_base(rng: np.random.Generator, frames: NDArray[np.int64]) -> Objects:
    """COCO-like objects for the images of a chunk."""
    images = len(frames)
    labelled = rng.random(images) > _UNLABELLED
    share = rng.gamma(0.8, 1.0, images)
    more = (COCO.objects / (1 - _UNLABELLED) - 1) * images * share / share.sum()
    counts = (1 + rng.poisson(more)) * labelled
    image = np.repeat(np.arange(images), np.minimum(counts, _MOST_PER_IMAGE))
    sizes = rng.choice(3, len(image), p=np.array(COCO.sizes) / sum(COCO.sizes))
    objects = _random(rng, frames, image, sizes, COCO)
    crowd = rng.random(len(image)) < COCO.crowds
    objects = replace(objects, crowd=crowd)
    wanted = _wanted_vertices(rng, objects) * ~crowd
    return replace(objects, vertices=_scaled(wanted, COCO.vertices * len(image)))


def random_revision(
    rng: np.random.Generator, base: Objects, frames: NDArray[np.int64]
) -> Objects:
    """Sama-like labels: most of them the base's, kept, refined, split or moved."""
    large = base.area >= _BOUNDS[2]
    lot = rng.random(len(base))
    removed = lot < np.where(large, 0.14, 0.1)
    split = (lot > np.where(large, 0.78, 0.98)) & ~removed
    kept = base.take(~removed & ~split)
    fate = rng.random(len(kept))
    same = fate < 0.42
    moved = (fate > 0.97) & ~kept.crowd
    offset = kept.radii() * rng.choice((-0.7, 0.7), (len(kept), 2))
    category = np.where(
        (fate > 0.95) & ~moved, _random_categories(rng, len(kept)), kept.category
    )
    refined = replace(
        kept,
        centre=kept.centre + offset * moved[:, None],
        category=category,
        area=np.where(same, kept.area, kept.area * rng.normal(1, 0.03, len(kept))),
    )
    parts = [refined, _parts(rng, base.take(split))]
    parts.append(_added(rng, Objects.joined(parts), frames))
    steady = np.concatenate([same, np.zeros(len(parts[1]) + len(parts[2]), bool)])
    order = np.argsort(np.concatenate([part.image for part in parts]), kind="stable")
    whole, steady = Objects.joined(parts), steady[order]
    rle = whole.crowd & (rng.random(len(whole)) < 0.5)
    wanted = _wanted_vertices(rng, whole) * ~rle
    fixed = np.where(steady & ~whole.crowd, whole.vertices, 0)
    rest = SAMA.vertices * len(whole) - fixed.sum()
    vertices = np.where(fixed > 0, fixed, _scaled(wanted * (fixed == 0), rest))
    again = rng.random(len(whole)) < 0.09
    pieces = np.where(~steady & ~rle & again, 2, whole.pieces)
    return replace(whole, vertices=vertices, pieces=pieces)


def _added(
    rng: np.random.Generator, kept: Objects, frames: NDArray[np.int64]
) -> Objects:
    """New objects that bring number, sizes and crowds to those published."""
    total = round(SAMA.objects * len(frames))
    held = np.histogram(kept.area, [0, *_BOUNDS[1:3], np.inf])[0]
    missing = np.maximum(np.array(SAMA.sizes) * total - held, 0)
    count = max(total - len(kept), 0)
    sizes = rng.choice(3, count, p=missing / missing.sum())
    image = np.sort(rng.integers(0, len(frames), count))
    objects = _random(rng, frames, image, sizes, SAMA)
    crowds = (SAMA.crowds * total - kept.crowd.sum()) / max(count, 1)
    return replace(objects, crowd=rng.random(count) < crowds)


def _parts(rng: np.random.Generator, wholes: Objects) -> Objects:
    """Three side by side in place of each whole."""
    third = wholes.take(np.repeat(np.arange(len(wholes)), 3))
    place = np.tile((-0.6, 0.0, 0.6), len(wholes))
    centre = third.centre.copy()
    centre[:, 0] += place * third.radii()[:, 0]
    wave = third.wave.copy()
    wave[:, 4] -= 0.9
    return replace(
        third,
        area=third.area / 4.2,
        centre=centre,
        wave=wave,
        crowd=np.zeros(len(third), bool),
        pieces=np.ones(len(third), np.int64),
    )


def _random(
    rng: np.random.Generator,
    frames: NDArray[np.int64],
    image: NDArray[np.int64],
    sizes: NDArray[np.int64],
    density: Density,
) -> Objects:
    count = len(image)
    low, high = np.log(_BOUNDS[sizes]), np.log(_BOUNDS[sizes + 1])
    wave = np.concatenate(
        [
            rng.uniform(0.0, 0.22, (count, 2)),
            rng.uniform(0.0, 2 * np.pi, (count, 2)),
            rng.normal(0.0, 0.45, (count, 1)),
        ],
        axis=1,
    )
    objects = Objects(
        image=image,
        category=_random_categories(rng, count),
        area=np.exp(rng.uniform(low, high)),
        centre=np.zeros((count, 2)),
        wave=wave,
        pieces=1 + (rng.random(count) < density.pieces).astype(np.int64),
        vertices=np.zeros(count, np.int64),
        crowd=np.zeros(count, bool),
    )
    frame = frames[image].astype(float)
    shrink = np.minimum(1.0, (frame / 2 / (objects.radii() + 1)).min(1))
    objects = replace(objects, area=objects.area * shrink**2)
    reach = np.minimum(objects.radii(), frame / 2)
    centre = reach + rng.random((count, 2)) * (frame - 2 * reach)
    return replace(objects, centre=centre)


def _random_categories(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Indices of 80 classes: three in ten are people, the rest falls off slowly."""
    shares = np.concatenate(([0.3], 0.7 / (np.arange(79) + 6.0)))
    shares[1:] *= 0.7 / shares[1:].sum()
    return np.asarray(rng.choice(80, count, p=shares))


def _wanted_vertices(rng: np.random.Generator, objects: Objects) -> NDArray[np.float64]:
    return np.asarray(objects.area**0.22 * rng.lognormal(0.0, 0.35, len(objects)))


def _scaled(wanted: NDArray[np.float64], total: float) -> NDArray[np.int64]:
    """Whole numbers in proportion to ``wanted``, at least 6 each, that sum to about
    ``total``; 0 stays 0."""
    least = np.where(wanted > 0, 6, 0)
    scale = total / max(wanted.sum(), 1.0)
    for _ in range(4):
        numbers = np.maximum(np.rint(wanted * scale), least)
        scale *= total / max(numbers.sum(), 1.0)
    return numbers.astype(np.int64)
