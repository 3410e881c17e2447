"""The agreement of label sets on some images: masks in, counts out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..comparison import ImageObjects, PanopticQuality, compare_image
from ..comparison.fixed_point import to_units
from .agreement_counts import AgreementCounts
from .clusters import cluster_objects
from .reliability import Matrix, image_alphas, reliability_columns

_Measured = tuple[int, PanopticQuality]
"""The number of clusters of an image, and the counts behind its PQ."""


@dataclass(frozen=True, slots=True)
class ImageSides:
    """The objects of every label set on an image.

    Attributes:
        sides: the objects of each label set, None for one that has no list of them
        size: height and width of the image in px
    """

    sides: Sequence[ImageObjects | None]
    size: tuple[int, int]

    @property
    def is_measured(self) -> bool:
        """Whether two label sets or more have the image."""
        return sum(side is not None for side in self.sides) > 1


@dataclass(frozen=True, slots=True)
class ImageAgreement:
    """The agreement of the label sets on an image.

    Attributes:
        alpha: Krippendorff's nominal alpha of its clusters, 1 where it is undefined
        clusters: the number of its clusters
        quality: the counts behind PQ, of each pair of label sets together
    """

    alpha: float
    clusters: int
    quality: PanopticQuality


def measure_images(
    images: Iterable[ImageSides], fields: Sequence[str]
) -> tuple[AgreementCounts, list[ImageAgreement | None]]:
    """Measures the agreement of label sets on some images.

    Args:
        images: the objects of every label set on each image
        fields: the names of the label sets

    Returns:
        the counts of all images, and the agreement on each image, None if fewer than
        two label sets have it
    """
    counts = AgreementCounts(tuple(fields))
    codes: dict[str, int] = {}
    columns: list[Matrix] = []
    measured: list[_Measured | None] = []
    for image in images:
        counts.lacking.update(n for n, side in enumerate(image.sides) if side is None)
        if not image.is_measured:
            counts.skipped += 1
            measured.append(None)
            continue
        found = cluster_objects(image.sides)
        columns.append(reliability_columns(image.sides, found, codes))
        measured.append((found.count, _compare(image, counts)))
    return counts, _add_columns(counts, columns, measured, list(codes))


def _compare(image: ImageSides, counts: AgreementCounts) -> PanopticQuality:
    """Compares each two label sets; gives the counts behind PQ of all together."""
    quality = PanopticQuality()
    for one, other in combinations(range(len(image.sides)), 2):
        base, revised = image.sides[one], image.sides[other]
        if base is not None and revised is not None:
            compared = compare_image(base, revised, image.size)
            quality = quality + counts.pairs[one, other].add(compared)
    return quality


def _add_columns(
    counts: AgreementCounts,
    columns: Sequence[Matrix],
    measured: Sequence[_Measured | None],
    names: Sequence[str],
) -> list[ImageAgreement | None]:
    if not columns:
        return [None] * len(measured)
    matrix = np.concatenate(columns, axis=1)
    image = np.repeat(np.arange(len(columns)), [part.shape[1] for part in columns])
    counts.add_columns(matrix, names)
    counts.images += len(columns)
    alphas = iter(image_alphas(matrix, image, len(columns)).tolist())
    agreements = [
        None if found is None else ImageAgreement(next(alphas), *found)
        for found in measured
    ]
    for one in agreements:
        if one is not None:
            counts.alpha_units += to_units(one.alpha)
            counts.clusters += one.clusters
    return agreements
