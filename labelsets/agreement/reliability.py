"""Krippendorff's nominal alpha of a reliability matrix, from counts that add up.

The matrix has a row a label set and a column a cluster, and in it the code of a class,
`NO_OBJECT` or `NO_LIST`. Source of the alpha: Krippendorff, Computing Krippendorff's
Alpha-Reliability, 2011; of its special cases and of what it is taken of: KaLOS
(Tschirschwitz & Rodehorst, CVPR 2026).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..comparison import ImageObjects
from ..comparison.counting.count_tables import counter, rows
from .clusters import ImageClusters

NO_OBJECT = -1
"""A label set that has no object where others have one."""

NO_LIST = -2
"""A label set that has no list of objects for the image."""

Matrix = NDArray[np.int64]


@dataclass(slots=True)
class AlphaCounts:
    """The counts behind an alpha, over the columns of two values or more.

    All counts are whole numbers, so that they add up with `+=` to the same in any
    order.

    Attributes:
        classes: how often each class is a value
        no_object: how often "no object" is
        agreeing: ordered pairs of equal values, by the number of values in the column
    """

    classes: Counter[str] = field(default_factory=Counter)
    no_object: int = 0
    agreeing: Counter[int] = field(default_factory=Counter)

    @property
    def values(self) -> int:
        """The number of values."""
        return sum(self.classes.values()) + self.no_object

    @property
    def alpha(self) -> float:
        """Krippendorff's nominal alpha; 1 where it is undefined: without two values,
        or if all values are equal."""
        count = self.values
        same = sum(n * (n - 1) for n in (*self.classes.values(), self.no_object))
        most = count * (count - 1) - same
        if not most:
            return 1.0
        agreed = sum((Fraction(n, m - 1) for m, n in self.agreeing.items()), Fraction())
        return float(((count - 1) * agreed - same) / most)

    def __iadd__(self, other: AlphaCounts) -> AlphaCounts:
        self.classes.update(other.classes)
        self.no_object += other.no_object
        self.agreeing.update(other.agreeing)
        return self

    def to_dict(self) -> dict[str, Any]:
        """The counts as a JSON-plain document."""
        return {
            "classes": rows(self.classes),
            "no_object": self.no_object,
            "agreeing": rows(self.agreeing),
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> AlphaCounts:
        """The inverse of `to_dict`."""
        return cls(
            counter(document["classes"], (str,)),
            int(document["no_object"]),
            counter(document["agreeing"], (int,)),
        )


def reliability_columns(
    sides: Sequence[ImageObjects | None], clusters: ImageClusters, codes: dict[str, int]
) -> Matrix:
    """The columns of an image: int64 (label sets, clusters), or one without any.

    Args:
        sides: the objects of each label set, None for one that has no list of them
        clusters: the clusters of these objects
        codes: the code of each class, from 0 on; classes that are new are added
    """
    matrix = np.full((len(sides), max(clusters.count, 1)), NO_OBJECT, np.int64)
    matrix[[side is None for side in sides]] = NO_LIST
    labels = [() if side is None else side.labels for side in sides]
    for place, index, cluster in zip(
        clusters.field.tolist(),
        clusters.index.tolist(),
        clusters.cluster.tolist(),
        strict=True,
    ):
        code = codes.setdefault(labels[place][index], len(codes))
        matrix[place, cluster] = code
    return matrix


def count_agreement(matrix: Matrix, names: Sequence[str]) -> AlphaCounts:
    """Counts the values that the alpha of a matrix is computed from.

    Args:
        matrix: int64 (label sets, columns)
        names: the class of each code
    """
    values, agreeing = _columns(matrix)
    paired = matrix[:, values > 1]
    counts = np.bincount(paired[paired != NO_LIST] - NO_OBJECT, minlength=1).tolist()
    by_values = np.bincount(values[values > 1], agreeing[values > 1]).tolist()
    return AlphaCounts(
        Counter({names[code]: n for code, n in enumerate(counts[1:]) if n}),
        counts[0],
        Counter({m: round(n) for m, n in enumerate(by_values) if n}),
    )


def image_alphas(
    matrix: Matrix, image: NDArray[np.int64], images: int
) -> NDArray[np.float64]:
    """The alpha of each of some images, 1 where it is undefined: float64 (images,).

    Args:
        matrix: int64 (label sets, columns)
        image: int64 (columns,), which of the images a column is of
        images: the number of images
    """
    values, agreeing = _columns(matrix)
    paired = values > 1
    matrix, image, values = matrix[:, paired], image[paired], values[paired]
    count = np.bincount(image, values, images)
    agreed = np.bincount(image, agreeing[paired] / (values - 1), images)
    width = int(matrix.max(initial=0)) - NO_OBJECT + 1
    held = (image * width + matrix - NO_OBJECT)[matrix != NO_LIST]
    places, counts = np.unique(held, return_counts=True)
    same = np.bincount(places // width, counts * (counts - 1), images)
    most = count * (count - 1) - same
    alphas = np.ones(images)
    np.divide((count - 1) * agreed - same, most, out=alphas, where=most > 0)
    return alphas


def _columns(matrix: Matrix) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of each column the number of values, and of ordered pairs of equal values."""
    agreeing = np.zeros(matrix.shape[1], np.int64)
    for place, row in enumerate(matrix):
        alike = (matrix[:place] == row) & (row != NO_LIST)
        agreeing += 2 * alike.sum(axis=0)
    return (matrix != NO_LIST).sum(axis=0), agreeing
