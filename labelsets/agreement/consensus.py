"""A consensus: the objects of an image that several label sets agree on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ..comparison import ImageObjects
from ..comparison.geometry.shapes import Box, Pixels, Shape, as_pixels, box_pixels
from ..error_types import AgreementError
from .clusters import ImageClusters, cluster_objects

ConsensusShape = Literal["medoid", "majority"]


@dataclass(frozen=True, slots=True)
class ConsensusRule:
    """Which objects count as agreed on, and which shape they get.

    Attributes:
        quorum: the least number of label sets that have an object
        shape: ``"medoid"``, that of the label with the greatest mean IoU to the others;
            ``"majority"``, the pixels in over half of the labels, else the medoid

    Raises:
        AgreementError: if the quorum is below 1, or there is no such shape
    """

    quorum: int = 2
    shape: ConsensusShape = "medoid"

    def __post_init__(self) -> None:
        is_whole = isinstance(self.quorum, int) and not isinstance(self.quorum, bool)
        if not is_whole or self.quorum < 1:
            raise AgreementError(
                f"quorum {self.quorum!r}; expected a whole number of fields, at least 1"
            )
        if self.shape not in get_args(ConsensusShape):
            known = ", ".join(get_args(ConsensusShape))
            raise AgreementError(f"shape {self.shape!r}; there are: {known}")


@dataclass(frozen=True, slots=True, eq=False)
class AgreedObject:
    """An object that enough label sets have.

    Attributes:
        members: the place of each label set that has it, and of the object in it
        label: the class that most of them give it
        is_tied: whether as many give another class, so that the label set named first
            decided
        field: the place of the label set of the medoid
        index: the place of the medoid in it
        pixels: the pixels in over half of the labels; None for the medoid's own shape
    """

    members: tuple[tuple[int, int], ...]
    label: str
    is_tied: bool
    field: int
    index: int
    pixels: Pixels | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ImageConsensus:
    """The objects that the label sets of an image agree on.

    Attributes:
        objects: those that enough of them have, in the order of their medoids
        leftovers: the members of every cluster below the quorum
    """

    objects: tuple[AgreedObject, ...]
    leftovers: tuple[tuple[tuple[int, int], ...], ...]

    def counts(self) -> Counter[str]:
        """agreed, tied (of these, in class), leftover (clusters), leftover_labels."""
        return Counter(
            agreed=len(self.objects),
            tied=sum(one.is_tied for one in self.objects),
            leftover=len(self.leftovers),
            leftover_labels=sum(map(len, self.leftovers)),
        )


def find_consensus(
    sides: Sequence[ImageObjects | None], rule: ConsensusRule
) -> ImageConsensus:
    """Finds the objects that the label sets of an image agree on, crowds left out.

    Args:
        sides: the objects of each label set, None for one that has no list of them;
            where all else is equal the one named first decides
        rule: which objects count as agreed on

    Example::

        cat = ImageObjects.of(["cat"], [[10, 10, 40, 20]])
        dog = ImageObjects.of(["dog"], [[12, 10, 40, 20]])
        find_consensus([cat, dog, dog], ConsensusRule()).objects[0].label  # "dog"
    """
    clusters = cluster_objects(sides)
    labels = [() if side is None else side.labels for side in sides]
    objects, leftovers = [], []
    for cluster in range(clusters.count):
        members = clusters.members(cluster)
        members = members[np.argsort(clusters.field[members])]
        if len(members) >= rule.quorum:
            objects.append(_agree(clusters, members, labels, rule))
        else:
            leftovers.append(_named(clusters, members))
    objects.sort(key=lambda one: (one.field, one.index))
    return ImageConsensus(tuple(objects), tuple(sorted(leftovers)))


def _agree(
    clusters: ImageClusters,
    members: NDArray[np.int64],
    labels: Sequence[Sequence[str]],
    rule: ConsensusRule,
) -> AgreedObject:
    named = _named(clusters, members)
    votes = Counter(labels[field][index] for field, index in named)
    (label, most), *others = votes.most_common()  # of equals the first that was met
    place = _medoid(clusters.ious(members))
    shapes = [clusters.side.shapes[n] for n in clusters.place[members]]
    return AgreedObject(
        members=named,
        label=label,
        is_tied=bool(others) and others[0][1] == most,
        field=named[place][0],
        index=named[place][1],
        pixels=majority_pixels(shapes) if rule.shape == "majority" else None,
    )


def _named(
    clusters: ImageClusters, members: NDArray[np.int64]
) -> tuple[tuple[int, int], ...]:
    fields, indices = clusters.field[members], clusters.index[members]
    return tuple(zip(fields.tolist(), indices.tolist(), strict=True))


def _medoid(ious: NDArray[np.float64]) -> int:
    """The first of those with the greatest mean IoU to the others."""
    totals = ious.sum(axis=1)
    return int(np.flatnonzero(totals >= totals.max() - 1e-12)[0])


def majority_pixels(shapes: Sequence[Shape]) -> Pixels | None:
    """The pixels in over half of some shapes; a box has those whose centres it holds.

    Returns:
        the pixels, cropped; None if there are none, or the shapes are boxes alone
    """
    if all(isinstance(shape, Box) for shape in shapes):
        return None
    parts = [box_pixels(s) if isinstance(s, Box) else as_pixels(s) for s in shapes]
    x0, y0 = min(part.x0 for part in parts), min(part.y0 for part in parts)
    x1, y1 = max(part.x1 for part in parts), max(part.y1 for part in parts)
    votes = np.zeros((y1 - y0, x1 - x0), np.int64)
    for mask, left, top, right, bottom in parts:
        votes[top - y0 : bottom - y0, left - x0 : right - x0] += mask
    inside = 2 * votes > len(parts)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(0))
    if not len(rows):
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    left, right = int(columns[0]), int(columns[-1]) + 1
    cropped = np.ascontiguousarray(inside[top:bottom, left:right])
    return Pixels(cropped, x0 + left, y0 + top, x0 + right, y0 + bottom)
